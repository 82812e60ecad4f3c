/** §4.1 The ways that a target came: the calls that it came through, and the turns of loops that gave it. */
import { printPlace, type SourceRef } from '../../src/core/evidence.js';
import { groupPairs } from '../pairs.js';
import { MAX_VIA } from './template.js';
import { joinTurns, readTurns, type Turns, type WrittenTurns } from './turns.js';

export type Way = { readonly through: readonly SourceRef[]; readonly turns: WrittenTurns };
/** One of the targets of a site. */
export type TargetWay = Way & { readonly target: string };

/** What came one way, and what may be asked of it. */
type Seen<W extends Way> = {
  readonly way: W;
  readonly order: number;
  readonly turns: Turns;
  readonly places: ReadonlySet<string>;
  readonly isLong: boolean;
};

/**
 * What a task starts can be what came a way. Turns of one loop have to be the same; what came through the call of another task,
 * and not through that of this one, is the other's. `others`: places of all tasks that start the same. Ways and tasks may both be
 * thousands: only those are looked at that a place says may belong together.
 */
export function waysBy<W extends Way>(ways: readonly W[], others: Pick<ReadonlySet<string>, 'has'>): (task: Way) => readonly W[] {
  const seen = ways.map((way, order): Seen<W> => {
    const places = new Set(way.through.map(printPlace));
    return { way, order, turns: readTurns(way.turns), places, isLong: way.through.length > MAX_VIA };
  });
  const isFree = ({ places, isLong }: Seen<W>): boolean => isLong || ![...places].some((place) => others.has(place));
  const free = seen.filter(isFree);
  const byPlace = groupPairs(seen.flatMap((one) => (isFree(one) ? [] : [...one.places].map((place) => [place, one] as const))));
  return (task) => {
    const own = new Set(task.through.map(printPlace));
    const turns = readTurns(task.turns);
    const near = own.size === 0 ? seen : [...free, ...new Set([...own].flatMap((place) => byPlace.get(place) ?? []))];
    const held = near.filter((one) => joinTurns(turns, one.turns) && isThrough(one, own, others));
    return held.toSorted((a, b) => a.order - b.order).map(({ way }) => way);
  };
}

function isThrough({ places, isLong }: Seen<Way>, own: ReadonlySet<string>, others: Pick<ReadonlySet<string>, 'has'>): boolean {
  if (isLong || [...own].every((place) => places.has(place))) return true;
  return [...places].every((place) => own.has(place) || !others.has(place));
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
