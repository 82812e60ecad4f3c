import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoLake, makeLake } from '../../src/adapters/duckdb/demo-lake.js';

const FLIGHTS = fileURLToPath(new URL('../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url));
const NOW = '2026-03-02T11:30:00Z';
const MS_PER_DAY = 86_400_000;

const sink: { root: string; lake?: DemoLake; connection?: DuckDBConnection } = { root: '' };

beforeAll(async () => {
  sink.root = await mkdtemp(join(tmpdir(), 'demo-lake-'));
  sink.lake = await makeLake(join(sink.root, 'a'), { flightsParquet: FLIGHTS, now: NOW });
  sink.connection = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(async () => {
  await rm(sink.root, { recursive: true, force: true });
});

async function rows(sql: string): Promise<unknown[][]> {
  if (!sink.connection) throw new Error('no connection');
  return (await sink.connection.runAndReadAll(sql.replaceAll('LAKE', join(sink.root, 'a', 'acme-lake')))).getRowsJson();
}
async function count(sql: string): Promise<number> {
  return Number((await rows(sql))[0]?.[0]);
}
async function digests(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const entries = files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [
      path.slice(folder.length),
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

describe('the lake', () => {
  it('has the days of history that each table is there to show, the newest the day before now', () => {
    const days = Object.fromEntries((sink.lake?.tables ?? []).map(({ location, days }) => [location.replace('s3://acme-lake/', ''), days]));
    expect(Object.fromEntries(Object.entries(days).map(([name, list]) => [name, list.length]))).toEqual({
      'silver/flights': 10,
      'gold/flights_daily': 10,
      'gold/station_scorecard': 7,
      'gold/airport_delays': 10,
      'gold/delay_profile': 8,
      'gold/hourly_departures': 4,
      'gold/crew_demand': 8,
      'marts/route_performance': 10,
      'marts/airport_daily': 9,
      'gold/airport_league': 2,
      'gold/loyalty_contacts': 7,
    });
    expect(new Set(Object.values(days).map((list) => list.at(-1)))).toEqual(new Set(['2026-03-01']));
    expect(days['gold/airport_league']).toEqual(['2026-02-22', '2026-03-01']);
  });

  it('holds the files it names and two notes, and nothing else', async () => {
    const named = (sink.lake?.tables ?? []).flatMap(({ files }) => files.map((file) => `/${file}`));
    const notes = ['/_README.md', '/acme-lake/gold/loyalty_contacts/_README.md'];
    expect(Object.keys(await digests(join(sink.root, 'a'))).sort()).toEqual([...named, ...notes].sort());
  });

  it('is the same bytes when it is made again, and smaller than 60 MB', async () => {
    await makeLake(join(sink.root, 'b'), { flightsParquet: FLIGHTS, now: '2026-03-02T23:59:00Z' });
    expect(await digests(join(sink.root, 'b'))).toEqual(await digests(join(sink.root, 'a')));
    const files = (sink.lake?.tables ?? []).flatMap(({ files }) => files);
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(sink.root, 'a', file))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60e6);
  });

  it('keeps the history short on request', async () => {
    const short = await makeLake(join(sink.root, 'short'), { flightsParquet: FLIGHTS, now: NOW, days: 3 });
    expect(Math.max(...short.tables.map(({ days }) => days.length))).toBe(3);
  });

  it('gives files a time of arrival after their day and never after now', async () => {
    for (const { days, files } of sink.lake?.tables ?? []) {
      for (const [index, file] of files.entries()) {
        const { mtimeMs } = await stat(join(sink.root, 'a', file));
        expect(mtimeMs).toBeGreaterThanOrEqual(Date.parse(days[index] ?? '') + MS_PER_DAY);
        expect(mtimeMs).toBeLessThanOrEqual(Date.parse(NOW));
      }
    }
  });

  it('refuses a folder that is in use, a source that is not there and no days at all', async () => {
    const used = await mkdtemp(join(sink.root, 'used-'));
    await writeFile(join(used, 'mine.txt'), 'mine');
    await expect(makeLake(join(sink.root, 'd'), { flightsParquet: FLIGHTS, now: NOW, days: 0 })).rejects.toThrow('one day or more');
    await expect(makeLake(used, { flightsParquet: FLIGHTS, now: NOW })).rejects.toThrow('is not empty');
    await expect(makeLake(join(sink.root, 'c'), { flightsParquet: '/nowhere.parquet', now: NOW })).rejects.toThrow('vega-datasets');
  });
});

describe('the flights', () => {
  it('are those of the source, day by day, to the row', async () => {
    const shift = sink.lake?.shiftedByDays ?? 0;
    const original = await rows(
      `SELECT CAST(date AS DATE) + ${shift} AS dt, count(*), sum(delay), sum(distance), min(origin), count(DISTINCT destination)
       FROM '${FLIGHTS}' WHERE CAST(date AS DATE) + ${shift} BETWEEN DATE '2026-02-20' AND DATE '2026-03-01' GROUP BY dt ORDER BY dt`,
    );
    const silver = await rows(
      `SELECT dt, count(*), sum(delay_minutes), sum(distance_miles), min(origin), count(DISTINCT destination)
       FROM read_parquet('LAKE/silver/flights/*/*.parquet', hive_partitioning = true) GROUP BY dt ORDER BY dt`,
    );
    expect(original).toHaveLength(10);
    expect(silver).toEqual(original);
    expect(silver.at(-1)?.[1]).toBe('15626');
  });

  it('are moved by whole days: the last whole day of the source is the newest', async () => {
    expect(sink.lake?.shiftedByDays).toBe((Date.parse('2026-03-01') - Date.parse('2001-06-30')) / MS_PER_DAY);
    expect(
      await count(`SELECT count(*) FROM read_parquet('LAKE/silver/flights/*/*.parquet', hive_partitioning = true)
        WHERE CAST(scheduled_at AS DATE) <> dt`),
    ).toBe(0);
  });

  it('have ids that never repeat', async () => {
    const table = `read_parquet('LAKE/gold/flights_daily/*/*.parquet')`;
    expect(await count(`SELECT count(*) - count(DISTINCT flight_id) FROM ${table}`)).toBe(0);
    expect(await count(`SELECT count(*) FROM ${table} WHERE route <> origin || '-' || destination`)).toBe(0);
  });
});

describe('the other tables', () => {
  const newest = `read_parquet('LAKE/silver/flights/dt=2026-03-01/*.parquet')`;
  const cases = [
    ['airport_delays counts every departure', `SELECT sum(departures) FROM 'LAKE/gold/airport_delays/dt=2026-03-01/*.parquet'`],
    ['delay_profile counts every flight', `SELECT sum(flights) FROM 'LAKE/gold/delay_profile/dt=2026-03-01/*.parquet'`],
    ['hourly_departures counts every departure', `SELECT sum(departures) FROM 'LAKE/gold/hourly_departures/dt=2026-03-01/*.parquet'`],
    ['route_performance counts every flight', `SELECT sum(flights) FROM 'LAKE/marts/route_performance/dt=2026-03-01/*.parquet'`],
    ['airport_daily counts every arrival', `SELECT sum(arrivals) FROM 'LAKE/marts/airport_daily/dt=2026-03-01/*.parquet'`],
  ] as const;
  it.each(cases)('%s', async (_, sql) => {
    expect(await count(sql)).toBe(await count(`SELECT count(*) FROM ${newest}`));
  });

  it('airport_delays gives the delays of an airport', async () => {
    const made = await rows(`SELECT departures, late_departures, mean_delay_minutes FROM 'LAKE/gold/airport_delays/dt=2026-03-01/*.parquet'
      WHERE airport = 'ATL'`);
    const asked = await rows(
      `SELECT count(*), count(*) FILTER (delay_minutes > 15), avg(delay_minutes) FROM ${newest} WHERE origin = 'ATL'`,
    );
    expect(made).toEqual(asked);
  });

  it('airport_league is the week of its last day', async () => {
    const made = await count(`SELECT departures FROM read_csv('LAKE/gold/airport_league/dt=2026-03-01/*.csv') WHERE airport = 'ATL'`);
    const asked = await count(`SELECT sum(departures) FROM read_parquet('LAKE/gold/airport_delays/*/*.parquet', hive_partitioning = true)
      WHERE airport = 'ATL' AND dt > DATE '2026-02-22'`);
    expect(made).toBe(asked);
  });

  it('missed_connections has nothing yet', async () => {
    expect(await readdir(join(sink.root, 'a', 'acme-lake', 'gold'))).not.toContain('missed_connections');
  });
});

describe('the members', () => {
  const members = `read_parquet('LAKE/gold/loyalty_contacts/*/*.parquet', hive_partitioning = true)`;
  it('grow a little every day', async () => {
    expect((await rows(`SELECT count(*) FROM ${members} GROUP BY dt ORDER BY dt`)).flat()).toEqual([
      '2364',
      '2370',
      '2376',
      '2382',
      '2388',
      '2394',
      '2400',
    ]);
  });

  it.each([
    ['mail addresses outside the reserved domains', `NOT regexp_full_match(email, '[a-z.]+[0-9]+@example[.](com|org|net)')`],
    ['phone numbers outside 555-0100 to 555-0199', `NOT regexp_full_match(phone, '[+]1-[0-9]{3}-555-01[0-9]{2}')`],
    ['numbers that may have been issued', `NOT regexp_full_match(ssn, '9[0-9]{2}-[1-4][0-9]-[0-9]{4}') OR ssn LIKE '%-0000'`],
    ['ZIP codes in use', `NOT regexp_full_match(shipping_address, '.*, [A-Z]{2} 00[1-4][0-9]{2}')`],
  ])('have no %s', async (_, wrong) => {
    expect(await count(`SELECT count(*) FROM ${members} WHERE ${wrong}`)).toBe(0);
  });

  it('have distinct mail addresses and enough distinct numbers to look at', async () => {
    const found = await rows(`SELECT count(DISTINCT email), count(DISTINCT phone), count(DISTINCT ssn) FROM ${members}`);
    expect(found).toEqual([['2400', '1284', '1440']]);
  });

  it('are said to be made, beside the data', async () => {
    expect(await readFile(join(sink.root, 'a', 'acme-lake/gold/loyalty_contacts/_README.md'), 'utf8')).toMatch(/^# MADE DATA/);
  });
});
