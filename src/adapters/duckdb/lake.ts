/** §5.2 the lake as a folder, read by DuckDB: what lies where, and what is in it. */
import { resolve } from 'node:path';
import type { ColumnSchema, DataListing, Measurements, PartitionListing, ProfilingPlan } from '../../core/measurements.js';
import { COLUMNS_PER_QUERY, PARTITIONS_PROFILED, SAMPLE_FRACTION } from '../../core/numbers.js';
import { pathLabel } from '../../core/pii/partitions.js';
import { ProblemError } from '../../core/problem.js';
import type { Format } from '../../core/vocabulary.js';
import type { Lake } from '../../ports.js';
import { damagedFile } from './damage.js';
import { footerRows } from './footers.js';
import { chooseFormat, partitionsOf, readableFormat } from './listing.js';
import { measureIn, type Rung } from './measure.js';
import { filesBelow, findLocation, hasDeltaLog, insideRoot, resolveRoot } from './places.js';
import { rowless } from './rowless.js';
import { readSource } from './schema.js';
import { isOutOfMemory, withSession } from './session.js';
import { columnsOf, type ReadFormat, type SourcePartition } from './source.js';

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
/** No head alone is larger, and so small a file is read at once. */
const HEAD_ALONE_BYTES = 64 * 1024;

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
    const { partitions, keys } = partitionsOf({ location, below }, files, read);
    return {
      location,
      exists: partitions.length > 0,
      format: read,
      partitionBy: keys.length > 0 ? keys : partitionBy,
      partitions: read === 'parquet' ? await this.#withRows(root, partitions) : await this.#withoutRows(root, partitions, read),
    };
  }

  async columns(listing: DataListing): Promise<readonly ColumnSchema[]> {
    const root = await resolveRoot(this.#options.root);
    const format = readableFormat(listing.location, listing.format);
    const newest = listing.partitions.slice(-PARTITIONS_PROFILED);
    const partitions = await Promise.all(newest.map((partition) => realPartition(root, partition, listing.location)));
    const { source } = await withSession(this.#session(root, this.#options.threads), (session) => readSource(session, format, partitions));
    return columnsOf(source);
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

  /** Text counts nothing, but a head alone can be told from data: a schema read from it would be a guess. */
  async #withoutRows(root: string, partitions: readonly PartitionListing[], format: ReadFormat): Promise<readonly PartitionListing[]> {
    const small = partitions.slice(-FOOTERS_OF_PARTITIONS).filter(({ bytes }) => bytes <= HEAD_ALONE_BYTES);
    if (small.length === 0) return partitions;
    const real = await Promise.all(small.map((partition) => realPartition(root, partition, partition.partition)));
    const empty = await withSession(this.#session(root, this.#options.threads), (session) => rowless(session, format, real));
    return partitions.map((partition) => (empty.has(partition.partition) ? { ...partition, rows: 0 } : partition));
  }

  #session(root: string, threads: number) {
    return { folders: [root], tempDirectory: resolve(this.#options.tempDirectory), memoryLimitMb: this.#options.memoryLimitMb, threads };
  }
}

async function realPartition(root: string, { partition, day, files }: PartitionListing, location: string): Promise<SourcePartition> {
  const real = await Promise.all(
    files.map(async (file) => {
      const path = await insideRoot(root, file, location);
      if (path !== undefined) return path;
      throw new ProblemError(
        { kind: 'world', what: `${pathLabel(file)} is gone since it was listed.`, remedy: 'List the location again.' },
        { retry: true },
      );
    }),
  );
  return { partition, ...(day === undefined ? {} : { day }), files: real };
}
