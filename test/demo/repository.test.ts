import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEMO_MEMBERS } from '../../src/adapters/duckdb/demo-members.js';
import { DEMO_TABLES } from '../../src/adapters/duckdb/demo-tables.js';
import {
  CREW_PLANNING_HISTORY,
  FLIGHT_INSIGHTS_HISTORY,
  FLIGHT_LAKE_HISTORY,
  makeDemoRepository,
} from '../../src/adapters/git/demo-repository.js';
import { Settings } from '../../src/core/settings.js';

const FIXTURE = fileURLToPath(new URL('../../fixtures/lakehouse', import.meta.url));
const sink = { root: '' };

beforeAll(async () => {
  sink.root = await mkdtemp(join(tmpdir(), 'demo-repository-'));
});
afterAll(async () => {
  await rm(sink.root, { recursive: true, force: true });
});

const git = (folder: string, ...words: string[]) => execFileSync('git', words, { cwd: folder, encoding: 'utf8' }).trim();

async function files(folder: string, end: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith(end)).map((entry) => join(entry.parentPath, entry.name));
}

describe('the repositories', () => {
  it.each([
    ['repo', FLIGHT_LAKE_HISTORY],
    ['consumer-repo', FLIGHT_INSIGHTS_HISTORY],
    ['guarded-repo', CREW_PLANNING_HISTORY],
  ])('%s becomes the same commits twice, on main, clean', async (name, history) => {
    const make = (copy: string) =>
      makeDemoRepository({ fixture: join(FIXTURE, name), target: join(sink.root, `${name}-${copy}`), history });
    const first = await make('1');
    const second = await make('2');
    expect(second).toEqual(first);
    const folder = join(sink.root, `${name}-1`);
    expect(git(folder, 'rev-parse', 'main')).toBe(first.commit);
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(git(folder, 'log', '--reverse', '--format=%s|%aI').split('\n')).toEqual(
      history.map(({ message, at }) => `${message}|${at.replace('Z', '+00:00')}`),
    );
  });

  it('run no hook of the machine', async () => {
    const folder = join(sink.root, 'repo-1');
    expect(await readdir(join(folder, '.git'))).not.toContain('hooks');
    expect(git(folder, 'config', '--local', 'core.hooksPath')).toBe('/dev/null');
  });

  it('refuse a folder that is in use', async () => {
    const used = await mkdtemp(join(sink.root, 'used-'));
    await writeFile(join(used, 'mine.txt'), 'mine');
    await expect(makeDemoRepository({ fixture: FIXTURE, target: used, history: FLIGHT_LAKE_HISTORY })).rejects.toThrow('is not empty');
  });
});

describe('the code', () => {
  const python = ['python3', 'python'].find((name) => {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  it.runIf(python !== undefined)('compiles, every Python file of it', async () => {
    const sources = await files(FIXTURE, '.py');
    expect(sources.length).toBeGreaterThan(15);
    const env = { ...process.env, PYTHONPYCACHEPREFIX: join(sink.root, 'pycache') };
    expect(() => execFileSync(python ?? '', ['-m', 'py_compile', ...sources], { env, stdio: 'pipe' })).not.toThrow();
  });

  it('names in YAML what YAML readers accept', async () => {
    const documents = await files(FIXTURE, '.yml');
    expect(documents.length).toBeGreaterThan(5);
    for (const file of documents) expect(parse(await readFile(file, 'utf8')), file).toBeTypeOf('object');
  });
});

/** What a table's place looks like in the code: one of these texts stands in the file. */
const WRITERS: Readonly<Record<string, readonly [file: string, text: string, repository?: string]>> = {
  's3://acme-lake/silver/flights': ['jobs/spark/clean_flights.py', 'TARGET = f"{LAKE}/silver/flights"'],
  's3://acme-lake/gold/flights_daily': ['jobs/spark/flights_daily.py', '.save("s3://acme-lake/gold/flights_daily")'],
  's3://acme-lake/gold/station_scorecard': ['jobs/spark/station_scorecard.py', 'parquet(f"s3://{args.bucket}/gold/station_scorecard")'],
  's3://acme-lake/gold/airport_delays': ['jobs/python/airport_delays.py', 'TARGET = "s3://acme-lake/gold/airport_delays"'],
  's3://acme-lake/gold/delay_profile': ['jobs/dask/delay_profile.py', 'TARGET = f"{LAKE}/gold/delay_profile"'],
  's3://acme-lake/gold/hourly_departures': ['jobs/python/hourly_departures.py', 'TARGET = "s3://acme-lake" + "/gold/hourly_departures"'],
  's3://acme-lake/gold/airport_league': ['jobs/python/airport_league.py', '"s3://acme-lake/gold/airport_league/dt={last_day}/part-0.csv"'],
  's3://acme-lake/gold/loyalty_contacts': ['jobs/python/loyalty_contacts.py', 'FOLDER = PurePosixPath("gold") / "loyalty_contacts"'],
  's3://acme-lake/gold/crew_demand': ['jobs/crew_demand.py', 'TARGET = "s3://acme-lake/gold/crew_demand"', 'guarded-repo'],
  's3://acme-lake/marts/route_performance': ['dbt/models/marts/routes/route_performance.sql', 'from {{ ref('],
  's3://acme-lake/marts/airport_daily': ['dbt/models/marts/airports/airport_daily.sql', 'from {{ ref('],
};

describe('the lake and the code', () => {
  it('speak of the same places', async () => {
    expect(Object.keys(WRITERS).sort()).toEqual([...DEMO_TABLES, DEMO_MEMBERS].map(({ location }) => location).sort());
    for (const [file, text, repository = 'repo'] of Object.values(WRITERS))
      expect(await readFile(join(FIXTURE, repository, file), 'utf8')).toContain(text);
  });

  it('agree with dbt on where its tables are', async () => {
    const project = await readFile(join(FIXTURE, 'repo/dbt/dbt_project.yml'), 'utf8');
    expect(project).toContain('+location_root: "s3://acme-lake/marts"');
    const settings = Settings.parse(parse(await readFile(join(FIXTURE, 'org.yml'), 'utf8')));
    expect(settings.locations.find(({ table }) => table === 'marts.*')?.location).toBe('s3://acme-lake/marts/{1}');
    expect(settings.critical_datasets).toEqual(['ds://gold/flights_daily']);
    expect(settings.holes).toEqual({});
  });

  it('give airport_delays more than three readers in the other repository', async () => {
    const readers = [...(await files(join(FIXTURE, 'consumer-repo'), '.py')), ...(await files(join(FIXTURE, 'consumer-repo'), '.ipynb'))];
    const texts = await Promise.all(readers.map((file) => readFile(file, 'utf8')));
    expect(texts.filter((text) => text.includes('/gold/airport_delays')).length).toBeGreaterThan(3);
  });
});
