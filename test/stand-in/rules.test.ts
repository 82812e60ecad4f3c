import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_BYPASS, REPO, refused, type TestWorld, testWorld } from './world.js';

const NAME = 'lake/orders';
let world: TestWorld;
let number: number;
let sha: string;
beforeEach(async () => {
  world = await testWorld();
  sha = await world.standIn.as('ben').code.push(NAME, 'fix', { files: { 'jobs/orders.py': 'print(2)\n' } });
  number = await world.standIn.as('ben').talk.openPull(NAME, { title: 'Fix', head: 'fix' });
});
afterEach(async () => {
  expect(world.standIn.violations).toEqual([]);
  await world.close();
});

const as = (login: string) => world.standIn.as(login);

async function state(): Promise<readonly [unknown, unknown]> {
  const answer: { repository: { pullRequest: { mergeStateStatus: unknown; reviewDecision: unknown } } } = await world.bot.graphql(
    `query($number: Int!) { repository(owner: "lake", name: "orders") { pullRequest(number: $number) { mergeStateStatus reviewDecision } } }`,
    { number },
  );
  const { mergeStateStatus, reviewDecision } = answer.repository.pullRequest;
  return [mergeStateStatus, reviewDecision];
}

function merge(more: Record<string, unknown> = {}) {
  return world.bot.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...REPO, pull_number: number, ...more });
}

describe('the state of a merge', () => {
  it('is CLEAN without rules, and says APPROVED once somebody with write did', async () => {
    expect(await state()).toEqual(['CLEAN', null]);
    await as('cleo').talk.approve(NAME, number);
    expect(await state()).toEqual(['CLEAN', 'APPROVED']);
  });

  it('is UNKNOWN as often as the knob says', async () => {
    world.standIn.knobs.mergeableUnknown = 2;
    expect([await state(), await state(), await state()].map(([one]) => one)).toEqual(['UNKNOWN', 'UNKNOWN', 'CLEAN']);
  });

  it('is DIRTY when both sides changed a line, and DRAFT before that', async () => {
    await as('ben').talk.setDraft(NAME, number, true);
    expect((await state())[0]).toBe('DRAFT');
    expect(await refused(merge())).toMatchObject({ status: 405, message: expect.stringContaining('still a draft') });
    await as('ben').talk.setDraft(NAME, number, false);
    await as('cleo').code.push(NAME, 'main', { files: { 'jobs/orders.py': 'print(3)\n' } });
    expect((await state())[0]).toBe('DIRTY');
    expect((await refused(merge())).status).toBe(405);
  });

  it('is UNSTABLE while a check that nobody requires is red', async () => {
    await world.standIn.ci().run(NAME, sha, { name: 'lint', conclusion: 'failure' });
    expect((await state())[0]).toBe('UNSTABLE');
    await world.standIn.ci().run(NAME, sha, { name: 'lint', conclusion: 'success' });
    expect((await state())[0]).toBe('CLEAN');
  });

  it('is BLOCKED until the required check of the right app is green, and BEHIND when the base moved', async () => {
    await as('anna').settings.protect(NAME, 'main', { checks: { strict: true, required: [{ context: 'tests', appId: 15_368 }] } });
    await world.standIn.ci('somebody-else').run(NAME, sha, { name: 'tests', conclusion: 'success' });
    expect((await state())[0]).toBe('BLOCKED');
    expect(await refused(merge())).toMatchObject({
      status: 405,
      message: expect.stringContaining('Required status check "tests" is expected.'),
    });
    await world.standIn.ci().run(NAME, sha, { name: 'tests', conclusion: 'skipped' });
    expect((await state())[0]).toBe('CLEAN');
    await as('anna').code.push(NAME, 'main', { files: { 'README.md': '# New\n' } });
    expect((await state())[0]).toBe('BEHIND');
    await as('ben').talk.updateBranch(NAME, number);
    expect((await state())[0]).toBe('BLOCKED');
  });

  it('counts approvals, code owners, and drops them on a push', async () => {
    await as('anna').settings.protect(NAME, 'main', { reviews: { count: 1, codeOwners: true, dismissStale: true }, enforceAdmins: true });
    await as('cleo').talk.approve(NAME, number);
    expect(await state()).toEqual(['BLOCKED', 'REVIEW_REQUIRED']);
    await as('anna').code.push(NAME, 'other', { files: { 'x.py': '' } });
    await as('ben').talk.openPull(NAME, { title: 'Other', head: 'other' });
    await as('ben').code.push(NAME, 'fix', { files: { 'y.py': '' } });
    const { data: reviews } = await world.bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
      ...REPO,
      pull_number: number,
    });
    expect(reviews.map((review) => review.state)).toEqual(['DISMISSED']);
    expect(await world.heard()).toContain('pull_request_review.dismissed');
  });

  it('asks for resolved conversations and signed commits', async () => {
    await as('anna').settings.protect(NAME, 'main', { conversationResolution: true });
    await as('cleo').talk.review(NAME, number, { event: 'COMMENT', comments: [{ path: 'jobs/orders.py', line: 1, body: 'Why?' }] });
    expect((await state())[0]).toBe('BLOCKED');
    await as('cleo').talk.resolveThreads(NAME, number);
    expect((await state())[0]).toBe('CLEAN');
    await as('anna').settings.protect(NAME, 'main', { signatures: true });
    expect((await state())[0]).toBe('BLOCKED');
  });

  it('obeys rulesets, ignores those that only evaluate, and a rule of the future when the knob says so', async () => {
    const rules = [
      {
        type: 'required_status_checks',
        parameters: { strict_required_status_checks_policy: false, required_status_checks: [{ context: 'tests' }] },
      },
    ];
    await as('anna').settings.setRuleset(NAME, { name: 'Quality', enforcement: 'evaluate', rules });
    expect((await state())[0]).toBe('CLEAN');
    await as('anna').settings.setRuleset(NAME, { name: 'Quality', rules });
    expect((await state())[0]).toBe('BLOCKED');
    expect((await refused(merge())).message).toContain('Repository rule violations found');
    await as('anna').settings.setRuleset(NAME, { name: 'Quality', rules: [{ type: 'unattributed_changes', parameters: { level: 3 } }] });
    expect((await state())[0]).toBe('CLEAN');
    world.standIn.knobs.unmetRules.add('unattributed_changes');
    expect((await state())[0]).toBe('BLOCKED');
  });

  it('lets a bypass actor merge what is BLOCKED for everybody', async () => {
    const { app } = world.standIn.seed.app({ slug: 'x' }) && { app: world.standIn.world.botOf('autopilot') };
    const rules = [{ type: 'required_signatures' }];
    await as('anna').settings.setRuleset(NAME, {
      name: 'Signed',
      rules,
      bypass: [{ actorId: app?.id ?? 0, actorType: 'Integration', mode: 'always' }],
    });
    expect((await state())[0]).toBe('BLOCKED');
    expect((await merge()).data.merged).toBe(true);
  });
});

describe('a merge', () => {
  it('is refused with 409 when the head is another', async () => {
    const moved = await as('ben').code.push(NAME, 'fix', { files: { 'z.py': '' } });
    expect(await refused(merge({ sha }))).toMatchObject({ status: 409, message: expect.stringContaining('Head branch was modified') });
    expect((await merge({ sha: moved })).data.merged).toBe(true);
  });

  it('offers only the methods the repository allows', async () => {
    await as('anna').settings.setMerging(NAME, { squash: false });
    expect((await refused(merge({ merge_method: 'squash' }))).message).toContain('Squash merges are not allowed');
  });

  it('rebases commit by commit onto a base that moved, keeping the authors', async () => {
    await as('ben').code.push(NAME, 'fix', { files: { 'z.py': 'z\n' }, message: 'Second' });
    await as('cleo').code.push(NAME, 'main', { files: { 'README.md': '# Moved\n' } });
    await merge({ merge_method: 'rebase' });
    const { data: commits } = await world.bot.request('GET /repos/{owner}/{repo}/commits', REPO);
    expect(commits.map(({ commit, parents }) => [commit.message, commit.author?.name, parents.length])).toEqual([
      ['Second', 'ben', 1],
      ['Change files', 'ben', 1],
      ['Change files', 'cleo', 1],
      ['First files', 'lake', 0],
    ]);
    const { data: files } = await world.bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', {
      ...REPO,
      pull_number: number,
    });
    expect(files.map(({ filename }) => filename)).toEqual(['jobs/orders.py', 'z.py']);
  });

  it('goes through the queue where one is asked for', async () => {
    await as('anna').settings.setRuleset(NAME, { name: 'Queue', rules: [{ type: 'merge_queue' }] });
    expect((await refused(merge())).status).toBe(405);
    const { node }: { node: string } = { node: world.standIn.seed.repository(NAME).issues.get(number)?.pull?.nodeId ?? '' };
    const enqueue = `mutation($id: ID!, $head: GitObjectID) { enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) { mergeQueueEntry { state } } }`;
    await expect(world.bot.graphql(enqueue, { id: node, head: '1'.repeat(40) })).rejects.toThrow('Head branch was modified');
    expect(await world.bot.graphql(enqueue, { id: node, head: sha })).toEqual({
      enqueuePullRequest: { mergeQueueEntry: { state: 'QUEUED' } },
    });
    expect(await world.standIn.runMergeQueue(NAME, 'main')).toBe(number);
    expect(await world.heard()).toEqual(expect.arrayContaining(['pull_request.enqueued', 'pull_request.closed', 'pull_request.dequeued']));
  });
});

describe('a push by the app', () => {
  const push = async () => {
    const { data: tree } = await world.bot.request('POST /repos/{owner}/{repo}/git/trees', {
      ...REPO,
      base_tree: sha,
      tree: [{ path: 'a', mode: '100644', type: 'blob', content: 'a' }],
    });
    const main = world.standIn.seed.repository(NAME).git.refs.get('refs/heads/main') ?? '';
    const { data: commit } = await world.bot.request('POST /repos/{owner}/{repo}/git/commits', {
      ...REPO,
      message: 'Straight',
      tree: tree.sha,
      parents: [main],
    });
    return world.bot.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ...REPO, ref: 'heads/main', sha: commit.sha });
  };

  it.each([
    ['a pull request is required', { reviews: { count: 0 } }, 'Changes must be made through a pull request.'],
    ['only some may push', { restrictions: { users: [], teams: [], apps: [] } }, "You're not authorized to push to this branch."],
    ['the branch is locked', { lockBranch: true }, 'Cannot change this locked branch'],
    ['a check is required', { checks: { required: [{ context: 'tests', appId: null }] } }, 'Required status check "tests" is expected.'],
  ])('is refused where %s', async (_why, protection, message) => {
    await as('anna').settings.protect(NAME, 'main', protection);
    expect(await refused(push())).toMatchObject({ status: 422, message: expect.stringContaining(message) });
  });

  it('passes where the app is named', async () => {
    await as('anna').settings.protect(NAME, 'main', {
      restrictions: { users: [], teams: [], apps: ['autopilot'] },
      reviews: { bypass: { ...NO_BYPASS, apps: ['autopilot'] } },
    });
    expect((await push()).status).toBe(200);
  });

  it('does not go backwards without force, nor with force where that is forbidden', async () => {
    const back = { ...REPO, ref: 'heads/fix', sha: world.standIn.seed.repository(NAME).git.refs.get('refs/heads/main') ?? '' };
    const other = await as('ben').code.push(NAME, 'side', { files: { b: 'b' } });
    expect(await refused(world.bot.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ...back, sha: other }))).toMatchObject({
      status: 422,
      message: expect.stringContaining('Update is not a fast forward'),
    });
    await as('anna').settings.setRuleset(NAME, {
      name: 'Straight',
      include: ['refs/heads/fix'],
      rules: [{ type: 'non_fast_forward' }, { type: 'deletion' }],
    });
    expect(
      (await refused(world.bot.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ...back, sha: other, force: true }))).message,
    ).toContain('Cannot force-push');
    expect(
      (await refused(world.bot.request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ...REPO, ref: 'heads/fix' }))).message,
    ).toContain('Cannot delete');
  });
});
