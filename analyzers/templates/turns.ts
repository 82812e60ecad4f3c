/** §4.1 What one turn of a loop binds stays together: a value knows the turns that it belongs to. */

/** Loops by their place, with the turns of each. */
export type Turns = ReadonlyMap<string, ReadonlySet<number>>;
export type InTurns = { readonly turns?: Turns };

export const NO_TURNS: Turns = new Map();

/** Those in which both hold; undefined where there is none. */
export function joinTurns(a: Turns, b: Turns): Turns | undefined {
  if (a.size === 0 || a === b) return b;
  if (b.size === 0) return a;
  const all = new Map(a);
  for (const [loop, turns] of b) {
    const known = a.get(loop);
    const both = known ? new Set([...known].filter((turn) => turns.has(turn))) : turns;
    if (both.size === 0) return undefined;
    all.set(loop, both);
  }
  return all;
}

/** Those in which either holds; undefined where that is more than one of them and the other. */
export function eitherTurns(a: Turns, b: Turns): Turns | undefined {
  if (a.size === 0 || b.size === 0) return NO_TURNS;
  const other = [...b].filter(([loop, turns]) => !isSame(a.get(loop), turns));
  if (a.size !== b.size || other.length > 1) return undefined;
  const [[loop, turns] = []] = other;
  const known = loop === undefined ? undefined : a.get(loop);
  if (loop === undefined || turns === undefined) return a;
  return known && new Map([...a, [loop, new Set([...known, ...turns])]]);
}

/** As plain values, which can be kept. */
export type WrittenTurns = readonly (readonly [loop: string, turns: readonly number[]])[];

export function writeTurns(turns: Turns): WrittenTurns {
  return [...turns].map(([loop, all]) => [loop, [...all]] as const);
}

export function readTurns(written: WrittenTurns): Turns {
  return new Map(written.map(([loop, turns]) => [loop, new Set(turns)]));
}

function isSame(a: ReadonlySet<number> | undefined, b: ReadonlySet<number>): boolean {
  return a === b || (a?.size === b.size && [...b].every((turn) => a.has(turn)));
}
