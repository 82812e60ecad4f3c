/** §4.3 pandas, Polars, Dask, Arrow and their like: methods of frames, and functions of modules by their import. */

import { FRAME_METHODS, METHODS_OF } from '../../python/frame-verbs.js';
import type { Verb } from '../../python/verb.js';
import { MODULE_FUNCTIONS } from '../../python/verbs.js';
import { templatesOf } from '../../targets/evaluate.js';
import { defsNamed, type Program, type Unit } from '../../targets/program.js';
import type { Frame, Value } from '../../targets/values.js';
import { printTemplate } from '../../templates/template.js';
import { argument, type NamedCall, namedCalls, nameOf, type Unrolled, unroll, withKeywords } from '../chain.js';
import { type CallInFrame, databaseOf, type Site, siteOf } from '../site.js';
import { textSites } from '../sql-text.js';
import { namedByDef } from './decorated.js';
import { functionOf } from './functions.js';

/** Methods whose call without a target gives the text back. */
const GIVES_TEXT = new Set(['to_csv', 'to_json', 'to_parquet', 'to_orc', 'write_csv', 'write_json', 'write_ndjson']);

export function pythonSites(of: CallInFrame): readonly Site[] {
  const { ev, call, frame } = of;
  const chain = unroll(call.chain, frame, ev);
  const sites: Site[] = [];
  sites.push(...bareCall(of));
  for (const named of namedCalls(chain.steps, chain.own)) {
    sites.push(...executed(of, named));
    const known = Object.hasOwn(FRAME_METHODS, named.name) || FUNCTION_NAMES.has(named.name);
    if (!known) continue;
    const ownIndex = named.index - chain.own - 1;
    const receiver = ev.evaluate({ ...call.chain, steps: call.chain.steps.slice(0, ownIndex + 1) }, frame);
    const verb = functionOf(receiver);
    if (verb) sites.push(...functionSites(of, verb, namedByDef(of, verb, named)));
    else if (receiver.some(isOfClass)) sites.push(...methodSite(of, { receiver: [], named: withoutFrame(named), chain }));
    else sites.push(...methodSite(of, { receiver, named, chain }));
  }
  return sites;
}

const FUNCTION_NAMES: ReadonlySet<string> = new Set(Object.keys(MODULE_FUNCTIONS).map((name) => name.slice(name.lastIndexOf('.') + 1)));

/** `from pandas import read_csv`. */
function bareCall(of: CallInFrame): readonly Site[] {
  const { ev, call, frame } = of;
  const { root, steps } = call.chain;
  const step = steps[0];
  if (root.kind !== 'name' || step?.kind !== 'call' || !FUNCTION_NAMES.has(root.name)) return [];
  const named = { name: root.name, args: withKeywords(ev, step, frame), line: call.line, endLine: step.endLine, frame, index: 0 };
  const verb = functionOf(ev.evaluate(root, frame));
  return verb ? functionSites(of, verb, namedByDef(of, verb, named)) : [];
}

function functionSites(of: Pick<CallInFrame, 'ev'>, verb: Verb, named: NamedCall): readonly Site[] {
  const own = verb.sql ? sqlSites(of, verb, named) : listOf(siteOf(verb, { ev: of.ev, named }));
  return verb.also ? [...own, ...functionSites(of, verb.also, named)] : own;
}

/** What the text of a query names. One word is a table; a text that nobody knows is a read of something. */
function sqlSites({ ev }: Pick<CallInFrame, 'ev'>, verb: Verb, named: NamedCall): readonly Site[] {
  const text = argument(named.args, verb.target);
  if (!text) return [];
  const templates = templatesOf(ev, { expr: text, frame: named.frame });
  const whyNotTables = verb.sql?.whyNotTables;
  if (whyNotTables === undefined && templates.every((one) => !/\s/.test(printTemplate(one)))) return listOf(siteOf(verb, { ev, named }));
  const inside = databaseOf(ev, verb, named);
  const { api, runtime, format } = verb;
  const engine = { api, runtime, tables: format, ...(inside ? { within: inside } : {}), ...(whyNotTables ? { whyNotTables } : {}) };
  return textSites(engine, templates, named);
}

const SQL_TEXT = /^sqlalchemy\.(?:sql\.(?:expression\.)?)?text$/;

/** `connection.execute(text("delete from finance.ledger"))`: what SQLAlchemy is given as text. */
function executed({ ev }: CallInFrame, { name, args, frame, line, endLine }: NamedCall): readonly Site[] {
  const [given] = args.args;
  const call = given?.kind === 'chain' ? given.steps.at(-1) : undefined;
  if (name !== 'execute' || given?.kind !== 'chain' || call?.kind !== 'call') return [];
  const made = ev.evaluate({ ...given, steps: given.steps.slice(0, -1) }, frame);
  if (!made.some((value) => value.kind === 'library' && SQL_TEXT.test(value.name))) return [];
  const engine = { api: 'sqlalchemy.execute', runtime: 'python', tables: 'jdbc' } as const;
  return textSites(engine, templatesOf(ev, { expr: given, frame }), { line, endLine });
}

function listOf<T>(one: T | undefined): readonly T[] {
  return one === undefined ? [] : [one];
}

/** `pd.DataFrame.to_parquet(df, path)`: a method by way of its class, given the frame first. */
function isOfClass(value: Value): boolean {
  return (
    value.kind === 'library' &&
    /^(?:pandas|polars|geopandas|modin\.pandas|dask\.dataframe|pyspark\.pandas)\.(?:\w+\.)*\w*(?:DataFrame|LazyFrame|Series)\.\w+$/.test(
      value.name,
    )
  );
}

function withoutFrame(named: NamedCall): NamedCall {
  return { ...named, args: { ...named.args, args: named.args.args.slice(1) } };
}

type Method = { readonly receiver: readonly Value[]; readonly named: NamedCall; readonly chain: Unrolled };

/** A method of some frame; a function of a library or of this repository with that name is something else. */
function methodSite({ ev, frame }: CallInFrame, { receiver, named, chain }: Method): readonly Site[] {
  const library = libraryOf(chain, { name: named.name, file: frame.unit });
  const verb = methodOf(library, named.name);
  if (!verb || receiver.some((value) => value.kind === 'def' || value.kind === 'library' || value.kind === 'class')) return [];
  if (isOwnMethod(ev.program, frame, named.name, verb)) return [];
  const target = argument(named.args, verb.target);
  if (!target && GIVES_TEXT.has(named.name)) return [];
  const site = siteOf(verb, { ev, named }, library === 'dask' ? 'dask' : verb.runtime);
  const nothing = target?.kind === 'const' && target.value === null;
  if (nothing) return [];
  if (!site) return [];
  if (named.name === 'textFile' && isCollected(chain, named)) return [{ ...site, whyNot: 'settings' }];
  return [isReport(frame.unit, { named, chain }, site) ? { ...site, whyNot: 'report' } : site];
}

const FRAMES = /^(?:pandas|polars|dask|modin|geopandas|cudf|xarray|zarr|pyspark|pyarrow|duckdb|awswrangler|databricks|ibis)\b/;

/** What a method calls the place that it writes to. */
const PLACE_NAME = /path|file|uri|url|target|location|dest|out|buf|table|name|where|root|store|key|^(?:args|f|fn|to)$/i;

/** A class of this repository has a method of that name that is given no place, and nothing in the file speaks of frames. */
function isOwnMethod(program: Program, { unit: { facts }, scope: around }: Frame, name: string, { api }: Verb): boolean {
  const wanted = api.startsWith('polars.') ? /^polars\b/ : FRAMES;
  if (facts.scopes[around]?.name === name || facts.imports.some(({ module }) => wanted.test(module))) return false;
  return defsNamed(program, name).some(({ unit, scope }) => {
    const of = unit.facts.scopes[scope];
    const [, first] = of?.params ?? [];
    return first !== undefined && !PLACE_NAME.test(first.name) && unit.facts.scopes[of?.parent ?? 0]?.kind === 'class';
  });
}

/** Lines that go to the driver at once are few: a list or a mapping that the job is told by. */
function isCollected({ steps }: Unrolled, { index }: NamedCall): boolean {
  const next = steps[index + 1]?.step;
  return next?.kind === 'attr' && next.name === 'collect';
}

/** Values of the program made into a frame and put into one file of this machine in the same breath: something to look at. */
function isReport(unit: Unit, { named, chain }: Pick<Method, 'named' | 'chain'>, site: Site): boolean {
  const pandas = unit.facts.imports.filter((one) => one.module === 'pandas').map((one) => one.local);
  const [first, second] = chain.steps;
  const isMade =
    chain.root.kind === 'name' &&
    pandas.includes(chain.root.name) &&
    first?.step.kind === 'attr' &&
    first.step.name === 'DataFrame' &&
    second?.step.kind === 'call';
  const isLocal = site.templates.length > 0 && site.templates.every((template) => /^[^:{]*\.\w+$/.test(printTemplate(template)));
  return isMade && named.index === 3 && isLocal;
}

type MethodsOf = keyof typeof METHODS_OF;

function methodOf(library: MethodsOf | undefined, name: string): Verb | undefined {
  const own = library && METHODS_OF[library];
  if (own && Object.hasOwn(own, name)) return own[name];
  return Object.hasOwn(FRAME_METHODS, name) ? FRAME_METHODS[name] : undefined;
}

/** What makes a frame of one library into one of another. */
const CONVERSIONS: Readonly<Record<string, MethodsOf | 'other'>> = {
  compute: 'other',
  toPandas: 'other',
  to_pandas: 'other',
  to_polars: 'other',
  to_arrow: 'other',
  pandas_api: 'pyspark',
  to_pandas_on_spark: 'pyspark',
  to_koalas: 'pyspark',
  to_dask: 'dask',
};

const MODULES: readonly (readonly [RegExp, MethodsOf])[] = [
  [/^dask\b/, 'dask'],
  [/^(?:pyspark\.pandas|databricks\.koalas)\b/, 'pyspark'],
  [/^ray\b/, 'ray'],
];
/** Others whose frames a chain may begin with. */
const OTHER = /^(?:pandas|polars|geopandas|cudf|modin|pyarrow|duckdb|vaex)\b/;

/** By what the chain made of the frame last, else by the module that it begins with, else by what the file imports. */
function libraryOf(
  { root, frame: { unit }, steps }: Unrolled,
  { name, file }: { readonly name: string; readonly file: Unit },
): MethodsOf | undefined {
  const made = steps.map((placed) => nameOf(placed)).findLast((one) => Object.hasOwn(CONVERSIONS, one));
  if (made !== undefined) return known(CONVERSIONS[made]);
  const modules = root.kind === 'name' ? unit.facts.imports.filter((one) => one.local === root.name).map(fullName) : [];
  if (modules.some((module) => OTHER.test(module))) return undefined;
  const own = MODULES.find(([pattern]) => modules.some((module) => pattern.test(module)));
  if (own) return own[1];
  const all = file.facts.imports.map(fullName);
  const isImported = (pattern: RegExp): boolean => all.some((module) => pattern.test(module));
  // Polars and Ray share names of methods that no other library has.
  if (name.startsWith('write_')) return isImported(/^ray\b/) && !isImported(/^polars\b/) ? 'ray' : undefined;
  if (isImported(/^dask\b/)) return 'dask';
  return isImported(/^(?:pyspark\.pandas|databricks\.koalas)\b/) && !isImported(/^pandas\b/) ? 'pyspark' : undefined;
}

function known(library: MethodsOf | 'other' | undefined): MethodsOf | undefined {
  return library === 'other' ? undefined : library;
}

/** `from dask import dataframe` is `dask.dataframe`. */
function fullName({ module, name }: Unit['facts']['imports'][number]): string {
  return name === undefined || name === '*' ? module : `${module}.${name}`;
}
