/** §4.1 What loops do to a list turn by turn: `for p in parts: names.append(p)`. */
import type { Placed } from '../python/facts.js';
import { NO_TURNS, type Turns } from '../templates/turns.js';
import { blockPath, excluded, isHidden, surely, surelyOnce } from './blocks.js';
import { inTurn, isLoop, keyOf, turnsIn } from './loops.js';
import type { Unit } from './program.js';
import { isConditional, isReached } from './reached.js';
import type { Evaluation, Frame } from './values.js';

/** One change as it happens; `loop`: the key of the loop whose turn it belongs to. */
export type Happening<T> = { readonly change: T; readonly at: Frame; readonly isSure: boolean; readonly loop?: string };
/** All that has happened in some turns of the loop around the place that is read. */
export type Way<T> = { readonly happened: readonly Happening<T>[]; readonly turns: Turns };

type Seen = { readonly since: number; readonly frame: Frame };
const MAX_HAPPENED = 400;

/** Undefined where loops play no part, or nobody knows how often they run. */
export function replayed<T extends Placed>(ev: Evaluation, changes: readonly T[], { since, frame }: Seen): readonly Way<T>[] | undefined {
  const { unit } = frame;
  const own = changes.filter((one) => one.pos > since && !isHidden(one.block, frame));
  if (frame.block < 0 || own.some(({ scope }) => scope !== frame.scope)) return undefined;
  const using = blockPath(unit, frame.block);
  const around = using.findLast((block) => isLoop(unit, block) && begins(unit, block) > since && own.some((one) => isIn(unit, one, block)));
  const inside = around === undefined ? [] : own.filter((one) => isIn(unit, one, around));
  const outside = own.filter((one) => !inside.includes(one) && one.pos < frame.pos && !excluded(unit, one.block, frame.block));
  const first = inOrder(ev, outside, { frame, using });
  if (!first || (around === undefined && first.every(({ loop }) => loop === undefined))) return undefined;
  if (around === undefined) return [{ happened: first, turns: NO_TURNS }];
  const count = turnsIn(ev, frame, around, true);
  if (count === undefined || inside.some((one) => loopsBetween(unit, one, around) > 0)) return undefined;
  const key = keyOf(frame, around);
  const turns = [...(frame.turns?.get(key) ?? Array.from({ length: count }).keys())];
  return turns.map((turn): Way<T> => {
    const former = Array.from({ length: turn }).flatMap((_, index) => happenedIn(ev, inside, { frame, loop: around, turn: index }));
    const now = inside.filter((one) => one.pos < frame.pos && !excluded(unit, one.block, frame.block));
    const last = happenedIn(ev, now, { frame, loop: around, turn });
    return { happened: [...first, ...former, ...last], turns: count === 1 ? NO_TURNS : new Map([[key, new Set([turn])]]) };
  });
}

/** Loops that have run to their end are run through. */
function inOrder<T extends Placed>(
  ev: Evaluation,
  changes: readonly T[],
  { frame, using }: { readonly frame: Frame; readonly using: readonly number[] },
): readonly Happening<T>[] | undefined {
  const { unit } = frame;
  const found: Happening<T>[] = [];
  const run = new Set<number>();
  for (const change of changes) {
    const loop = blockPath(unit, change.block).findLast((block) => isLoop(unit, block) && !using.includes(block));
    if (loop === undefined) found.push(...happens(ev, change, frame));
    else if (!run.has(loop)) {
      run.add(loop);
      const inside = changes.filter((one) => isIn(unit, one, loop));
      const count = turnsIn(ev, { ...frame, block: unit.facts.blocks[loop]?.parent ?? 0 }, loop, true);
      if (count === undefined || inside.some((one) => loopsBetween(unit, one, loop) > 0) || count * inside.length > MAX_HAPPENED)
        return undefined;
      for (let turn = 0; turn < count; turn++) found.push(...happenedIn(ev, inside, { frame, loop, turn }));
    }
  }
  return found;
}

type InLoop = { readonly frame: Frame; readonly loop: number; readonly turn: number };

function happenedIn<T extends Placed>(ev: Evaluation, changes: readonly T[], { frame, loop, turn }: InLoop): readonly Happening<T>[] {
  const { unit } = frame;
  const { endOf: _, ...own } = inTurn(frame, unit, loop, turn);
  return changes.flatMap((change): readonly Happening<T>[] => {
    const at: Frame = { ...own, block: change.block, pos: change.pos };
    const known = isConditional(at, loop) ? isReached(ev, at, loop).verdict(at.turns ?? NO_TURNS) : undefined;
    if (known === false) return [];
    return [{ change, at, isSure: known ?? surely(unit, change.block, loop), loop: keyOf(frame, loop) }];
  });
}

/** A change in no loop of its own: nothing where its branch is not taken. */
export function happens<T extends Placed>(ev: Evaluation, change: T, frame: Frame): readonly Happening<T>[] {
  const { unit } = frame;
  const at: Frame = { ...frame, block: change.block, pos: change.pos };
  const using = blockPath(unit, frame.block);
  const common = blockPath(unit, change.block).find((block) => using.includes(block));
  const repeats = blockPath(unit, change.block).some((block) => !using.includes(block) && isLoop(unit, block));
  const judged = isConditional(at, common) ? isReached(ev, at, common) : undefined;
  const known = judged?.verdict(frame.turns ?? NO_TURNS);
  if (known === false) return [];
  if (judged && known === undefined) for (const one of judged.open) ev.unbound.add(one);
  return [{ change, at, isSure: known === true ? !repeats : surelyOnce(unit, change.block, frame.block) }];
}

function begins({ facts }: Unit, block: number): number {
  return facts.blocks[block]?.pos ?? -1;
}

function isIn(unit: Unit, { block }: Placed, loop: number): boolean {
  return blockPath(unit, block).includes(loop);
}

function loopsBetween(unit: Unit, { block }: Placed, loop: number): number {
  const path = blockPath(unit, block);
  return path.slice(0, path.indexOf(loop)).filter((one) => isLoop(unit, one)).length;
}
