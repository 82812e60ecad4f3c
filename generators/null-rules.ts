/** §6.3 what the missing values of each column allow to be demanded, tested on every day as if it were a new one. */
import { type Baseline, type BaselineColumn, nullRateIn } from '../src/core/artifacts/baseline.js';
import type { RuleSupport } from '../src/core/artifacts/policy-bundle.js';
import { NOT_NULL_SUPPORT_ROWS, NULL_LIMIT_SAYS_NOTHING, REQUIRED_NULL_RATE } from '../src/core/numbers.js';
import { deviation, upperRate } from '../src/core/proportions.js';
import type { Confidence } from '../src/core/vocabulary.js';

/** Least slack above the worst day: half a percentage point. */
const LEAST_SLACK = 0.005;

export type NullDay = { readonly partition: string; readonly rows: number; readonly rate: number };
export type NullHistory = {
  readonly column: BaselineColumn;
  /** Partitions of which rows were read. */
  readonly days: readonly NullDay[];
  readonly rows: number;
  readonly nulls: number;
};

export function nullHistories(baseline: Baseline): readonly NullHistory[] {
  return (baseline.schema?.columns ?? []).map((column) => {
    const days = (baseline.partitions ?? []).flatMap((row) => {
      const rows = row.rows_read ?? row.rows;
      return rows === 0 ? [] : [{ partition: row.partition, rows, rate: nullRateIn(row, column.name) }];
    });
    const rows = days.length > 0 ? days.reduce((sum, day) => sum + day.rows, 0) : baseline.profiling_metadata.total_rows_sampled;
    const nulls = days.length > 0 ? days.reduce((sum, day) => sum + nullsOf(day), 0) : Math.round(column.null_rate * rows);
    return { column, days, rows, nulls };
  });
}

/** The 0.1 % rule: over all rows and on every single day. */
export function isRequired({ column, days, rows }: NullHistory): boolean {
  if (rows === 0) return false;
  return [column.null_rate, column.null_rate_max ?? 0, ...days.map(({ rate }) => rate)].every((rate) => rate < REQUIRED_NULL_RATE);
}

/** Not one missing value in enough rows to put the true rate below 0.1 %. */
export function isNeverNull({ column, nulls, rows }: NullHistory): boolean {
  return nulls === 0 && column.null_rate === 0 && (column.null_rate_max ?? 0) === 0 && rows >= NOT_NULL_SUPPORT_ROWS;
}

/** A bound above the worst day: its 95 % limit, and room for what days differ by. Rounded up to 0.01 %. */
export function maxNullRate({ column, days, rows, nulls }: Pick<NullHistory, 'column' | 'days' | 'rows' | 'nulls'>): number {
  const worst = days.length > 0 ? Math.max(...days.map((day) => upperRate(nullsOf(day), day.rows))) : upperRate(nulls, rows);
  const slack = Math.max(LEAST_SLACK, days.length > 0 ? 3 * deviation(days.map(({ rate }) => rate)) : 0);
  return Math.min(1, Math.ceil((Math.max(worst, column.null_rate_max ?? 0) + slack) * 10_000 - 1e-9) / 10_000);
}

/** The bound where it is one: `undefined` where so much may go missing below it that it says nothing. */
export function usefulNullRate(history: NullHistory): number | undefined {
  const { column, days } = history;
  const limit = maxNullRate(history);
  const worst = Math.max(column.null_rate, column.null_rate_max ?? 0, ...days.map(({ rate }) => rate));
  return limit < 1 && limit - worst < NULL_LIMIT_SAYS_NOTHING ? limit : undefined;
}

/** Support of the column's rule; `confidence` is a ceiling that the history may lower. */
export function nullSupport(history: NullHistory, ceiling: Confidence): RuleSupport {
  const { column, days, rows, nulls } = history;
  const strict = isNeverNull(history);
  const required = isRequired(history);
  const kept = days.filter((day) => staysWithin(history, day)).length;
  const proven = upperRate(nulls, rows) <= REQUIRED_NULL_RATE && !isRising(history) && days.length > 1 && kept === days.length;
  const confidence = required && !proven && ceiling === 'HIGH' ? 'MEDIUM' : kept < days.length && ceiling === 'HIGH' ? 'MEDIUM' : ceiling;
  return {
    rule: `${strict ? 'not_null' : required ? 'required' : 'max_null_rate'}:${column.name}`,
    origin: 'heuristic',
    confidence,
    rows,
    partitions: days.length,
    violations: 0,
    held_out: { partitions: days.length > 1 ? days.length : 0, kept: days.length > 1 ? kept : 0 },
  };
}

/** Fitted on the other days, does the rule hold on this one? */
function staysWithin(history: NullHistory, day: NullDay): boolean {
  const days = history.days.filter((other) => other !== day);
  if (days.length === 0) return true;
  const rows = days.reduce((sum, other) => sum + other.rows, 0);
  const nulls = days.reduce((sum, other) => sum + nullsOf(other), 0);
  const { null_rate_max: _, ...column } = { ...history.column, null_rate: rows === 0 ? 0 : nulls / rows };
  const others = { column, days, rows, nulls };
  return isNeverNull(others) && isNeverNull(history) ? day.rate === 0 : day.rate <= maxNullRate(others);
}

/** At the pace of these days, above 0.1 % within as many again. */
function isRising({ column, days }: NullHistory): boolean {
  const trend = column.null_rate_trend ?? 0;
  return trend > 0 && (days.at(-1)?.rate ?? column.null_rate) + trend * Math.max(1, days.length) >= REQUIRED_NULL_RATE;
}

function nullsOf({ rate, rows }: Pick<NullDay, 'rate' | 'rows'>): number {
  return rate === 0 ? 0 : Math.max(1, Math.round(rate * rows));
}
