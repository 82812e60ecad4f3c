/** §4.1 What a program reads out of a settings file of its repository: `yaml.safe_load(open("conf/x.yml"))` and its like. */

import type { SourceRef } from '../../src/core/evidence.js';
import { linesOf } from '../config/document.js';
import { inProduction, namesProduction } from '../config/environments.js';
import { exprOf, type Interpolation } from '../config/expression.js';
import { composed } from '../config/hydra.js';
import { hydraPlace } from '../config/wanted.js';
import { lineOfKey } from '../documents/key-lines.js';
import type { Expr } from '../python/facts.js';
import { fileName, fileOf, filesByName } from '../script-file.js';
import { printTemplate, type Template } from '../templates/template.js';
import { nameFor } from './combine.js';
import { byDefault, heard, toldByRuns } from './environment-choice.js';
import { ALL_SETTINGS, documentsOf, hasDocuments, type Program } from './program.js';
import { asTemplate, type BoundCall, type Evaluation, type Frame, moduleFrame, type Value } from './values.js';

const LOADER = /(?:^|\.)(?:safe_load|full_load|unsafe_load|load|loads)$/;

/** What the file says that is loaded; undefined where the call loads none of the repository. */
export function loaded(ev: Evaluation, name: string, call: BoundCall): readonly Value[] | undefined {
  const [first] = call.args;
  if (!LOADER.test(name) || !first || !hasDocuments(ev.program)) return undefined;
  return documentsAt(ev, first, { at: call.frame, frame: call.frame, by: 'references' });
}

/** `at`: where the place is written. */
type Loading = { readonly at: Frame; readonly frame: Frame; readonly by: Interpolation };

function documentsAt(ev: Evaluation, place: Expr, { at, frame, by }: Loading): readonly Value[] | undefined {
  const { values, defaults } = heard(ev, () => ev.evaluate(place, at));
  const found = values.flatMap((value) => documentAt(ev, value, { frame, defaults, by }) ?? []);
  return found.length > 0 ? found : undefined;
}

/** A file becomes an expression once, however often it is read. */
function known({ settings, explains }: Program, path: string, by: Interpolation, read: () => unknown): Expr {
  const key = `${by} ${path}`;
  const before = settings.get(key);
  if (before) return before;
  const document = read();
  const lines = explains ? linesOf(document) : undefined;
  const lineOf = (keys: readonly string[]): SourceRef => ({ file: path, line: lines ? lineOfKey(lines, keys) : 1 });
  const expr = exprOf(document, { by, ...(explains ? { lineOf } : {}) });
  settings.set(key, expr);
  return expr;
}

/** What an open file of settings says. */
export function settingsIn(ev: Evaluation, file: Value, frame: Frame): readonly Value[] {
  return hasDocuments(ev.program) ? (documentAt(ev, file, { frame, defaults: [], by: 'references' }) ?? []) : [];
}

type Asked = Pick<Loading, 'frame' | 'by'> & { readonly defaults: readonly string[] };

function documentAt(ev: Evaluation, value: Value, { frame, defaults, by }: Asked): readonly Value[] | undefined {
  const template = value.kind === 'opened' ? value.path : value.kind === 'text' ? asTemplate(value) : undefined;
  const told = template && toldByRuns(ev, template, frame);
  const path = told && documentPath(ev.program, told, { from: frame.unit.path, defaults });
  if (path === undefined) return undefined;
  return ev.evaluate(
    known(ev.program, path, by, () => documentsOf(ev.program, fileName(path)).get(path)),
    moduleFrame(frame.unit),
  );
}

/** `parser.read("x.ini")` anywhere in the file of a `ConfigParser()`. */
export function parsedFiles(ev: Evaluation, name: string, { frame, keywords }: BoundCall): readonly Value[] | undefined {
  if (!hasDocuments(ev.program)) return undefined;
  const given = keywords.find((one) => one.name === 'interpolation')?.value;
  const by = interpolationOf(name, given);
  for (const call of frame.unit.facts.calls) {
    const [before, last] = call.chain.steps.slice(-2);
    const [first] = last?.kind === 'call' && before?.kind === 'attr' && before.name === 'read' ? last.args : [];
    if (!first) continue;
    const at: Frame = { ...frame, scope: call.scope, block: call.block, pos: call.pos };
    const found = documentsAt(ev, first, { at, frame, by });
    if (found) return found;
  }
  return undefined;
}

function interpolationOf(parser: string, given: Expr | undefined): Interpolation {
  if (given === undefined) return /RawConfigParser$/.test(parser) ? 'raw' : 'basic';
  if (given.kind === 'const') return 'raw';
  return /^Extended/.test(nameFor(given)) ? 'extended' : 'basic';
}

/** The configuration that Hydra gives to the function under its decorator. */
export function hydraConfig(ev: Evaluation, name: string, frame: Frame): readonly Value[] | undefined {
  const scope = frame.unit.facts.scopes[frame.scope];
  if (scope?.params[0]?.name !== name) return undefined;
  for (const decorator of scope.decorators) {
    const place = hydraPlace(frame.unit.path, decorator);
    if (!place || !hasDocuments(ev.program)) continue;
    // Whoever asks hangs on them, also where somebody asked before.
    const documents = documentsOf(ev.program);
    const path = [place.folder, `${place.name}.yaml`].filter(Boolean).join('/');
    const whole = known(ev.program, path, 'hydra', () => composed(documents, place.folder, place.name));
    if (whole.kind === 'dict') return ev.evaluate(whole, moduleFrame(frame.unit));
  }
  return undefined;
}

type Seen = { readonly from: string; readonly defaults: readonly string[] };

/** The file a path means, seen from the one that reads it; of one for each environment that of production. */
function documentPath(program: Program, template: Template, seen: Seen): string | undefined {
  const written = printTemplate({ ...template, parts: template.parts.map((part) => (typeof part === 'string' ? part : OPEN)) });
  const plain = written.replace(/^(?:\uE000\/|\.{1,2}\/|\/)+/, '');
  if (plain === '' || plain.length > 400) return undefined;
  if (!plain.includes(OPEN)) return filePath(program, plain, seen);
  const chosen = openPath(program, plain);
  const fallback = chosen === undefined ? byDefault(template) : undefined;
  return fallback === undefined ? chosen : filePath(program, fallback.replace(/^(?:\.{1,2}\/|\/)+/, ''), { ...seen, defaults: [] });
}

const OPEN = '\uE000';

/** Where an environment stands in the path by default, the file beside it that is production's. */
function filePath(program: Program, plain: string, { from, defaults }: Seen): string | undefined {
  const documents = documentsOf(program, fileName(plain));
  const folder = from.includes('/') ? from.slice(0, from.lastIndexOf('/') + 1) : '';
  const found = [`${folder}${plain}`, plain].find((path) => documents.has(path)) ?? fileOf(plain, filesByName([...documents.keys()]));
  if (defaults.length === 0) return found;
  const around = found?.endsWith(plain) ? found.slice(0, -plain.length) : '';
  const others = defaults.flatMap((word) => inProduction(plain, word)).map((path) => `${around}${path}`);
  return others.find((path) => documentsOf(program, fileName(path)).has(path)) ?? found;
}

function openPath(program: Program, plain: string): string | undefined {
  const pattern = plain.split(OPEN).map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (pattern.length > 4 || !/[A-Za-z]/.test(plain.replace(/\.\w+$/, ''))) return undefined;
  const fitting = new RegExp(`(?:^|/)${pattern.join('[^/]*')}$`);
  const found = [...documentsOf(program, ALL_SETTINGS).keys()].filter((path) => fitting.test(path));
  const production = found.filter((path) => namesProduction(path.slice(path.indexOf('/') + 1)));
  const chosen = found.length === 1 ? found : production;
  return chosen.length === 1 ? chosen[0] : undefined;
}
