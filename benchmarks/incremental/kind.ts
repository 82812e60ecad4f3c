/** A kind of file: where such files may lie, what may stand in one, and the words that all kinds draw from. */
import type { Chance } from '../chance.js';

export function oneOf<T>(chance: Chance, of: readonly [T, ...T[]]): T {
  return of[Math.floor(chance() * of.length)] ?? of[0];
}

export const NAMES = ['orders', 'returns', 'stock', 'customers', 'visits'] as const;
export const LAYERS = ['bronze', 'silver', 'gold'] as const;
export const CRONS = ['0 6 * * *', '*/15 * * * *', '0 3 * * 1', '@daily', 'not a cron'] as const;

export type Kind = { readonly name: string; readonly paths: readonly [string, ...string[]]; readonly text: (chance: Chance) => string };
