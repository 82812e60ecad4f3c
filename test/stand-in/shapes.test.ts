import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPO, type TestWorld, testWorld } from './world.js';

/** Everything here is judged by GitHub's own description: a field that is wrong or missing answers 500. */
let world: TestWorld;
let ids: {
  readonly pull: number;
  readonly sha: string;
  readonly run: number;
  readonly comment: number;
  readonly issue: number;
  readonly inline: number;
  readonly review: number;
  readonly suite: number;
};

beforeAll(async () => {
  world = await testWorld();
  const { standIn, bot } = world;
  standIn.seed.team({ org: 'lake', slug: 'data', members: ['ben'], repositories: { 'lake/orders': 'write' } });
  const [anna, ben, cleo] = ['anna', 'ben', 'cleo'].map((login) => standIn.as(login));
  if (anna === undefined || ben === undefined || cleo === undefined) throw new Error('Nobody there.');
  await anna.settings.protect('lake/orders', 'main', {
    checks: { strict: true, required: [{ context: 'tests', appId: 15_368 }] },
    reviews: { count: 1, codeOwners: true, dismissStale: true },
    conversationResolution: true,
    restrictions: { users: ['anna'], teams: ['data'], apps: ['autopilot'] },
  });
  await anna.settings.protect('lake/orders', 'main', { checks: { required: [{ context: 'tests', appId: 15_368 }] }, reviews: {} });
  const ruleset = { name: 'Quality', rules: [{ type: 'non_fast_forward' }, { type: 'deletion' }] };
  await anna.settings.setRuleset('lake/orders', ruleset);
  await anna.settings.setRuleset('lake/orders', ruleset);
  await anna.settings.setRole('lake/orders', 'rita', 'triage');
  const sha = await ben.code.push('lake/orders', 'fix', {
    files: { 'jobs/orders.py': 'print(2)\n', 'docs/notes.md': 'notes\n' },
    signed: true,
  });
  const pull = await ben.talk.openPull('lake/orders', { title: 'Fix', head: 'fix', body: 'Please' });
  await cleo.talk.label('lake/orders', pull, 'bug', 'later');
  await cleo.talk.unlabel('lake/orders', pull, 'later');
  const comment = await cleo.talk.comment('lake/orders', pull, 'Hm');
  await cleo.talk.editComment('lake/orders', comment, 'Hm?');
  await cleo.talk.react('lake/orders', comment, 'eyes');
  const review = await cleo.talk.review('lake/orders', pull, {
    event: 'REQUEST_CHANGES',
    body: 'No',
    comments: [{ path: 'jobs/orders.py', line: 1, body: 'Why 2?' }],
  });
  await cleo.talk.editReview('lake/orders', pull, review, 'No, please');
  const { data: inlines } = await bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', { ...REPO, pull_number: pull });
  const inline = Number(inlines[0]?.id);
  await ben.talk.reply('lake/orders', inline, 'Because');
  await cleo.talk.editReviewComment('lake/orders', inline, 'Why two?');
  await cleo.talk.resolveThreads('lake/orders', pull);
  await cleo.talk.resolveThreads('lake/orders', pull, undefined, false);
  await cleo.talk.dismissReview('lake/orders', pull, review, 'Fine now');
  await cleo.talk.requestReview('lake/orders', pull, { users: ['anna'], teams: ['data'] });
  await cleo.talk.removeReview('lake/orders', pull, { users: ['anna'] });
  await ben.talk.setDraft('lake/orders', pull, true);
  await ben.talk.setDraft('lake/orders', pull, false);
  await ben.talk.edit('lake/orders', pull, { title: 'Fix it', body: 'Pretty please' });
  await ben.talk.close('lake/orders', pull);
  await ben.talk.reopen('lake/orders', pull);
  const run = await standIn.ci().run('lake/orders', sha, { name: 'tests', status: 'in_progress', title: 'Tests', summary: 'running' });
  await standIn.ci().update('lake/orders', run, { conclusion: 'success' });
  await standIn.ci().status('lake/orders', sha, { state: 'success', context: 'legacy', description: 'ok' });
  const issue = await rita().talk.openIssue('lake/orders', 'Question', 'How?');
  await anna.talk.edit('lake/orders', issue, { body: 'How so?' });
  await anna.talk.label('lake/orders', issue, 'bug');
  await anna.talk.unlabel('lake/orders', issue, 'bug');
  await anna.talk.close('lake/orders', issue);
  await anna.talk.reopen('lake/orders', issue);
  const { data: suites } = await bot.request('GET /repos/{owner}/{repo}/commits/{ref}/check-suites', { ...REPO, ref: 'fix' });
  ids = { pull, sha, run, comment, issue, inline, review, suite: Number(suites.check_suites[0]?.id) };
});
afterAll(() => world.close());

function rita() {
  return world.standIn.as('rita');
}

const READS = [
  '',
  '/git/ref/heads/fix',
  '/git/matching-refs/heads/',
  '/git/commits/{sha}',
  '/git/trees/fix?recursive=1',
  '/git/trees/{sha}',
  '/contents/jobs/orders.py',
  '/contents/jobs?ref=fix',
  '/contents/',
  '/commits',
  '/commits?path=jobs/orders.py&sha=fix',
  '/commits/fix',
  '/commits/{sha}/pulls',
  '/commits/{sha}/check-runs',
  '/commits/{sha}/check-suites',
  '/commits/{sha}/status',
  '/commits/{sha}/statuses',
  '/compare/main...fix',
  '/branches',
  '/branches/main',
  '/branches/main/protection',
  '/branches/main/protection/required_status_checks',
  '/branches/main/protection/required_pull_request_reviews',
  '/rules/branches/main',
  '/rulesets',
  '/pulls',
  '/pulls?state=all&head=lake:fix&base=main',
  '/pulls/{pull}',
  '/pulls/{pull}/files',
  '/pulls/{pull}/commits',
  '/pulls/{pull}/reviews',
  '/pulls/{pull}/reviews/{review}',
  '/pulls/{pull}/comments',
  '/pulls/{pull}/requested_reviewers',
  '/pulls/comments/{inline}',
  '/issues?state=all',
  '/issues/{issue}',
  '/issues/{pull}',
  '/issues/{pull}/comments',
  '/issues/{pull}/labels',
  '/issues/{pull}/timeline',
  '/issues/{pull}/reactions',
  '/issues/comments',
  '/issues/comments/{comment}',
  '/issues/comments/{comment}/reactions',
  '/labels',
  '/labels/bug',
  '/check-runs/{run}',
  '/check-runs/{run}/annotations',
  '/check-suites/{suite}',
  '/check-suites/{suite}/check-runs',
  '/collaborators',
  '/collaborators/ben/permission',
  '/codeowners/errors',
  '/teams',
  '/properties/values',
  '/topics',
];

describe('what the installation reads keeps the shape GitHub describes', () => {
  it.each(READS)('GET /repos/lake/orders%s', async (template) => {
    const path = template.replace(/\{(\w+)\}/g, (_all, name: string) => String(Object.entries(ids).find(([key]) => key === name)?.[1]));
    const { status, data } = await world.bot.request(`GET /repos/lake/orders${path}`);
    expect({ status, isEmpty: JSON.stringify(data) === '{}' }).toEqual({ status: 200, isEmpty: false });
  });

  it.each([
    '/installation/repositories',
    '/orgs/lake',
    '/orgs/lake/members',
    '/orgs/lake/memberships/ben',
    '/orgs/lake/teams',
    '/orgs/lake/teams/data',
    '/orgs/lake/teams/data/members',
    '/orgs/lake/teams/data/memberships/ben',
    '/orgs/lake/properties/values',
    '/users/ben',
    '/users/autopilot%5Bbot%5D',
    '/rate_limit',
  ])('GET %s', async (path) => {
    expect((await world.bot.request(`GET ${path}`)).status).toBe(200);
  });

  it.each([
    '/app',
    '/app/installations',
    '/app/hook/config',
    '/app/hook/deliveries',
    '/repos/lake/orders/installation',
    '/orgs/lake/installation',
  ])('as the app: GET %s', async (path) => {
    await world.standIn.deliveries.settled();
    expect((await world.app.request(`GET ${path}`)).status).toBe(200);
  });
});

const WRITES: readonly (readonly [string, Record<string, unknown>, number])[] = [
  ['POST /git/blobs', { content: 'eA==', encoding: 'base64' }, 201],
  ['PUT /contents/docs/more.md', { message: 'More', content: 'bW9yZQo=', branch: 'fix' }, 201],
  ['POST /labels', { name: 'new', color: 'ff0000', description: 'fresh' }, 201],
  ['PUT /issues/{pull}/labels', { labels: ['new'] }, 200],
  ['DELETE /issues/{pull}/labels/new', {}, 200],
  ['POST /issues', { title: 'Dashboard', body: '- [ ] one', labels: ['bug'] }, 201],
  ['PATCH /issues/{issue}', { title: 'Question?', state: 'closed', state_reason: 'not_planned' }, 200],
  ['PATCH /issues/comments/{comment}', { body: 'Changed' }, 200],
  ['POST /issues/comments/{comment}/reactions', { content: 'rocket' }, 201],
  ['POST /issues/{pull}/reactions', { content: '+1' }, 201],
  [
    'POST /check-runs',
    {
      name: 'gate',
      head_sha: '{sha}',
      status: 'in_progress',
      output: {
        title: 'Gate',
        summary: 's',
        annotations: [{ path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' }],
      },
    },
    201,
  ],
  ['POST /statuses/{sha}', { state: 'pending', context: 'autopilot' }, 201],
  ['PATCH /pulls/{pull}', { body: 'Better words' }, 200],
  ['POST /pulls/{pull}/reviews', { event: 'COMMENT', body: 'Seen', comments: [{ path: 'jobs/orders.py', line: 1, body: 'here' }] }, 200],
  ['POST /pulls/{pull}/comments/{inline}/replies', { body: 'Indeed' }, 201],
  ['PATCH /pulls/comments/{inline}', { body: 'Reworded' }, 200],
  ['POST /pulls/comments/{inline}/reactions', { content: 'heart' }, 201],
  ['POST /pulls/{pull}/requested_reviewers', { team_reviewers: ['data'], reviewers: ['anna'] }, 201],
  ['DELETE /pulls/{pull}/requested_reviewers', { reviewers: ['anna'], team_reviewers: ['data'] }, 200],
  ['DELETE /issues/comments/{comment}', {}, 204],
];

describe('what the installation writes keeps the shape GitHub describes', () => {
  it.each(WRITES)('%s', async (template, body, status) => {
    const filled = (text: string): string =>
      text.replace(/\{(\w+)\}/g, (_all, name: string) => String(Object.entries(ids).find(([key]) => key === name)?.[1]));
    const [method, path = ''] = filled(template).split(' ');
    const answer = await world.bot.request(`${method} /repos/lake/orders${path}`, JSON.parse(filled(JSON.stringify(body))));
    expect(answer.status).toBe(status);
  });

  it('every webhook on the way, too', async () => {
    await world.heard();
    expect(world.standIn.violations).toEqual([]);
  });
});
