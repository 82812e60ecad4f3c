/** §5.2 S3 canonical type tokens: what every engine calls one thing, once. Text form: decimal(12,2), list<string>, struct<a:int32>. */

export type CanonicalField = { readonly name: string; readonly type: CanonicalType };
export type CanonicalType =
  | string
  | { readonly list: CanonicalType }
  | { readonly map: readonly [CanonicalType, CanonicalType] }
  | { readonly struct: readonly CanonicalField[] };

/** Deeper nesting than this is not a schema anybody wrote; it becomes `unknown`. */
export const MAX_TYPE_DEPTH = 64;

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names normalised first, then sorted by UTF-16 code units, as RFC 8785 sorts keys: order is no part of the identity. */
export function sortedFields(fields: readonly CanonicalField[]): readonly CanonicalField[] {
  return fields
    .map(({ name, type }) => ({ name: name.normalize('NFC'), type }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

export function printCanonical(type: CanonicalType): string {
  if (typeof type === 'string') return type;
  if ('list' in type) return `list<${printCanonical(type.list)}>`;
  if ('map' in type) return `map<${printCanonical(type.map[0])},${printCanonical(type.map[1])}>`;
  const fields = sortedFields(type.struct).map(({ name, type: of }) => {
    return `${PLAIN_NAME.test(name) ? name : JSON.stringify(name)}:${printCanonical(of)}`;
  });
  return `struct<${fields.join(',')}>`;
}

/** Reads the text form back; `undefined` for anything else. */
export function parseCanonical(text: string): CanonicalType | undefined {
  const read = readType(text, 0, 0);
  return read !== undefined && read.end === text.length ? read.type : undefined;
}

const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^bool$/, 'BOOLEAN'],
  [/^int(8|16|32|64)$/, 'INTEGER'],
  [/^float32$/, 'FLOAT'],
  [/^float64$/, 'DOUBLE'],
  [/^decimal\(/, 'DECIMAL'],
  [/^(string|binary|date|time|timestamp|interval|null|variant)$/, ''],
  [/^list</, 'LIST'],
  [/^map</, 'MAP'],
  [/^struct</, 'STRUCT'],
];

/** The type's family, upper case, as `baseline.json` and the policy bundle print it. */
export function typeFamily(canonicalType: string): string {
  const family = FAMILIES.find(([pattern]) => pattern.test(canonicalType));
  if (family === undefined) return 'UNKNOWN';
  return family[1] === '' ? canonicalType.toUpperCase() : family[1];
}

export function isNumericType(canonicalType: string): boolean {
  return /^(int(8|16|32|64)|float(32|64)|decimal\(.*\))$/.test(canonicalType);
}

type Read<T> = { readonly type: T; readonly end: number } | undefined;

function readType(text: string, at: number, depth: number): Read<CanonicalType> {
  if (depth > MAX_TYPE_DEPTH) return undefined;
  const nested = /^(list|map|struct)</.exec(text.slice(at, at + 7));
  if (nested === null) {
    const token = /^(?:decimal\([0-9]{1,2},[0-9]{1,2}\)|[a-z][a-z0-9]*)/.exec(text.slice(at, at + 32))?.[0];
    return token === undefined ? undefined : { type: token, end: at + token.length };
  }
  const start = at + nested[0].length;
  if (nested[1] === 'struct') return readStruct(text, start, depth);
  const first = readType(text, start, depth + 1);
  if (first === undefined) return undefined;
  if (nested[1] === 'list') return text[first.end] === '>' ? { type: { list: first.type }, end: first.end + 1 } : undefined;
  if (text[first.end] !== ',') return undefined;
  const second = readType(text, first.end + 1, depth + 1);
  if (second === undefined || text[second.end] !== '>') return undefined;
  return { type: { map: [first.type, second.type] }, end: second.end + 1 };
}

function readStruct(text: string, start: number, depth: number): Read<CanonicalType> {
  const fields: CanonicalField[] = [];
  let at = start;
  if (text[at] === '>') return { type: { struct: [] }, end: at + 1 };
  for (;;) {
    const written = /^(?:[A-Za-z_][A-Za-z0-9_]*|"(?:[^"\\]|\\.)*")(?=:)/.exec(text.slice(at))?.[0];
    if (written === undefined) return undefined;
    const name = fieldName(written);
    const field = name === undefined ? undefined : readType(text, at + written.length + 1, depth + 1);
    if (name === undefined || field === undefined) return undefined;
    fields.push({ name, type: field.type });
    if (text[field.end] === '>') return { type: { struct: fields }, end: field.end + 1 };
    if (text[field.end] !== ',') return undefined;
    at = field.end + 1;
  }
}

function fieldName(written: string): string | undefined {
  if (!written.startsWith('"')) return written;
  try {
    const name: unknown = JSON.parse(written);
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
