/** How far a share that was seen can be from the true one: one-sided 95 % limits. */

/** Normal quantile of 95 %. */
const Z = 1.6448536269514722;

/** Upper limit of a rate after `hits` in `rows`: 3/n without a hit (rule of three), else Wilson's. 1 when nothing was seen. */
export function upperRate(hits: number, rows: number): number {
  if (rows <= 0) return 1;
  if (hits === 0) return Math.min(1, 3 / rows);
  const rate = hits / rows;
  const z2 = Z * Z;
  const centre = rate + z2 / (2 * rows);
  const spread = Z * Math.sqrt((rate * (1 - rate)) / rows + z2 / (4 * rows * rows));
  return Math.min(1, (centre + spread) / (1 + z2 / rows));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Population standard deviation, as §5.4 has it. */
export function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}
