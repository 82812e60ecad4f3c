/** §4.1 The ways that a target came: the calls that it came through, and the turns of loops that gave it. */
import { printPlace, type SourceRef } from '../src/core/evidence.js';
import { MAX_VIA } from './targets/template.js';
import { joinTurns, readTurns, type WrittenTurns } from './targets/turns.js';

export type Way = { readonly through: readonly SourceRef[]; readonly turns: WrittenTurns };
/** One of the targets of a site. */
export type TargetWay = Way & { readonly target: string };

/**
 * Whether what a task starts can be what came this way. Turns of one loop have to be the same; what came through the call of
 * another task, and not through that of this one, is the other's. `others`: places of all tasks that start the same.
 */
export function isWayOf(task: Way, way: Way, others: ReadonlySet<string>): boolean {
  if (!joinTurns(readTurns(task.turns), readTurns(way.turns))) return false;
  const places = new Set(way.through.map(printPlace));
  const own = task.through.map(printPlace);
  if (own.every((place) => places.has(place)) || way.through.length > MAX_VIA) return true;
  return [...places].every((place) => own.includes(place) || !others.has(place));
}
