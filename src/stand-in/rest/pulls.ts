/** Pull requests: list, open, read, change, compare, merge, and who should look at them. */

import { editWords, pullAt } from '../acts/issues.js';
import { mergePull } from '../acts/merge.js';
import { closePull, openPull, removeReviewers, reopenPull, requestReviewers, retarget, updateBranch } from '../acts/pulls.js';
import { invalid, notFound, unprocessable } from '../errors.js';
import { unifiedDiff } from '../git/diff.js';
import { flagAt, isObject, type JsonObject, textAt, textsAt } from '../json.js';
import { userJson } from '../render/accounts.js';
import { commitAt, commitJson, filesJson } from '../render/commit.js';
import { commitsOf, filesOf, pullJson, pullSimpleJson, teamsJson, treesOf } from '../render/pull.js';
import type { PullIssue, Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import {
  type Answer,
  created,
  NO_CONTENT,
  numberIn,
  ok,
  page,
  pageOf,
  type RepositoryCall,
  type Route,
  repoRoute,
  required,
  wordIn,
} from './route.js';

const READ = [{ pull_requests: 'read' }] as const;
const WRITE = [{ pull_requests: 'write' }] as const;
const MOST_COMMITS = 250;
const MOST_FILES = 3_000;

export const PULL_ROUTES: readonly Route[] = [
  repoRoute('GET', '/pulls', READ, (call) => pageOf(call, listed(call), (issue) => pullSimpleJson(call.world, call.repository, issue))),
  repoRoute('POST', '/pulls', WRITE, async ({ world, repository, actor, body }) => {
    const issue = await openPull(world, repository, actor, {
      title: required(body, 'title', 'PullRequest'),
      body: textAt(body, 'body') ?? null,
      base: required(body, 'base', 'PullRequest'),
      head: headNamed(world, repository, required(body, 'head', 'PullRequest')),
      draft: flagAt(body, 'draft') ?? false,
      maintainerCanModify: flagAt(body, 'maintainer_can_modify') ?? true,
    });
    const json = await pullJson(world, repository, issue, 'UNKNOWN');
    return created(json, textAt(json, 'url'));
  }),
  repoRoute('GET', '/pulls/{pull_number}', READ, async (call) => {
    const { world, repository, headers } = call;
    const issue = pullAt(repository, numberIn(call, 'pull_number'));
    if (headers.accept?.includes('.diff')) {
      const { before, after } = await treesOf(repository, issue.pull);
      return {
        status: 200,
        body: Buffer.from(await unifiedDiff(repository.git, before, after)),
        headers: { 'content-type': 'application/vnd.github.diff' },
      };
    }
    return ok(await pullJson(world, repository, issue));
  }),
  repoRoute('PATCH', '/pulls/{pull_number}', WRITE, change),
  repoRoute('GET', '/pulls/{pull_number}/commits', READ, async (call) => {
    const { world, repository } = call;
    const { items, headers } = page(call, (await commitsOf(repository, pullOf(call))).slice(0, MOST_COMMITS));
    const rows: JsonObject[] = [];
    for (const sha of items) rows.push(commitJson(world, repository, await commitAt(repository, sha)));
    return ok(rows, headers);
  }),
  repoRoute('GET', '/pulls/{pull_number}/files', READ, async (call) => {
    const { world, repository } = call;
    const issue = pullOf(call);
    const { items, headers } = page(call, (await filesOf(repository, issue)).slice(0, MOST_FILES));
    return ok(
      await filesJson(world, repository, { ...(await treesOf(repository, issue.pull)), at: issue.pull.head.sha, files: items }),
      headers,
    );
  }),
  repoRoute('GET', '/pulls/{pull_number}/merge', READ, (call) => {
    if (pullOf(call).pull.merged === undefined) throw notFound();
    return NO_CONTENT;
  }),
  repoRoute('PUT', '/pulls/{pull_number}/merge', [{ contents: 'write' }], async (call) => {
    const { world, repository, actor, body } = call;
    const method = wordIn(['merge', 'squash', 'rebase'], textAt(body, 'merge_method') ?? 'merge', 'merge_method', 'PullRequest');
    const order = { method, sha: textAt(body, 'sha'), title: textAt(body, 'commit_title'), message: textAt(body, 'commit_message') };
    const sha = await mergePull(world, repository, actor, pullOf(call), order);
    return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
  }),
  repoRoute('PUT', '/pulls/{pull_number}/update-branch', WRITE, async (call) => {
    const { world, repository, actor, body } = call;
    const issue = pullOf(call);
    const expected = textAt(body, 'expected_head_sha');
    if (expected !== undefined && expected !== issue.pull.head.sha) throw unprocessable('expected head sha didn’t match current head ref.');
    await updateBranch(world, repository, actor, issue);
    return {
      status: 202,
      body: {
        message: 'Updating pull request branch.',
        url: `${world.url}/repos/${repository.owner.login}/${repository.name}/pulls/${issue.number}`,
      },
    };
  }),
  repoRoute('GET', '/pulls/{pull_number}/requested_reviewers', READ, (call) => {
    const { world, repository } = call;
    const { pull } = pullOf(call);
    return ok({
      users: [...pull.requestedUsers].map((one) => userJson(world, one)),
      teams: teamsJson(world, repository, pull.requestedTeams),
    });
  }),
  repoRoute('POST', '/pulls/{pull_number}/requested_reviewers', WRITE, async (call) => {
    const { world, repository, actor } = call;
    const issue = pullOf(call);
    await requestReviewers(world, repository, actor, issue, reviewersIn(call));
    return created(pullSimpleJson(world, repository, issue));
  }),
  repoRoute('DELETE', '/pulls/{pull_number}/requested_reviewers', WRITE, async (call) => {
    const { world, repository, actor } = call;
    const issue = pullOf(call);
    await removeReviewers(world, repository, actor, issue, reviewersIn(call));
    return ok(pullSimpleJson(world, repository, issue));
  }),
];

export function pullOf(call: RepositoryCall): PullIssue {
  return pullAt(call.repository, numberIn(call, 'pull_number'));
}

function reviewersIn({ body }: RepositoryCall): { readonly users: readonly string[]; readonly teams: readonly string[] } {
  return { users: textsAt(body, 'reviewers') ?? [], teams: textsAt(body, 'team_reviewers') ?? [] };
}

function listed({ world, repository, query }: RepositoryCall): readonly PullIssue[] {
  const state = query.get('state') ?? 'open';
  const base = query.get('base');
  const head = query.get('head');
  const matching = world
    .pulls(repository)
    .filter((one) => state === 'all' || one.state === state)
    .filter(({ pull }) => base === null || pull.base.ref === base)
    // Without the owner GitHub ignores the filter.
    .filter(
      ({ pull }) =>
        head === null || !head.includes(':') || `${pull.head.repository.owner.login}:${pull.head.ref}`.toLowerCase() === head.toLowerCase(),
    );
  const byUpdate = query.get('sort') === 'updated';
  const sorted = matching.toSorted((a, b) => (byUpdate ? Date.parse(a.updatedAt) - Date.parse(b.updatedAt) : a.number - b.number));
  return (query.get('direction') ?? (query.get('sort') === null ? 'desc' : 'asc')) === 'asc' ? sorted : sorted.toReversed();
}

function headNamed(world: World, repository: Repository, name: string): { readonly repository: Repository; readonly ref: string } {
  const [owner, ref] = name.includes(':') ? name.split(':') : [repository.owner.login, name];
  if (owner?.toLowerCase() === repository.owner.login.toLowerCase()) return { repository, ref: ref ?? '' };
  const fork = [...world.repositories.values()].find((one) => one.parent?.id === repository.id && one.owner.login === owner);
  if (fork === undefined) throw invalid({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  return { repository: fork, ref: ref ?? '' };
}

async function change(call: RepositoryCall): Promise<Answer> {
  const { world, repository, actor, body } = call;
  const issue = pullOf(call);
  const title = textAt(body, 'title');
  const given = isObject(body) && 'body' in body ? (textAt(body, 'body') ?? null) : undefined;
  await editWords(world, repository, actor, issue, {
    ...(title === undefined ? {} : { title }),
    ...(given === undefined ? {} : { body: given }),
  });
  const base = textAt(body, 'base');
  if (base !== undefined) await retarget(world, repository, actor, issue, base);
  const state = textAt(body, 'state');
  if (state === 'closed') await closePull(world, repository, actor, issue);
  if (state === 'open') await reopenPull(world, repository, actor, issue);
  const modify = flagAt(body, 'maintainer_can_modify');
  if (modify !== undefined) issue.pull.maintainerCanModify = modify;
  return ok(await pullJson(world, repository, issue));
}
