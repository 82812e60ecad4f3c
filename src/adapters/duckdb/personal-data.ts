/** §5.4 the PII scan: patterns are counted inside DuckDB on a sample of blocks, so that no value comes out, not even to us. */
import * as z from 'zod';
import { isNumericType } from '../../core/canonical-types.js';
import type { PiiEvidence, ValueShape } from '../../core/measurements.js';
import { PII_SAMPLE_ROWS, PII_SAMPLE_VALUES } from '../../core/numbers.js';
import { nameEvidence } from '../../core/pii/names.js';
import { valuePattern } from '../../core/pii/recognisers.js';
import { PII_PATTERNS, type PiiPattern } from '../../core/vocabulary.js';
import { footerRows } from './footers.js';
import { isTemporal, isText } from './scan.js';
import { type Session, Tally } from './session.js';
import { readerSql, type Source, type SourceColumn, type SourcePartition } from './source.js';
import { identifier, literal } from './sql.js';

/** Blocks per partition: more would touch every row group, fewer would see one writer's habit. */
const BLOCKS_PER_PARTITION = 2;
/** Longer values are free text; what they embed is not looked for. */
const VALUE_LENGTH = 300;
const COLUMNS_PER_QUERY = 32;
/** Further back than this lies a birth sooner than an event. */
const OLD_AFTER_YEARS = 10;

type Candidate = {
  readonly column: SourceColumn;
  readonly index: number;
  readonly patterns: readonly { readonly pattern: PiiPattern; readonly name: -1 | 0 | 1 }[];
};

/** What speaks for a pattern, how many distinct values were looked at for one, and what numbers and dates look like. */
export type PersonalData = {
  readonly evidence: readonly PiiEvidence[];
  readonly values: Readonly<Record<string, number>>;
  readonly shapes: Readonly<Record<string, ValueShape>>;
};

/** Every column that values could leave of is looked at, whatever its type is. */
export async function scanForPersonalData(session: Session, source: Source, width: number): Promise<PersonalData> {
  const candidates = source.columns.flatMap((column, index) =>
    isText(column) || isNumber(column) || isTemporal(column) ? [{ column, index, patterns: patternsFor(column) }] : [],
  );
  const evidence: PiiEvidence[] = [];
  const values: [string, number][] = [];
  const shapes: [string, ValueShape][] = [];
  const newestDay = source.partitions
    .flatMap(({ day }) => day ?? [])
    .sort()
    .at(-1);
  const step = Math.min(width, COLUMNS_PER_QUERY);
  for (let at = 0; at < candidates.length; at += step) {
    const batch = candidates.slice(at, at + step);
    await session.run(`CREATE OR REPLACE TEMP TABLE pii_sample AS ${await sampleSql(session, source, batch)}`);
    const counted = batch.map((candidate) => countSql(candidate, newestDay)).join(' UNION ALL ');
    for (const row of await session.rows(z.record(z.string(), Tally), counted)) {
      const candidate = batch.find(({ index }) => index === row.col);
      if (candidate === undefined) continue;
      const { column, patterns } = candidate;
      evidence.push(...evidenceOf(row, candidate));
      if (patterns.length > 0) values.push([column.name, row.n ?? 0]);
      if (!isText(column)) shapes.push([column.name, { sampled: row.n ?? 0, longNumbers: row.long ?? 0, oldDates: row.old ?? 0 }]);
    }
  }
  return { evidence, values: Object.fromEntries(values), shapes: Object.fromEntries(shapes) };
}

function isNumber({ canonicalType }: SourceColumn): boolean {
  return isNumericType(canonicalType);
}

/** Text columns for every pattern; numbers, fractional types too, only where the name says they hold one. */
function patternsFor(column: SourceColumn): Candidate['patterns'] {
  const all = PII_PATTERNS.map((pattern) => ({ pattern, name: nameEvidence(column.name, pattern) }));
  if (isText(column)) return all;
  return isNumber(column) ? all.filter(({ pattern, name }) => name === 1 && (pattern === 'PHONE' || pattern === 'SSN')) : [];
}

function countSql({ column, index, patterns }: Candidate, newestDay: string | undefined): string {
  const counts = PII_PATTERNS.map((pattern) => {
    const wanted = patterns.find((one) => one.pattern === pattern);
    if (wanted === undefined) return `0 AS ${pattern}`;
    return `count(*) FILTER (regexp_full_match(v, ${literal(valuePattern(pattern, wanted.name))}, 'i')) AS ${pattern}`;
  });
  const long = isNumber(column) ? `count(*) FILTER (regexp_full_match(v, '-?[0-9]{7,19}'))` : '0';
  const old = isTemporal(column) ? `count(*) FILTER (${isOldSql(newestDay)})` : '0';
  return `SELECT ${index} AS col, count(*) AS n, ${counts.join(', ')}, ${long} AS long, ${old} AS old FROM (
    SELECT *${isTemporal(column) && newestDay === undefined ? ', max(v) OVER () AS newest' : ''} FROM (
    SELECT DISTINCT left(trim(c${index}), ${VALUE_LENGTH}) AS v FROM pii_sample WHERE trim(c${index}) <> '' ORDER BY hash(v) LIMIT ${PII_SAMPLE_VALUES}))`;
}

/** ISO dates compare as text: the year alone decides. Far in the future is somebody's "for ever" and no reference. */
function isOldSql(newestDay: string | undefined): string {
  const year = (text: string) => `TRY_CAST(left(${text}, 4) AS INTEGER)`;
  return `${year('v')} < ${newestDay === undefined ? year('newest') : Number(newestDay.slice(0, 4))} - ${OLD_AFTER_YEARS}`;
}

function evidenceOf(row: Readonly<Record<string, number>>, { column, patterns }: Candidate): readonly PiiEvidence[] {
  return patterns.flatMap(({ pattern, name }) => {
    const matched = row[pattern] ?? 0;
    if (matched === 0 && name !== 1) return [];
    return [{ column: column.name, pattern, sampled: row.n ?? 0, matched, name }];
  });
}

/** A whole number in a fractional type reads as one: pandas makes DOUBLE of any nullable integer. */
function textOf({ column, index }: Candidate): string {
  const name = identifier(column.sqlName);
  const whole = `CASE WHEN ${name} = trunc(${name}) THEN CAST(TRY_CAST(${name} AS HUGEINT) AS VARCHAR) END`;
  return `${isNumber(column) ? `coalesce(${whole}, CAST(${name} AS VARCHAR))` : `CAST(${name} AS VARCHAR)`} AS c${index}`;
}

async function sampleSql(session: Session, source: Source, batch: readonly Candidate[]): Promise<string> {
  const list = batch.map(textOf).join(', ');
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
