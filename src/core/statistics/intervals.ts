/** What a share seen in a sample says about the share behind it (95 %). */
import { Z_95 } from '../numbers.js';

export type Interval = { readonly lower: number; readonly upper: number };

/** Wilson's score interval; behaves at 0 and 1, where the textbook one does not. */
export function wilsonInterval(hits: number, n: number): Interval {
  if (n === 0) return { lower: 0, upper: 1 };
  const share = hits / n;
  const z2 = Z_95 * Z_95;
  const centre = share + z2 / (2 * n);
  const half = Z_95 * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  return {
    lower: hits === 0 ? 0 : Math.max(0, (centre - half) / scale),
    upper: hits === n ? 1 : Math.min(1, (centre + half) / scale),
  };
}
