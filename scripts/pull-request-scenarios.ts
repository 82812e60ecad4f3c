/** Six datasets as they are met in practice: Tier-1 to Tier-3, one with two days of history, one that has just changed, one without any data. */
import { draftManifest, printManifest, withContract } from '../generators/dataset-manifest.js';
import { draftPolicy, printPolicy } from '../generators/policy-bundle.js';
import type { PullRequestInput } from '../generators/pull-request-input.js';
import { Baseline } from '../src/core/artifacts/baseline.js';
import { decideProposal } from '../src/core/decide/proposal.js';
import type { Decision, SourceRef } from '../src/core/evidence.js';
import type { DatasetFacts, Unresolved } from '../src/core/facts.js';
import { toJson } from '../src/core/json.js';
import { deviation } from '../src/core/proportions.js';
import type { Delivery } from '../src/core/pull-request.js';
import type { ManifestChoices } from '../src/core/registration.js';
import { DEFAULT_SETTINGS } from '../src/core/settings.js';
import { policyDigest } from '../src/core/signing/digest.js';
import { calibratedBand, sigmaBand, sigmaFalseAlarmRate } from '../src/core/statistics/volume.js';
import { urnParts } from '../src/core/urn.js';
import type { EnforcementModel, Runtime, Tier } from '../src/core/vocabulary.js';

export type Scenario = {
  readonly name: string;
  readonly urn: string;
  readonly tier: Tier;
  readonly model: EnforcementModel;
  readonly runtime: Runtime;
  readonly api: string;
  readonly at: SourceRef;
  readonly gold: string;
  readonly format: string;
  readonly schedule?: {
    readonly cron: string;
    readonly timezone: string;
    readonly id: string;
    readonly task: string;
    readonly at: SourceRef;
  };
  readonly consumers: readonly string[];
  readonly baseline: Baseline;
  readonly unresolved: readonly Unresolved[];
  readonly delivery: Delivery;
};

const NOW = '2026-11-24T14:05:00Z';
const STAMP = { now: NOW, bootstrapId: 'boot-2026-11-24-001' };

/** Everything a pull request is planned from, drafted by the real generators. */
export function pullRequestInput(scenario: Scenario): PullRequestInput {
  const facts = factsOf(scenario);
  const choices = choicesOf(scenario);
  const drafted = draftManifest(facts, choices, STAMP);
  const { level, risk, merge } = decideProposal(scenario, DEFAULT_SETTINGS);
  const bundle = draftPolicy({
    manifest: drafted,
    baseline: scenario.baseline,
    level: level.value,
    settings: DEFAULT_SETTINGS,
    stamp: STAMP,
  });
  const manifest = withContract(drafted, policyDigest(toJson(bundle)));
  const { namespace, name } = urnParts(scenario.urn);
  const folder = `signal_factory/${namespace}/${name}`;
  return {
    manifest,
    baseline: scenario.baseline,
    bundle,
    facts,
    decisions: Object.values(choices),
    risk,
    merge,
    unresolved: scenario.unresolved,
    delivery: scenario.delivery,
    openedAt: NOW,
    documents: {
      manifest: { path: `${folder}/dataset.yaml`, content: printManifest(manifest) },
      policy: { path: `${folder}/policy_bundle.yaml`, content: printPolicy(bundle) },
      baseline: { path: `${folder}/baseline.json`, content: `${JSON.stringify(scenario.baseline, undefined, 2)}\n` },
    },
  };
}

function factsOf({ gold, format, runtime, api, at, schedule, consumers }: Scenario): DatasetFacts {
  return {
    repository: 'data-pipelines',
    target: gold,
    writes: [
      {
        file: at.file,
        line: at.line,
        endLine: at.line,
        api,
        format,
        targets: [gold],
        resolution: 'full',
        dataset: true,
        runtime,
        confidence: 0.95,
        via: [],
        mode: 'append',
        partitionBy: ['dt'],
      },
    ],
    format,
    runtime,
    partitionBy: ['dt'],
    schedules: schedule
      ? [
          {
            schedule: {
              ...schedule.at,
              platform: 'airflow',
              id: schedule.id,
              schedule: schedule.cron,
              scheduleAsWritten: schedule.cron,
              timezone: schedule.timezone,
              enabled: true,
              tasks: [],
            },
            task: { id: schedule.task, writes: [0], line: schedule.at.line },
          },
        ]
      : [],
    owners: { teams: ['@acme/data-platform'], source: 'codeowners', at: { file: 'CODEOWNERS', line: 12 } },
    consumers,
    at,
  };
}

function choicesOf(scenario: Scenario): ManifestChoices {
  const { urn, tier, model, gold, schedule, at, consumers } = scenario;
  const chose = <T>(value: T, rule: string, because: string, from?: SourceRef): Decision<T> => ({
    value,
    rule,
    because,
    ...(from ? { at: from } : {}),
  });
  const readers = consumers.length === 1 ? '1 other job' : `${consumers.length} other jobs`;
  const tierWords = {
    TIER_1: 'listed in critical-datasets.yaml',
    TIER_2: `read by ${readers}`,
    TIER_3: `read by ${readers}, not in critical-datasets.yaml`,
  };
  return {
    urn: chose(urn, 'urn/path-segments', `the last two segments of ${gold}`, at),
    owner: chose('@acme/data-platform', 'owner/codeowners', 'CODEOWNERS gives jobs/ to @acme/data-platform', {
      file: 'CODEOWNERS',
      line: 12,
    }),
    tier: chose(tier, tier === 'TIER_1' ? 'tier/critical-list' : tier === 'TIER_2' ? 'tier/consumers' : 'tier/default', tierWords[tier]),
    model: chose(
      model,
      model === 'inline_sdk' ? 'enforcement/tier-1' : 'enforcement/post-write',
      model === 'inline_sdk'
        ? 'TIER_1 on Spark: bad rows are held back before anyone reads them'
        : `${tier}: nothing in the job has to change`,
    ),
    storage: chose({ gold }, 'storage/published', `${gold} is what consumers read`, at),
    orchestration: chose(
      schedule
        ? {
            platform: 'airflow' as const,
            dag_id: schedule.id,
            task_id: schedule.task,
            schedule: schedule.cron,
            timezone: schedule.timezone,
          }
        : undefined,
      'schedule/airflow-task',
      schedule ? `the task ${schedule.task} runs ${at.file}` : 'no schedule names this job',
      schedule?.at,
    ),
    slo: chose(
      {
        freshness: {
          expected_update_by: schedule ? `04:00 ${schedule.timezone} daily` : '23:59 UTC daily',
          grace_period: '2h',
          max_staleness_hours: 48,
        },
        volume: { min_rows_per_partition: 70_000, anomaly_threshold_pct: 60 },
      },
      schedule ? 'slo/from-schedule' : 'slo/tier-default',
      schedule ? 'two hours after the schedule, the default of this tier' : 'no schedule: the default of this tier',
      schedule?.at,
    ),
    lineage: chose(
      { enabled: true, namespace: 'airflow://prod', job_name: schedule ? `${schedule.id}.${schedule.task}` : urnParts(urn).name },
      'lineage/task',
      'named as the orchestrator names the task',
    ),
  };
}

type ColumnSeed = { readonly name: string; readonly type: string; readonly canonical: string; readonly rates: readonly number[] };

const ORDER_COLUMNS: readonly ColumnSeed[] = [
  { name: 'order_id', type: 'STRING', canonical: 'string', rates: [0] },
  { name: 'customer_id', type: 'STRING', canonical: 'string', rates: [0.0002, 0.0002, 0.0001, 0.0003, 0.0002, 0.0002, 0.0002] },
  { name: 'order_total', type: 'DECIMAL', canonical: 'decimal(12,2)', rates: [0] },
  { name: 'created_at', type: 'TIMESTAMP', canonical: 'timestamp', rates: [0] },
  { name: 'email', type: 'STRING', canonical: 'string', rates: [0.031, 0.03, 0.033, 0.029, 0.032, 0.031, 0.034] },
  { name: 'phone', type: 'STRING', canonical: 'string', rates: [0.084, 0.081, 0.085, 0.09, 0.083, 0.082, 0.084] },
  { name: 'status', type: 'STRING', canonical: 'string', rates: [0, 0, 0, 0.004, 0, 0, 0] },
];

type OrdersChange = {
  readonly synthetic?: boolean;
  readonly readable?: boolean;
  readonly personal?: readonly ('EMAIL' | 'PHONE')[];
  readonly leftOut?: number;
};

/** The newest of seven days; fewer make the baseline provisional or synthetic. */
export function ordersBaseline(rows: readonly number[], change: OrdersChange = {}): Baseline {
  const total = rows.reduce((sum, count) => sum + count, 0);
  const statistics = { mean: total / rows.length, sd: deviation(rows), n: rows.length, min: Math.min(...rows), max: Math.max(...rows) };
  const sigma = sigmaBand(statistics);
  const calibrated = calibratedBand(statistics);
  const rate = ({ rates }: ColumnSeed, day: number) => rates[day % rates.length] ?? 0;
  const readable = change.readable !== false;
  const day = (index: number) => `2026-11-${17 + index}`;
  return Baseline.parse({
    dataset_urn: 'ds://curated/orders_enriched',
    bootstrap_id: STAMP.bootstrapId,
    profiling_metadata: {
      profiled_at: NOW,
      partitions_sampled: readable ? rows.length : 0,
      date_range: readable ? [day(0), day(rows.length - 1)] : null,
      total_rows_sampled: readable ? total : 0,
      profiling_engine: 'duckdb',
      is_synthetic: change.synthetic === true,
      confidence: change.synthetic ? 'LOW' : 'HIGH',
      ...(change.leftOut ? { left_out: leftOut(change.leftOut) } : {}),
    },
    ...(change.synthetic
      ? {}
      : {
          volume: {
            avg_row_count: Math.round(statistics.mean),
            stddev_row_count: Math.round(statistics.sd),
            min_row_count: statistics.min,
            max_row_count: statistics.max,
            anomaly_lower_bound: Math.round(sigma.lower),
            anomaly_upper_bound: Math.round(sigma.upper),
            method: 'sigma',
            k: 2,
            n: rows.length,
            expected_false_alarm_rate: Number(sigmaFalseAlarmRate(rows.length, 2).toFixed(4)),
            ...(calibrated
              ? {
                  calibrated_bounds: {
                    lower: Math.round(calibrated.lower),
                    upper: Math.round(calibrated.upper),
                    expected_false_alarm_rate: calibrated.falseAlarmRate,
                  },
                }
              : {}),
            alerting: 'on',
          },
        }),
    ...(readable
      ? {
          schema: {
            column_count: ORDER_COLUMNS.length,
            canonical_fingerprint: `sha256:${'3c'.repeat(32)}`,
            columns: ORDER_COLUMNS.map((column) => ({
              name: column.name,
              type: column.type,
              nullable: true,
              null_rate: rows.reduce((sum, count, index) => sum + Math.round(rate(column, index) * count), 0) / total,
              canonical_type: column.canonical,
            })),
          },
          partitions: rows.map((count, index) => ({
            partition: `dt=${day(index)}`,
            rows: count,
            null_rates: Object.fromEntries(
              ORDER_COLUMNS.map((column) => [column.name, Math.round(rate(column, index) * count) / count] as const).filter(
                ([, share]) => share > 0,
              ),
            ),
          })),
        }
      : {}),
    pii_scan: readable ? piiScan(change.personal ?? ['EMAIL', 'PHONE']) : { columns_with_pii: [], pii_patterns_detected: {} },
  });
}

/** Days before the others, which had a column less. */
function leftOut(days: number) {
  return Array.from({ length: days }, (_, index) => ({
    partition: `dt=2026-11-${16 - index}`,
    reason: 'another schema than the newest partition: lacks "status"',
  }));
}

/** What the scan found of the patterns asked for; the column of one that is not was looked at in vain. */
function piiScan(patterns: readonly ('EMAIL' | 'PHONE')[]): Baseline['pii_scan'] {
  const found = { email: { pattern: 'EMAIL', confidence: 0.98 }, phone: { pattern: 'PHONE', confidence: 0.95 } } as const;
  const listed = Object.entries(found).filter(([, { pattern }]) => patterns.includes(pattern));
  const matched = (pattern: 'EMAIL' | 'PHONE', hits: number) => ({ values: 1000, matched: patterns.includes(pattern) ? hits : 0 });
  return {
    columns_with_pii: listed.map(([column]) => column),
    pii_patterns_detected: Object.fromEntries(listed),
    values_sampled: 4005,
    looked_at: {
      order_id: { values: 1000, matched: 0 },
      customer_id: { values: 1000, matched: 0 },
      email: matched('EMAIL', 990),
      phone: matched('PHONE', 962),
      status: { values: 5, matched: 0 },
    },
  };
}

const WEEK = [118_200, 139_835, 144_865, 143_350, 142_050, 142_350, 165_800];
const GITHUB: Delivery = {
  how: 'github',
  baseBranch: 'main',
  filesAt: 'https://github.com/acme/data-pipelines/blob/4f2a6079d1b3c5e7f90a2b4c6d8e05f0c1d7e9b3',
};
const NIGHTLY = {
  cron: '0 2 * * *',
  timezone: 'America/New_York',
  id: 'orders_daily_pipeline',
  task: 'transform_orders',
  at: { file: 'dags/orders.py', line: 12 },
};
const ORDERS = {
  urn: 'ds://curated/orders_enriched',
  runtime: 'spark',
  api: 'spark.DataFrameWriter.save',
  at: { file: 'jobs/orders.py', line: 84 },
  gold: 's3://lake/gold/orders/',
  format: 'delta',
  schedule: NIGHTLY,
  consumers: ['finance-models:models/revenue.sql'],
  baseline: ordersBaseline(WEEK),
  unresolved: [{ file: 'jobs/adhoc.py', line: 31, reason: 'dynamic-target', text: 'df.write.save(os.environ["OUT"])' }],
  delivery: GITHUB,
} as const satisfies Partial<Scenario>;

export const SCENARIOS: readonly Scenario[] = [
  {
    ...ORDERS,
    name: 'tier-1-full-contract',
    tier: 'TIER_1',
    model: 'inline_sdk',
    consumers: ['finance-models:models/revenue.sql', 'ml-churn:features/orders.py', 'crm-sync:jobs/export.py', 'bi:explores/orders.sql'],
  },
  {
    ...ORDERS,
    name: 'tier-2-volume',
    tier: 'TIER_2',
    model: 'post_write',
    consumers: ['finance-models:models/revenue.sql', 'ml-churn:features/orders.py', 'crm-sync:jobs/export.py', 'bi:explores/orders.sql'],
  },
  {
    ...ORDERS,
    name: 'tier-3-contract-lite',
    tier: 'TIER_3',
    model: 'post_write',
    baseline: ordersBaseline(WEEK, { personal: ['EMAIL'] }),
  },
  {
    ...ORDERS,
    name: 'tier-3-asks-a-person',
    tier: 'TIER_3',
    model: 'post_write',
    baseline: ordersBaseline([4, 4], { synthetic: true, leftOut: 5 }),
  },
  {
    ...ORDERS,
    name: 'tier-3-two-days-local',
    urn: 'ds://curated/late_arrivals',
    tier: 'TIER_3',
    model: 'post_write',
    runtime: 'python',
    api: 'pandas.DataFrame.to_parquet',
    format: 'parquet',
    gold: '/data/lake/curated/late_arrivals',
    at: { file: 'jobs/late_arrivals.py', line: 40 },
    baseline: ordersBaseline([1210, 1184], { synthetic: true, personal: ['EMAIL'] }),
    unresolved: [],
    delivery: { how: 'local' },
  },
  {
    name: 'tier-3-no-data',
    urn: 'ds://curated/refunds',
    tier: 'TIER_3',
    model: 'post_write',
    runtime: 'spark',
    api: 'spark.DataFrameWriter.save',
    format: 'delta',
    gold: 's3://lake/gold/refunds/',
    at: { file: 'jobs/refunds.py', line: 22 },
    consumers: [],
    baseline: ordersBaseline([1], { synthetic: true, readable: false }),
    unresolved: [],
    delivery: GITHUB,
  },
];
