/** A small fleet to play on: five datasets of every tier and history, their lake, and a repository that reads one of them. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { makeDemoRepository } from '../../src/adapters/git/demo-repository.js';

export type Stage = {
  readonly folder: string;
  readonly lake: string;
  readonly home: string;
  /** Temporary files of the processes that play here. */
  readonly scratch: string;
  readonly orgConfig: string;
  readonly repositories: readonly string[];
  /** The one of them that holds the jobs. */
  readonly jobs: string;
  /** The first day of the table that has no data at the start, and where it goes. */
  readonly firstRun: { readonly from: string; readonly to: string };
};

export function stageAt(folder: string): Stage {
  const [jobs, reports] = [join(folder, 'shop-jobs'), join(folder, 'shop-reports')];
  return {
    folder,
    lake: join(folder, 'lake'),
    home: join(folder, 'home'),
    scratch: join(folder, 'scratch'),
    orgConfig: join(folder, 'org.yml'),
    repositories: [jobs, reports],
    jobs,
    firstRun: { from: join(folder, 'first-run.parquet'), to: join(folder, 'lake/shop-lake/gold/forecasts/dt=2026-02-15/part-0.parquet') },
  };
}

/** Days of history by table: a week is profiled in full, two days borrow a volume, none waits for its first run. */
const DAYS: Readonly<Record<string, number>> = { orders: 7, customers: 7, returns: 7, refunds: 2, forecasts: 0 };
const ROWS_A_DAY = 300;
const READERS = ['cohorts', 'churn', 'lifetime_value', 'segments', 'regions'];

/** `orders` is critical, `customers` has more than three readers; the others are Tier-3. */
const ORG = `critical_datasets:
  - ds://gold/orders
owner_fallback: shop-data
merge:
  on_approval: true
`;

export const TABLES: readonly string[] = Object.keys(DAYS);

export async function makeStage(folder: string, tables = TABLES): Promise<Stage> {
  const stage = stageAt(folder);
  for (const each of [stage.lake, stage.scratch]) mkdirSync(each, { recursive: true });
  writeFileSync(stage.orgConfig, ORG);
  await makeTables(stage, tables);
  await makeRepository(stage, 0, Object.fromEntries(tables.map((table) => [jobOf(table), writer(table)])));
  await makeRepository(stage, 1, Object.fromEntries(READERS.map((report) => [`reports/${report}.py`, reader(report)])));
  return stage;
}

async function makeRepository(stage: Stage, index: number, files: Readonly<Record<string, string>>): Promise<void> {
  const target = stage.repositories[index] ?? '';
  const fixture = join(stage.folder, `sources-${index}`);
  for (const [path, text] of Object.entries({ ...files, '.github/CODEOWNERS': '* @shop/data\n' })) {
    mkdirSync(dirname(join(fixture, path)), { recursive: true });
    writeFileSync(join(fixture, path), text);
  }
  await makeDemoRepository({ fixture, target, history: [{ message: 'Jobs of the shop', at: '2026-01-12T09:00:00Z', paths: ['.'] }] });
}

function jobOf(table: string): string {
  return `jobs/${table}.py`;
}

/** Whether the table is part of the fleet on this stage. */
export function hasTable({ jobs }: Stage, table: string): boolean {
  return existsSync(join(jobs, jobOf(table)));
}

function writer(table: string): string {
  return `"""The ${table} of a day."""
import pandas as pd


def main(day: str) -> None:
    rows = pd.read_csv(f"s3://shop-landing/${table}/{day}.csv")
    rows["dt"] = day
    rows.to_parquet("s3://shop-lake/gold/${table}", partition_cols=["dt"])
`;
}

function reader(report: string): string {
  return `"""Report on ${report}."""
import pandas as pd

customers = pd.read_parquet("s3://shop-lake/gold/customers")
print(customers.groupby("region").size())
`;
}

async function makeTables(stage: Stage, tables: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  for (const table of tables) {
    for (let day = 0; day < (DAYS[table] ?? 0); day += 1) {
      const file = join(stage.lake, `shop-lake/gold/${table}/dt=2026-02-${String(8 + day).padStart(2, '0')}/part-0.parquet`);
      mkdirSync(dirname(file), { recursive: true });
      await connection.run(`COPY (${rowsOf(day)}) TO '${file}' (FORMAT parquet)`);
    }
  }
  if (!existsSync(stage.firstRun.from)) await connection.run(`COPY (${rowsOf(7)}) TO '${stage.firstRun.from}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

/** A key, a category, an amount and a time: enough for rules, and the same rows on every machine. */
function rowsOf(day: number): string {
  const rows = ROWS_A_DAY + 7 * day;
  return `SELECT i + ${day * 10_000} AS id, ['north', 'south', 'west'][1 + CAST(i % 3 AS INTEGER)] AS region,
    CAST((i * 37 + ${day}) % 5000 AS DECIMAL(10,2)) / 100 AS amount,
    TIMESTAMP '2026-02-08' + to_days(${day}) + to_seconds(i * 61 % 86400) AS created_at
    FROM range(${rows}) t(i) ORDER BY i`;
}
