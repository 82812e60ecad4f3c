/** §4.1 Functions of Terraform whose result is told by what they are given: texts put together, maps merged, the first that is there. */
import { concatAll, fullText, literal, mapText, replaceText, type Template } from '../templates/template.js';
import { at, isText, listIn, mapIn, NULL, type Told, textIn } from './told.js';

type Given = readonly (Told | undefined)[];
type Call = (given: Given) => Told | undefined;

/** Those that give their first argument back, as far as a job is concerned. */
const SAME = new Set(['tomap', 'jsonencode', 'tostring', 'tolist', 'toset', 'try', 'nonsensitive', 'abspath', 'pathexpand']);

export function callOf(name: string, given: Given): Told | undefined {
  if (SAME.has(name)) return given[0];
  return Object.hasOwn(CALLS, name) ? CALLS[name]?.(given) : undefined;
}

const CALLS: Readonly<Record<string, Call>> = {
  merge: (given) => (isMuch(given) ? undefined : new Map(given.flatMap((one) => [...mapIn(one)]))),
  templatefile: ([file, names]) =>
    new Map<string, Told>([['templatefile', mapIn(names)], ...(file === undefined ? [] : [['file', file] as const])]),
  concat: (given) => (isMuch(given) ? undefined : given.flatMap((one) => (Array.isArray(one) ? one : []))),
  coalesce: (given) => given.find((one) => one !== undefined && one !== NULL),
  lookup: ([map, key, otherwise]) => at(map, textIn(key)?.parts.join('') ?? '') ?? otherwise,
  keys: ([map]) => (map instanceof Map ? [...map.keys()].toSorted().map(literal) : undefined),
  values: ([map]) => (map instanceof Map ? [...map].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value) : undefined),
  length: ([told]) => sizeOf(told),
  join: ([separator, list]) => joined(isText(separator) ? separator : undefined, listIn(list)),
  format: ([pattern, ...values]) => formatted(wordOf(pattern), values),
  lower: ([text]) => changed(text, (part) => part.toLowerCase()),
  upper: ([text]) => changed(text, (part) => part.toUpperCase()),
  trimspace: ([text]) => (wordOf(text) === undefined ? text : literal((wordOf(text) ?? '').trim())),
  replace: ([text, from, to]) => replaced(text, wordOf(from), wordOf(to)),
  trimprefix: ([text, start]) => trimmed(text, wordOf(start), true),
  trimsuffix: ([text, end]) => trimmed(text, wordOf(end), false),
};

/** Lists that double are soon more than anybody writes down. */
const MAX_ITEMS = 20_000;

function isMuch(given: Given): boolean {
  return given.reduce((items, one) => items + mapIn(one).size + (Array.isArray(one) ? one.length : 0), 0) > MAX_ITEMS;
}

function sizeOf(told: Told | undefined): Told | undefined {
  return told instanceof Map ? literal(String(told.size)) : Array.isArray(told) ? literal(String(told.length)) : undefined;
}

function wordOf(told: Told | undefined): string | undefined {
  return isText(told) ? fullText(told) : undefined;
}

function changed(told: Told | undefined, change: (part: string) => string): Told | undefined {
  return isText(told) ? mapText(told, change) : undefined;
}

function joined(separator: Template | undefined, list: readonly Told[]): Told | undefined {
  const texts = list.flatMap((one) => (isText(one) ? [one] : []));
  if (!separator || texts.length < list.length || isMuch([texts])) return undefined;
  return concatAll(texts.flatMap((one, index) => (index === 0 ? [one] : [separator, one])));
}

/** `%s` and `%d` only: of other forms nobody knows how they look. */
function formatted(pattern: string | undefined, values: Given): Told | undefined {
  const pieces = pattern?.split(/(%.)/) ?? [];
  let next = 0;
  const parts = pieces.map((piece): Template | undefined => {
    if (piece === '%s' || piece === '%d') return textIn(values[next++]);
    return piece === '%%' ? literal('%') : /^%/.test(piece) ? undefined : literal(piece);
  });
  const known = parts.flatMap((part) => part ?? []);
  return pattern === undefined || known.length < parts.length ? undefined : concatAll(known);
}

/** Between slashes stands a pattern, not a text. */
function replaced(told: Told | undefined, from: string | undefined, to: string | undefined): Told | undefined {
  if (!isText(told) || !from || to === undefined || /^\/.+\/$/.test(from)) return undefined;
  return replaceText(told, from, to);
}

function trimmed(told: Told | undefined, end: string | undefined, atStart: boolean): Told | undefined {
  if (!isText(told) || end === undefined) return undefined;
  const place = atStart ? 0 : told.parts.length - 1;
  const part = told.parts[place];
  if (typeof part !== 'string' || !(atStart ? part.startsWith(end) : part.endsWith(end))) return told;
  const rest = atStart ? part.slice(end.length) : part.slice(0, part.length - end.length);
  return { ...told, parts: told.parts.map((one, index) => (index === place ? rest : one)) };
}
