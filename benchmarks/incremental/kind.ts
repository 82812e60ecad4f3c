/** A kind of file: where such files may lie, what may stand in one, and the words and chances that all kinds draw from. */

export type Chance = () => number;

/** Numbers in [0, 1) that follow from the seed (mulberry32). */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    const again = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61));
    return ((again ^ (again >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function oneOf<T>(chance: Chance, of: readonly [T, ...T[]]): T {
  return of[Math.floor(chance() * of.length)] ?? of[0];
}

export const NAMES = ['orders', 'returns', 'stock', 'customers', 'visits'] as const;
export const LAYERS = ['bronze', 'silver', 'gold'] as const;
export const CRONS = ['0 6 * * *', '*/15 * * * *', '0 3 * * 1', '@daily', 'not a cron'] as const;

export type Kind = { readonly name: string; readonly paths: readonly [string, ...string[]]; readonly text: (chance: Chance) => string };
