/** §5.4 one column of `schema.columns`, and decision 0001: which of its values may be shown. */
import type { BaselineColumn } from '../src/core/artifacts/baseline.js';
import { typeFamily } from '../src/core/canonical-types.js';
import type { ColumnSchema, ColumnState, Measurements } from '../src/core/measurements.js';
import { suppressionOf } from '../src/core/pii/suppression.js';
import { mergeColumnStates, populationSd, stateMoments } from '../src/core/statistics/column-state.js';
import { linearTrend } from '../src/core/statistics/trend.js';

type Seen = { readonly rows: number; readonly state: ColumnState };

export function draftColumn(column: ColumnSchema, measurements: Measurements, showValues: boolean): BaselineColumn {
  const seen: readonly Seen[] = measurements.partitions.map(({ rows, rowsRead, columns }) => ({
    rows: rowsRead ?? rows,
    state: own(columns, column.name) ?? { nulls: 0 },
  }));
  const merged = seen.map(({ state }) => state).reduce(mergeColumnStates, { nulls: 0 });
  const rows = seen.reduce((sum, one) => sum + one.rows, 0);
  const distinct = own(measurements.distinct, column.name);
  const lengths = textLength(merged, rows - merged.nulls);
  const suppressed = suppressionOf({
    name: column.name,
    canonicalType: column.canonicalType,
    pii: measurements.pii.filter((evidence) => evidence.column === column.name),
    shape: own(measurements.shapes ?? {}, column.name),
    values: rows - merged.nulls,
    distinct: distinct?.estimate,
    averageLength: lengths?.mean,
    showValues,
  });
  return {
    name: column.name,
    type: typeFamily(column.canonicalType),
    nullable: column.nullable,
    null_rate: rate(merged.nulls, rows),
    canonical_type: column.canonicalType,
    ...nullHistory(seen),
    ...(distinct === undefined
      ? {}
      : { distinct: { estimate: distinct.estimate, standard_error: significant(distinct.standardError, 3), method: distinct.method } }),
    ...(lengths === undefined ? {} : { text_length: lengths }),
    ...(suppressed === undefined ? values(column, merged, measurements) : { suppressed }),
  };
}

function nullHistory(seen: readonly Seen[]): Pick<BaselineColumn, 'null_rate_max' | 'null_rate_trend'> {
  const rates = seen.filter(({ rows }) => rows > 0).map(({ rows, state }) => rate(state.nulls, rows));
  if (rates.length === 0) return {};
  const trend = linearTrend(rates);
  return { null_rate_max: Math.max(...rates), ...(trend === undefined ? {} : { null_rate_trend: significant(trend, 6) }) };
}

function values(
  column: ColumnSchema,
  state: ColumnState,
  { histograms }: Measurements,
): Pick<BaselineColumn, 'numeric' | 'temporal' | 'histogram'> {
  const moments = stateMoments(state);
  const histogram = own(histograms, column.name);
  const { min, max, minTime, maxTime } = state;
  return {
    ...(min === undefined || max === undefined || moments === undefined
      ? {}
      : { numeric: { min, max, mean: significant(moments.mean, 12), stddev: significant(populationSd(moments), 12) } }),
    ...(minTime === undefined || maxTime === undefined ? {} : { temporal: { min: minTime, max: maxTime } }),
    ...(histogram === undefined ? {} : { histogram }),
  };
}

function textLength({ minLength: min, maxLength: max, sumLength }: ColumnState, values: number): BaselineColumn['text_length'] {
  return min === undefined || max === undefined || sumLength === undefined || values === 0
    ? undefined
    : { min, max, mean: significant(sumLength / values, 6) };
}

/** Six significant digits: rounding must not turn one null in seven million into none. */
function rate(part: number, rows: number): number {
  return rows === 0 ? 0 : significant(part / rows, 6);
}

function significant(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

/** Column names are data: `constructor` is one. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
