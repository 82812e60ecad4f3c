import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { REPO, type TestWorld, testWorld } from './world.js';

let world: TestWorld;
beforeEach(async () => {
  world = await testWorld();
});
afterEach(() => world.close());

async function propose(): Promise<{ readonly number: number; readonly sha: string }> {
  const { bot } = world;
  const { data: main } = await bot.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...REPO, ref: 'heads/main' });
  const base = main.object.sha;
  const { data: tree } = await bot.request('POST /repos/{owner}/{repo}/git/trees', {
    ...REPO,
    base_tree: base,
    tree: [{ path: 'signal_factory/lake/orders/dataset.yaml', mode: '100644', type: 'blob', content: 'urn: lake.orders\n' }],
  });
  const { data: commit } = await bot.request('POST /repos/{owner}/{repo}/git/commits', {
    ...REPO,
    message: 'Add a dataset',
    tree: tree.sha,
    parents: [base],
  });
  expect(commit.verification.verified).toBe(true);
  await bot.request('POST /repos/{owner}/{repo}/git/refs', { ...REPO, ref: 'refs/heads/autopilot/orders', sha: commit.sha });
  const { data: pull } = await bot.request('POST /repos/{owner}/{repo}/pulls', {
    ...REPO,
    title: 'Orders',
    head: 'autopilot/orders',
    base: 'main',
    body: 'Look',
  });
  return { number: pull.number, sha: commit.sha };
}

it('opens, labels, checks and merges a proposal, and git finds the repository sound', async () => {
  const { bot, standIn } = world;
  const { number, sha } = await propose();
  await bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...REPO, issue_number: number, labels: ['autopilot'] });
  await bot.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', {
    ...REPO,
    pull_number: number,
    reviewers: ['ben'],
  });
  await bot.request('POST /repos/{owner}/{repo}/check-runs', {
    ...REPO,
    name: 'autopilot/gate',
    head_sha: sha,
    status: 'completed',
    conclusion: 'success',
  });
  await bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...REPO, issue_number: number, body: 'Merging soon.' });
  const { data: merged } = await bot.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
    ...REPO,
    pull_number: number,
    sha,
    merge_method: 'squash',
  });
  expect(merged.merged).toBe(true);

  const directory = standIn.seed.repository('lake/orders').git.directory;
  expect(execFileSync('git', ['-C', directory, 'fsck', '--full', '--strict'], { encoding: 'utf8' })).not.toMatch(/error|missing/);
  expect(execFileSync('git', ['-C', directory, 'log', '-1', '--format=%H %an|%cn', 'main'], { encoding: 'utf8' })).toBe(
    `${merged.sha} autopilot[bot]|GitHub\n`,
  );
  expect(await world.heard()).toEqual([
    'installation.created',
    'create',
    'push',
    'check_suite.requested',
    'pull_request.opened',
    'label.created',
    'pull_request.labeled',
    'pull_request.review_requested',
    'check_run.created',
    'issue_comment.created',
    'push',
    'check_suite.requested',
    'pull_request.closed',
  ]);
  expect(world.received.every(({ signed }) => signed)).toBe(true);
  expect(standIn.violations).toEqual([]);
});

it('answers what a merge gate asks in one GraphQL document', async () => {
  const { number, sha } = await propose();
  const answer = await world.bot.graphql(
    `query($owner: String!, $repo: String!, $number: Int!) {
      repository(owner: $owner, name: $repo) {
        databaseId isArchived
        pullRequest(number: $number) {
          headRefOid mergeable mergeStateStatus reviewDecision isDraft
          author { __typename login ... on Bot { databaseId } }
          reviewThreads(first: 10) { totalCount nodes { isResolved } pageInfo { hasNextPage endCursor } }
          commits(first: 10) { nodes { commit { oid tree { oid } signature { isValid state } statusCheckRollup { state } } } }
        }
      }
      rateLimit { remaining cost }
    }`,
    { ...REPO, number },
  );
  expect(answer).toMatchObject({
    repository: {
      pullRequest: {
        headRefOid: sha,
        mergeable: 'MERGEABLE',
        mergeStateStatus: 'CLEAN',
        reviewDecision: null,
        author: { __typename: 'Bot', login: 'autopilot' },
        commits: { nodes: [{ commit: { oid: sha, signature: { isValid: true, state: 'VALID' }, statusCheckRollup: null } }] },
      },
    },
  });
});

it('says so when a field has no resolver', async () => {
  const { number } = await propose();
  const query = `query { repository(owner: "lake", name: "orders") { pullRequest(number: ${number}) { hovercard { contexts { message } } } } }`;
  await expect(world.bot.graphql(query)).rejects.toThrow('no resolver for PullRequest.hovercard');
});
