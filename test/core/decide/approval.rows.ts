/** §8.3 rows of approval, and of where a dataset's data lies. */
import { type ApprovalInput, decideApproval } from '../../../src/core/decide/approval.js';
import { decideLocation } from '../../../src/core/decide/location.js';
import type { Settings } from '../../../src/core/settings.js';
import type { Row } from './row.js';

const OPENED = '2026-02-15T10:00:00Z';
const waiting: ApprovalInput = {
  merge: { kind: 'auto', afterHours: 48 },
  openedAt: OPENED,
  now: OPENED,
  branchExists: true,
  headIsOurs: true,
  judgedDigest: 'sha256:now',
  approvals: [],
};
const person = { kind: 'person', slaBusinessDays: 5, stagingReport: 'none', onApproval: false } as const;
const ada = (judged_digest: string) => ({ by: 'ada', at: OPENED, judged_digest });

function approval(says: string, input: Partial<ApprovalInput>, rule: string, value: unknown, because = ''): Row {
  return { says, decide: () => decideApproval({ ...waiting, ...input }), rule, value, because };
}

export const approvalRows: readonly Row[] = [
  approval('the branch is gone', { branchExists: false, approvals: [ada('sha256:now')] }, 'approval/branch-gone', { kind: 'declined' }),
  approval(
    'a person approved this content',
    { merge: person, approvals: [ada('sha256:now')] },
    'approval/person',
    { kind: 'approved' },
    'ada',
  ),
  approval('a person approved another content', { merge: person, approvals: [ada('sha256:before')] }, 'approval/needs-person', {
    kind: 'wait',
    until: '2026-02-16T10:00:00Z',
  }),
  approval('a Tier-3 approval need not wait', { approvals: [ada('sha256:now')] }, 'approval/person', { kind: 'approved' }),
  approval('30 days without a word', { now: '2026-03-17T10:00:00Z' }, 'approval/expired', { kind: 'expired' }, '30'),
  approval('a second less than 30 days', { merge: person, now: '2026-03-17T09:59:59Z' }, 'approval/needs-person', {
    kind: 'wait',
    until: '2026-03-18T09:59:59Z',
  }),
  approval('a person pushed: the clock alone is not enough', { headIsOurs: false, now: '2026-02-20T10:00:00Z' }, 'approval/person-pushed', {
    kind: 'wait',
    until: '2026-02-21T10:00:00Z',
  }),
  approval('48 hours to the second', { now: '2026-02-17T10:00:00Z' }, 'approval/clock', { kind: 'approved' }, '48'),
  approval('a millisecond less', { now: '2026-02-17T09:59:59.999Z' }, 'approval/clock-runs', {
    kind: 'wait',
    until: '2026-02-17T10:00:00Z',
  }),
];

const locations: Settings['locations'] = [
  { table: 'marts.*', location: 's3://lake/marts/{1}/', format: 'parquet' },
  { table: '*.gold.*', location: 's3://{1}-lake/{2}' },
];

function location(says: string, target: string, rule: string, value: unknown): Row {
  return { says, decide: () => decideLocation(target, { locations }), rule, value };
}

export const locationRows: readonly Row[] = [
  location('a table of the settings', 'marts.orders', 'location/mapping', { location: 's3://lake/marts/orders/', format: 'parquet' }),
  location('case does not matter', 'MARTS.Orders', 'location/mapping', { location: 's3://lake/marts/Orders/', format: 'parquet' }),
  location('two stars', 'acme.gold.orders', 'location/mapping', { location: 's3://acme-lake/orders' }),
  location('a star stops at a dot', 'marts.shop.orders', 'location/as-written', { location: 'marts.shop.orders' }),
  location('a path stays as it is', 's3://lake/gold/orders/', 'location/as-written', { location: 's3://lake/gold/orders/' }),
];
