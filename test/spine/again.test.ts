/** A command that is obeyed once more, because something failed after the first time: it is answered as once and undoes nothing that came later. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, ORDERS } from './fleet.js';
import { type Organisation, openOrganisation, REPOSITORY } from './organisation.js';

const URN = 'ds://gold/orders';
let organisation: Organisation;
let number = 0;
beforeAll(async () => {
  organisation = await openOrganisation({ files: ORDERS, names: ['orders'] });
  await install(organisation);
  number = (await request())?.number ?? 0;
}, 120_000);
afterAll(() => organisation.close());

async function request() {
  return (await organisation.record(URN)).pull_request;
}

const MINUTE = 1 / 60;

/** The sign that it is done fails, and its repetition too: the delivery is put off by half a minute. */
function failAfterwards(): () => void {
  const seen = { reactions: 0 };
  return organisation.standIn.faults.hook(({ operation }) => {
    if (!operation.includes('reactions')) return undefined;
    seen.reactions += 1;
    return seen.reactions > 1 ? { kind: 'status', status: 500 } : undefined;
  });
}

async function say(words: string, by = 'ben'): Promise<void> {
  await organisation.standIn.as(by).talk.comment(REPOSITORY, number, words);
  await organisation.settle();
}

async function sayAndFail(words: string): Promise<void> {
  const end = failAfterwards();
  await say(words);
  end();
}

function answer(): string {
  const said = organisation.standIn.seed.repository(REPOSITORY).issues.get(number)?.comments ?? [];
  const ours = said.filter(({ author, body }) => author.login === 'autopilot[bot]' && body.startsWith('<!-- autopilot:answers -->'));
  return ours.length === 1 ? (ours[0]?.body ?? '') : `${ours.length} answers`;
}

describe('obeyed again', { timeout: 120_000 }, () => {
  test('hold is held once, and said so', async () => {
    await sayAndFail('/autopilot hold');
    expect((await request())?.hold).toMatchObject({ by: 'ben' });
    await organisation.pass(MINUTE);
    expect((await request())?.hold).toMatchObject({ by: 'ben' });
    expect(answer()).toContain('Held.');
  });

  test('resume lifts it once, and said so', async () => {
    await sayAndFail('/autopilot resume');
    const lifted = (await request())?.hold_lifted_at;
    expect(lifted).toBe(organisation.clock.at);
    await organisation.pass(MINUTE);
    expect((await request())?.hold_lifted_at).toBe(lifted);
    expect(answer()).toContain('Resumed.');
  });

  test('resume that is obeyed late lifts what was said before it, and nothing else', async () => {
    await say('/autopilot hold');
    await organisation.pass(MINUTE);
    const readable = organisation.standIn.faults.hook(({ path }) =>
      path.endsWith('/collaborators/ben/permission') ? { kind: 'status', status: 502 } : undefined,
    );
    const said = organisation.clock.at;
    await say('/autopilot resume');
    await organisation.pass(MINUTE);
    expect((await request())?.hold).toMatchObject({ by: 'ben' });
    readable();
    await organisation.pass(10 * MINUTE);
    expect(await request()).toMatchObject({ hold_lifted_at: said });
    expect((await request())?.hold).toBeUndefined();
  });

  test('resume does not lift a hold that was said after it', async () => {
    await say('/autopilot hold');
    await organisation.pass(MINUTE / 6);
    await sayAndFail('/autopilot resume');
    await organisation.pass(MINUTE / 6);
    await say('/autopilot hold');
    await organisation.pass(MINUTE);
    expect((await request())?.hold).toMatchObject({ by: 'ben' });
    expect(answer()).toContain('stays held');
  });

  test('proceed answers what was said before it, and nothing that came later', async () => {
    await say('/autopilot resume');
    await say('Wait, who reads this?', 'cleo');
    await organisation.pass(MINUTE / 6);
    await sayAndFail('/autopilot proceed');
    expect((await request())?.answered).toHaveLength(1);
    await organisation.pass(MINUTE / 6);
    await say('And who else?', 'cleo');
    await organisation.pass(MINUTE);
    expect((await request())?.answered).toHaveLength(1);
    expect(answer()).toContain('The comment counts as answered.');
  });
});
