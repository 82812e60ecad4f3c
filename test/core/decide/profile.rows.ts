/** §5.2 to §5.5 rows of profiling, borrowed baselines and their refinement. */
import { decideConfidence, decideEngine, decideProfiling } from '../../../src/core/decide/profiling.js';
import { decideRefinement } from '../../../src/core/decide/refinement.js';
import { decideSyntheticVolume, type Peer } from '../../../src/core/decide/synthetic-baseline.js';
import type { DataListing, PartitionListing, ProfilingPlan } from '../../../src/core/measurements.js';
import type { Confidence, Tier } from '../../../src/core/vocabulary.js';
import type { Row } from './row.js';

export function days(count: number, rows = 1000): readonly PartitionListing[] {
  return Array.from({ length: count }, (_, index) => {
    const day = `2026-02-${String(index + 1).padStart(2, '0')}`;
    return { partition: `dt=${day}`, day, files: [`dt=${day}/part-0.parquet`], bytes: rows * 50, rows };
  });
}
export function listing(partitions: readonly PartitionListing[], location = 's3://lake/gold/orders/'): DataListing {
  return { location, exists: partitions.length > 0, format: 'parquet', partitionBy: ['dt'], partitions };
}
const plan = (says: string, listed: DataListing, rule: string, value: readonly [string, string, number, number], because: string): Row => ({
  says,
  decide: () => {
    const decision = decideProfiling(listed);
    const { kind, engine, sampleFraction, partitions } = decision.value;
    return { ...decision, value: [kind, engine, sampleFraction, partitions.length] };
  },
  rule,
  value,
  because,
});
const engine = (says: string, rows: number, local: boolean, rule: string, name: string, sampleFraction: number): Row => ({
  says,
  decide: () => decideEngine(rows, local),
  rule,
  value: { engine: name, sampleFraction },
});

export const profilingRows: readonly Row[] = [
  plan('ten days: the newest seven', listing(days(10)), 'profiling/full', ['full', 'duckdb', 1, 7], '10 days'),
  plan('seven days', listing(days(7)), 'profiling/full', ['full', 'duckdb', 1, 7], '7 days'),
  plan('six days', listing(days(6)), 'profiling/provisional', ['provisional', 'duckdb', 1, 6], '6 days'),
  plan('three days', listing(days(3)), 'profiling/provisional', ['provisional', 'duckdb', 1, 3], '3 days'),
  plan('two days', listing(days(2)), 'profiling/synthetic', ['synthetic', 'duckdb', 1, 2], '2 days'),
  plan('one day', listing(days(1)), 'profiling/synthetic', ['synthetic', 'duckdb', 1, 1], '1 day of'),
  plan('seven days of no rows', listing(days(7, 0)), 'profiling/no-rows', ['synthetic', 'duckdb', 1, 7], 'no row yet'),
  plan(
    'one day of rows among empty ones',
    listing([...days(2, 0), ...days(3).slice(2)]),
    'profiling/provisional',
    ['provisional', 'duckdb', 1, 3],
    '3 days',
  ),
  plan('nothing there', listing([]), 'profiling/no-data', ['synthetic', 'duckdb', 1, 0], 'gold/orders'),
  plan('a day of many rows', listing(days(7, 5_000_000)), 'profiling/full', ['full', 'spark', 1, 7], '5000000 rows'),
  plan(
    'hours of one day are one day',
    listing(days(2).flatMap((each) => [each, { ...each, partition: `${each.partition}/hour=1` }])),
    'profiling/synthetic',
    ['synthetic', 'duckdb', 1, 4],
    '2 days',
  ),
  plan(
    "Hive's null folder is no day",
    listing([{ partition: 'dt=__HIVE_DEFAULT_PARTITION__', files: ['x'], bytes: 1 }, ...days(7)]),
    'profiling/full',
    ['full', 'duckdb', 1, 7],
    '7 days',
  ),
  plan(
    'rows from bytes where nothing counts them',
    listing(days(7).map(({ rows: _, ...each }) => ({ ...each, bytes: 500_000_000 }))),
    'profiling/full',
    ['full', 'spark', 1, 7],
    '5000000 rows',
  ),
  engine('under a million', 999_999, false, 'profiling/duckdb', 'duckdb', 1),
  engine('a million', 1_000_000, false, 'profiling/spark', 'spark', 1),
  engine('a million on this machine', 1_000_000, true, 'profiling/duckdb-local', 'duckdb', 1),
  engine('a hundred million', 100_000_000, false, 'profiling/spark', 'spark', 1),
  engine('more', 100_000_001, false, 'profiling/spark-sampled', 'spark', 0.1),
  engine('more, even here', 100_000_001, true, 'profiling/spark-sampled', 'spark', 0.1),
];

const peers = (tier: Tier, namespace: string, ...rows: number[]): readonly Peer[] =>
  rows.map((avgRows, index) => ({ urn: `ds://${namespace}/${tier.toLowerCase()}_${index}`, tier, avgRows }));
const borrow = (
  says: string,
  tier: Tier,
  daysOfHistory: number,
  others: readonly Peer[],
  rule: string,
  value: readonly [string, number | undefined],
): Row => ({
  says,
  decide: () => {
    const decision = decideSyntheticVolume({ urn: 'ds://sales/new', tier, daysOfHistory }, others, { domains: { shop: 'sales' } });
    return { ...decision, value: [decision.value.alerting, decision.value.volume?.median] };
  },
  rule,
  value,
});
const elsewhere = peers('TIER_1', 'hr', 10, 20, 30, 40);

export const syntheticRows: readonly Row[] = [
  borrow(
    'Tier-1: the median of its domain',
    'TIER_1',
    2,
    [...peers('TIER_1', 'sales', 100, 500, 300, 200, 400), ...elsewhere],
    'synthetic/domain-median',
    ['wide', 300],
  ),
  borrow(
    'a mapped namespace is the same domain',
    'TIER_1',
    1,
    [...peers('TIER_1', 'sales', 1, 2, 3), ...peers('TIER_1', 'shop', 4, 5, 6)],
    'synthetic/domain-median',
    ['wide', 3.5],
  ),
  borrow(
    'Tier-1: four in the domain are too few',
    'TIER_1',
    2,
    [...peers('TIER_1', 'sales', 100, 200, 300, 400), ...elsewhere],
    'synthetic/tier-median',
    ['wide', 70],
  ),
  borrow(
    'Tier-1: four in the tier are too few',
    'TIER_1',
    2,
    [...elsewhere, ...peers('TIER_2', 'sales', 1, 2, 3, 4, 5)],
    'synthetic/too-few-peers',
    ['off', undefined],
  ),
  borrow(
    'Tier-2: the median of the organisation',
    'TIER_2',
    2,
    [...elsewhere, ...peers('TIER_3', 'x', 50)],
    'synthetic/organisation-median',
    ['wide', 30],
  ),
  borrow('Tier-2: too few in the organisation', 'TIER_2', 2, elsewhere, 'synthetic/too-few-peers', ['off', undefined]),
  borrow('Tier-3: off until the seventh run', 'TIER_3', 2, [...elsewhere, ...peers('TIER_3', 'sales', 1, 2, 3, 4, 5)], 'synthetic/tier-3', [
    'off',
    undefined,
  ]),
  ...(['TIER_1', 'TIER_2', 'TIER_3'] as const).map((tier) =>
    borrow(`${tier}: no history at all`, tier, 0, peers(tier, 'sales', 1, 2, 3, 4, 5, 6), 'synthetic/no-history', ['off', undefined]),
  ),
];

const refine = (says: string, kind: 'full' | 'provisional' | 'synthetic', realRuns: number, rule: string, value: string): Row => ({
  says,
  decide: () => decideRefinement({ kind, realRuns }),
  rule,
  value,
});
export const refinementRows: readonly Row[] = [
  refine('day 6', 'synthetic', 6, 'refinement/waiting', 'keep'),
  refine('day 7', 'synthetic', 7, 'refinement/seventh-run', 'recompute'),
  refine('a provisional one as well', 'provisional', 7, 'refinement/seventh-run', 'recompute'),
  refine('a missed day 7 is made up for', 'provisional', 9, 'refinement/seventh-run', 'recompute'),
  refine('a full one stays', 'full', 30, 'refinement/computed', 'keep'),
];

type Sure = readonly [
  says: string,
  kind: ProfilingPlan['kind'],
  partitions: number,
  rows: number,
  rule: string,
  value: Confidence,
  because: string,
];
export const confidenceRows: readonly Row[] = (
  [
    ['seven days, enough rows', 'full', 7, 300, 'confidence/full', 'HIGH', '7 days'],
    ['seven days of four rows', 'full', 7, 28, 'confidence/few-rows', 'LOW', '28 rows'],
    ['seven days of less than three hundred', 'full', 7, 299, 'confidence/rows', 'MEDIUM', '299 rows'],
    ['thirty rows are the least for MEDIUM', 'full', 7, 30, 'confidence/rows', 'MEDIUM', '30 rows'],
    ['one of the seven was left out', 'full', 6, 1_000_000, 'confidence/provisional', 'MEDIUM', '6 of 7'],
    ['three days', 'provisional', 3, 1_000_000, 'confidence/provisional', 'MEDIUM', '3 of 7'],
    ['two days are left of a full plan', 'full', 2, 1_000_000, 'confidence/synthetic', 'LOW', '2 partitions'],
    ['a borrowed baseline', 'synthetic', 7, 1_000_000, 'confidence/synthetic', 'LOW', 'little history'],
  ] satisfies readonly Sure[]
).map(
  ([says, kind, partitions, rows, rule, value, because]): Row => ({
    says,
    decide: () => decideConfidence({ kind, partitions, rows }),
    rule,
    value,
    because,
  }),
);
