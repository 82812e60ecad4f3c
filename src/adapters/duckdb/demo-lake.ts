/** Makes the demo's lake: `<folder>/<bucket>/<key>`, real flights by day and what the demo's jobs compute from them. */
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { MS_PER_DAY, MS_PER_HOUR } from '../../core/numbers.js';
import { ProblemError } from '../../core/problem.js';
import { DEMO_MEMBERS, MADE_DATA_NOTE } from './demo-members.js';
import { DEMO_TABLES, type DemoTable, FIRST_RUN_TABLE } from './demo-tables.js';

export type DemoLakeOptions = {
  /** `flights-3m.parquet` of the npm package `vega-datasets`. */
  readonly flightsParquet: string;
  /** At most this many days of any table; as many as each table has where absent. */
  readonly days?: number;
  /** The newest partition is the day (UTC) before this instant. */
  readonly now: string;
};
export type DemoLakeTable = {
  readonly location: string;
  readonly format: 'parquet' | 'csv';
  /** Oldest first. */
  readonly days: readonly string[];
  /** From the lake's folder, in the order of `days`. */
  readonly files: readonly string[];
};
export type DemoLake = {
  readonly newestDay: string;
  /** The flights' days are the file's own, moved by this many whole days. */
  readonly shiftedByDays: number;
  readonly tables: readonly DemoLakeTable[];
};

const TABLES = [...DEMO_TABLES, DEMO_MEMBERS];
/** The longest history, and the week before its oldest day. */
const WINDOW_DAYS = Math.max(...TABLES.map((table) => table.days)) + 7;

/** Same file, `days` and UTC day of `now`: same bytes. Refuses a folder that holds anything. */
export async function makeLake(folder: string, { flightsParquet, days, now }: DemoLakeOptions): Promise<DemoLake> {
  if (days !== undefined && !(days >= 1)) {
    throw new ProblemError({ kind: 'usage', what: `A lake of ${days} days has nothing in it.`, remedy: 'Ask for one day or more.' });
  }
  await refuseUsed(folder);
  const newestDay = dayBefore(now.slice(0, 10), 1);
  // One thread: rows, and with them sums of doubles, always come in the same order.
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    const shiftedByDays = await loadFlights(connection, flightsParquet, newestDay);
    const tables = TABLES.map((table) => ({ table, ages: agesOf(table, days) }));
    for (let age = 0; age < WINDOW_DAYS; age += 1) {
      const due = tables.filter(({ ages }) => ages.includes(age));
      if (due.length > 0)
        await writeDay(connection, folder, now, { day: dayBefore(newestDay, age), age, tables: due.map(({ table }) => table) });
    }
    await writeNotes(folder, newestDay, shiftedByDays);
    return { newestDay, shiftedByDays, tables: tables.map(({ table, ages }) => made(table, ages, newestDay)) };
  } finally {
    instance.closeSync();
  }
}

/** The first run of the job that had written nothing: its newest day, computed from the lake's own silver flights. */
export async function writeFirstRun(folder: string, newestDay: string): Promise<DemoLakeTable> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    const silver = join(folder, 'acme-lake/silver/flights', `dt=${newestDay}`, '*.parquet');
    await connection.run(
      `CREATE TABLE flights AS SELECT *, DATE '${newestDay}' AS dt FROM read_parquet(${quote(silver)}, hive_partitioning = false)`,
    );
    const now = new Date(Date.parse(newestDay) + 2 * MS_PER_DAY).toISOString();
    await writeDay(connection, folder, now, { day: newestDay, age: 0, tables: [FIRST_RUN_TABLE] });
    return made(FIRST_RUN_TABLE, [0], newestDay);
  } finally {
    instance.closeSync();
  }
}

/** Fills `flights` in the silver form; returns the days they were moved by. */
async function loadFlights(connection: DuckDBConnection, file: string, newestDay: string): Promise<number> {
  await stat(file).catch((cause: unknown) => {
    throw new ProblemError(
      { kind: 'world', what: `The flights are not at ${file}.`, remedy: 'Install the npm package vega-datasets.' },
      { cause },
    );
  });
  // The file ends one minute into a day; the day before it is the last whole one.
  const last = await connection.runAndReadAll(`SELECT CAST(max(date) AS DATE) - 1 AS day FROM read_parquet(${quote(file)})`);
  const shift = (Date.parse(newestDay) - Date.parse(String(last.getRowsJson()[0]?.[0]))) / MS_PER_DAY;
  await connection.run(`
    CREATE TABLE flights AS
    WITH moved AS (
      SELECT date + to_days(${shift}) AS scheduled_at, origin, destination,
        CAST(distance AS INTEGER) AS distance_miles, CAST(delay AS INTEGER) AS delay_minutes
      FROM read_parquet(${quote(file)})
    ), dated AS (
      SELECT *, CAST(scheduled_at AS DATE) AS dt FROM moved
      WHERE CAST(scheduled_at AS DATE) BETWEEN DATE '${dayBefore(newestDay, WINDOW_DAYS)}' AND DATE '${newestDay}'
    )
    SELECT CAST(strftime(dt, '%Y%m%d') AS BIGINT) * 100000
        + row_number() OVER (PARTITION BY dt ORDER BY scheduled_at, origin, destination, delay_minutes) AS flight_id, *
    FROM dated ORDER BY flight_id`);
  return shift;
}

/** `age`: days before the newest. */
type DueDay = { readonly day: string; readonly age: number; readonly tables: readonly DemoTable[] };

async function writeDay(connection: DuckDBConnection, folder: string, now: string, { day, age, tables }: DueDay): Promise<void> {
  await connection.run(`CREATE OR REPLACE TABLE day AS SELECT * FROM flights WHERE dt = DATE '${day}' ORDER BY flight_id`);
  await connection.run(`CREATE OR REPLACE VIEW week AS SELECT * FROM flights WHERE dt BETWEEN DATE '${day}' - 6 AND DATE '${day}'`);
  await connection.run(`CREATE OR REPLACE TABLE age AS SELECT ${age} AS age`);
  for (const table of tables) {
    const path = join(folder, fileOf(table, day));
    await mkdir(dirname(path), { recursive: true });
    const options = table.format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880';
    await connection.run(`COPY (${table.sql}) TO ${quote(path)} (${options})`);
    const arrived = new Date(Math.min(arrivalMs(table, day, age), Date.parse(now)));
    await utimes(path, arrived, arrived);
  }
}

/** A few minutes apart from day to day, so that arrivals have a spread; the spread repeats. */
function arrivalMs(table: DemoTable, day: string, age: number): number {
  return Date.parse(day) + table.arrivesAfterHours * MS_PER_HOUR + ((age * 7) % 11) * 60_000;
}

function agesOf(table: DemoTable, days: number | undefined): readonly number[] {
  const length = Math.min(table.days, days ?? table.days);
  return Array.from({ length }, (_, age) => age).filter((age) => age % table.everyDays === 0);
}

function made(table: DemoTable, ages: readonly number[], newestDay: string): DemoLakeTable {
  const days = ages.map((age) => dayBefore(newestDay, age)).reverse();
  return { location: table.location, format: table.format, days, files: days.map((day) => fileOf(table, day)) };
}

function fileOf(table: DemoTable, day: string): string {
  return `${table.location.replace(/^s3:\/\//, '')}/dt=${day}/${table.file}`;
}

async function writeNotes(folder: string, newestDay: string, shiftedByDays: number): Promise<void> {
  await writeFile(join(folder, 'acme-lake/gold/loyalty_contacts/_README.md'), MADE_DATA_NOTE);
  await writeFile(
    join(folder, '_README.md'),
    `# Demo lake

The flights are real (US domestic, 2001; flights-3m.parquet of the npm package vega-datasets). Their days are moved by
${shiftedByDays} whole days so that the newest is ${newestDay}; weekdays move with them. Every other table but one is
computed from them; acme-lake/gold/loyalty_contacts is MADE DATA, see its _README.md.
`,
  );
}

async function refuseUsed(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new ProblemError({ kind: 'usage', what: `${folder} is not empty.`, remedy: 'Name a new folder for the lake.' });
  }
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * MS_PER_DAY).toISOString().slice(0, 10);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
