/** The whole way over HTTP, with the strict stand-in on the other side: installed, scanned, proposed, waited for, signed, merged, ready. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Organisation, openOrganisation, REPOSITORY } from './organisation.js';

const opened: Organisation[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function installed(choices: Parameters<typeof openOrganisation>[0] = {}): Promise<Organisation> {
  const organisation = await openOrganisation(choices);
  opened.push(organisation);
  organisation.standIn.seed.install({ app: 'autopilot', account: 'acme', by: 'ada' });
  await organisation.settle();
  return organisation;
}

describe('Tier-3', () => {
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

    console.log((await organisation.record('ds://gold/orders')).reason, JSON.stringify(standIn.deliveries.all.slice(-8).map((d) => [d.event, d.action, d.status])), organisation.serving.worker && JSON.stringify((await organisation.record('ds://gold/orders')).pull_request?.gate));
    const ready = await organisation.record('ds://gold/orders');
    expect(ready).toMatchObject({ current_step: 'SIGNAL_READY', pull_request: { merged_by: 'clock', signed_in: 'branch' } });
    expect(standIn.violations).toEqual([]);
    expect(organisation.git('fsck', '--full', '--strict')).toBe('');
    expect(organisation.git('log', '--format=%s', '--first-parent', '-1', 'main')).toContain('ds://gold/orders');
    expect(standIn.seed.repository(REPOSITORY).issues.get(number)?.pull?.merged?.by.login).toBe('autopilot[bot]');
  });
});
