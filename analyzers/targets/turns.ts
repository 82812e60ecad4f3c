/** §4.1 What one turn of a loop binds stays together: a value knows the turns that it belongs to. */

/** Loops by their place, with the turn of each. */
export type Turns = ReadonlyMap<string, number>;
export type InTurns = { readonly turns?: Turns };

export const NO_TURNS: Turns = new Map();

/** All of them together; none where two turns of one loop would have to be at once. */
export function joinTurns(a: Turns, b: Turns): Turns | undefined {
  if (a.size === 0 || a === b) return b;
  if (b.size === 0) return a;
  for (const [loop, turn] of b) if ((a.get(loop) ?? turn) !== turn) return undefined;
  return new Map([...a, ...b]);
}
