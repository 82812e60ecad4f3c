/** Every door to the outside, in small groups. Adapters fill them; only `src/main` knows which. Errors are `ProblemError`. */
import type { BootstrapRecord } from './core/artifacts/bootstrap-record.js';
import type { Command } from './core/lifecycle.js';
import type { DataListing, Measurements, ProfilingPlan } from './core/measurements.js';
import type { PullRequestPlan, PullRequestRef } from './core/pull-request.js';
import type { FileEntry, SourceFile } from './core/repo.js';
import type { DatasetUrn } from './core/urn.js';
import type { Format } from './core/vocabulary.js';

/** One repository at one commit (or a folder as it stands). */
export type RepoSource = {
  readonly name: string;
  readonly commit: string | null;
  list(): Promise<readonly FileEntry[]>;
  /** In the order asked for; a file that cannot be read is left out and named in `unreadable`. */
  read(files: readonly FileEntry[]): AsyncIterable<SourceFile>;
};

/** Facts of one blob under (blob id, extractor version); values are JSON. A lost cache costs time, never truth. */
export type FactsCache = {
  load(keys: readonly string[]): ReadonlyMap<string, string>;
  save(entries: readonly { readonly key: string; readonly value: string }[]): void;
};

/** The customer's data. Locations are as the manifest says; where they are on this machine is the adapter's matter. */
export type Lake = {
  list(location: string, format: Format, partitionBy: readonly string[]): Promise<DataListing>;
  measure(listing: DataListing, plan: ProfilingPlan): Promise<Measurements>;
};

/** Documents by key (`datasets/<namespace>/<name>/…`). A put is durable when it returns. */
export type ObjectStore = {
  /** What a key is called outside: `s3://sf-config/datasets/…`. */
  url(key: string): string;
  get(key: string): Promise<string | undefined>;
  /** Same key and content: nothing happens. `ifAbsent` refuses to replace other content. */
  put(key: string, content: string, options?: { readonly ifAbsent?: boolean }): Promise<void>;
  list(prefix: string): Promise<readonly string[]>;
};

/** Bootstrap records (§3.1). `save` is conditional on the revision that was read. */
export type Records = {
  load(urn: DatasetUrn): Promise<BootstrapRecord | undefined>;
  all(): Promise<readonly BootstrapRecord[]>;
  /** Claims the urn (§10.1: one bootstrap at a time): the record that stands, and whether it is new. */
  claim(record: BootstrapRecord): Promise<{ readonly record: BootstrapRecord; readonly created: boolean }>;
  /** `false` when another writer was first; nothing is written then. */
  save(record: BootstrapRecord, expectedRev: number): Promise<boolean>;
};

/** A unit of work that is handed out again until it is completed; `token` names this handing-out's state. */
export type WorkItem = { readonly token: string; readonly execution: string; readonly command: Command };
/**
 * Drives executions (one per bootstrap id). The record is the truth, the engine only drives:
 * a worker saves the record first and completes the item second, so both may happen twice.
 */
export type WorkflowEngine = {
  /** Starting what runs already does nothing. */
  start(execution: string, first: Command): Promise<void>;
  /** The next item due at `now`, leased to `worker` until `now + leaseMs`. */
  claim(worker: string, now: string, leaseMs: number): Promise<WorkItem | undefined>;
  /** Ends this item and enqueues the next command, if any. A token that was spent already does nothing. */
  complete(token: string, next?: Command): Promise<void>;
  /** Hands the item out again at `until` (a wait for a person or for data). */
  park(token: string, until: string): Promise<void>;
  /** Makes a parked item of the execution due now: something it may wait for has happened. */
  wake(execution: string, now: string): Promise<void>;
  stop(execution: string): Promise<void>;
  describe(execution: string): Promise<{ readonly command?: Command; readonly due?: string; readonly running: boolean }>;
};

/** Fleet-wide leases for profiling (§3.1): at most `slots`, each expires. */
export type Slots = {
  take(owner: string, slots: number, now: string, leaseMs: number): Promise<boolean>;
  release(owner: string): Promise<void>;
};

/** ES256 over compact JWS payloads (DESIGN 2, signature). */
export type Signer = {
  sign(statement: string): Promise<string>;
  /** JSON Web Key Set with every public key a live bundle may carry. */
  keys(): Promise<{ readonly keys: readonly Record<string, unknown>[] }>;
};

/** Branches and pull requests of one repository. Every write carries the SHA it expects; the same call twice is one effect. */
export type Forge = {
  submit(plan: PullRequestPlan, at: string): Promise<PullRequestRef>;
  /** The branch's tip, or undefined when it is gone. */
  head(branch: string): Promise<string | undefined>;
  /** A file at a commit. */
  readFile(commit: string, path: string): Promise<string | undefined>;
  /** One commit on the branch that replaces these files; refused when the head is another. */
  commit(
    branch: string,
    expectedHead: string,
    files: readonly { readonly path: string; readonly content: string }[],
    message: string,
    at: string,
  ): Promise<{ readonly head: string } | { readonly moved: string }>;
  merge(
    branch: string,
    expectedHead: string,
    message: string,
    at: string,
  ): Promise<{ readonly merge: string } | { readonly moved: string }>;
};

/** Lineage (§7.2): dataset nodes, OWNS and CONSUMED_BY edges. */
export type LineageGraph = {
  upsertDataset(urn: DatasetUrn, owner: string, consumers: readonly string[]): Promise<void>;
  dataset(urn: DatasetUrn): Promise<{ readonly owner: string; readonly consumers: readonly string[] } | undefined>;
};

export type Clock = { now(): string };

export type Ports = {
  readonly facts: FactsCache;
  readonly lake: Lake;
  readonly objects: ObjectStore;
  readonly records: Records;
  readonly workflow: WorkflowEngine;
  readonly slots: Slots;
  readonly signer: Signer;
  readonly forge: Forge;
  readonly graph: LineageGraph;
  readonly clock: Clock;
};
