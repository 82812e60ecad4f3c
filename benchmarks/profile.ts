/**
 * §14.8, row "profile": the whole of `Lake.measure` and its one scan, as ratios to the count/min/max bound in the same process.
 * Usage: node dist/benchmarks/profile.js [rows per partition] [repeats]; prints a table, judges nothing.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { DuckDbLake } from '../src/adapters/duckdb/lake.js';
import { pathList } from '../src/adapters/duckdb/sql.js';
import type { DataListing, ProfilingPlan } from '../src/core/measurements.js';

const PARTITIONS = 7;
const THREADS = Math.min(2, cpus().length);

/** Twelve columns of the kinds an orders table has: keys, personal data, categories, money, times. */
const COLUMNS = `
  'ord-' || lpad(CAST(i + d * 100000000 AS VARCHAR), 12, '0') AS order_id,
  'cust-' || hash(i * 31 + d) % 200000 AS customer_id,
  CASE WHEN i % 32 = 0 THEN NULL ELSE 'user' || hash(i * 17) % 500000 || '@example.com' END AS email,
  '+1-415-555-' || lpad(CAST(hash(i * 13) % 10000 AS VARCHAR), 4, '0') AS phone,
  (1 + hash(i * 7) % 9999) || ' ' || ['Main St', 'Oak Avenue', 'Elm Street'][1 + CAST(hash(i) % 3 AS INTEGER)] AS shipping_addr,
  ['NEW', 'PAID', 'SHIPPED', 'RETURNED'][1 + CAST(hash(i * 3) % 4 AS INTEGER)] AS status,
  ['EUR', 'USD', 'GBP'][1 + CAST(hash(i * 5) % 3 AS INTEGER)] AS currency,
  CAST((hash(i * 11 + d) % 1000000) / 100 AS DECIMAL(12,2)) AS order_total,
  CAST((hash(i * 19 + d) % 20000) / 100 AS DECIMAL(12,2)) AS tax,
  CAST(1 + hash(i * 23) % 20 AS INTEGER) AS items,
  TIMESTAMP '2026-02-08' + to_days(CAST(d AS INTEGER)) + to_seconds(hash(i * 29) % 86400) AS created_at,
  TIMESTAMP '2026-02-08' + to_days(CAST(d AS INTEGER)) + to_seconds(hash(i * 37) % 172800) AS updated_at`;
const NAMES = [
  'order_id',
  'customer_id',
  'email',
  'phone',
  'shipping_addr',
  'status',
  'currency',
  'order_total',
  'tax',
  'items',
  'created_at',
  'updated_at',
];

type Step = { readonly name: string; readonly run: () => Promise<unknown> };

async function main(rows: number, repeats: number): Promise<void> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'profile-')));
  try {
    const instance = await DuckDBInstance.create(':memory:', { threads: String(THREADS) });
    const connection = await instance.connect();
    const files = await makeData(connection, join(base, 'lake'), rows);
    const lakes = [512, 256].map((memoryLimitMb) => ({
      memoryLimitMb,
      lake: new DuckDbLake({ root: base, memoryLimitMb, threads: THREADS, tempDirectory: join(base, 'spool') }),
    }));
    const listing = await lakes[0]?.lake.list('lake/orders', 'parquet', []);
    if (listing === undefined) throw new Error('no lake');
    const steps = [
      ...peers(connection, files),
      ...lakes.map(({ memoryLimitMb, lake }) => ({
        name: `measure, memory_limit ${memoryLimitMb} MB`,
        run: () => lake.measure(listing, planOf(listing)),
      })),
    ];
    report(rows, await interleaved(steps, repeats));
    connection.closeSync();
    instance.closeSync();
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

async function makeData(connection: DuckDBConnection, root: string, rows: number): Promise<readonly string[]> {
  const files: string[] = [];
  mkdirSync(join(root, '../spool'), { recursive: true });
  for (let d = 0; d < PARTITIONS; d++) {
    const folder = join(root, `orders/dt=2026-02-${String(8 + d).padStart(2, '0')}`);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'part-0.parquet');
    await connection.run(`COPY (SELECT ${COLUMNS.replace(/\bd\b/g, String(d))} FROM range(${rows}) t(i)) TO '${file}' (FORMAT parquet)`);
    files.push(file);
  }
  return files;
}

function peers(connection: DuckDBConnection, files: readonly string[]): readonly Step[] {
  const source = `read_parquet(${pathList(files)}, hive_partitioning = true)`;
  const bound = NAMES.map((name) => `count(${name}), min(${name}), max(${name})`).join(', ');
  return [
    {
      name: 'bound: count, min, max per partition',
      run: () => connection.runAndReadAll(`SELECT dt, count(*), ${bound} FROM ${source} GROUP BY dt`),
    },
    { name: 'SUMMARIZE', run: () => connection.runAndReadAll(`SUMMARIZE SELECT * FROM ${source}`) },
  ];
}

function planOf(listing: DataListing): ProfilingPlan {
  return { kind: 'full', engine: 'duckdb', sampleFraction: 1, partitions: listing.partitions };
}

/** Every round runs every step once, so that other load on the machine hits all alike. */
async function interleaved(steps: readonly Step[], repeats: number): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>(steps.map(({ name }) => [name, []]));
  for (let round = 0; round < repeats; round++) {
    for (const { name, run } of steps) {
      const start = performance.now();
      await run();
      times.get(name)?.push(performance.now() - start);
    }
  }
  return times;
}

function report(rows: number, times: ReadonlyMap<string, readonly number[]>): void {
  const best = [...times].map(([name, all]) => [name, Math.min(...all), median(all)] as const);
  const [, boundBest, boundMedian] = best[0] ?? ['', 1, 1];
  const lines = best.map(([name, ms, middle]) => {
    const ratios = `best ${(ms / boundBest).toFixed(2).padStart(6)} x, median ${(middle / boundMedian).toFixed(2).padStart(6)} x`;
    return `${name.padEnd(38)} best ${ms.toFixed(0).padStart(6)} ms  ${ratios}`;
  });
  const rss = process.resourceUsage().maxRSS / 1024;
  console.log(
    [
      `${PARTITIONS} x ${rows} rows x ${NAMES.length} columns, ${THREADS} threads, against the bound`,
      ...lines,
      `peak RSS, making the data included: ${rss.toFixed(0)} MB`,
    ].join('\n'),
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

await main(Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 3));
