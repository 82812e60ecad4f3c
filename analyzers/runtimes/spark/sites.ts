/** §4.3 Spark's readers and writers, chained or held in a variable: `df.write…save(p)`, `spark.read…load(p)`, `df.writeTo(t).append()`. */
import type { Expr } from '../../python/facts.js';
import { SPARK_READ, SPARK_WRITE, SPARK_WRITE_TO } from '../../python/spark-verbs.js';
import { templatesOf } from '../../targets/evaluate.js';
import type { Evaluation, Thunk } from '../../targets/values.js';
import type { Template } from '../../templates/template.js';
import { argument, keyword, type NamedCall, namedCalls, nameOf, type PlacedStep, receiverName, type Unrolled, unroll } from '../chain.js';
import {
  type CallInFrame,
  entriesOf,
  inDatabase,
  listening,
  modeOf,
  modeSaid,
  oneOf,
  type Site,
  type Word,
  wordOf,
  wordsOf,
} from '../site.js';
import { inBigQuery } from './bigquery.js';
import { currentDatabase } from './current-database.js';
import { deltaSite, mergeSite, removalSite } from './delta.js';
import { saidSince } from './held-writers.js';

/** Formats without storage of their own. */
const NO_STORAGE: Readonly<Record<string, string>> = { console: 'debug', noop: 'debug', memory: 'debug' };
/** What Spark writes when no format is named. */
const DEFAULT_FORMAT = 'parquet';

export function sparkSites({ ev, call, frame }: CallInFrame): readonly Site[] {
  const chain = unroll(call.chain, frame, ev, saidSince);
  const sites: Site[] = [];
  for (const named of namedCalls(chain.steps, chain.own)) {
    const site = listening(
      ev,
      () =>
        writerSite(ev, chain.steps, named) ??
        readerSite(ev, chain.steps, named) ??
        tableSite(ev, { chain, named, called: call.chain.root }) ??
        deltaSite(ev, chain, named) ??
        mergeSite(ev, chain, named) ??
        removalSite(ev, chain, named) ??
        writeToSite(ev, chain.steps, named),
    );
    if (site)
      sites.push(
        TAKES_NAME.test(site.api)
          ? { ...site, ...inDatabase(site.templates, currentDatabase(ev, { ...named.frame, line: named.line })) }
          : site,
      );
  }
  return sites;
}

/** Calls whose target is the name of a table. */
const TAKES_NAME = /^spark\.(?:table$|\w+\.(?:table|saveAsTable|insertInto|toTable)$|writeTo\.)/;

/** Index of the property `name` before a call, unless it is called itself (`model.write()`). */
function propertyBefore(steps: readonly PlacedStep[], end: number, names: readonly string[]): number {
  for (let index = end - 1; index >= 0; index--) {
    const step = steps[index]?.step;
    if (step?.kind === 'attr' && names.includes(step.name)) return index;
  }
  return -1;
}

type Said = {
  readonly format?: string;
  readonly mode?: string;
  readonly partitionBy: readonly string[];
  readonly options: ReadonlyMap<string, Thunk>;
};

/** What the calls between `.write` and the ending say. Later ones win; of one that may not have been come to nobody knows. */
function saidBetween(ev: Evaluation, calls: readonly NamedCall[]): Said {
  let said: Said = { partitionBy: [], options: new Map() };
  for (const call of calls) {
    const next = saidBy(ev, said, call);
    said = call.isUnsure ? either(ev, call, said, next) : next;
  }
  return said;
}

function saidBy(ev: Evaluation, said: Said, named: NamedCall): Said {
  const { name, args, frame, line } = named;
  const word = (about?: Word['about']): string | undefined =>
    wordOf(ev, args.args[0] ?? keyword(args, 'source', 'saveMode', 'outputMode', 'key'), frame, about && { about, line });
  if (name === 'format') return { ...said, ...word1('format', word('format')) };
  const mode = name === 'mode' || name === 'outputMode' ? word('mode') : undefined;
  if (mode !== undefined) return { ...said, mode: modeOf(mode) };
  if (name === 'partitionBy') return { ...said, partitionBy: wordsOf(ev, args.args, frame, { about: 'partition_by', line }) };
  if (name === 'option') return { ...said, options: withOption(said.options, word(), args.args[1] ?? keyword(args, 'value'), frame) };
  if (name === 'options') return { ...said, options: withOptions(ev, said.options, args.keywords, frame) };
  return Object.hasOwn(SPARK_WRITE, name) ? saidByEnding(ev, said, named) : said;
}

/** A writer that a variable holds keeps what it was last written with. */
function saidByEnding(ev: Evaluation, said: Said, named: NamedCall): Said {
  const verb = SPARK_WRITE[named.name];
  if (!verb || verb.replaces) return said;
  const columns = argument(named.args, verb.partition);
  return {
    ...said,
    ...word1('format', formatSaid(ev, verb, { named, said }) || said.format),
    ...word1('mode', modeSaid(ev, verb, named)),
    ...(columns ? { partitionBy: wordsOf(ev, [columns], named.frame) } : {}),
  };
}

/** One of two; an option is what it was, or open. */
function either(ev: Evaluation, { frame, line }: NamedCall, before: Said, after: Said): Said {
  const one = (about: 'format' | 'mode', otherwise: string): Partial<Said> => {
    const possible = [before[about] ?? otherwise, after[about] ?? otherwise];
    return before[about] === after[about] ? {} : { [about]: oneOf(ev, frame, { about, line }, possible) };
  };
  const columns = [before.partitionBy, after.partitionBy].map((all) => all.join(' and '));
  const options = [...after.options].map(([name, thunk]): [string, Thunk] =>
    before.options.get(name) === thunk ? [name, thunk] : [name, { expr: { kind: 'opaque', text: name }, frame }],
  );
  return {
    ...before,
    ...one('format', DEFAULT_FORMAT),
    ...one('mode', 'create'),
    ...(columns[0] === columns[1] ? {} : { partitionBy: [oneOf(ev, frame, { about: 'partition_by', line }, columns)] }),
    options: new Map(options),
  };
}

function word1<K extends 'format' | 'mode'>(key: K, value: string | undefined): Partial<Said> {
  return value === undefined ? {} : { [key]: value };
}

function withOption(options: Said['options'], name: string | undefined, expr: Expr | undefined, frame: Thunk['frame']): Said['options'] {
  return name === undefined || !expr ? options : new Map([...options, [name.toLowerCase(), { expr, frame }]]);
}

function withOptions(
  ev: Evaluation,
  options: Said['options'],
  keywords: NamedCall['args']['keywords'],
  frame: Thunk['frame'],
): Said['options'] {
  const all = new Map(options);
  for (const { name, value } of keywords) {
    if (name !== '**') all.set(name.toLowerCase(), { expr: value, frame });
    else for (const [key, thunk] of entriesOf(ev, value, frame)) all.set(key.toLowerCase(), thunk);
  }
  return all;
}

function writerSite(ev: Evaluation, steps: readonly PlacedStep[], named: NamedCall): Site | undefined {
  const verb = Object.hasOwn(SPARK_WRITE, named.name) ? SPARK_WRITE[named.name] : undefined;
  const at = verb ? propertyBefore(steps, named.index - 1, ['write', 'writeStream']) : -1;
  if (!verb || at < 0) return undefined;
  const isModel = steps[at + 1]?.step.kind === 'call';
  const said = saidBetween(
    ev,
    namedCalls(steps, at).filter((one) => one.index < named.index),
  );
  const given = argument(named.args, verb.target);
  // What is done with each batch is found in the function that does it.
  if (named.name === 'start' && !given && isDoneByFunction(ev, steps, at)) return undefined;
  const { line } = named;
  const format = formatSaid(ev, verb, { named, said });
  const templates = targetOf(ev, given ? { expr: given, frame: named.frame } : undefined, { said, format });
  const location = given && NAMES_TABLE.has(named.name) ? placeOption(ev, keyword(named.args, 'path'), { named, said }) : undefined;
  const partition = argument(named.args, verb.partition);
  const isSnowpark = named.name === 'save_as_table';
  const stream = steps[at]?.step.kind === 'attr' && nameOf(steps[at]) === 'writeStream';
  const kept = Object.hasOwn(NO_STORAGE, format) ? NO_STORAGE[format] : undefined;
  const why = isModel ? 'model' : (kept ?? (stream && goesOn(steps, { from: at, to: named.index }) ? 'stream' : undefined));
  const hudi = /hudi/i.test(format) ? said.options.get('hoodie.datasource.write.partitionpath.field') : undefined;
  return {
    effect: 'write',
    api: `${isSnowpark ? 'snowpark' : 'spark'}.${stream ? 'writeStream' : 'write'}.${named.name}`,
    runtime: isSnowpark ? 'python' : 'spark',
    line,
    endLine: named.endLine,
    templates,
    format: hiveFileFormat(ev, format, { named, said }) ?? storageFormat(format, named.name),
    mode: writeMode(ev, verb, { named, said }),
    partitionBy: partition
      ? wordsOf(ev, [partition], named.frame, { about: 'partition_by', line })
      : hudi
        ? hudiFields(ev, hudi)
        : said.partitionBy,
    ...(location ? { location } : {}),
    ...(why ? { whyNot: why } : {}),
  };
}

/** No trigger says that the stream takes what is there and stops. */
function goesOn(steps: readonly PlacedStep[], { from, to }: { readonly from: number; readonly to: number }): boolean {
  const triggers = namedCalls(steps, from).filter(({ name, index }) => name === 'trigger' && index < to);
  return !triggers.some(({ args }) => args.keywords.some(({ name }) => name === 'once' || name === 'availableNow' || name === '**'));
}

const BY_FUNCTION: ReadonlySet<string> = new Set(['foreachBatch', 'foreach']);

/** `writeStream.foreachBatch(upsert)`, where the repository says what it is. */
function isDoneByFunction(ev: Evaluation, steps: readonly PlacedStep[], from: number): boolean {
  return namedCalls(steps, from).some(({ name, args: { args }, frame }) => {
    const [callable] = BY_FUNCTION.has(name) ? args : [];
    return callable !== undefined && ev.evaluate(callable, frame).every(({ kind }) => kind === 'def' || kind === 'lambda');
  });
}

/** The argument, else the option that stands for it. */
function targetOf(
  ev: Evaluation,
  given: Thunk | undefined,
  { said, format }: { readonly said: Said; readonly format: string },
): readonly Template[] {
  const table = format === 'jdbc' || format === 'snowflake' || format === 'bigquery' || format.includes('redshift');
  const option =
    (table ? (said.options.get('dbtable') ?? said.options.get('table')) : undefined) ??
    said.options.get('path') ??
    said.options.get('table');
  const thunk = given ?? option;
  const templates = thunk ? templatesOf(ev, thunk) : [];
  return format === 'bigquery' ? inBigQuery(ev, templates, said.options) : templates;
}

/** Endings that name a table; an option may say where its files go. */
const NAMES_TABLE: ReadonlySet<string> = new Set(['saveAsTable', 'toTable']);

function placeOption(ev: Evaluation, given: Expr | undefined, { named, said }: InChain): Template | undefined {
  const thunk = given ? { expr: given, frame: named.frame } : said.options.get('path');
  const [template, ...others] = thunk ? templatesOf(ev, thunk) : [];
  return others.length === 0 ? template : undefined;
}

/** A Hive table says how its files are stored beside its format. */
function hiveFileFormat(ev: Evaluation, format: string, { named, said }: InChain): string | undefined {
  if (format !== 'hive') return undefined;
  const option = said.options.get('fileformat');
  return (
    wordOf(ev, keyword(named.args, 'fileFormat'), named.frame)?.toLowerCase() ??
    (option && wordOf(ev, option.expr, option.frame)?.toLowerCase())
  );
}

/** `year,month` or `year:simple,month:simple`. */
function hudiFields(ev: Evaluation, { expr, frame }: Thunk): readonly string[] {
  const fields = wordOf(ev, expr, frame)?.split(',') ?? [];
  return fields.map((field) => field.split(':')[0]?.trim() ?? '').filter((field) => field !== '');
}

function storageFormat(format: string, ending: string): string {
  const known = format
    .toLowerCase()
    .replace(/^com\.databricks\.spark\./, '')
    .replace(/^org\.apache\.(?:spark\.sql\.)?/, '');
  if (known !== '') return known;
  return ending === 'saveAsTable' || ending === 'toTable' ? 'table' : DEFAULT_FORMAT;
}

/** `insertInto` appends unless told otherwise; without a word Spark refuses to replace. */
function writeMode(ev: Evaluation, verb: Ending, { named, said }: InChain): string {
  const word = modeSaid(ev, verb, named) ?? said.mode;
  if (word !== undefined) return word;
  return named.name === 'insertInto' || named.name === 'start' || named.name === 'toTable' ? 'append' : 'create';
}

type Ending = (typeof SPARK_WRITE)[string];
type InChain = { readonly named: NamedCall; readonly said: Said };

/** What the call says, else what was said before it; an ending that is called like a format beats both. */
function formatSaid(ev: Evaluation, verb: Ending, { named, said }: InChain): string {
  if (verb.isFixed) return verb.format;
  const given = argument(named.args, verb.formatKeyword);
  return wordOf(ev, given, named.frame, { about: 'format', line: named.line }) ?? said.format ?? verb.format;
}

function readerSite(ev: Evaluation, steps: readonly PlacedStep[], named: NamedCall): Site | undefined {
  const verb = Object.hasOwn(SPARK_READ, named.name) ? SPARK_READ[named.name] : undefined;
  const at = verb ? propertyBefore(steps, named.index - 1, ['read', 'readStream']) : -1;
  if (!verb || at < 0 || steps[at + 1]?.step.kind === 'call') return undefined;
  const said = saidBetween(
    ev,
    namedCalls(steps, at).filter((one) => one.index < named.index),
  );
  const given = argument(named.args, verb.target);
  const { line } = named;
  const format = formatSaid(ev, verb, { named, said });
  const more = named.name === 'parquet' ? named.args.args.slice(1) : [];
  const templates = targetOf(ev, given ? { expr: given, frame: named.frame } : undefined, { said, format });
  return {
    effect: 'read',
    api: `spark.${nameOf(steps[at])}.${named.name}`,
    runtime: 'spark',
    line,
    endLine: named.endLine,
    templates: [...templates, ...more.flatMap((expr) => templatesOf(ev, { expr, frame: named.frame }))],
    format: storageFormat(format, named.name),
    mode: '',
    partitionBy: [],
  };
}

/** `named` of an unrolled chain, and what the call itself begins with. */
type OnReceiver = { readonly chain: Unrolled; readonly named: NamedCall; readonly called: Expr };

const SESSION = /^(?:_?spark\w*|snow(?:park|flake)_?\w*|session|ss|sqlContext|sql_context|hiveContext|sqlCtx|glueContext)$/;

/** Of a batch of a stream it is asked by way of the JVM: `batch._jdf.sparkSession()`. */
const MAKES_SESSION: readonly string[] = ['getOrCreate', 'getActiveSession', 'newSession', 'sparkSession'];

/** Called on a session: by its name, also where it is known what was put into that name, or on the call that makes one. */
export function isOnSession({ chain, named: { index }, called }: OnReceiver): boolean {
  const isFirst = index === chain.own + 1;
  if (isFirst && called.kind === 'name' && SESSION.test(called.name)) return true;
  const made = chain.steps[index - 2]?.step.kind === 'call' ? nameOf(chain.steps[index - 3]) : undefined;
  return made === undefined ? SESSION.test(receiverName(chain, index)) : MAKES_SESSION.includes(made);
}

function tableSite(ev: Evaluation, on: OnReceiver): Site | undefined {
  const { named } = on;
  const target = named.name === 'table' && isOnSession(on) ? named.args.args[0] : undefined;
  if (!target) return undefined;
  return {
    effect: 'read',
    api: 'spark.table',
    runtime: 'spark',
    line: named.line,
    endLine: named.endLine,
    templates: templatesOf(ev, { expr: target, frame: named.frame }),
    format: 'table',
    mode: '',
    partitionBy: [],
  };
}

function writeToSite(ev: Evaluation, steps: readonly PlacedStep[], named: NamedCall): Site | undefined {
  const mode = Object.hasOwn(SPARK_WRITE_TO, named.name) ? SPARK_WRITE_TO[named.name] : undefined;
  if (mode === undefined) return undefined;
  const calls = namedCalls(steps).filter((one) => one.index < named.index);
  const opening = calls.findLast((one) => one.name === 'writeTo');
  const target = opening?.args.args[0];
  if (!opening || !target) return undefined;
  const using = calls.find((one) => one.name === 'using');
  const partition = calls.find((one) => one.name === 'partitionedBy');
  return {
    effect: 'write',
    api: `spark.writeTo.${named.name}`,
    runtime: 'spark',
    line: named.line,
    endLine: named.endLine,
    templates: templatesOf(ev, { expr: target, frame: opening.frame }),
    format: wordOf(ev, using?.args.args[0], named.frame, { about: 'format', line: using?.line ?? named.line }) ?? 'table',
    mode,
    partitionBy: partition ? wordsOf(ev, partition.args.args, partition.frame, { about: 'partition_by', line: partition.line }) : [],
  };
}
