/** Branches and tags move: rules first, then the reference, then everybody who hears of it, then the pull requests on it. */
import { refusal, unprocessable } from '../errors.js';
import type { JsonObject } from '../json.js';
import { commitAt, pushedCommitJson } from '../render/commit.js';
import { pageUrl } from '../render/links.js';
import { pushViolations } from '../rules/push.js';
import { activeRulesetsOf } from '../rules/requirements.js';
import type { Actor } from '../state/accounts.js';
import type { Repository } from '../state/repositories.js';
import { assertWritable, type World } from '../state/world.js';
import { emit, isHeard } from '../webhooks/emit.js';
import { followPush } from './follow-push.js';
import { openSuites } from './suites.js';

const ZERO = '0'.repeat(40);

export type RefMove = {
  readonly ref: string;
  /** Absent: the reference goes away. */
  readonly after: string | undefined;
  readonly force?: boolean;
  /** The rules were asked as for a merge. */
  readonly isMerge?: boolean;
};

export async function moveRef(
  world: World,
  repository: Repository,
  actor: Actor,
  { ref, after, force = false, isMerge = false }: RefMove,
): Promise<void> {
  assertWritable(repository);
  const before = repository.git.refs.get(ref);
  if (before === after) return;
  const branch = ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
  const isForward = before === undefined || after === undefined || (await repository.git.isAncestor(before, after));
  if (!isForward && !force) throw unprocessable('Update is not a fast forward');
  await assertWorkflows(repository, actor, before, after);
  if (branch !== undefined && !isMerge) await assertAllowed(world, repository, actor, { branch, before, after });
  if (after === undefined) {
    if (branch === repository.defaultBranch) throw unprocessable('Cannot delete the default branch');
    await repository.git.deleteRef(ref);
  } else if (!repository.git.setRef(ref, after)) throw unprocessable('Reference already exists');
  repository.pushedAt = world.now();
  repository.updatedAt = world.now();
  if (after !== undefined && !repository.authors.has(after)) repository.authors.set(after, actor.account);
  await tell(world, repository, actor, { ref, before, after, forced: !isForward });
  if (branch === undefined) return;
  if (after !== undefined) await openSuites(world, repository, actor, { branch, before, after });
  await followPush(world, repository, actor, { branch, before, after, forced: !isForward });
}

export async function assertAllowed(
  world: World,
  repository: Repository,
  actor: Actor,
  change: { readonly branch: string; readonly before: string | undefined; readonly after: string | undefined },
): Promise<void> {
  const violations = await pushViolations(world, repository, actor, change);
  if (violations.length === 0) return;
  const byRuleset = activeRulesetsOf(world, repository, change.branch).length > 0;
  throw unprocessable(byRuleset ? `Repository rule violations found\n\n${violations.join('\n\n')}\n\n` : violations.join(' '));
}

/** An app that may not write workflows may not push any change of them, on no branch. */
async function assertWorkflows(repository: Repository, actor: Actor, before: string | undefined, after: string | undefined): Promise<void> {
  if (after === undefined || actor.kind !== 'app' || actor.installation.permissions.workflows === 'write') return;
  const folder = async (commit: string | undefined): Promise<string | undefined> =>
    commit === undefined ? undefined : (await repository.git.entryAt(await repository.git.treeOf(commit), '.github/workflows'))?.sha;
  const now = await folder(after);
  const known = before ?? repository.git.refs.get(`refs/heads/${repository.defaultBranch}`);
  if (now === undefined || now === (await folder(known))) return;
  throw refusal(403, 'refusing to allow a GitHub App to create or update a workflow in `.github/workflows` without `workflows` permission');
}

type Told = { readonly ref: string; readonly before: string | undefined; readonly after: string | undefined; readonly forced: boolean };

async function tell(world: World, repository: Repository, actor: Actor, { ref, before, after, forced }: Told): Promise<void> {
  const sender = actor.account;
  const short = ref.replace(/^refs\/(heads|tags)\//, '');
  const kind = ref.startsWith('refs/tags/') ? 'tag' : 'branch';
  if (!ref.startsWith('refs/heads/') && !ref.startsWith('refs/tags/')) return;
  const body = { ref: short, ref_type: kind, pusher_type: 'user' };
  if (before === undefined) {
    emit(world, repository, {
      event: 'create',
      sender,
      body: { ...body, master_branch: repository.defaultBranch, description: repository.description },
    });
  }
  if (after === undefined) emit(world, repository, { event: 'delete', sender, body });
  if (!isHeard(world, repository, 'push')) return;
  const listed = after === undefined ? [] : await pushedCommits(world, repository, before, after);
  const head =
    after === undefined ? null : (listed.at(-1) ?? (await pushedCommitJson(world, repository, await commitAt(repository, after))));
  emit(world, repository, {
    event: 'push',
    sender,
    body: {
      ref,
      before: before ?? ZERO,
      after: after ?? ZERO,
      base_ref: null,
      pusher: { name: sender.login, email: sender.email },
      created: before === undefined,
      deleted: after === undefined,
      forced,
      compare: pageUrl(world, repository, 'compare', `${(before ?? ZERO).slice(0, 12)}...${(after ?? ZERO).slice(0, 12)}`),
      commits: listed,
      head_commit: head,
    },
  });
}

async function pushedCommits(
  world: World,
  repository: Repository,
  before: string | undefined,
  after: string,
): Promise<readonly JsonObject[]> {
  const known = before ?? repository.git.refs.get(`refs/heads/${repository.defaultBranch}`);
  const shas = known === after ? [] : await repository.git.between(known, after);
  const rows: JsonObject[] = [];
  for (const sha of shas.slice(-2048)) rows.push(await pushedCommitJson(world, repository, await commitAt(repository, sha)));
  return rows;
}
