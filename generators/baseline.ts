/** §5.4 baseline.json from what was measured, or §5.5 from what comparable datasets look like. */
import { Baseline, type BaselineColumn } from '../src/core/artifacts/baseline.js';
import { decideConfidence } from '../src/core/decide/profiling.js';
import type { BorrowedVolume } from '../src/core/decide/synthetic-baseline.js';
import type { Stamp } from '../src/core/evidence.js';
import { canonicalFingerprint, strictFingerprint } from '../src/core/fingerprint.js';
import type { Measurements, PartitionMeasurement, ProfilingPlan } from '../src/core/measurements.js';
import { PARTITIONS_PROFILED, PII_LOOK_CONFIDENCE, SIGMA_COMPUTED } from '../src/core/numbers.js';
import { assessPii, type PiiVerdict } from '../src/core/pii/assess.js';
import { isPersonName } from '../src/core/pii/person-names.js';
import type { Settings } from '../src/core/settings.js';
import { calibratedBand, sigmaBand, sigmaFalseAlarmRate, type VolumeStatistics, volumeStatistics } from '../src/core/statistics/volume.js';
import type { DatasetUrn } from '../src/core/urn.js';
import { draftColumn } from './baseline-column.js';

export type BaselineInput = {
  readonly urn: DatasetUrn;
  readonly stamp: Stamp;
  readonly plan: ProfilingPlan;
  readonly measurements?: Measurements | undefined;
  readonly borrowedVolume?: BorrowedVolume | undefined;
  readonly settings: Pick<Settings, 'show_values'>;
};

export function draftBaseline(input: BaselineInput): Baseline {
  const { urn, stamp, plan, measurements, settings } = input;
  const isSynthetic = plan.kind === 'synthetic';
  return Baseline.parse({
    dataset_urn: urn,
    bootstrap_id: stamp.bootstrapId,
    profiling_metadata: metadata(input),
    volume: isSynthetic ? syntheticVolume(input.borrowedVolume) : computedVolume(measured(input).partitions),
    schema: measurements === undefined || isEmpty(measurements) ? undefined : schema(measurements, settings.show_values),
    pii_scan: piiScan(measurements),
    partitions: measurements?.partitions.map(partitionRow),
  });
}

/** Columns without a single row were guessed or only meant: nothing is claimed from them, as before the first write. */
function isEmpty({ partitions }: Measurements): boolean {
  return partitions.every(({ rows }) => rows === 0);
}

/** A computed baseline without measurements is a bug of the caller. */
function measured({ plan, measurements }: BaselineInput): Measurements {
  if (measurements === undefined) throw new Error(`a ${plan.kind} baseline needs measurements`);
  return measurements;
}

function metadata(input: BaselineInput) {
  const { stamp, plan, measurements } = input;
  const partitions = measurements?.partitions ?? [];
  const rows = partitions.reduce((sum, { rows, rowsRead }) => sum + (rowsRead ?? rows), 0);
  const days = partitions.flatMap(({ day }) => (day === undefined ? [] : [day])).sort();
  const [first, last] = [days[0], days.at(-1)];
  return {
    profiled_at: stamp.now,
    partitions_sampled: partitions.length,
    date_range: first === undefined || last === undefined ? null : [first, last],
    total_rows_sampled: rows,
    profiling_engine: measurements?.engine ?? plan.engine,
    confidence: decideConfidence({ kind: plan.kind, partitions: partitions.length, rows }).value,
    provisional: plan.kind !== 'synthetic' && (plan.kind === 'provisional' || partitions.length < PARTITIONS_PROFILED) ? true : undefined,
    left_out: measurements === undefined || measurements.leftOut.length === 0 ? undefined : measurements.leftOut,
    is_synthetic: plan.kind === 'synthetic',
  };
}

function computedVolume(partitions: readonly PartitionMeasurement[]) {
  const statistics = volumeStatistics(partitions.map(({ rows }) => rows));
  if (statistics === undefined) throw new Error('a computed baseline needs a partition');
  const calibrated = calibratedBand(statistics);
  return {
    ...band(statistics, SIGMA_COMPUTED),
    method: 'sigma',
    n: statistics.n,
    expected_false_alarm_rate: round(sigmaFalseAlarmRate(statistics.n, SIGMA_COMPUTED), 4),
    calibrated_bounds:
      calibrated === undefined
        ? undefined
        : { lower: round(calibrated.lower), upper: round(calibrated.upper), expected_false_alarm_rate: calibrated.falseAlarmRate },
    alerting: 'on',
  };
}

/** Bounds are whole rows: half a row is nobody's. */
function syntheticVolume(borrowed: BorrowedVolume | undefined) {
  if (borrowed === undefined) return undefined;
  const { median, stddev, min, max, peers, k } = borrowed;
  const statistics = { mean: median, sd: stddev, min: Math.floor(min), max: Math.ceil(max), n: peers };
  return { ...band(statistics, k), method: 'synthetic_median', n: peers, alerting: 'wide' };
}

function band(statistics: VolumeStatistics, k: number) {
  const bounds = sigmaBand(statistics, k);
  return {
    avg_row_count: round(statistics.mean),
    stddev_row_count: round(statistics.sd),
    min_row_count: statistics.min,
    max_row_count: statistics.max,
    anomaly_lower_bound: round(bounds.lower),
    anomaly_upper_bound: round(bounds.upper),
    k,
  };
}

function schema(measurements: Measurements, showValues: boolean) {
  const { columns, partitionBy } = measurements;
  return {
    column_count: columns.length,
    canonical_fingerprint: canonicalFingerprint(columns, partitionBy),
    strict_fingerprint: strictFingerprint(columns, partitionBy),
    columns: columns.map((column): BaselineColumn => draftColumn(column, measurements, showValues)),
    partition_by: partitionBy.length === 0 ? undefined : partitionBy,
  };
}

/** Two patterns may match one column; the surer one is named. */
function piiScan(measurements: Measurements | undefined) {
  const best = new Map<string, { pattern: string; confidence: number; verdict: PiiVerdict }>();
  for (const evidence of measurements?.pii ?? []) {
    const { confidence, value: verdict } = assessPii(evidence);
    if (confidence > (best.get(evidence.column)?.confidence ?? 0))
      best.set(evidence.column, { pattern: evidence.pattern, confidence, verdict });
  }
  const of = (wanted: PiiVerdict) =>
    [...best]
      .filter(([, { verdict }]) => verdict === wanted)
      .map(([column, { pattern, confidence }]) => [column, { pattern, confidence: floor(confidence) }] as const);
  const looks = [...of('needs_a_look'), ...personNames(measurements, best)];
  const looked = measurements?.piiValues && Object.entries(measurements.piiValues);
  return {
    columns_with_pii: of('listed').map(([column]) => column),
    pii_patterns_detected: Object.fromEntries(of('listed')),
    needs_a_look: looks.length === 0 ? undefined : Object.fromEntries(looks),
    values_sampled: looked?.reduce((sum, [, values]) => sum + values, 0),
    looked_at:
      looked && Object.fromEntries(looked.map(([column, values]) => [column, { values, matched: mostMatched(measurements, column) }])),
  };
}

/** No pattern tells a name, so the column's own name asks for a look; it counts for no more than that. */
function personNames(measurements: Measurements | undefined, known: ReadonlyMap<string, { readonly verdict: PiiVerdict }>) {
  const values = measurements?.piiValues ?? {};
  return Object.entries(values)
    .filter(([column, looked]) => looked > 0 && isPersonName(column) && (known.get(column)?.verdict ?? 'silent') === 'silent')
    .map(([column]) => [column, { pattern: 'NAME', confidence: PII_LOOK_CONFIDENCE }] as const);
}

function mostMatched(measurements: Measurements, column: string): number {
  return Math.max(0, ...measurements.pii.filter((evidence) => evidence.column === column).map(({ matched }) => matched));
}

function partitionRow({ partition, rows, rowsRead, columns }: PartitionMeasurement) {
  const read = rowsRead ?? rows;
  const rates = Object.entries(columns).filter(([, { nulls }]) => nulls > 0 && read > 0);
  return {
    partition,
    rows,
    rows_read: rowsRead,
    null_rates:
      rates.length === 0 ? undefined : Object.fromEntries(rates.map(([name, { nulls }]) => [name, Number((nulls / read).toPrecision(6))])),
  };
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

/** Rounded down: a confidence is a lower bound. */
function floor(confidence: number): number {
  return Math.floor(confidence * 100) / 100;
}
