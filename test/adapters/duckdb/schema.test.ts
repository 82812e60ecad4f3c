/** Two readers of one file: the canonical types of the footer and of DuckDB's own description must agree. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printCanonical } from '../../../src/core/canonical-types.js';
import { canonicalFingerprint } from '../../../src/core/fingerprint.js';
import { canonicalFromDuckdb } from '../../../src/core/storage-types/duckdb.js';
import { type MadeLake, makeLake, planOf } from './made-lake.js';

const SAMPLES: Readonly<Record<string, string>> = {
  bool: 'true',
  i8: '1::TINYINT',
  i16: '1::SMALLINT',
  i32: '1::INTEGER',
  i64: '1::BIGINT',
  u8: '1::UTINYINT',
  u16: '1::USMALLINT',
  u32: '1::UINTEGER',
  u64: '1::UBIGINT',
  f32: '1::FLOAT',
  f64: '1::DOUBLE',
  d4: '1::DECIMAL(4,1)',
  d18: '1::DECIMAL(18,4)',
  d38: '1::DECIMAL(38,10)',
  s: "'x'",
  en: "'a'::ENUM('a','b')",
  u: 'uuid()',
  js: "'{}'::JSON",
  bl: "'x'::BLOB",
  d: "DATE '2024-01-01'",
  t: "TIME '10:00:00'",
  ts: "TIMESTAMP '2024-01-01'",
  tsns: "TIMESTAMP_NS '2024-01-01'",
  tsms: "TIMESTAMP_MS '2024-01-01'",
  tstz: "TIMESTAMPTZ '2024-01-01'",
  iv: 'INTERVAL 1 DAY',
  li: '[1, 2]',
  lili: '[[1], [2]]',
  st: "{'b': 1, 'a b': [{'c': 1.5}]}",
  mp: "MAP {'k': MAP {1: 'x'}}",
};

let made: MadeLake;
beforeAll(async () => {
  made = await makeLake();
});
afterAll(() => made.remove());

describe('schemas', () => {
  it.each(Object.entries(SAMPLES))('%s = %s', async (name, sql) => {
    await made.write(`lake/types/${name}.parquet`, `SELECT ${sql} AS x`);
    const listing = await made.lake.list(`lake/types/${name}.parquet`, 'parquet', []);
    const [column] = (await made.lake.measure(listing, planOf(listing))).columns;
    const [described] = await made.query(`DESCRIBE SELECT * FROM '${made.root}/lake/types/${name}.parquet'`);
    expect(column?.canonicalType).toBe(printCanonical(canonicalFromDuckdb(String(described?.column_type))));
    expect(column?.canonicalType).not.toContain('unknown');
  });

  it.each([
    ['another codec', 'FORMAT parquet, COMPRESSION zstd'],
    ['other row groups', 'FORMAT parquet, ROW_GROUP_SIZE 2048'],
    ['the second Parquet version', 'FORMAT parquet, PARQUET_VERSION V2'],
  ])('are the same with %s', async (_, how) => {
    const sql = `SELECT ${Object.entries(SAMPLES)
      .map(([name, value]) => `${value} AS ${name}`)
      .join(', ')} FROM range(5000)`;
    const fingerprints: string[] = [];
    for (const [file, options] of [
      ['plain', 'FORMAT parquet'],
      ['other', how],
    ] as const) {
      await made.write(`lake/same/${file}.parquet`, sql, options);
      const listing = await made.lake.list(`lake/same/${file}.parquet`, 'parquet', []);
      fingerprints.push(canonicalFingerprint((await made.lake.measure(listing, planOf(listing))).columns, []));
    }
    expect(fingerprints[0]).toBe(fingerprints[1]);
  });
});
