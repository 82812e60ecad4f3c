/** Proposals on the stand-in GitHub, which judges every call by GitHub's own description. */
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GateReport } from '../../../src/core/pull-request.js';
import type { MergeWords } from '../../../src/ports.js';
import type { Effect } from '../../../src/stand-in/faults.js';
import { AT, BRANCH, FOLDER, LAKE, type Lake, openLake, planOf, propose } from './lake.js';

let lake: Lake;
beforeEach(async () => {
  lake = await openLake();
});
afterEach(async () => {
  expect(lake.standIn.violations).toEqual([]);
  await lake.close();
});

const WORDS: MergeWords = { title: 'Make gold.orders observable (#1)', message: 'By its policy.', method: 'squash', at: AT };
const pullAt = (number: number) => {
  const issue = lake.standIn.seed.repository(LAKE).issues.get(number);
  if (!issue?.pull) throw new Error(`there is no pull request ${number}`);
  return { ...issue, pull: issue.pull };
};
const mainHead = () => lake.forge.head('main');

describe('submit', () => {
  test('a proposal is six writes, and one more for the label of a new repository', async () => {
    const { answer, operations } = await lake.during(() => propose(lake));
    expect(operations).toEqual([
      'create-tree',
      'create-commit',
      'create-ref',
      'open-pull-request',
      'create-label',
      'add-labels',
      'request-reviewers',
    ]);
    const pull = pullAt(answer.number);
    expect([pull.author.login, [...pull.labels], [...pull.pull.requestedTeams]]).toEqual(['autopilot[bot]', ['autopilot'], ['data']]);
    const next = await lake.during(() => propose(lake, planOf({ branch: 'autopilot/gold/late', title: 'Late' })));
    expect(next.operations).toHaveLength(6);
  });

  test('said again, with or without its number, nothing is sent', async () => {
    const { number } = await propose(lake);
    const again = await lake.during(() => lake.pulls.submit(planOf(), undefined));
    expect(again).toMatchObject({ answer: { number, notified: ['@acme/data'] }, operations: [] });
    expect((await lake.during(() => lake.pulls.submit(planOf(), number))).operations).toEqual([]);
  });

  test('new words are brought, and only they; nobody is asked a second time', async () => {
    const { number } = await propose(lake);
    await lake.standIn.as('ben').talk.approve(LAKE, number);
    const { operations } = await lake.during(() => lake.pulls.submit(planOf({ body: 'Other words.' }), number));
    expect(operations).toEqual(['update-pull-request']);
    expect(pullAt(number).body).toBe('Other words.');
  });

  test('words that somebody changed are put back', async () => {
    const { number } = await propose(lake);
    await lake.standIn.as('ben').talk.edit(LAKE, number, { title: 'Harmless', body: 'nothing' });
    await lake.pulls.submit(planOf(), number);
    expect([pullAt(number).title, pullAt(number).body]).toEqual([planOf().title, planOf().body]);
  });

  test('whoever is unknown is left out, and the rest is asked', async () => {
    const plan = planOf({ reviewers: ['@acme/nobody', 'ben', 'mail@example.com', '@other/data', '@acme/data', 'zoe'] });
    const { number } = await propose(lake, plan);
    const pull = pullAt(number).pull;
    expect([[...pull.requestedUsers].map(({ login }) => login), [...pull.requestedTeams]]).toEqual([['ben'], ['data']]);
    expect((await lake.pulls.submit(plan, number)).notified).toEqual(['ben', '@acme/data']);
  });

  test('a token in the body does not leave', async () => {
    const { number } = await propose(lake, planOf({ body: `curl -H ghs_${'a1'.repeat(18)}` }));
    expect(pullAt(number).body).toBe('curl -H [redacted]');
    expect((await lake.during(() => lake.pulls.submit(planOf({ body: `curl -H ghs_${'a1'.repeat(18)}` }), number))).operations).toEqual([]);
  });

  test.each([
    ['as planned', planOf()],
    ['without a token', planOf({ title: `Read ghp_${'Z9'.repeat(18)}`, body: `curl -H ghs_${'a1'.repeat(18)}` })],
    ['cut', planOf({ title: 'long '.repeat(60), body: 'words '.repeat(10_000) })],
  ])('it answers the very words that a reader sees: %s', async (_what, plan) => {
    const { number, words } = await propose(lake, plan);
    const shown = pullAt(number);
    expect(words).toEqual({ title: shown.title, body: shown.body });
    await lake.standIn.as('ben').talk.edit(LAKE, number, { title: 'Harmless', body: 'nothing' });
    expect((await lake.pulls.submit(plan, number)).words).toEqual(words);
    expect([pullAt(number).title, pullAt(number).body]).toEqual([words?.title, words?.body]);
  });

  test('a pull request that somebody else opened from our branch is not ours', async () => {
    const base = (await mainHead()) ?? '';
    const { sha } = await lake.forge.commit(base, planOf().files, 'x\n', AT);
    await lake.forge.point(BRANCH, sha, undefined);
    const number = await lake.standIn.as('ben').talk.openPull(LAKE, { title: 'Mine', head: BRANCH });
    await expect(lake.pulls.submit(planOf(), undefined)).rejects.toThrow(/already exists/);
    await expect(lake.pulls.submit(planOf(), number)).rejects.toThrow(/is not a pull request of this App/);
    await expect(lake.pulls.close(BRANCH, number, 'x')).rejects.toThrow(/is not a pull request of this App/);
  });

  test('one that was closed is not opened again against that decision', async () => {
    const { number } = await propose(lake);
    await lake.standIn.as('ben').talk.close(LAKE, number);
    await expect(lake.pulls.submit(planOf(), number)).rejects.toThrow(/is closed/);
  });

  test('two workers at once open one', async () => {
    const base = (await mainHead()) ?? '';
    const { sha } = await lake.forge.commit(base, planOf().files, 'x\n', AT);
    await lake.forge.point(BRANCH, sha, undefined);
    const other = lake.again({}).github.pullRequests(lake.row);
    const [one, two] = await Promise.all([lake.pulls.submit(planOf(), undefined), other.submit(planOf(), undefined)]);
    expect(one.number).toBe(two.number);
    expect([...lake.standIn.seed.repository(LAKE).issues.keys()]).toHaveLength(1);
  });
});

describe('merge', () => {
  const merge = (head: string, number: number, words = WORDS) =>
    lake.pulls.merge({ branch: BRANCH, number, baseSha: '', baseBranch: 'main' }, head, words);

  test('lands at the head that was judged, in our words', async () => {
    const { head, number } = await propose(lake);
    const { answer, operations } = await lake.during(() => merge(head, number));
    expect(operations).toEqual(['merge']);
    expect(answer).toEqual({ kind: 'landed', sha: await mainHead() });
    expect(
      execFileSync('git', ['-C', lake.standIn.seed.repository(LAKE).git.directory, 'log', '-1', '--format=%s|%b', 'main'], {
        encoding: 'utf8',
      }),
    ).toBe(`${WORDS.title}|${WORDS.message}\n`);
    expect(await lake.forge.readFolder((await mainHead()) ?? '', FOLDER)).toEqual(planOf().files);
  });

  test('said again after it landed, it has landed', async () => {
    const { head, number } = await propose(lake);
    const first = await merge(head, number);
    expect(await lake.during(() => merge(head, number))).toEqual({ answer: first, operations: [] });
  });

  test.each<readonly [string, (head: string, number: number) => Promise<unknown>, object]>([
    ['a head that moved', () => lake.standIn.as('ben').code.push(LAKE, BRANCH, { files: { 'x.txt': 'x' } }), { kind: 'head-moved' }],
    [
      'a pull request that was closed',
      (_, number) => lake.standIn.as('ben').talk.close(LAKE, number),
      { kind: 'stopped', because: 'it was closed' },
    ],
    [
      'another base',
      async (_, number) => {
        await lake.standIn.as('ben').code.createBranch(LAKE, 'next');
        await lake.standIn.as('ben').talk.retarget(LAKE, number, 'next');
      },
      { kind: 'stopped', because: 'it merges into next now, not into main' },
    ],
    ['a draft', (_, number) => lake.standIn.as('ben').talk.setDraft(LAKE, number, true), { kind: 'refused' }],
    [
      'a conflict',
      () => lake.standIn.as('ben').code.push(LAKE, 'main', { files: { [`${FOLDER}/dataset.yaml`]: 'theirs\n' } }),
      { kind: 'refused' },
    ],
    [
      'a method that the repository does not allow',
      () => lake.standIn.as('ada').settings.setMerging(LAKE, { squash: false }),
      { kind: 'refused' },
    ],
    [
      'a rule that asks for a review',
      () => lake.standIn.as('ada').settings.protect(LAKE, 'main', { reviews: { count: 1 } }),
      { kind: 'refused' },
    ],
  ])('does not land with %s', async (_what, happens, expected) => {
    const { head, number } = await propose(lake);
    await happens(head, number);
    const before = await mainHead();
    expect(await merge(head, number)).toMatchObject(expected);
    expect(await mainHead()).toBe(before);
    expect(pullAt(number).pull.merged).toBeUndefined();
  });

  test('a push in the moment before the call is not merged', async () => {
    const { head, number } = await propose(lake);
    lake.standIn.faults.next(
      { operation: '/merge' },
      { kind: 'first', act: () => lake.standIn.as('ben').code.push(LAKE, BRANCH, { files: { 'x.txt': 'x' } }) },
    );
    expect(await merge(head, number)).toEqual({ kind: 'head-moved' });
    expect(pullAt(number).pull.merged).toBeUndefined();
  });

  test('somebody else’s merge of another head stops it', async () => {
    const { head, number } = await propose(lake);
    await lake.standIn.as('ben').code.push(LAKE, BRANCH, { files: { 'x.txt': 'x' } });
    await lake.standIn.as('ben').talk.merge(LAKE, number);
    expect(await merge(head, number)).toMatchObject({ kind: 'stopped' });
  });

  test.each([
    ['502 after it was done', { kind: 'done-but-status', status: 502 }, 'landed'],
    ['a reset after it was done', { kind: 'reset', afterDoing: true }, 'landed'],
    ['500 before anything was done', { kind: 'status', status: 500 }, 'refused'],
    ['a reset before anything was done', { kind: 'reset' }, 'refused'],
  ] as const)('%s: read back, and never sent twice', async (_what, effect, kind) => {
    const { head, number } = await propose(lake);
    lake.standIn.faults.next({ operation: '/merge' }, effect);
    expect(await merge(head, number)).toMatchObject({ kind });
    expect(lake.standIn.calls.filter(({ operation }) => operation.endsWith('/merge'))).toHaveLength(1);
    expect(pullAt(number).pull.merged !== undefined).toBe(kind === 'landed');
  });

  test('a base that holds it while the pull request is open needs a person', async () => {
    const { head, number } = await propose(lake);
    const act = () => lake.standIn.as('ben').code.push(LAKE, 'main', { files: { 'y.txt': 'y' }, message: `${WORDS.title}\n\nx` });
    const atMerge = (effect: Effect) => lake.standIn.faults.hook(({ operation }) => (operation.endsWith('/merge') ? effect : undefined));
    atMerge({ kind: 'first', act });
    atMerge({ kind: 'status', status: 500 });
    expect(await merge(head, number)).toMatchObject({ kind: 'stopped', because: expect.stringContaining('still open') });
  });

  test('without the permission it stops', async () => {
    const { head, number } = await propose(lake);
    lake.standIn.faults.next({ operation: '/merge' }, { kind: 'status', status: 403, message: 'Resource not accessible by integration' });
    expect(await merge(head, number)).toEqual({ kind: 'stopped', because: expect.stringContaining('403') });
  });

  test('a limit is thrown with its end, and nothing was sent', async () => {
    const { head, number } = await propose(lake);
    lake.standIn.faults.next({ operation: '/merge' }, { kind: 'secondary-limit', retryAfterSeconds: 120 });
    await expect(merge(head, number)).rejects.toMatchObject({ until: '2026-03-02T08:02:00.000Z' });
    expect(pullAt(number).pull.merged).toBeUndefined();
  });

  test('a merge queue takes it, pinned to the head', async () => {
    await lake.standIn.as('ada').settings.setRuleset(LAKE, { name: 'queue', rules: [{ type: 'merge_queue', parameters: QUEUE }] });
    const { head, number } = await propose(lake);
    const { answer, operations } = await lake.during(() => merge(head, number));
    expect([answer, operations]).toEqual([{ kind: 'queued' }, ['enqueue']]);
    expect(await lake.during(() => merge(head, number))).toEqual({ answer: { kind: 'queued' }, operations: [] });
    await lake.standIn.runMergeQueue(LAKE, 'main');
    expect(await leave(number)).toEqual({ kind: 'merged' });
    expect(await merge(head, number)).toMatchObject({ kind: 'landed', sha: await mainHead() });
  });

  const leave = (number: number) => lake.pulls.leaveQueue(BRANCH, number);

  test('it leaves the merge queue once, and what became of it is asked when the answer says nothing', async () => {
    await lake.standIn.as('ada').settings.setRuleset(LAKE, { name: 'queue', rules: [{ type: 'merge_queue', parameters: QUEUE }] });
    const { head, number } = await propose(lake);
    await merge(head, number);
    lake.standIn.faults.next({ operation: 'dequeuePullRequest' }, { kind: 'status', status: 422, message: 'Not now.' });
    expect(await leave(number)).toEqual({ kind: 'refused', because: 'GitHub answered 422: Not now.' });
    lake.standIn.faults.next({ operation: 'dequeuePullRequest' }, { kind: 'done-but-status', status: 502 });
    expect(await lake.during(() => leave(number))).toEqual({ answer: { kind: 'left' }, operations: ['dequeue landed'] });
    expect(await lake.during(() => leave(number))).toEqual({ answer: { kind: 'not-queued' }, operations: [] });
    await merge(head, number);
    const act = () => lake.standIn.runMergeQueue(LAKE, 'main');
    lake.standIn.faults.next({ operation: 'dequeuePullRequest' }, { kind: 'first', act });
    expect(await leave(number)).toEqual({ kind: 'merged' });
  });
});

const QUEUE = {
  check_response_timeout_minutes: 60,
  grouping_strategy: 'ALLGREEN',
  max_entries_to_build: 5,
  max_entries_to_merge: 5,
  merge_method: 'SQUASH',
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 5,
};

describe('show', () => {
  const report: GateReport = {
    title: 'Merging on Wednesday',
    summary: 'Waiting.',
    text: '| condition | seen |',
    annotations: [{ path: `${FOLDER}/dataset.yaml`, line: 1, level: 'notice', message: 'from here' }],
  };
  const runs = () => lake.standIn.seed.repository(LAKE).suites.flatMap((suite) => suite.runs);

  test('one run per head, updated, and the same report not sent twice', async () => {
    const { head } = await propose(lake);
    const shown = await lake.during(() => lake.pulls.show(head, report, undefined));
    expect(shown.operations).toEqual(['create-check-run']);
    expect(await lake.during(() => lake.pulls.show(head, report, shown.answer))).toEqual({ answer: shown.answer, operations: [] });
    const green = { ...report, summary: 'All conditions hold.', conclusion: 'success' } as const;
    expect(await lake.during(() => lake.pulls.show(head, green, shown.answer))).toEqual({
      answer: shown.answer,
      operations: ['update-check-run'],
    });
    expect(runs()).toMatchObject([{ name: 'autopilot/gate', conclusion: 'success', summary: green.summary }]);
    expect(runs()[0]?.annotations).toHaveLength(1);
  });

  test('a number that was lost is found again', async () => {
    const { head } = await propose(lake);
    const run = await lake.pulls.show(head, report, undefined);
    expect(await lake.during(() => lake.pulls.show(head, report, undefined))).toEqual({ answer: run, operations: [] });
  });

  test('another head gets a run of its own', async () => {
    const { head } = await propose(lake);
    const run = await lake.pulls.show(head, report, undefined);
    const { sha } = await lake.forge.commit(head, [{ path: `${FOLDER}/more.yaml`, content: 'x\n' }], 'm\n', AT);
    await lake.forge.point(BRANCH, sha, head);
    expect(await lake.pulls.show(sha, report, run)).not.toBe(run);
    expect(runs().map(({ headSha }) => headSha)).toEqual([head, sha]);
  });

  test('an ended run is not opened again, and an annotation that is over is not shown on', async () => {
    const { head } = await propose(lake);
    const ended = await lake.pulls.show(head, { ...report, conclusion: 'failure' }, undefined);
    const waiting = await lake.pulls.show(head, report, ended);
    expect(waiting).not.toBe(ended);
    expect(await lake.pulls.show(head, { ...report, annotations: [] }, waiting)).not.toBe(waiting);
    expect(runs().at(-1)?.annotations).toEqual([]);
  });

  test('a report that GitHub could not take is cut', async () => {
    const { head } = await propose(lake);
    await lake.pulls.show(head, { ...report, text: 'x'.repeat(70_000) }, undefined);
    expect(runs()[0]?.text?.length).toBeLessThanOrEqual(65_535);
  });
});

describe('close', () => {
  test('the reason is said once, and the branch stays', async () => {
    const { head, number } = await propose(lake);
    const { operations } = await lake.during(() => lake.pulls.close(BRANCH, number, 'The job is gone.'));
    expect(operations).toEqual(['comment', 'close-pull-request']);
    expect(pullAt(number)).toMatchObject({ state: 'closed', comments: [{ body: expect.stringContaining('The job is gone.') }] });
    expect(await lake.forge.head(BRANCH)).toBe(head);
    expect((await lake.during(() => lake.pulls.close(BRANCH, number, 'The job is gone.'))).operations).toEqual([]);
  });

  test('what was never opened needs no closing', async () => {
    expect((await lake.during(() => lake.pulls.close(BRANCH, undefined, 'x'))).operations).toEqual([]);
  });
});

test('where proposals begin', async () => {
  const head = (await mainHead()) ?? '';
  expect(await lake.pulls.base()).toEqual({
    branch: 'main',
    sha: head,
    tree: expect.stringMatching(/^[0-9a-f]{40}$/),
    config: { ok: true, value: 'merge: {}\n' },
  });
  expect(await lake.pulls.delivery(head)).toEqual({
    how: 'github',
    baseBranch: 'main',
    filesAt: `${lake.standIn.url}/${LAKE}/blob/${head}`,
  });
});
