/** §5.2 one attempt at measuring: schema, the scan, personal data, the second scan, and out of it only what may be shown. */
import type { Measurements, PartitionMeasurement } from '../../core/measurements.js';
import { suppressionOf } from '../../core/pii/suppression.js';
import { mergeColumnStates } from '../../core/statistics/column-state.js';
import { footerRows } from './footers.js';
import { secondScan } from './histograms.js';
import { type PersonalData, scanForPersonalData } from './personal-data.js';
import { hashFactor, type Scan, scanColumns } from './scan.js';
import { readSource } from './schema.js';
import type { Session } from './session.js';
import { columnsOf, type ReadFormat, type SourcePartition } from './source.js';

/** A step down the memory ladder. */
export type Rung = { readonly rung: 0 | 1 | 2; readonly threads: number; readonly width: number; readonly fraction: number };

/** Below this many rows a sample is drawn row by row; whole vectors would be too few. */
const ROW_SAMPLE_BELOW = 2_000_000;

export type Work = { readonly rung: Rung; readonly partitions: readonly SourcePartition[]; readonly format: ReadFormat };

export async function measureIn(session: Session, { rung, partitions, format }: Work): Promise<Omit<Measurements, 'partitionBy'>> {
  const { source, leftOut } = await readSource(session, format, partitions);
  const exact = format === 'parquet' ? await partitionRows(session, source.partitions) : undefined;
  const rows = (exact ?? []).reduce((sum, count) => sum + count, 0);
  const sample = sampleClause(rung.fraction, rows);
  const factor = format === 'parquet' ? hashFactor(rows * rung.fraction) : CSV_HASH_FACTOR;
  const scan = await scanColumns(session, source, { width: rung.width, sample, hashFactor: factor });
  const personal = await scanForPersonalData(session, source, rung.width);
  const hidden = hiddenColumns(source.columns, scan, personal);
  const second = await secondScan(session, source, scan, { width: rung.width, sample, isShown: (name) => !hidden.has(name) });
  return {
    engine: 'duckdb',
    columns: columnsOf(source),
    partitions: scan.partitions.map((partition, p) => withoutValues(withExactRows(partition, rung.fraction, exact?.[p]), hidden)),
    histograms: second.histograms,
    distinct: { ...scan.distinct, ...second.distinct },
    pii: personal.evidence,
    piiValues: personal.values,
    shapes: personal.shapes,
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

function hiddenColumns(columns: Measurements['columns'], scan: Scan, personal: PersonalData): ReadonlySet<string> {
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
      pii: personal.evidence.filter(({ column }) => column === name),
      shape: Object.hasOwn(personal.shapes, name) ? personal.shapes[name] : undefined,
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
