import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PERMISSIONS, REPO, refused, type TestWorld, testWorld } from './world.js';

const NAME = 'lake/orders';
let world: TestWorld;
beforeEach(async () => {
  world = await testWorld();
});
afterEach(async () => {
  expect(world.standIn.violations).toEqual([]);
  await world.close();
});

const as = (login: string) => world.standIn.as(login);

async function openFix(): Promise<number> {
  await as('ben').code.push(NAME, 'fix', { files: { 'jobs/orders.py': 'print(2)\n' } });
  return as('ben').talk.openPull(NAME, { title: 'Fix', head: 'fix' });
}

describe('a pull request', () => {
  it('exists once per branch, and needs commits', async () => {
    await openFix();
    const open = (head: string) => world.bot.request('POST /repos/{owner}/{repo}/pulls', { ...REPO, title: 'Again', head, base: 'main' });
    expect(await refused(open('fix'))).toMatchObject({
      status: 422,
      message: expect.stringContaining('A pull request already exists for lake:fix.'),
    });
    await as('ben').code.createBranch(NAME, 'same');
    expect((await refused(open('same'))).message).toContain('No commits between main and same');
    expect((await refused(open('nowhere'))).status).toBe(422);
  });

  it('follows its branch: new commits, force pushes, its end', async () => {
    const number = await openFix();
    const main = world.standIn.seed.repository(NAME).git.refs.get('refs/heads/main') ?? '';
    await as('cleo').talk.review(NAME, number, { event: 'COMMENT', comments: [{ path: 'jobs/orders.py', line: 1, body: 'Why?' }] });
    const forced = await as('ben').code.push(NAME, 'fix', { files: { 'jobs/orders.py': 'print(4)\n' }, onto: main, force: true });
    const answer = await world.bot.graphql(
      `query($number: Int!) { repository(owner: "lake", name: "orders") { pullRequest(number: $number) {
        headRefOid
        reviewThreads(first: 1) { nodes { isOutdated isResolved comments(first: 1) { nodes { body author { login } } } } }
        timelineItems(first: 20, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT]) { nodes { ... on HeadRefForcePushedEvent { afterCommit { oid } actor { login } createdAt } } }
      } } }`,
      { number },
    );
    expect(answer).toMatchObject({
      repository: {
        pullRequest: {
          headRefOid: forced,
          reviewThreads: {
            nodes: [{ isOutdated: true, isResolved: false, comments: { nodes: [{ body: 'Why?', author: { login: 'cleo' } }] } }],
          },
          timelineItems: { nodes: [{ afterCommit: { oid: forced }, actor: { login: 'ben' } }] },
        },
      },
    });
    await as('ben').code.deleteBranch(NAME, 'fix');
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...REPO, pull_number: number });
    expect([data.state, data.merged, data.changed_files]).toEqual(['closed', false, 1]);
    await expect(as('ben').talk.reopen(NAME, number)).rejects.toMatchObject({ status: 422 });
    expect(await world.heard()).toEqual(expect.arrayContaining(['pull_request.synchronize', 'delete', 'pull_request.closed']));
  });

  it('counts as merged when its commits reach the base by hand', async () => {
    const number = await openFix();
    const fix = world.standIn.seed.repository(NAME).git.refs.get('refs/heads/fix') ?? '';
    await as('anna').code.forcePush(NAME, 'main', fix);
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...REPO, pull_number: number });
    expect([data.merged, data.merged_by?.login, data.commits]).toEqual([true, 'anna', 1]);
  });

  it('is closed when the branch it goes to is deleted', async () => {
    await as('ben').code.createBranch(NAME, 'release');
    await as('ben').code.push(NAME, 'fix', { files: { x: 'x' } });
    const number = await as('ben').talk.openPull(NAME, { title: 'Fix', head: 'fix', base: 'release' });
    await as('ben').code.deleteBranch(NAME, 'release');
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...REPO, pull_number: number });
    expect([data.state, data.merged, data.commits]).toEqual(['closed', false, 1]);
  });

  it('takes no comment of a passer-by once it is locked', async () => {
    const number = await openFix();
    await as('anna').settings.setRole(NAME, 'rita', 'read');
    await as('ben').talk.lock(NAME, number);
    await expect(as('rita').talk.comment(NAME, number, 'wait')).rejects.toMatchObject({ status: 403 });
    await as('cleo').talk.comment(NAME, number, 'no');
  });

  it('keeps its event times by the clock', async () => {
    const number = await openFix();
    world.clock.set('2026-03-04T09:30:00Z');
    await as('ben').code.createBranch(NAME, 'release');
    await as('ben').talk.setDraft(NAME, number, true);
    await as('ben').talk.setDraft(NAME, number, false);
    await as('cleo').talk.retarget(NAME, number, 'release');
    await as('cleo').talk.edit(NAME, number, { title: 'Fix it', body: 'more' });
    await as('cleo').talk.label(NAME, number, 'autopilot/hold');
    const answer = await world.bot.graphql(
      `query($number: Int!) { repository(owner: "lake", name: "orders") { pullRequest(number: $number) {
        createdAt lastEditedAt editor { login } baseRefName
        timelineItems(first: 50) { totalCount nodes { __typename
          ... on BaseRefChangedEvent { previousRefName currentRefName createdAt }
          ... on LabeledEvent { label { name } }
          ... on RenamedTitleEvent { previousTitle currentTitle } } }
      } } }`,
      { number },
    );
    expect(answer).toMatchObject({
      repository: {
        pullRequest: {
          createdAt: '2026-03-02T08:00:00Z',
          lastEditedAt: '2026-03-04T09:30:00Z',
          editor: { login: 'cleo' },
          baseRefName: 'release',
          timelineItems: {
            nodes: [
              { __typename: 'PullRequestCommit' },
              { __typename: 'ConvertToDraftEvent' },
              { __typename: 'ReadyForReviewEvent' },
              { __typename: 'BaseRefChangedEvent', previousRefName: 'main', currentRefName: 'release', createdAt: '2026-03-04T09:30:00Z' },
              { __typename: 'RenamedTitleEvent', previousTitle: 'Fix', currentTitle: 'Fix it' },
              { __typename: 'LabeledEvent', label: { name: 'autopilot/hold' } },
            ],
          },
        },
      },
    });
  });

  it('may come from a fork', async () => {
    world.standIn.seed.user('eve');
    await as('anna').settings.setVisibility(NAME, 'public');
    await world.standIn.seed.repo('eve/orders', { forkOf: NAME, visibility: 'public' });
    await as('eve').code.push('eve/orders', 'fix', { files: { 'jobs/orders.py': 'evil()\n' } });
    const number = await as('eve').talk.openPull(NAME, { title: 'Orders', head: 'eve/orders:fix' });
    const answer = await world.bot.graphql(
      `query($number: Int!) { repository(owner: "lake", name: "orders") { pullRequest(number: $number) { isCrossRepository headRepository { nameWithOwner } authorAssociation mergeable } } }`,
      { number },
    );
    expect(answer).toEqual({
      repository: {
        pullRequest: {
          isCrossRepository: true,
          headRepository: { nameWithOwner: 'eve/orders' },
          authorAssociation: 'NONE',
          mergeable: 'MERGEABLE',
        },
      },
    });
    const moved = await as('eve').code.push('eve/orders', 'fix', { files: { 'jobs/orders.py': 'evil(2)\n' } });
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...REPO, pull_number: number });
    expect(data.head.sha).toBe(moved);
  });

  it('answers all pages of its threads', async () => {
    const number = await openFix();
    for (let n = 0; n < 3; n += 1)
      await as('cleo').talk.review(NAME, number, { event: 'COMMENT', comments: [{ path: 'jobs/orders.py', line: 1, body: `Why ${n}?` }] });
    const query = `query($number: Int!, $after: String) { repository(owner: "lake", name: "orders") { pullRequest(number: $number) { reviewThreads(first: 2, after: $after) { nodes { id isResolved } pageInfo { hasNextPage endCursor } } } } }`;
    type Page = {
      repository: { pullRequest: { reviewThreads: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } };
    };
    const first: Page = await world.bot.graphql(query, { number });
    const { pageInfo } = first.repository.pullRequest.reviewThreads;
    const second: Page = await world.bot.graphql(query, { number, after: pageInfo.endCursor });
    const [third] = second.repository.pullRequest.reviewThreads.nodes;
    expect([pageInfo.hasNextPage, second.repository.pullRequest.reviewThreads.pageInfo.hasNextPage]).toEqual([true, false]);
    await world.bot.graphql(
      `mutation($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { isResolved resolvedBy { login } } } }`,
      { id: third?.id },
    );
    expect(
      world.standIn.seed
        .repository(NAME)
        .issues.get(number)
        ?.pull?.threads.map(({ resolvedBy }) => resolvedBy?.login),
    ).toEqual([undefined, undefined, 'autopilot[bot]']);
    await expect(world.bot.graphql(query.replace('first: 2', 'first: 101'), { number })).rejects.toThrow(
      'exceeds the `first` limit of 100 records',
    );
  });
});

describe('a repository', () => {
  it('answers under its old name with a redirect that leads to the new one', async () => {
    await as('anna').settings.rename(NAME, 'sales');
    const answer = await world.bot.request('GET /repos/{owner}/{repo}/branches/main', REPO);
    expect([answer.url, answer.data.name]).toEqual([
      `${world.standIn.url}/repositories/${world.standIn.seed.repository('lake/sales').id}/branches/main`,
      'main',
    ]);
    const plain = await fetch(`${world.standIn.url}/repos/lake/orders`, {
      redirect: 'manual',
      headers: { authorization: `token ${as('anna').token}` },
    });
    expect(plain.status).toBe(301);
    expect(await world.heard()).toContain('repository.renamed');
  });

  it('is read by anybody once it is public, and written by nobody without a name', async () => {
    const call = (method: string) =>
      fetch(`${world.standIn.url}/repos/lake/orders/labels`, { method, ...(method === 'POST' ? { body: '{"name":"x"}' } : {}) });
    expect((await call('GET')).status).toBe(404);
    await as('anna').settings.setVisibility(NAME, 'public');
    expect([(await call('GET')).status, (await call('POST')).status]).toEqual([200, 401]);
  });

  it('can only be read once it is archived', async () => {
    const number = await openFix();
    await as('anna').settings.archive(NAME);
    expect((await world.bot.request('GET /repos/{owner}/{repo}', REPO)).data.archived).toBe(true);
    const say = world.bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...REPO,
      issue_number: number,
      body: 'x',
    });
    expect(await refused(say)).toMatchObject({ status: 403, message: expect.stringContaining('archived') });
    await as('anna').settings.archive(NAME, false);
    expect(await world.heard()).toEqual(expect.arrayContaining(['repository.archived', 'repository.unarchived']));
  });

  it('is gone for the app when it is transferred or deleted', async () => {
    world.standIn.seed.org('elsewhere', { members: { anna: 'admin' } });
    await as('anna').settings.transfer(NAME, 'elsewhere');
    expect((await refused(world.bot.request('GET /repos/{owner}/{repo}', REPO))).status).toBe(404);
    await world.standIn.seed.repo('lake/short', {});
    await as('anna').settings.deleteRepository('lake/short');
    expect((await refused(world.bot.request('GET /repos/lake/short'))).status).toBe(404);
    expect(await world.heard()).toEqual(expect.arrayContaining(['installation_repositories.removed', 'repository.deleted']));
  });

  it('finds what is wrong in CODEOWNERS, and asks the owners of the last line that matches', async () => {
    const owners = '* @ben\n/jobs/ @lake/nobody\n!bad @ben\n/jobs/*.py @cleo\n';
    await as('anna').code.push(NAME, 'main', { files: { '.github/CODEOWNERS': owners } });
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/codeowners/errors', REPO);
    expect(data.errors.map(({ line, kind }) => [line, kind])).toEqual([
      [2, 'Unknown owner'],
      [3, 'Invalid pattern'],
    ]);
    const number = await openFix();
    await as('anna').settings.protect(NAME, 'main', { reviews: { count: 0, codeOwners: true } });
    await as('anna').talk.approve(NAME, number);
    const merge = world.bot.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...REPO, pull_number: number });
    expect((await refused(merge)).message).toContain('Waiting on code owner review from @cleo');
    await as('cleo').talk.approve(NAME, number);
    expect((await world.bot.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...REPO, pull_number: number })).status).toBe(
      200,
    );
  });
});

describe('an organisation', () => {
  it('tells who came and who left', async () => {
    await world.standIn.seed.team({ org: 'lake', slug: 'data', members: ['ben'], repositories: { [NAME]: 'maintain' } });
    as('anna').settings.setMembership('lake', 'rita', 'member');
    as('anna').settings.setMembership('lake', 'ben', undefined);
    expect(() => as('cleo').settings.setMembership('lake', 'ben', 'admin')).toThrow('no owner');
    expect((await world.heard()).slice(1)).toEqual(['organization.member_added', 'organization.member_removed']);
    const { data } = await world.bot.request('GET /orgs/{org}/teams/{team_slug}/members', { org: 'lake', team_slug: 'data' });
    expect(data).toEqual([]);
  });
});

describe('an app', () => {
  it('cannot push workflows unless it was allowed to', async () => {
    await world.close();
    const { workflows: _workflows, ...rest } = PERMISSIONS;
    world = await testWorld({ permissions: rest });
    const main = world.standIn.seed.repository(NAME).git.refs.get('refs/heads/main') ?? '';
    const put = (path: string) =>
      world.bot.request('PUT /repos/{owner}/{repo}/contents/{path}', { ...REPO, path, message: 'm', content: '' });
    expect((await refused(put('.github/workflows/ci.yml'))).status).toBe(403);
    expect(world.standIn.seed.repository(NAME).git.refs.get('refs/heads/main')).toBe(main);
    expect((await put('.github/other.yml')).status).toBe(201);
  });

  it('is made from a manifest, and its key opens the API', async () => {
    const code = as('anna').settings.submitManifest({
      name: 'Fresh Pilot',
      url: 'http://127.0.0.1/',
      hook_attributes: { url: 'http://127.0.0.1:9/hook' },
      default_permissions: { contents: 'read' },
      default_events: ['push'],
    });
    const answer = await world.bot.request('POST /app-manifests/{code}/conversions', { code });
    expect(answer.data).toMatchObject({
      slug: 'fresh-pilot',
      permissions: { contents: 'read' },
      pem: expect.stringContaining('BEGIN RSA PRIVATE KEY'),
    });
    expect((await refused(world.bot.request('POST /app-manifests/{code}/conversions', { code }))).status).toBe(404);
  });

  it('sees a box ticked in its own issue as an edit with the old text', async () => {
    const { data: issue } = await world.bot.request('POST /repos/{owner}/{repo}/issues', {
      ...REPO,
      title: 'Dashboard',
      body: '- [ ] orders',
    });
    await as('ben').talk.edit(NAME, issue.number, { body: '- [x] orders' });
    await world.standIn.deliveries.settled();
    expect(world.received.at(-1)).toMatchObject({
      event: 'issues',
      payload: { action: 'edited', changes: { body: { from: '- [ ] orders' } }, issue: { body: '- [x] orders' }, sender: { login: 'ben' } },
    });
  });

  it('marks its own comments, hides them, and hears buttons of its checks', async () => {
    const number = await openFix();
    const { data: comment } = await world.bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...REPO,
      issue_number: number,
      body: 'Old',
    });
    expect(comment.performed_via_github_app?.slug).toBe('autopilot');
    const hide = `mutation($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) { minimizedComment { isMinimized minimizedReason } } }`;
    expect(await world.bot.graphql(hide, { id: comment.node_id })).toEqual({
      minimizeComment: { minimizedComment: { isMinimized: true, minimizedReason: 'outdated' } },
    });
    const { data: run } = await world.bot.request('POST /repos/{owner}/{repo}/check-runs', {
      ...REPO,
      name: 'gate',
      head_sha: world.standIn.seed.repository(NAME).git.refs.get('refs/heads/fix') ?? '',
      status: 'in_progress',
    });
    await as('ben').settings.rerunCheck(NAME, Number(run.id));
    await as('ben').settings.clickCheckAction(NAME, Number(run.id), 'hold');
    expect((await world.heard()).slice(-3)).toEqual(['check_run.created', 'check_run.rerequested', 'check_run.requested_action']);
  });

  it('tells required checks from others, and which app set them', async () => {
    const number = await openFix();
    const head = world.standIn.seed.repository(NAME).git.refs.get('refs/heads/fix') ?? '';
    await as('anna').settings.protect(NAME, 'main', { checks: { required: [{ context: 'tests', appId: null }] } });
    await world.standIn.ci().run(NAME, head, { name: 'tests', conclusion: 'success' });
    await world.standIn.ci().status(NAME, head, { context: 'legacy', state: 'pending' });
    const answer = await world.bot.graphql(
      `query($number: Int!) { repository(owner: "lake", name: "orders") { pullRequest(number: $number) { commits(last: 1) { nodes { commit { statusCheckRollup { state contexts(first: 10) { nodes {
        __typename
        ... on CheckRun { name conclusion isRequired(pullRequestNumber: $number) checkSuite { app { databaseId } } }
        ... on StatusContext { context state isRequired(pullRequestNumber: $number) }
      } } } } } } } } }`,
      { number },
    );
    expect(answer).toMatchObject({
      repository: {
        pullRequest: {
          commits: {
            nodes: [
              {
                commit: {
                  statusCheckRollup: {
                    state: 'PENDING',
                    contexts: {
                      nodes: [
                        {
                          __typename: 'CheckRun',
                          name: 'tests',
                          conclusion: 'SUCCESS',
                          isRequired: true,
                          checkSuite: { app: { databaseId: 15_368 } },
                        },
                        { __typename: 'StatusContext', context: 'legacy', state: 'PENDING', isRequired: false },
                      ],
                    },
                  },
                },
              },
            ],
          },
        },
      },
    });
  });
});
