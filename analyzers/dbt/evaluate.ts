/** §4.1 Templates of one project evaluated as dbt does while parsing: what they reference and configure, never what they query. */

import type { RenderJinja } from '../../src/core/template-engine.js';
import { isMap, type YamlMap } from '../documents/yaml.js';
import type { MacroFacts } from './facts.js';
import { calledNames, macroParams, readyTemplate } from './names.js';
import { splitVersion, versionedName } from './versions.js';

export type Target = Readonly<Record<'name' | 'schema' | 'database' | 'type', string>>;
export type Surroundings = {
  readonly render: RenderJinja;
  readonly project: string;
  readonly macros: ReadonlyMap<string, MacroFacts>;
  readonly vars: YamlMap;
  readonly target: Target;
  /** A variable that only has a default stays open in names: the caller of dbt may set it. */
  readonly openVars?: boolean;
};
export type Evaluated = {
  /** With the version that the reference names, where it names one. */
  readonly refs: readonly string[];
  readonly sources: readonly string[];
  readonly viaMacro: readonly string[];
  readonly config: YamlMap;
  readonly error?: string;
};

const MAX_DEPTH = 20;
const MAX_CALLS = 400;

type Frame = { readonly depth: number; returned?: unknown };
type Run = {
  readonly around: Surroundings;
  readonly refs: Set<string>;
  readonly sources: Set<string>;
  readonly direct: Set<string>;
  readonly config: Record<string, unknown>;
  calls: number;
  error?: string;
};
type Host = (...given: readonly unknown[]) => unknown;

export function evaluateTemplate(around: Surroundings, template: string, locals: YamlMap = {}): Evaluated {
  const run = newRun(around);
  const rendered = renderIn(run, template, locals, { depth: 0 });
  const error = 'error' in rendered ? rendered.error : run.error;
  const all = [...new Set([...run.refs].map((ref) => splitVersion(ref).name)), ...run.sources];
  return {
    refs: [...run.refs],
    sources: [...run.sources],
    viaMacro: all.filter((name) => !run.direct.has(name)),
    config: run.config,
    ...(error === undefined ? {} : { error }),
  };
}

/** What a macro of the project returns, `undefined` where it cannot be evaluated. */
export function evaluateMacro(around: Surroundings, name: string, args: readonly unknown[]): unknown {
  const macro = around.macros.get(name);
  if (!macro) return undefined;
  const run = newRun(around);
  const value = callMacro(run, macro, args, 0);
  return run.error === undefined ? value : undefined;
}

/** A text value of a YAML file, which may hold Jinja. */
export function evaluateText(around: Surroundings, text: string): string | undefined {
  if (!/\{[{%]/.test(text)) return text;
  const rendered = renderIn(newRun(around), text, {}, { depth: 0 });
  return 'error' in rendered ? undefined : rendered.text.trim();
}

function newRun(around: Surroundings): Run {
  return { around, refs: new Set(), sources: new Set(), direct: new Set(), config: {}, calls: 0 };
}

function renderIn(run: Run, template: string, locals: YamlMap, frame: Frame) {
  const source = readyTemplate(template);
  return run.around.render(source, { ...namesFor(run, source, frame), ...locals });
}

function callMacro(run: Run, macro: MacroFacts, given: readonly unknown[], depth: number): unknown {
  run.calls += 1;
  if (depth > MAX_DEPTH || run.calls > MAX_CALLS) {
    run.error ??= `macro ${macro.name} is called too often`;
    return '';
  }
  const params = macroParams(macro.params);
  const { args, keywords } = splitKeywords(given, new Set(params.map(({ name }) => name)));
  const locals: Record<string, unknown> = { kwargs: keywords, varargs: args.slice(params.length) };
  let defaults = '';
  for (const [index, { name, default: usual }] of params.entries()) {
    if (index < args.length) locals[name] = args[index];
    else if (name in keywords) locals[name] = keywords[name];
    else if (usual !== undefined) defaults += `{% set ${name} = ${usual} %}`;
  }
  const frame: Frame = { depth: depth + 1 };
  const rendered = renderIn(run, defaults + macro.body, locals, frame);
  if ('error' in rendered) run.error ??= `${macro.name}: ${rendered.error}`;
  if ('returned' in frame) return frame.returned;
  return 'text' in rendered ? rendered.text : '';
}

/** Keyword arguments arrive as one last mapping; so does a mapping given by position. */
function splitKeywords(given: readonly unknown[], params: ReadonlySet<string>) {
  const values = given.map(plain);
  const last = given.at(-1);
  const isKeywords = last instanceof Map && [...last.keys()].every((key) => params.has(String(key)) || key === 'caller');
  if (!isKeywords) return { args: values, keywords: {} };
  return { args: values.slice(0, -1), keywords: Object.fromEntries([...last].map(([key, value]) => [String(key), plain(value)])) };
}

/** Mappings of the engine as objects, as it takes them back. */
export function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

function namesFor(run: Run, source: string, frame: Frame): Record<string, unknown> {
  const { plain: functions, dotted } = calledNames(source);
  const builtin = builtins(run, frame);
  const names: Record<string, unknown> = { ...values(run.around) };
  for (const name of functions) names[name] = builtin[name] ?? macroNamed(run, name, frame) ?? empty;
  for (const [root, paths] of dotted)
    if (typeof names[root] !== 'function') names[root] = packageNamed(run, paths, { frame, known: names[root] });
  return names;
}

function empty(): string {
  return '';
}

function macroNamed(run: Run, name: string, frame: Frame): Host | undefined {
  const wanted = name.endsWith('__dispatched') ? dispatched(run.around, name.slice(0, -'__dispatched'.length)) : name;
  const macro = run.around.macros.get(wanted);
  return macro && ((...given) => callMacro(run, macro, given, frame.depth));
}

function dispatched({ macros, target }: Surroundings, name: string): string {
  const own = `${target.type}__${name}`;
  return macros.has(own) ? own : `default__${name}`;
}

/** `package.macro(…)` and `adapter.method(…)`: macros we have, else text that says nothing. */
function packageNamed(run: Run, paths: ReadonlySet<string>, { frame, known }: { readonly frame: Frame; readonly known: unknown }) {
  const names: Record<string, unknown> = typeof known === 'object' && known !== null ? { ...known } : {};
  for (const path of paths) {
    const [head = '', ...rest] = path.split('.');
    if (rest.length === 0) names[head] ??= macroNamed(run, head, frame) ?? empty;
    else names[head] ??= rest.reduceRight<unknown>((inner, part) => ({ [part]: inner }), empty);
  }
  return names;
}

function values({ target, project }: Surroundings): Record<string, unknown> {
  const self = { name: '{this}', schema: target.schema, database: target.database, identifier: '{this}', alias: '{this}' };
  return { target, this: self, model: self, execute: false, project_name: project, flags: {}, graph: {}, builtins: {} };
}

function builtins(run: Run, frame: Frame): Readonly<Record<string, Host>> {
  const direct = (name: string) => {
    if (frame.depth === 0) run.direct.add(name);
  };
  return {
    ref: (...given) => {
      const names = given.filter((value) => typeof value === 'string');
      const name = names.at(-1);
      if (name === undefined || name === '') return '';
      run.refs.add(versionedName(name, versionIn(given)));
      direct(name);
      return name;
    },
    source: (...given) => {
      const [source, table] = given.map(plain);
      if (typeof source !== 'string' || typeof table !== 'string') return '';
      run.sources.add(`${source}.${table}`);
      direct(`${source}.${table}`);
      return `${source}.${table}`;
    },
    config: (...given) => {
      for (const value of given.map(plain)) if (typeof value === 'object' && value !== null) Object.assign(run.config, value);
      return '';
    },
    config_get: (name, usual) => (typeof name === 'string' ? (run.config[name] ?? fallbackOf(usual)) : ''),
    config_require: (name) => (typeof name === 'string' ? (run.config[name] ?? '') : ''),
    var: (name, usual) => variable(run.around, name, fallbackOf(usual)),
    env_var: (name, usual) => (usual === undefined ? `{env.${String(name)}}` : (fallbackOf(usual) ?? '')),
    return: (value) => {
      if (!('returned' in frame)) frame.returned = plain(value);
      return '';
    },
    is_incremental: () => false,
    dict: (...given) => Object.assign({}, ...given.map(plain).filter(isMap)),
    format_text: (text, ...given) => formatText(String(text), given),
    percent_text: (text, ...given) => percentText(String(text), given),
  };
}

/** `v=2`, `version=2`: keywords arrive as a mapping. */
function versionIn(given: readonly unknown[]): unknown {
  const keywords = mapping(given.at(-1));
  return keywords.get('v') ?? keywords.get('version');
}

/** `default=x` arrives as a mapping. */
function fallbackOf(usual: unknown): unknown {
  return usual instanceof Map && usual.has('default') ? plain(usual.get('default')) : plain(usual);
}

function variable({ vars, project, openVars }: Surroundings, given: unknown, usual: unknown): unknown {
  const name = String(given);
  const own = vars[project];
  const scoped = typeof own === 'object' && own !== null ? Object.entries(own).find(([key]) => key === name)?.[1] : undefined;
  const value = scoped ?? vars[name];
  if (value !== undefined) return value;
  if (usual === undefined) return `{var.${name}}`;
  return openVars && typeof usual === 'string' ? `{var.${name}|${usual}}` : usual;
}

function formatText(text: string, given: readonly unknown[]): string {
  const { keywords, args } =
    given.at(-1) instanceof Map
      ? { keywords: mapping(given.at(-1)), args: given.slice(0, -1) }
      : { keywords: new Map<string, unknown>(), args: given };
  let next = 0;
  return text.replace(/\{(\w*)(?!\w)[^{}]*\}/g, (hole, key: string) => {
    const value = key === '' ? args[next++] : /^\d+$/.test(key) ? args[Number(key)] : keywords.get(key);
    return value === undefined ? hole : String(value);
  });
}

function percentText(text: string, given: readonly unknown[]): string {
  let next = 0;
  return text.replaceAll('%s', (hole) => (next < given.length ? String(given[next++]) : hole));
}

function mapping(value: unknown): Map<string, unknown> {
  return new Map(value instanceof Map ? [...value].map(([key, item]) => [String(key), item]) : []);
}
