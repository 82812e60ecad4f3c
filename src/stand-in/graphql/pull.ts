/** A pull request as a GraphQL object: all that a merge gate reads. */

import { pageUrl } from '../render/links.js';
import { commitsOf, filesOf } from '../render/pull.js';
import { type Mergeable, mergeableOf, mergeStateOf } from '../rules/mergeable.js';
import { requirementsOf } from '../rules/requirements.js';
import { latestOpinions, reviewDecision } from '../rules/reviews.js';
import type { PullIssue, Repository } from '../state/repositories.js';
import { accountNode } from './accounts.js';
import { rollupNode } from './checks.js';
import { commitNodeAt, refNode } from './commit.js';
import { commentNode, editsNode, labelsNode, reactionNode, saidNode } from './issue.js';
import { type Arguments, connection, type Node, permit, type Reader } from './node.js';
import { reviewNode, reviewRequestsNode, threadNode } from './reviews.js';
import { pullCommitNode, timelineNode } from './timeline.js';

export function pullNode(reader: Reader, repository: Repository, issue: PullIssue): Node {
  const { world } = reader;
  const { pull } = issue;
  const url = pageUrl(world, repository, 'pull', issue.number);
  const isHere = world.repositories.has(pull.head.repository.id);
  const looked = look(reader, repository, issue);
  return {
    __typename: 'PullRequest',
    id: pull.nodeId,
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    number: issue.number,
    title: issue.title,
    titleHTML: issue.title,
    url,
    permalink: url,
    resourcePath: new URL(url).pathname,
    ...saidNode(reader, repository, issue),
    state: pull.merged === undefined ? issue.state.toUpperCase() : 'MERGED',
    closed: issue.state === 'closed',
    closedAt: issue.closed?.at ?? null,
    merged: pull.merged !== undefined,
    mergedAt: pull.merged?.at ?? null,
    mergedBy: () => (pull.merged === undefined ? null : accountNode(world, pull.merged.by)),
    mergeCommit: () => commitNodeAt(reader, repository, pull.merged?.commit),
    potentialMergeCommit: null,
    isDraft: pull.draft,
    locked: issue.locked,
    activeLockReason: null,
    maintainerCanModify: pull.maintainerCanModify,
    baseRefName: pull.base.ref,
    baseRefOid: pull.base.sha,
    baseRef: () => refNode(reader, repository, `refs/heads/${pull.base.ref}`),
    baseRepository: () => reader.make.repository(repository),
    headRefName: pull.head.ref,
    headRefOid: pull.head.sha,
    headRef: () => refNode(reader, pull.head.repository, `refs/heads/${pull.head.ref}`),
    headRepository: () => (isHere ? reader.make.repository(pull.head.repository) : null),
    headRepositoryOwner: () => (isHere ? accountNode(world, pull.head.repository.owner) : null),
    isCrossRepository: pull.head.repository.id !== repository.id,
    repository: () => reader.make.repository(repository),
    mergeable: looked.mergeable,
    mergeStateStatus: looked.mergeState,
    canBeRebased: async () => (await looked.mergeable()) === 'MERGEABLE',
    reviewDecision: () => reviewDecision(world, repository, issue),
    isInMergeQueue: pull.queued !== undefined,
    isMergeQueueEnabled: () => looked.hasQueue(),
    mergeQueueEntry: () =>
      pull.queued === undefined
        ? null
        : {
            id: pull.queued.nodeId,
            state: pull.queued.state,
            enqueuedAt: pull.queued.at,
            enqueuer: () => (pull.queued === undefined ? null : accountNode(world, pull.queued.by)),
            position: 1,
            jump: false,
            solo: false,
            headCommit: () => commitNodeAt(reader, repository, pull.queued?.head),
            baseCommit: null,
            estimatedTimeToMerge: null,
          },
    autoMergeRequest: () =>
      pull.autoMerge === undefined
        ? null
        : {
            enabledAt: pull.autoMerge.at,
            enabledBy: accountNode(world, pull.autoMerge.by),
            mergeMethod: pull.autoMerge.method.toUpperCase(),
            commitHeadline: null,
            commitBody: null,
            authorEmail: null,
          },
    additions: async () => (await filesOf(repository, issue)).reduce((total, file) => total + file.additions, 0),
    deletions: async () => (await filesOf(repository, issue)).reduce((total, file) => total + file.deletions, 0),
    changedFiles: async () => (await filesOf(repository, issue)).length,
    viewerCanUpdate: true,
    viewerCanUpdateBranch: true,
    ...listsOf(reader, repository, issue),
  };
}

function listsOf(reader: Reader, repository: Repository, issue: PullIssue): Node {
  const { world } = reader;
  const { pull } = issue;
  return {
    labels: (args: Arguments) => labelsNode(repository, issue, args),
    assignees: (args: Arguments) => connection([...issue.assignees], args, (one) => accountNode(world, one)),
    participants: (args: Arguments) =>
      connection([...new Set([issue.author, ...issue.comments.map(({ author }) => author)])], args, (one) => accountNode(world, one)),
    comments: (args: Arguments) => connection(ordered(issue.comments, args), args, (one) => commentNode(reader, repository, issue, one)),
    reactions: (args: Arguments) => connection(issue.reactions, args, (one) => reactionNode(reader, one)),
    userContentEdits: (args: Arguments) => editsNode(reader, issue, args),
    reviews: (args: Arguments) => {
      const { states } = args;
      const shown = pull.reviews.filter(({ state }) => !Array.isArray(states) || states.includes(state));
      return connection(shown, args, (one) => reviewNode(reader, repository, issue, one));
    },
    latestReviews: (args: Arguments) => {
      const last = new Map(pull.reviews.map((review) => [review.author.id, review]));
      return connection([...last.values()], args, (one) => reviewNode(reader, repository, issue, one));
    },
    latestOpinionatedReviews: (args: Arguments) => {
      const shown = latestOpinions(issue).filter(({ author }) => args.writersOnly !== true || world.may(author, repository, 'write'));
      return connection(shown, args, (one) => reviewNode(reader, repository, issue, one));
    },
    reviewRequests: (args: Arguments) => reviewRequestsNode(reader, repository, issue, args),
    reviewThreads: (args: Arguments) => connection(pull.threads, args, (one) => threadNode(reader, repository, issue, one)),
    timelineItems: (args: Arguments) => timelineNode(reader, repository, issue, args),
    commits: async (args: Arguments) =>
      connection(await commitsOf(repository, issue), args, (sha) => pullCommitNode(reader, repository, issue, sha)),
    files: async (args: Arguments) =>
      connection(await filesOf(repository, issue), args, ({ path, additions, deletions, status }) => ({
        path,
        additions,
        deletions,
        changeType: status === 'removed' ? 'DELETED' : status.toUpperCase(),
        viewerViewedState: 'UNVIEWED',
      })),
    statusCheckRollup: () => {
      permit(reader, repository, { checks: 'read' }, { statuses: 'read' });
      return rollupNode(reader, repository, pull.head.sha);
    },
    closingIssuesReferences: (args: Arguments) => connection([], args, () => null),
  };
}

type Looked = {
  readonly mergeable: () => Promise<Mergeable>;
  readonly mergeState: () => Promise<string>;
  readonly hasQueue: () => boolean;
};

/** Both fields of one query come from one look. */
function look(reader: Reader, repository: Repository, issue: PullIssue): Looked {
  let seen: Promise<Mergeable> | undefined;
  const mergeable = (): Promise<Mergeable> => {
    seen ??= mergeableOf(reader.world, repository, issue);
    return seen;
  };
  return {
    mergeable,
    mergeState: async () => mergeStateOf(reader.world, repository, issue, await mergeable()),
    hasQueue: () => hasQueue(reader, repository, issue),
  };
}

function hasQueue({ world }: Reader, repository: Repository, { pull }: PullIssue): boolean {
  return requirementsOf(world, repository, pull.base.ref).some(({ kind }) => kind === 'queue');
}

function ordered<T extends { readonly updatedAt: string }>(items: readonly T[], { orderBy }: Arguments): readonly T[] {
  const direction: unknown = typeof orderBy === 'object' && orderBy !== null && 'direction' in orderBy ? orderBy.direction : undefined;
  if (direction === undefined) return items;
  const sorted = items.toSorted((a, b) => Date.parse(a.updatedAt) - Date.parse(b.updatedAt));
  return direction === 'DESC' ? sorted.toReversed() : sorted;
}
