/** §4.1 What a program reads out of a settings file of its repository: `yaml.safe_load(open("conf/x.yml"))` and its like. */
import { namesProduction } from '../config/environments.js';
import { exprOf } from '../config/expression.js';
import { composed } from '../config/hydra.js';
import { hydraPlace } from '../config/wanted.js';
import type { Expr } from '../python/facts.js';
import { fileName, fileOf, filesByName } from '../script-file.js';
import { ALL_SETTINGS, documentsOf, hasDocuments, type Program } from './program.js';
import { printTemplate, type Template } from './template.js';
import { asTemplate, type BoundCall, type Evaluation, type Frame, moduleFrame, type Value } from './values.js';

const LOADER = /(?:^|\.)(?:safe_load|full_load|unsafe_load|load|loads)$/;

/** What the file says that is loaded; undefined where the call loads none of the repository. */
export function loaded(ev: Evaluation, name: string, call: BoundCall): readonly Value[] | undefined {
  const [first] = call.args;
  if (!LOADER.test(name) || !first || !hasDocuments(ev.program)) return undefined;
  const found = ev.evaluate(first, call.frame).flatMap((value) => documentAt(ev, value, call.frame) ?? []);
  return found.length > 0 ? found : undefined;
}

/** A file becomes an expression once, however often it is read. */
function known({ settings }: Program, key: string, read: () => unknown): Expr {
  const before = settings.get(key);
  if (before) return before;
  const expr = exprOf(read());
  settings.set(key, expr);
  return expr;
}

function documentAt(ev: Evaluation, value: Value, frame: Frame): readonly Value[] | undefined {
  const template = value.kind === 'opened' ? value.path : value.kind === 'text' ? asTemplate(value) : undefined;
  const path = template && documentPath(ev.program, template, frame.unit.path);
  if (path === undefined) return undefined;
  return ev.evaluate(
    known(ev.program, path, () => documentsOf(ev.program, fileName(path)).get(path)),
    moduleFrame(frame.unit),
  );
}

/** `parser.read("x.ini")` anywhere in the file of a `ConfigParser()`. */
export function parsedFiles(ev: Evaluation, { frame }: BoundCall): readonly Value[] | undefined {
  if (!hasDocuments(ev.program)) return undefined;
  for (const call of frame.unit.facts.calls) {
    const [before, last] = call.chain.steps.slice(-2);
    const [first] = last?.kind === 'call' && before?.kind === 'attr' && before.name === 'read' ? last.args : [];
    if (!first) continue;
    const at: Frame = { ...frame, scope: call.scope, block: call.block, pos: call.pos };
    const found = ev.evaluate(first, at).flatMap((value) => documentAt(ev, value, frame) ?? []);
    if (found.length > 0) return found;
  }
  return undefined;
}

/** The configuration that Hydra gives to the function under its decorator. */
export function hydraConfig(ev: Evaluation, name: string, frame: Frame): readonly Value[] | undefined {
  const scope = frame.unit.facts.scopes[frame.scope];
  if (scope?.params[0]?.name !== name) return undefined;
  for (const decorator of scope.decorators) {
    const place = hydraPlace(frame.unit.path, decorator);
    if (!place || !hasDocuments(ev.program)) continue;
    const whole = known(ev.program, `${place.folder} ${place.name}`, () => composed(documentsOf(ev.program), place.folder, place.name));
    if (whole.kind === 'dict') return ev.evaluate(whole, moduleFrame(frame.unit));
  }
  return undefined;
}

/** The file a path means, seen from the one that reads it; of one for each environment that of production. */
function documentPath(program: Program, template: Template, from: string): string | undefined {
  const written = printTemplate({ ...template, parts: template.parts.map((part) => (typeof part === 'string' ? part : '\uE000')) });
  const plain = written.replace(/^(?:\uE000\/|\.{1,2}\/|\/)+/, '');
  if (plain === '' || plain.length > 400) return undefined;
  const documents = documentsOf(program, plain.includes('\uE000') ? ALL_SETTINGS : fileName(plain));
  const folder = from.includes('/') ? from.slice(0, from.lastIndexOf('/') + 1) : '';
  if (!plain.includes('\uE000')) {
    const sure = [`${folder}${plain}`, plain].find((path) => documents.has(path));
    return sure ?? fileOf(plain, filesByName([...documents.keys()]));
  }
  const pattern = plain.split('\uE000').map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (pattern.length > 4 || !/[A-Za-z]/.test(plain.replace(/\.\w+$/, ''))) return undefined;
  const fitting = new RegExp(`(?:^|/)${pattern.join('[^/]*')}$`);
  const found = [...documents.keys()].filter((path) => fitting.test(path));
  const production = found.filter((path) => namesProduction(path.slice(path.indexOf('/') + 1)));
  const chosen = found.length === 1 ? found : production;
  return chosen.length === 1 ? chosen[0] : undefined;
}
