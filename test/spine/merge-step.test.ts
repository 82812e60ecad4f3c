/** §8.3 the merge itself, over HTTP: what stands before the call, what the call says, and what is made of every answer. */
import { describe, expect, test } from 'vitest';
import { createLeases } from '../../src/adapters/local/leases.js';
import { createRecords } from '../../src/adapters/local/store.js';
import { later } from '../../src/core/time.js';
import type { Effect } from '../../src/stand-in/faults.js';
import { type Fleet, fleetOfTests, type Row, SETTINGS } from './fleet.js';
import { fetch, front, type Moments } from './switched-off.js';

const moments: Moments = {};
let fleet: Fleet;
fleetOfTests(
  (opened) => {
    fleet = opened;
  },
  {
    settings: SETTINGS.replace('merge:\n', 'merge:\n  method: squash\n'),
    bot: { front: front(moments), fetch },
  },
);

const TIMEOUT = { timeout: 60_000 };
const ada = () => fleet.standIn.as('ada');
const ben = () => fleet.standIn.as('ben');
const main = (row: Row) => row.git('log', '-1', '--format=%s%n%b%P', 'main');

/** Everything is over but the checks of the signed head: when they pass, it is merged. */
async function signed(name: string, choices?: Parameters<Fleet['propose']>[1]): Promise<Row> {
  const row = await fleet.propose(name, choices);
  await row.check();
  await fleet.pass(2.1);
  expect(await row.record()).toMatchObject({ current_step: 'POLICY_SIGNED' });
  return row;
}

const call = (row: Row) => ({ method: 'PUT', path: new RegExp(`^/repos/${row.repository}/pulls/\\d+/merge$`) });
const inTheLastMoment = (row: Row, act: () => Promise<unknown>) => fleet.standIn.faults.next(call(row), { kind: 'first', act });

describe('23 lease and intent', TIMEOUT, () => {
  test('while another merge into the same branch is under way it waits, and merges when the lease is free', async () => {
    const row = await signed('lease');
    const leases = createLeases(fleet.serving.store);
    const lane = `merge ${(await row.record()).repository_id}/main`;
    await leases.take(lane, 'another worker', fleet.clock.at, 60 * 60_000);
    await row.check();
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_SIGNED', reason: expect.stringContaining('another merge') });
    expect(row.merges()).toBe(0);
    await leases.release(lane, 'another worker');
    await fleet.pass(1.1);
    expect(await row.record()).toMatchObject({ current_step: 'SIGNAL_READY' });
    expect(row.merges()).toBe(1);
  });

  test('fencing: a lease that another took over meanwhile is noticed, and nothing is merged on it', async () => {
    const row = await signed('fencing');
    const leases = createLeases(fleet.serving.store);
    const lane = `merge ${(await row.record()).repository_id}/main`;
    moments.mergePlanned = async () => {
      fleet.clock.at = later(fleet.clock.at, 60 * 60_000);
      await leases.take(lane, 'another worker', fleet.clock.at, 60 * 60_000);
    };
    await row.check();
    expect(row.merges()).toBe(0);
    expect((await row.record()).current_step).toBe('POLICY_SIGNED');
  });

  test('a hold that is written before the intent wins: nothing is sent', async () => {
    const row = await signed('hold-first');
    moments.mergePlanned = async () => {
      await ben().talk.comment(row.repository, await row.number(), '/autopilot hold');
      await fleet.hear();
    };
    await row.check();
    expect(row.merges()).toBe(0);
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_PENDING', reason: expect.stringContaining('ben') });
  });

  test('a hold that is written after the intent loses, and is found after the merge', async () => {
    const row = await signed('hold-second');
    // As another worker notes it: this one is in the middle of its call.
    inTheLastMoment(row, async () => {
      const standing = await row.record();
      const { pull_request: request } = standing;
      const entry = { at: fleet.clock.at, event: 'held by ben', from: 'POLICY_SIGNED', to: 'POLICY_SIGNED' };
      const held = { ...standing, ...(request ? { pull_request: { ...request, hold: { by: 'ben', at: fleet.clock.at } } } : {}) };
      expect(await createRecords(fleet.serving.store).save(held, entry)).toBeDefined();
    });
    await row.check();
    expect(await row.record()).toMatchObject({
      current_step: 'ESCALATED',
      pull_request: { hold: { by: 'ben' } },
      reason: expect.stringContaining('was merged although ben had said hold'),
    });
  });
});

describe('24 once more, just before the call', TIMEOUT, () => {
  test('what was seen more than 10 seconds ago is looked at again: a hold label that came meanwhile is seen', async () => {
    const row = await signed('too-old');
    const act = async (): Promise<void> => {
      fleet.clock.at = later(fleet.clock.at, 11_000);
      await ben().talk.label(row.repository, await row.number(), 'autopilot/hold');
    };
    // The gate of the deciding look is shown between the look and the merge.
    fleet.standIn.faults.next({ kind: 'write', path: new RegExp(`^/repos/${row.repository}/check-runs`) }, { kind: 'first', act });
    await row.check();
    expect(row.merges()).toBe(0);
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_PENDING', reason: expect.stringContaining('autopilot/hold') });
    expect(await row.ledger()).toContainEqual(expect.stringContaining('too old to merge on'));
  });

  test('where autopilot/gate is required: shown as passed, then read again until CLEAN, then merged', async () => {
    const row = await signed('own-check', {
      first: (repository) =>
        fleet.standIn
          .as('ada')
          .settings.protect(repository, 'main', { checks: { required: [{ context: 'autopilot/gate', appId: null }] } }),
    });
    await row.check();
    expect(await row.record()).toMatchObject({
      current_step: 'POLICY_SIGNED',
      reason: expect.stringContaining('asked again before the merge'),
    });
    expect(await row.gate()).toMatchObject({ conclusion: 'success' });
    expect(row.merges()).toBe(0);
    const before = fleet.standIn.calls.length;
    await fleet.pass(0.5);
    expect((await row.record()).current_step).toBe('SIGNAL_READY');
    const calls = fleet.standIn.calls.slice(before).filter(({ path }) => path.startsWith(`/repos/${row.repository}/`));
    const merged = calls.findIndex(({ method, path }) => method === 'PUT' && path.endsWith('/merge'));
    expect(calls.slice(0, merged).some(({ kind, path }) => kind === 'read' && path.includes('/check-runs'))).toBe(true);
  });
});

describe('25 the call', TIMEOUT, () => {
  test('it is pinned to the head that was judged: a push in the last moment is not merged', async () => {
    const row = await signed('pinned');
    inTheLastMoment(row, () => ben().code.push(row.repository, row.branch, { files: { [`${row.folder}/dataset.yaml`]: 'x: 1\n' } }));
    await row.check();
    expect((await row.issue()).pull.merged).toBeUndefined();
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_PENDING', reason: expect.stringContaining('somebody pushed') });
  });

  test('method, title and message are ours and said in full', async () => {
    const row = await signed('our-words');
    await row.check();
    const [title, by, undo, ...parents] = main(row).split('\n');
    expect(title).toBe(`Put the registration and policy of ${row.urn} in force`);
    expect([by, undo]).toEqual(['Approved by the clock: nobody objected.', 'Undo: git revert <this commit>']);
    expect((await row.issue()).pull.merged).toMatchObject({ method: 'squash' });
    expect(parents.join('').trim()).toMatch(/^[0-9a-f]{40}$/);
  });

  test('a refusal is not answered with a second call, nor with another method', async () => {
    const row = await signed('no-retry');
    fleet.standIn.faults.next(call(row), { kind: 'status', status: 405, message: 'Squash merges are not allowed on this repository.' });
    await row.check();
    expect(row.merges()).toBe(1);
    expect((await row.issue()).pull.merged).toBeUndefined();
  });
});

type Answer = {
  readonly what: string;
  readonly effect?: Effect;
  readonly ends: 'SIGNAL_READY' | 'POLICY_SIGNED' | 'ESCALATED';
  readonly reason?: string;
  readonly isMerged: boolean;
};

describe('26 every answer', TIMEOUT, () => {
  test.each<Answer>([
    { what: '200', ends: 'SIGNAL_READY', isMerged: true },
    { what: '409 while the head stands', effect: { kind: 'status', status: 409 }, ends: 'POLICY_SIGNED', reason: '409', isMerged: false },
    { what: '405', effect: { kind: 'status', status: 405 }, ends: 'POLICY_SIGNED', reason: '405', isMerged: false },
    { what: '403', effect: { kind: 'status', status: 403 }, ends: 'ESCALATED', reason: '403', isMerged: false },
    { what: '404', effect: { kind: 'status', status: 404 }, ends: 'ESCALATED', reason: '404', isMerged: false },
    { what: '422', effect: { kind: 'status', status: 422 }, ends: 'ESCALATED', reason: '422', isMerged: false },
    {
      what: '502 and nothing done',
      effect: { kind: 'status', status: 502 },
      ends: 'POLICY_SIGNED',
      reason: 'no clear answer',
      isMerged: false,
    },
    { what: '502 on merge that did merge', effect: { kind: 'done-but-status', status: 502 }, ends: 'SIGNAL_READY', isMerged: true },
    { what: 'no answer and nothing done', effect: { kind: 'reset' }, ends: 'POLICY_SIGNED', reason: 'no clear answer', isMerged: false },
    {
      what: 'no answer in time, and it did merge',
      effect: { kind: 'hang', atMostMs: 20, afterDoing: true },
      ends: 'SIGNAL_READY',
      isMerged: true,
    },
  ])('$what', async ({ what, effect, ends, reason = '', isMerged }) => {
    const row = await signed(`answer-${what.replace(/\W+/g, '-')}`);
    if (effect) fleet.standIn.faults.next(call(row), effect);
    await row.check();
    expect(await row.record()).toMatchObject({ current_step: ends, reason: expect.stringContaining(reason) });
    expect((await row.issue()).pull.merged !== undefined).toBe(isMerged);
    expect(row.merges()).toBe(1);
    if (ends !== 'POLICY_SIGNED') return;
    // Back to the gate: what holds then is sent once more.
    await fleet.pass(0.5);
    expect((await row.record()).current_step).toBe('SIGNAL_READY');
    expect(row.merges()).toBe(2);
  });

  test('half done: the base holds our files and the pull request is open, so a person has to look', async () => {
    const row = await signed('half-done');
    const paths = ['dataset.yaml', 'policy_bundle.yaml', 'baseline.json'].map((name) => `${row.folder}/${name}`);
    const files = Object.fromEntries(paths.map((path) => [path, `${row.git('show', `${row.branch}:${path}`)}\n`]));
    const message = `Put the registration and policy of ${row.urn} in force\n\nx`;
    const atCall = (effect: Effect) =>
      fleet.standIn.faults.hook(({ method, path }) => (method === 'PUT' && call(row).path.test(path) ? effect : undefined));
    atCall({ kind: 'first', act: () => ben().code.push(row.repository, 'main', { files, message }) });
    atCall({ kind: 'status', status: 500 });
    await row.check();
    expect(row.merges()).toBe(1);
    expect((await row.issue()).state).toBe('open');
    expect(await row.record()).toMatchObject({ current_step: 'ESCALATED', reason: expect.stringContaining('still open') });
  });
});

describe('27 afterwards', TIMEOUT, () => {
  test('merged by somebody at another head: that is not what was judged, and a person has to look', async () => {
    const row = await signed('other-head');
    inTheLastMoment(row, async () => {
      await ben().code.push(row.repository, row.branch, { files: { [`${row.folder}/dataset.yaml`]: 'x: 1\n' } });
      await ben().talk.merge(row.repository, await row.number());
    });
    await row.check();
    expect(await row.record()).toMatchObject({
      current_step: 'ESCALATED',
      reason: expect.stringContaining('not at the head that was judged'),
    });
    expect((await row.said()).at(-1)).toMatch(/please look at this.*not at the head that was judged/);
  });

  test('the base does not hold what was approved: it is not put in force, and a person has to look', async () => {
    const row = await fleet.propose('digests');
    // The repository gets the file itself, a little other, so that a later change to it joins ours without a conflict.
    const path = `${row.folder}/dataset.yaml`;
    const text = row.git('show', `${row.branch}:${path}`);
    await ben().code.push(row.repository, 'main', { files: { [path]: `# ours\n${text}\n` } });
    await fleet.settle();
    await fleet.pass(2.1);
    await row.check();
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_SIGNED' });
    inTheLastMoment(row, () => ben().code.push(row.repository, 'main', { files: { [path]: `# ours\n${text}\n# in the last moment\n` } }));
    await row.check();
    expect(await row.record()).toMatchObject({
      current_step: 'ESCALATED',
      reason: expect.stringContaining('does not hold what was approved'),
    });
  });

  test.each<readonly [string, (row: Row, number: number) => Promise<unknown>, string]>([
    ['changes requested', (row, number) => ben().talk.requestChanges(row.repository, number, 'Not yet.'), 'ben had requested changes'],
    ['a hold label', (row, number) => ben().talk.label(row.repository, number, 'autopilot/hold'), 'ben had put the hold label on it'],
    ['a comment', (row, number) => ben().talk.comment(row.repository, number, 'This table is deprecated.'), 'ben had said something'],
  ])('%s in the last second: found, said once on the pull request, and taken to a person', async (what, act, reason) => {
    const row = await signed(`late-${what.replace(/\W+/g, '-')}`);
    inTheLastMoment(row, async () => act(row, await row.number()));
    await row.check();
    expect((await row.issue()).pull.merged).toBeDefined();
    const { pull_request: request, ...record } = await row.record();
    expect(record).toMatchObject({ current_step: 'ESCALATED', reason: expect.stringContaining(reason) });
    const said = (await row.said()).filter((body) => body.includes('please look at this'));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(reason);
    expect(said[0]).toMatch(/^@ben: /m);
    expect(said[0]).toContain(`git revert -m 1 ${request?.merged_as}`);
    expect(said[0]).toContain(`sf bootstrap retry --urn ${row.urn}`);
  });

  test('it ends with a person also where the conversation is locked, so that nothing can be said', async () => {
    const row = await signed('late-locked');
    inTheLastMoment(row, async () => {
      await ben().talk.requestChanges(row.repository, await row.number(), 'Not yet.');
      await ada().talk.lock(row.repository, await row.number());
    });
    fleet.standIn.faults.next(
      { method: 'POST', path: new RegExp(`^/repos/${row.repository}/issues/\\d+/comments$`) },
      { kind: 'status', status: 403, message: 'Unable to create comment because issue is locked.' },
    );
    await row.check();
    expect(await row.record()).toMatchObject({ current_step: 'ESCALATED', reason: expect.stringContaining('ben had requested changes') });
  });

  test('a hold after the merge is told that it came too late, and how to take the merge back', async () => {
    const row = await signed('hold-late');
    await row.check();
    expect((await row.record()).current_step).toBe('SIGNAL_READY');
    await ben().talk.comment(row.repository, await row.number(), '/autopilot hold');
    await fleet.settle();
    expect((await row.said()).at(-1)).toMatch(/It is merged already.*Revert/);
  });

  test('an objection of a passer-by of a public repository is none', async () => {
    const row = await signed('late-passer-by', { visibility: 'public', roles: { cleo: 'read' } });
    inTheLastMoment(row, async () => fleet.standIn.as('cleo').talk.requestChanges(row.repository, await row.number(), 'No!'));
    await row.check();
    expect((await row.record()).current_step).toBe('SIGNAL_READY');
  });
});
