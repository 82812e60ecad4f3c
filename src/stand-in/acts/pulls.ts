/** Pull requests: opened, retargeted, drafted, closed, reopened, brought up to date, sent to reviewers. */
import { invalid, notFound, unprocessable } from '../errors.js';
import { userJson } from '../render/accounts.js';
import { mergeBaseOf, teamsJson } from '../render/pull.js';
import type { Account, Actor } from '../state/accounts.js';
import type { PullIssue, Repository } from '../state/repositories.js';
import { assertWritable, type World } from '../state/world.js';
import { emitPull } from '../webhooks/emit.js';
import { commitAs } from './commits.js';
import { assertBody, closeIssue, newIssue, reopenIssue } from './issues.js';
import { moveRef } from './refs.js';
import { note } from './timeline.js';

export type Proposal = {
  readonly title: string;
  readonly body: string | null;
  readonly base: string;
  readonly head: { readonly repository: Repository; readonly ref: string };
  readonly draft?: boolean;
  readonly maintainerCanModify?: boolean;
};

export async function openPull(world: World, repository: Repository, actor: Actor, proposal: Proposal): Promise<PullIssue> {
  assertWritable(repository);
  assertBody('PullRequest', proposal.body);
  const { head, base } = proposal;
  const headSha = head.repository.git.refs.get(`refs/heads/${head.ref}`);
  const baseSha = repository.git.refs.get(`refs/heads/${base}`);
  if (headSha === undefined) throw invalid({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  if (baseSha === undefined) throw invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  const label = `${head.repository.owner.login}:${head.ref}`;
  const same = world
    .pulls(repository)
    .find(
      ({ state, pull }) =>
        state === 'open' && pull.base.ref === base && pull.head.ref === head.ref && pull.head.repository.id === head.repository.id,
    );
  if (same !== undefined)
    throw invalid({ resource: 'PullRequest', code: 'custom', message: `A pull request already exists for ${label}.` });
  const issue = newIssue(world, repository, actor, proposal);
  if (head.repository.id !== repository.id)
    await repository.git.fetch(head.repository.git.directory, `+refs/heads/${head.ref}:refs/pull/${issue.number}/head`);
  if (await repository.git.isAncestor(headSha, baseSha)) {
    throw invalid({
      resource: 'PullRequest',
      code: 'custom',
      message: `No commits between ${nameOf(repository, head, base)} and ${nameOf(repository, head, head.ref)}`,
    });
  }
  repository.git.setRef(`refs/pull/${issue.number}/head`, headSha);
  const opened = Object.assign(issue, {
    pull: {
      ...world.identity('PR'),
      head: { ...head, sha: headSha },
      base: { ref: base, sha: baseSha },
      draft: proposal.draft ?? false,
      merged: undefined,
      frozen: undefined,
      reviews: [],
      threads: [],
      requestedUsers: new Set<Account>(),
      requestedTeams: new Set<string>(),
      queued: undefined,
      autoMerge: undefined,
      maintainerCanModify: head.repository.id !== repository.id && (proposal.maintainerCanModify ?? true),
    },
  });
  repository.issues.set(issue.number, opened);
  await emitPull(world, repository, opened, 'opened', actor.account);
  return opened;
}

export async function retarget(world: World, repository: Repository, actor: Actor, issue: PullIssue, base: string): Promise<void> {
  assertWritable(repository);
  const { pull } = issue;
  if (base === pull.base.ref) return;
  const sha = repository.git.refs.get(`refs/heads/${base}`);
  if (sha === undefined) throw invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  if (issue.state === 'closed') throw unprocessable('Cannot change the base branch of a closed pull request.');
  const from = pull.base;
  pull.base = { ref: base, sha };
  note(world, issue, 'BaseRefChangedEvent', actor.account, { previousRefName: from.ref, currentRefName: base });
  const changes = { base: { ref: { from: from.ref }, sha: { from: from.sha } } };
  await emitPull(world, repository, issue, 'edited', actor.account, { changes });
}

export async function setDraft(world: World, repository: Repository, actor: Actor, issue: PullIssue, draft: boolean): Promise<void> {
  assertWritable(repository);
  if (issue.pull.draft === draft) return;
  issue.pull.draft = draft;
  note(world, issue, draft ? 'ConvertToDraftEvent' : 'ReadyForReviewEvent', actor.account);
  await emitPull(world, repository, issue, draft ? 'converted_to_draft' : 'ready_for_review', actor.account);
}

export async function closePull(world: World, repository: Repository, actor: Actor, issue: PullIssue): Promise<void> {
  if (issue.state === 'closed') return;
  issue.pull.frozen = { mergeBase: await mergeBaseOf(repository, issue.pull), headGone: false };
  issue.pull.queued = undefined;
  await closeIssue(world, repository, actor, issue);
}

export async function reopenPull(world: World, repository: Repository, actor: Actor, issue: PullIssue): Promise<void> {
  if (issue.pull.merged !== undefined)
    throw invalid({
      resource: 'PullRequest',
      code: 'custom',
      field: 'state',
      message: 'state cannot be changed. The pull request cannot be reopened.',
    });
  if (issue.state === 'open') return;
  const { head } = issue.pull;
  const sha = head.repository.git.refs.get(`refs/heads/${head.ref}`);
  if (sha === undefined)
    throw invalid({
      resource: 'PullRequest',
      code: 'custom',
      field: 'state',
      message: `state cannot be changed. The ${head.ref} branch has been deleted.`,
    });
  if (!(await head.repository.git.isAncestor(head.sha, sha))) {
    throw invalid({
      resource: 'PullRequest',
      code: 'custom',
      field: 'state',
      message: `state cannot be changed. The ${head.ref} branch was force-pushed or recreated.`,
    });
  }
  issue.pull.frozen = undefined;
  head.sha = sha;
  await reopenIssue(world, repository, actor, issue);
}

/** What the button "Update branch" does: the base is merged into the head. */
export async function updateBranch(world: World, repository: Repository, actor: Actor, issue: PullIssue): Promise<string> {
  const { head, base } = issue.pull;
  const baseSha = repository.git.refs.get(`refs/heads/${base.ref}`);
  if (baseSha === undefined || issue.state === 'closed') throw notFound();
  if (await repository.git.isAncestor(baseSha, head.sha)) throw unprocessable('There are no new commits on the base branch.');
  const merged = await repository.git.merge(head.sha, baseSha);
  if (merged.kind === 'conflict') throw unprocessable('merge conflict between base and head');
  const message = `Merge branch '${base.ref}' into ${head.ref}`;
  const sha = commitAs(world, head.repository, actor, { tree: merged.tree, parents: [head.sha, baseSha], message });
  if (head.repository.id !== repository.id) throw unprocessable('Updating a branch of a fork is not offered here.');
  await moveRef(world, repository, actor, { ref: `refs/heads/${head.ref}`, after: sha });
  return sha;
}

export type Reviewers = { readonly users: readonly string[]; readonly teams: readonly string[] };

export async function requestReviewers(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  { users, teams }: Reviewers,
): Promise<void> {
  assertWritable(repository);
  const accounts = users.map((login) => reviewerOf(world, repository, issue, login));
  const known = world.organisation(repository.owner.login)?.teams;
  if (teams.some((slug) => (known?.get(slug)?.repositories.get(repository.id) ?? 'none') === 'none')) {
    throw unprocessable(
      'Reviews may only be requested from collaborators. One or more of the teams you specified is not a collaborator of the repository.',
    );
  }
  for (const account of accounts.filter((one) => !issue.pull.requestedUsers.has(one))) {
    issue.pull.requestedUsers.add(account);
    note(world, issue, 'ReviewRequestedEvent', actor.account, { user: account.login });
    await emitPull(world, repository, issue, 'review_requested', actor.account, { requested_reviewer: userJson(world, account) });
  }
  for (const slug of teams.filter((one) => !issue.pull.requestedTeams.has(one))) {
    issue.pull.requestedTeams.add(slug);
    note(world, issue, 'ReviewRequestedEvent', actor.account, { team: slug });
    await emitPull(world, repository, issue, 'review_requested', actor.account, {
      requested_team: teamsJson(world, repository, [slug])[0],
    });
  }
}

export async function removeReviewers(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  { users, teams }: Reviewers,
): Promise<void> {
  for (const account of [...issue.pull.requestedUsers].filter(({ login }) => users.includes(login))) {
    issue.pull.requestedUsers.delete(account);
    note(world, issue, 'ReviewRequestRemovedEvent', actor.account, { user: account.login });
    await emitPull(world, repository, issue, 'review_request_removed', actor.account, { requested_reviewer: userJson(world, account) });
  }
  for (const slug of teams.filter((one) => issue.pull.requestedTeams.delete(one))) {
    await emitPull(world, repository, issue, 'review_request_removed', actor.account, {
      requested_team: teamsJson(world, repository, [slug])[0],
    });
  }
}

function reviewerOf(world: World, repository: Repository, issue: PullIssue, login: string): Account {
  const account = world.account(login);
  if (account?.id === issue.author.id) throw unprocessable('Review cannot be requested from pull request author.');
  if (
    account === undefined ||
    !world.may(account, repository, 'read') ||
    (world.roleOf(account, repository) === 'read' && !isCollaborator(world, repository, login))
  ) {
    throw unprocessable(
      'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.',
    );
  }
  return account;
}

function isCollaborator(world: World, repository: Repository, login: string): boolean {
  return repository.roles.has(login) || (world.organisation(repository.owner.login)?.members.has(login) ?? false);
}

function nameOf(repository: Repository, head: Proposal['head'], ref: string): string {
  return head.repository.id === repository.id ? ref : `${head.repository.owner.login}:${ref}`;
}
