/** Numbers of the profiler against the same numbers computed in plain JavaScript over the rows. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binEdges } from '../../../src/adapters/duckdb/histograms.js';
import type { Measurements } from '../../../src/core/measurements.js';
import { type MadeLake, makeLake, planOf } from './made-lake.js';

const FLIGHTS = join(import.meta.dirname, '../../../node_modules/vega-datasets/data/flights-3m.parquet');
const DAYS = ['2001-01-01', '2001-01-02', '2001-01-03', '2001-01-04', '2001-01-05', '2001-01-06', '2001-01-07'];

type Flight = { delay: number | undefined; distance: number; origin: string; destination: string; date: number };

let made: MadeLake;
beforeAll(async () => {
  made = await makeLake({ threads: 2 });
});
afterAll(() => made.remove());

async function measure(location: string, fraction = 1): Promise<Measurements> {
  const listing = await made.lake.list(location, 'parquet', []);
  return made.lake.measure(listing, planOf(listing, fraction));
}

describe('real flights, a folder a day', () => {
  const rows = new Map<string, readonly Flight[]>();
  let measured: Measurements;
  beforeAll(async () => {
    for (const day of DAYS) {
      const where = `SELECT * FROM '${FLIGHTS}' WHERE CAST(date AS DATE) = DATE '${day}'`;
      await made.write(`lake/flights/dt=${day}/part-0.parquet`, where);
      const found = await made.query(`SELECT delay, distance, origin, destination, epoch_ms(date) AS date FROM (${where})`);
      rows.set(
        day,
        found.map((row) => ({
          delay: row.delay === null ? undefined : Number(row.delay),
          distance: Number(row.distance),
          origin: String(row.origin),
          destination: String(row.destination),
          date: Number(row.date),
        })),
      );
    }
    measured = await measure('s3://lake/flights');
  });

  it('counts rows, nulls, bounds, sums and squares per day', () => {
    expect(measured.partitions.map(({ day }) => day)).toEqual(DAYS);
    for (const { day, rows: count, columns } of measured.partitions) {
      const flights = rows.get(day ?? '') ?? [];
      expect(count).toBe(flights.length);
      expect(count).toBeGreaterThan(5000);
      const delays = flights.flatMap(({ delay }) => (delay === undefined ? [] : [delay]));
      const mean = delays.reduce((a, b) => a + b, 0) / delays.length;
      const state = columns.delay;
      expect(state).toMatchObject({
        nulls: flights.length - delays.length,
        finite: delays.length,
        sum: delays.reduce((a, b) => a + b, 0),
        min: Math.min(...delays),
        max: Math.max(...delays),
        zeros: delays.filter((delay) => delay === 0).length,
        negatives: delays.filter((delay) => delay < 0).length,
      });
      expect(state?.mean).toBeCloseTo(mean, 9);
      const squares = delays.reduce((all, delay) => all + (delay - mean) ** 2, 0);
      expect((state?.m2 ?? 0) / squares).toBeCloseTo(1, 9);
      expect(columns.origin).toMatchObject({ nulls: 0, empties: 0, minLength: 3, maxLength: 3, sumLength: 3 * flights.length });
      const dates = flights.map(({ date }) => date);
      expect(columns.date).toMatchObject({
        minTime: new Date(Math.min(...dates)).toISOString(),
        maxTime: new Date(Math.max(...dates)).toISOString(),
      });
    }
  });

  it('bins the delays over all days into the edges it names', () => {
    const histogram = measured.histograms.delay;
    const delays = [...rows.values()].flat().flatMap(({ delay }) => (delay === undefined ? [] : [delay]));
    const edges = histogram?.edges ?? [];
    expect(edges.length).toBe(16);
    const counts = edges.slice(1).map((edge, i) => delays.filter((delay) => delay <= edge && (i === 0 || delay > (edges[i] ?? 0))).length);
    expect(histogram?.counts).toEqual(counts);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(delays.length);
  });

  it('counts distinct values exactly where there are few', () => {
    const flights = [...rows.values()].flat();
    for (const name of ['origin', 'destination', 'distance', 'delay'] as const) {
      const wanted = new Set(flights.map((flight) => flight[name]).filter((value) => value !== undefined)).size;
      expect(measured.distinct[name]).toEqual({ estimate: wanted, standardError: 0, method: 'exact' });
    }
  });

  it('finds nothing personal in flights', () => {
    expect(measured.pii.filter(({ matched }) => matched > 0)).toEqual([]);
  });

  it('keeps the true row counts when only a sample is read', async () => {
    const sampled = await measure('s3://lake/flights', 0.1);
    expect(sampled.sampleFraction).toBe(0.1);
    for (const { day, rows: count, rowsRead } of sampled.partitions) {
      expect(count).toBe(rows.get(day ?? '')?.length);
      expect(rowsRead).toBeGreaterThan(count * 0.05);
      expect(rowsRead).toBeLessThan(count * 0.2);
    }
  });
});

describe('a table of many types', () => {
  let measured: Measurements;
  beforeAll(async () => {
    await made.write(
      'lake/orders/part.parquet',
      `SELECT i AS order_id, CASE WHEN i % 10 = 0 THEN NULL ELSE CAST(i / 4.0 AS DECIMAL(12,2)) END AS total,
              CASE WHEN i % 3 = 0 THEN 'NaN'::DOUBLE WHEN i % 3 = 1 THEN 'Infinity'::DOUBLE ELSE -i / 7.0 END AS ratio,
              TIMESTAMPTZ '2024-03-31 01:30:00+02' + INTERVAL (i) SECOND AS at, DATE '2024-01-01' + CAST(i % 5 AS INTEGER) AS day,
              {'city': 'x' || i, 'n': i} AS place, [i, i + 1] AS list, MAP {'k': i} AS tags, i % 2 = 0 AS flag,
              CASE WHEN i % 4 = 0 THEN '' ELSE 'größe' || i END AS note, 9007199254740993 + i AS huge, NULL::INTEGER AS nothing,
              CASE WHEN i = 5 THEN 1.7976931348623157e308 ELSE i END AS spike, CAST(i % 4 AS SMALLINT) AS size
       FROM range(1000) t(i)`,
    );
    measured = await measure('lake/orders');
  });
  const state = (name: string) => measured.partitions[0]?.columns[name];
  const ids = Array.from({ length: 1000 }, (_, i) => i);

  it('reads the canonical types from the footer', () => {
    expect(Object.fromEntries(measured.columns.map(({ name, canonicalType }) => [name, canonicalType]))).toEqual({
      order_id: 'int64',
      total: 'decimal(12,2)',
      ratio: 'float64',
      at: 'timestamp',
      day: 'date',
      place: 'struct<city:string,n:int64>',
      list: 'list<int64>',
      tags: 'map<string,int64>',
      flag: 'bool',
      note: 'string',
      huge: 'int64',
      nothing: 'int32',
      spike: 'float64',
      size: 'int16',
    });
  });

  it('adds decimals exactly and leaves nulls out of the mean', () => {
    const totals = ids.filter((i) => i % 10 !== 0).map((i) => i / 4);
    const sum = totals.reduce((a, b) => a + b, 0);
    expect(state('total')).toMatchObject({ nulls: 100, finite: 900, sum, mean: sum / 900, min: 0.25, max: 249.75, zeros: 0 });
  });

  it('takes no NaN, infinity or overflowing value for a number', () => {
    const numbers = ids.filter((i) => i % 3 === 2).map((i) => -i / 7);
    expect(state('ratio')).toMatchObject({
      nulls: 0,
      finite: numbers.length,
      min: Math.min(...numbers),
      max: Math.max(...numbers),
      negatives: numbers.length,
    });
    expect(state('spike')).toMatchObject({ nulls: 0, finite: 999, max: 999 });
  });

  it('says instants in UTC', () => {
    expect(state('at')).toMatchObject({ minTime: '2024-03-30T23:30:00.000Z', maxTime: '2024-03-30T23:46:39.000Z' });
    expect(state('day')).toMatchObject({ minTime: '2024-01-01', maxTime: '2024-01-05' });
  });

  it('counts characters, not bytes, and empty strings', () => {
    const notes = ids.map((i) => (i % 4 === 0 ? '' : `größe${i}`));
    expect(state('note')).toMatchObject({
      empties: 250,
      minLength: 0,
      maxLength: 8,
      sumLength: notes.reduce((n, note) => n + note.length, 0),
    });
  });

  it('keeps nested columns to a null count and empty ones to nothing', () => {
    expect(state('place')).toEqual({ nulls: 0 });
    expect(state('list')).toEqual({ nulls: 0 });
    expect(state('nothing')).toMatchObject({ nulls: 1000, finite: 0 });
    expect(state('nothing')).not.toHaveProperty('min');
  });

  it('shows no bound of an identifier, and none it cannot say exactly', () => {
    for (const name of ['order_id', 'huge']) {
      for (const key of ['min', 'max', 'sum', 'mean']) expect(state(name)).not.toHaveProperty(key);
      expect(measured.histograms).not.toHaveProperty(name);
    }
    expect(measured.distinct.order_id).toEqual({ estimate: 1000, standardError: 0, method: 'exact' });
  });

  it('gives a few whole numbers one bin each', () => {
    expect(measured.histograms.size).toEqual({ edges: [-0.5, 0.5, 1.5, 2.5, 3.5], counts: [250, 250, 250, 250] });
  });
});

describe('binEdges', () => {
  it.each([
    ['equal widths for a narrow range', binEdges(0, 150, false), 16, 10],
    ['equal ratios where both bounds are positive and far apart', binEdges(1, 1e15, false), 16, 10],
  ])('%s', (_, edges, length, second) => {
    expect(edges.length).toBe(length);
    expect(edges[1]).toBeCloseTo(second, 9);
  });
  it('is one bin for one value', () => expect(binEdges(2.5, 2.5, false)).toEqual([2.5, 2.5]));
});

describe('partitions that do not fit', () => {
  it('leaves a partition of another schema out and says why', async () => {
    await made.write('lake/mixed/dt=2024-01-01/a.parquet', 'SELECT 1 AS a');
    await made.write('lake/mixed/dt=2024-01-02/a.parquet', "SELECT 1 AS a, 'x' AS b");
    await made.write('lake/mixed/dt=2024-01-03/a.parquet', "SELECT 'y' AS b, 2 AS a");
    await made.write('lake/mixed/dt=2024-01-04/a.parquet', "SELECT 2::BIGINT AS a, 'x' AS b, 1 AS c");
    await made.write('lake/mixed/dt=2024-01-05/a.parquet', "SELECT 3 AS a, 'x' AS b");
    const measured = await measure('lake/mixed');
    expect(measured.partitions.map(({ partition }) => partition)).toEqual(['dt=2024-01-02', 'dt=2024-01-03', 'dt=2024-01-05']);
    expect(measured.leftOut).toEqual([
      { partition: 'dt=2024-01-01', reason: 'another schema than the newest partition: lacks "b"' },
      { partition: 'dt=2024-01-04', reason: 'another schema than the newest partition: has "c" more, "a" is int64, not int32' },
    ]);
  });

  it('measures a table without a row', async () => {
    await made.write('lake/empty/dt=2024-01-01/a.parquet', "SELECT 1 AS a, 'x' AS email LIMIT 0");
    const measured = await measure('lake/empty');
    expect(measured.partitions).toMatchObject([{ partition: 'dt=2024-01-01', rows: 0 }]);
    expect(measured.partitions[0]?.columns.a).toMatchObject({ nulls: 0 });
    expect(measured.histograms).toEqual({});
  });

  it('names a Parquet file that was cut in half', async () => {
    await made.write('lake/cut/dt=2024-01-01/good.parquet', 'SELECT i FROM range(1000) t(i)');
    const whole = readFileSync(join(made.root, 'lake/cut/dt=2024-01-01/good.parquet'));
    writeFileSync(join(made.root, 'lake/cut/dt=2024-01-01/torn.parquet'), whole.subarray(0, whole.length / 2));
    await expect(made.lake.list('lake/cut', 'parquet', [])).rejects.toMatchObject({
      problem: {
        kind: 'world',
        what: expect.stringContaining('lake/cut/dt=2024-01-01/torn.parquet'),
        remedy: expect.stringContaining('Write that partition again'),
      },
    });
  });

  it('names a file whose footer is whole but whose pages are not', async () => {
    await made.write('lake/pages/a.parquet', "SELECT 'value ' || i AS s, i * 3 AS n FROM range(5000) t(i)");
    const path = join(made.root, 'lake/pages/a.parquet');
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4, bytes.length - 600);
    writeFileSync(path, bytes);
    await expect(measure('lake/pages')).rejects.toMatchObject({
      problem: { kind: 'world', what: expect.stringContaining('lake/pages/a.parquet') },
    });
  });
});

describe('text formats', () => {
  it.each([
    ['csv', 'FORMAT csv, HEADER', 'csv'],
    ['csv', 'FORMAT csv, HEADER, COMPRESSION gzip', 'csv.gz'],
    ['json', 'FORMAT json', 'jsonl'],
  ] as const)('reads %s (%s)', async (format, how, extension) => {
    for (const day of ['2024-01-01', '2024-01-02']) {
      const sql = `SELECT i AS n, i / 4.0 AS ratio, CASE WHEN i % 5 = 0 THEN NULL ELSE 'w' || i END AS word FROM range(100) t(i)`;
      await made.write(`lake/text-${extension}/${day}.${extension}`, sql, how);
    }
    const listing = await made.lake.list(`lake/text-${extension}`, format, []);
    expect(listing.partitions.map(({ partition, day, rows }) => [partition, day, rows])).toEqual([
      ['2024-01-01', '2024-01-01', undefined],
      ['2024-01-02', '2024-01-02', undefined],
    ]);
    const measured = await made.lake.measure(listing, planOf(listing));
    expect(measured.partitions.map(({ rows }) => rows)).toEqual([100, 100]);
    expect(measured.partitions[0]?.columns.ratio).toMatchObject({ finite: 100, min: 0, max: 24.75, sum: 1237.5 });
    expect(measured.partitions[1]?.columns.word).toMatchObject({ nulls: 20 });
    expect(measured.columns.map(({ name, canonicalType }) => `${name} ${canonicalType}`)).toEqual([
      'n int64',
      'ratio float64',
      'word string',
    ]);
  });
});

describe('CSV files that tell little', () => {
  const measureCsv = async (files: Readonly<Record<string, string>>, folder: string) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(made.root, folder), { recursive: true });
      writeFileSync(join(made.root, folder, name), text);
    }
    const listing = await made.lake.list(folder, 'csv', []);
    return made.lake.measure(listing, planOf(listing));
  };

  it('takes the first line of words as names', async () => {
    const measured = await measureCsv({ 'a.csv': 'name,city\nbob,paris\nann,rome\n' }, 'lake/words');
    expect(measured.columns.map(({ name }) => name)).toEqual(['name', 'city']);
    expect(measured.partitions[0]?.rows).toBe(2);
  });
  it('keeps the types of the other days where one day has a header only', async () => {
    const measured = await measureCsv({ '2024-01-01.csv': 'n,city\n1,paris\n', '2024-01-02.csv': 'n,city\n' }, 'lake/quiet');
    expect(measured.columns.map(({ canonicalType }) => canonicalType)).toEqual(['int64', 'string']);
    expect(measured.partitions.map(({ rows }) => rows)).toEqual([1, 0]);
  });
  it('leaves out a day with other columns', async () => {
    const measured = await measureCsv({ '2024-01-01.csv': 'n\n1\n', '2024-01-02.csv': 'n,city\n1,rome\n' }, 'lake/grown');
    expect(measured.partitions.map(({ partition }) => partition)).toEqual(['2024-01-02']);
    expect(measured.leftOut).toEqual([{ partition: '2024-01-01', reason: 'another schema than the newest partition: lacks "city"' }]);
  });
  it('widens a column whose days hold different kinds of values', async () => {
    const measured = await measureCsv({ '2024-01-01.csv': 'n,v\n1,7\n', '2024-01-02.csv': 'n,v\n2,7.5\n3,8.25\n' }, 'lake/widened');
    expect(measured.columns.map(({ canonicalType }) => canonicalType)).toEqual(['int64', 'float64']);
    expect(measured.partitions.map(({ columns }) => columns.v?.sum)).toEqual([7, 15.75]);
  });
  it('never quotes a value it could not read', async () => {
    const rows = Array.from({ length: 250_000 }, (_, i) => `${i}\n`).join('');
    const failed = measureCsv({ 'a.csv': `n\n${rows}secret@example.com\n` }, 'lake/late');
    await expect(failed).rejects.toSatisfy((error) => !JSON.stringify([String(error), error]).includes('secret'));
  });
});
