/** What the pages show, as values, and what a person may do there. The pages know nothing else of the stand-in. */

export type Person = { readonly login: string; readonly isBot: boolean };
/** `color` as six hexadecimal digits. */
export type LabelView = { readonly name: string; readonly color: string };
export type Verdict = 'success' | 'failure' | 'pending' | 'neutral';
export type PullState = 'open' | 'draft' | 'merged' | 'closed';

export type RepositoryRow = {
  readonly fullName: string;
  readonly description: string | undefined;
  readonly visibility: string;
  readonly isArchived: boolean;
  readonly openPulls: number;
  readonly pushedAt: string;
};

export type PullRow = {
  readonly repository: string;
  readonly number: number;
  readonly title: string;
  readonly author: Person;
  readonly state: PullState;
  readonly labels: readonly LabelView[];
  readonly checks: Verdict | undefined;
  readonly createdAt: string;
  readonly comments: number;
};

export type TeamRow = { readonly slug: string; readonly members: readonly string[] };

export type OrganisationView = {
  readonly login: string;
  readonly isOrganisation: boolean;
  readonly repositories: readonly RepositoryRow[];
  readonly pulls: readonly PullRow[];
  readonly teams: readonly TeamRow[];
  readonly members: readonly Person[];
  readonly apps: readonly string[];
};

export type CheckRow = {
  /** Absent for a commit status, which has no page. */
  readonly id: number | undefined;
  readonly name: string;
  readonly by: string;
  readonly verdict: Verdict;
  /** The state in GitHub's word, and the title of the output. */
  readonly says: string;
  readonly isRequired: boolean;
};

export type CommentView = {
  /** Names it in forms and addresses. */
  readonly key: string;
  readonly author: Person;
  readonly at: string;
  readonly body: string;
  readonly isEdited: boolean;
  readonly hiddenAs: string | undefined;
  readonly reactions: readonly { readonly sign: string; readonly by: readonly string[] }[];
};

export type ThreadView = {
  readonly key: string;
  readonly path: string;
  readonly line: number | undefined;
  readonly isOutdated: boolean;
  readonly resolvedBy: string | undefined;
  readonly comments: readonly CommentView[];
};

export type ReviewWord = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';

/** One thing in the conversation, oldest first. */
export type Entry =
  | { readonly kind: 'comment'; readonly at: string; readonly comment: CommentView }
  | {
      readonly kind: 'review';
      readonly at: string;
      readonly state: ReviewWord;
      readonly comment: CommentView;
      readonly threads: readonly ThreadView[];
    }
  | {
      readonly kind: 'commit';
      readonly at: string;
      readonly sha: string;
      readonly message: string;
      readonly author: string;
      readonly isVerified: boolean;
    }
  | { readonly kind: 'event'; readonly at: string; readonly actor: Person; readonly says: string };

export type MergeView = {
  readonly canMerge: boolean;
  /** One sentence, then what stands in the way. */
  readonly says: string;
  readonly reasons: readonly string[];
  readonly methods: readonly ('merge' | 'squash' | 'rebase')[];
};

export type ReviewerRow = { readonly name: string; readonly state: ReviewWord | 'REQUESTED' };

export type PullView = PullRow & {
  readonly body: string;
  readonly isEdited: boolean;
  readonly head: { readonly label: string; readonly ref: string; readonly sha: string };
  readonly base: string;
  readonly closed: { readonly at: string; readonly by: string } | undefined;
  readonly entries: readonly Entry[];
  readonly checkRows: readonly CheckRow[];
  readonly reviewers: readonly ReviewerRow[];
  readonly allLabels: readonly LabelView[];
  readonly merge: MergeView;
  readonly commits: number;
  readonly changedFiles: number;
};

export type FileView = {
  readonly path: string;
  readonly previousPath: string | undefined;
  readonly status: string;
  readonly additions: number;
  readonly deletions: number;
  /** The hunks as git writes them; absent for a binary file. */
  readonly patch: string | undefined;
  /** The text at the head, for editing; absent where there is none or it is too long. */
  readonly content: string | undefined;
  readonly threads: readonly ThreadView[];
};

export type Annotation = {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string | undefined;
  readonly message: string;
};

/** A file as one commit holds it. */
export type BlobView = {
  readonly repository: string;
  /** As the address has it: a commit or a branch. */
  readonly ref: string;
  readonly path: string;
  readonly bytes: number;
  /** As far as they are shown; absent for what is no text. */
  readonly lines: readonly string[] | undefined;
  readonly isCut: boolean;
};

export type CheckView = CheckRow & {
  readonly repository: string;
  readonly sha: string;
  readonly pulls: readonly number[];
  readonly title: string | undefined;
  readonly summary: string | undefined;
  readonly text: string | undefined;
  readonly annotations: readonly Annotation[];
  readonly startedAt: string | undefined;
  readonly completedAt: string | undefined;
  readonly actions: readonly { readonly identifier: string; readonly label: string; readonly description: string }[];
};

/** What a person may do at a pull request. `line` of `tick` counts the lines of the body from 0. */
export type Act =
  | { readonly kind: 'comment'; readonly body: string }
  | { readonly kind: 'review'; readonly event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT'; readonly body: string }
  | { readonly kind: 'line-comment'; readonly path: string; readonly line: number; readonly body: string }
  | { readonly kind: 'reply'; readonly thread: string; readonly body: string }
  | { readonly kind: 'resolve'; readonly thread: string; readonly isResolved: boolean }
  | { readonly kind: 'label'; readonly name: string; readonly isOn: boolean }
  | { readonly kind: 'tick'; readonly line: number }
  | { readonly kind: 'close' }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'merge'; readonly method: 'merge' | 'squash' | 'rebase' }
  /** `onto` is the head that the text was taken from. */
  | { readonly kind: 'edit'; readonly path: string; readonly content: string; readonly message: string; readonly onto: string };

export type PullPlace = { readonly owner: string; readonly repo: string; readonly number: number };

/** Where the pages read, and where what a person does goes. `undefined` is a page that is not there. */
export type PageSource = {
  readonly now: () => string;
  /** People one may act as. */
  readonly people: () => readonly Person[];
  readonly owners: () => readonly string[];
  readonly organisation: (login: string) => Promise<OrganisationView | undefined>;
  readonly pulls: (owner: string, repo: string) => Promise<readonly PullRow[] | undefined>;
  readonly pull: (place: PullPlace) => Promise<PullView | undefined>;
  readonly files: (place: PullPlace) => Promise<readonly FileView[]>;
  /** `place`: a reference and a path, with a slash between them. */
  readonly blob: (owner: string, repo: string, place: string) => Promise<BlobView | undefined>;
  readonly check: (owner: string, repo: string, id: number) => Promise<CheckView | undefined>;
  /** A sentence when it was refused. */
  readonly act: (login: string, place: PullPlace, act: Act) => Promise<string | undefined>;
  readonly rerun: (login: string, owner: string, repo: string, id: number, action: string | undefined) => Promise<string | undefined>;
  readonly moveClock?: (hours: number) => Promise<void>;
};
