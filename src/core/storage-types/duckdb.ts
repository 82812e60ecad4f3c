/** §5.2 S3 a DuckDB type as DESCRIBE prints it -> canonical type. Needed where the file itself has no types (CSV, JSON). */
import { type CanonicalField, type CanonicalType, MAX_TYPE_DEPTH } from '../canonical-types.js';

const TOKENS: Readonly<Record<string, string>> = {
  BOOLEAN: 'bool',
  TINYINT: 'int8',
  SMALLINT: 'int16',
  INTEGER: 'int32',
  BIGINT: 'int64',
  UTINYINT: 'int16',
  USMALLINT: 'int32',
  UINTEGER: 'int64',
  UBIGINT: 'decimal(20,0)',
  HUGEINT: 'decimal(38,0)',
  UHUGEINT: 'decimal(38,0)',
  FLOAT: 'float32',
  DOUBLE: 'float64',
  VARCHAR: 'string',
  JSON: 'string',
  UUID: 'string',
  BIT: 'string',
  BLOB: 'binary',
  DATE: 'date',
  TIME: 'time',
  TIME_NS: 'time',
  'TIME WITH TIME ZONE': 'time',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  TIMESTAMP_NS: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
  INTERVAL: 'interval',
  '"NULL"': 'null',
  VARIANT: 'variant',
};

/** `unknown` for what the table does not hold: a fingerprint over a guess would be worse than none. */
export function canonicalFromDuckdb(text: string): CanonicalType {
  return read(text.trim(), 0);
}

function read(text: string, depth: number): CanonicalType {
  if (depth > MAX_TYPE_DEPTH) return 'unknown';
  const element = /^(.*)\[[0-9]*\]$/s.exec(text)?.[1];
  if (element !== undefined) return { list: read(element, depth + 1) };
  const decimal = /^DECIMAL\(([0-9]+),\s*([0-9]+)\)$/.exec(text);
  if (decimal !== null) return `decimal(${decimal[1]},${decimal[2]})`;
  if (text.startsWith('ENUM(')) return 'string';
  const inner = /^(STRUCT|MAP)\((.*)\)$/s.exec(text);
  if (inner?.[2] !== undefined) return inner[1] === 'MAP' ? readMap(inner[2], depth) : readStruct(inner[2], depth);
  return Object.hasOwn(TOKENS, text) ? (TOKENS[text] ?? 'unknown') : 'unknown';
}

function readMap(text: string, depth: number): CanonicalType {
  const [key, value, ...more] = splitTop(text);
  if (key === undefined || value === undefined || more.length > 0) return 'unknown';
  return { map: [read(key, depth + 1), read(value, depth + 1)] };
}

function readStruct(text: string, depth: number): CanonicalType {
  const fields: CanonicalField[] = [];
  for (const part of splitTop(text)) {
    const match = /^(?:"((?:[^"]|"")*)"|(\S+))\s+(.*)$/s.exec(part);
    const name = match?.[1]?.replaceAll('""', '"') ?? match?.[2];
    if (name === undefined || match?.[3] === undefined) return 'unknown';
    fields.push({ name, type: read(match[3], depth + 1) });
  }
  return { struct: fields };
}

/** Splits at commas outside parentheses and quotes. */
function splitTop(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote: string | undefined;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quote !== undefined) {
      if (char === quote) quote = undefined;
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}
