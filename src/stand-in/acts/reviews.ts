/** Reviews with their threads: submitted, edited, dismissed; threads answered, resolved, reopened. */
import { invalid, notFound, unprocessable } from '../errors.js';
import type { JsonObject } from '../json.js';
import { pullSimpleJson, reviewCommentJson, reviewJson } from '../render/pull.js';
import type { Account, Actor } from '../state/accounts.js';
import type { PullIssue, Repository, Review, ReviewComment, ReviewState, Thread } from '../state/repositories.js';
import { appOf, assertWritable, type World } from '../state/world.js';
import { emit } from '../webhooks/emit.js';
import { assertBody, newComment } from './issues.js';
import { note } from './timeline.js';

export type ReviewEvent = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';
export type InlineComment = { readonly path: string; readonly body: string; readonly line?: number; readonly side?: 'LEFT' | 'RIGHT' };
export type ReviewOrder = {
  readonly event: ReviewEvent;
  readonly body?: string;
  readonly comments?: readonly InlineComment[];
  readonly commit?: string | undefined;
};

const STATES: Readonly<Record<ReviewEvent, ReviewState>> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

export function submitReview(world: World, repository: Repository, actor: Actor, issue: PullIssue, order: ReviewOrder): Review {
  assertWritable(repository);
  const { event, body = '', comments = [] } = order;
  assertBody('PullRequestReview', body);
  const isOwn = actor.account.id === issue.author.id;
  if (isOwn && event === 'APPROVE') throw unprocessable('Review Can not approve your own pull request');
  if (isOwn && event === 'REQUEST_CHANGES') throw unprocessable('Review Can not request changes on your own pull request');
  if (event !== 'APPROVE' && body === '' && comments.length === 0) throw unprocessable('Review body can not be blank');
  const now = world.now();
  const review: Review = {
    ...world.identity('PRR'),
    author: actor.account,
    app: appOf(actor),
    body,
    state: STATES[event],
    commit: order.commit ?? issue.pull.head.sha,
    submittedAt: now,
    updatedAt: now,
    edited: undefined,
  };
  issue.pull.reviews.push(review);
  issue.pull.requestedUsers.delete(actor.account);
  const threads = comments.map((comment) => startThread(world, actor, issue, review, comment));
  issue.updatedAt = now;
  emitReview(world, repository, issue, review, 'submitted', actor.account);
  for (const thread of threads)
    for (const comment of thread.comments) emitReviewComment(world, repository, issue, thread, comment, 'created', actor.account);
  return review;
}

export function editReview(world: World, repository: Repository, actor: Actor, issue: PullIssue, review: Review, body: string): void {
  const from = review.body;
  review.body = body;
  review.updatedAt = world.now();
  review.edited = { at: world.now(), by: actor.account };
  emitReview(world, repository, issue, review, 'edited', actor.account, { changes: { body: { from } } });
}

export function dismissReview(world: World, repository: Repository, actor: Actor, issue: PullIssue, review: Review, message: string): void {
  assertWritable(repository);
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED')
    throw unprocessable(`Can not dismiss a ${review.state.toLowerCase()} pull request review`);
  const previous = review.state;
  review.state = 'DISMISSED';
  review.updatedAt = world.now();
  note(world, issue, 'ReviewDismissedEvent', actor.account, { review: review.nodeId, previousReviewState: previous, message });
  emitReview(world, repository, issue, review, 'dismissed', actor.account);
}

export function reviewAt(issue: PullIssue, id: number): Review {
  const review = issue.pull.reviews.find((one) => one.id === id);
  if (review === undefined) throw notFound();
  return review;
}

/** A single comment on a line is a review of its own, as at GitHub. */
export function commentOnLine(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  comment: InlineComment,
): { readonly thread: Thread; readonly comment: ReviewComment } {
  submitReview(world, repository, actor, issue, { event: 'COMMENT', comments: [comment] });
  const thread = issue.pull.threads.at(-1);
  const first = thread?.comments[0];
  if (thread === undefined || first === undefined) throw notFound();
  return { thread, comment: first };
}

export function reply(world: World, repository: Repository, actor: Actor, issue: PullIssue, thread: Thread, body: string): ReviewComment {
  assertWritable(repository);
  assertBody('PullRequestReviewComment', body);
  const now = world.now();
  const review: Review = {
    ...world.identity('PRR'),
    author: actor.account,
    app: appOf(actor),
    body: '',
    state: 'COMMENTED',
    commit: issue.pull.head.sha,
    submittedAt: now,
    updatedAt: now,
    edited: undefined,
  };
  issue.pull.reviews.push(review);
  const comment = {
    ...newComment(world, actor, body, 'PRRC'),
    reviewId: review.id,
    inReplyTo: thread.comments[0]?.id,
    commit: issue.pull.head.sha,
  };
  thread.comments.push(comment);
  issue.updatedAt = now;
  emitReview(world, repository, issue, review, 'submitted', actor.account);
  emitReviewComment(world, repository, issue, thread, comment, 'created', actor.account);
  return comment;
}

export function setResolved(world: World, repository: Repository, actor: Actor, issue: PullIssue, thread: Thread, resolved: boolean): void {
  assertWritable(repository);
  if ((thread.resolvedBy !== undefined) === resolved) return;
  thread.resolvedBy = resolved ? actor.account : undefined;
  const body = {
    thread: {
      node_id: thread.nodeId,
      comments: thread.comments.map((comment) => reviewCommentJson(world, repository, issue, thread, comment)),
    },
    pull_request: pullSimpleJson(world, repository, issue),
    updated_at: world.now(),
  };
  emit(world, repository, {
    event: 'pull_request_review_thread',
    action: resolved ? 'resolved' : 'unresolved',
    sender: actor.account,
    body,
  });
}

export type FoundComment = { readonly issue: PullIssue; readonly thread: Thread; readonly comment: ReviewComment };

export function reviewCommentAt(world: World, repository: Repository, id: number): FoundComment {
  for (const issue of world.pulls(repository)) {
    for (const thread of issue.pull.threads) {
      const comment = thread.comments.find((one) => one.id === id);
      if (comment !== undefined) return { issue, thread, comment };
    }
  }
  throw notFound();
}

export function editReviewComment(
  world: World,
  repository: Repository,
  actor: Actor,
  { issue, thread, comment }: FoundComment,
  body: string,
): void {
  assertBody('PullRequestReviewComment', body);
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = world.now();
  comment.edited = { at: world.now(), by: actor.account };
  emitReviewComment(world, repository, issue, thread, comment, 'edited', actor.account, { changes: { body: { from } } });
}

export function deleteReviewComment(world: World, repository: Repository, actor: Actor, { issue, thread, comment }: FoundComment): void {
  thread.comments.splice(thread.comments.indexOf(comment), 1);
  if (thread.comments.length === 0) issue.pull.threads.splice(issue.pull.threads.indexOf(thread), 1);
  emitReviewComment(world, repository, issue, thread, comment, 'deleted', actor.account);
}

function startThread(
  world: World,
  actor: Actor,
  issue: PullIssue,
  review: Review,
  { path, body, line, side = 'RIGHT' }: InlineComment,
): Thread {
  if (path === '' || body === '')
    throw invalid({ resource: 'PullRequestReviewComment', field: path === '' ? 'path' : 'body', code: 'missing_field' });
  const { nodeId } = world.identity('PRRT');
  const comment: ReviewComment = {
    ...newComment(world, actor, body, 'PRRC'),
    reviewId: review.id,
    inReplyTo: undefined,
    commit: review.commit,
  };
  const thread: Thread = { nodeId, path, line, side, resolvedBy: undefined, outdated: false, comments: [comment] };
  issue.pull.threads.push(thread);
  return thread;
}

function emitReview(
  world: World,
  repository: Repository,
  issue: PullIssue,
  review: Review,
  action: string,
  sender: Account,
  more: JsonObject = {},
): void {
  const json = { ...reviewJson(world, repository, issue, review), state: review.state.toLowerCase(), updated_at: review.updatedAt };
  emit(world, repository, {
    event: 'pull_request_review',
    action,
    sender,
    body: { ...more, review: json, pull_request: pullSimpleJson(world, repository, issue) },
  });
}

function emitReviewComment(
  world: World,
  repository: Repository,
  issue: PullIssue,
  thread: Thread,
  comment: ReviewComment,
  action: string,
  sender: Account,
  more: JsonObject = {},
): void {
  // A webhook says null where the REST API leaves the place of an outdated comment out.
  const json = { line: null, position: null, ...reviewCommentJson(world, repository, issue, thread, comment) };
  const body = { ...more, comment: json, pull_request: pullSimpleJson(world, repository, issue) };
  emit(world, repository, { event: 'pull_request_review_comment', action, sender, body });
}
