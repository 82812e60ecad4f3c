/** §5.2 S3 which columns a plan's files hold, and which partitions do not agree with the newest one (§10.1). */
import * as z from 'zod';
import { printCanonical } from '../../core/canonical-types.js';
import { canonicalFingerprint } from '../../core/fingerprint.js';
import type { ColumnSchema } from '../../core/measurements.js';
import { pathLabel } from '../../core/pii/partitions.js';
import { ProblemError } from '../../core/problem.js';
import { canonicalFromDuckdb } from '../../core/storage-types/duckdb.js';
import { columnsFromParquet, ParquetElement } from '../../core/storage-types/parquet.js';
import { damaged } from './damage.js';
import type { Session } from './session.js';
import { type ReadFormat, readerSql, type Source, type SourceColumn, type SourcePartition } from './source.js';
import { pathList } from './sql.js';

export type LeftOut = { readonly partition: string; readonly reason: string };
type Described = { readonly name: string; readonly type: string };
const Description = z.object({ name: z.string(), type: z.string() });

const FILES_PER_QUERY = 200;
const NAMED_DIFFERENCES = 3;

/** The newest partition whose own files agree is the reference; partitions that differ from it are left out and reported. */
export async function readSource(
  session: Session,
  format: ReadFormat,
  partitions: readonly SourcePartition[],
): Promise<{ readonly source: Source; readonly leftOut: readonly LeftOut[] }> {
  const schemas = await Promise.all(partitions.map((partition) => partitionSchemas(session, format, partition)));
  const reference = [...schemas].reverse().find((files) => new Set(files.map(fingerprint)).size === 1)?.[0];
  if (reference === undefined) throw noCommonSchema(partitions.at(-1), schemas.at(-1) ?? []);
  const kept: SourcePartition[] = [];
  const leftOut: LeftOut[] = [];
  for (const [i, partition] of partitions.entries()) {
    const other = schemas[i]?.find((columns) => fingerprint(columns) !== fingerprint(reference));
    if (other === undefined) kept.push(partition);
    else leftOut.push({ partition: partition.partition, reason: differences(other, reference) });
  }
  const described = await describe(
    session,
    format,
    kept.flatMap(({ files }) => (format === 'parquet' ? files.slice(-1) : files)),
  );
  return { source: { format, columns: sourceColumns(format, reference, described), partitions: kept }, leftOut };
}

/** One schema per file for Parquet; CSV and JSON have no types of their own, so there only the names are compared. */
async function partitionSchemas(
  session: Session,
  format: ReadFormat,
  partition: SourcePartition,
): Promise<readonly (readonly ColumnSchema[])[]> {
  if (format === 'parquet') return parquetSchemas(session, partition.files);
  const columns = await describe(session, format, partition.files);
  if (format === 'csv') await refuseRagged(session, partition.files, columns);
  return [columns.map(({ name }) => ({ name, canonicalType: 'string', nullable: true }))];
}

const Element = ParquetElement.extend({
  file_name: z.string(),
  num_children: z.bigint().nullable(),
  precision: z.bigint().nullable(),
  scale: z.bigint().nullable(),
});

async function parquetSchemas(session: Session, files: readonly string[]): Promise<readonly (readonly ColumnSchema[])[]> {
  const byFile = new Map<string, ParquetElement[]>();
  for (let at = 0; at < files.length; at += FILES_PER_QUERY) {
    const rows = await session.rows(
      Element,
      `SELECT file_name, name, type, repetition_type, num_children, converted_type, precision, scale, logical_type
       FROM parquet_schema(${pathList(files.slice(at, at + FILES_PER_QUERY))})`,
    );
    for (const { file_name, ...row } of rows) {
      const element = { ...row, num_children: count(row.num_children), precision: count(row.precision), scale: count(row.scale) };
      const known = byFile.get(file_name);
      if (known === undefined) byFile.set(file_name, [element]);
      else known.push(element);
    }
  }
  return [...byFile.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, elements]) => columnsFromParquet(elements));
}

function count(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}

/** Rows of different lengths make a sniffer give up on the delimiter: one column is left that is called by the whole head. */
async function refuseRagged(session: Session, files: readonly string[], columns: readonly Described[]): Promise<void> {
  if (!columns.some(({ name }) => DELIMITER.test(name))) return;
  for (const file of files) {
    const own = await describe(session, 'csv', [file]);
    if (own.length === 1 && DELIMITER.test(own[0]?.name ?? '')) throw damaged(file.split('/').slice(-3).join('/'), 'csv', 'ragged');
  }
}

const DELIMITER = /[,;\t|]/;

async function describe(session: Session, format: ReadFormat, files: readonly string[]): Promise<readonly Described[]> {
  return session.rows(
    Description,
    `SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM ${readerSql(format, files)})`,
  );
}

/** Parquet names come from the footer; DuckDB may call the same position otherwise (`A` beside `a`). */
function sourceColumns(format: ReadFormat, reference: readonly ColumnSchema[], described: readonly Described[]): readonly SourceColumn[] {
  return described.map(({ name, type }, i) => {
    const stored = format === 'parquet' ? reference[i] : undefined;
    const own = { name, canonicalType: printCanonical(canonicalFromDuckdb(type)), nullable: true, storageType: type };
    return { ...(stored ?? own), sqlName: name, sqlType: type };
  });
}

function fingerprint(columns: readonly ColumnSchema[]): string {
  return canonicalFingerprint(columns, []);
}

const NEWEST = 'another schema than the newest partition';

/** One line a person understands: what is missing, added or of another type. */
function differences(other: readonly ColumnSchema[], reference: readonly ColumnSchema[]): string {
  const types = new Map(other.map(({ name, canonicalType }) => [name, canonicalType]));
  const wanted = new Map(reference.map(({ name, canonicalType }) => [name, canonicalType]));
  const lines = [
    ...reference.filter(({ name }) => !types.has(name)).map(({ name }) => `lacks ${JSON.stringify(name)}`),
    ...other.filter(({ name }) => !wanted.has(name)).map(({ name }) => `has ${JSON.stringify(name)} more`),
    ...reference
      .filter(({ name, canonicalType }) => types.has(name) && types.get(name) !== canonicalType)
      .map(({ name, canonicalType }) => `${JSON.stringify(name)} is ${types.get(name)}, not ${canonicalType}`),
  ];
  const more = lines.length > NAMED_DIFFERENCES ? ` and ${lines.length - NAMED_DIFFERENCES} more` : '';
  return `${NEWEST}: ${lines.slice(0, NAMED_DIFFERENCES).join(', ')}${more}`;
}

function noCommonSchema(newest: SourcePartition | undefined, schemas: readonly (readonly ColumnSchema[])[]): ProblemError {
  const [first = [], ...others] = schemas;
  const other = others.find((columns) => fingerprint(columns) !== fingerprint(first)) ?? [];
  const place = pathLabel(newest?.files[0]?.split('/').slice(-3, -1).join('/') ?? 'the dataset');
  return new ProblemError({
    kind: 'usage',
    what: `The files of ${place} do not agree, nor do those of an older partition: ${differences(other, first).replace(`${NEWEST}: `, 'one ')}.`,
    remedy: 'Write the newest partition again so that all its files have the same columns, then profile again.',
  });
}
