/** §5.2 S3: what is part of a schema's identity and what is not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type CanonicalType, isNumericType, parseCanonical, printCanonical, typeFamily } from '../../src/core/canonical-types.js';
import { canonicalFingerprint, sameFingerprint, strictFingerprint } from '../../src/core/fingerprint.js';
import type { ColumnSchema } from '../../src/core/measurements.js';
import { canonicalFromDuckdb } from '../../src/core/storage-types/duckdb.js';
import { columnsFromParquet, type ParquetElement } from '../../src/core/storage-types/parquet.js';

const Vectors = z.object({
  vectors: z.array(
    z.object({
      case: z.string(),
      columns: z.array(z.object({ name: z.string(), canonicalType: z.string() })),
      partition_by: z.array(z.string()),
      fingerprint: z.string(),
    }),
  ),
});
const { vectors } = Vectors.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/contracts/fingerprints.json'), 'utf8')),
);

describe('the golden vectors', () => {
  it.each(vectors.map((vector) => [vector.case, vector] as const))('%s', (_, { columns, partition_by, fingerprint }) => {
    expect(canonicalFingerprint(columns, partition_by)).toBe(fingerprint);
  });
  it('differ but for the reordered one', () =>
    expect(new Set(vectors.map(({ fingerprint }) => fingerprint)).size).toBe(vectors.length - 1));
});

const ORDERS: readonly ColumnSchema[] = [
  { name: 'order_id', canonicalType: 'string', nullable: false, storageType: 'BYTE_ARRAY' },
  { name: 'total', canonicalType: 'decimal(12,2)', nullable: true, storageType: 'INT64' },
  { name: 'place', canonicalType: 'struct<city:string,zip:string>', nullable: true, storageType: '' },
];
const [ID, TOTAL, PLACE] = ORDERS;
const changed = (by: Partial<ColumnSchema>) => ORDERS.map((column) => (column === TOTAL ? { ...column, ...by } : column));

describe('canonicalFingerprint', () => {
  const original = canonicalFingerprint(ORDERS, ['dt']);
  it.each([
    ['a rename', changed({ name: 'total_eur' }), ['dt']],
    ['another case', changed({ name: 'Total' }), ['dt']],
    ['another type', changed({ canonicalType: 'float64' }), ['dt']],
    ['another scale', changed({ canonicalType: 'decimal(12,3)' }), ['dt']],
    ['an added column', [...ORDERS, { name: 'note', canonicalType: 'string', nullable: true }], ['dt']],
    ['a dropped column', ORDERS.slice(1), ['dt']],
    ['a renamed field inside', ORDERS.map((c) => (c === PLACE ? { ...c, canonicalType: 'struct<town:string,zip:string>' } : c)), ['dt']],
    ['another partition column', ORDERS, ['day']],
    ['no partition column', ORDERS, []],
    ['partition columns in another order', ORDERS, ['dt', 'region']],
  ])('changes with %s', (_, columns, partitionBy) => expect(canonicalFingerprint(columns, partitionBy)).not.toBe(original));

  it.each([
    ['order', [...ORDERS].reverse()],
    ['nullability', changed({ nullable: false })],
    ['physical encoding', changed({ storageType: 'FIXED_LEN_BYTE_ARRAY' })],
    ['the order of fields inside', ORDERS.map((c) => (c === PLACE ? { ...c, canonicalType: 'struct<zip:string,city:string>' } : c))],
  ])('does not change with %s, but the strict one does or may', (what, columns) => {
    expect(canonicalFingerprint(columns, ['dt'])).toBe(original);
    expect(strictFingerprint(columns, ['dt']), what).not.toBe(strictFingerprint(ORDERS, ['dt']));
  });

  it('is compared without regard to case', () => {
    expect(sameFingerprint('sha256:AB', 'sha256:ab')).toBe(true);
    expect(sameFingerprint('sha256:AB', 'sha256:ac')).toBe(false);
  });
  it('tells two columns apart from one', () =>
    expect(ID && canonicalFingerprint([ID, ID], [])).not.toBe(ID && canonicalFingerprint([ID], [])));
});

const anyType: fc.Arbitrary<CanonicalType> = fc.letrec<{ type: CanonicalType }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('int64', 'string', 'decimal(38,10)', 'timestamp', 'bool'),
    fc.record({ list: tie('type') }),
    fc.record({ map: fc.tuple(tie('type'), tie('type')) }),
    fc.record({
      struct: fc.uniqueArray(fc.record({ name: fc.string({ unit: 'grapheme' }), type: tie('type') }), {
        maxLength: 3,
        selector: (f) => f.name.normalize('NFC'),
      }),
    }),
  ),
})).type;

describe('the text form', () => {
  it('reads back what it prints', () =>
    fc.assert(
      fc.property(anyType, (type) => {
        const text = printCanonical(type);
        const back = parseCanonical(text);
        expect(back === undefined ? undefined : printCanonical(back)).toBe(text);
      }),
    ));
  it('never throws on any text', () => fc.assert(fc.property(fc.string(), (text) => void parseCanonical(text))));
  it.each(['list<', 'list<>', 'map<int64>', 'struct<a>', 'struct<a:int64', 'int64x>', '', `${'list<'.repeat(200)}int8${'>'.repeat(200)}`])(
    'refuses %j',
    (text) => expect(parseCanonical(text)).toBeUndefined(),
  );
});

describe('typeFamily', () => {
  it.each([
    ['string', 'STRING', false],
    ['decimal(12,2)', 'DECIMAL', true],
    ['int8', 'INTEGER', true],
    ['int64', 'INTEGER', true],
    ['float32', 'FLOAT', true],
    ['float64', 'DOUBLE', true],
    ['bool', 'BOOLEAN', false],
    ['timestamp', 'TIMESTAMP', false],
    ['list<int64>', 'LIST', false],
    ['map<string,int64>', 'MAP', false],
    ['struct<a:int64>', 'STRUCT', false],
    ['unknown', 'UNKNOWN', false],
  ])('%s is %s', (type, family, numeric) => {
    expect(typeFamily(type)).toBe(family);
    expect(isNumericType(type)).toBe(numeric);
  });
});

describe('canonicalFromDuckdb', () => {
  it.each([
    ['BIGINT', 'int64'],
    ['UBIGINT', 'decimal(20,0)'],
    ['DECIMAL(12,2)', 'decimal(12,2)'],
    ["ENUM('a, b', 'c')", 'string'],
    ['TIMESTAMP WITH TIME ZONE', 'timestamp'],
    ['TIMESTAMP_NS', 'timestamp'],
    ['INTEGER[]', 'list<int32>'],
    ['INTEGER[3][]', 'list<list<int32>>'],
    ['MAP(VARCHAR, DECIMAL(2,1))', 'map<string,decimal(2,1)>'],
    ['STRUCT(x INTEGER, "y, ""z" VARCHAR[])', 'struct<x:int32,"y, \\"z":list<string>>'],
    ['STRUCT(a STRUCT(b MAP(INTEGER, BLOB)))', 'struct<a:struct<b:map<int32,binary>>>'],
    ['GEOMETRY', 'unknown'],
    ['constructor', 'unknown'],
    ['MAP(VARCHAR)', 'unknown'],
  ])('%s -> %s', (text, canonical) => expect(printCanonical(canonicalFromDuckdb(text))).toBe(canonical));
});

const element = (name: string, over: Partial<ParquetElement> = {}): ParquetElement => ({
  name,
  type: null,
  repetition_type: 'OPTIONAL',
  num_children: null,
  converted_type: null,
  precision: null,
  scale: null,
  logical_type: null,
  ...over,
});
const root = (n: number) => element('schema', { repetition_type: 'REQUIRED', num_children: n });

describe('columnsFromParquet', () => {
  it.each<readonly [string, readonly ParquetElement[], string]>([
    ['INT96', [element('a', { type: 'INT96' })], 'timestamp'],
    ['only a logical type', [element('a', { type: 'INT64', logical_type: 'TimestampType(isAdjustedToUTC=1, unit=…)' })], 'timestamp'],
    ['only a converted type', [element('a', { type: 'BYTE_ARRAY', converted_type: 'UTF8' })], 'string'],
    ['bytes without a word', [element('a', { type: 'BYTE_ARRAY' })], 'binary'],
    ['an unsigned logical type', [element('a', { type: 'INT32', logical_type: 'IntType(bitWidth=16, isSigned=0)' })], 'int32'],
    ['a decimal by its logical type', [element('a', { type: 'INT32', logical_type: 'DecimalType(scale=2, precision=9)' })], 'decimal(9,2)'],
    ['a repeated leaf', [element('a', { type: 'INT32', repetition_type: 'REPEATED' })], 'list<int32>'],
    [
      'a two-level list',
      [element('a', { num_children: 1, converted_type: 'LIST' }), element('array', { type: 'INT32', repetition_type: 'REPEATED' })],
      'list<int32>',
    ],
    [
      'a two-level list of groups',
      [
        element('a', { num_children: 1, converted_type: 'LIST' }),
        element('array', { num_children: 1, repetition_type: 'REPEATED' }),
        element('x', { type: 'INT32' }),
      ],
      'list<struct<x:int32>>',
    ],
    [
      'a three-level list',
      [
        element('a', { num_children: 1, logical_type: 'ListType()' }),
        element('list', { num_children: 1, repetition_type: 'REPEATED' }),
        element('element', { type: 'INT32' }),
      ],
      'list<int32>',
    ],
  ])('%s', (_, elements, type) => expect(columnsFromParquet([root(1), ...elements])).toMatchObject([{ name: 'a', canonicalType: type }]));

  it('knows what may be null', () => {
    const columns = columnsFromParquet([
      root(2),
      element('a', { type: 'INT32', repetition_type: 'REQUIRED' }),
      element('b', { type: 'INT32' }),
    ]);
    expect(columns.map(({ nullable }) => nullable)).toEqual([false, true]);
  });
  it('takes a footer that promises more than it holds', () =>
    expect(columnsFromParquet([root(9), element('a', { type: 'INT32' })])).toHaveLength(1));
});
