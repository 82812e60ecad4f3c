/** §14.6 what a repository's own settings say counts where something would be proposed, as they stand by then. */
import { describe, expect, test } from 'vitest';
import { install, ORDERS, organisationsOfTests } from './fleet.js';
import { job, type Organisation, REPOSITORY } from './organisation.js';

const open = organisationsOfTests();
const TIMEOUT = { timeout: 120_000 };
const FILE = '.github/autopilot.yml';
const BOTH = { ...ORDERS, 'jobs/refunds.py': job('refunds') };

async function push({ standIn, settle }: Organisation, text: string | null): Promise<void> {
  await standIn.as('ben').code.push(REPOSITORY, 'main', { files: { [FILE]: text } });
  await settle();
}

function proposed({ standIn }: Organisation): readonly string[] {
  const { issues } = standIn.seed.repository(REPOSITORY);
  return [...issues.values()].flatMap(({ pull }) => (pull ? [pull.head.ref] : []));
}

describe('a repository that was switched off while something waited to be proposed', TIMEOUT, () => {
  test.each([
    ['off', 'enabled: false\n', 'the repository has switched Autopilot off'],
    ['not to be read', 'enabled: never\n', `${FILE} is not valid at enabled`],
  ])('%s: it is not proposed, the reason is told, and it goes on when the file is mended', async (_says, text, reason) => {
    const organisation = await open({ files: BOTH, settings: 'pace:\n  open_per_repository: 1\n' });
    await install(organisation);
    const [first, ...others] = proposed(organisation);
    expect(others).toEqual([]);
    const waiting = `ds://gold/${first?.endsWith('orders') ? 'refunds' : 'orders'}`;
    await push(organisation, text);
    await organisation.standIn.as('ben').talk.close(REPOSITORY, 1);
    await organisation.pass(1.1);
    await organisation.pass(1.1);
    expect(proposed(organisation)).toEqual([first]);
    expect(await organisation.record(waiting)).toMatchObject({ reason: expect.stringContaining(reason) });

    await push(organisation, null);
    await organisation.pass(1.1);
    expect(proposed(organisation)).toHaveLength(2);
    expect(organisation.standIn.violations).toEqual([]);
  });
});

describe('a repository that asks for more care', TIMEOUT, () => {
  test('is given as few pull requests at once as it says', async () => {
    const organisation = await open({ files: { ...BOTH, [FILE]: 'pace:\n  open_per_repository: 1\n' } });
    await install(organisation);
    expect(proposed(organisation)).toHaveLength(1);
  });

  test('is promised what it says of merges', async () => {
    const organisation = await open({ files: { ...ORDERS, [FILE]: 'merge:\n  auto_after_hours: 72\n' }, names: ['orders'] });
    await install(organisation);
    const { pull_request: request } = await organisation.record('ds://gold/orders');
    const { body = '' } = organisation.standIn.seed.repository(REPOSITORY).issues.get(request?.number ?? 0) ?? {};
    expect(body).toContain('starts the 72 hours anew');
  });
});
