/** §5.2 what the profiler saw, before anything is concluded from it. */
import type { Histogram } from './artifacts/baseline.js';
import type { Format, PiiPattern } from './vocabulary.js';

/** One partition as the listing shows it. `day` is set where the partition is a date (UTC day, YYYY-MM-DD). */
export type PartitionListing = {
  readonly partition: string;
  readonly day?: string;
  readonly files: readonly string[];
  readonly bytes: number;
  /** From the footers, where the format has them; of text files only 0 is said, where there is a head and no row. */
  readonly rows?: number;
};
/** What lies at a location: `exists` false when nothing does. Newest partition last. */
export type DataListing = {
  readonly location: string;
  readonly exists: boolean;
  readonly format: Format;
  readonly partitionBy: readonly string[];
  readonly partitions: readonly PartitionListing[];
};

/** How to profile (§5.2, §5.3), decided from the listing. */
export type ProfilingPlan = {
  readonly kind: 'full' | 'provisional' | 'synthetic';
  readonly engine: 'duckdb' | 'spark';
  readonly sampleFraction: number;
  readonly partitions: readonly PartitionListing[];
};

export type ColumnSchema = {
  readonly name: string;
  /** Token of the canonical fingerprint: decimal(12,2), list<string> … */
  readonly canonicalType: string;
  readonly nullable: boolean;
  /** As the file says it, with unit and time zone; enters the strict fingerprint only. */
  readonly storageType?: string;
};

/** Per partition and column, mergeable: counts and sums, never a value of a flagged column. */
export type ColumnState = {
  readonly nulls: number;
  /** Finite values behind sum, mean, m2, min and max; NaN and infinities are no numbers here. */
  readonly finite?: number;
  readonly zeros?: number;
  readonly negatives?: number;
  /** Empty strings. */
  readonly empties?: number;
  readonly sum?: number;
  readonly mean?: number;
  /** Sum of squared deviations from the mean (Chan's merge). */
  readonly m2?: number;
  readonly min?: number;
  readonly max?: number;
  readonly minTime?: string;
  readonly maxTime?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly sumLength?: number;
  /** Hash-threshold sketch: number of kept hashes and the sampling factor 1/theta. */
  readonly distinctKept?: number;
};
export type PartitionMeasurement = {
  readonly partition: string;
  readonly day?: string;
  readonly rows: number;
  /** Rows the column states rest on, where only a sample was read; absent when it is all of them. */
  readonly rowsRead?: number;
  readonly columns: Readonly<Record<string, ColumnState>>;
};
export type PiiEvidence = {
  readonly column: string;
  readonly pattern: PiiPattern;
  /** Distinct non-null values looked at, and how many match the pattern. */
  readonly sampled: number;
  readonly matched: number;
  /** +1 the name speaks for it, -1 against, 0 neither. */
  readonly name: -1 | 0 | 1;
};
/** What the numbers or dates of a column look like: counts of distinct values in the sample, never one of them. */
export type ValueShape = {
  readonly sampled: number;
  /** Whole numbers of 7 to 19 digits. */
  readonly longNumbers: number;
  /** Dates more than ten years before the newest partition or the column's newest date. */
  readonly oldDates: number;
};
export type Measurements = {
  readonly engine: 'duckdb' | 'spark';
  readonly columns: readonly ColumnSchema[];
  readonly partitionBy: readonly string[];
  readonly partitions: readonly PartitionMeasurement[];
  readonly histograms: Readonly<Record<string, Histogram>>;
  /** Distinct values over all partitions: exact where it was cheap, else the sketch with its standard error. */
  readonly distinct: Readonly<
    Record<string, { readonly estimate: number; readonly standardError: number; readonly method: 'exact' | 'theta' }>
  >;
  readonly pii: readonly PiiEvidence[];
  /** Distinct values the PII scan looked at, per column it looked at: no hit in m leaves a share of up to 3/m. */
  readonly piiValues?: Readonly<Record<string, number>>;
  /** By column of numbers or dates. */
  readonly shapes?: Readonly<Record<string, ValueShape>>;
  readonly leftOut: readonly { readonly partition: string; readonly reason: string }[];
  /** Share of the rows that was read: 1, or less where the plan or the memory asked for it. */
  readonly sampleFraction: number;
  /** Rung of the memory ladder that was needed: 0 none, 1 one thread and narrow batches, 2 a sample. */
  readonly memoryRung?: 0 | 1 | 2;
};
