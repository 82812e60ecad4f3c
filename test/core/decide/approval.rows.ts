/** §8.3 rows of approval, and of where a dataset's data lies. */
import type { AskedTable, CatalogTable } from '../../../src/core/catalog-table.js';
import { type ApprovalInput, decideApproval } from '../../../src/core/decide/approval.js';
import { decideLocation, knownTables } from '../../../src/core/decide/location.js';
import type { DeclaredTable } from '../../../src/core/facts.js';
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

const ddl = (name: string, line: number, location: string, format = 'table', partitionBy: readonly string[] = []): DeclaredTable => ({
  ...{ name, location, format, partitionBy },
  at: { file: name === 'sales.orders' ? 'ddl/a.sql' : 'ddl/b.sql', line },
});
const asked = (name: string, answer: AskedTable['answer']): AskedTable => ({ name, catalog: 'the Hive metastore', answer });
const found = (name: string, location?: string, more: Partial<CatalogTable> = {}): AskedTable =>
  asked(name, { kind: 'found', table: { kind: 'table', partitionBy: [], ...(location ? { location } : {}), ...more } });

const repositories = [
  {
    repository: 'shop',
    declared: [
      ddl('sales.orders', 3, 's3://lake/orders', 'delta', ['day']),
      ddl('sales.twice', 1, 's3://lake/one'),
      ddl('sales.twice', 2, 's3://lake/two'),
      ddl('sales.same', 1, 's3://lake/same/'),
      ddl('Sales.Same', 2, 's3://lake/same'),
      ddl('sales.asked', 1, 's3://lake/one'),
      ddl('sales.asked', 2, 's3://lake/two'),
      ddl('sales.open', 1, 's3://{bucket}/open'),
      ddl('sales.filled', 1, 's3://{env}/filled'),
      ddl('sales.both', 1, 's3://lake/by-ddl'),
      ddl('marts.both', 1, 's3://lake/by-ddl'),
    ],
    asked: [
      found('sales.asked', 's3://lake/asked'),
      found('sales.both', 's3://lake/by-catalog'),
      found('gold.orders', 's3://lake/gold/orders', { format: 'parquet', partitionBy: ['day'] }),
      asked('gold.late', { kind: 'absent' }),
      found('gold.view', undefined, { kind: 'view' }),
      found('gold.virtual'),
      asked('gold.gone', { kind: 'absent' }),
      asked('gold.beyond', { kind: 'left-out', because: 'it is asked for 500 names' }),
      asked('gold.dark', { kind: 'unreadable', because: 'it answers 503' }),
    ],
  },
  { repository: 'other', declared: [ddl('other.orders', 1, 's3://elsewhere/orders')], asked: [found('gold.late', 's3://lake/gold/late')] },
];

function known(says: string, target: string, rule: string, value: unknown, because = ''): Row {
  const tables = knownTables(repositories, { holes: { env: 'prod' }, production: { dbt_target: 'prod' } })('shop');
  return { says, decide: () => decideLocation(target, { locations }, tables), rule, value, because };
}

export const locationRows: readonly Row[] = [
  location('a table of the settings', 'marts.orders', 'location/mapping', { location: 's3://lake/marts/orders/', format: 'parquet' }),
  location('case does not matter', 'MARTS.Orders', 'location/mapping', { location: 's3://lake/marts/Orders/', format: 'parquet' }),
  location('two stars', 'acme.gold.orders', 'location/mapping', { location: 's3://acme-lake/orders' }),
  location('a star stops at a dot', 'marts.shop.orders', 'location/name-alone', { location: 'marts.shop.orders' }),
  location('a path stays as it is', 's3://lake/gold/orders/', 'location/as-written', { location: 's3://lake/gold/orders/' }),
  location('a name with a hole is asked for nowhere', '{db}.orders', 'location/as-written', { location: '{db}.orders' }),
  known(
    'its own DDL',
    'Sales.Orders',
    'location/ddl',
    { location: 's3://lake/orders', format: 'delta', partitionBy: ['day'] },
    'ddl/a.sql:3',
  ),
  known('DDL of another repository says nothing', 'other.orders', 'location/name-alone', { location: 'other.orders' }),
  known('two places in its DDL', 'sales.twice', 'location/several-ddl', { location: 'sales.twice' }, 'ddl/b.sql:2'),
  known('one place in two spellings', 'sales.same', 'location/ddl', { location: 's3://lake/same/', partitionBy: [] }),
  known('two places, and the catalog knows which', 'sales.asked', 'location/catalog', { location: 's3://lake/asked', partitionBy: [] }),
  known('DDL whose place has a hole that nobody fills', 'sales.open', 'location/name-alone', { location: 'sales.open' }),
  known('a hole that the settings fill', 'sales.filled', 'location/ddl', { location: 's3://prod/filled', partitionBy: [] }),
  known('DDL before the catalog', 'sales.both', 'location/ddl', { location: 's3://lake/by-ddl', partitionBy: [] }),
  known('the settings before both', 'marts.both', 'location/mapping', { location: 's3://lake/marts/both/', format: 'parquet' }),
  known(
    'the catalog',
    'gold.`orders`',
    'location/catalog',
    { location: 's3://lake/gold/orders', format: 'parquet', partitionBy: ['day'] },
    'the Hive metastore',
  ),
  known('another repository that found it first changes nothing', 'gold.late', 'location/catalog', {
    location: 's3://lake/gold/late',
    partitionBy: [],
  }),
  known('a view', 'gold.view', 'location/catalog-view', { location: 'gold.view' }),
  known('a table without a place', 'gold.virtual', 'location/catalog-no-place', { location: 'gold.virtual' }),
  known('a table that is not there', 'gold.gone', 'location/not-in-catalog', { location: 'gold.gone' }, 'has no table gold.gone'),
  known('a name beyond the limit', 'gold.beyond', 'location/catalog-unreadable', { location: 'gold.beyond' }, '500 names'),
  known('a catalog that did not answer', 'gold.dark', 'location/catalog-unreadable', { location: 'gold.dark' }, 'it answers 503'),
];
