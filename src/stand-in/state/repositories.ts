/** A repository, its issues and pull requests, and everything said and measured about them. */
import type { GitRepository } from '../git/repository.js';
import type { Json } from '../json.js';
import type { Account, App, Role, Ruleset } from './accounts.js';

export const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;
export type ReactionContent = (typeof REACTIONS)[number];
export type Reaction = {
  readonly id: number;
  readonly nodeId: string;
  readonly content: ReactionContent;
  readonly user: Account;
  readonly createdAt: string;
};

export type Comment = {
  readonly id: number;
  readonly nodeId: string;
  readonly author: Account;
  readonly app: App | undefined;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
  edited: { readonly at: string; readonly by: Account } | undefined;
  readonly reactions: Reaction[];
  minimized: string | undefined;
};

/** `type` is the name of the event in GitHub's GraphQL schema. */
export type TimelineEvent = {
  readonly type: string;
  readonly nodeId: string;
  readonly actor: Account;
  readonly createdAt: string;
  readonly detail: Readonly<Record<string, string>>;
};

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
export type Review = {
  readonly id: number;
  readonly nodeId: string;
  readonly author: Account;
  readonly app: App | undefined;
  body: string;
  state: ReviewState;
  readonly commit: string;
  readonly submittedAt: string;
  updatedAt: string;
  edited: { readonly at: string; readonly by: Account } | undefined;
};

export type ReviewComment = Comment & {
  readonly reviewId: number;
  readonly inReplyTo: number | undefined;
  readonly commit: string;
};

export type Thread = {
  readonly nodeId: string;
  readonly path: string;
  readonly line: number | undefined;
  readonly side: 'LEFT' | 'RIGHT';
  resolvedBy: Account | undefined;
  outdated: boolean;
  readonly comments: ReviewComment[];
};

export type Label = { readonly id: number; readonly nodeId: string; name: string; color: string; description: string | null };

export type Issue = {
  readonly id: number;
  readonly nodeId: string;
  readonly number: number;
  readonly author: Account;
  readonly app: App | undefined;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'reopened' | null;
  locked: boolean;
  readonly labels: Set<string>;
  readonly assignees: Set<Account>;
  readonly comments: Comment[];
  readonly reactions: Reaction[];
  readonly timeline: TimelineEvent[];
  readonly createdAt: string;
  updatedAt: string;
  closed: { readonly at: string; readonly by: Account } | undefined;
  edited: { readonly at: string; readonly by: Account } | undefined;
  /** How often the body was edited, for `userContentEdits`. */
  readonly bodyEdits: { readonly at: string; readonly by: Account; readonly before: string }[];
  pull: Pull | undefined;
};

export type Pull = {
  readonly id: number;
  readonly nodeId: string;
  readonly head: { readonly repository: Repository; readonly ref: string; sha: string };
  base: { ref: string; sha: string };
  draft: boolean;
  merged:
    | { readonly at: string; readonly by: Account; readonly commit: string; readonly method: 'merge' | 'squash' | 'rebase' }
    | undefined;
  /** Commits and merge base as they were when it was merged or closed. */
  frozen: { readonly mergeBase: string | undefined; readonly headGone: boolean } | undefined;
  readonly reviews: Review[];
  readonly threads: Thread[];
  readonly requestedUsers: Set<Account>;
  readonly requestedTeams: Set<string>;
  queued: { readonly nodeId: string; readonly at: string; readonly by: Account; readonly head: string; state: string } | undefined;
  autoMerge: { readonly at: string; readonly by: Account; readonly method: string } | undefined;
  maintainerCanModify: boolean;
};

export type CheckStatus = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending';
export type CheckConclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'timed_out'
  | 'action_required'
  | 'skipped'
  | 'stale'
  | 'startup_failure';
export type Annotation = { readonly [field: string]: Json };
export type CheckRun = {
  readonly id: number;
  readonly nodeId: string;
  readonly app: App;
  readonly suite: CheckSuite;
  name: string;
  readonly headSha: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  detailsUrl: string | null;
  externalId: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  readonly annotations: Annotation[];
};
export type CheckSuite = {
  readonly id: number;
  readonly nodeId: string;
  readonly app: App;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly before: string | null;
  readonly createdAt: string;
  updatedAt: string;
  readonly runs: CheckRun[];
};

export const STATUS_STATES = ['error', 'failure', 'pending', 'success'] as const;
export type StatusState = (typeof STATUS_STATES)[number];
export type CommitStatus = {
  readonly id: number;
  readonly nodeId: string;
  readonly sha: string;
  readonly state: StatusState;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Account;
  readonly app: App | undefined;
  readonly createdAt: string;
};

export type RequiredCheck = { readonly context: string; readonly appId: number | null };
/** Logins, slugs of teams and slugs of apps. */
export type Allowed = { readonly users: readonly string[]; readonly teams: readonly string[]; readonly apps: readonly string[] };
export type Protection = {
  readonly nodeId: string;
  readonly pattern: string;
  readonly enforceAdmins: boolean;
  readonly checks: { readonly strict: boolean; readonly required: readonly RequiredCheck[] } | undefined;
  readonly reviews:
    | {
        readonly count: number;
        readonly codeOwners: boolean;
        readonly dismissStale: boolean;
        readonly lastPushApproval: boolean;
        readonly bypass: Allowed;
      }
    | undefined;
  readonly conversationResolution: boolean;
  readonly signatures: boolean;
  readonly linearHistory: boolean;
  readonly restrictions: Allowed | undefined;
  readonly allowForcePushes: boolean;
  readonly allowDeletions: boolean;
  readonly lockBranch: boolean;
};

export type Repository = {
  readonly id: number;
  readonly nodeId: string;
  owner: Account;
  name: string;
  readonly git: GitRepository;
  description: string | null;
  homepage: string | null;
  visibility: 'public' | 'private' | 'internal';
  archived: boolean;
  disabled: boolean;
  defaultBranch: string;
  readonly parent: Repository | undefined;
  readonly createdAt: string;
  updatedAt: string;
  pushedAt: string;
  topics: readonly string[];
  readonly properties: Map<string, string | readonly string[] | null>;
  merge: {
    readonly commit: boolean;
    readonly squash: boolean;
    readonly rebase: boolean;
    readonly auto: boolean;
    readonly deleteBranch: boolean;
    readonly updateBranch: boolean;
  };
  readonly roles: Map<string, Role>;
  readonly issues: Map<number, Issue>;
  readonly labels: Map<string, Label>;
  readonly protections: Map<string, Protection>;
  readonly rulesets: Ruleset[];
  readonly suites: CheckSuite[];
  readonly statuses: Map<string, CommitStatus[]>;
  /** Commits that GitHub signed, or a person signed with a key GitHub knows. */
  readonly verified: Set<string>;
  /** Commits whose author is a known account: who pushed or committed through the API. */
  readonly authors: Map<string, Account>;
};

export type PullIssue = Issue & { readonly pull: Pull };

export function isPull(issue: Issue | undefined): issue is PullIssue {
  return issue?.pull !== undefined;
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}
