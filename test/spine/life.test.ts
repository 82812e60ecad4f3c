/** §8.2, §10.1 the life of a dataset's pull request, over HTTP: kept up to date, closed, declined, taken up again, and merged under every repository's own rules. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createObjects } from '../../src/adapters/local/objects.js';
import { documentKey } from '../../src/core/document-keys.js';
import { type Fleet, fleetOfTests, type Row } from './fleet.js';
import { copyDataset, job } from './organisation.js';

let fleet: Fleet;
fleetOfTests((opened) => {
  fleet = opened;
});

const TIMEOUT = { timeout: 60_000 };
const ada = () => fleet.standIn.as('ada');
const ben = () => fleet.standIn.as('ben');
const headOf = async (row: Row): Promise<string> => (await row.issue()).pull.head.sha;
const manifest = (row: Row) => row.git('show', `${row.branch}:${row.folder}/dataset.yaml`);
const bundle = (row: Row, at = row.branch) => row.git('show', `${at}:${row.folder}/policy_bundle.yaml`);

async function onMain(row: Row, files: Readonly<Record<string, string | null>>, who = ben): Promise<void> {
  await who().code.push(row.repository, 'main', { files });
  await fleet.settle();
}

async function nothingMerges(row: Row, why: RegExp): Promise<void> {
  await fleet.pass(2.1);
  expect(await row.record()).toMatchObject({ current_step: 'POLICY_PENDING', reason: expect.stringMatching(why) });
  expect(row.merges()).toBe(0);
}

async function ready(row: Row, hours = 2.1): Promise<void> {
  await fleet.pass(hours);
  expect(await row.run()).toMatchObject({ current_step: 'SIGNAL_READY' });
}

describe('signed', TIMEOUT, () => {
  test('a push that was refused, and changes that cannot be read when it is tried again, leave the branch ours', async () => {
    const row = await fleet.propose('refused-push');
    await row.check();
    let refused = 0;
    const heals = fleet.standIn.faults.hook(({ path, operation }) => {
      if (!path.startsWith(`/repos/${row.repository}/`)) return undefined;
      const isPush = operation.startsWith('PATCH') && path.includes('/git/refs/');
      if (isPush && refused === 0) {
        refused += 1;
        return { kind: 'secondary-limit', retryAfterSeconds: 60 };
      }
      return refused > 0 && path.includes('/compare/') ? { kind: 'status', status: 500 } : undefined;
    });
    await fleet.pass(2.1);
    expect(refused).toBe(1);
    await fleet.pass(1.1);
    heals();
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_APPROVED', reason: expect.stringContaining('could not be read') });
    await ready(row, 1.1);
  });
});

describe('kept up to date', TIMEOUT, () => {
  test('updated in place when its inputs change: the job partitions by another column', async () => {
    const row = await fleet.propose('partition');
    const [before, number] = [await headOf(row), await row.number()];
    await onMain(row, { 'jobs/partition.py': job('partition').replace('["dt"]', '["day"]') });
    expect(await row.number()).toBe(number);
    expect(await headOf(row)).not.toBe(before);
    expect(manifest(row)).toContain('partition_key: day');
    expect([...fleet.standIn.seed.repository(row.repository).issues.values()]).toHaveLength(1);
  });

  test('untouched when only line numbers move', async () => {
    const row = await fleet.propose('lines');
    const before = await headOf(row);
    const { body } = await row.issue();
    await onMain(row, { 'jobs/lines.py': `# Written by the data team.\n\n${job('lines')}` });
    expect([await headOf(row), (await row.issue()).body]).toEqual([before, body]);
    await row.check();
    await ready(row);
  });

  test('rebuilt on a moved base where the rules ask for up to date: by compare-and-swap, and the clock goes on', async () => {
    const row = await fleet.propose('strict', {
      first: (repository) =>
        ada().settings.protect(repository, 'main', { checks: { strict: true, required: [{ context: 'ci / test', appId: null }] } }),
    });
    await row.check();
    const before = await headOf(row);
    const { content_changed_at: changed } = (await row.record()).pull_request ?? {};
    await onMain(row, { 'README.md': 'Other words\n' }, ada);
    expect(await headOf(row)).toBe(before);
    // Not before nothing else stands in the way: each push costs everybody a run of the checks.
    await fleet.pass(2.1);
    const after = await headOf(row);
    expect(after).not.toBe(before);
    expect(row.git('rev-parse', `${after}^`)).toBe(row.git('rev-parse', 'main'));
    expect(fleet.standIn.calls.some(({ operation }) => operation.includes('updateRefs'))).toBe(true);
    expect((await row.record()).pull_request).toMatchObject({ content_changed_at: changed });
    expect(await row.run()).toMatchObject({ current_step: 'SIGNAL_READY' });
  });

  test('a person’s push in the moment of the rebuild is not overwritten', async () => {
    const row = await fleet.propose('strict-race', {
      first: (repository) =>
        ada().settings.protect(repository, 'main', { checks: { strict: true, required: [{ context: 'ci / test', appId: null }] } }),
    });
    await row.check();
    const pushed: string[] = [];
    const act = async (): Promise<void> => {
      pushed.push(await ben().code.push(row.repository, row.branch, { files: { [`${row.folder}/dataset.yaml`]: 'x: 1\n' } }));
    };
    fleet.standIn.faults.next({ operation: 'updateRefs' }, { kind: 'first', act });
    await onMain(row, { 'README.md': 'Other words\n' }, ada);
    await fleet.pass(2.1);
    expect(pushed).toHaveLength(1);
    expect(row.git('rev-parse', row.branch)).toBe(pushed[0]);
    await nothingMerges(row, /somebody pushed/);
  });

  test('a branch whose head a person pushed is left alone for ever', async () => {
    const row = await fleet.propose('theirs');
    const sha = await ben().code.push(row.repository, row.branch, {
      files: { [`${row.folder}/dataset.yaml`]: `${manifest(row)}\n# mine\n` },
    });
    await fleet.settle();
    await onMain(row, { '.github/CODEOWNERS': '* @ada\n' });
    await onMain(row, { 'jobs/theirs.py': job('theirs').replace('["dt"]', '["day"]') });
    await nothingMerges(row, /somebody pushed/);
    await fleet.pass(24 * 8);
    expect(row.git('rev-parse', row.branch)).toBe(sha);
    expect(row.merges()).toBe(0);
  });
});

describe('its end, and its return', TIMEOUT, () => {
  test('closed with the reason when the job is deleted', async () => {
    const row = await fleet.propose('deleted');
    await onMain(row, { 'jobs/deleted.py': null });
    expect((await row.issue()).state).toBe('closed');
    expect(await row.said()).toContainEqual(expect.stringContaining('no job in acme/deleted writes it any more'));
    expect(await row.record()).toMatchObject({ current_step: 'CANCELLED', reason: expect.stringContaining('no job in acme/deleted') });
  });

  test('not closed when its file cannot be parsed', async () => {
    const row = await fleet.propose('broken');
    await onMain(row, { 'jobs/broken.py': `def main(:\n    )))\n${job('broken').replace('df.to_parquet', 'df.(to_parquet')}` });
    expect((await row.issue()).state).toBe('open');
    expect((await row.record()).current_step).toBe('POLICY_PENDING');
  });

  test('closed by a person: declined, and remembered over rescans', async () => {
    const row = await fleet.propose('declined');
    const number = await row.number();
    await ben().talk.close(row.repository, number);
    await fleet.settle();
    expect(await row.record()).toMatchObject({ current_step: 'CANCELLED', reason: expect.stringContaining('ben closed #1') });
    await onMain(row, { 'jobs/declined.py': job('declined').replace('["dt"]', '["day"]') });
    await fleet.pass(24 * 8);
    expect([...fleet.standIn.seed.repository(row.repository).issues.values()].map(({ state }) => state)).toEqual(['closed']);
    expect((await row.record()).current_step).toBe('CANCELLED');
  });

  test('reopened: it goes on, and its time begins again', async () => {
    const row = await fleet.propose('reopened');
    await row.check();
    await ben().talk.close(row.repository, await row.number());
    await fleet.settle();
    await fleet.pass(24);
    await ben().talk.reopen(row.repository, await row.number());
    await fleet.settle();
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_PENDING', reason: expect.stringContaining('reopened') });
    await ready(row);
  });

  test('at most five at a time in a repository, and the next when one is done', async () => {
    const names = Array.from({ length: 6 }, (_, at) => `many-${at}`);
    for (const name of names) copyDataset(join(fleet.folder, 'lake'), 'orders', name);
    const row = await fleet.propose('many', { files: Object.fromEntries(names.map((name) => [`jobs/${name}.py`, job(name)])) });
    const open = () => [...fleet.standIn.seed.repository(row.repository).issues.values()].filter(({ state }) => state === 'open');
    expect(open()).toHaveLength(5);
    await fleet.pass(1.1);
    expect(open()).toHaveLength(5);
    await ben().talk.close(row.repository, open()[0]?.number ?? 0);
    await fleet.settle();
    await fleet.pass(1.1);
    expect(open()).toHaveLength(5);
    expect([...fleet.standIn.seed.repository(row.repository).issues.values()]).toHaveLength(6);
  });

  test('not more than five within an hour, however fast they are settled', async () => {
    const names = Array.from({ length: 6 }, (_, at) => `fast-${at}`);
    for (const name of names) copyDataset(join(fleet.folder, 'lake'), 'orders', name);
    const row = await fleet.propose('fast', { files: Object.fromEntries(names.map((name) => [`jobs/${name}.py`, job(name)])) });
    const all = () => [...fleet.standIn.seed.repository(row.repository).issues.values()];
    for (const { number } of all()) await ben().talk.close(row.repository, number);
    await fleet.pass(0.5);
    expect(all()).toHaveLength(5);
    // Whoever waits is told once an hour.
    await fleet.pass(1.1);
    expect(all()).toHaveLength(7);
  });
});

describe('the rules of the repository', TIMEOUT, () => {
  test('a required review is said in the first line, it never merges alone, and an approval lets it merge after its time', async () => {
    const row = await fleet.propose('reviewed', {
      first: (repository) => ada().settings.protect(repository, 'main', { reviews: { count: 1 } }),
    });
    const [first = ''] = ((await row.issue()).body ?? '').split('\n').filter((line) => line.trim() !== '' && !line.startsWith('<!--'));
    expect(first).toMatch(/approv/i);
    await row.check();
    await nothingMerges(row, /approv/);
    await fleet.pass(48);
    expect(row.merges()).toBe(0);
    await ben().talk.approve(row.repository, await row.number());
    expect(await row.run()).toMatchObject({ current_step: 'SIGNAL_READY', pull_request: { signed_in: 'branch' } });
  });

  test('rules that cannot be read at the moment of signing: it is signed on the branch once they can', async () => {
    const row = await fleet.propose('rules-unread');
    await row.check();
    let reads = 0;
    // The gate sees the rules and approves; the look before the signature does not.
    const readable = fleet.standIn.faults.hook(({ path }) =>
      path.includes('/rules/branches/') && fleet.clock.at >= later && reads++ > 0 ? { kind: 'status', status: 502 } : undefined,
    );
    const later = new Date(Date.parse(fleet.clock.at) + 48 * 3_600_000).toISOString();
    await fleet.pass(48.5);
    expect((await row.record()).pull_request?.signed_in).toBeUndefined();
    readable();
    await fleet.pass(0.2);
    await row.check();
    await fleet.pass(0.2);
    expect(await row.record()).toMatchObject({ current_step: 'SIGNAL_READY', pull_request: { signed_in: 'branch' } });
  });

  test('branch protection that drops approvals on a push: signed into the store only', async () => {
    const row = await fleet.propose('drops', {
      first: (repository) => ada().settings.protect(repository, 'main', { reviews: { count: 1, dismissStale: true } }),
    });
    await row.check();
    const before = await headOf(row);
    await ben().talk.approve(row.repository, await row.number());
    await fleet.settle();
    await ready(row);
    expect(await row.record()).toMatchObject({ pull_request: { signed_in: 'store', head: before } });
    expect(bundle(row, 'main')).not.toContain('signature_jws:');
    const objects = createObjects(join(fleet.folder, 'home', 'objects'));
    expect(await objects.get(documentKey(row.urn, 'bundle'))).toContain('signature_jws:');
  });

  test('merge queue: handed to it at the head that was judged, and ready when the queue has merged it', async () => {
    const row = await queued('queued');
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_SIGNED', reason: expect.stringContaining('merge queue') });
    await fleet.standIn.runMergeQueue(row.repository, 'main');
    await fleet.settle();
    await fleet.pass(0.2);
    expect(await row.record()).toMatchObject({ current_step: 'SIGNAL_READY' });
    expect(row.merges()).toBe(0);
  });

  test('an objection takes it out of the merge queue again: a hold, a label, a review and a comment', async () => {
    const objections: readonly (readonly [string, (row: Row, number: number) => Promise<unknown>, RegExp])[] = [
      ['hold', (row, number) => ben().talk.comment(row.repository, number, '/autopilot hold'), /held by ben/],
      ['label', (row, number) => ben().talk.label(row.repository, number, 'autopilot/hold'), /autopilot\/hold/],
      ['review', (row, number) => ben().talk.requestChanges(row.repository, number, 'No.'), /asked for changes/],
      ['comment', (row, number) => ben().talk.comment(row.repository, number, 'This table is deprecated.'), /said something/],
    ];
    for (const [name, act, why] of objections) {
      const row = await queued(`queued-${name}`);
      await act(row, await row.number());
      await fleet.settle();
      expect((await row.issue()).pull.queued).toBeUndefined();
      expect(await row.record()).toMatchObject({ current_step: 'POLICY_PENDING', reason: expect.stringMatching(why) });
      expect(await fleet.standIn.runMergeQueue(row.repository, 'main')).toBeUndefined();
      if (name === 'hold') expect((await row.said()).at(-1)).toContain('Held, and taken out of the merge queue.');
    }
  });

  test('a person takes it out of the merge queue: it stays out until somebody lets it go on', async () => {
    const row = await queued('queue-left');
    await ada().talk.dequeue(row.repository, await row.number());
    await fleet.settle();
    await fleet.pass(3);
    expect((await row.issue()).pull.queued).toBeUndefined();
    expect(await row.record()).toMatchObject({
      current_step: 'POLICY_PENDING',
      reason: expect.stringContaining('ada took it out of the merge queue'),
    });
    await ada().talk.comment(row.repository, await row.number(), '/autopilot resume');
    await fleet.settle();
    expect((await row.said()).at(-1)).toContain('Resumed.');
    await fleet.pass(2.1);
    await row.check();
    expect((await row.issue()).pull.queued).toBeDefined();
  });

  test('what nobody can read may be an objection: it leaves the merge queue until it can be read, and keeps its signature', async () => {
    const row = await queued('queued-unread');
    const isUnread = ({ path }: { readonly path: string }) => path.endsWith('/collaborators/ben/permission');
    const refused = { kind: 'status', status: 403, message: 'Not for you.' } as const;
    const readable = fleet.standIn.faults.hook((call) => (isUnread(call) ? refused : undefined));
    await ben().talk.comment(row.repository, await row.number(), 'This table is deprecated.');
    await fleet.settle();
    expect((await row.issue()).pull.queued).toBeUndefined();
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_SIGNED', reason: expect.stringContaining('could not be read') });
    readable();
    await fleet.pass(0.2);
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_PENDING', reason: expect.stringMatching(/said something/) });
  });

  test('a hold whose pull request the queue keeps says so, and tries again', async () => {
    const row = await queued('queued-kept');
    const refuse = { kind: 'status', status: 422, message: 'Not now.' } as const;
    fleet.standIn.faults.next({ operation: 'dequeuePullRequest' }, refuse);
    fleet.standIn.faults.next({ operation: 'dequeuePullRequest' }, refuse);
    await ben().talk.comment(row.repository, await row.number(), '/autopilot hold');
    await fleet.settle();
    expect((await row.said()).at(-1)).toMatch(/Held, \*\*but it still stands in the merge queue/);
    expect((await row.issue()).pull.queued).toBeDefined();
    await fleet.pass(0.2);
    expect((await row.issue()).pull.queued).toBeUndefined();
    expect(await row.record()).toMatchObject({ current_step: 'POLICY_PENDING', reason: expect.stringContaining('held by ben') });
  });

  test('an archived repository is left alone, and goes on when it is taken out of the archive', async () => {
    const row = await fleet.propose('archived');
    await row.check();
    await ada().settings.archive(row.repository);
    await fleet.settle();
    const before = fleet.standIn.calls.length;
    await fleet.pass(3);
    expect(fleet.standIn.calls.slice(before).filter(({ kind, path }) => kind === 'write' && path.includes(row.repository))).toEqual([]);
    expect((await row.record()).current_step).toBe('POLICY_PENDING');
    await ada().settings.archive(row.repository, false);
    await fleet.settle();
    await ready(row);
  });
});

describe('the repository’s own settings', TIMEOUT, () => {
  const FILE = '.github/autopilot.yml';
  test('enabled: false stops everything, and taking it out lets it go on', async () => {
    const row = await fleet.propose('switched-off');
    await row.check();
    await onMain(row, { [FILE]: 'enabled: false\n' });
    await nothingMerges(row, /switched Autopilot off/);
    await onMain(row, { [FILE]: null });
    await ready(row);
  });

  test('nothing is proposed in a repository that begins with enabled: false', async () => {
    await fleet.propose('never-on', { files: { [FILE]: 'enabled: false\n' } });
    expect([...fleet.standIn.seed.repository('acme/never-on').issues.values()]).toEqual([]);
    expect((await fleet.records()).find(({ dataset_urn }) => dataset_urn === 'ds://gold/never-on')).toBeUndefined();
  });

  test('longer hours are waited', async () => {
    const row = await fleet.propose('longer', { files: { [FILE]: 'merge:\n  auto_after_hours: 5\n' } });
    await row.check();
    await nothingMerges(row, /due at/);
    await ready(row, 3.1);
  });

  test('broken YAML: nothing merges', async () => {
    const row = await fleet.propose('broken-settings');
    await row.check();
    await onMain(row, { [FILE]: 'merge: [\n' });
    await nothingMerges(row, /autopilot\.yml/);
    await onMain(row, { [FILE]: 'merge:\n  auto_after_hours: 2\n' });
    await ready(row);
  });
});

describe('what our merges did', TIMEOUT, () => {
  const merged = async (name: string): Promise<Row> => {
    const row = await fleet.propose(name);
    await row.check();
    await ready(row);
    return row;
  };

  test('one that was taken back and one after which the base branch turned red stop the next for a day', async () => {
    const [back, red] = [await merged('harm-back'), await merged('harm-red')];
    const next = await fleet.propose('harm-next');
    await next.check();

    const merge = (await back.record()).pull_request?.merged_as ?? '';
    const files = Object.fromEntries(
      ['dataset.yaml', 'policy_bundle.yaml', 'baseline.json'].map((name) => [`${back.folder}/${name}`, null]),
    );
    const revert = await ben().code.push(back.repository, 'main', { files, message: `Revert it\n\nThis reverts commit ${merge}.` });
    await fleet.settle();
    expect((await back.record()).setbacks).toMatchObject([{ kind: 'reverted', merge, commit: revert }]);
    expect(await back.ledger()).toContainEqual(expect.stringContaining(`was taken back by ${revert.slice(0, 12)}`));

    // Nothing judged the merge itself: the newest commit does, and the hourly sweep sees it.
    const later = await ben().code.push(red.repository, 'main', { files: { 'README.md': 'Other words\n' } });
    await fleet.standIn.ci('ci').run(red.repository, later, { name: 'ci / test', status: 'completed', conclusion: 'failure' });
    await fleet.pass(1.1);
    expect((await red.record()).setbacks).toMatchObject([{ kind: 'red', commit: later, check: 'ci / test' }]);

    await nothingMerges(next, /nothing merges alone before/);
    expect((await next.gate()).summary).toContain('ds://gold/harm-red');
    await fleet.pass(24);
    await ready(next);
  });

  test('one is seen at once by its check, and noted once', async () => {
    const row = await merged('harm-once');
    const merge = (await row.record()).pull_request?.merged_as ?? '';
    for (let times = 0; times < 2; times += 1) {
      await fleet.standIn.ci('ci').run(row.repository, merge, { name: 'ci / test', status: 'completed', conclusion: 'failure' });
      await fleet.settle();
    }
    expect((await row.record()).setbacks).toMatchObject([{ kind: 'red', merge, commit: merge }]);
  });
});

/** Last: from here on the App is installed on chosen repositories. */
describe('chosen repositories', TIMEOUT, () => {
  test('a repository that is taken from the App is left alone, and goes on when it is given back', async () => {
    const row = await fleet.propose('removed');
    await row.check();
    const all = [...fleet.standIn.world.repositories.values()]
      .filter(({ owner }) => owner.login === 'acme')
      .map(({ name }) => `acme/${name}`);
    ada().settings.selectRepositories(
      'autopilot',
      'acme',
      all.filter((name) => name !== row.repository),
    );
    await fleet.settle();
    await fleet.pass(3);
    expect((await row.record()).current_step).toBe('POLICY_PENDING');
    ada().settings.selectRepositories('autopilot', 'acme', all);
    await fleet.settle();
    await ready(row);
  });
});

const QUEUE = {
  check_response_timeout_minutes: 60,
  grouping_strategy: 'ALLGREEN',
  max_entries_to_build: 5,
  max_entries_to_merge: 5,
  merge_method: 'MERGE',
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 5,
};

/** Judged, signed and handed to the merge queue of its repository. */
async function queued(name: string): Promise<Row> {
  const row = await fleet.propose(name, {
    first: (repository) => ada().settings.setRuleset(repository, { name: 'queue', rules: [{ type: 'merge_queue', parameters: QUEUE }] }),
  });
  await row.check();
  await fleet.pass(2.1);
  await row.check();
  expect((await row.issue()).pull.queued).toBeDefined();
  return row;
}
