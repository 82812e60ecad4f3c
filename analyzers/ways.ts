/** §4.1 The ways that a target came: the calls that it came through, and the turns of loops that gave it. */
import { printPlace, type SourceRef } from '../src/core/evidence.js';
import { MAX_VIA } from './targets/template.js';
import { joinTurns, readTurns, type WrittenTurns } from './targets/turns.js';

export type Way = { readonly through: readonly SourceRef[]; readonly turns: WrittenTurns };
/** One of the targets of a site. */
export type TargetWay = Way & { readonly target: string };

/**
 * Whether what a task starts can be what came this way. Turns of one loop have to be the same; what came through the call of
 * another task, and not through that of this one, is the other's. `isOthers`: whether a place may be another's.
 */
export function isWayOf(task: Way, way: Way, isOthers: (place: string) => boolean): boolean {
  if (!joinTurns(readTurns(task.turns), readTurns(way.turns))) return false;
  if (cameBy(task, way) || way.through.length > MAX_VIA) return true;
  const own = placesOf(task);
  return [...placesOf(way)].every((place) => own.has(place) || !isOthers(place));
}

/** Whether something came through all of a task's own places. */
export function cameBy(task: Way, way: Way): boolean {
  const places = placesOf(way);
  return [...placesOf(task)].every((place) => places.has(place));
}

/** As many tasks are asked about as many ways: each is printed once. */
const PLACES = new WeakMap<Way, ReadonlySet<string>>();

function placesOf(way: Way): ReadonlySet<string> {
  const known = PLACES.get(way) ?? new Set(way.through.map(printPlace));
  PLACES.set(way, known);
  return known;
}
