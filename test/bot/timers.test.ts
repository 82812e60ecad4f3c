/** §14.5 what happens by the clock, with a clock that is moved. */
import { describe, expect, test } from 'vitest';
import { createInbox } from '../../src/adapters/local/inbox.js';
import { createInstallations } from '../../src/adapters/local/installations.js';
import { createLeases } from '../../src/adapters/local/leases.js';
import { openStore } from '../../src/adapters/local/store.js';
import { createTimers, JOBS, type TickOutcome, type TimersOptions } from '../../src/bot/timers.js';
import { BootstrapRecord } from '../../src/core/artifacts/bootstrap-record.js';
import type { RepositoryRow } from '../../src/core/repo.js';
import { DatasetUrn } from '../../src/core/urn.js';
import type { InstallationRow } from '../../src/ports.js';
import { folder, makeScene, NOW } from './scene.js';

/** A Sunday. */
const START = NOW;
const MONDAY = '2026-02-16T04:23:00Z';

const repository = (id: number, state: RepositoryRow['state'] = 'active'): RepositoryRow => ({
  id,
  name: `acme/r${id}`,
  installation: 1,
  defaultBranch: 'main',
  state,
  isPrivate: true,
});

type Failed = { readonly id: string; readonly guid: string; readonly at: string };

async function make(changed: Partial<TimersOptions> = {}, failed: readonly Failed[] = [], installed: readonly InstallationRow[] = []) {
  const store = openStore(folder());
  const inbox = createInbox(store);
  const installations = createInstallations(store);
  const leases = createLeases(store);
  const redelivered: string[] = [];
  const asked: string[] = [];
  for (const row of [repository(7), repository(8), repository(9, 'archived'), repository(10, 'fork')])
    await installations.saveRepository(row);
  const options: TimersOptions = {
    inbox,
    installations,
    leases,
    owner: 'one',
    withOpenPullRequests: async () => [8],
    host: {
      failedDeliveries: async (since) => {
        asked.push(since);
        return failed;
      },
      redeliver: async (id) => void redelivered.push(id),
      installations: async () => installed,
    },
    ...changed,
  };
  const guids = () =>
    store.database
      .prepare('SELECT guid FROM inbox ORDER BY seq')
      .all()
      .flatMap((row) => Object.values(row).map(String));
  return { timers: createTimers(options), options, installations, inbox, leases, redelivered, asked, guids };
}

const told = (outcomes: readonly TickOutcome[]) =>
  outcomes.map(({ job, outcome, said }) => `${job} ${outcome}${said === undefined ? '' : `: ${said}`}`);

test('at the first start everything is due, and nothing a moment later', async () => {
  const { timers, guids } = await make();
  expect(told(await timers.tick(START))).toEqual([
    'weekly-scan ran: 3 tasks begun',
    'sweep ran: 1 tasks begun',
    'reconcile ran: 0 of 0 lost deliveries asked for again',
    'prune ran: deliveries older than 8 days forgotten',
  ]);
  expect(guids()).toEqual([
    `weekly-scan/${START}/scan/7`,
    `weekly-scan/${START}/scan/8`,
    `weekly-scan/${START}/follow/fleet`,
    `sweep/${START}/look/8`,
  ]);
  expect(await timers.tick('2026-02-15T10:00:59Z')).toEqual([]);
});

test.each([
  ['the hour of the sweep', '2026-02-15T10:11:00Z', ['sweep']],
  ['a second before it', '2026-02-15T10:10:59Z', []],
  ['after both jobs of the hour', '2026-02-15T10:41:00Z', ['sweep', 'reconcile']],
  ['in the night', '2026-02-16T03:07:00Z', ['sweep', 'reconcile', 'prune']],
  ['on Monday morning', MONDAY, [...JOBS]],
])('due at %s', async (_, now, jobs) => {
  const { timers } = await make();
  await timers.tick(START);
  expect((await timers.tick(now)).map(({ job }) => job)).toEqual(jobs);
});

test('a week that was missed is made up for once', async () => {
  const { timers, guids } = await make();
  await timers.tick(START);
  const before = guids().length;
  await timers.tick('2026-03-11T12:00:00Z');
  expect(guids().slice(before)).toEqual([
    'weekly-scan/2026-03-09T04:23:00Z/scan/7',
    'weekly-scan/2026-03-09T04:23:00Z/scan/8',
    'weekly-scan/2026-03-09T04:23:00Z/follow/fleet',
    'sweep/2026-03-11T11:11:00Z/look/8',
  ]);
  expect(told(await timers.tick('2026-03-11T12:00:30Z'))).toEqual([]);
});

test('a run that was cut off is repeated, and what it had put in line is not put there twice', async () => {
  const cut = await make();
  let calls = 0;
  const timers = createTimers({
    ...cut.options,
    leases: {
      ...cut.leases,
      ran: async (job, at) => {
        calls += 1;
        if (calls === 1) throw new Error('killed before the run was noted');
        return cut.leases.ran(job, at);
      },
    },
  });
  await cut.leases.ran('weekly-scan', START);
  expect((await timers.tick(MONDAY))[0]).toMatchObject({ job: 'weekly-scan', outcome: 'failed' });
  const before = cut.guids();
  expect((await timers.tick('2026-02-16T04:40:00Z'))[0]).toMatchObject({ job: 'weekly-scan', outcome: 'ran', said: '0 tasks begun' });
  expect(cut.guids().filter((guid) => guid.startsWith('weekly'))).toEqual(before.filter((guid) => guid.startsWith('weekly')));
});

test('another process that is at it is left to it', async () => {
  const { timers, leases } = await make();
  await leases.take('job/sweep', 'other', START, 60_000);
  expect(told(await timers.tick(START))).toContain('sweep held');
  expect(told(await timers.tick('2026-02-15T10:02:00Z'))).toEqual(['sweep ran: 1 tasks begun']);
});

test('a job that fails leaves the others alone and is tried again some minutes later', async () => {
  const { timers } = await make({ withOpenPullRequests: async () => Promise.reject(new Error('the store is away')) });
  expect(told(await timers.tick(START)).map((each) => each.split(':')[0])).toEqual([
    'weekly-scan ran',
    'sweep failed',
    'reconcile ran',
    'prune ran',
  ]);
  expect(told(await timers.tick('2026-02-15T10:04:59Z'))).toEqual(['sweep held']);
  expect(told(await timers.tick('2026-02-15T10:05:00Z'))).toEqual(['sweep failed']);
});

describe('reconciliation', () => {
  const failure = (id: number, guid: string): Failed => ({ id: String(id), guid, at: START });

  test('asks again for what is not in the inbox, once each, oldest first', async () => {
    const { timers, inbox, redelivered, asked } = await make({}, [failure(5, 'c'), failure(4, 'b'), failure(3, 'c'), failure(2, 'a')]);
    await inbox.accept({ guid: 'b', event: 'push', lane: '7', payload: '{}', receivedAt: START });
    await timers.tick(START);
    expect(redelivered).toEqual(['2', '5']);
    expect(asked).toEqual(['2026-02-12T10:00:00Z']);
  });

  test('leaves alone what came, was worked, or was given up here', async () => {
    const { timers, inbox, redelivered } = await make({}, [failure(1, 'done'), failure(2, 'dead')]);
    for (const guid of ['done', 'dead']) await inbox.accept({ guid, event: 'push', lane: '7', payload: '{}', receivedAt: START });
    await inbox.done('done', 'scanned', START);
    await inbox.failed('dead', 'in vain', undefined, START);
    await timers.tick(START);
    expect(redelivered).toEqual([]);
  });

  test('an installation that no webhook told of, or that was suspended since, is read again', async () => {
    const rows = [
      { id: 1, account: 'acme', state: 'active' },
      { id: 2, account: 'globex', state: 'suspended' },
      { id: 3, account: 'initech', state: 'active' },
    ] as const;
    const { timers, installations, guids } = await make({ withOpenPullRequests: async () => [] }, [], rows);
    await installations.saveInstallation(rows[0]);
    await installations.saveInstallation({ ...rows[1], state: 'active' });
    await timers.tick(START);
    expect(guids().filter((guid) => guid.includes('sync-installation'))).toEqual([
      expect.stringContaining('installation/2'),
      expect.stringContaining('installation/3'),
    ]);
  });

  test('does not ask for ever for what fails every time', async () => {
    const { timers, redelivered } = await make(
      {},
      [1, 2, 3, 4, 5].map((id) => failure(id, 'poison')),
    );
    expect(told(await timers.tick(START))).toContain('reconcile ran: 0 of 1 lost deliveries asked for again');
    expect(redelivered).toEqual([]);
  });
});

const SHA = 'a'.repeat(40);
/** A pull request that stands open in a repository of this number, which had that name then. */
const proposed = (repository_id: number, repository: string) => (bootstrap_id: string) =>
  BootstrapRecord.parse({
    ...{ dataset_urn: `ds://gold/r${repository_id}`, bootstrap_id, repository_id, repository, tier: 'TIER_3' },
    ...{ current_step: 'POLICY_PENDING', started_at: START, enforcement_model: 'post_write', runtime_detected: 'spark' },
    steps: {
      registration: { status: 'COMPLETED' },
      profiling: { status: 'COMPLETED' },
      policy_config: { status: 'PENDING_APPROVAL' },
      certification_init: { status: 'NOT_STARTED' },
    },
    pull_request: {
      ...{ number: 1, branch: 'autopilot/x', head: SHA, tree: SHA, base_sha: SHA, written: [SHA], judged_digest: 'x', inputs_digest: 'x' },
      ...{ opened_at: START, content_changed_at: START, approvals: [] },
    },
  });

test('what timers put in line reaches the handlers; a repository that was renamed is swept, and not the one that has its name now', async () => {
  const scene = await makeScene();
  await scene.ground.installations.saveRepository(repository(7));
  await scene.ground.installations.saveRepository({ ...repository(8), name: 'acme/before' });
  await scene.ground.records.claim(DatasetUrn.parse('ds://gold/r7'), '2026-02-15', proposed(7, 'acme/before'));
  await scene.timers.tick(START);
  await scene.worker.drain();
  expect(scene.asked).toEqual([
    { kind: 'scan', repository: 7, because: 'the weekly scan' },
    { kind: 'scan', repository: 8, because: 'the weekly scan' },
    { kind: 'follow', because: 'the weekly scan' },
    { kind: 'look', repository: 7, because: 'the hourly sweep' },
  ]);
  await scene.stop();
});
