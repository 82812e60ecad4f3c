/** The laptop's composition: one SQLite file, a folder of documents, a key file, DuckDB and local git repositories. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createLake } from '../adapters/duckdb/lake.js';
import { createGitForge } from '../adapters/git/forge.js';
import { createObjects } from '../adapters/local/objects.js';
import { createSigner } from '../adapters/local/signer.js';
import {
  createGraph,
  createRecords,
  createSlots,
  type DurableObserver,
  lockStore,
  openStore,
  UNOBSERVED,
} from '../adapters/local/store.js';
import { createWorkflow } from '../adapters/local/workflow.js';
import { ProblemError } from '../core/problem.js';
import { type Fleet, loadFleet } from '../flows/bootstrap.js';
import type { Clock, Ports } from '../ports.js';

export type HomeOptions = {
  readonly home: string;
  readonly clock: Clock;
  readonly observe?: DurableObserver;
  /** Only looking: the store is not locked. */
  readonly readOnly?: boolean;
};

export type Home = {
  readonly ports: (fleet: Fleet) => Ports;
  readonly fleet: () => Promise<Fleet>;
  readonly close: () => void;
};

export function defaultHome(): string {
  return process.env.SF_HOME ?? join(homedir(), '.signal-factory');
}
