/** The whole way over HTTP, with the strict stand-in on the other side: installed, scanned, proposed, waited for, signed, merged, ready. */
import { describe, expect, test } from 'vitest';
import { install, ORDERS, organisationsOfTests } from './fleet.js';
import { type Choices, type Organisation, REPOSITORY } from './organisation.js';

const open = organisationsOfTests();

async function installed(choices: Choices = {}): Promise<Organisation> {
  const organisation = await open(choices);
  await install(organisation);
  return organisation;
}

describe('Tier-3', { timeout: 120_000 }, () => {
  test('from the installation to SIGNAL_READY after 48 hours, by the clock alone', async () => {
    const organisation = await installed();
    const { standIn } = organisation;
    const orders = await organisation.record('ds://gold/orders');
    expect(orders).toMatchObject({ current_step: 'POLICY_PENDING', tier: 'TIER_3' });
    const number = orders.pull_request?.number ?? 0;
    await organisation.check(number);
    await organisation.settle();

    await organisation.pass(47.9);
    expect((await organisation.record('ds://gold/orders')).current_step).toBe('POLICY_PENDING');
    await organisation.pass(0.2);
    const signed = await organisation.record('ds://gold/orders');
    expect(signed).toMatchObject({ current_step: 'POLICY_SIGNED' });
    await organisation.check(number);
    await organisation.settle();

    const ready = await organisation.record('ds://gold/orders');
    expect(ready).toMatchObject({ current_step: 'SIGNAL_READY', pull_request: { merged_by: 'clock', signed_in: 'branch' } });
    expect(standIn.violations).toEqual([]);
    expect(organisation.git('fsck', '--full', '--strict', '--no-dangling')).toBe('');
    expect(organisation.git('log', '--format=%s', '--first-parent', '-1', 'main')).toContain('ds://gold/orders');
    expect(standIn.seed.repository(REPOSITORY).issues.get(number)?.pull?.merged?.by.login).toBe('autopilot[bot]');
  });
});

describe('Tier-2', { timeout: 120_000 }, () => {
  /** Read by four jobs of another repository, which makes it Tier-2. */
  const readers = Object.fromEntries(
    ['a', 'b', 'c', 'd'].map((name) => [
      `reports/${name}.py`,
      'import pandas as pd\n\ndf = pd.read_parquet("s3://acme-lake/gold/orders")\n',
    ]),
  );
  const files = { ...ORDERS, ...readers };

  test('waits for a person, is signed on the approval, and is ready when a person has merged it', async () => {
    const organisation = await installed({ files, names: ['orders'] });
    const { standIn } = organisation;
    const proposed = await organisation.record('ds://gold/orders');
    expect(proposed).toMatchObject({ current_step: 'POLICY_PENDING', tier: 'TIER_2' });
    const number = proposed.pull_request?.number ?? 0;
    await organisation.check(number);
    await organisation.pass(100);
    expect((await organisation.record('ds://gold/orders')).current_step).toBe('POLICY_PENDING');

    await standIn.as('cleo').talk.approve(REPOSITORY, number);
    await organisation.settle();
    expect((await organisation.record('ds://gold/orders')).current_step).toBe('POLICY_PENDING');
    await standIn.as('ben').talk.approve(REPOSITORY, number);
    await organisation.settle();
    expect((await organisation.record('ds://gold/orders')).current_step).toBe('POLICY_SIGNED');
    await organisation.check(number);
    await organisation.settle();
    expect((await organisation.record('ds://gold/orders')).current_step).toBe('POLICY_SIGNED');

    await standIn.as('ben').talk.merge(REPOSITORY, number);
    await organisation.settle();
    const ready = await organisation.record('ds://gold/orders');
    expect(ready).toMatchObject({ current_step: 'SIGNAL_READY', pull_request: { merged_by: 'person', signed_in: 'branch' } });
    expect(ready.pull_request?.approvals.map(({ by }) => by)).toEqual(['ben']);
    expect(standIn.violations).toEqual([]);
    expect(organisation.git('fsck', '--full', '--strict', '--no-dangling')).toBe('');
    expect(organisation.git('show', 'main:signal_factory/gold/orders/policy_bundle.yaml')).toContain('signature_jws:');
  });

  test('merged into another branch than the one it was proposed to, it is declined and nothing of it is in force', async () => {
    const organisation = await installed({ files, names: ['orders'] });
    const { standIn } = organisation;
    const number = (await organisation.record('ds://gold/orders')).pull_request?.number ?? 0;
    await standIn.as('ben').code.createBranch(REPOSITORY, 'side');
    await standIn.as('ben').talk.retarget(REPOSITORY, number, 'side');
    await standIn.as('ben').talk.merge(REPOSITORY, number);
    await organisation.settle();
    const ended = await organisation.record('ds://gold/orders');
    expect(ended).toMatchObject({ current_step: 'CANCELLED', reason: 'it was merged into side, not main' });
    expect(ended.pull_request?.signed_in).toBeUndefined();
  });
});
