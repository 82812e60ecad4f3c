/** §5.4, §10.1: personal data is found and stays inside; sketches keep their promise; little memory is met on a lower rung. */
import { afterEach, describe, expect, it } from 'vitest';
import { blockStarts } from '../../../src/adapters/duckdb/personal-data.js';
import { hashFactor } from '../../../src/adapters/duckdb/scan.js';
import type { Measurements } from '../../../src/core/measurements.js';
import { assessPii } from '../../../src/core/pii/assess.js';
import { type MadeLake, makeLake, planOf } from './made-lake.js';

const open: MadeLake[] = [];
afterEach(() => {
  for (const made of open.splice(0)) made.remove();
});

async function measured(sql: string, options: { readonly memoryLimitMb?: number; readonly threads?: number } = {}): Promise<Measurements> {
  const made = await makeLake(options);
  open.push(made);
  await made.write('lake/t/dt=2026-01-01/a.parquet', sql);
  const listing = await made.lake.list('lake/t', 'parquet', []);
  return made.lake.measure(listing, planOf(listing));
}

describe('personal data in a lake', () => {
  const sql = `SELECT 'hidden' || i || '@example.com' AS email, 2125550000 + i AS phone, i * 7 + 100000001 AS total, 1 + i % 9 AS tax_id,
      (i + 1) || ' Hidden Street' AS ship_to, 'ORD-' || i AS order_no, 'note ' || i || ' write to hidden@example.com' AS note,
      DATE '1980-01-01' + CAST(i % 9000 AS INTEGER) AS birth_date
    FROM range(2000) t(i)`;

  it('is found by its values, and in bare digits by name and values together', async () => {
    const { pii } = await measured(sql);
    const listed = pii.filter((evidence) => assessPii(evidence).value === 'listed').map(({ column, pattern }) => `${column} ${pattern}`);
    expect(listed.sort()).toEqual(['email EMAIL', 'phone PHONE', 'ship_to ADDRESS']);
    expect(pii.find(({ column }) => column === 'email')).toEqual({
      column: 'email',
      pattern: 'EMAIL',
      sampled: 1000,
      matched: 1000,
      name: 1,
    });
  });

  it('says how many distinct values it looked at', async () => {
    const { piiValues } = await measured(sql);
    expect(piiValues).toEqual({ email: 1000, phone: 1000, tax_id: 9, ship_to: 1000, order_no: 1000, note: 1000 });
  });

  it('never comes out: no value, no bound, no bin', async () => {
    const { partitions, histograms, ...rest } = await measured(sql);
    expect(JSON.stringify({ partitions, histograms, rest })).not.toMatch(/hidden|ORD-|212555|1980/i);
    for (const name of ['phone', 'total', 'tax_id', 'birth_date']) {
      const state = partitions[0]?.columns[name];
      for (const key of ['min', 'max', 'minTime', 'maxTime', 'sum', 'mean', 'm2']) expect(state, name).not.toHaveProperty(key);
      expect(histograms).not.toHaveProperty(name);
      expect(state).toHaveProperty('nulls', 0);
    }
  });
});

describe('the sample', () => {
  it.each([
    [100, 1000, [[0, 100]]],
    [
      10_000,
      1000,
      [
        [0, 500],
        [5000, 5500],
      ],
    ],
  ])('of %i rows in blocks of %i', (total, rows, blocks) => expect(blockStarts(total, rows, 0)).toEqual(blocks));
  it('moves from partition to partition and stays inside', () => {
    const starts = Array.from({ length: 7 }, (_, p) => blockStarts(1_000_000, 1429, p));
    expect(new Set(starts.map(([first]) => first?.[0])).size).toBe(7);
    for (const [from, to] of starts.flat()) {
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(1_000_000);
    }
  });
});

describe('distinct sketches', () => {
  it('are within five percent from a hundred thousand values on, and exact where there are few', async () => {
    const { distinct } = await measured(
      `SELECT 'v' || i AS every, i % 150000 AS many, i % 4000 AS few, i % 7 AS week FROM range(600000) t(i)`,
    );
    for (const [name, truth] of [
      ['every', 600_000],
      ['many', 150_000],
    ] as const) {
      expect(distinct[name]?.method).toBe('theta');
      expect(Math.abs((distinct[name]?.estimate ?? 0) / truth - 1)).toBeLessThan(0.05);
      expect(distinct[name]?.standardError).toBeLessThan(0.02);
    }
    expect(distinct.few).toEqual({ estimate: 4000, standardError: 0, method: 'exact' });
    expect(distinct.week).toEqual({ estimate: 7, standardError: 0, method: 'exact' });
  });
  it.each([
    [0, 1],
    [100_000, 1],
    [100_001, 2],
    [7_000_000, 128],
  ])('of %i rows keep one hash in %i', (rows, factor) => expect(hashFactor(rows)).toBe(factor));
});

describe('the memory ladder', () => {
  const wide = `SELECT ${Array.from({ length: 40 }, (_, i) => `hash(i * ${i + 1})::VARCHAR || repeat('x', 50) AS s${i}`).join(', ')} FROM range(60000) t(i)`;

  it('goes down a rung and still gives exact counts', async () => {
    const found = await measured(wide, { memoryLimitMb: 150, threads: 2 });
    expect(found.memoryRung).toBeGreaterThan(0);
    expect(found.partitions[0]).toMatchObject({ rows: 60_000 });
    expect(Object.keys(found.partitions[0]?.columns ?? {})).toHaveLength(40);
  });

  it('says what would help when no rung is low enough', async () => {
    await expect(measured(wide, { memoryLimitMb: 4 })).rejects.toMatchObject({
      problem: { kind: 'world', remedy: expect.stringContaining('memory_limit_mb') },
    });
  });
});
