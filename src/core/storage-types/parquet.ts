/** §5.2 S3 the schema of a Parquet footer -> canonical columns. Old writers set only the converted type, new ones only the logical type. */
import * as z from 'zod';
import { type CanonicalField, type CanonicalType, MAX_TYPE_DEPTH, printCanonical } from '../canonical-types.js';
import type { ColumnSchema } from '../measurements.js';

/** One element of the footer, in file order (depth first). */
export const ParquetElement = z.object({
  name: z.string(),
  type: z.string().nullable(),
  repetition_type: z.string().nullable(),
  num_children: z.number().nullable(),
  converted_type: z.string().nullable(),
  precision: z.number().nullable(),
  scale: z.number().nullable(),
  logical_type: z.string().nullable(),
});
export type ParquetElement = z.infer<typeof ParquetElement>;

type Node = ParquetElement & { readonly children: readonly Node[] };

/** The columns as stored; the first element is the root. */
export function columnsFromParquet(elements: readonly ParquetElement[]): readonly ColumnSchema[] {
  const root = readNode(elements, 0, 0);
  return (root?.node.children ?? []).map((node) => ({
    name: node.name.normalize('NFC'),
    canonicalType: printCanonical(fieldType(node)),
    nullable: node.repetition_type !== 'REQUIRED',
    storageType: storageText(node),
  }));
}

function readNode(elements: readonly ParquetElement[], at: number, depth: number): { node: Node; next: number } | undefined {
  const element = elements[at];
  if (element === undefined || depth > MAX_TYPE_DEPTH) return undefined;
  const children: Node[] = [];
  let next = at + 1;
  for (let i = 0; i < (element.num_children ?? 0); i++) {
    const child = readNode(elements, next, depth + 1);
    if (child === undefined) break;
    children.push(child.node);
    next = child.next;
  }
  return { node: { ...element, children }, next };
}

function fieldType(node: Node): CanonicalType {
  // A repeated field outside LIST and MAP is the oldest way to write a list.
  return node.repetition_type === 'REPEATED' ? { list: bareType(node) } : bareType(node);
}

function bareType(node: Node): CanonicalType {
  if (node.children.length === 0) return node.type === null ? { struct: [] } : leafType(node);
  const [only] = node.children;
  const annotation = `${node.converted_type ?? ''} ${node.logical_type ?? ''}`;
  if (only?.repetition_type === 'REPEATED' && node.children.length === 1) {
    if (/\bLIST\b|ListType/.test(annotation)) return { list: elementType(only, node.name) };
    if (/\bMAP\b|MAP_KEY_VALUE|MapType/.test(annotation)) return mapType(only);
  }
  return { struct: fieldsOf(node) };
}

/** Three-level lists wrap their element once; two-level ones repeat it directly (format specification, backward compatibility rules). */
function elementType(repeated: Node, listName: string): CanonicalType {
  const [element] = repeated.children;
  const isElementItself = repeated.children.length !== 1 || repeated.name === 'array' || repeated.name === `${listName}_tuple`;
  return element === undefined || isElementItself ? bareType(repeated) : fieldType(element);
}

function mapType(entry: Node): CanonicalType {
  const [key, value] = entry.children;
  return { map: [key === undefined ? 'unknown' : fieldType(key), value === undefined ? 'null' : fieldType(value)] };
}

function fieldsOf(node: Node): readonly CanonicalField[] {
  return node.children.map((child) => ({ name: child.name.normalize('NFC'), type: fieldType(child) }));
}

const CONVERTED: Readonly<Record<string, string>> = {
  UTF8: 'string',
  ENUM: 'string',
  JSON: 'string',
  BSON: 'binary',
  DATE: 'date',
  TIME_MILLIS: 'time',
  TIME_MICROS: 'time',
  TIMESTAMP_MILLIS: 'timestamp',
  TIMESTAMP_MICROS: 'timestamp',
  INT_8: 'int8',
  INT_16: 'int16',
  INT_32: 'int32',
  INT_64: 'int64',
  UINT_8: 'int16',
  UINT_16: 'int32',
  UINT_32: 'int64',
  UINT_64: 'decimal(20,0)',
  INTERVAL: 'interval',
};
const LOGICAL: readonly (readonly [RegExp, string])[] = [
  [/^(String|Enum|Json|UUID)Type/, 'string'],
  [/^BsonType/, 'binary'],
  [/^DateType/, 'date'],
  [/^TimeType/, 'time'],
  [/^TimestampType/, 'timestamp'],
  [/^Float16Type/, 'float32'],
  [/^(Null|Unknown)Type/, 'null'],
  [/^VariantType/, 'variant'],
];
const PHYSICAL: Readonly<Record<string, string>> = {
  BOOLEAN: 'bool',
  INT32: 'int32',
  INT64: 'int64',
  INT96: 'timestamp',
  FLOAT: 'float32',
  DOUBLE: 'float64',
  BYTE_ARRAY: 'binary',
  FIXED_LEN_BYTE_ARRAY: 'binary',
};

function leafType(node: Node): string {
  const logical = node.logical_type ?? '';
  if (node.converted_type === 'DECIMAL' || logical.startsWith('DecimalType')) return decimalType(node, logical);
  const integer = /^IntType\(bitWidth=([0-9]+), isSigned=([01])/.exec(logical);
  if (integer !== null) return CONVERTED[`${integer[2] === '1' ? 'INT' : 'UINT'}_${integer[1]}`] ?? 'unknown';
  const known = LOGICAL.find(([pattern]) => pattern.test(logical));
  if (known !== undefined) return known[1];
  return CONVERTED[node.converted_type ?? ''] ?? PHYSICAL[node.type ?? ''] ?? 'unknown';
}

function decimalType(node: Node, logical: string): string {
  const precision = node.precision ?? /precision=([0-9]+)/.exec(logical)?.[1];
  const scale = node.scale ?? /scale=([0-9]+)/.exec(logical)?.[1] ?? 0;
  return precision === undefined ? 'unknown' : `decimal(${precision},${scale})`;
}

/** What the strict fingerprint adds: physical type, unit and time zone. */
function storageText(node: Node): string {
  const own = [node.type, node.repetition_type, node.converted_type, node.logical_type].map((part) => part ?? '').join('|');
  return node.children.length === 0
    ? own
    : `${own}(${node.children.map((child) => `${JSON.stringify(child.name)}${storageText(child)}`).join(',')})`;
}
