/** §5.4, §5.5 the two volume bands: the specification's sigma band, and one whose false-alarm rate is what it says. */
import { CALIBRATED_FALSE_ALARM_RATE, SIGMA_COMPUTED } from '../numbers.js';
import { momentsOf, populationSd } from './column-state.js';
import { tQuantileTwoSided, tTwoSidedTail } from './student-t.js';

export type VolumeStatistics = {
  readonly mean: number;
  /** Population standard deviation: with the specification's minimum, maximum and mean no sample deviation of seven values can be 12800. */
  readonly sd: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
};
export type VolumeBand = { readonly lower: number; readonly upper: number };
export type CalibratedBand = VolumeBand & { readonly falseAlarmRate: number };

export function volumeStatistics(rowCounts: readonly number[]): VolumeStatistics | undefined {
  if (rowCounts.length === 0) return undefined;
  const moments = momentsOf(rowCounts);
  // Counts are whole numbers, so the plain sum is the exact one.
  const mean = rowCounts.reduce((sum, rows) => sum + rows, 0) / rowCounts.length;
  return { mean, sd: populationSd(moments), min: Math.min(...rowCounts), max: Math.max(...rowCounts), n: rowCounts.length };
}

/** mean ± k·sd; no table has fewer than zero rows. */
export function sigmaBand({ mean, sd }: Pick<VolumeStatistics, 'mean' | 'sd'>, k: number = SIGMA_COMPUTED): VolumeBand {
  return { lower: Math.max(0, mean - k * sd), upper: mean + k * sd };
}

/**
 * Chance that the next normal day falls outside mean ± k population sd of n normal days: 13 % at n = 7, k = 2,
 * since mean and sd were estimated from the same few days.
 */
export function sigmaFalseAlarmRate(n: number, k: number): number {
  return n < 2 ? 1 : tTwoSidedTail(k * Math.sqrt((n - 1) / (n + 1)), n - 1);
}

/** The interval the next value of a normal series leaves with just this probability; needs two values that differ. */
export function calibratedBand(
  statistics: VolumeStatistics,
  falseAlarmRate: number = CALIBRATED_FALSE_ALARM_RATE,
): CalibratedBand | undefined {
  const { mean, sd, n } = statistics;
  if (n < 2 || sd === 0) return undefined;
  const sampleSd = sd * Math.sqrt(n / (n - 1));
  const half = tQuantileTwoSided(falseAlarmRate, n - 1) * Math.sqrt(1 + 1 / n) * sampleSd;
  return { lower: Math.max(0, mean - half), upper: mean + half, falseAlarmRate };
}

/** The bounds a bundle holds: the specification's figures and, where the days differ, the calibrated ones beside them. */
type HeldBounds = {
  readonly min_rows_per_partition: number;
  readonly anomaly_lower_bound: number;
  readonly anomaly_upper_bound: number;
  readonly calibrated_lower_bound?: number | undefined;
  readonly calibrated_upper_bound?: number | undefined;
};
export type BandInForce = VolumeBand & { readonly by: 'calibrated' | 'sigma' };

/**
 * What a count is judged by: the calibrated band, else the specification's, and never below the floor. The specification's
 * own band calls one normal day in seven wrong when it rests on seven days, so it is a figure, not a rule.
 */
export function bandInForce(bounds: HeldBounds): BandInForce {
  const { calibrated_lower_bound: lower, calibrated_upper_bound: upper, min_rows_per_partition: floor } = bounds;
  if (lower === undefined || upper === undefined)
    return { lower: Math.max(bounds.anomaly_lower_bound, floor), upper: bounds.anomaly_upper_bound, by: 'sigma' };
  return { lower: Math.max(lower, floor), upper, by: 'calibrated' };
}

/** Chance that the next normal day falls outside a band; unknown while no two days differed. */
export function falseAlarmRate(
  { mean, sd, n }: Pick<VolumeStatistics, 'mean' | 'sd' | 'n'>,
  { lower, upper }: VolumeBand,
): number | undefined {
  if (n < 2 || sd === 0) return undefined;
  const scale = sd * Math.sqrt(n / (n - 1)) * Math.sqrt(1 + 1 / n);
  const beyond = (distance: number) => {
    const tail = tTwoSidedTail(Math.abs(distance) / scale, n - 1) / 2;
    return distance < 0 ? 1 - tail : tail;
  };
  return (lower <= 0 ? 0 : beyond(mean - lower)) + beyond(upper - mean);
}
