/** The merge queue of a branch: in, out, and its turn. */
import { refusal, unprocessable } from '../errors.js';
import { blockersOf, mergeableOf } from '../rules/mergeable.js';
import { requirementsOf } from '../rules/requirements.js';
import type { Actor } from '../state/accounts.js';
import type { Pull, PullIssue, Repository } from '../state/repositories.js';
import { assertWritable, type World } from '../state/world.js';
import { emitPull } from '../webhooks/emit.js';
import { merge } from './merge.js';
import { note } from './timeline.js';

export type QueueEntry = NonNullable<Pull['queued']>;

export async function enqueue(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  expected: string | undefined,
): Promise<QueueEntry> {
  assertWritable(repository);
  const { pull } = issue;
  if (!requirementsOf(world, repository, pull.base.ref).some(({ kind }) => kind === 'queue'))
    throw unprocessable('Merge queue is not enabled on the base branch.');
  if (expected !== undefined && expected !== pull.head.sha)
    throw unprocessable('Head branch was modified. Review and try the merge again.');
  if (issue.state === 'closed' || pull.draft) throw unprocessable('Pull request is not in a state that can be queued.');
  if (pull.queued !== undefined) return pull.queued;
  if ((await mergeableOf(world, repository, issue)) !== 'MERGEABLE') throw unprocessable('Pull request is not mergeable.');
  const entry: QueueEntry = {
    nodeId: world.identity('MQE').nodeId,
    at: world.now(),
    by: actor.account,
    head: pull.head.sha,
    state: 'QUEUED',
  };
  pull.queued = entry;
  const blockers = (await blockersOf(world, repository, issue, actor)).filter(({ isBehind }) => !isBehind);
  if (blockers.length > 0) {
    pull.queued = undefined;
    throw unprocessable(`Pull request cannot be queued: ${blockers.map(({ message }) => message).join(' ')}`);
  }
  note(world, issue, 'AddedToMergeQueueEvent', actor.account);
  await emitPull(world, repository, issue, 'enqueued', actor.account);
  return entry;
}

export async function dequeue(world: World, repository: Repository, actor: Actor, issue: PullIssue, reason: string): Promise<void> {
  if (issue.pull.queued === undefined) throw unprocessable('Pull request is not in the queue.');
  issue.pull.queued = undefined;
  note(world, issue, 'RemovedFromMergeQueueEvent', actor.account, { reason });
  await emitPull(world, repository, issue, 'dequeued', actor.account, { reason });
}

/** The queue takes the first one in; GitHub itself merges it in the name of who queued it. */
export async function runQueue(world: World, repository: Repository, branch: string): Promise<number | undefined> {
  const waiting = world.pulls(repository).filter(({ pull }) => pull.queued !== undefined && pull.base.ref === branch);
  const issue = waiting.toSorted((a, b) => Date.parse(a.pull.queued?.at ?? '') - Date.parse(b.pull.queued?.at ?? ''))[0];
  const entry = issue?.pull.queued;
  const base = repository.git.refs.get(`refs/heads/${branch}`);
  if (issue === undefined || entry === undefined || base === undefined) return undefined;
  const actor: Actor = { kind: 'person', account: entry.by };
  if ((await mergeableOf(world, repository, issue)) !== 'MERGEABLE') {
    await dequeue(world, repository, actor, issue, 'MERGE_CONFLICT');
    throw refusal(405, 'Pull Request is not mergeable');
  }
  await merge(world, repository, actor, issue, base, { method: 'merge' });
  await emitPull(world, repository, issue, 'dequeued', actor.account, { reason: 'MERGE' });
  return issue.number;
}
