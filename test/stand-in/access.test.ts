import { Octokit } from '@octokit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PERMISSIONS, REPO, refused, type TestWorld, testWorld } from './world.js';

let world: TestWorld;
beforeEach(async () => {
  world = await testWorld();
});
afterEach(async () => {
  expect(world.standIn.violations).toEqual([]);
  await world.close();
});

async function tokenFor(body: Record<string, unknown>): Promise<Octokit> {
  const answer = await world.app.request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: world.installationId,
    ...body,
  });
  return new Octokit({ baseUrl: world.standIn.url, auth: answer.data.token, log: quiet });
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe('who may do what', () => {
  it('narrows a token to repositories and permissions, and says which permission is missing', async () => {
    await world.standIn.seed.repo('lake/other', { files: { a: 'a' } });
    const narrow = await tokenFor({ repositories: ['orders'], permissions: { contents: 'read' } });
    const { data } = await narrow.request('GET /installation/repositories');
    expect(data.repositories.map(({ name }) => name)).toEqual(['orders']);
    expect((await refused(narrow.request('GET /repos/lake/other'))).status).toBe(404);
    const error: unknown = await narrow
      .request('POST /repos/{owner}/{repo}/git/blobs', { ...REPO, content: 'x' })
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ status: 403, response: { headers: { 'x-accepted-github-permissions': 'contents=write' } } });
    await expect(tokenFor({ permissions: { secrets: 'write' } })).rejects.toMatchObject({ status: 422 });
  });

  it('answers 401 once the hour of a token is over, and 403 while the installation is suspended', async () => {
    const token = await tokenFor({});
    expect((await token.request('GET /repos/{owner}/{repo}', REPO)).status).toBe(200);
    world.standIn.as('anna').settings.suspendInstallation('autopilot', 'lake');
    expect(await refused(token.request('GET /repos/{owner}/{repo}', REPO))).toMatchObject({
      status: 403,
      message: expect.stringContaining('suspended'),
    });
    await expect(tokenFor({})).rejects.toMatchObject({ status: 403 });
    world.standIn.as('anna').settings.unsuspendInstallation('autopilot', 'lake');
    expect((await token.request('GET /repos/{owner}/{repo}', REPO)).status).toBe(200);
    world.standIn.tokens.expireAll();
    expect((await refused(token.request('GET /repos/{owner}/{repo}', REPO))).status).toBe(401);
    expect(await world.heard()).toEqual(['installation.created', 'installation.suspend', 'installation.unsuspend']);
  });

  it.each([
    ['nobody, who does not learn that it is there', undefined, 404],
    ['a token that never was', 'ghs_nonsense', 401],
    ['a JWT signed by somebody else', 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2ln', 401],
  ])('refuses %s', async (_who, auth, status) => {
    const stranger = new Octokit({ baseUrl: world.standIn.url, log: quiet, ...(auth === undefined ? {} : { auth }) });
    expect((await refused(stranger.request('GET /repos/{owner}/{repo}', REPO))).status).toBe(status);
  });

  it('refuses a query of a token that never was, which breaks no description', async () => {
    const stranger = new Octokit({ baseUrl: world.standIn.url, log: quiet, auth: 'ghs_nonsense' });
    expect((await refused(stranger.request('POST /graphql', { query: '{ viewer { login } }' }))).status).toBe(401);
    expect(world.standIn.violations).toEqual([]);
  });

  it('leaves nothing of an installation that is gone', async () => {
    const token = await tokenFor({});
    world.standIn.as('anna').settings.uninstall('autopilot', 'lake');
    expect((await refused(token.request('GET /repos/{owner}/{repo}', REPO))).status).toBe(401);
  });

  it('hides statusCheckRollup from an app without checks, and GraphQL names the path', async () => {
    await world.close();
    const { checks: _checks, statuses: _statuses, ...rest } = PERMISSIONS;
    world = await testWorld({ permissions: rest });
    const answer: unknown = await world.bot
      .graphql(
        '{ repository(owner: "lake", name: "orders") { defaultBranchRef { target { ... on Commit { oid statusCheckRollup { state } } } } } }',
      )
      .catch((caught: unknown) => caught);
    expect(answer).toMatchObject({
      errors: [{ type: 'FORBIDDEN', path: ['repository', 'defaultBranchRef', 'target', 'statusCheckRollup'] }],
    });
  });

  it('refuses a person what their role does not allow', async () => {
    await world.standIn.as('anna').settings.setVisibility('lake/orders', 'public');
    const number = await world.standIn.as('rita').talk.openIssue('lake/orders', 'Hello');
    await expect(world.standIn.as('rita').talk.label('lake/orders', number, 'bug')).rejects.toMatchObject({ status: 403 });
  });

  it('tells the role, and the older word for it', async () => {
    const { data } = await world.bot.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
      ...REPO,
      username: 'cleo',
    });
    expect([data.permission, data.role_name]).toEqual(['write', 'maintain']);
  });

  it('answers the same under the prefix of an Enterprise server', async () => {
    const { token } = await (await tokenFor({}))
      .auth()
      .then((auth) => (typeof auth === 'object' && auth !== null && 'token' in auth ? { token: String(auth.token) } : { token: '' }));
    const enterprise = new Octokit({ baseUrl: `${world.standIn.url}/api/v3`, auth: token, log: quiet });
    expect((await enterprise.request('GET /repos/{owner}/{repo}', REPO)).data.full_name).toBe('lake/orders');
    const answer = await fetch(`${world.standIn.url}/api/graphql`, {
      method: 'POST',
      headers: { authorization: `bearer ${token}` },
      body: JSON.stringify({ query: '{ viewer { login } }' }),
    });
    expect(await answer.json()).toEqual({ data: { viewer: { login: 'autopilot[bot]' } } });
  });
});

describe('the judges', () => {
  const takeViolations = () => {
    const kept = [...world.standIn.violations];
    world.standIn.forgetViolations();
    return kept;
  };

  it('answer 500 to a field that GitHub does not declare, and carry nothing out', async () => {
    const call = world.bot.request('POST /repos/{owner}/{repo}/issues', { ...REPO, title: 'x', bodyy: 'y' });
    expect((await refused(call)).status).toBe(500);
    expect(takeViolations()).toMatchObject([
      { where: 'request POST /repos/lake/orders/issues', messages: [expect.stringContaining('bodyy')] },
    ]);
    expect(world.standIn.seed.repository('lake/orders').issues.size).toBe(0);
  });

  it('note an address nobody serves and a document that breaks the schema', async () => {
    expect((await refused(world.bot.request('GET /repos/lake/orders/nonsense'))).status).toBe(404);
    await expect(world.bot.graphql('{ repository(owner: "lake", name: "orders") { nonsense } }')).rejects.toThrow('Cannot query field');
    expect(takeViolations().map(({ where }) => where)).toEqual(['request GET /repos/lake/orders/nonsense', 'POST /graphql']);
  });

  it('only note what they mind in the mode for demonstrations', async () => {
    await world.close();
    world = await testWorld({ mode: 'warn' });
    const call = await world.bot.request('POST /repos/{owner}/{repo}/issues', { ...REPO, title: 'x', bodyy: 'y' });
    expect([call.status, takeViolations().length]).toEqual([201, 1]);
  });
});

describe('reading again', () => {
  it('answers 304 to a known ETag, which costs nothing of the hour', async () => {
    const first = await world.bot.request('GET /repos/{owner}/{repo}', REPO);
    const error: unknown = await world.bot
      .request('GET /repos/{owner}/{repo}', { ...REPO, headers: { 'if-none-match': String(first.headers.etag) } })
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ status: 304, response: { headers: { 'x-ratelimit-used': first.headers['x-ratelimit-used'] } } });
    await world.standIn.as('ben').talk.openIssue('lake/orders', 'Now it changed');
    expect(
      (await world.bot.request('GET /repos/{owner}/{repo}', { ...REPO, headers: { 'if-none-match': String(first.headers.etag) } })).status,
    ).toBe(200);
  });

  it('gives long lists in pages with links between them', async () => {
    for (let n = 0; n < 5; n += 1) await world.standIn.as('ben').talk.openIssue('lake/orders', `Issue ${n}`);
    const page = await world.bot.request('GET /repos/{owner}/{repo}/issues', { ...REPO, per_page: 2, page: 2 });
    expect(page.data.map(({ number }) => number)).toEqual([3, 2]);
    expect(page.headers.link).toMatch(/page=1>; rel="prev".*page=3>; rel="next".*page=3>; rel="last".*page=1>; rel="first"/);
  });
});

describe('limits', () => {
  it('uses up the hour, and says so in the headers', async () => {
    world.standIn.knobs.requestsPerHour = 2;
    world.standIn.knobs.enforcePrimaryLimit = true;
    const token = await tokenFor({});
    await token.request('GET /repos/{owner}/{repo}', REPO);
    expect((await token.request('GET /repos/{owner}/{repo}', REPO)).headers['x-ratelimit-remaining']).toBe('0');
    expect(await refused(token.request('GET /repos/{owner}/{repo}', REPO))).toMatchObject({
      status: 403,
      message: expect.stringContaining('API rate limit exceeded'),
    });
  });

  it('stops content after eighty in a minute', async () => {
    const number = await world.standIn.as('ben').talk.openIssue('lake/orders', 'Talk');
    world.standIn.knobs.contentLimit = true;
    const say = () =>
      world.bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...REPO, issue_number: number, body: 'x' });
    for (let n = 0; n < 80; n += 1) await say();
    const error: unknown = await say().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ status: 403, response: { headers: { 'retry-after': expect.stringMatching(/^\d+$/) } } });
  });

  it('refuses a body that is too long', async () => {
    const number = await world.standIn.as('ben').talk.openIssue('lake/orders', 'Talk');
    const body = 'x'.repeat(65_537);
    expect(
      (
        await refused(
          world.bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...REPO, issue_number: number, body }),
        )
      ).status,
    ).toBe(422);
  });
});
