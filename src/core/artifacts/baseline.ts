/** §5.4 `baseline.json`: what the data looked like when it was profiled. Rates are shares 0..1, durations ms. */
import * as z from 'zod';
import { DatasetUrn } from '../urn.js';
import { CONFIDENCES, PII_LOOKS, PII_PATTERNS } from '../vocabulary.js';
import { BootstrapId, Count, Day, Instant, Rate, Sha256 } from './fields.js';

const Bounds = z.strictObject({ lower: z.number(), upper: z.number() });

/**
 * S4: bins of a numeric column. `edges` has one value more than `counts`; bin i holds what is above edge i and not above
 * edge i + 1, the first one its lower edge as well.
 */
export const Histogram = z.strictObject({ edges: z.array(z.number()), counts: z.array(Count) });
export type Histogram = z.infer<typeof Histogram>;

export const BaselineColumn = z.strictObject({
  name: z.string().min(1),
  /** The type's family, upper case, as the specification prints it: STRING, DECIMAL … */
  type: z.string().min(1),
  /** The declared state in storage; a rule about nulls belongs to the policy bundle. */
  nullable: z.boolean(),
  null_rate: Rate,
  /** The token that enters the fingerprint: decimal(12,2), timestamp … */
  canonical_type: z.string().min(1).optional(),
  null_rate_max: Rate.optional(),
  /** Least-squares slope of the daily null rate, per partition. */
  null_rate_trend: z.number().optional(),
  distinct: z.strictObject({ estimate: Count, standard_error: z.number().min(0), method: z.enum(['exact', 'theta']) }).optional(),
  numeric: z.strictObject({ min: z.number(), max: z.number(), mean: z.number(), stddev: z.number() }).optional(),
  temporal: z.strictObject({ min: z.string(), max: z.string() }).optional(),
  histogram: Histogram.optional(),
  text_length: z.strictObject({ min: Count, max: Count, mean: z.number() }).optional(),
  /** Why value bounds are missing where a reader would expect them. */
  suppressed: z.enum(['pii', 'identifier', 'free_text', 'few_rows', 'switched_off']).optional(),
});
export type BaselineColumn = z.infer<typeof BaselineColumn>;

const Volume = z.strictObject({
  avg_row_count: z.number().min(0),
  stddev_row_count: z.number().min(0),
  min_row_count: Count,
  max_row_count: Count,
  anomaly_lower_bound: z.number().min(0),
  anomaly_upper_bound: z.number().min(0),
  /** How the two bounds were made: mean ± k population sigma over n partitions, and how often that is wrong. */
  method: z.enum(['sigma', 'synthetic_median']).optional(),
  k: z.number().positive().optional(),
  n: Count.optional(),
  expected_false_alarm_rate: Rate.optional(),
  calibrated_bounds: Bounds.extend({ expected_false_alarm_rate: Rate }).optional(),
  alerting: z.enum(['on', 'wide', 'off']).optional(),
});

const Schema = z.strictObject({
  column_count: Count,
  canonical_fingerprint: Sha256,
  columns: z.array(BaselineColumn),
  /** Order, nullability, time zones and units as well; informational. */
  strict_fingerprint: Sha256.optional(),
  partition_by: z.array(z.string().min(1)).optional(),
});

const Timing = z.strictObject({
  avg_duration_ms: z.number().min(0),
  p50_duration_ms: z.number().min(0),
  p95_duration_ms: z.number().min(0),
  p99_duration_ms: z.number().min(0),
  /** Minutes after the schedule (negative: before it). */
  typical_arrival_offset_min: z.number(),
});

const PiiScan = z.strictObject({
  columns_with_pii: z.array(z.string().min(1)),
  pii_patterns_detected: z.record(z.string(), z.strictObject({ pattern: z.enum(PII_PATTERNS), confidence: Rate })),
  /** Distinct values the scan looked at, over all columns; it excludes nothing beyond them. */
  values_sampled: Count.optional(),
  /** By column the scan looked into, also where nothing was found: distinct values, and how many match the likeliest pattern. */
  looked_at: z.record(z.string(), z.strictObject({ values: Count, matched: Count })).optional(),
  needs_a_look: z.record(z.string(), z.strictObject({ pattern: z.enum(PII_LOOKS), confidence: Rate })).optional(),
});

export const PartitionRow = z.strictObject({
  /** The partition as its folder says: dt=2026-02-08, or `all` for an unpartitioned table. */
  partition: z.string().min(1),
  rows: Count,
  /** Rows the null rates rest on, where only a sample was read; absent when it is all of them. */
  rows_read: Count.optional(),
  /** Only columns that lack a value here: a column of `schema.columns` that is not listed has a rate of 0. */
  null_rates: z.record(z.string(), Rate).optional(),
});
export type PartitionRow = z.infer<typeof PartitionRow>;

/** The rate of a column of `schema.columns` in one partition. Column names are data: `constructor` is one. */
export function nullRateIn({ null_rates: rates }: Pick<PartitionRow, 'null_rates'>, column: string): number {
  return rates && Object.hasOwn(rates, column) ? (rates[column] ?? 0) : 0;
}

/** Partitions that were left out since their columns were others than the newest one's. */
export function otherSchemas({ left_out = [] }: Pick<Baseline['profiling_metadata'], 'left_out'>): readonly string[] {
  return left_out.filter(({ reason }) => /schema/i.test(reason)).map(({ partition }) => partition);
}

const common = { dataset_urn: DatasetUrn, bootstrap_id: BootstrapId };
const metadata = {
  profiled_at: Instant,
  partitions_sampled: Count,
  date_range: z.tuple([Day, Day]).nullable(),
  total_rows_sampled: Count,
  profiling_engine: z.enum(['spark', 'duckdb']),
  confidence: z.enum(CONFIDENCES),
  /** §5.2 three to six days: computed, replaced at the seventh run. */
  provisional: z.boolean().optional(),
  /** Partitions that were left out and why: another schema, unreadable. */
  left_out: z.array(z.strictObject({ partition: z.string(), reason: z.string() })).optional(),
};

export const ComputedBaseline = z.strictObject({
  ...common,
  profiling_metadata: z.strictObject({ ...metadata, is_synthetic: z.literal(false) }),
  volume: Volume,
  schema: Schema,
  timing: Timing.optional(),
  pii_scan: PiiScan,
  partitions: z.array(PartitionRow).optional(),
});
export type ComputedBaseline = z.infer<typeof ComputedBaseline>;

/** §5.5 too little history: borrowed volume (or none), the schema only where one partition was readable. */
export const SyntheticBaseline = z.strictObject({
  ...common,
  profiling_metadata: z.strictObject({ ...metadata, is_synthetic: z.literal(true) }),
  volume: Volume.optional(),
  schema: Schema.optional(),
  timing: Timing.optional(),
  pii_scan: PiiScan,
  partitions: z.array(PartitionRow).optional(),
});
export type SyntheticBaseline = z.infer<typeof SyntheticBaseline>;

export const Baseline = z.union([ComputedBaseline, SyntheticBaseline]);
export type Baseline = z.infer<typeof Baseline>;
