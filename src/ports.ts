/** Every door to the outside, in small groups. Adapters fill them; only `src/main` knows which. Errors are `ProblemError`. */
import type { BootstrapRecord } from './core/artifacts/bootstrap-record.js';
import type { TableAnswer, TableName } from './core/catalog-table.js';
import type { Autonomy } from './core/decide/autonomy.js';
import type { Decision } from './core/evidence.js';
import type { RepoFacts } from './core/facts.js';
import type { Command } from './core/lifecycle.js';
import type { ColumnSchema, DataListing, Measurements, ProfilingPlan } from './core/measurements.js';
import type { Aftermath } from './core/merge-gate/setbacks.js';
import type { BranchRules, Person, PullRequestSnapshot, Reading, Role } from './core/merge-gate/snapshot.js';
import type { ChangedFile, Delivery, FileEdit, GateReport, PullRequestPlan } from './core/pull-request.js';
import type { FileEntry, InstalledRepository, RepositoryRow, Seen, SourceFile, UnlistedFolder } from './core/repo.js';
import type { DatasetUrn } from './core/urn.js';
import type { Format } from './core/vocabulary.js';

/** One repository at one commit (or a folder as it stands). */
export type RepoSource = {
  readonly name: string;
  readonly commit: string | null;
  list(): Promise<readonly FileEntry[]>;
  /** Folders that the last listing could not look into, and why; none where a source has no folders of its own. */
  unlisted?(): readonly UnlistedFolder[];
  /** In the order asked for; a file that cannot be read is left out: whoever must know compares. */
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

/**
 * One table catalog of production, which is only read. One answer a name, in their order, each within the catalog's timeout;
 * it never throws for what the world does: that is the name's answer.
 */
export type TableCatalog = { lookUp(names: readonly TableName[]): Promise<readonly TableAnswer[]> };

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
  /** Those of one repository, by its key (`repositoryKey`), ordered by bootstrap id. */
  inRepository(key: string): Promise<readonly BootstrapRecord[]>;
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
  /**
   * Makes the item of the execution due now: something it may wait for has happened. Of an item that is being worked on
   * this is remembered, and its next `park` is due at once.
   */
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
  /** Every path that `to` changes since it left the history of `from`, as it stands in `to`; `mode` is git's, 000000 where it is gone. */
  changed(from: string, to: string): Promise<readonly ChangedFile[]>;
  /** The parent's tree with these files put in. Nobody sees the commit until a branch points at it. */
  commit(
    parent: string,
    files: readonly FileEdit[],
    message: string,
    at: string,
    how?: Urgent,
  ): Promise<{ readonly sha: string; readonly tree: string }>;
  /** Whether the branch already holds the commit. */
  contains(branch: string, commit: string): Promise<boolean>;
  /** Points the branch at `sha` if it stands at `expected` (undefined: does not exist), or says where it stands. */
  point(
    branch: string,
    sha: string,
    expected: string | undefined,
  ): Promise<{ readonly done: true } | { readonly done: false; readonly head: string | undefined }>;
};

/** What a proposal looks like now, where it is judged. */
export type ProposalView =
  /** A branch on this machine; `merged`: the commit that took it in. */
  | { readonly how: 'local'; readonly head?: string; readonly changes: readonly ChangedFile[]; readonly merged?: string }
  | {
      readonly how: 'forge';
      readonly snapshot: PullRequestSnapshot;
      /** Our App and its bot user, by the forge's numbers. */
      readonly app: { readonly id: number; readonly botId: number };
    };

/** How an attempt to merge ended; the outcomes 200, 409, 405, 403/404, 422 and "unclear" of GitHub's merge call, each its own word. */
export type Landing =
  | { readonly kind: 'landed'; readonly sha: string }
  /** Handed to the forge's merge queue, pinned to the head. */
  | { readonly kind: 'queued' }
  | { readonly kind: 'head-moved' }
  /** Not now: everything is looked at again. */
  | { readonly kind: 'refused'; readonly because: string }
  /** Nothing of ours can change it: a person has to look. `isMerged`: the base branch holds something of it already. */
  | { readonly kind: 'stopped'; readonly because: string; readonly isMerged?: true };

/** Whether a pull request is out of the forge's merge queue; `merged`: the queue, or somebody, was faster. */
export type LeftQueue =
  | { readonly kind: 'left' | 'not-queued' | 'merged' }
  /** It stands there still. */
  | { readonly kind: 'refused'; readonly because: string };

/** The pull request of a standing branch. Every call is safe to repeat; the branch itself is moved by `Forge` alone. */
export type PullRequests = {
  /** In which words a reader there stops, approves and undoes; `commit`: what was scanned. */
  delivery(commit: string): Promise<Delivery>;
  /** The branch that proposals merge into and where it stands; undefined where `Forge` has no branch of that name yet. */
  base(): Promise<ProposalBase | undefined>;
  /** Opens it, or brings title, body, labels and reviewers to what the plan says. What stands already is not sent again. */
  submit(plan: PullRequestPlan, number: number | undefined): Promise<Submitted>;
  look(branch: string, number: number | undefined, baseSha: string): Promise<ProposalView | undefined>;
  /** Merges exactly `head`. Whether an unclear answer took effect is read back before this returns. */
  merge(pull: MergedPull, head: string, words: MergeWords): Promise<Landing>;
  /** Shows the gate on the head; returns what to show it under next time. */
  show(head: string, report: GateReport, standing: number | undefined): Promise<number | undefined>;
  close(branch: string, number: number | undefined, because: string): Promise<void>;
  /** Takes it out of the merge queue, whoever put it there. */
  leaveQueue(branch: string, number: number | undefined): Promise<LeftQueue>;
  /** One comment per `topic`, as `Conversation.say`; false where the forge does not let us speak. */
  tell(number: number, topic: string, text: string): Promise<boolean>;
  /** The base branch as it stands now, seen from a merge of ours; `madeOn`: the commit before the change. Undefined: there is nothing to see. */
  aftermath(base: string, of: { readonly merge: string; readonly madeOn: string; readonly folder: string }): Promise<Aftermath | undefined>;
};
/** `config`: the repository's own settings file there. */
export type ProposalBase = {
  readonly branch: string;
  readonly sha: string;
  readonly tree?: string;
  readonly config: Reading<string | undefined>;
};
/** `baseSha`: the commit that the proposal begins at; `baseBranch`: the branch it merges into, which a laptop has none of. */
export type MergedPull = {
  readonly branch: string;
  readonly number: number | undefined;
  readonly baseSha: string;
  readonly baseBranch?: string;
};
export type Submitted = {
  /** Absent where there are no numbers: on a laptop. */
  readonly number?: number;
  readonly url: string;
  /** Title and description as they were sent; absent where none are. They may differ from the plan's: cleaned of secrets, and cut. */
  readonly words?: { readonly title: string; readonly body: string };
  /** Who was asked to look, as far as the forge took it. */
  readonly notified: readonly string[];
};
export type MergeWords = {
  readonly title: string;
  readonly message: string;
  readonly method: 'merge' | 'squash' | 'rebase';
  readonly at: string;
};

/** A comment with a command, and where to answer it. */
export type CommandComment = {
  readonly repository: number;
  readonly issue: number;
  readonly comment: number;
  readonly by: Person;
  /** When it was written. */
  readonly at: string;
  readonly text: string;
};
/** Such a write may use what is kept back of the hour's budget: it stops, ends or merges a change, or says that it was stopped. */
export type Urgent = { readonly urgent?: true };
/** What people say to us on the forge and what we say back. */
export type Conversation = {
  /** The comment as it stands now, its author's role asked afresh; undefined when it is gone. */
  comment(repository: number, comment: number): Promise<Omit<CommandComment, 'issue' | 'repository'> | undefined>;
  /** Seen and allowed, done, or refused. */
  react(at: Pick<CommandComment, 'repository' | 'comment'> & Urgent, reaction: 'eyes' | 'rocket' | 'confused'): Promise<void>;
  /** One comment per `topic` on an issue or pull request: said again it is edited, the same words twice are not sent. */
  say(at: Pick<CommandComment, 'repository' | 'issue'> & Urgent, topic: string, text: string): Promise<void>;
};

export type InstallationRow = { readonly id: number; readonly account: string; readonly state: 'active' | 'suspended' | 'removed' };
/** What the App is installed on, as the forge last said. */
export type Installations = {
  installations(): Promise<readonly InstallationRow[]>;
  saveInstallation(row: InstallationRow): Promise<void>;
  /** Ordered by id. */
  repositories(): Promise<readonly RepositoryRow[]>;
  repository(id: number): Promise<RepositoryRow | undefined>;
  /** What the forge says of it; what was noted beside stays. */
  saveRepository(row: InstalledRepository): Promise<void>;
  /** Nothing happens where another installation has it by now. */
  noteRemoved(id: number, installation: number): Promise<void>;
  /** Each changes its own field alone, of a repository that is known, in one transaction. */
  noteAutonomy(id: number, autonomy: Decision<Autonomy>): Promise<void>;
  noteScan(id: number, scanned: Seen): Promise<void>;
  noteFollowed(id: number, followed: Seen): Promise<void>;
};

/** Reads what an installation shows; nothing here writes. */
export type Host = {
  installations(): Promise<readonly InstallationRow[]>;
  /** The repositories of an installation; archived, disabled and forked ones are among them and say so. */
  repositories(installation: number): Promise<readonly InstalledRepository[]>;
  /** Heads of default branches, many at once; one that cannot be read is absent. */
  heads(repositories: readonly RepositoryRow[]): Promise<ReadonlyMap<number, { readonly commit: string; readonly tree: string }>>;
  source(repository: RepositoryRow, commit: string): Promise<RepoSource>;
  role(repository: number, login: string): Promise<Role | undefined>;
  /** The rules of the default branch. */
  rules(repository: RepositoryRow): Promise<Reading<BranchRules>>;
  /** Every failed attempt since `since`, newest first; as far back as the forge keeps them. */
  failedDeliveries(since: string): Promise<readonly { readonly id: string; readonly guid: string; readonly at: string }[]>;
  redeliver(id: string): Promise<void>;
};

export type NewDelivery = {
  /** `X-GitHub-Delivery`: kept when the forge sends it again. */
  readonly guid: string;
  readonly event: string;
  readonly action?: string;
  /** Deliveries of one lane are worked one at a time, oldest first: the repository's id, else the installation's. */
  readonly lane: string;
  readonly payload: string;
  readonly receivedAt: string;
};
/** `attempts` counts every handing-out, this one too, so that a delivery that ends its process is noticed. */
export type StoredDelivery = NewDelivery & { readonly seq: number; readonly attempts: number };
/** Webhook deliveries, stored before they are acknowledged and worked at least once. */
export type Inbox = {
  /** `again`: it had been given up, and its sender repeats it. */
  accept(delivery: NewDelivery): Promise<'new' | 'known' | 'again'>;
  /** The oldest that is due and whose lane no other worker is on, leased; a worker may get back what it held. */
  claim(worker: string, now: string, leaseMs: number): Promise<StoredDelivery | undefined>;
  done(guid: string, result: string, now: string): Promise<void>;
  /** Due again at `until`, or given up when absent (its sender may still repeat it). */
  failed(guid: string, because: string, until: string | undefined, now: string): Promise<void>;
  /** Due again at `until`, and this handing-out is not counted: the world said when to come back. */
  postpone(guid: string, because: string, until: string): Promise<void>;
  /** The `seq` of the one accepted last: whatever reads the world from now on has seen the cause of all up to it. */
  newest(): Promise<number>;
  /** Which of these are known. */
  known(guids: readonly string[]): Promise<ReadonlySet<string>>;
  /** When the next one is due, or a dead worker's lease ends. */
  nextDue(): Promise<string | undefined>;
  counts(): Promise<{ readonly waiting: number; readonly done: number; readonly dead: number }>;
  /** Forgets what was worked before `before`: the forge cannot repeat it any more. */
  prune(before: string): Promise<void>;
};

/** Named leases with a token that grows with every taking, so that a late holder can be told from the present one. */
export type Leases = {
  take(name: string, owner: string, now: string, leaseMs: number): Promise<{ readonly token: number } | undefined>;
  release(name: string, owner: string): Promise<void>;
  /** When a periodic job last ran to its end. */
  lastRun(name: string): Promise<string | undefined>;
  ran(name: string, at: string): Promise<void>;
};

/** Content-creating writes per installation within a sliding hour. */
export type ContentBudget = {
  /** Spends `cost`, or says when that much is free. What costs more than an hour holds waits for an empty hour. */
  spend(
    installation: number,
    cost: number,
    perHour: number,
    now: string,
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly until: string }>;
  spent(installation: number, now: string): Promise<number>;
};

/** Which commands were answered within a sliding hour. `command` names the comment; said again it is counted once. */
export type Answers = {
  /** When the person was answered within the hour, this command apart; the oldest first. */
  given(asked: Asked, now: string): Promise<readonly string[]>;
  note(asked: Asked, now: string): Promise<void>;
};
export type Asked = { readonly installation: number; readonly person: number; readonly command: string };

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
  readonly pullRequests: (repository: string) => PullRequests;
  readonly installations: Installations;
  readonly leases: Leases;
  readonly graph: LineageGraph;
  readonly clock: Clock;
};

/** What a fleet on a forge has beside. `scan`: reads one commit of a repository, with the facts of known blobs from the cache. */
export type ForgePorts = Ports & {
  readonly host: Host;
  readonly conversation: Conversation;
  readonly answers: Answers;
  readonly scan: (source: RepoSource) => Promise<RepoFacts>;
};

/** A flow that leaves work for a task of its own. `follow`: the fleet follows what the repository says now; on disk when it returns. */
export type AskingPorts = ForgePorts & { readonly ask: { readonly follow: (repository: number) => Promise<void> } };
