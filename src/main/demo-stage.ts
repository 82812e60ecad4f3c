/** §14 the demo's folder: a lake of real flights, repositories of jobs, and what ran before is replaced. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { makeLake } from '../adapters/duckdb/demo-lake.js';
import {
  CREW_PLANNING_HISTORY,
  FLIGHT_INSIGHTS_HISTORY,
  FLIGHT_LAKE_HISTORY,
  makeDemoRepository,
} from '../adapters/git/demo-repository.js';
import { makeFolder } from '../adapters/local/folders.js';
import { openLock } from '../adapters/local/sqlite.js';
import { ProblemError } from '../core/problem.js';
import { packageFolder } from './package-folder.js';

const MARKER = '.made-by-sf-demo';
const LOCK = '.sf-demo-runs';

export type Stage = {
  readonly folder: string;
  readonly lake: string;
  readonly home: string;
  readonly jobs: string;
  readonly readers: string;
  /** Its default branch asks for a review; only a forge has such rules. */
  readonly guarded: string;
  /** Lets the next demo have the folder; the operating system does so too when the process dies. */
  readonly release: () => void;
};

/** An earlier demo is replaced once nobody runs it; anything else that lies there is left alone. */
export function stageAt(keep: string): Stage {
  const folder = resolve(keep);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    if (!existsSync(join(folder, MARKER))) {
      throw new ProblemError({
        kind: 'usage',
        what: `${folder} is not empty, and no demo made it.`,
        remedy: 'Name an empty or new folder with --keep.',
      });
    }
  }
  makeFolder(folder);
  writeFileSync(join(folder, MARKER), 'Made by `sf demo`, which replaces this folder when it runs again.\n');
  const lock = openLock(join(folder, LOCK));
  if (lock === undefined) {
    const what = `A demo runs in ${folder}.`;
    throw new ProblemError({ kind: 'usage', what, remedy: 'End it, or use another folder: --keep DIR.' });
  }
  for (const name of readdirSync(folder)) if (!isOurs(name)) rmSync(join(folder, name), { recursive: true, force: true });
  return {
    folder,
    release: () => lock.release(),
    lake: join(folder, 'lake'),
    home: join(folder, 'home'),
    jobs: join(folder, 'flight-lake'),
    readers: join(folder, 'flight-insights'),
    guarded: join(folder, 'crew-planning'),
  };
}

/** SQLite may have a journal beside the lock. */
function isOurs(name: string): boolean {
  return name === MARKER || name.startsWith(LOCK);
}

export type MadeLake = { readonly tables: number; readonly newestDay: string };

export async function fillLake(stage: Stage, now: string): Promise<MadeLake> {
  const lake = await makeLake(stage.lake, { flightsParquet: flightsParquet(), now });
  return { tables: lake.tables.length, newestDay: lake.newestDay };
}

export async function commitRepositories(stage: Stage): Promise<void> {
  const fixtures = demoFixtures();
  await makeDemoRepository({ fixture: join(fixtures, 'repo'), target: stage.jobs, history: FLIGHT_LAKE_HISTORY });
  await makeDemoRepository({ fixture: join(fixtures, 'consumer-repo'), target: stage.readers, history: FLIGHT_INSIGHTS_HISTORY });
}

export async function commitGuardedRepository({ guarded }: Stage): Promise<void> {
  await makeDemoRepository({ fixture: join(demoFixtures(), 'guarded-repo'), target: guarded, history: CREW_PLANNING_HISTORY });
}

export function demoFixtures(): string {
  return join(packageFolder(), 'fixtures/lakehouse');
}

function flightsParquet(): string {
  const require = createRequire(import.meta.url);
  const places = require.resolve.paths('vega-datasets') ?? [];
  const file = 'vega-datasets/data/flights-3m.parquet';
  return places.map((place) => join(place, file)).find((path) => existsSync(path)) ?? file;
}
