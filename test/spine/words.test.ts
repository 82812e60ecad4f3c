/** §8.2, §8.3 what is written to the forge for one pull request, and that its first words come true. */
import { describe, expect, test } from 'vitest';
import { CONTENT_TO_MERGE, CONTENT_TO_OPEN } from '../../src/core/numbers.js';
import { install, ORDERS, organisationsOfTests } from './fleet.js';
import { type Organisation, REPOSITORY } from './organisation.js';

const open = organisationsOfTests();
const made = (files: Readonly<Record<string, string>>) => open({ files, names: ['orders'] });

/** Writes of the App, in the words of the route, but its tokens. */
function writes({ standIn }: Organisation, from: number): readonly string[] {
  return standIn.calls
    .slice(from)
    .filter(({ kind, status, operation }) => kind === 'write' && status < 300 && !operation.includes('access_tokens'))
    .map(({ operation }) => operation.replace('/repos/{owner}/{repo}', ''));
}

const isGate = (operation: string): boolean => operation.includes('/check-runs');
/** What GitHub counts as making content: a reference that moves and a check that is updated do not. */
const isContent = (operation: string): boolean => !operation.startsWith('PATCH');

const bodyOf = ({ standIn }: Organisation, number: number): string => standIn.seed.repository(REPOSITORY).issues.get(number)?.body ?? '';

describe('one Tier-3 pull request', { timeout: 120_000 }, () => {
  test('takes six writes and one commit to open, four to sign and merge, gate apart', async () => {
    const organisation = await made(ORDERS);
    await install(organisation);
    const { pull_request: request } = await organisation.record('ds://gold/orders');
    const number = request?.number ?? 0;
    const opening = writes(organisation, 0);
    expect(opening.filter((each) => !isGate(each) && each !== 'POST /labels')).toEqual([
      'POST /git/trees',
      'POST /git/commits',
      'POST /git/refs',
      'POST /pulls',
      'POST /issues/{issue_number}/labels',
      'POST /pulls/{pull_number}/requested_reviewers',
    ]);
    expect(opening.filter((each) => isContent(each) && each !== 'POST /labels')).toHaveLength(CONTENT_TO_OPEN);
    expect(organisation.git('rev-list', '--count', `main..${request?.branch}`)).toBe('1');

    const from = organisation.standIn.calls.length;
    await organisation.check(number);
    await organisation.pass(48.1);
    await organisation.check(number);
    await organisation.settle();
    const merging = writes(organisation, from);
    expect(merging.filter((each) => !isGate(each))).toEqual([
      'POST /git/trees',
      'POST /git/commits',
      'PATCH /git/refs/{ref}',
      'PUT /pulls/{pull_number}/merge',
    ]);
    expect(merging.filter(isContent)).toHaveLength(CONTENT_TO_MERGE);
    expect((await organisation.record('ds://gold/orders')).current_step).toBe('SIGNAL_READY');
  });
});

describe('the first words', { timeout: 120_000 }, () => {
  test('of a repository whose rules ask for a review promise no merge by itself', async () => {
    const organisation = await made(ORDERS);
    await organisation.standIn.as('ada').settings.protect(REPOSITORY, 'main', { reviews: { count: 1 } });
    await install(organisation);
    const { pull_request: request } = await organisation.record('ds://gold/orders');
    expect(bodyOf(organisation, request?.number ?? 0)).toContain('**Waits for a person, because main asks for an approving review.**');
  });

  test('of Tier-1 say that merging it by hand puts it in force, and it does', async () => {
    const organisation = await made({ ...ORDERS, 'critical-datasets.yaml': '- ds://gold/orders\n' });
    await install(organisation);
    const { pull_request: request, tier } = await organisation.record('ds://gold/orders');
    expect(tier).toBe('TIER_1');
    const number = request?.number ?? 0;
    expect(bodyOf(organisation, number)).toContain('whoever answers for the dataset merges it by hand');

    await organisation.check(number);
    await organisation.standIn.as('ben').talk.merge(REPOSITORY, number);
    await organisation.settle();
    expect(await organisation.record('ds://gold/orders')).toMatchObject({
      current_step: 'SIGNAL_READY',
      pull_request: { merged_by: 'person', signed_in: 'store' },
    });
    expect(organisation.standIn.violations).toEqual([]);
  });
});
