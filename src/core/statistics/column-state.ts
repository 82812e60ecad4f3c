/** §5.2 column states add up: partitions, files and later runs are merged without reading the data again. */
import type { ColumnState } from '../measurements.js';

/** Numbers added up in one pass: count, mean and the sum of squared deviations. */
export type Moments = { readonly n: number; readonly mean: number; readonly m2: number };

/** Chan, Golub and LeVeque's pairwise update; exact in exact arithmetic, stable in ours. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.n === 0) return b;
  if (b.n === 0) return a;
  const n = a.n + b.n;
  const delta = b.mean - a.mean;
  return { n, mean: a.mean + (delta * b.n) / n, m2: a.m2 + b.m2 + (delta * delta * a.n * b.n) / n };
}

export function momentsOf(values: readonly number[]): Moments {
  return values.reduce((all, value) => mergeMoments(all, { n: 1, mean: value, m2: 0 }), { n: 0, mean: 0, m2: 0 });
}

/** Population standard deviation (divided by n); 0 without a value. */
export function populationSd({ n, m2 }: Moments): number {
  return n === 0 ? 0 : Math.sqrt(Math.max(0, m2) / n);
}

export function stateMoments(state: ColumnState): Moments | undefined {
  const { finite: n, mean, m2 } = state;
  return n === undefined ? undefined : { n, mean: mean ?? 0, m2: m2 ?? 0 };
}

/**
 * Merges two states of one column. `distinctKept` is left out: kept hashes of two partitions overlap,
 * and how much is not in the number.
 */
export function mergeColumnStates(a: ColumnState, b: ColumnState): ColumnState {
  const moments = mergeMoments(stateMoments(a) ?? NOTHING, stateMoments(b) ?? NOTHING);
  return defined({
    nulls: a.nulls + b.nulls,
    finite: either(a.finite, b.finite, plus),
    zeros: either(a.zeros, b.zeros, plus),
    negatives: either(a.negatives, b.negatives, plus),
    empties: either(a.empties, b.empties, plus),
    sum: either(a.sum, b.sum, plus),
    mean: moments.n === 0 ? undefined : moments.mean,
    m2: moments.n === 0 ? undefined : moments.m2,
    min: either(a.min, b.min, Math.min),
    max: either(a.max, b.max, Math.max),
    minTime: either(a.minTime, b.minTime, earlier),
    maxTime: either(a.maxTime, b.maxTime, later),
    minLength: either(a.minLength, b.minLength, Math.min),
    maxLength: either(a.maxLength, b.maxLength, Math.max),
    sumLength: either(a.sumLength, b.sumLength, plus),
  });
}

const NOTHING: Moments = { n: 0, mean: 0, m2: 0 };

function plus(a: number, b: number): number {
  return a + b;
}

/** ISO instants compare as text. */
function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

function later(a: string, b: string): string {
  return earlier(a, b) === a ? b : a;
}

function either<T>(a: T | undefined, b: T | undefined, combine: (a: T, b: T) => T): T | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : combine(a, b);
}

type Loose<T> = { readonly [K in keyof T]: T[K] | undefined };
type Whole = Loose<ColumnState> & { readonly nulls: number };

/** Drops the keys that hold nothing, so that equal states are equal documents. */
function defined(state: Whole): ColumnState {
  return { ...Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined)), nulls: state.nulls };
}
