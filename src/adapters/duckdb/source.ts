/** The files of a plan as DuckDB can read them: one SELECT per partition, columns by position, so that no name of a file decides anything. */
import type { ColumnSchema } from '../../core/measurements.js';
import { identifier, pathList } from './sql.js';

export type ReadFormat = 'parquet' | 'csv' | 'json';

/** A column as reported and as DuckDB calls it (it renames what differs in case only). */
export type SourceColumn = ColumnSchema & { readonly sqlName: string; readonly sqlType: string };

export type SourcePartition = {
  readonly partition: string;
  readonly day?: string;
  /** Real paths. */
  readonly files: readonly string[];
  readonly rowsPerFile?: readonly number[];
};

export type Source = {
  readonly format: ReadFormat;
  readonly columns: readonly SourceColumn[];
  readonly partitions: readonly SourcePartition[];
};

/** CSV and JSON are typed by what they hold; up to this many rows decide. */
const SNIFF_ROWS = 200_000;

export function readerSql(format: ReadFormat, files: readonly string[], columns?: readonly SourceColumn[]): string {
  const paths = pathList(files);
  if (format === 'parquet') return `read_parquet(${paths}, hive_partitioning = false)`;
  const types = columns?.map(({ sqlName, sqlType }) => `${identifier(sqlName)}: ${quoted(sqlType)}`).join(', ');
  const fixed = types === undefined ? `sample_size = ${SNIFF_ROWS}` : `types = {${types}}`;
  if (format === 'csv') return `read_csv(${paths}, hive_partitioning = false, union_by_name = true, ${fixed})`;
  const given = types === undefined ? `sample_size = ${SNIFF_ROWS}` : `columns = {${types}}`;
  return `read_json(${paths}, format = 'newline_delimited', hive_partitioning = false, ${given})`;
}

/** `p` and the wanted columns as c0, c1 … over all partitions; `where` may narrow one partition's rows. */
export function sourceSql(source: Source, wanted: readonly number[], sample: string): string {
  const list = wanted.map((i) => projection(source.columns[i], i)).join(', ');
  const select = source.partitions.map(
    ({ files }, p) => `SELECT ${p} AS p${list === '' ? '' : `, ${list}`} FROM ${readerSql(source.format, files, source.columns)}${sample}`,
  );
  return select.join(' UNION ALL ');
}

/** Floats lose NaN, infinities and what cannot be squared; huge integers become doubles. `v` is what is counted as a number. */
function projection(column: SourceColumn | undefined, i: number): string {
  if (column === undefined) throw new Error(`no column ${i}`);
  const name = identifier(column.sqlName);
  if (/^float/.test(column.canonicalType)) return `${name} AS c${i}, CASE WHEN abs(${name}) <= 1e150 THEN ${name} END AS v${i}`;
  if (isWideDecimal(column.canonicalType)) return `${name} AS c${i}, CAST(${name} AS DOUBLE) AS v${i}`;
  return `${name} AS c${i}`;
}

/** The SQL name of a column's numbers. */
export function numberName({ canonicalType }: ColumnSchema, i: number): string {
  return /^float/.test(canonicalType) || isWideDecimal(canonicalType) ? `v${i}` : `c${i}`;
}

function isWideDecimal(canonicalType: string): boolean {
  return Number(/^decimal\(([0-9]+),/.exec(canonicalType)?.[1] ?? 0) > 28;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The columns without how DuckDB calls them. */
export function columnsOf({ columns }: Source): readonly ColumnSchema[] {
  return columns.map(({ sqlName: _, sqlType: __, ...column }) => column);
}
