/**
 * §8.3 a pull request and what governs it, as the forge shows them at one moment, every list paged to its end.
 * The merge gate reads nothing else of the forge: what could not be read is said here, and counts as unknown.
 */

/** `ok: false`: the forge did not say, and nobody may take that for "none". */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly because: string };

/** What somebody may do in a repository, by the forge's role names; custom roles count as their base role. */
export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** `id` is the forge's number, which survives a rename; absent for the forge's placeholder of deleted users. */
export type Actor = { readonly id?: number; readonly login: string; readonly isBot: boolean };
/** An actor whose role in this repository was asked for. */
export type Person = Actor & { readonly role: Reading<Role> };

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export type RequiredCheck = { readonly name: string; readonly appId?: number };

/** Branch protection and rulesets of the base branch, joined: the stricter of both counts. */
export type BranchRules = {
  readonly requiredChecks: readonly RequiredCheck[];
  /** The branch has to be up to date before it merges. */
  readonly upToDate: boolean;
  readonly approvals: number;
  readonly codeOwnerApproval: boolean;
  /** A push takes approvals away. */
  readonly dropsApprovals: boolean;
  readonly lastPushApproval: boolean;
  readonly conversations: boolean;
  readonly signatures: boolean;
  readonly linearHistory: boolean;
  readonly mergeQueue: boolean;
  /** Only some may push or merge, and our App is not among them. */
  readonly closedToUs: boolean;
  /** Merge methods that the rules leave; absent: they say nothing. */
  readonly methods?: readonly MergeMethod[];
  /** Rule types or parameters that the gate does not model, as the forge names them. */
  readonly unmodelled: readonly string[];
  /** Our App could pass by a rule: then the forge does not refuse for us. */
  readonly bypass: boolean;
};

export type SnapshotCommit = {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly verified: boolean;
};
/** A path that differs between the trees of the merge base and of the head; `mode` is git's, 000000 where it is gone. */
export type SnapshotChange = { readonly path: string; readonly mode: string; readonly sha: string; readonly content?: string };
export type SnapshotReview = {
  readonly id: number;
  readonly by: Person;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  readonly at: string;
  readonly editedAt?: string;
  /** The head that was reviewed. */
  readonly commit?: string;
  /** The first 300 characters beside the comments on lines, which are threads; absent counts as something said. */
  readonly text?: string;
};
/** A conversation on a line. `id`, `by`, `at`, `editedAt` and `url` are of the comment that began it. */
export type SnapshotThread = {
  readonly resolved: boolean;
  readonly id: number;
  readonly by: Person;
  readonly at: string;
  readonly editedAt?: string;
  readonly url: string;
  /** The newest of what was answered, whether before or after it was resolved: the forge does not say when that was. */
  readonly replies: readonly SnapshotComment[];
  /** How many answers before those were not read. */
  readonly unread: number;
};
/** `text`: the first 300 characters, for telling commands from objections. */
export type SnapshotComment = {
  readonly id: number;
  readonly by: Person;
  readonly at: string;
  readonly editedAt?: string;
  readonly url: string;
  readonly text: string;
};
export type SnapshotEvent = {
  readonly kind:
    | 'ready'
    | 'drafted'
    | 'base-changed'
    | 'closed'
    | 'reopened'
    | 'labeled'
    | 'unlabeled'
    | 'force-pushed'
    | 'renamed'
    | 'left-queue';
  readonly at: string;
  readonly by: Actor;
  readonly label?: string;
};
/** The newest result of each (name, app) on the head. `conclusion` as the forge spells it, lower case; absent while it runs. */
export type SnapshotCheck = { readonly name: string; readonly appId?: number; readonly ours: boolean; readonly conclusion?: string };

export type PullRequestSnapshot = {
  /** When the reading began, by our clock; the forge's own times are in the parts. */
  readonly at: string;
  /** Messages of a partly failed answer; any at all makes everything unknown. */
  readonly errors: readonly string[];
  readonly installation: Reading<{ readonly suspended: boolean }>;
  readonly repository: {
    readonly id: number;
    readonly name: string;
    readonly isPrivate: boolean;
    readonly archived: boolean;
    readonly disabled: boolean;
    readonly locked: boolean;
    readonly defaultBranch: string;
    readonly methods: readonly MergeMethod[];
  };
  readonly pullRequest: {
    readonly number: number;
    /** The forge's opaque id, for its mutations. */
    readonly nodeId: string;
    readonly url: string;
    readonly state: 'open' | 'closed' | 'merged';
    readonly draft: boolean;
    readonly locked: boolean;
    readonly title: string;
    readonly body: string;
    /** Who changed title or body last, where somebody did. */
    readonly editor?: Actor;
    readonly author: Actor;
    readonly head: string;
    readonly headRef: string;
    readonly headRepositoryId?: number;
    readonly baseRef: string;
    readonly openedAt: string;
    readonly closedAt?: string;
    readonly closedBy?: Actor;
    readonly mergedAt?: string;
    readonly mergedBy?: Actor;
    readonly mergeCommit?: string;
    readonly mergeable: 'MERGEABLE' | 'CONFLICTING' | 'UNKNOWN';
    /** CLEAN, HAS_HOOKS, BEHIND, DIRTY, BLOCKED, UNSTABLE, DRAFT, UNKNOWN or what the forge says next year. */
    readonly mergeState: string;
    readonly reviewDecision?: 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED';
    readonly inMergeQueue: boolean;
    readonly labels: readonly string[];
  };
  /** Where the base branch stands now. */
  readonly base: { readonly head: string; readonly tree: string };
  readonly headCommit: SnapshotCommit;
  /** From the merge base to the head, oldest first. */
  readonly commits: Reading<readonly SnapshotCommit[]>;
  readonly changes: Reading<readonly SnapshotChange[]>;
  readonly reviews: Reading<readonly SnapshotReview[]>;
  readonly threads: Reading<readonly SnapshotThread[]>;
  readonly comments: Reading<readonly SnapshotComment[]>;
  readonly timeline: Reading<readonly SnapshotEvent[]>;
  readonly checks: Reading<readonly SnapshotCheck[]>;
  readonly rules: Reading<BranchRules>;
  /** `.github/autopilot.yml` of the base branch as it stands now; absent: there is none. */
  readonly config: Reading<string | undefined>;
};
