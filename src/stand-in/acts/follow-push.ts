/** What a push does to pull requests: new head, closed with either branch, merged by hand. */

import { mergeBaseOf, pullSimpleJson, reviewJson } from '../render/pull.js';
import { requirementsOf } from '../rules/requirements.js';
import type { Actor } from '../state/accounts.js';
import type { PullIssue, Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { emit, emitPull } from '../webhooks/emit.js';
import { closeIssue } from './issues.js';
import { note } from './timeline.js';

export type Pushed = {
  readonly branch: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly forced: boolean;
};

export async function followPush(world: World, repository: Repository, actor: Actor, pushed: Pushed): Promise<void> {
  for (const base of [repository, repository.parent]) {
    if (base === undefined) continue;
    const open = world.pulls(base).filter(({ state }) => state === 'open');
    for (const issue of open.filter(({ pull }) => pull.head.repository.id === repository.id && pull.head.ref === pushed.branch)) {
      await moveHead(world, base, actor, issue, pushed);
    }
  }
  const onto = world.pulls(repository).filter(({ state, pull }) => state === 'open' && pull.base.ref === pushed.branch);
  for (const issue of onto) {
    if (pushed.after === undefined) {
      issue.pull.frozen = { mergeBase: await repository.git.mergeBase(issue.pull.base.sha, issue.pull.head.sha), headGone: false };
      await closeIssue(world, repository, actor, issue);
      continue;
    }
    if (await repository.git.isAncestor(issue.pull.head.sha, pushed.after)) await mergedByHand(world, repository, actor, issue, pushed);
  }
}

async function moveHead(world: World, base: Repository, actor: Actor, issue: PullIssue, { before, after, forced }: Pushed): Promise<void> {
  const { pull } = issue;
  if (after === undefined) {
    pull.frozen = { mergeBase: await mergeBaseOf(base, pull), headGone: true };
    note(world, issue, 'HeadRefDeletedEvent', actor.account, { headRefName: pull.head.ref });
    return closeIssue(world, base, actor, issue);
  }
  if (pull.head.repository.id !== base.id) {
    await base.git.fetch(pull.head.repository.git.directory, `+refs/heads/${pull.head.ref}:refs/pull/${issue.number}/head`);
  } else base.git.setRef(`refs/pull/${issue.number}/head`, after);
  const onBase = base.git.refs.get(`refs/heads/${pull.base.ref}`);
  pull.head.sha = after;
  pull.base.sha = onBase ?? pull.base.sha;
  pull.queued = undefined;
  for (const thread of pull.threads) thread.outdated = true;
  if (forced) note(world, issue, 'HeadRefForcePushedEvent', actor.account, { before: before ?? '', after });
  issue.updatedAt = world.now();
  await emitPull(world, base, issue, 'synchronize', actor.account, { before: before ?? '', after });
  await dismissStale(world, base, actor, issue);
  // A head that the base already holds leaves nothing to propose.
  if (onBase !== undefined && (await base.git.isAncestor(after, onBase))) await closeIssue(world, base, actor, issue);
}

async function dismissStale(world: World, base: Repository, actor: Actor, issue: PullIssue): Promise<void> {
  const asks = requirementsOf(world, base, issue.pull.base.ref).some((one) => one.kind === 'reviews' && one.dismissStale);
  if (!asks) return;
  for (const review of issue.pull.reviews.filter(({ state }) => state === 'APPROVED')) {
    review.state = 'DISMISSED';
    review.updatedAt = world.now();
    note(world, issue, 'ReviewDismissedEvent', actor.account, { review: review.nodeId, previousReviewState: 'APPROVED' });
    const body = {
      review: { ...reviewJson(world, base, issue, review), state: 'dismissed' },
      pull_request: pullSimpleJson(world, base, issue),
    };
    emit(world, base, { event: 'pull_request_review', action: 'dismissed', sender: actor.account, body });
  }
}

async function mergedByHand(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  { before, after = '' }: Pushed,
): Promise<void> {
  const now = world.now();
  const mergeBase = before === undefined ? undefined : await repository.git.mergeBase(before, issue.pull.head.sha);
  issue.pull.frozen = { mergeBase, headGone: false };
  issue.pull.merged = { at: now, by: actor.account, commit: after, method: 'merge' };
  note(world, issue, 'MergedEvent', actor.account, { commit: after });
  await closeIssue(world, repository, actor, issue);
}
