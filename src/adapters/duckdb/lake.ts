/** §5.2 the lake as a folder, read by DuckDB: what lies where, and what is in it. */
import type {
  DataListing,
  Measurements,
  PartitionListing,
  PartitionMeasurement,
  PiiEvidence,
  ProfilingPlan,
} from '../../core/measurements.js';
import { COLUMNS_PER_QUERY, SAMPLE_FRACTION } from '../../core/numbers.js';
import { suppressionOf } from '../../core/pii/suppression.js';
import { ProblemError } from '../../core/problem.js';
import { mergeColumnStates } from '../../core/statistics/column-state.js';
import type { Format } from '../../core/vocabulary.js';
import type { Lake } from '../../ports.js';
import { damagedFile } from './damage.js';
import { footerRows } from './footers.js';
import { secondScan } from './histograms.js';
import { chooseFormat, partitionsOf, readableFormat } from './listing.js';
import { scanForPersonalData } from './personal-data.js';
import { filesBelow, findLocation, hasDeltaLog, insideRoot, resolveRoot } from './places.js';
import { hashFactor, type Scan, scanColumns } from './scan.js';
import { readSource } from './schema.js';
import { isOutOfMemory, type Session, withSession } from './session.js';
import type { ReadFormat, SourcePartition } from './source.js';

export type LakeOptions = {
  /** Stands for the world's buckets: `s3://bucket/key` lies at root/bucket/key. */
  readonly root: string;
  readonly memoryLimitMb: number;
  readonly threads: number;
  readonly tempDirectory: string;
};

/** Newest partitions whose row counts the listing reads: eight weeks of volume at the cost of footers. */
const FOOTERS_OF_PARTITIONS = 56;
const NARROW_BATCH = 8;
/** Below this many rows a sample is drawn row by row; whole vectors would be too few. */
const ROW_SAMPLE_BELOW = 2_000_000;

type Rung = { readonly rung: 0 | 1 | 2; readonly threads: number; readonly width: number; readonly fraction: number };

export class DuckDbLake implements Lake {
  readonly #options: LakeOptions;

  constructor(options: LakeOptions) {
    this.#options = options;
  }

  async list(location: string, format: Format, partitionBy: readonly string[]): Promise<DataListing> {
    const root = await resolveRoot(this.#options.root);
    const below = await findLocation(root, location);
    if (below === undefined) return { location, exists: false, format, partitionBy, partitions: [] };
    const files = await filesBelow(root, below, location);
    const read = chooseFormat(location, format, files, await hasDeltaLog(root, below));
    const { partitions, keys } = partitionsOf(below, files, read);
    return {
      location,
      exists: partitions.length > 0,
      format: read,
      partitionBy: keys.length > 0 ? keys : partitionBy,
      partitions: read === 'parquet' ? await this.#withRows(root, partitions) : partitions,
    };
  }

  /** Walks the memory ladder: as asked, then one thread and narrow batches, then a sample, then a clear refusal. */
  async measure(listing: DataListing, plan: ProfilingPlan): Promise<Measurements> {
    const root = await resolveRoot(this.#options.root);
    const format = readableFormat(listing.location, listing.format);
    const partitions = await Promise.all(plan.partitions.map((partition) => realPartition(root, partition, listing.location)));
    const fraction = plan.sampleFraction;
    const rungs: readonly Rung[] = [
      { rung: 0, threads: this.#options.threads, width: COLUMNS_PER_QUERY, fraction },
      { rung: 1, threads: 1, width: NARROW_BATCH, fraction },
      { rung: 2, threads: 1, width: NARROW_BATCH, fraction: Math.min(fraction, SAMPLE_FRACTION) },
    ];
    for (const rung of rungs) {
      const measured = await this.#attempt(root, rung, partitions, format);
      if (measured !== 'out-of-memory') return { ...measured, partitionBy: listing.partitionBy };
    }
    throw new ProblemError({
      kind: 'world',
      what: `Profiling ${listing.location} needs more than ${this.#options.memoryLimitMb} MB even on a 10 % sample.`,
      remedy: 'Raise profiling.memory_limit_mb, or let the baseline be synthetic.',
    });
  }

  async #attempt(
    root: string,
    rung: Rung,
    partitions: readonly SourcePartition[],
    format: ReadFormat,
  ): Promise<Omit<Measurements, 'partitionBy'> | 'out-of-memory'> {
    return withSession(this.#session(root, rung.threads), async (session) => {
      try {
        return await measureIn(session, { rung, partitions, format });
      } catch (error) {
        if (isOutOfMemory(error)) return 'out-of-memory';
        throw await damagedFile(error, { session, root, format, files: partitions.flatMap(({ files }) => files) });
      }
    });
  }

  async #withRows(root: string, partitions: readonly PartitionListing[]): Promise<readonly PartitionListing[]> {
    const counted = partitions.slice(-FOOTERS_OF_PARTITIONS);
    const real = await Promise.all(counted.map((partition) => realPartition(root, partition, partition.partition)));
    const rows = await withSession(this.#session(root, this.#options.threads), async (session) => {
      const files = real.flatMap((partition) => partition.files);
      return footerRows(session, files).catch(async (error: unknown) => {
        throw await damagedFile(error, { session, root, format: 'parquet', files });
      });
    });
    const withRows = counted.map((partition, i) => ({
      ...partition,
      rows: (real[i]?.files ?? []).reduce((sum, file) => sum + (rows.get(file) ?? 0), 0),
    }));
    return [...partitions.slice(0, -FOOTERS_OF_PARTITIONS), ...withRows];
  }

  #session(root: string, threads: number) {
    return { folders: [root], tempDirectory: this.#options.tempDirectory, memoryLimitMb: this.#options.memoryLimitMb, threads };
  }
}

async function realPartition(root: string, { partition, day, files }: PartitionListing, location: string): Promise<SourcePartition> {
  const real = await Promise.all(
    files.map(async (file) => {
      const path = await insideRoot(root, file, location);
      if (path !== undefined) return path;
      throw new ProblemError(
        { kind: 'world', what: `${file} is gone since it was listed.`, remedy: 'List the location again.' },
        { retry: true },
      );
    }),
  );
  return { partition, ...(day === undefined ? {} : { day }), files: real };
}

type Work = { readonly rung: Rung; readonly partitions: readonly SourcePartition[]; readonly format: ReadFormat };

async function measureIn(session: Session, { rung, partitions, format }: Work): Promise<Omit<Measurements, 'partitionBy'>> {
  const { source, leftOut } = await readSource(session, format, partitions);
  const exact = format === 'parquet' ? await partitionRows(session, source.partitions) : undefined;
  const rows = (exact ?? []).reduce((sum, count) => sum + count, 0);
  const sample = sampleClause(rung.fraction, rows);
  const factor = format === 'parquet' ? hashFactor(rows * rung.fraction) : CSV_HASH_FACTOR;
  const scan = await scanColumns(session, source, { width: rung.width, sample, hashFactor: factor });
  const pii = await scanForPersonalData(session, source, rung.width);
  const hidden = hiddenColumns(source.columns, scan, pii);
  const second = await secondScan(session, source, scan, { width: rung.width, sample, isShown: (name) => !hidden.has(name) });
  return {
    engine: 'duckdb',
    columns: source.columns.map(({ sqlName: _, sqlType: __, ...column }) => column),
    partitions: scan.partitions.map((partition, p) => withoutValues(withExactRows(partition, rung.fraction, exact?.[p]), hidden)),
    histograms: second.histograms,
    distinct: { ...scan.distinct, ...second.distinct },
    pii,
    leftOut,
    sampleFraction: rung.fraction,
    memoryRung: rung.rung,
  };
}

/** A CSV's size in rows is not known beforehand. */
const CSV_HASH_FACTOR = 16;

async function partitionRows(session: Session, partitions: readonly SourcePartition[]): Promise<readonly number[]> {
  const rows = await footerRows(
    session,
    partitions.flatMap(({ files }) => files),
  );
  return partitions.map(({ files }) => files.reduce((sum, file) => sum + (rows.get(file) ?? 0), 0));
}

/** Seeded, so that a second run reads the same rows. */
function sampleClause(fraction: number, rows: number): string {
  if (fraction >= 1) return '';
  const method = rows < ROW_SAMPLE_BELOW ? 'bernoulli' : 'system';
  return ` TABLESAMPLE ${method}(${fraction * 100} PERCENT) REPEATABLE (42)`;
}

/** A sampled partition keeps its true number of rows; what was read stands beside it. */
function withExactRows(partition: PartitionMeasurement, fraction: number, exact: number | undefined): PartitionMeasurement {
  if (fraction >= 1) return partition;
  return { ...partition, rows: exact ?? Math.round(partition.rows / fraction), rowsRead: partition.rows };
}

function hiddenColumns(columns: Measurements['columns'], scan: Scan, pii: readonly PiiEvidence[]): ReadonlySet<string> {
  const hidden = columns.filter(({ name, canonicalType }) => {
    const states = scan.partitions.flatMap(({ rows, columns: all }) =>
      Object.hasOwn(all, name) ? [{ rows, state: all[name] ?? { nulls: 0 } }] : [],
    );
    const merged = states.map(({ state }) => state).reduce(mergeColumnStates, { nulls: 0 });
    const values = states.reduce((sum, { rows }) => sum + rows, 0) - merged.nulls;
    const distinct = Object.hasOwn(scan.distinct, name) ? scan.distinct[name]?.estimate : undefined;
    const why = suppressionOf({
      name,
      canonicalType,
      pii: pii.filter(({ column }) => column === name),
      values,
      distinct,
      showValues: true,
    });
    return why === 'pii' || why === 'identifier';
  });
  return new Set(hidden.map(({ name }) => name));
}

/** Bounds are values; sums and means of a handful of rows are as well. */
function withoutValues(partition: PartitionMeasurement, hidden: ReadonlySet<string>): PartitionMeasurement {
  const columns = Object.entries(partition.columns).map(([name, state]) => {
    if (!hidden.has(name)) return [name, state] as const;
    const { min: _min, max: _max, minTime: _a, maxTime: _z, sum: _sum, mean: _mean, m2: _m2, ...rest } = state;
    return [name, rest] as const;
  });
  return { ...partition, columns: Object.fromEntries(columns) };
}
