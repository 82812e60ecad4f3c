/** §4.4 the decisions of one dataset, together. */
import { expect, test } from 'vitest';
import { DatasetManifest } from '../../../src/core/artifacts/dataset-manifest.js';
import { decideManifest } from '../../../src/core/decide/manifest.js';
import type { DatasetFacts } from '../../../src/core/facts.js';
import { DEFAULT_SETTINGS } from '../../../src/core/settings.js';
import { run } from './schedule.rows.js';

const facts: DatasetFacts = {
  repository: 'acme/data-pipelines',
  target: 's3://lake/gold/orders/',
  writes: [],
  format: 'delta',
  runtime: 'spark',
  partitionBy: ['dt'],
  schedules: [run('orders_daily', '0 2 * * *', { owner: 'orders-team' })],
  owners: { teams: [], source: 'none' },
  consumers: [],
  at: { file: 'jobs/orders.py', line: 12 },
};
const urn = { value: 'ds://gold/orders', rule: 'urn/layer', because: 'gold is the layer' } as const;
const context = { settings: DEFAULT_SETTINGS, critical: new Set(['ds://gold/orders']), urn, reads: ['s3://lake/bronze/orders/'] };

test('a critical Spark job', () => {
  const choices = decideManifest(facts, context);
  expect(Object.values(choices).map((choice) => choice.rule)).toEqual([
    'urn/layer',
    'owner/default-args',
    'tier/critical-list',
    'enforcement/tier-1-inline',
    'storage/lineage',
    'orchestration/only',
    'slo/from-schedule',
    'lineage/orchestrator',
  ]);
  const manifest = {
    urn: choices.urn.value,
    owner_team: choices.owner.value,
    tier: choices.tier.value,
    runtime: facts.runtime,
    storage: { format: 'delta', ...choices.storage.value },
    orchestration: choices.orchestration.value,
    slo: choices.slo.value,
    enforcement_model: choices.model.value,
    openlineage: choices.lineage.value,
    metadata: { created_at: '2026-02-15T10:00:00Z', created_by: 'autopilot', bootstrap_id: 'boot-2026-02-15-001' },
  };
  expect(DatasetManifest.safeParse(manifest).success).toBe(true);
});

test('the same job, not critical and not ours to change', () => {
  const choices = decideManifest(facts, { ...context, critical: new Set(), modifiable: false });
  expect([choices.tier.value, choices.model.rule]).toEqual(['TIER_3', 'enforcement/unmodifiable']);
  expect(choices.storage.value.staging).toBe('s3://lake/gold/_staging/orders/');
});

test('a job without an orchestrator is called by its file', () => {
  const choices = decideManifest({ ...facts, schedules: [] }, context);
  expect(choices.lineage.value.job_name).toBe('jobs.orders');
  expect(choices.owner.value).toBe('unowned');
});

test('a dbt model is called by its project and owned as its meta says', () => {
  const model = {
    project: 'shop',
    file: 'models/orders.sql',
    model: 'orders',
    materialized: 'table',
    relation: '{target}.orders',
    relationWhen: {},
    refs: [],
    sources: [],
    viaMacro: [],
    owner: 'Finance',
    dataset: true,
    partitionBy: [],
    at: { file: 'models/orders.sql', line: 1 },
  };
  const choices = decideManifest({ ...facts, runtime: 'dbt', model, schedules: [] }, context);
  expect([choices.lineage.value.job_name, choices.owner.value, choices.model.rule]).toEqual(['shop.orders', 'finance', 'enforcement/dbt']);
});
