/** Every door to the outside, in small groups. Adapters fill them; only `src/main` knows which. Errors are `ProblemError`. */
import type { BootstrapRecord } from './core/artifacts/bootstrap-record.js';
import type { Command } from './core/lifecycle.js';
import type { ColumnSchema, DataListing, Measurements, ProfilingPlan } from './core/measurements.js';
import type { FileEdit } from './core/pull-request.js';
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
  /** The columns of the newest partition that has files; nothing is scanned. */
  columns(listing: DataListing): Promise<readonly ColumnSchema[]>;
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

/** What happened to a bootstrap, in order; written in the same transaction as the record. */
export type LedgerEntry = {
  readonly at: string;
  readonly event: string;
  readonly from: string;
  readonly to: string;
  readonly because?: string;
};

/** Bootstrap records (§3.1), one per urn. `save` is conditional on the revision that was read. */
export type Records = {
  load(urn: DatasetUrn): Promise<BootstrapRecord | undefined>;
  byBootstrapId(id: string): Promise<BootstrapRecord | undefined>;
  /** Ordered by bootstrap id. */
  all(): Promise<readonly BootstrapRecord[]>;
  /** Claims the urn (§10.1: one bootstrap at a time) and allots the day's next bootstrap id; returns what stands after it. */
  claim(
    urn: DatasetUrn,
    day: string,
    draft: (bootstrapId: string) => BootstrapRecord,
  ): Promise<{ readonly record: BootstrapRecord; readonly created: boolean }>;
  /** The record as saved (rev one higher), or undefined when another writer was first and nothing was written. */
  save(record: BootstrapRecord, entry: LedgerEntry): Promise<BootstrapRecord | undefined>;
  ledger(id: string): Promise<readonly LedgerEntry[]>;
};
/** A unit of work that is handed out again until it is completed; `token` names this handing-out's state. */
export type WorkItem = { readonly token: string; readonly execution: string; readonly command: Command };
/**
 * Drives executions (one per bootstrap id). The record is the truth, the engine only drives:
 * a worker saves the record first and completes the item second, so both may happen twice.
 */
export type WorkflowEngine = {
  /** Starting what runs already does nothing. */
  start(execution: string, first: Command, now: string): Promise<void>;
  /** The oldest item due at `now`, leased to `worker` until `now + leaseMs`; a worker gets back what it held. */
  claim(worker: string, now: string, leaseMs: number): Promise<WorkItem | undefined>;
  /** Ends this item and enqueues the next command, if any. A token that was spent already does nothing. */
  complete(token: string, next?: Command): Promise<void>;
  /** Hands the item out again at `until` (a wait for a person or for data), behind what waits already. */
  park(token: string, until: string): Promise<void>;
  /** Makes a parked item of the execution due now: something it may wait for has happened. */
  wake(execution: string, now: string): Promise<void>;
  stop(execution: string): Promise<void>;
  describe(execution: string): Promise<{ readonly command?: Command; readonly due?: string; readonly running: boolean }>;
};

/** Fleet-wide leases for profiling (§3.1): at most `slots`, each expires. */
export type Slots = {
  /** False when all are taken; the owner then stands in line. */
  take(owner: string, slots: number, now: string, leaseMs: number): Promise<boolean>;
  /** Gives the slot back and says who has stood in line longest, so that it can be woken. */
  release(owner: string): Promise<string | undefined>;
};

/** ES256 over compact JWS payloads (decision 0001 signature). */
export type Signer = {
  sign(statement: string): Promise<string>;
  /** JSON Web Key Set with every public key a live bundle may carry. */
  keys(): Promise<{ readonly keys: readonly Record<string, unknown>[] }>;
};

/**
 * Branches of one repository. A commit is made first (nobody sees it), its SHA is noted, and only then a branch is
 * pointed at it by compare-and-swap: whoever is killed in between repeats itself without a second effect.
 */
export type Forge = {
  readonly repository: string;
  /** The branch's tip, or undefined when there is none. */
  head(branch: string): Promise<string | undefined>;
  /** Files below a folder at a commit, as text. */
  readFolder(commit: string, folder: string): Promise<readonly FileEdit[]>;
  /** Every path that differs between two commits, as it stands in the later one; `mode` is git's, 000000 where it is gone. */
  changed(from: string, to: string): Promise<readonly (FileEdit & { readonly mode: string })[]>;
  /** The first parent's tree with these files put in; author, dates and so the SHA follow from the arguments alone. */
  commit(parents: readonly string[], files: readonly FileEdit[], message: string, at: string): Promise<string>;
  /** A commit that joins `theirs` into `ours`; nothing is written when both changed the same file. */
  merge(
    ours: string,
    theirs: string,
    message: string,
    at: string,
  ): Promise<{ readonly sha: string } | { readonly conflicts: readonly string[] }>;
  /** Whether the branch already holds the commit. */
  contains(branch: string, commit: string): Promise<boolean>;
  /** Points the branch at `sha` if it stands at `expected` (undefined: does not exist), or says where it stands. */
  point(
    branch: string,
    sha: string,
    expected: string | undefined,
  ): Promise<{ readonly done: true } | { readonly done: false; readonly head: string | undefined }>;
};

/** Lineage (§7.2): dataset nodes, OWNS and CONSUMED_BY edges. Replaces what stood for the dataset. */
export type LineageGraph = {
  upsertDataset(urn: DatasetUrn, owner: string, consumers: readonly string[]): Promise<void>;
  dataset(urn: DatasetUrn): Promise<{ readonly owner: string; readonly consumers: readonly string[] } | undefined>;
};

export type Clock = { now(): string };

export type Ports = {
  readonly lake: Lake;
  readonly objects: ObjectStore;
  readonly records: Records;
  readonly workflow: WorkflowEngine;
  readonly slots: Slots;
  readonly signer: Signer;
  /** The forge of one of the fleet's repositories, by the name its scan gave it. */
  readonly forge: (repository: string) => Forge;
  readonly graph: LineageGraph;
  readonly clock: Clock;
};
