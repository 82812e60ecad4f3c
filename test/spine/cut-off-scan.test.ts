/** §14.5 a scan and the following of the fleet that are cut off half-way: nothing counts as done before the next step is on disk. */
import { expect, test } from 'vitest';
import { createInstallations } from '../../src/adapters/local/installations.js';
import type { BotChoices } from '../../src/main/compose-bot.js';
import type { ForgePorts } from '../../src/ports.js';
import { install, ORDERS, organisationsOfTests } from './fleet.js';
import type { Organisation } from './organisation.js';

const open = organisationsOfTests();

const TIMEOUT = { timeout: 60_000 };
const MINUTE = 1 / 60;

async function installed(front: NonNullable<BotChoices['front']>): Promise<Organisation> {
  const organisation = await open({ files: ORDERS, names: ['orders'], bot: { front } });
  await install(organisation);
  return organisation;
}

async function rowOf({ serving }: Organisation) {
  const [row] = await createInstallations(serving.store).repositories();
  return row;
}

function followings({ serving }: Organisation): number {
  return serving.store.database.prepare("SELECT guid FROM inbox WHERE action = 'follow'").all().length;
}

/** The first call of it fails. */
function once<A extends readonly unknown[]>(
  work: (...words: A) => Promise<void>,
  isMeant = (..._: A) => true,
): (...words: A) => Promise<void> {
  const cut = { off: false };
  return async (...words) => {
    if (cut.off || !isMeant(...words)) return work(...words);
    cut.off = true;
    throw new Error('cut off');
  };
}

test('following is on disk before the row says that it was scanned, and the scan is made again', TIMEOUT, async () => {
  const organisation = await installed((ports: ForgePorts) => {
    const { installations } = ports;
    return { ...ports, installations: { ...installations, noteScan: once(installations.noteScan) } };
  });
  expect(followings(organisation)).toBe(1);
  expect(await rowOf(organisation)).toMatchObject({ followed: { commit: organisation.git('rev-parse', 'main') } });
  expect((await rowOf(organisation))?.scanned).toBeUndefined();

  await organisation.pass(MINUTE);
  expect(await rowOf(organisation)).toMatchObject({ scanned: { commit: organisation.git('rev-parse', 'main') } });
  expect(await organisation.record('ds://gold/orders')).toMatchObject({ current_step: 'POLICY_PENDING' });
  expect(organisation.standIn.violations).toEqual([]);
});

test('a scan whose words could not be stored is not scanned', TIMEOUT, async () => {
  const organisation = await installed((ports: ForgePorts) => {
    const { objects } = ports;
    return { ...ports, objects: { ...objects, put: once(objects.put, (key) => key.endsWith('/scan.json')) } };
  });
  expect(followings(organisation)).toBe(0);
  expect(await rowOf(organisation)).not.toHaveProperty('scanned');
  await organisation.pass(MINUTE);
  expect(await organisation.record('ds://gold/orders')).toMatchObject({ current_step: 'POLICY_PENDING' });
});

test('following that was cut off is made again, and until then the gate does not take the scan for followed', TIMEOUT, async () => {
  const organisation = await installed((ports: ForgePorts) => {
    const { objects } = ports;
    return { ...ports, objects: { ...objects, put: once(objects.put, (key) => key.endsWith('/registration.json')) } };
  });
  expect(await rowOf(organisation)).toMatchObject({ scanned: { commit: organisation.git('rev-parse', 'main') } });
  expect(await rowOf(organisation)).not.toHaveProperty('followed');
  await organisation.pass(MINUTE);
  expect(await rowOf(organisation)).toHaveProperty('followed');
  expect(await organisation.record('ds://gold/orders')).toMatchObject({ current_step: 'POLICY_PENDING' });
});
