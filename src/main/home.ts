/** The laptop's composition: one SQLite file, a folder of documents, a key file, DuckDB and local git repositories. */
import { existsSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DuckDbLake } from '../adapters/duckdb/lake.js';
import { createGitForge } from '../adapters/git/forge.js';
import { createLocalPullRequests } from '../adapters/git/pull-requests.js';
import { createInstallations } from '../adapters/local/installations.js';
import { createLeases } from '../adapters/local/leases.js';
import { createObjects } from '../adapters/local/objects.js';
import { localKeys, localSigner } from '../adapters/local/signer.js';
import {
  createGraph,
  createRecords,
  createSlots,
  type DurableObserver,
  lockStore,
  openStore,
  type Store,
  UNOBSERVED,
} from '../adapters/local/store.js';
import { createWorkflow } from '../adapters/local/workflow.js';
import { ProblemError } from '../core/problem.js';
import { DEFAULT_SETTINGS } from '../core/settings.js';
import type { Fleet } from '../flows/bootstrap.js';
import type { Clock, Forge, Lake, Ports } from '../ports.js';

export type HomeOptions = {
  readonly home: string;
  readonly clock: Clock;
  /** Evidence scripts end the process in here; products pass nothing. */
  readonly observe?: DurableObserver;
  /** Only looks: needs no lock, so that a running bootstrap can be watched. */
  readonly readOnly?: boolean;
};

/** Everything that needs no fleet; `forFleet` adds the lake and the repositories it names. */
export type Home = Omit<Ports, 'lake' | 'forge' | 'pullRequests'> & {
  readonly folder: string;
  readonly store: Store;
  readonly forFleet: (fleet: Fleet) => Ports;
  readonly close: () => void;
};

export function defaultHome(): string {
  return process.env.SF_HOME ?? join(homedir(), '.signal-factory');
}

export async function openHome({ home, clock, observe = UNOBSERVED, readOnly = false }: HomeOptions): Promise<Home> {
  const store = openStore(home, observe);
  const lock = readOnly ? undefined : lockStore(home);
  const base = {
    objects: createObjects(join(home, 'objects'), observe),
    records: createRecords(store),
    workflow: createWorkflow(store),
    slots: createSlots(store),
    signer: await localSigner(join(home, 'keys'), observe),
    graph: createGraph(store),
    installations: createInstallations(store),
    leases: createLeases(store),
    clock,
  };
  return {
    ...base,
    folder: home,
    store,
    forFleet: (fleet) => ({
      ...base,
      lake: lakeOf(fleet, home),
      forge: (repository) => forgeOf(fleet, repository, observe),
      pullRequests: (repository) =>
        createLocalPullRequests(forgeOf(fleet, repository, observe), directoryOf(fleet, repository), (branch) =>
          base.objects.url(`datasets/${branch.replace(/^autopilot\//, '')}/pull_request.md`),
        ),
    }),
    close: () => {
      lock?.release();
      store.database.close();
    },
  };
}

/** What `sf policy verify` may trust. */
export function publicKeys(home: string | undefined): ReturnType<typeof localKeys> {
  return localKeys(join(resolve(home ?? defaultHome()), 'keys'));
}

export function lakeOf(fleet: Fleet, home: string): Lake {
  return new DuckDbLake({
    root: fleet.lake,
    memoryLimitMb: fleet.settings.profiling.memory_limit_mb,
    threads: 2,
    tempDirectory: join(home, 'spill'),
  });
}

export function requireFolder(lake: string): void {
  if (existsSync(lake) && statSync(lake).isDirectory()) return;
  throw new ProblemError({ kind: 'usage', what: `${lake} is not a folder.`, remedy: 'Name the folder that holds the data with --data.' });
}

/** A lake to look at, without a fleet. */
export function lakeAt(root: string): Lake {
  const { memory_limit_mb } = DEFAULT_SETTINGS.profiling;
  return new DuckDbLake({ root, memoryLimitMb: memory_limit_mb, threads: 2, tempDirectory: join(tmpdir(), 'autopilot-spill') });
}

function forgeOf(fleet: Fleet, repository: string, observe: DurableObserver): Forge {
  return createGitForge({ repository, directory: directoryOf(fleet, repository), observe });
}

function directoryOf(fleet: Fleet, repository: string): string {
  const known = fleet.repositories.find(({ name }) => name === repository);
  if (known) return known.directory;
  throw new ProblemError({
    kind: 'usage',
    what: `The repository ${repository} is not part of this fleet.`,
    remedy: 'Run `sf bootstrap run` with its folder.',
  });
}
