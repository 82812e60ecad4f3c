/** The merge of a pull request: every refusal in GitHub's order and words, then the commit, then the news. */
import { notFound, refusal } from '../errors.js';
import { mergeBaseOf } from '../render/pull.js';
import { blockersOf, mergeableOf } from '../rules/mergeable.js';
import { requirementsOf } from '../rules/requirements.js';
import type { Actor } from '../state/accounts.js';
import type { PullIssue, Repository } from '../state/repositories.js';
import { assertWritable, type World } from '../state/world.js';
import { commitAs, identityOf } from './commits.js';
import { closeIssue } from './issues.js';
import { moveRef } from './refs.js';
import { note } from './timeline.js';

export type MergeMethod = 'merge' | 'squash' | 'rebase';
export type MergeOrder = {
  readonly method: MergeMethod;
  /** The head that was judged. */
  readonly sha?: string | undefined;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
};

const FORBIDDEN: Readonly<Record<MergeMethod, string>> = {
  merge: 'Merge commits are not allowed on this repository.',
  squash: 'Squash merges are not allowed on this repository.',
  rebase: 'Rebase merges are not allowed on this repository.',
};

export async function mergePull(world: World, repository: Repository, actor: Actor, issue: PullIssue, order: MergeOrder): Promise<string> {
  assertWritable(repository);
  const base = repository.git.refs.get(`refs/heads/${issue.pull.base.ref}`);
  if (base === undefined) throw notFound();
  if (issue.state === 'closed') throw refusal(405, 'Pull Request is not mergeable');
  if (order.sha !== undefined && order.sha !== issue.pull.head.sha)
    throw refusal(409, 'Head branch was modified. Review and try the merge again.');
  if (issue.pull.draft) throw refusal(405, 'Pull Request is still a draft');
  if ((await mergeableOf(world, repository, issue)) !== 'MERGEABLE') throw refusal(405, 'Pull Request is not mergeable');
  assertMethod(world, repository, actor, issue, order.method);
  const blockers = await blockersOf(world, repository, issue, actor);
  if (blockers.length > 0) {
    const words = blockers.map(({ message }) => message);
    throw refusal(
      405,
      blockers.some(({ isRuleset }) => isRuleset) ? `Repository rule violations found\n\n${words.join('\n\n')}\n\n` : words.join(' '),
    );
  }
  return merge(world, repository, actor, issue, base, order);
}

/** Past every rule: what the merge queue does once its turn has come. */
export async function merge(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  base: string,
  order: MergeOrder,
): Promise<string> {
  const { pull } = issue;
  const commit = await commitOf(world, repository, actor, issue, base, order);
  pull.frozen = { mergeBase: await mergeBaseOf(repository, pull), headGone: false };
  pull.merged = { at: world.now(), by: actor.account, commit, method: order.method };
  pull.base.sha = base;
  pull.queued = undefined;
  note(world, issue, 'MergedEvent', actor.account, { commit });
  // Closed before the push is told, so that nobody takes it for a merge by hand.
  issue.state = 'closed';
  await moveRef(world, repository, actor, { ref: `refs/heads/${pull.base.ref}`, after: commit, isMerge: true });
  issue.state = 'open';
  await closeIssue(world, repository, actor, issue);
  if (repository.merge.deleteBranch && pull.head.repository.id === repository.id) {
    await moveRef(world, repository, actor, { ref: `refs/heads/${pull.head.ref}`, after: undefined });
  }
  return commit;
}

function assertMethod(world: World, repository: Repository, actor: Actor, issue: PullIssue, method: MergeMethod): void {
  const settings = { merge: repository.merge.commit, squash: repository.merge.squash, rebase: repository.merge.rebase };
  if (!settings[method]) throw refusal(405, FORBIDDEN[method]);
  for (const one of requirementsOf(world, repository, issue.pull.base.ref, actor, 'pull')) {
    if (one.kind === 'linear' && method === 'merge') throw refusal(405, 'Merge commits are not allowed on this branch.');
    if (one.kind === 'signatures' && method === 'rebase') {
      throw refusal(405, 'Base branch requires signed commits. Rebase merges cannot be automatically signed by GitHub');
    }
    if (one.kind === 'reviews' && one.methods !== undefined && !one.methods.includes(method)) {
      throw refusal(405, `Repository rule violations found\n\nMerge method '${method}' is not allowed for this branch.\n\n`);
    }
  }
}

async function commitOf(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  base: string,
  order: MergeOrder,
): Promise<string> {
  const { head } = issue.pull;
  if (order.method === 'rebase') return rebase(world, repository, actor, issue, base);
  const merged = await repository.git.merge(base, head.sha);
  if (merged.kind === 'conflict') throw refusal(405, 'Pull Request is not mergeable');
  if (order.method === 'squash') {
    const title = order.title ?? `${issue.title} (#${issue.number})`;
    return commitAs(world, repository, actor, {
      tree: merged.tree,
      parents: [base],
      message: joined(title, order.message ?? ''),
      author: issue.author,
    });
  }
  const title = order.title ?? `Merge pull request #${issue.number} from ${head.repository.owner.login}/${head.ref}`;
  return commitAs(world, repository, actor, {
    tree: merged.tree,
    parents: [base, head.sha],
    message: joined(title, order.message ?? issue.title),
  });
}

async function rebase(world: World, repository: Repository, actor: Actor, issue: PullIssue, base: string): Promise<string> {
  let onto = base;
  for (const sha of await repository.git.between(base, issue.pull.head.sha)) {
    const commit = await repository.git.objects.commit(sha);
    if (commit === undefined || commit.parents.length > 1) throw refusal(405, 'This branch can’t be rebased');
    const picked = await repository.git.pick(sha, onto);
    if (picked.kind === 'conflict') throw refusal(405, 'This branch can’t be rebased');
    const committer = identityOf(world, actor.account);
    onto = repository.git.objects.writeCommit({
      tree: picked.tree,
      parents: [onto],
      author: commit.author,
      committer,
      message: commit.message,
    });
  }
  return onto;
}

function joined(title: string, message: string): string {
  return message === '' ? title : `${title}\n\n${message}`;
}
