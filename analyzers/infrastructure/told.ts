/** §4.1 What an infrastructure file tells: its tree, with texts as templates whose holes are what the file does not say. */
import { concatAll, fullText, holed, literal, type Template } from '../templates/template.js';

export type Told = Template | readonly Told[] | ToldMap;
export type ToldMap = ReadonlyMap<string, Told>;

/**
 * What a reference is worth: `var.x`, `local.y`; undefined is what nobody here knows. Where a condition asks, it is said too
 * that nothing is given.
 */
export type Lookup = (path: readonly string[], asks?: 'condition') => Told | undefined;

export const NOTHING: ToldMap = new Map();
/** What is said to be nothing; as a text it is empty. */
export const NULL: Template = literal('');

export function isText(told: Told | undefined): told is Template {
  return told !== undefined && 'parts' in told;
}

export function mapIn(told: Told | undefined): ToldMap {
  return told instanceof Map ? told : NOTHING;
}

export function listIn(told: Told | undefined): readonly Told[] {
  return Array.isArray(told) ? told : told === undefined ? [] : [told];
}

/** A text where one is told; a list of one text is that text. */
export function textIn(told: Told | undefined): Template | undefined {
  if (isText(told)) return told;
  return Array.isArray(told) && told.length === 1 ? textIn(told[0]) : undefined;
}

/** The text where nothing of it is unknown. */
export function wordIn(told: Told | undefined): string | undefined {
  const template = textIn(told);
  return template && fullText(template);
}

/** The value at a path of keys. */
export function at(told: Told | undefined, ...keys: readonly string[]): Told | undefined {
  return keys.reduce<Told | undefined>(memberOf, told);
}

/** A block is a list of one; an element of a list is named by its number. */
function memberOf(told: Told | undefined, key: string): Told | undefined {
  if (!Array.isArray(told)) return mapIn(told).get(key);
  return /^\d+$/.test(key) ? told[Number(key)] : at(told[0], key);
}

/** Nothing that declares jobs is nested deeper; what lies below says nothing. */
const MAX_NESTING = 200;

/** JSON or YAML as it was read; `words` says what a text means. */
export function toldOf(value: unknown, words: (text: string) => Told, depth = 0): Told {
  if (depth > MAX_NESTING) return NOTHING;
  if (typeof value === 'string') return words(value);
  if (Array.isArray(value)) return value.map((item) => toldOf(item, words, depth + 1));
  if (typeof value === 'object' && value !== null)
    return new Map(Object.entries(value).map(([key, inner]): [string, Told] => [key, toldOf(inner, words, depth + 1)]));
  if (value === null) return NULL;
  return literal(value === undefined ? '' : String(value));
}

/** Every list, map and text in it, wherever the same one stands: lists of lists double. */
export function sizeOfTold(told: Told, known: Map<Told, number> = new Map()): number {
  if (isText(told)) return 1;
  const before = known.get(told);
  if (before !== undefined) return before;
  let size = 1;
  for (const one of told instanceof Map ? told.values() : listIn(told)) size += sizeOfTold(one, known);
  known.set(told, size);
  return size;
}

const DOLLAR = /\$\{([^{}]*)\}/;

/** `${a.b}` is a hole by the last name of what stands in it, unless `known` says more. */
export function interpolated(text: string, known: (inside: string) => Template | undefined = () => undefined): Template {
  const pieces = text.split(new RegExp(DOLLAR, 'g'));
  return concatAll(
    pieces.map((piece, index): Template => (index % 2 === 0 ? literal(piece) : (known(piece.trim()) ?? holed('config', lastWord(piece))))),
  );
}

/** `module.lake.bucket_uri` and `var.buckets["x"]` by what names them. */
export function lastWord(expression: string): string {
  return expression.match(/[A-Za-z_][\w-]*/g)?.at(-1) ?? 'value';
}
