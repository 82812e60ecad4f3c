/** A pull request is a value until the last call. */
import type { DatasetUrn } from './urn.js';
import type { Risk, Tier } from './vocabulary.js';

/** Local merges never move a branch that somebody works on (decision record 0004). */
export const ACCEPTED_BRANCH = 'signal-factory/accepted';

/** What our own check is called, where an organisation makes it a required one. */
export const GATE_CHECK = 'autopilot/gate';
/** Branches of ours begin with this. */
export const BRANCH_PREFIX = 'autopilot/';

/** A whole file to be in the branch; paths lie under the organisation's `signal_factory/` folder. */
export type FileEdit = { readonly path: string; readonly content: string };

/** A path that a branch changes, with git's mode of it. */
export type ChangedFile = FileEdit & { readonly mode: string };

/** Where the reader stands, and so which words stop, approve and undo: a forge's comments or this machine's commands. */
export type Delivery =
  | { readonly how: 'local' }
  /** `filesAt`: the URL under which the files of the scanned commit are shown. */
  | { readonly how: 'github'; readonly baseBranch: string; readonly filesAt: string };

export type PullRequestPlan = {
  readonly urn: DatasetUrn;
  readonly tier: Tier;
  readonly risk: Risk;
  readonly branch: string;
  /** The branch it is to merge into; absent on a laptop, where accepted changes have a branch of their own. */
  readonly baseBranch?: string;
  readonly title: string;
  /** Markdown, at most 58,000 characters. */
  readonly body: string;
  readonly commitMessage: string;
  readonly files: readonly FileEdit[];
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  /** Digest of the judged content: the tree without `security.signature*` (decision 0001). */
  readonly judgedDigest: string;
};

/** §8.3 what the check `autopilot/gate` shows. */
export type GateReport = {
  readonly title: string;
  /** Markdown, at most 60,000 characters each. */
  readonly summary: string;
  readonly text: string;
  /** Absent while something is waited for. */
  readonly conclusion?: 'success' | 'neutral' | 'failure' | 'action_required';
  /** At most 50; on lines of files that the pull request holds. */
  readonly annotations: readonly {
    readonly path: string;
    readonly line: number;
    readonly level: 'notice' | 'warning' | 'failure';
    readonly message: string;
  }[];
};
