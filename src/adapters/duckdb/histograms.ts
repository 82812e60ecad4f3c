/** §5.2 S4 value distributions: bins over bounds the first scan found, and exact counts where the sketch says there are few values. */
import * as z from 'zod';
import type { Histogram } from '../../core/artifacts/baseline.js';
import { typeFamily } from '../../core/canonical-types.js';
import type { ColumnSchema, PartitionMeasurement } from '../../core/measurements.js';
import { EXACT_DISTINCT_BELOW } from '../../core/numbers.js';
import type { Distinct, Scan } from './scan.js';
import { type Session, Tally } from './session.js';
import { numberName, type Source, sourceSql } from './source.js';

const BINS = 15;
/** A whole-number column with no more values than this between its bounds gets one bin each. */
const ONE_BIN_EACH = 20;
/** Bounds this far apart, both positive, are binned by ratio. */
const LOG_FROM_RATIO = 1000;

export type SecondScan = {
  readonly histograms: Readonly<Record<string, Histogram>>;
  readonly distinct: Readonly<Record<string, Distinct>>;
};

export async function secondScan(
  session: Session,
  source: Source,
  scan: Scan,
  options: { readonly width: number; readonly sample: string; readonly isShown: (name: string) => boolean },
): Promise<SecondScan> {
  const wanted = source.columns.flatMap((column, i) => {
    const edges = options.isShown(column.name) ? edgesOf(column, scan.partitions) : undefined;
    const counted = isFew(scan.distinct, column.name);
    return edges === undefined && !counted ? [] : [{ i, column, edges, counted }];
  });
  const histograms: [string, Histogram][] = [];
  const distinct: [string, Distinct][] = [];
  for (let at = 0; at < wanted.length; at += options.width) {
    const batch = wanted.slice(at, at + options.width);
    const select = batch.flatMap(({ i, column, edges, counted }) => [
      ...(edges === undefined
        ? []
        : [`map_values(histogram(CAST(${numberName(column, i)} AS DOUBLE), ${edgeList(edges.slice(1))})) AS g${i}`]),
      ...(counted ? [`count(DISTINCT c${i}) AS d${i}`] : []),
    ]);
    const from = sourceSql(
      source,
      batch.map(({ i }) => i),
      options.sample,
    );
    const [row] = await session.rows(
      z.record(z.string(), z.union([Tally, z.array(Tally), z.null()])),
      `SELECT ${select.join(', ')} FROM (${from})`,
    );
    for (const { i, column, edges } of batch) {
      const bins = row?.[`g${i}`];
      if (edges !== undefined && Array.isArray(bins))
        histograms.push([column.name, { edges: [...edges], counts: bins.slice(0, edges.length - 1) }]);
      const exact = row?.[`d${i}`];
      if (typeof exact === 'number') distinct.push([column.name, { estimate: exact, standardError: 0, method: 'exact' }]);
    }
  }
  return { histograms: Object.fromEntries(histograms), distinct: Object.fromEntries(distinct) };
}

/** The edges of a column's bins; bin i holds what is above edge i and not above edge i + 1, the first one its lower edge too. */
export function edgesOf(column: ColumnSchema, partitions: readonly PartitionMeasurement[]): readonly number[] | undefined {
  const states = partitions.flatMap(({ columns }) => (Object.hasOwn(columns, column.name) ? [columns[column.name]] : []));
  const lows = states.flatMap((state) => (state?.min === undefined ? [] : [state.min]));
  const highs = states.flatMap((state) => (state?.max === undefined ? [] : [state.max]));
  const isWhole = states.every((state) => (state?.finite ?? 0) === 0 || (state?.min !== undefined && state.max !== undefined));
  if (lows.length === 0 || highs.length === 0 || !isWhole) return undefined;
  return binEdges(Math.min(...lows), Math.max(...highs), typeFamily(column.canonicalType) === 'INTEGER');
}

export function binEdges(low: number, high: number, isInteger: boolean): readonly number[] {
  if (isInteger && high - low < ONE_BIN_EACH) return Array.from({ length: high - low + 2 }, (_, i) => low - 0.5 + i);
  if (low === high) return [low, high];
  const byRatio = low > 0 && high / low >= LOG_FROM_RATIO;
  const inner = Array.from({ length: BINS - 1 }, (_, i) => {
    const share = (i + 1) / BINS;
    return byRatio ? low * (high / low) ** share : low + (high - low) * share;
  });
  return [...new Set([low, ...inner, high])];
}

function isFew(distinct: Scan['distinct'], name: string): boolean {
  const found = Object.hasOwn(distinct, name) ? distinct[name] : undefined;
  return found?.method === 'theta' && found.estimate <= EXACT_DISTINCT_BELOW;
}

/** In exponent form DuckDB reads a double literal as it is; `0.1` it would read as a decimal first. */
function edgeList(edges: readonly number[]): string {
  return `[${edges.map((edge) => edge.toExponential()).join(', ')}]`;
}
