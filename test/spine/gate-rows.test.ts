/** §8.3 what must stop a merge, over HTTP, each seen to stop it and, where somebody can mend it, to go on afterwards. */
import { describe, expect, test } from 'vitest';
import { later } from '../../src/core/time.js';
import { drain } from '../../src/engine/drain.js';
import type { ForgePorts } from '../../src/ports.js';
import { type Fleet, fleetOfTests, type Row } from './fleet.js';

const behind: { ports?: ForgePorts } = {};
let fleet: Fleet;
fleetOfTests(
  (opened) => {
    fleet = opened;
  },
  {
    bot: {
      front: (ports) => {
        behind.ports = ports;
        return ports;
      },
    },
  },
);

const TIMEOUT = { timeout: 60_000 };
const ada = () => fleet.standIn.as('ada');
const ben = () => fleet.standIn.as('ben');
const cleo = () => fleet.standIn.as('cleo');
const manifestOf = (row: Row) => `${row.folder}/dataset.yaml`;
const bundleOf = (row: Row) => `${row.folder}/policy_bundle.yaml`;
const onBranch = (row: Row, path: string) => `${row.git('show', `${row.branch}:${path}`)}\n`;

/** Open, its checks passed; only the clock runs. */
async function waiting(name: string, choices?: Parameters<Fleet['propose']>[1]): Promise<Row> {
  const row = await fleet.propose(name, choices);
  await row.check();
  return row;
}

/** The time is over and the checks pass, and still it is not merged, for this reason. */
async function stops(row: Row, why: string | RegExp, state = 'POLICY_PENDING'): Promise<void> {
  await fleet.pass(2.1);
  expect(await row.record()).toMatchObject({ current_step: state, reason: expect.stringMatching(why) });
  expect((await row.issue()).pull.merged).toBeUndefined();
  expect(row.merges()).toBe(0);
}

/** What stood in the way is gone: after its time it is merged. */
async function goesOn(row: Row): Promise<void> {
  await fleet.pass(2.1);
  expect(await row.run()).toMatchObject({ current_step: 'SIGNAL_READY' });
  expect((await row.issue()).pull.merged?.by.login).toBe('autopilot[bot]');
}

describe('the head', TIMEOUT, () => {
  test('head moved between snapshot and merge', async () => {
    const row = await waiting('moved');
    await fleet.pass(2.1);
    const act = () => ben().code.push(row.repository, row.branch, { files: { [manifestOf(row)]: 'x: 1\n' } });
    fleet.standIn.faults.next({ method: 'PUT', path: new RegExp(`^/repos/${row.repository}/pulls/\\d+/merge$`) }, { kind: 'first', act });
    await row.check();
    expect((await row.issue()).pull.merged).toBeUndefined();
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_PENDING', reason: expect.stringContaining('somebody pushed') });
  });

  test('push by a human with our e-mail', async () => {
    const row = await waiting('our-email');
    const email = fleet.standIn.world.botOf('autopilot')?.bot.email ?? '';
    const author = { name: 'autopilot[bot]', email };
    await ben().code.push(row.repository, row.branch, {
      files: { [manifestOf(row)]: `${onBranch(row, manifestOf(row))}# x\n` },
      author,
      signed: true,
    });
    await row.check();
    await stops(row, /somebody pushed/);
  });

  test('push by a human amending to the same tree', async () => {
    const row = await waiting('same-tree');
    const before = (await row.issue()).pull.head.sha;
    const names = ['dataset.yaml', 'policy_bundle.yaml', 'baseline.json'].map((name) => `${row.folder}/${name}`);
    const files = Object.fromEntries(names.map((path) => [path, onBranch(row, path)]));
    const sha = await ben().code.push(row.repository, row.branch, { files, onto: row.git('rev-parse', 'main'), force: true, signed: true });
    expect(row.git('rev-parse', `${sha}^{tree}`)).toBe(row.git('rev-parse', `${before}^{tree}`));
    await fleet.settle();
    await row.check();
    await stops(row, /somebody pushed/);
    expect(row.git('rev-parse', row.branch)).toBe(sha);
  });

  test('bundle byte-flip', async () => {
    const row = await waiting('byte-flip');
    await fleet.pass(2.1);
    const text = onBranch(row, bundleOf(row));
    const flipped = text.replace(/enrichment_level: contract_lite/, 'enrichment_level: contract_full');
    expect(flipped).not.toBe(text);
    await ben().code.push(row.repository, row.branch, { files: { [bundleOf(row)]: flipped } });
    await fleet.settle();
    await row.check();
    await stops(row, /somebody pushed/);
    expect((await row.gate()).summary).toMatch(/The gateway signed exactly this policy.*\|.*stops it/);
  });

  test('signature of another URN', async () => {
    const other = await waiting('signed-other');
    const row = await waiting('signed-for-other');
    await fleet.pass(2.1);
    const theirs = onBranch(other, bundleOf(other));
    expect(theirs).toContain('signature_jws:');
    await ben().code.push(row.repository, row.branch, { files: { [bundleOf(row)]: theirs } });
    await fleet.settle();
    await row.check();
    await stops(row, /somebody pushed/);
    expect((await row.gate()).summary).toContain('it is about ds://gold/signed-other, not ds://gold/signed-for-other');
  });
});

describe('whose it is, and where it goes', TIMEOUT, () => {
  test('fork PR with our title and labels', async () => {
    const row = await waiting('fork');
    const { title, body } = await row.issue();
    await fleet.standIn.seed.repo('cleo/fork', { forkOf: row.repository, roles: { cleo: 'admin' } });
    await cleo().code.push('cleo/fork', row.branch, { files: { 'evil.py': 'x\n' } });
    const number = await cleo().talk.openPull(row.repository, { title, body: body ?? '', head: `cleo/fork:${row.branch}` });
    await ben().talk.label(row.repository, number, 'autopilot');
    await fleet.check(number, 'success', row.repository);
    await goesOn(row);
    const theirs = fleet.standIn.seed.repository(row.repository).issues.get(number);
    expect([theirs?.state, theirs?.pull?.merged]).toEqual(['open', undefined]);
    expect(fleet.standIn.calls.filter(({ method, path }) => method === 'PUT' && path.endsWith(`/pulls/${number}/merge`))).toEqual([]);
  });

  test('PR by another app with our branch name', async () => {
    const { bot } = fleet.standIn.ci('copycat').app;
    const row = await fleet.propose('copycat', {
      roles: { [bot.login]: 'write' },
      first: async (repository) => {
        const other = fleet.standIn.as(bot.login);
        await other.code.push(repository, 'autopilot/gold/copycat', { files: { 'x.txt': 'x\n' } });
        await other.talk.openPull(repository, { title: 'Register gold/copycat', head: 'autopilot/gold/copycat' });
      },
    });
    const before = row.git('rev-parse', row.branch);
    await fleet.pass(2.1);
    expect(await row.record()).toMatchObject({ current_step: 'ESCALATED', reason: expect.stringContaining('belongs to a person') });
    expect(row.git('rev-parse', row.branch)).toBe(before);
    expect(row.merges()).toBe(0);
  });

  test('base retargeted', async () => {
    const row = await waiting('retargeted');
    await ben().code.createBranch(row.repository, 'next');
    await ben().talk.retarget(row.repository, await row.number(), 'next');
    await fleet.settle();
    await stops(row, /it merges into next now, not into main/);
    await ben().talk.retarget(row.repository, await row.number(), 'main');
    await fleet.settle();
    expect(await row.record()).toMatchObject({ reason: expect.stringContaining('retargeted') });
    await goesOn(row);
  });

  test('repo renamed', async () => {
    const row = await waiting('before-rename');
    await ada().settings.rename(row.repository, 'after-rename');
    await fleet.settle();
    await fleet.pass(2.1);
    const head = fleet.standIn.seed.repository('acme/after-rename').issues.get(await row.number())?.pull?.head.sha ?? '';
    await fleet.standIn.ci('ci').run('acme/after-rename', head, { name: 'ci / test', status: 'completed', conclusion: 'success' });
    await fleet.settle();
    expect(await row.record()).toMatchObject({ current_step: 'SIGNAL_READY' });
  });
});

describe('what people say', TIMEOUT, () => {
  test('hold label in the last second', async () => {
    const row = await waiting('hold-label');
    await fleet.pass(2.1);
    expect((await row.record()).current_step).toBe('POLICY_SIGNED');
    await ben().talk.label(row.repository, await row.number(), 'autopilot/hold');
    await row.check();
    await stops(row, /autopilot\/hold/);
    await ben().talk.unlabel(row.repository, await row.number(), 'autopilot/hold');
    await fleet.settle();
    expect(await row.record()).toMatchObject({ reason: expect.stringContaining('hold label taken off') });
    await goesOn(row);
  });

  test('a hold label that is deleted from the repository, until it is put on again and taken off', async () => {
    const row = await waiting('hold-label-deleted');
    const number = await row.number();
    await ben().talk.label(row.repository, number, 'autopilot/hold');
    await fleet.settle();
    await stops(row, /held by the label autopilot\/hold/);
    await ben().talk.deleteLabel(row.repository, 'autopilot/hold');
    await row.check();
    await stops(row, /ben put on the hold label autopilot\/hold.*put it on again and take it off/);
    await ben().talk.label(row.repository, number, 'autopilot/hold');
    await ben().talk.unlabel(row.repository, number, 'autopilot/hold');
    await fleet.settle();
    expect(await row.record()).toMatchObject({ reason: expect.stringContaining('hold label taken off') });
    await goesOn(row);
  });

  test('CHANGES_REQUESTED, then dismissed, then re-requested', async () => {
    const row = await waiting('changes');
    const number = await row.number();
    const review = await ben().talk.requestChanges(row.repository, number, 'Not like this.');
    await fleet.settle();
    await stops(row, /ben asked for changes/);
    await ada().talk.dismissReview(row.repository, number, review, 'Settled.');
    await fleet.settle();
    await fleet.pass(1);
    await ben().talk.requestChanges(row.repository, number, 'Still not.');
    await fleet.settle();
    await stops(row, /ben asked for changes/);
  });

  test('an objection as a reply in a conversation that is resolved, until it is answered', async () => {
    const row = await waiting('reply');
    const number = await row.number();
    await ben().talk.review(row.repository, number, { event: 'COMMENT', comments: [{ path: manifestOf(row), line: 1, body: 'Why?' }] });
    await ben().talk.resolveThreads(row.repository, number);
    const began = (await row.issue()).pull.threads[0]?.comments[0]?.id ?? 0;
    await cleo().talk.reply(row.repository, began, 'Wait, this table is deprecated.');
    await fleet.settle();
    await stops(row, /cleo said something/);
    await ben().talk.comment(row.repository, number, '/autopilot proceed');
    await fleet.settle();
    await goesOn(row);
  });

  test('a conversation that a passer-by began, until somebody with write answers it', async () => {
    const row = await waiting('passer-by-thread', { visibility: 'public' });
    const number = await row.number();
    const line = { path: manifestOf(row), line: 1, body: 'Buy here!' };
    await cleo().talk.review(row.repository, number, { event: 'COMMENT', comments: [line] });
    await fleet.settle();
    await stops(row, /cleo at .*somebody with write resolves it/);
    await ben().talk.comment(row.repository, number, '/autopilot proceed');
    await fleet.settle();
    await goesOn(row);
    expect((await row.issue()).pull.threads[0]?.resolvedBy).toBeUndefined();
  });

  test('unresolved thread on page 2', async () => {
    const row = await waiting('threads');
    const comments = Array.from({ length: 101 }, (_, at) => ({ path: manifestOf(row), line: 1, body: `${at}` }));
    await ben().talk.review(row.repository, await row.number(), { event: 'COMMENT', comments });
    const { threads } = (await row.issue()).pull;
    expect(threads).toHaveLength(101);
    for (const thread of threads.slice(0, 100)) thread.resolvedBy = fleet.standIn.world.account('ben');
    await fleet.settle();
    await stops(row, /1 open conversation/);
    await ben().talk.resolveThreads(row.repository, await row.number());
    await fleet.settle();
    await goesOn(row);
  });

  test('a comment "wait" by a reader', async () => {
    const row = await waiting('wait');
    await cleo().talk.comment(row.repository, await row.number(), 'Wait, this table is deprecated.');
    await fleet.settle();
    await stops(row, /cleo said something/);
    await ben().talk.comment(row.repository, await row.number(), '/autopilot proceed');
    await fleet.settle();
    expect(await row.record()).toMatchObject({ reason: expect.stringContaining('objection answered') });
    await goesOn(row);
  });

  const STOP = 'Do not merge this: the table is deprecated.';
  const minuteLater = () => {
    fleet.clock.at = later(fleet.clock.at, 60_000);
  };

  test('a review that begins with more blanks than are read', async () => {
    const row = await waiting('blanks');
    await cleo().talk.review(row.repository, await row.number(), { event: 'COMMENT', body: `${'\n'.repeat(300)}${STOP}` });
    await fleet.settle();
    await stops(row, /cleo said something/);
    await ben().talk.comment(row.repository, await row.number(), '/autopilot proceed');
    await fleet.settle();
    await goesOn(row);
  });

  test('a review that is edited after it was answered, until it is answered again', async () => {
    const row = await waiting('review-edited');
    const number = await row.number();
    const id = await cleo().talk.review(row.repository, number, { event: 'COMMENT', body: 'What is this?' });
    await ben().talk.comment(row.repository, number, '/autopilot proceed');
    await fleet.settle();
    expect(await row.record()).toMatchObject({ reason: expect.stringContaining('counted from') });
    minuteLater();
    await cleo().talk.editReview(row.repository, number, id, STOP);
    await fleet.settle();
    await stops(row, /cleo said something/);
    await ben().talk.comment(row.repository, number, '/autopilot proceed');
    await fleet.settle();
    await goesOn(row);
  });

  test('an approval that is edited to say stop', async () => {
    const row = await waiting('approval-edited');
    const number = await row.number();
    const id = await cleo().talk.review(row.repository, number, { event: 'APPROVE', body: 'Good.' });
    minuteLater();
    await cleo().talk.editReview(row.repository, number, id, STOP);
    await fleet.settle();
    await stops(row, /cleo said something/);
  });

  test('a reply and the beginning of a conversation that are edited after their author approved', async () => {
    const row = await waiting('reply-edited');
    const number = await row.number();
    await cleo().talk.review(row.repository, number, { event: 'COMMENT', comments: [{ path: manifestOf(row), line: 1, body: 'Why?' }] });
    const began = (await row.issue()).pull.threads[0]?.comments[0]?.id ?? 0;
    const reply = await cleo().talk.reply(row.repository, began, 'I see.');
    await cleo().talk.resolveThreads(row.repository, number);
    const approve = async (): Promise<void> => {
      minuteLater();
      await cleo().talk.approve(row.repository, number);
      await fleet.settle();
      expect(await row.record()).toMatchObject({ reason: expect.stringContaining('counted from') });
      minuteLater();
    };
    await approve();
    await cleo().talk.editReviewComment(row.repository, reply, STOP);
    await fleet.settle();
    expect(await row.record()).toMatchObject({ reason: expect.stringContaining('cleo said something') });
    await approve();
    await cleo().talk.editReviewComment(row.repository, began, STOP);
    await fleet.settle();
    await stops(row, /cleo said something/);
  });

  test('a comment that is edited after proceed was said and before it is obeyed', async () => {
    const row = await waiting('edited-meanwhile');
    const number = await row.number();
    const id = await cleo().talk.comment(row.repository, number, 'What is this?');
    await fleet.settle();
    await ben().talk.comment(row.repository, number, '/autopilot proceed');
    minuteLater();
    await cleo().talk.editComment(row.repository, id, STOP);
    await fleet.settle();
    expect((await row.said()).join('\n')).toContain('No comment waits for an answer that you could give');
    await stops(row, /cleo said something/);
  });

  test('a comment that is edited while proceed is obeyed', async () => {
    const row = await waiting('edited-while');
    const number = await row.number();
    const id = await cleo().talk.comment(row.repository, number, 'What is this?');
    await fleet.settle();
    await ben().talk.comment(row.repository, number, '/autopilot proceed');
    // Who may say what is asked after the words were read.
    const act = async (): Promise<void> => {
      minuteLater();
      await cleo().talk.editComment(row.repository, id, STOP);
    };
    const rules = { method: 'GET', path: new RegExp(`^/repos/${row.repository}/rules/branches/`) };
    fleet.standIn.faults.next(rules, { kind: 'first', act });
    await fleet.settle();
    await stops(row, /cleo said something/);
  });

  test('title edited: put back, the clock restarted, and it is said who did it', async () => {
    const row = await waiting('title');
    const { title, body } = await row.issue();
    await fleet.pass(1.5);
    await ben().talk.edit(row.repository, await row.number(), { title: 'Harmless', body: 'Nothing to see.' });
    await fleet.settle();
    expect(await row.issue()).toMatchObject({ title, body });
    expect(await row.ledger()).toContainEqual('outdated: ben changed title or description');
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_PENDING', reason: expect.stringContaining('put back') });
    await fleet.pass(1);
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_PENDING' });
    await goesOn(row);
  });
});

describe('checks', TIMEOUT, () => {
  test('required check missing, from the wrong app, pending, skipped', async () => {
    const app = fleet.standIn.ci('ci').app.id;
    const row = await fleet.propose('required', {
      first: (repository) => ada().settings.protect(repository, 'main', { checks: { required: [{ context: 'build', appId: app }] } }),
    });
    const head = (await row.issue()).pull.head.sha;
    const run = async (slug: string, change: Parameters<ReturnType<Fleet['standIn']['ci']>['run']>[2]): Promise<void> => {
      await fleet.standIn.ci(slug).run(row.repository, head, change);
      await fleet.settle();
    };
    await stops(row, /build has not registered/);
    await run('other-ci', { name: 'build', status: 'completed', conclusion: 'success' });
    await stops(row, /build has not registered from the App \d+, only from others/);
    await run('ci', { name: 'build', status: 'in_progress' });
    await stops(row, /build runs/);
    await run('ci', { name: 'build', status: 'completed', conclusion: 'skipped' });
    await stops(row, /build: skipped/);
    await run('ci', { name: 'build', status: 'completed', conclusion: 'success' });
    expect((await row.record()).current_step).toBe('POLICY_SIGNED');
  });

  test('two runs of one name, the old one a success and the new one a failure', async () => {
    const row = await fleet.propose('two-runs');
    await row.check('success');
    await row.check('failure');
    await stops(row, /ci \/ test: failure/);
    await row.check('success');
    await goesOn(row);
  });

  test('zero checks', async () => {
    const row = await fleet.propose('zero-checks');
    await stops(row, /no check has registered/);
  });

  test('403 on check-runs', async () => {
    const row = await waiting('forbidden');
    const stop = fleet.standIn.faults.hook(({ method, path }) =>
      method === 'GET' && path.startsWith(`/repos/${row.repository}/`) && path.endsWith('/check-runs')
        ? { kind: 'status', status: 403, message: 'Resource not accessible by integration' }
        : undefined,
    );
    await stops(row, /403|could not be read/);
    stop();
    await goesOn(row);
  });

  test('GraphQL 200 with errors', async () => {
    const row = await waiting('graphql-errors');
    const stop = fleet.standIn.faults.hook(({ operation }) =>
      operation.includes('repository')
        ? { kind: 'graphql-error', type: 'SERVICE_UNAVAILABLE', message: 'Something went wrong.' }
        : undefined,
    );
    await stops(row, /Something went wrong/);
    stop();
    await goesOn(row);
  });

  test('mergeable UNKNOWN for ever', async () => {
    const row = await waiting('unknown');
    fleet.standIn.knobs.mergeableUnknown = 1_000_000;
    await stops(row, /the forge says UNKNOWN/);
    await stops(row, /the forge says UNKNOWN/);
    fleet.standIn.knobs.mergeableUnknown = 0;
    await goesOn(row);
  });
});

describe('the base', TIMEOUT, () => {
  test('base moved without input change', async () => {
    const row = await waiting('base-moved');
    const { sha } = (await row.issue()).pull.head;
    await fleet.pass(1);
    await ben().code.push(row.repository, 'main', { files: { 'README.md': 'Other words\n' } });
    await fleet.settle();
    expect((await row.issue()).pull.head.sha).toBe(sha);
    await fleet.pass(1.2);
    expect(await row.run()).toMatchObject({ current_step: 'SIGNAL_READY' });
  });

  test('base moved with input change', async () => {
    const row = await waiting('inputs');
    await fleet.pass(1);
    const { sha } = (await row.issue()).pull.head;
    await ben().code.push(row.repository, 'main', { files: { '.github/CODEOWNERS': '* @ada\n' } });
    await fleet.settle();
    expect((await row.issue()).pull.head.sha).not.toBe(sha);
    expect(onBranch(row, manifestOf(row))).toContain('ada');
    await row.check();
    await fleet.pass(1.2);
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_PENDING', reason: expect.stringContaining('content changed') });
    await goesOn(row);
  });
});

describe('the world', TIMEOUT, () => {
  test('duplicate delivery', async () => {
    const row = await waiting('duplicate');
    const id = await ben().talk.comment(row.repository, await row.number(), '/autopilot status');
    await fleet.settle();
    const told = fleet.standIn.deliveries.all.filter(({ event }) => event === 'issue_comment').at(-1);
    const before = fleet.standIn.calls.length;
    if (told) fleet.standIn.deliveries.redeliver(told);
    await fleet.settle();
    expect(told).toBeDefined();
    expect(fleet.standIn.calls.slice(before).filter(({ kind }) => kind === 'write')).toEqual([]);
    expect(await row.said()).toHaveLength(1);
    expect(id).toBeGreaterThan(0);
  });

  test('two workers at once', async () => {
    const rows = [await waiting('workers-one'), await waiting('workers-two')];
    fleet.clock.at = later(fleet.clock.at, 2.1 * 3_600_000);
    const { ports } = behind;
    if (!ports) throw new Error('the bot has not begun');
    const both = () => Promise.all(['bot', 'other', 'third'].map((name) => drain(ports, name, () => undefined)));
    await both();
    for (const row of rows) {
      await fleet.check(await row.number(), 'success', row.repository);
      await fleet.hear();
    }
    await both();
    await fleet.settle();
    for (const row of rows) {
      expect((await row.record()).current_step).toBe('SIGNAL_READY');
      expect(row.merges()).toBe(1);
      expect(row.git('rev-list', '--count', '--first-parent', 'main')).toBe('2');
    }
  });

  test('clock skew', async () => {
    fleet.clock.forgeAheadMs = 10 * 60_000;
    const row = await waiting('skew');
    await cleo().talk.comment(row.repository, await row.number(), 'Wait!');
    await fleet.settle();
    await ben().talk.comment(row.repository, await row.number(), '/autopilot proceed');
    await fleet.settle();
    expect(await row.record()).toMatchObject({ reason: expect.stringContaining('counted from') });
    await fleet.pass(1.9);
    expect((await row.record()).current_step).toBe('POLICY_PENDING');
    await fleet.pass(0.4);
    expect(await row.run()).toMatchObject({ current_step: 'SIGNAL_READY' });
  });

  test('installation suspended mid-way', async () => {
    const row = await waiting('suspended');
    await fleet.pass(2.1);
    ada().settings.suspendInstallation('autopilot', 'acme');
    await fleet.settle();
    await row.check();
    await fleet.pass(1);
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_SIGNED', reason: expect.stringContaining('suspended') });
    ada().settings.unsuspendInstallation('autopilot', 'acme');
    await fleet.settle();
    await goesOn(row);
  });

  test('rate limit mid-way', async () => {
    const row = await waiting('limited');
    await fleet.pass(2.1);
    const merge = { method: 'PUT', path: new RegExp(`^/repos/${row.repository}/pulls/\\d+/merge$`) };
    fleet.standIn.faults.next(merge, { kind: 'secondary-limit', retryAfterSeconds: 600 });
    await row.check();
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_SIGNED', problem: { what: expect.stringContaining('slow down') } });
    await fleet.pass(0.1);
    expect(row.merges()).toBe(1);
    await fleet.pass(0.1);
    expect(await row.record()).toMatchObject({ current_step: 'SIGNAL_READY' });
    expect(row.merges()).toBe(2);
  });
});
