/** §4.3 to §4.5 rows of urn, owner, tier, enforcement and storage. */
import { decideEnforcement, decideLineage } from '../../../src/core/decide/enforcement.js';
import { decideOwner, type OwnerCandidate } from '../../../src/core/decide/owner.js';
import { decideStorage } from '../../../src/core/decide/storage.js';
import { decideTier } from '../../../src/core/decide/tier.js';
import { assignUrns, decideUrn } from '../../../src/core/decide/urn.js';
import { Settings } from '../../../src/core/settings.js';
import type { RUNTIMES, Tier } from '../../../src/core/vocabulary.js';
import type { Row } from './row.js';

const settings = Settings.parse({
  urn: [
    { target: 's3://legacy/*/dump', urn: 'ds://legacy/dump' },
    { target: 's3://deep/**', urn: 'ds://legacy/deep' },
  ],
  layers: { gold: ['trusted'] },
});
const plain = Settings.parse({});

const urn = (
  says: string,
  target: string,
  rule: string,
  value: string | null,
  more: Parameters<typeof assignUrns>[0][number] | object = {},
): Row => ({
  says,
  decide: () => decideUrn(target, { settings, ...more }),
  rule,
  value,
});

export const urnRows: readonly Row[] = [
  urn('a committed urn wins over everything', 's3://legacy/a/dump', 'urn/committed', 'ds://sales/orders', {
    committed: 'ds://sales/orders',
  }),
  urn('the mapping wins over the path', 's3://legacy/a/dump', 'urn/mapping', 'ds://legacy/dump'),
  urn('* stays inside a segment', 's3://legacy/a/b/dump', 'urn/parent', 'ds://b/dump'),
  urn('** crosses segments', 's3://deep/a/b/c', 'urn/mapping', 'ds://legacy/deep'),
  urn('a catalog name gives its schema', 'main.sales.Orders', 'urn/schema', 'ds://sales/orders'),
  urn('quoted parts are parts', '"main"."sales"."orders"', 'urn/schema', 'ds://sales/orders'),
  urn('an unknown catalog before a known schema', '{catalog}.sales.orders', 'urn/schema', 'ds://sales/orders'),
  urn('a hole may contain a dot', '{CONF.SCHEMA}.orders', 'urn/default-namespace', 'ds://default/orders'),
  urn('a bare table lies in the database of the job', 'orders', 'urn/hint', 'ds://shop/orders', { schemaHint: 'Shop' }),
  urn('a bare table without any hint', 'orders', 'urn/default-namespace', 'ds://default/orders'),
  urn('a layer segment is the namespace', 's3://lake/gold/orders/', 'urn/layer', 'ds://gold/orders'),
  urn('a numbered layer is a layer', '/files/02_silver/orders', 'urn/layer', 'ds://silver/orders'),
  urn("the organisation's own layer word", 's3://lake/trusted/sales/orders', 'urn/layer', 'ds://trusted/orders'),
  urn('a layer after the name', 's3://lake/orders/bronze/', 'urn/layer', 'ds://bronze/orders'),
  urn('without a layer the folder is the namespace', 's3://lake/sales/orders', 'urn/parent', 'ds://sales/orders'),
  urn('without a folder the bucket is', 's3a://sales-lake/orders', 'urn/bucket', 'ds://sales-lake/orders'),
  urn('a hive partition is no name', 's3://lake/gold/orders/dt={dt}/', 'urn/layer', 'ds://gold/orders'),
  urn('nested date folders are no name', 's3://lake/gold/orders/2026/02/08/', 'urn/layer', 'ds://gold/orders'),
  urn('a date hole between dashes is no name', 's3://lake/gold/orders/{y}-{m}', 'urn/layer', 'ds://gold/orders'),
  urn('a version is no name', 's3://lake/gold/orders/v2/dt=2026-02-08', 'urn/layer', 'ds://gold/orders'),
  urn('a part file is no name', 's3://lake/gold/orders/part-00000.snappy.parquet', 'urn/layer', 'ds://gold/orders'),
  urn('a data file is no name', 's3://lake/gold/orders/data.parquet', 'urn/layer', 'ds://gold/orders'),
  urn('a file below a partition is no dataset', 's3://lake/gold/header_only/dt={ds}/x.csv', 'urn/layer', 'ds://gold/header_only'),
  urn('nor is a folder below one', 's3://lake/gold/orders/dt={ds}/eu/daily/', 'urn/layer', 'ds://gold/orders'),
  urn('nor a layer below one', 's3://lake/sales/orders/dt={ds}/bronze/part-0.parquet', 'urn/parent', 'ds://sales/orders'),
  urn('a partition of nothing named leaves the name to the file', 's3://lake/gold/dt={ds}/orders.csv', 'urn/layer', 'ds://gold/orders'),
  urn('dataset=… below a partition still says the name', 's3://lake/sales/year=2026/dataset=orders/', 'urn/parent', 'ds://sales/orders'),
  urn('a file called like the folder of its dates', 's3://lake/gold/orders/{date}/orders.csv', 'urn/layer', 'ds://gold/orders'),
  urn('the same below nested dates', 's3://lake/gold/orders/2024/01/orders_2024-01-05.csv', 'urn/layer', 'ds://gold/orders'),
  urn('another file below dates may be a dataset of its own', 's3://lake/gold/sales/2024/01/orders.csv', 'urn/layer', 'ds://gold/orders'),
  urn('the stem of a named file is', 'out/sales/orders.csv.gz', 'urn/parent', 'ds://sales/orders'),
  urn('a dated file is its stem', 'out/sales/orders_2026-02-08.csv', 'urn/parent', 'ds://sales/orders'),
  urn('a hole for a date beside a word', 's3://lake/gold/orders_{ds}', 'urn/layer', 'ds://gold/orders'),
  urn(
    'dataset=… says the name, domain=… where it belongs',
    '{root}/domain=sales/dataset=orders/version=1.2/',
    'urn/schema',
    'ds://sales/orders',
  ),
  urn('a folder of the job with an unknown root', '{root}/books/', 'urn/default-namespace', 'ds://default/books'),
  urn('only holes', '{bucket}/{table}', 'urn/no-literal-tail', null),
  urn('the hole is the table, so the folder is not', 's3://lake/sales/{table_name}/', 'urn/no-literal-tail', null),
  urn('an unknown table of a layer', 's3://lake/project/gold/{x}', 'urn/no-literal-tail', null),
  urn('only a layer is known', '{root}/bronze/{x}', 'urn/no-literal-tail', null),
  urn('a known folder that is called like a layer', 's3://lake/gold/part-0.parquet', 'urn/bucket', 'ds://lake/gold'),
  urn('only a layer under an unknown root', '{root}/gold/', 'urn/no-literal-tail', null),
  urn('nothing at all', '', 'urn/no-literal-tail', null),
  {
    says: 'a collision adds the segment before',
    decide: () => assignUrns([{ target: 's3://lake/gold/sales/orders' }, { target: 's3://lake/gold/hr/orders' }], plain)[1] ?? none,
    rule: 'urn/segment-added',
    value: 'ds://gold/hr_orders',
    because: 'hr',
  },
  {
    says: 'a place that has a record keeps its urn, whatever joins it',
    decide: () => assignUrns([standing, newcomer], plain, HELD)[0] ?? none,
    rule: 'urn/layer',
    value: 'ds://gold/orders',
  },
  {
    says: 'the one that joins gets another',
    decide: () => assignUrns([standing, newcomer], plain, HELD)[1] ?? none,
    rule: 'urn/segment-added',
    value: 'ds://gold/b_orders',
  },
  {
    says: 'also where its words would call it otherwise today',
    decide: () => assignUrns([{ ...standing, target: 's3://lake/sales/{table}' }], plain, HELD)[0] ?? none,
    rule: 'urn/standing',
    value: 'ds://gold/orders',
  },
  {
    says: 'a committed urn of another repository is not given twice',
    decide: () => assignUrns([standing, { ...newcomer, committed: 'ds://gold/orders' }], plain, HELD)[1] ?? none,
    rule: 'urn/held-elsewhere',
    value: null,
    because: 'ds://gold/orders belongs to acme/orders',
  },
  {
    says: 'two places that differ in no word',
    decide: () => assignUrns([{ target: 's3://lake/gold/a b/orders' }, { target: 's3://lake/gold/a_b/orders' }], plain)[0] ?? none,
    rule: 'urn/collision',
    value: null,
  },
];
const HELD = new Map([['ds://gold/orders', { repository: 'acme/orders', location: 's3://lake/gold/orders' }]] as const);
const standing = { target: 's3://lake/gold/orders', location: 's3://lake/gold/orders', repository: 'acme/orders' };
const newcomer = { target: 's3://b/gold/orders', location: 's3://b/gold/orders', repository: 'acme/attacker' };
const none = { value: 'missing', rule: 'missing/missing', because: '' };

const owner = (says: string, candidates: readonly OwnerCandidate[], rule: string, value: string, fallback?: string): Row => ({
  says,
  decide: () => decideOwner(candidates, fallback === undefined ? {} : { owner_fallback: fallback }),
  rule,
  value,
});
const from = (source: OwnerCandidate['source'], ...teams: string[]): OwnerCandidate => ({ source, teams });

export const ownerRows: readonly Row[] = [
  owner('a team handle', [from('codeowners', '@acme/data-platform')], 'owner/codeowners', 'data-platform'),
  owner('case is folded', [from('codeowners', '@Acme/Data-Platform', '@acme/data-platform')], 'owner/codeowners', 'data-platform'),
  owner('a team before persons', [from('codeowners', '@jane', '@acme/orders')], 'owner/codeowners', 'orders'),
  owner('only persons', [from('codeowners', '@Jane', 'joe@acme.com')], 'owner/person', 'jane'),
  owner('CODEOWNERS before dbt', [from('dbt_meta', 'finance'), from('codeowners', '@acme/core')], 'owner/codeowners', 'core'),
  {
    ...owner('who is overruled is told', [from('dbt_meta', 'finance'), from('codeowners', '@acme/core')], 'owner/codeowners', 'core'),
    because: "CODEOWNERS gives its file to core; that comes before: the model's meta names finance",
  },
  owner('dbt meta', [from('dbt_meta', 'finance'), from('dbt_group', 'core')], 'owner/dbt-meta', 'finance'),
  owner('dbt group', [from('default_args', 'core'), from('dbt_group', 'finance')], 'owner/dbt-group', 'finance'),
  owner("the schedule's owner", [from('repository', 'acme'), from('default_args', 'core')], 'owner/default-args', 'core'),
  owner('the word airflow is nobody', [from('default_args', 'airflow'), from('repository', 'acme')], 'owner/repository', 'acme'),
  owner('a team of CODEOWNERS may be called root', [from('codeowners', '@acme/root')], 'owner/codeowners', 'root'),
  owner('a team of a model may be called airflow', [from('dbt_meta', 'airflow')], 'owner/dbt-meta', 'airflow'),
  owner('nobody has filled in the meta', [from('dbt_meta', 'Unknown'), from('dbt_group', 'finance')], 'owner/dbt-group', 'finance'),
  owner("the task's own before its schedule's", [from('default_args', 'core'), from('task', 'ml')], 'owner/task', 'ml'),
  owner(
    "a task that airflow owns is its schedule's",
    [from('task', 'airflow'), from('default_args', 'core')],
    'owner/default-args',
    'core',
  ),
  owner('an owner-less line clears', [from('codeowners')], 'owner/settings', 'platform', '@acme/platform'),
  owner('nobody', [from('none')], 'owner/unowned', 'unowned'),
];

const tier = (says: string, listed: boolean, consumers: readonly string[], rule: string, value: Tier, because: string): Row => ({
  says,
  decide: () => decideTier({ urn: 'ds://sales/orders', critical: new Set(listed ? ['ds://sales/orders'] : []), consumers }, plain),
  rule,
  value,
  because,
});
export const tierRows: readonly Row[] = [
  tier('listed as critical', true, [], 'tier/critical-list', 'TIER_1', 'ds://sales/orders'),
  tier('listed, and many read it', true, ['a', 'b', 'c', 'd'], 'tier/critical-list', 'TIER_1', 'critical'),
  tier('four consumers', false, ['a', 'b', 'c', 'd'], 'tier/consumers', 'TIER_2', '4 consumers'),
  tier('three consumers are not more than three', false, ['a', 'b', 'c'], 'tier/default', 'TIER_3', '3 consumers'),
  tier('one that reads it twice counts once', false, ['a', 'a', 'b', 'c'], 'tier/default', 'TIER_3', '3 consumers'),
  tier('nobody reads it', false, [], 'tier/default', 'TIER_3', 'no consumer'),
];

const model = (says: string, t: Tier, runtime: (typeof RUNTIMES)[number], modifiable: boolean, rule: string, value: string): Row => ({
  says,
  decide: () => decideEnforcement({ tier: t, runtime, modifiable }),
  rule,
  value,
});
export const enforcementRows: readonly Row[] = [
  ...(['spark', 'python', 'dask'] as const).map((runtime) =>
    model(`Tier-1 ${runtime}`, 'TIER_1', runtime, true, 'enforcement/tier-1-inline', 'inline_sdk'),
  ),
  ...(['spark', 'python', 'dask'] as const).map((runtime) =>
    model(`Tier-2 ${runtime}`, 'TIER_2', runtime, true, 'enforcement/tier-2-staging', 'post_write'),
  ),
  ...(['spark', 'python', 'dask'] as const).map((runtime) =>
    model(`Tier-3 ${runtime}`, 'TIER_3', runtime, true, 'enforcement/tier-3-lineage', 'post_write'),
  ),
  model('dbt at Tier-1', 'TIER_1', 'dbt', true, 'enforcement/dbt', 'post_write'),
  model('Glue at Tier-1', 'TIER_1', 'glue', true, 'enforcement/unmodifiable', 'post_write'),
  model('a job nobody can change', 'TIER_1', 'spark', false, 'enforcement/unmodifiable', 'post_write'),
  ...(
    [
      [
        'Airflow emits',
        { platform: 'airflow', dag_id: 'orders_daily', task_id: 'load' },
        'python',
        'lineage/orchestrator',
        true,
        'airflow://prod',
        'orders_daily.load',
      ],
      [
        'Dagster under its own name',
        { platform: 'dagster', dag_id: 'orders' },
        'python',
        'lineage/orchestrator',
        true,
        'dagster://prod',
        'orders',
      ],
      [
        'Spark emits itself',
        { platform: 'step_functions', dag_id: 'orders' },
        'spark',
        'lineage/spark-listener',
        true,
        'step-functions://prod',
        'orders',
      ],
      ['dbt emits itself', undefined, 'dbt', 'lineage/dbt', true, 'airflow://prod', 'jobs.orders'],
      ['nothing emits', { platform: 'cron', dag_id: 'orders' }, 'python', 'lineage/no-emitter', false, 'cron://prod', 'orders'],
      ['nothing is known', undefined, 'dask', 'lineage/no-emitter', false, 'airflow://prod', 'jobs.orders'],
    ] as const
  ).map(
    ([says, orchestration, runtime, rule, enabled, namespace, job_name]): Row => ({
      says,
      decide: () => decideLineage({ runtime, model: 'post_write', orchestration, job: 'jobs.orders' }, plain),
      rule,
      value: { enabled, namespace, job_name },
    }),
  ),
  {
    says: 'the SDK emits',
    decide: () => decideLineage({ runtime: 'python', model: 'inline_sdk', orchestration: undefined, job: 'jobs.orders' }, plain),
    rule: 'lineage/sdk',
    value: { enabled: true, namespace: 'airflow://prod', job_name: 'jobs.orders' },
  },
];

const storage = (
  says: string,
  target: string,
  reads: readonly string[],
  m: 'inline_sdk' | 'post_write',
  rule: string,
  value: object,
): Row => ({
  says,
  decide: () => decideStorage({ target, reads, model: m }, plain),
  rule,
  value,
});
export const storageRows: readonly Row[] = [
  storage(
    'gold, with bronze and silver from lineage',
    's3://lake/gold/orders/',
    ['s3://lake/silver/orders/', 's3://lake/bronze/orders/', 's3://lake/bronze/customers/'],
    'post_write',
    'storage/lineage',
    {
      bronze: 's3://lake/bronze/orders/',
      silver: 's3://lake/silver/orders/',
      gold: 's3://lake/gold/orders/',
      staging: 's3://lake/gold/_staging/orders/',
      quarantine: 's3://lake/quarantine/orders/',
    },
  ),
  storage('inline has no staging', 's3://lake/gold/orders/', [], 'inline_sdk', 'storage/published', {
    gold: 's3://lake/gold/orders/',
    quarantine: 's3://lake/quarantine/orders/',
  }),
  storage(
    'of several bronze reads without its name none is taken',
    's3://lake/gold/orders',
    ['s3://lake/bronze/a', 's3://lake/bronze/b'],
    'inline_sdk',
    'storage/published',
    {
      gold: 's3://lake/gold/orders',
      quarantine: 's3://lake/quarantine/orders',
    },
  ),
  storage(
    'of two bronze places with its name none is taken',
    's3://lake/gold/orders',
    ['s3://a/bronze/orders', 's3://b/bronze/orders'],
    'inline_sdk',
    'storage/published',
    { gold: 's3://lake/gold/orders', quarantine: 's3://lake/quarantine/orders' },
  ),
  storage('the only silver read is taken', 's3://lake/gold/orders', ['s3://lake/silver/lines'], 'inline_sdk', 'storage/lineage', {
    silver: 's3://lake/silver/lines',
    gold: 's3://lake/gold/orders',
    quarantine: 's3://lake/quarantine/orders',
  }),
  storage('a silver path that is published', 's3://lake/silver/orders/', [], 'inline_sdk', 'storage/layer-in-path', {
    silver: 's3://lake/silver/orders/',
    gold: 's3://lake/silver/orders/',
    quarantine: 's3://lake/quarantine/orders/',
  }),
  storage(
    'the partition of one write is not the table',
    's3://lake/sales/orders/v2/dt={ds}/part-0.parquet',
    [],
    'post_write',
    'storage/published',
    {
      gold: 's3://lake/sales/orders/v2/',
      staging: 's3://lake/sales/orders/_staging/v2/',
      quarantine: 's3://lake/sales/orders/_quarantine/v2/',
    },
  ),
  storage('a file below a partition belongs to it', 's3://lake/gold/header_only/dt={ds}/x.csv', [], 'inline_sdk', 'storage/published', {
    gold: 's3://lake/gold/header_only/',
    quarantine: 's3://lake/quarantine/header_only/',
  }),
  storage(
    'so do the holes and folders there',
    's3://lake/gold/returns/dt={date}/{region}/returns.csv',
    [],
    'inline_sdk',
    'storage/published',
    {
      gold: 's3://lake/gold/returns/',
      quarantine: 's3://lake/quarantine/returns/',
    },
  ),
  storage('a file called like the folder of its dates', 's3://lake/gold/orders/{date}/orders.csv', [], 'inline_sdk', 'storage/published', {
    gold: 's3://lake/gold/orders/',
    quarantine: 's3://lake/quarantine/orders/',
  }),
  storage('and nested ones', 's3://lake/gold/orders/2024/{month}/orders.csv', [], 'inline_sdk', 'storage/published', {
    gold: 's3://lake/gold/orders/',
    quarantine: 's3://lake/quarantine/orders/',
  }),
  storage('a table gets neighbours in its schema', 'main.gold.orders', ['main.bronze.orders'], 'post_write', 'storage/lineage', {
    bronze: 'main.bronze.orders',
    gold: 'main.gold.orders',
    staging: 'main.gold.orders__staging',
    quarantine: 'main.gold.orders__quarantine',
  }),
];
