/** §5.2 S2 trending: the least-squares slope over equally spaced partitions. */

/** Change per partition; `undefined` with fewer than three points, where a line says nothing. */
export function linearTrend(values: readonly number[]): number | undefined {
  const n = values.length;
  if (n < 3) return undefined;
  const middle = (n - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const across = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0);
  const along = (n * (n * n - 1)) / 12;
  return across / along;
}
