/** §4.3 One read or write as a runtime folder sees it, in one frame; `analyzers/link.ts` makes rows of them. */

import type { SaidWord } from '../../src/core/origin.js';
import type { Runtime } from '../../src/core/vocabulary.js';
import type { Call, Expr } from '../python/facts.js';
import type { Verb } from '../python/verb.js';
import { distinctTemplates, product } from '../targets/combine.js';
import { templatesInTurns, templatesOf } from '../targets/evaluate.js';
import { asTemplate, type Evaluation, type Frame, type Thunk, turnsOfValue, type Value } from '../targets/values.js';
import type { ScriptRun } from '../templates/given.js';
import { concat, fullText, literal, MAX_VALUES, printTemplate, type Template } from '../templates/template.js';
import { argument, keyword, madeOf, type NamedCall } from './chain.js';
import { placedFinally } from './moved.js';

export type Site = {
  readonly effect: 'write' | 'read';
  readonly api: string;
  readonly runtime: Runtime;
  readonly line: number;
  readonly endLine: number;
  readonly templates: readonly Template[];
  readonly format: string;
  /** Writes only; '' where nothing is said. */
  readonly mode: string;
  readonly partitionBy: readonly string[];
  readonly whyNot?: string;
  /** Where its words come from; only where somebody asks. */
  readonly said?: readonly SaidWord[];
  /** What it does hangs on a text that only callers give: no site yet. */
  readonly isOpen?: boolean;
  /** The database that was put before its name, since the program said before that names lie in there. */
  readonly within?: string;
  /** Where it says that the table of its name lies. */
  readonly location?: Template;
  /** The table that a catalog calls what is written to its place. */
  readonly called?: Template;
  /** The runs of the script that say its words, where others say different ones. */
  readonly runs?: readonly ScriptRun[];
};

/** What a runtime reads a call with. */
export type CallInFrame = { readonly ev: Evaluation; readonly call: Call; readonly frame: Frame };
export type SiteReader = (of: CallInFrame) => readonly Site[];

/** What a word is for, and the line of the call that says it. */
export type Word = { readonly about: SaidWord['about']; readonly line: number };

/** The text an expression is worth, holes printed by name. Of several, which one holds is known at run time only: a hole too. */
export function wordOf(ev: Evaluation, expr: Expr | undefined, frame: Frame, word?: Word): string | undefined {
  if (!expr) return undefined;
  const [template, ...others] = templatesOf(ev, { expr, frame });
  if (!template) return undefined;
  if (word && (others.length > 0 || saysNothingInATurn(ev, expr, frame)))
    return oneOf(ev, frame, word, [template, ...others].map(printTemplate));
  if (word) note(ev, frame, word, template);
  return printTemplate(template);
}

/** A turn of a loop that gives `None`, where others give a word. */
function saysNothingInATurn(ev: Evaluation, expr: Expr, frame: Frame): boolean {
  return expr.kind !== 'text' && ev.evaluate(expr, frame).some((value) => value.turns && asTemplate(value) === undefined);
}

/** Named after what it is a word for. */
export function oneOf(ev: Evaluation, { unit }: Frame, { about, line }: Word, possible: readonly string[]): string {
  const value = `{${about}}`;
  if (ev.program.explains) ev.said.push({ about, value, at: { file: unit.path, line }, possible });
  return value;
}

function note(ev: Evaluation, { unit }: Frame, { about, line }: Word, template: Template): void {
  if (!ev.program.explains) return;
  const origin = template.origin?.how === 'written' ? {} : { origin: template.origin };
  ev.said.push({
    about,
    value: printTemplate(template),
    at: { file: unit.path, line },
    ...(origin.origin ? { origin: origin.origin } : {}),
  });
}

/** A site together with what calls said while it was read. */
export function listening(ev: Evaluation, read: () => Site | undefined): Site | undefined {
  const from = ev.said.length;
  const site = read();
  return site && ev.program.explains ? { ...site, said: ev.said.slice(from) } : site;
}

/** Column names out of texts, lists and spreads; an unknown list is a hole in the list, and so are several that it may be. */
export function wordsOf(ev: Evaluation, exprs: readonly Expr[], frame: Frame, word?: Word): string[] {
  return exprs.flatMap((expr) => {
    const values = ev.evaluate(expr, frame).filter((value) => !isLeftOpen(value));
    // Without columns in one turn of a loop, with some in another.
    const lists = values
      .flatMap((value) => columnLists(value).map((columns) => ({ turns: turnsOfValue(value), columns })))
      .filter(({ columns, turns }) => columns.length > 0 || (values.length > 1 && turns.size > 0))
      .map(({ columns }) => columns);
    const possible = [...new Set(lists.map((columns) => columns.map(columnText).join(' and ')))];
    if (word && possible.length > 1) return [oneOf(ev, frame, word, possible)];
    return (lists[0] ?? []).map((template) => {
      if (word) note(ev, frame, word, template);
      return columnText(template);
    });
  });
}

/** The call that decides leaves out a parameter whose default is nothing: there are no columns then. */
function isLeftOpen(value: Value): boolean {
  return value.kind === 'hole' && value.nothing !== undefined;
}

/** A list whose elements may be one of several is several lists. */
function columnLists(value: Value): readonly (readonly Template[])[] {
  if (value.kind !== 'list') return [columnsIn([value])];
  const most = Math.min(MAX_VALUES, Math.max(1, ...value.items.map((item) => item.length)));
  return Array.from({ length: most }, (_, index) => columnsIn(value.items.map((item) => item[Math.min(index, item.length - 1)])));
}

function columnsIn(values: readonly (Value | undefined)[]): readonly Template[] {
  return values.flatMap((value) => (value ? (asTemplate(value) ?? []) : []));
}

function columnText(template: Template): string {
  return fullText(template) ?? printTemplate(template);
}

/** Entries of a dictionary argument as words: `connection_options={"path": p}`. */
export function entriesOf(ev: Evaluation, expr: Expr | undefined, frame: Frame): ReadonlyMap<string, Thunk> {
  const found = new Map<string, Thunk>();
  if (!expr) return found;
  for (const value of ev.evaluate(expr, frame)) {
    if (value.kind !== 'dict') continue;
    for (const { keys, values } of value.entries) {
      const key = keys[0] ? asTemplate(keys[0]) : undefined;
      const name = key ? fullText(key) : undefined;
      if (name !== undefined) found.set(name, values);
    }
  }
  return found;
}

/** What the call says that names of one word lie in. */
export function databaseOf(ev: Evaluation, verb: Verb, { args, frame }: NamedCall): Template | undefined {
  const said = argument(args, verb.within);
  return said && templatesOf(ev, { expr: said, frame })[0];
}

/** The name of the table that the call gives to what it writes to a place. */
function calledBy(ev: Evaluation, { registers }: Verb, { args, frame }: NamedCall): Pick<Site, 'called'> {
  const [database, table] = [argument(args, registers?.database), argument(args, registers?.table)];
  if (!database || !table) return {};
  const [schema, name] = [templatesOf(ev, { expr: database, frame }), templatesOf(ev, { expr: table, frame })];
  return schema[0] && name[0] && schema.length === 1 && name.length === 1 ? { called: within(schema[0], name[0]) } : {};
}

function locatedBy(ev: Evaluation, { located }: Verb, { args, frame }: NamedCall): Pick<Site, 'location'> {
  const said = argument(args, located);
  const [location, ...others] = said ? templatesOf(ev, { expr: said, frame }) : [];
  return location && others.length === 0 ? { location } : {};
}

/** One word is the name of a table in the database; more words, and places of files, say where they are. */
export function within(database: Template, name: Template): Template {
  return /[./]/.test(printTemplate(name)) ? name : { ...concat(database, literal('.'), name), via: name.via };
}

/** A name of one word, known whole, lies in the database that was said before. */
export function inDatabase(names: readonly Template[], database: string | undefined): Pick<Site, 'templates' | 'within'> {
  const isOneWord = (name: Template): boolean => /^\w+$/.test(fullText(name) ?? '');
  if (database === undefined || !names.some(isOneWord)) return { templates: names };
  const before = literal(`${database}.`);
  return {
    templates: names.map((name) => (isOneWord(name) ? { ...name, ...concat(before, name), via: name.via } : name)),
    within: database,
  };
}

/** Each name in each database that it can be said with. */
function eachWithin(databases: readonly Template[], names: readonly Template[]): readonly Template[] {
  if (databases.length === 0) return distinctTemplates(names);
  return distinctTemplates(product([databases, names]).flatMap(([database, name]) => (database && name ? [within(database, name)] : [])));
}

function placesOf(ev: Evaluation, { effect }: Verb, thunk: Thunk): readonly Template[] {
  if (effect === 'read') return templatesInTurns(ev, thunk);
  return templatesInTurns(ev, placedFinally(ev, thunk) ?? thunk);
}

/** A call of a verb from the table, as a site. */
export function siteOf(
  verb: Verb,
  { ev, named }: { readonly ev: Evaluation; readonly named: NamedCall },
  runtime = verb.runtime,
): Site | undefined {
  const target = argument(named.args, verb.target);
  if (!target) return undefined;
  const partition = partitionOf(ev, verb, target, named);
  const { line } = named;
  const database = argument(named.args, verb.within);
  const databases = database ? templatesInTurns(ev, { expr: database, frame: named.frame }) : [];
  return listening(ev, () => ({
    effect: verb.effect,
    api: verb.api,
    runtime,
    line,
    endLine: named.endLine,
    templates: eachWithin(databases, placesOf(ev, verb, { expr: target, frame: named.frame })),
    format: formatOf(wordOf(ev, argument(named.args, verb.formatKeyword), named.frame, { about: 'format', line })) ?? verb.format,
    mode: modeSaid(ev, verb, named) ?? verb.mode ?? '',
    partitionBy: partition ? wordsOf(ev, [partition.expr], partition.frame, { about: 'partition_by', line }) : [],
    ...calledBy(ev, verb, named),
    ...locatedBy(ev, verb, named),
    ...(verb.never ? { whyNot: verb.never } : {}),
  }));
}

/** The argument for it, else what the place itself says: `pl.PartitionBy(base_path, key=…)`. */
function partitionOf(ev: Evaluation, verb: Verb, target: Expr, { args, frame }: NamedCall): Thunk | undefined {
  const said = argument(args, verb.partition);
  if (said) return { expr: said, frame };
  const made = target.kind === 'name' ? madeOf(target.name, frame, ev) : { expr: target, frame };
  if (made?.expr.kind !== 'chain') return undefined;
  const [named, call] = made.expr.steps.slice(-2);
  const isPlace = named?.kind === 'attr' && /^Partition(?:By|ByKey|Parted)$/.test(named.name) && call?.kind === 'call';
  const key = isPlace ? keyword(call, 'key', 'by') : undefined;
  return key && { expr: key, frame: made.frame };
}

/** What Arrow calls its own files. */
function formatOf(word: string | undefined): string | undefined {
  return word === 'ipc' || word === 'feather' ? 'arrow' : word;
}

/** By the argument that names it, else by one that is true or false. */
export function modeSaid(
  ev: Evaluation,
  verb: Pick<Verb, 'mode' | 'modeKeyword' | 'adds' | 'replaces'>,
  named: NamedCall,
): string | undefined {
  const word = wordOf(ev, argument(named.args, verb.modeKeyword), named.frame, { about: 'mode', line: named.line });
  if (word !== undefined) return modeOf(word);
  const [adds, replaces] = [argument(named.args, verb.adds), argument(named.args, verb.replaces)];
  if (adds) return byFlag(ev, adds, named, { yes: 'append', no: verb.mode ?? 'overwrite' });
  return replaces && byFlag(ev, replaces, named, { yes: 'overwrite', no: 'append' });
}

/** True or false, as far as that is known. */
function byFlag(
  ev: Evaluation,
  flag: Expr,
  { frame, line }: NamedCall,
  { yes, no }: { readonly yes: string; readonly no: string },
): string {
  const modes = ev.evaluate(flag, frame).map((one) => (one.kind === 'const' ? (one.value === true ? yes : no) : undefined));
  const [mode, ...others] = new Set(modes.flatMap((one) => one ?? [yes, no]));
  return mode !== undefined && others.length === 0 ? mode : oneOf(ev, frame, { about: 'mode', line }, [yes, no]);
}

/** A file is opened to be added to, to be written anew, or to be made. */
const FILE_MODES: Readonly<Record<string, string>> = { a: 'append', w: 'overwrite', x: 'create' };
/** What is written anew is whatever a partition has. */
const DATASET_MODES: Readonly<Record<string, string>> = { delete_matching: 'overwrite' };

/** Spark takes `OVERWRITE` too. */
export function modeOf(word: string): string {
  const [, letter = ''] = /^([awx])[bt+]{0,2}$/.exec(word) ?? [];
  return FILE_MODES[letter] ?? DATASET_MODES[word] ?? (/^\w+$/.test(word) ? word.toLowerCase() : word);
}
