/** §5.2, §5.3 how a dataset is profiled: over which partitions, by which engine, on which share of the rows. */
import type { Decision } from '../evidence.js';
import type { DataListing, PartitionListing, ProfilingPlan } from '../measurements.js';
import {
  ASSUMED_BYTES_PER_ROW,
  HIGH_CONFIDENCE_ROWS,
  MEDIUM_CONFIDENCE_ROWS,
  PARTITIONS_PROFILED,
  SAMPLE_FRACTION,
  SAMPLE_FROM_ROWS_PER_DAY,
  SPARK_FROM_ROWS_PER_DAY,
  SYNTHETIC_BELOW_DAYS,
} from '../numbers.js';
import type { Confidence } from '../vocabulary.js';

export function decideProfiling(listing: DataListing): Decision<ProfilingPlan> {
  const { days, partitions } = newestDays(listing.exists ? listing.partitions : []);
  const engine = decideEngine(rowsPerDay(partitions, Math.min(days, PARTITIONS_PROFILED)), isOnThisMachine(listing.location));
  const plan = { ...engine.value, partitions };
  if (partitions.length === 0) {
    return { value: { kind: 'synthetic', ...plan }, rule: 'profiling/no-data', because: `nothing lies at ${listing.location} yet` };
  }
  if (partitions.every(({ rows }) => rows === 0)) {
    const because = `${listing.location} has columns but no row yet: volume is borrowed, only the schema is read`;
    return { value: { kind: 'synthetic', ...plan }, rule: 'profiling/no-rows', because };
  }
  const count = `${days} ${days === 1 ? 'day' : 'days'} of data`;
  if (days < SYNTHETIC_BELOW_DAYS) {
    return {
      value: { kind: 'synthetic', ...plan },
      rule: 'profiling/synthetic',
      because: `${count} is fewer than ${SYNTHETIC_BELOW_DAYS}: volume is borrowed, only the schema is read; ${engine.because}`,
    };
  }
  if (days < PARTITIONS_PROFILED) {
    return {
      value: { kind: 'provisional', ...plan },
      rule: 'profiling/provisional',
      because: `${count}: all of it is read, and read again once ${PARTITIONS_PROFILED} runs are there; ${engine.because}`,
    };
  }
  return {
    value: { kind: 'full', ...plan },
    rule: 'profiling/full',
    because: `${count}: the newest ${PARTITIONS_PROFILED} are read; ${engine.because}`,
  };
}

/** §5.3, rows per day over the profiled days. On one machine DuckDB serves the middle class as well. */
export function decideEngine(rows: number, isLocal: boolean): Decision<Pick<ProfilingPlan, 'engine' | 'sampleFraction'>> {
  const about = `about ${Math.round(rows)} rows a day`;
  if (rows < SPARK_FROM_ROWS_PER_DAY) {
    return { value: { engine: 'duckdb', sampleFraction: 1 }, rule: 'profiling/duckdb', because: `${about} fit DuckDB` };
  }
  if (rows > SAMPLE_FROM_ROWS_PER_DAY) {
    return {
      value: { engine: 'spark', sampleFraction: SAMPLE_FRACTION },
      rule: 'profiling/spark-sampled',
      because: `${about} are more than ${SAMPLE_FROM_ROWS_PER_DAY}, so Spark reads ${SAMPLE_FRACTION * 100} % of them`,
    };
  }
  if (isLocal) {
    return {
      value: { engine: 'duckdb', sampleFraction: 1 },
      rule: 'profiling/duckdb-local',
      because: `${about} lie on this machine, where DuckDB scans them out of memory`,
    };
  }
  return { value: { engine: 'spark', sampleFraction: 1 }, rule: 'profiling/spark', because: `${about} call for Spark, beside the data` };
}

export type ConfidenceFacts = {
  readonly kind: ProfilingPlan['kind'];
  /** Those that were kept: a plan for seven that kept four is worth four. */
  readonly partitions: number;
  /** That were read, over all of them. */
  readonly rows: number;
};

/** Days and rows both count: seven days of four rows each have shown next to nothing. */
export function decideConfidence({ kind, partitions, rows }: ConfidenceFacts): Decision<Confidence> {
  if (kind === 'synthetic' || partitions < SYNTHETIC_BELOW_DAYS) {
    return { value: 'LOW', rule: 'confidence/synthetic', because: `too little history: ${partitions} partitions` };
  }
  const unseen = (least: number) =>
    `a fault that none of ${rows} rows shows may still be in 1 of ${Math.max(1, Math.floor(rows / 3))}; ${least} rows would do for more`;
  if (rows < MEDIUM_CONFIDENCE_ROWS) return { value: 'LOW', rule: 'confidence/few-rows', because: unseen(MEDIUM_CONFIDENCE_ROWS) };
  if (kind !== 'full' || partitions < PARTITIONS_PROFILED) {
    return {
      value: 'MEDIUM',
      rule: 'confidence/provisional',
      because: `${partitions} of ${PARTITIONS_PROFILED} days were there to look at`,
    };
  }
  if (rows < HIGH_CONFIDENCE_ROWS) return { value: 'MEDIUM', rule: 'confidence/rows', because: unseen(HIGH_CONFIDENCE_ROWS) };
  return { value: 'HIGH', rule: 'confidence/full', because: `${rows} rows of ${PARTITIONS_PROFILED} days were read` };
}

/**
 * Partitions of the newest seven days, newest last. Hours or countries within a day are one day;
 * a partition that is no date counts as a day of its own unless others are dates (then it is Hive's null folder).
 */
function newestDays(listed: readonly PartitionListing[]): { readonly days: number; readonly partitions: readonly PartitionListing[] } {
  const dated = listed.filter((each) => each.day !== undefined);
  const pool = dated.length > 0 ? dated : listed;
  const dayOf = (each: PartitionListing) => each.day ?? each.partition;
  const distinct = [...new Set(pool.map(dayOf))];
  const days = dated.length > 0 ? distinct.sort() : distinct;
  const newest = new Set(days.slice(-PARTITIONS_PROFILED));
  const partitions = pool.filter((each) => newest.has(dayOf(each)));
  return { days: days.length, partitions };
}

function rowsPerDay(partitions: readonly PartitionListing[], days: number): number {
  const rows = partitions.reduce((sum, each) => sum + (each.rows ?? each.bytes / ASSUMED_BYTES_PER_ROW), 0);
  return days === 0 ? 0 : rows / days;
}

function isOnThisMachine(location: string): boolean {
  return location.startsWith('file:') || !/^[a-z][a-z0-9+.-]+:/i.test(location);
}
