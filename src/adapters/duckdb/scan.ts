/** §5.2 S1, S2 the one scan: counts, bounds, moments, lengths and a distinct sketch of every column, per partition. */
import * as z from 'zod';
import { isNumericType, typeFamily } from '../../core/canonical-types.js';
import type { ColumnSchema, ColumnState, PartitionMeasurement } from '../../core/measurements.js';
import { type Session, Tally } from './session.js';
import { numberName, type Source, sourceSql } from './source.js';

export type Distinct = { readonly estimate: number; readonly standardError: number; readonly method: 'exact' | 'theta' };
export type Scan = { readonly partitions: readonly PartitionMeasurement[]; readonly distinct: Readonly<Record<string, Distinct>> };
export type ScanOptions = {
  /** Columns in one query. */
  readonly width: number;
  /** SQL after each reader: empty, or a sample clause. */
  readonly sample: string;
  /** One hash in so many enters the sketch; 1 keeps all. */
  readonly hashFactor: number;
};

/** The sketch keeps this many hashes of a column with nothing but distinct values. */
const SKETCH_HASHES = 100_000;

export function hashFactor(rows: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(1, rows) / SKETCH_HASHES)));
}

export async function scanColumns(session: Session, source: Source, options: ScanOptions): Promise<Scan> {
  const states: Record<string, ColumnState>[] = source.partitions.map(() => ({}));
  const rows = source.partitions.map(() => 0);
  const distinct = new Map<string, Distinct>();
  for (let at = 0; at < Math.max(1, source.columns.length); at += options.width) {
    const batch = source.columns.slice(at, at + options.width).map((_, i) => at + i);
    await session.run(`CREATE OR REPLACE TEMP TABLE scanned AS ${scanSql(source, batch, options)}`);
    for (const row of await session.rows(ScanRow, readSql(source, batch))) {
      const p = Number(row.p);
      rows[p] = Tally.parse(row.n);
      for (const i of batch)
        setOwn(states[p], source.columns[i]?.name ?? '', columnState(row, i, { rows: rows[p] ?? 0, column: source.columns[i] }));
    }
    for (const [name, found] of await readDistinct(session, source, batch, options.hashFactor)) distinct.set(name, found);
  }
  return {
    partitions: source.partitions.map((_, p) => measured(source, p, rows[p] ?? 0, states[p] ?? {})),
    distinct: Object.fromEntries(distinct),
  };
}

const ScanRow = z.record(z.string(), z.union([z.bigint(), z.number(), z.string(), z.null()]));
type ScanRow = z.infer<typeof ScanRow>;

function measured(source: Source, p: number, rows: number, states: Record<string, ColumnState>): PartitionMeasurement {
  const { partition, day } = source.partitions[p] ?? { partition: '' };
  const columns = Object.keys(states).length === 0 ? Object.fromEntries(source.columns.map(({ name }) => [name, { nulls: 0 }])) : states;
  return { partition, ...(day === undefined ? {} : { day }), rows, columns };
}

function scanSql(source: Source, batch: readonly number[], options: ScanOptions): string {
  const aggregates = batch.flatMap((i) => columnAggregates(source.columns[i], i, options.hashFactor));
  return `SELECT p, count(*) AS n${aggregates.map((sql) => `, ${sql}`).join('')} FROM (${sourceSql(source, batch, options.sample)}) GROUP BY p`;
}

function columnAggregates(column: ColumnSchema | undefined, i: number, factor: number): readonly string[] {
  if (column === undefined) return [];
  const common = [
    `count(c${i}) AS n${i}`,
    ...(hasSketch(column) ? [`list(DISTINCT hash(c${i})) FILTER (${hashFilter(i, factor)}) AS h${i}`] : []),
  ];
  if (isNumericType(column.canonicalType)) return [...common, ...numberAggregates(numberName(column, i), i)];
  if (isTemporal(column)) return [...common, `min(c${i}) AS a${i}`, `max(c${i}) AS z${i}`];
  if (!isText(column)) return common;
  const length = `length(CAST(c${i} AS VARCHAR))`;
  return [
    ...common,
    `min(${length}) AS a${i}`,
    `max(${length}) AS z${i}`,
    `sum(${length}) AS s${i}`,
    `count_if(CAST(c${i} AS VARCHAR) = '') AS e${i}`,
  ];
}

function numberAggregates(v: string, i: number): readonly string[] {
  return [
    `count(${v}) AS f${i}`,
    `min(${v}) AS a${i}`,
    `max(${v}) AS z${i}`,
    `sum(${v}) AS s${i}`,
    `var_pop(${v}) AS d${i}`,
    `count_if(${v} = 0) AS o${i}`,
    `count_if(${v} < 0) AS m${i}`,
  ];
}

function hashFilter(i: number, factor: number): string {
  return factor === 1 ? `c${i} IS NOT NULL` : `c${i} IS NOT NULL AND hash(c${i}) < ${2n ** 64n / BigInt(factor)}`;
}

/** Out of the temporary table: numbers as doubles, times as microseconds, sketches as their size. */
function readSql(source: Source, batch: readonly number[]): string {
  const out = batch.flatMap((i) => {
    const column = source.columns[i];
    if (column === undefined) return [];
    const common = [`n${i}`, ...(hasSketch(column) ? [`len(h${i}) AS h${i}`] : [])];
    if (isNumericType(column.canonicalType))
      return [...common, ...['a', 'z', 's', 'd'].map((x) => `CAST(${x}${i} AS DOUBLE) AS ${x}${i}`), `f${i}`, `o${i}`, `m${i}`];
    if (column.canonicalType === 'date')
      return [...common, ...['a', 'z'].map((x) => `CASE WHEN isfinite(${x}${i}) THEN CAST(${x}${i} AS VARCHAR) END AS t${x}${i}`)];
    if (isTemporal(column))
      return [...common, ...['a', 'z'].map((x) => `CASE WHEN isfinite(${x}${i}) THEN epoch_us(${x}${i}) END AS t${x}${i}`)];
    return isText(column) ? [...common, `a${i}`, `z${i}`, `CAST(s${i} AS DOUBLE) AS s${i}`, `e${i}`] : common;
  });
  return `SELECT p, n${out.map((sql) => `, ${sql}`).join('')} FROM scanned`;
}

function columnState(
  row: ScanRow,
  i: number,
  { rows, column }: { readonly rows: number; readonly column: ColumnSchema | undefined },
): ColumnState {
  const number = (key: string) => numberOf(row[`${key}${i}`]);
  const values = number('n') ?? 0;
  const finite = number('f');
  const sum = number('s');
  const variance = number('d');
  const isNumber = finite !== undefined;
  const isString = number('e') !== undefined;
  const state: { [K in keyof ColumnState]?: ColumnState[K] | undefined } = {
    finite,
    zeros: number('o'),
    negatives: number('m'),
    empties: number('e'),
    sum: isNumber && finite > 0 ? sum : undefined,
    mean: isNumber && finite > 0 && sum !== undefined ? sum / finite : undefined,
    m2: isNumber && finite > 0 && variance !== undefined ? variance * finite : undefined,
    min: isNumber ? exactly(number('a'), column) : undefined,
    max: isNumber ? exactly(number('z'), column) : undefined,
    minTime: instant(row[`ta${i}`]),
    maxTime: instant(row[`tz${i}`]),
    minLength: isString ? number('a') : undefined,
    maxLength: isString ? number('z') : undefined,
    sumLength: isString ? sum : undefined,
    distinctKept: number('h'),
  };
  return { ...Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined)), nulls: rows - values };
}

const SketchRow = z.object({ col: Tally, kept: Tally });

/** The union of the partitions' sketches; with every hash kept it is a count, give or take a 64-bit collision. */
async function readDistinct(
  session: Session,
  source: Source,
  batch: readonly number[],
  factor: number,
): Promise<readonly (readonly [string, Distinct])[]> {
  const sketched = batch.filter((i) => hasSketch(source.columns[i]));
  if (sketched.length === 0) return [];
  const hashes = sketched.map((i) => `SELECT ${i} AS col, unnest(h${i}) AS h FROM scanned`).join(' UNION ALL ');
  const rows = await session.rows(SketchRow, `SELECT col, count(DISTINCT h) AS kept FROM (${hashes}) GROUP BY col`);
  const sizes = new Map(rows.map(({ col, kept }) => [col, kept]));
  return sketched.map((i) => {
    const kept = sizes.get(i) ?? 0;
    const found: Distinct =
      factor === 1
        ? { estimate: kept, standardError: 0, method: 'exact' }
        : { estimate: kept * factor, standardError: kept === 0 ? 1 : 1 / Math.sqrt(kept), method: 'theta' };
    return [source.columns[i]?.name ?? '', found];
  });
}

export function hasSketch(column: ColumnSchema | undefined): boolean {
  return column !== undefined && !/^(list|map|struct)<|^(null|unknown|variant)$/.test(column.canonicalType);
}

export function isTemporal({ canonicalType }: ColumnSchema): boolean {
  return canonicalType === 'date' || canonicalType === 'timestamp';
}

export function isText({ canonicalType }: ColumnSchema): boolean {
  return typeFamily(canonicalType) === 'STRING';
}

function numberOf(value: ScanRow[string] | undefined): number | undefined {
  return value === undefined || value === null || typeof value === 'string' ? undefined : Number(value);
}

/** A whole or decimal number beyond 2^53 cannot be said exactly as a double, so it is not said. */
function exactly(value: number | undefined, column: ColumnSchema | undefined): number | undefined {
  if (value === undefined || /^float/.test(column?.canonicalType ?? '')) return value;
  return Math.abs(value) > Number.MAX_SAFE_INTEGER ? undefined : value;
}

function instant(value: ScanRow[string] | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  const date = new Date(Number(BigInt(value) / 1000n));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** `__proto__` is a column name like any other. */
function setOwn<T>(record: Record<string, T> | undefined, key: string, value: T): void {
  if (record !== undefined) Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
}
