import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { backtest } from '../../generators/backtest.js';
import { certifiedViewName, draftCertifiedView, printCertifiedView } from '../../generators/certified-view.js';
import { draftManifest, printManifest, withContract } from '../../generators/dataset-manifest.js';
import { isNeverNull, isRequired, maxNullRate, nullHistories, nullSupport } from '../../generators/null-rules.js';
import { draftPolicy, printPolicy } from '../../generators/policy-bundle.js';
import { rollbackSteps } from '../../generators/rollback.js';
import { ordersBaseline, pullRequestInput, SCENARIOS } from '../../scripts/pull-request-scenarios.js';
import { Baseline } from '../../src/core/artifacts/baseline.js';
import { CertifiedView } from '../../src/core/artifacts/certified-view.js';
import { DatasetManifest } from '../../src/core/artifacts/dataset-manifest.js';
import { PolicyBundle } from '../../src/core/artifacts/policy-bundle.js';
import { deviation, mean, upperRate } from '../../src/core/proportions.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import { readStrictYaml } from '../../src/core/signing/strict-yaml.js';
import type { EnrichmentLevel } from '../../src/core/vocabulary.js';

const scenario = (name: string) => {
  const found = SCENARIOS.find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
};
const input = (name: string) => pullRequestInput(scenario(name));
const WEEK = [118_200, 139_835, 144_865, 143_350, 142_050, 142_350, 165_800];
const STAMP = { now: '2026-11-24T14:05:00Z', bootstrapId: 'boot-2026-11-24-001' };

/** A baseline of one column `c` with these rows and nulls by day. */
function column(days: readonly (readonly [number, number])[], change: object = {}): Baseline {
  const rows = days.reduce((sum, [size]) => sum + size, 0);
  const nulls = days.reduce((sum, [, missing]) => sum + missing, 0);
  const base = ordersBaseline(WEEK);
  return Baseline.parse({
    ...base,
    profiling_metadata: { ...base.profiling_metadata, partitions_sampled: days.length, total_rows_sampled: rows, ...change },
    schema: {
      column_count: 1,
      canonical_fingerprint: 'sha256:aa',
      columns: [{ name: 'c', type: 'STRING', nullable: true, null_rate: rows === 0 ? 0 : nulls / rows }],
    },
    partitions: days.map(([size, missing], index) => ({
      partition: `dt=2026-11-${10 + index}`,
      rows: size,
      null_rates: { c: size === 0 ? 0 : missing / size },
    })),
  });
}
const policyFor = (baseline: Baseline, level: EnrichmentLevel = 'contract_lite') =>
  draftPolicy({ manifest: input('tier-3-contract-lite').manifest, baseline, level, settings: DEFAULT_SETTINGS, stamp: STAMP });
const historyOf = (baseline: Baseline) => {
  const [history] = nullHistories(baseline);
  if (!history) throw new Error('no column');
  return history;
};

describe('upperRate', () => {
  it.each([
    ['nothing was seen', 0, 0, 1],
    ['no hit in 3,000 rows is the 0.1 % of the rule', 0, 3000, 0.001],
    ['one row says nothing', 0, 1, 1],
    ['every row is a hit', 5, 5, 1],
    ['one in a hundred, as Wilson has it', 1, 100, 0.0436],
  ])('%s', (_, hits, rows, expected) => {
    expect(upperRate(hits, rows)).toBeCloseTo(expected, 3);
  });

  it('gives mean and population deviation', () => {
    expect([mean([2, 4, 4, 4, 5, 5, 7, 9]), deviation([2, 4, 4, 4, 5, 5, 7, 9])]).toEqual([5, 2]);
  });
});

describe('a column that a partition does not list', () => {
  const days = [1500, 1600, 1700, 0].map((rows, index) => ({ partition: `dt=2026-11-1${index}`, rows }));
  const silent = Baseline.parse({ ...column([[4800, 0]]), partitions: days });

  it('has none missing there: each day with rows counts', () => {
    expect(historyOf(silent)).toMatchObject({ rows: 4800, nulls: 0, days: [{ rate: 0 }, { rate: 0 }, { rate: 0 }] });
    const bundle = policyFor(silent);
    expect(bundle.support?.[1]).toMatchObject({
      rule: 'not_null:c',
      confidence: 'HIGH',
      partitions: 3,
      held_out: { partitions: 3, kept: 3 },
    });
    expect(backtest(bundle, silent)[1]).toEqual({ check: { kind: 'missing', column: 'c', atMost: 0 }, asked: 3, fired: [] });
  });

  it('rests on the rows that were read, where that is a sample', () => {
    const sampled = Baseline.parse({ ...silent, partitions: days.map((day) => ({ ...day, rows_read: day.rows / 10 })) });
    expect(historyOf(sampled).rows).toBe(480);
    expect(policyFor(sampled).support?.[1]).toMatchObject({ rule: 'required:c', confidence: 'MEDIUM', partitions: 3 });
  });
});

describe('rules about missing values', () => {
  it.each([
    // sentence, [rows, nulls] by day, required, never null, bound, support
    [
      'no null in 3,000 rows: required and never null',
      [
        [1500, 0],
        [1500, 0],
      ],
      true,
      true,
      0.007,
      'not_null:c',
      'HIGH',
      2,
    ],
    [
      'no null in 2,999 rows: required, but not promised',
      [
        [1500, 0],
        [1499, 0],
      ],
      true,
      false,
      0.0071,
      'required:c',
      'MEDIUM',
      2,
    ],
    [
      '0.02 % over a week: required, bounded',
      [
        [100_000, 20],
        [100_000, 25],
        [100_000, 15],
      ],
      true,
      false,
      0.0054,
      'required:c',
      'HIGH',
      3,
    ],
    [
      '0.1 % exactly: not required',
      [
        [10_000, 10],
        [10_000, 10],
      ],
      false,
      false,
      0.0068,
      'max_null_rate:c',
      'HIGH',
      2,
    ],
    [
      'below 0.1 % over all, above on one day: not required',
      [
        [100_000, 0],
        [1000, 2],
      ],
      false,
      false,
      0.0112,
      'max_null_rate:c',
      'HIGH',
      2,
    ],
    [
      'a day far from the others breaks its own fold',
      [
        [1000, 0],
        [1000, 0],
        [1000, 400],
      ],
      false,
      false,
      0.9917,
      'max_null_rate:c',
      'MEDIUM',
      2,
    ],
    [
      'a null among many: required, not never null',
      [
        [500_000, 1],
        [500_000, 0],
      ],
      true,
      false,
      0.0051,
      'required:c',
      'HIGH',
      2,
    ],
    [
      'an empty day asks nothing',
      [
        [3000, 0],
        [0, 0],
      ],
      true,
      true,
      0.006,
      'not_null:c',
      'MEDIUM',
      0,
    ],
  ] as const)('%s', (_, days, required, never, bound, rule, confidence, kept) => {
    const history = historyOf(column(days));
    expect({ required: isRequired(history), never: isNeverNull(history) }).toEqual({ required, never });
    expect(maxNullRate(history)).toBeCloseTo(bound, 3);
    expect(nullSupport(history, 'HIGH')).toMatchObject({ rule, confidence, held_out: { kept } });
  });

  it('demands nothing of a table without rows', () => {
    expect(policyFor(column([[0, 0]])).contract_lite).toEqual({ required_fields: [], invariants: [] });
  });

  it('says MEDIUM of a rate that rises towards 0.1 %', () => {
    const baseline = column([
      [100_000, 10],
      [100_000, 40],
      [100_000, 70],
    ]);
    const rising = Baseline.parse({
      ...baseline,
      schema: { ...baseline.schema, columns: baseline.schema?.columns.map((one) => ({ ...one, null_rate_trend: 0.0003 })) },
    });
    expect([nullSupport(historyOf(baseline), 'HIGH').confidence, nullSupport(historyOf(rising), 'HIGH').confidence]).toEqual([
      'HIGH',
      'MEDIUM',
    ]);
  });

  it('knows a column by its pooled rate where days were not kept apart', () => {
    const { partitions: _, ...pooled } = column([[4000, 2]]);
    const history = historyOf(Baseline.parse(pooled));
    expect(history).toMatchObject({ days: [], rows: 4000, nulls: 2 });
    expect(nullSupport(history, 'HIGH')).toMatchObject({ confidence: 'MEDIUM', held_out: { partitions: 0, kept: 0 } });
  });
});

describe('draftPolicy', () => {
  it.each([
    ['contract_lite', false, false, ['customer_id']],
    ['volume_baseline', true, false, ['customer_id']],
    ['freshness_slo', true, false, ['customer_id']],
    ['full_contract', true, true, ['customer_id', 'email', 'phone', 'status']],
    ['advanced', true, true, ['customer_id', 'email', 'phone', 'status']],
  ] as const)('%s: volume %s, personal data %s', (level, volume, pii, bounded) => {
    const bundle = PolicyBundle.parse(policyFor(ordersBaseline(WEEK), level));
    expect(bundle.volume !== undefined).toBe(volume);
    expect([bundle.pii.detection.length > 0, bundle.pii.scan_columns]).toEqual([pii, pii ? ['email', 'phone'] : []]);
    expect(bundle.security.minimum_enforcement.pii_detection).toBe(pii ? 'required' : 'optional');
    expect(Object.keys(bundle.contract_lite.max_null_rates ?? {})).toEqual(bounded);
    expect(bundle.contract_lite).toMatchObject({
      required_fields: ['order_id', 'customer_id', 'order_total', 'created_at'],
      invariants: [],
    });
  });

  it('takes the figures of the baseline, the numbers of §6.5 and the schedule of §6.4', () => {
    const bundle = policyFor(ordersBaseline(WEEK), 'volume_baseline');
    expect(bundle).toMatchObject({
      version: '2.0',
      bundle_version: '1.0',
      security: { signature: 'sha256:UNSIGNED', validation_enabled: true, minimum_enforcement: { schema_validation: 'required' } },
      schema: { mode: 'strict', baseline_fingerprint: `sha256:${'3c'.repeat(32)}` },
      volume: { min_rows_per_partition: 70_000, anomaly_lower_bound: 116_750, anomaly_upper_bound: 167_950 },
      performance: { gate_timeout_ms: 10_000, total_validation_budget_pct: 5, pii_scan_timeout_ms: 10_000, sampling_rate: 1 },
      freshness: { expected_update_by: '04:00 America/New_York daily', grace_period: '2h', partition_key: 'dt' },
      bootstrap: {
        baseline_confidence: 'HIGH',
        progressive_schedule: {
          week_1: ['G1_RESOLUTION', 'G2_IDENTITY', 'G3_SCHEMA'],
          week_2: ['G6_VOLUME'],
          week_3: ['G5_FRESHNESS'],
          week_4: ['G4_CONTRACT', 'G5_PII', 'DQ_CHECKS'],
        },
      },
    });
    expect(bundle.bootstrap.auto_refine_until).toBeUndefined();
    expect(bundle.schema.constraints.filter(({ nullable }) => !nullable).map(({ field }) => field)).toEqual([
      'order_id',
      'order_total',
      'created_at',
    ]);
    expect(bundle.support?.find(({ rule }) => rule === 'volume')).toMatchObject({
      confidence: 'HIGH',
      violations: 0,
      held_out: { partitions: 7, kept: 7 },
    });
  });

  it.each([
    ['two days of four rows', [4, 4], 'contract_lite', 0],
    ['one row a day', [1, 1, 1, 1, 1, 1, 1], 'full_contract', 0],
    ['a day that lost most of the column', [1000, 1000, 1000], 'full_contract', 400],
  ] as const)('has no limit on missing values that says nothing: %s', (_, rows, level, lost) => {
    const bundle = policyFor(column(rows.map((size, index) => [size, index === rows.length - 1 ? lost : 0])), level);
    expect(bundle.contract_lite.max_null_rates).toBeUndefined();
    expect(bundle.support?.filter(({ rule }) => rule.endsWith(':c'))).toEqual([]);
    expect(bundle.contract_lite.required_fields).toEqual(lost === 0 ? ['c'] : []);
  });

  it('keeps one that does', () => {
    // 3/8 of the worst day, and half a point: 38 %.
    expect(
      policyFor(
        column([
          [8, 0],
          [8, 0],
        ]),
      ).contract_lite.max_null_rates,
    ).toEqual({ c: 0.38 });
  });

  it.each([
    ['synthetic', { is_synthetic: true, confidence: 'LOW' }],
    ['provisional', { provisional: true, confidence: 'MEDIUM' }],
  ])('refines a %s baseline seven days on', (_, change) => {
    expect(
      policyFor(
        column(
          [
            [5000, 0],
            [5000, 0],
          ],
          change,
        ),
      ).bootstrap,
    ).toMatchObject({ auto_refine_until: '2026-12-01T00:00:00Z', baseline_confidence: change.confidence });
    expect(
      policyFor(
        column(
          [
            [5000, 0],
            [5000, 0],
          ],
          change,
        ),
      ).support?.every(({ confidence }) => confidence === change.confidence),
    ).toBe(true);
  });

  it('claims nothing of data it could not read', () => {
    const bundle = PolicyBundle.parse(policyFor(ordersBaseline([1], { synthetic: true, readable: false }), 'full_contract'));
    expect(bundle.schema).toEqual({ mode: 'additive', registry: 'auto', baseline_fingerprint: 'sha256:UNVERIFIED', constraints: [] });
    expect(bundle.security.minimum_enforcement.schema_validation).toBe('optional');
    expect(bundle).toMatchObject({ contract_lite: { required_fields: [], invariants: [] }, support: [] });
    expect(bundle.volume).toBeUndefined();
  });

  it('has no bounds on rows where alerting is off', () => {
    const baseline = ordersBaseline(WEEK);
    expect(
      policyFor(Baseline.parse({ ...baseline, volume: { ...baseline.volume, alerting: 'off' } }), 'volume_baseline').volume,
    ).toBeUndefined();
  });

  it('counts a day with another schema against the schema rule', () => {
    const baseline = column(
      [
        [5000, 0],
        [5000, 0],
      ],
      {
        left_out: [
          { partition: 'dt=2026-11-09', reason: 'another schema: 1 column more' },
          { partition: 'dt=2026-11-08', reason: 'unreadable' },
        ],
      },
    );
    expect(policyFor(baseline).support?.[0]).toEqual({
      rule: 'schema',
      origin: 'heuristic',
      confidence: 'MEDIUM',
      rows: 10_000,
      partitions: 3,
      violations: 1,
      held_out: { partitions: 3, kept: 2 },
    });
  });
});

describe('backtest', () => {
  it.each([
    ['the week it was made from raises nothing', ordersBaseline(WEEK), 0],
    [
      'a null where none is allowed',
      column([
        [5000, 0],
        [5000, 3],
      ]),
      1,
    ],
    [
      'more missing than the bound',
      column([
        [5000, 0],
        [5000, 4000],
      ]),
      1,
    ],
  ])('%s', (_, seen, fired) => {
    const bundle = policyFor(ordersBaseline(WEEK), 'volume_baseline');
    const made =
      seen.schema?.column_count === 1
        ? policyFor(
            column([
              [5000, 0],
              [5000, 0],
            ]),
          )
        : bundle;
    expect(backtest(made, seen).flatMap((row) => row.fired)).toHaveLength(fired);
  });

  it('names the partitions and the check', () => {
    const bundle = policyFor(ordersBaseline(WEEK), 'volume_baseline');
    // 116,000 lies outside the two-sigma band, which is a figure and no rule.
    const rows = backtest(bundle, ordersBaseline([116_000, 60_000, 400_000]));
    expect(rows.find(({ check }) => check.kind === 'volume')).toEqual({
      check: { kind: 'volume' },
      asked: 3,
      fired: ['dt=2026-11-18', 'dt=2026-11-19'],
    });
    expect(rows[0]).toEqual({ check: { kind: 'schema' }, asked: 3, fired: [] });
  });
});

describe('documents', () => {
  it.each([
    ['tsv', 'csv'],
    ['jsonl', 'json'],
    ['constructor', 'table'],
  ])('call the format %s of a scan %s', (format, written) => {
    const changed = pullRequestInput({ ...scenario('tier-2-volume'), format });
    expect(changed.manifest.storage.format).toBe(written);
  });

  it.each(SCENARIOS)('of $name are valid, strict and the same bytes twice', (one) => {
    const { manifest, bundle, documents } = pullRequestInput(one);
    expect(DatasetManifest.parse(parse(documents.manifest.content))).toEqual(JSON.parse(JSON.stringify(manifest)));
    expect(PolicyBundle.parse(parse(documents.policy.content))).toEqual(JSON.parse(JSON.stringify(bundle)));
    for (const { content } of [documents.manifest, documents.policy]) expect(readStrictYaml(content)).toMatchObject({ ok: true });
    expect(pullRequestInput(one).documents).toEqual(documents);
    expect(documents.policy.content.split('\n')[0]).toBe(
      '# yaml-language-server: $schema=https://signal-factory.example/schemas/policy-bundle.schema.json',
    );
  });

  it('come in the order of the schema, whatever order they were made in', () => {
    const { manifest, bundle } = input('tier-2-volume');
    const reversed = PolicyBundle.parse(Object.fromEntries(Object.entries(bundle).reverse()));
    expect(printPolicy(reversed)).toBe(printPolicy(bundle));
    expect(printManifest(DatasetManifest.parse(Object.fromEntries(Object.entries(manifest).reverse())))).toBe(printManifest(manifest));
    expect(printPolicy(bundle).match(/^[a-z_]+(?=:)/gm)).toEqual(Object.keys(PolicyBundle.shape).filter((key) => key in bundle));
  });
});

describe('draftManifest', () => {
  it('gives the post-write model its contract, staging and hook (§9)', () => {
    const { manifest } = input('tier-3-contract-lite');
    expect(manifest.storage.staging).toBe('s3://lake/gold/_staging/orders/');
    expect(manifest.hooks).toEqual([{ on: 'after_write', run: 'sf validate --urn ds://curated/orders_enriched' }]);
    expect(manifest.contract).toEqual({ location: 'policy_bundle.yaml', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
  });

  it('gives the inline model none of them', () => {
    const { manifest } = input('tier-1-full-contract');
    expect([manifest.contract, manifest.hooks, manifest.storage.staging]).toEqual([undefined, undefined, undefined]);
    expect(withContract(manifest, 'sha256:aa').contract).toBeUndefined();
  });

  it.each([
    ['s3://lake/gold/orders', 's3://lake/gold/_staging/orders'],
    ['/data/lake/orders/', '/data/lake/_staging/orders/'],
    ['s3://orders', undefined],
    ['analytics.gold.orders', undefined],
  ])('places the staging of %s at %s', (gold, staging) => {
    const { facts, decisions: _, manifest } = input('tier-3-contract-lite');
    const decided = <T>(value: T) => ({ value, rule: 'storage/published', because: 'what consumers read' });
    const drafted = draftManifest(
      { ...facts, format: 'unheard-of' },
      {
        urn: decided(manifest.urn),
        owner: decided('data-platform'),
        tier: decided('TIER_3'),
        model: decided('post_write'),
        storage: decided({ gold }),
        orchestration: decided(undefined),
        slo: decided(manifest.slo),
        lineage: decided(manifest.openlineage),
      },
      STAMP,
    );
    expect(drafted.storage).toEqual({ format: 'table', gold, partition_key: 'dt', ...(staging ? { staging } : {}) });
    expect(DatasetManifest.safeParse(drafted).success).toBe(true);
  });

  it('says where each value comes from', () => {
    const { manifest } = input('tier-3-contract-lite');
    expect(manifest.evidence?.map(({ field, rule, source }) => [field, rule, source?.file ?? ''])).toEqual([
      ['urn', 'urn/path-segments', 'jobs/orders.py'],
      ['owner_team', 'owner/codeowners', 'CODEOWNERS'],
      ['tier', 'tier/default', ''],
      ['runtime', 'runtime/write-site', 'jobs/orders.py'],
      ['storage', 'storage/published', 'jobs/orders.py'],
      ['orchestration', 'schedule/airflow-task', 'dags/orders.py'],
      ['slo', 'slo/from-schedule', 'dags/orders.py'],
      ['enforcement_model', 'enforcement/post-write', ''],
      ['openlineage', 'lineage/task', ''],
    ]);
  });
});

describe('certified view and rollback', () => {
  it('starts at v0 and prints a valid record', () => {
    const { manifest, bundle } = input('tier-3-contract-lite');
    const view = draftCertifiedView({
      manifest,
      bundle,
      bundleLocation: 's3://sf-config/datasets/curated/orders_enriched/policy_bundle.yaml',
      gold: { schemaFingerprint: 'sha256:aa', partition: 'dt=2026-11-23' },
      stamp: STAMP,
    });
    expect(CertifiedView.parse(JSON.parse(printCertifiedView(view)))).toEqual(view);
    expect(view).toMatchObject({
      current_certified_version: 'v0',
      certification_status: 'CERTIFIED',
      staleness_sla_hours: 48,
      policy_bundle_version: '1.0',
      pointer: { gold: 's3://lake/gold/orders/' },
    });
    expect(certifiedViewName('ds://curated/orders')).toBe('gold_certified.orders');
  });

  it.each([
    [{ how: 'github', baseBranch: 'main', filesAt: 'https://github.com/acme/x/blob/1' }, ['git revert -m 1 <merge>']],
    [{ how: 'local' }, ['git revert -m 1 <merge>']],
  ] as const)('goes back in the words of %o', (delivery, commands) => {
    expect(rollbackSteps(delivery).map(({ how }) => how)).toEqual(commands);
  });
});
