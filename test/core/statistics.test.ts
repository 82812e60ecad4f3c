/** §5.2, §5.5: merged states, intervals and the two volume bands. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnState } from '../../src/core/measurements.js';
import { mergeColumnStates, momentsOf, populationSd } from '../../src/core/statistics/column-state.js';
import { wilsonInterval } from '../../src/core/statistics/intervals.js';
import { tQuantileTwoSided, tTwoSidedTail } from '../../src/core/statistics/student-t.js';
import { linearTrend } from '../../src/core/statistics/trend.js';
import {
  bandInForce,
  calibratedBand,
  falseAlarmRate,
  sigmaBand,
  sigmaFalseAlarmRate,
  volumeStatistics,
} from '../../src/core/statistics/volume.js';

const Cell = fc.option(fc.integer({ min: -1_000_000, max: 1_000_000 }), { nil: undefined, freq: 5 });
const Column = fc.array(Cell, { maxLength: 60 });

/** One pass over all values, no merging: the judge. */
function stateOf(cells: readonly (number | undefined)[]): ColumnState {
  const values = cells.filter((cell) => cell !== undefined);
  const counts = {
    nulls: cells.length - values.length,
    finite: values.length,
    zeros: values.filter((v) => v === 0).length,
    negatives: values.filter((v) => v < 0).length,
  };
  if (values.length === 0) return counts;
  const sum = values.reduce((a, b) => a + b, 0);
  const mean = sum / values.length;
  return { ...counts, sum, mean, m2: values.reduce((a, v) => a + (v - mean) ** 2, 0), min: Math.min(...values), max: Math.max(...values) };
}

function expectSame(a: ColumnState, b: ColumnState): void {
  const { mean: meanA, m2: m2A, ...restA } = a;
  const { mean: meanB, m2: m2B, ...restB } = b;
  expect(restA).toEqual(restB);
  expect((meanA ?? 0) - (meanB ?? 0)).toBeCloseTo(0, 6);
  expect(Math.abs((m2A ?? 0) - (m2B ?? 0))).toBeLessThanOrEqual(1e-9 * Math.max(1, m2B ?? 0));
}

describe('mergeColumnStates', () => {
  it('equals one pass over everything', () =>
    fc.assert(
      fc.property(fc.array(Column, { minLength: 1, maxLength: 6 }), (parts) =>
        expectSame(parts.map(stateOf).reduce(mergeColumnStates), stateOf(parts.flat())),
      ),
    ));
  it('does not care which of two comes first', () =>
    fc.assert(
      fc.property(Column, Column, (a, b) =>
        expectSame(mergeColumnStates(stateOf(a), stateOf(b)), mergeColumnStates(stateOf(b), stateOf(a))),
      ),
    ));
  it('does not care how three are grouped', () =>
    fc.assert(
      fc.property(Column, Column, Column, (a, b, c) => {
        const [x, y, z] = [stateOf(a), stateOf(b), stateOf(c)];
        expectSame(mergeColumnStates(mergeColumnStates(x, y), z), mergeColumnStates(x, mergeColumnStates(y, z)));
      }),
    ));
  it('keeps the outer times and lengths, and drops the overlapping sketch sizes', () => {
    const merged = mergeColumnStates(
      { nulls: 1, minTime: '2024-01-02', maxTime: '2024-01-09', minLength: 3, maxLength: 5, sumLength: 8, empties: 1, distinctKept: 4 },
      { nulls: 2, minTime: '2024-01-01', maxTime: '2024-01-03', minLength: 2, maxLength: 4, sumLength: 6, empties: 0, distinctKept: 4 },
    );
    expect(merged).toEqual({
      nulls: 3,
      minTime: '2024-01-01',
      maxTime: '2024-01-09',
      minLength: 2,
      maxLength: 5,
      sumLength: 14,
      empties: 1,
    });
  });
  it('stays exact where the values are far from zero and close together', () => {
    const values = Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 2));
    expect(populationSd(momentsOf(values))).toBeCloseTo(0.5, 6);
  });
});

describe('the t distribution', () => {
  it.each([
    [0.05, 6, 2.4469],
    [0.05, 1, 12.7062],
    [0.01, 10, 3.1693],
    [0.05, 1000, 1.9623],
  ])('leaves %f outside with %i degrees of freedom at %f', (tail, df, t) => {
    expect(tQuantileTwoSided(tail, df)).toBeCloseTo(t, 3);
    expect(tTwoSidedTail(t, df)).toBeCloseTo(tail, 4);
  });
});

describe('volume bands', () => {
  it('give the figures of the specification: 142350 ± 2 · 12800', () => {
    expect(sigmaBand({ mean: 142350, sd: 12800 })).toEqual({ lower: 116750, upper: 167950 });
    expect(sigmaBand({ mean: 142350, sd: 12800 }, 3)).toEqual({ lower: 103950, upper: 180750 });
  });
  it('never ask for fewer than no rows', () => expect(sigmaBand({ mean: 10, sd: 20 })).toEqual({ lower: 0, upper: 50 }));
  it('divide by n, not by n - 1', () =>
    expect(volumeStatistics([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, sd: 2, min: 2, max: 9, n: 8 }));
  it('need a row count', () => expect(volumeStatistics([])).toBeUndefined());

  /** Simulated with 40,000 normal series each; the formula must land within half a point. */
  it.each([
    [7, 2, 0.133],
    [14, 2, 0.085],
    [28, 2, 0.066],
    [56, 2, 0.054],
    [7, 3, 0.041],
    [14, 3, 0.015],
    [28, 3, 0.008],
    [56, 3, 0.005],
  ])('%i days, %i sigma: a false alarm on a share of %f of normal days', (n, k, rate) => {
    expect(Math.abs(sigmaFalseAlarmRate(n, k) - rate)).toBeLessThan(0.005);
  });

  it('are calibrated at 2.62 and 5.24 sample deviations for seven days', () => {
    const statistics = volumeStatistics([1, 2, 3, 4, 5, 6, 7]);
    const sampleSd = Math.sqrt(28 / 6);
    expect(statistics && (calibratedBand(statistics, 0.05)?.upper ?? 0) - 4).toBeCloseTo(2.62 * sampleSd, 1);
    expect(statistics && (calibratedBand(statistics)?.upper ?? 0) - 4).toBeCloseTo(5.24 * sampleSd, 1);
  });
  it('are not calibrated without spread', () => {
    expect(calibratedBand({ mean: 5, sd: 0, min: 5, max: 5, n: 7 })).toBeUndefined();
    expect(calibratedBand({ mean: 5, sd: 1, min: 5, max: 5, n: 1 })).toBeUndefined();
  });
  it('raise the promised share of false alarms on simulated normal days', () => {
    const normal = gaussian(20260208);
    let alarms = 0;
    for (let run = 0; run < 20_000; run++) {
      const statistics = volumeStatistics(Array.from({ length: 7 }, () => 1000 + normal()));
      const band = statistics && calibratedBand(statistics, 0.05);
      const next = 1000 + normal();
      if (band && (next < band.lower || next > band.upper)) alarms++;
    }
    expect(Math.abs(alarms / 20_000 - 0.05)).toBeLessThan(0.005);
  });
});

/** Box and Muller over a small linear generator: the same days every time. */
function gaussian(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

describe('shares', () => {
  it.each([
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [5, 10, 0.2366, 0.7634],
    [980, 1000, 0.9693, 0.987],
  ])('%i of %i lies between %f and %f', (hits, n, lower, upper) => {
    const interval = wilsonInterval(hits, n);
    expect(interval.lower).toBeCloseTo(lower, 3);
    expect(interval.upper).toBeCloseTo(upper, 3);
  });
  it('know nothing without a value', () => expect(wilsonInterval(0, 0)).toEqual({ lower: 0, upper: 1 }));
});

describe('linearTrend', () => {
  it.each<readonly [string, readonly number[], number | undefined]>([
    ['a straight line', [1, 3, 5, 7], 2],
    ['no change', [4, 4, 4], 0],
    ['noise that goes nowhere', [1, 2, 1], 0],
    ['two points', [1, 2], undefined],
  ])('%s', (_, values, slope) => expect(linearTrend(values)).toBe(slope));
});

describe('the band in force', () => {
  const held = { min_rows_per_partition: 10, anomaly_lower_bound: 80, anomaly_upper_bound: 120 };
  it.each([
    ['the specification’s where there is no other', held, { lower: 80, upper: 120, by: 'sigma' }],
    [
      'the calibrated one',
      { ...held, calibrated_lower_bound: 50, calibrated_upper_bound: 150 },
      { lower: 50, upper: 150, by: 'calibrated' },
    ],
    [
      'never below the floor',
      { ...held, min_rows_per_partition: 60, calibrated_lower_bound: 50, calibrated_upper_bound: 150 },
      { lower: 60, upper: 150, by: 'calibrated' },
    ],
  ] as const)('%s', (_, bounds, band) => expect(bandInForce(bounds)).toEqual(band));

  const week = { mean: 142_350, sd: 12_800, n: 7 };
  it('is wrong as often as it says', () => {
    const calibrated = calibratedBand({ ...week, min: 0, max: 0 });
    expect(falseAlarmRate(week, calibrated ?? { lower: 0, upper: 0 })).toBeCloseTo(0.0027, 6);
    expect(falseAlarmRate(week, sigmaBand(week))).toBeCloseTo(sigmaFalseAlarmRate(7, 2), 6);
  });
  it('is wrong on one side only where no count lies below it', () => {
    expect(falseAlarmRate(week, { lower: 0, upper: 167_950 })).toBeCloseTo(sigmaFalseAlarmRate(7, 2) / 2, 6);
    expect(falseAlarmRate(week, { lower: 142_350, upper: 1e9 })).toBeCloseTo(0.5, 6);
    expect(falseAlarmRate(week, { lower: 200_000, upper: 1e9 })).toBeGreaterThan(0.9);
  });
  it('is of unknown worth while no two days differed', () => {
    expect(falseAlarmRate({ mean: 5, sd: 0, n: 7 }, { lower: 5, upper: 5 })).toBeUndefined();
  });
});
