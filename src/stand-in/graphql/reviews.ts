/** Reviews, threads and their comments as GraphQL objects. */
import { pageUrl } from '../render/links.js';
import type { PullIssue, Repository, Review, ReviewComment, Thread } from '../state/repositories.js';
import { accountNode, teamNode } from './accounts.js';
import { minimizedNode, reactionGroups, reactionNode, saidNode } from './issue.js';
import { type Arguments, connection, type Node, type Reader } from './node.js';

export function reviewNode(reader: Reader, repository: Repository, issue: PullIssue, review: Review): Node {
  const url = `${pageUrl(reader.world, repository, 'pull', issue.number)}#pullrequestreview-${review.id}`;
  const comments = issue.pull.threads.flatMap((thread) =>
    thread.comments.filter(({ reviewId }) => reviewId === review.id).map((comment) => ({ thread, comment })),
  );
  return {
    __typename: 'PullRequestReview',
    id: review.nodeId,
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    ...saidNode(reader, repository, { ...review, createdAt: review.submittedAt }),
    state: review.state,
    submittedAt: review.submittedAt,
    url,
    resourcePath: new URL(url).pathname,
    authorCanPushToRepository: reader.world.may(review.author, repository, 'write'),
    isMinimized: false,
    minimizedReason: null,
    commit: () => reader.make.commitAt(repository, review.commit),
    onBehalfOf: (args: Arguments) => connection([], args, () => null),
    comments: (args: Arguments) =>
      connection(comments, args, ({ thread, comment }) => reviewCommentNode(reader, repository, issue, thread, comment)),
    pullRequest: () => reader.make.pull(repository, issue),
    repository: () => reader.make.repository(repository),
  };
}

export function threadNode(reader: Reader, repository: Repository, issue: PullIssue, thread: Thread): Node {
  return {
    __typename: 'PullRequestReviewThread',
    id: thread.nodeId,
    isResolved: thread.resolvedBy !== undefined,
    isOutdated: thread.outdated,
    isCollapsed: thread.resolvedBy !== undefined,
    resolvedBy: () => (thread.resolvedBy === undefined ? null : accountNode(reader.world, thread.resolvedBy)),
    path: thread.path,
    line: thread.outdated ? null : (thread.line ?? null),
    originalLine: thread.line ?? null,
    startLine: null,
    originalStartLine: null,
    diffSide: thread.side,
    startDiffSide: null,
    subjectType: thread.line === undefined ? 'FILE' : 'LINE',
    viewerCanReply: true,
    viewerCanResolve: true,
    viewerCanUnresolve: true,
    comments: (args: Arguments) =>
      connection(thread.comments, args, (comment) => reviewCommentNode(reader, repository, issue, thread, comment)),
    pullRequest: () => reader.make.pull(repository, issue),
    repository: () => reader.make.repository(repository),
  };
}

export function reviewCommentNode(reader: Reader, repository: Repository, issue: PullIssue, thread: Thread, comment: ReviewComment): Node {
  const url = `${pageUrl(reader.world, repository, 'pull', issue.number)}#discussion_r${comment.id}`;
  const answered = thread.comments.find(({ id }) => id === comment.inReplyTo);
  const review = issue.pull.reviews.find(({ id }) => id === comment.reviewId);
  return {
    __typename: 'PullRequestReviewComment',
    id: comment.nodeId,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    ...saidNode(reader, repository, comment),
    ...minimizedNode(comment),
    path: thread.path,
    line: thread.outdated ? null : (thread.line ?? null),
    originalLine: thread.line ?? null,
    outdated: thread.outdated,
    state: 'SUBMITTED',
    diffHunk: `@@ -${thread.line ?? 1},1 +${thread.line ?? 1},1 @@`,
    url,
    resourcePath: new URL(url).pathname,
    commit: () => reader.make.commitAt(repository, comment.commit),
    originalCommit: () => reader.make.commitAt(repository, comment.commit),
    replyTo: () => (answered === undefined ? null : reviewCommentNode(reader, repository, issue, thread, answered)),
    pullRequestReview: () => (review === undefined ? null : reviewNode(reader, repository, issue, review)),
    pullRequest: () => reader.make.pull(repository, issue),
    reactions: (args: Arguments) => connection(comment.reactions, args, (one) => reactionNode(reader, one)),
    reactionGroups: () => reactionGroups(comment.reactions),
  };
}

export function reviewRequestsNode(reader: Reader, repository: Repository, { pull }: PullIssue, args: Arguments): Node {
  const teams = reader.world.organisation(repository.owner.login)?.teams;
  const reviewers = [
    ...[...pull.requestedUsers].map((account) => ({ id: `RR_${account.nodeId}`, node: accountNode(reader.world, account) })),
    ...[...pull.requestedTeams].flatMap((slug) => {
      const team = teams?.get(slug);
      return team === undefined ? [] : [{ id: `RR_${team.nodeId}`, node: teamNode(reader.world, team) }];
    }),
  ];
  return connection(reviewers, args, ({ id, node }) => ({ id, asCodeOwner: false, databaseId: null, requestedReviewer: node }));
}
