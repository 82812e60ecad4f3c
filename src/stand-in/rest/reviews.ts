/** Reviews and the comments on lines. */
import { react } from '../acts/issues.js';
import {
  commentOnLine,
  deleteReviewComment,
  dismissReview,
  editReviewComment,
  type InlineComment,
  reply,
  reviewAt,
  reviewCommentAt,
  submitReview,
} from '../acts/reviews.js';
import { type Json, listAt, numberAt, textAt } from '../json.js';
import { reactionJson } from '../render/issue.js';
import { reviewCommentJson, reviewJson } from '../render/pull.js';
import { REACTIONS } from '../state/repositories.js';
import { pullOf } from './pulls.js';
import { created, NO_CONTENT, numberIn, ok, pageOf, type Route, repoRoute, required, wordIn } from './route.js';

const READ = [{ pull_requests: 'read' }] as const;
const WRITE = [{ pull_requests: 'write' }] as const;

export const REVIEW_ROUTES: readonly Route[] = [
  repoRoute('GET', '/pulls/{pull_number}/reviews', READ, (call) => {
    const issue = pullOf(call);
    return pageOf(call, issue.pull.reviews, (review) => reviewJson(call.world, call.repository, issue, review));
  }),
  repoRoute('POST', '/pulls/{pull_number}/reviews', WRITE, (call) => {
    const { world, repository, actor, body } = call;
    const issue = pullOf(call);
    const event = wordIn(['APPROVE', 'REQUEST_CHANGES', 'COMMENT'], textAt(body, 'event'), 'event', 'PullRequestReview');
    const comments = (listAt(body, 'comments') ?? []).map(inline);
    const review = submitReview(world, repository, actor, issue, {
      event,
      body: textAt(body, 'body') ?? '',
      comments,
      commit: textAt(body, 'commit_id'),
    });
    return ok(reviewJson(world, repository, issue, review));
  }),
  repoRoute('GET', '/pulls/{pull_number}/reviews/{review_id}', READ, (call) => {
    const issue = pullOf(call);
    return ok(reviewJson(call.world, call.repository, issue, reviewAt(issue, numberIn(call, 'review_id'))));
  }),
  repoRoute('PUT', '/pulls/{pull_number}/reviews/{review_id}/dismissals', WRITE, (call) => {
    const { world, repository, actor, body } = call;
    const issue = pullOf(call);
    const review = reviewAt(issue, numberIn(call, 'review_id'));
    dismissReview(world, repository, actor, issue, review, required(body, 'message', 'PullRequestReview'));
    return ok(reviewJson(world, repository, issue, review));
  }),
  repoRoute('GET', '/pulls/{pull_number}/comments', READ, (call) => {
    const issue = pullOf(call);
    const all = issue.pull.threads.flatMap((thread) => thread.comments.map((comment) => ({ thread, comment })));
    const byAge = all.toSorted((a, b) => a.comment.id - b.comment.id);
    return pageOf(call, byAge, ({ thread, comment }) => reviewCommentJson(call.world, call.repository, issue, thread, comment));
  }),
  repoRoute('POST', '/pulls/{pull_number}/comments', WRITE, (call) => {
    const { world, repository, actor, body } = call;
    const issue = pullOf(call);
    const answered = numberAt(body, 'in_reply_to');
    if (answered !== undefined) {
      const { thread } = reviewCommentAt(world, repository, answered);
      const comment = reply(world, repository, actor, issue, thread, required(body, 'body', 'PullRequestReviewComment'));
      return created(reviewCommentJson(world, repository, issue, thread, comment));
    }
    const { thread, comment } = commentOnLine(world, repository, actor, issue, inline(body));
    return created(reviewCommentJson(world, repository, issue, thread, comment));
  }),
  repoRoute('POST', '/pulls/{pull_number}/comments/{comment_id}/replies', WRITE, (call) => {
    const { world, repository, actor, body } = call;
    const { issue, thread } = reviewCommentAt(world, repository, numberIn(call, 'comment_id'));
    const comment = reply(world, repository, actor, issue, thread, required(body, 'body', 'PullRequestReviewComment'));
    return created(reviewCommentJson(world, repository, issue, thread, comment));
  }),
  repoRoute('GET', '/pulls/comments/{comment_id}', READ, (call) => {
    const { issue, thread, comment } = reviewCommentAt(call.world, call.repository, numberIn(call, 'comment_id'));
    return ok(reviewCommentJson(call.world, call.repository, issue, thread, comment));
  }),
  repoRoute('PATCH', '/pulls/comments/{comment_id}', WRITE, (call) => {
    const { world, repository, actor, body } = call;
    const found = reviewCommentAt(world, repository, numberIn(call, 'comment_id'));
    editReviewComment(world, repository, actor, found, required(body, 'body', 'PullRequestReviewComment'));
    return ok(reviewCommentJson(world, repository, found.issue, found.thread, found.comment));
  }),
  repoRoute('DELETE', '/pulls/comments/{comment_id}', WRITE, (call) => {
    deleteReviewComment(
      call.world,
      call.repository,
      call.actor,
      reviewCommentAt(call.world, call.repository, numberIn(call, 'comment_id')),
    );
    return NO_CONTENT;
  }),
  repoRoute('POST', '/pulls/comments/{comment_id}/reactions', WRITE, (call) => {
    const { world, repository, actor, body } = call;
    const { comment } = reviewCommentAt(world, repository, numberIn(call, 'comment_id'));
    const { reaction, isNew } = react(world, actor, comment.reactions, wordIn(REACTIONS, textAt(body, 'content'), 'content', 'Reaction'));
    return { status: isNew ? 201 : 200, body: reactionJson(world, reaction) };
  }),
];

function inline(body: Json): InlineComment {
  const line = numberAt(body, 'line') ?? numberAt(body, 'position');
  return {
    path: textAt(body, 'path') ?? '',
    body: textAt(body, 'body') ?? '',
    ...(line === undefined ? {} : { line }),
    side: textAt(body, 'side') === 'LEFT' ? 'LEFT' : 'RIGHT',
  };
}
