/** §5.4 the PII scan: patterns are counted inside DuckDB on a sample of blocks, so that no value comes out, not even to us. */
import * as z from 'zod';
import { typeFamily } from '../../core/canonical-types.js';
import type { PiiEvidence } from '../../core/measurements.js';
import { PII_SAMPLE_ROWS, PII_SAMPLE_VALUES } from '../../core/numbers.js';
import { nameEvidence } from '../../core/pii/names.js';
import { valuePattern } from '../../core/pii/recognisers.js';
import { PII_PATTERNS, type PiiPattern } from '../../core/vocabulary.js';
import { footerRows } from './footers.js';
import { isText } from './scan.js';
import { type Session, Tally } from './session.js';
import { readerSql, type Source, type SourceColumn, type SourcePartition } from './source.js';
import { identifier, literal } from './sql.js';

/** Blocks per partition: more would touch every row group, fewer would see one writer's habit. */
const BLOCKS_PER_PARTITION = 2;
/** Longer values are free text; what they embed is not looked for. */
const VALUE_LENGTH = 300;
const COLUMNS_PER_QUERY = 32;

type Candidate = {
  readonly column: SourceColumn;
  readonly index: number;
  readonly patterns: readonly { readonly pattern: PiiPattern; readonly name: -1 | 0 | 1 }[];
};

/** What speaks for a pattern, and how many distinct values of each column were looked at. */
export type PersonalData = { readonly evidence: readonly PiiEvidence[]; readonly values: Readonly<Record<string, number>> };

export async function scanForPersonalData(session: Session, source: Source, width: number): Promise<PersonalData> {
  const candidates = source.columns.flatMap((column, index) => {
    const patterns = patternsFor(column);
    return patterns.length === 0 ? [] : [{ column, index, patterns }];
  });
  const evidence: PiiEvidence[] = [];
  const values: [string, number][] = [];
  const step = Math.min(width, COLUMNS_PER_QUERY);
  for (let at = 0; at < candidates.length; at += step) {
    const batch = candidates.slice(at, at + step);
    await session.run(`CREATE OR REPLACE TEMP TABLE pii_sample AS ${await sampleSql(session, source, batch)}`);
    const rows = await session.rows(z.record(z.string(), Tally), batch.map(countSql).join(' UNION ALL '));
    for (const row of rows) {
      evidence.push(...evidenceOf(row, batch));
      values.push([source.columns[row.col ?? -1]?.name ?? '', row.n ?? 0]);
    }
  }
  return { evidence, values: Object.fromEntries(values) };
}

/** Text columns for every pattern; whole numbers only where the name says they hold one. */
function patternsFor(column: SourceColumn): Candidate['patterns'] {
  const all = PII_PATTERNS.map((pattern) => ({ pattern, name: nameEvidence(column.name, pattern) }));
  if (isText(column)) return all;
  const isWhole = typeFamily(column.canonicalType) === 'INTEGER' || /^decimal\([0-9]+,0\)$/.test(column.canonicalType);
  return isWhole ? all.filter(({ pattern, name }) => name === 1 && (pattern === 'PHONE' || pattern === 'SSN')) : [];
}

function countSql({ index, patterns }: Candidate): string {
  const counts = PII_PATTERNS.map((pattern) => {
    const wanted = patterns.find((one) => one.pattern === pattern);
    if (wanted === undefined) return `0 AS ${pattern}`;
    return `count(*) FILTER (regexp_full_match(v, ${literal(valuePattern(pattern, wanted.name))}, 'i')) AS ${pattern}`;
  });
  return `SELECT ${index} AS col, count(*) AS n, ${counts.join(', ')} FROM (
    SELECT DISTINCT left(trim(c${index}), ${VALUE_LENGTH}) AS v FROM pii_sample WHERE trim(c${index}) <> '' ORDER BY hash(v) LIMIT ${PII_SAMPLE_VALUES})`;
}

function evidenceOf(row: Readonly<Record<string, number>>, batch: readonly Candidate[]): readonly PiiEvidence[] {
  const candidate = batch.find(({ index }) => index === row.col);
  return (candidate?.patterns ?? []).flatMap(({ pattern, name }) => {
    const matched = row[pattern] ?? 0;
    if (matched === 0 && name !== 1) return [];
    return [{ column: candidate?.column.name ?? '', pattern, sampled: row.n ?? 0, matched, name }];
  });
}

async function sampleSql(session: Session, source: Source, batch: readonly Candidate[]): Promise<string> {
  const list = batch.map(({ column, index }) => `CAST(${identifier(column.sqlName)} AS VARCHAR) AS c${index}`).join(', ');
  const perPartition = Math.ceil(PII_SAMPLE_ROWS / source.partitions.length);
  const parts: string[] = [];
  for (const [p, partition] of source.partitions.entries()) {
    parts.push(
      ...(source.format === 'parquet'
        ? await blockSql(session, partition, { list, rows: perPartition, p })
        : [reservoirSql(source, partition, list, perPartition)]),
    );
  }
  return parts.length === 0 ? `SELECT ${batch.map(({ index }) => `'' AS c${index}`).join(', ')} LIMIT 0` : parts.join(' UNION ALL ');
}

function reservoirSql(source: Source, partition: SourcePartition, list: string, rows: number): string {
  return `(SELECT ${list} FROM ${readerSql(source.format, partition.files, source.columns)} USING SAMPLE reservoir(${rows} ROWS) REPEATABLE (42))`;
}

/** Ranges of rows, so that whole row groups are skipped; their place moves from partition to partition. */
async function blockSql(
  session: Session,
  partition: SourcePartition,
  { list, rows, p }: { readonly list: string; readonly rows: number; readonly p: number },
): Promise<readonly string[]> {
  const files = await rowsPerFile(session, partition);
  const total = files.reduce((sum, file) => sum + file.rows, 0);
  const blocks = blockStarts(total, rows, p);
  let before = 0;
  const parts: string[] = [];
  for (const { file, rows: length } of files) {
    const ranges = blocks
      .map(([from, to]) => [from - before, Math.min(length, to - before)] as const)
      .filter(([from, to]) => to > 0 && from < length);
    const where = ranges.map(([from, to]) => `file_row_number BETWEEN ${Math.max(0, from)} AND ${to - 1}`).join(' OR ');
    if (where !== '') parts.push(`SELECT ${list} FROM ${readerSql('parquet', [file])} WHERE ${where}`);
    before += length;
  }
  return parts;
}

/** Half-open row ranges, evenly spread, shifted by the golden ratio per partition. */
export function blockStarts(total: number, rows: number, p: number): readonly (readonly [number, number])[] {
  if (total <= rows) return [[0, total]];
  const length = Math.ceil(rows / BLOCKS_PER_PARTITION);
  const stride = total / BLOCKS_PER_PARTITION;
  return Array.from({ length: BLOCKS_PER_PARTITION }, (_, b) => {
    const start = Math.floor(b * stride + ((p * 0.618034) % 1) * Math.max(0, stride - length));
    return [start, Math.min(total, start + length)] as const;
  });
}

async function rowsPerFile(
  session: Session,
  partition: SourcePartition,
): Promise<readonly { readonly file: string; readonly rows: number }[]> {
  const rows = await footerRows(session, partition.files);
  return partition.files.map((file) => ({ file, rows: rows.get(file) ?? 0 }));
}
