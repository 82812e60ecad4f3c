/** §4.1 Whether a place is come to, as far as the conditions on the way to it can be decided. */

import { groupPairs } from '../pairs.js';
import { NO_TURNS } from '../templates/turns.js';
import { blockPath } from './blocks.js';
import { judge } from './conditions.js';
import type { Unit } from './program.js';
import { AT_END, type Evaluation, type Frame, type Judged, type Verdict } from './values.js';

/** Branches by their statement, and by the blocks that they leave those that return, raise or go on with the next turn. */
type Branches = { readonly of: ReadonlyMap<number, readonly number[]>; readonly leaving: ReadonlyMap<number, readonly number[]> };
const BRANCHES = new WeakMap<Unit, Branches>();

function branchesIn(unit: Unit): Branches {
  const known = BRANCHES.get(unit);
  if (known) return known;
  const { blocks } = unit.facts;
  const isBranch = (block: number): boolean => blocks[block]?.kind === 'if' || blocks[block]?.kind === 'match';
  const branches = blocks.flatMap((_, block) => (isBranch(block) ? [block] : []));
  const leaving = branches
    .filter((block) => blocks[block]?.ends || blocks[block]?.skips)
    .flatMap((block) => {
      const left: (readonly [number, number])[] = [];
      for (let at = blocks[block]?.parent ?? -1; at >= 0 && left.length < MAX_LEFT; at = blocks[at]?.parent ?? -1) {
        left.push([at, block]);
        if (!isBranch(at) && blocks[at]?.kind !== 'with') break;
      }
      return left;
    });
  const found = { of: groupPairs(branches.map((block) => [blocks[block]?.statement ?? 0, block])), leaving: groupPairs(leaving) };
  BRANCHES.set(unit, found);
  return found;
}
const MAX_LEFT = 20;
/** Conditions on the way to one place; the nearest count. */
const MAX_CONDITIONS = 40;

const UNKNOWN: Verdict = () => undefined;

/** Whether a branch is taken, where its statement is come to. */
export function isTaken(ev: Evaluation, block: number, frame: Frame): Judged {
  const { blocks } = frame.unit.facts;
  const of = blocks[block];
  const open = new Set<string>();
  if (!of || of.pos === undefined) return { verdict: UNKNOWN, open, turns: [] };
  const all = (branchesIn(frame.unit).of.get(of.statement) ?? []).filter((other) => other <= block).slice(-MAX_CONDITIONS);
  let turns: Judged['turns'] = [];
  const asked = all.flatMap((branch): Verdict[] => {
    const { when, pos, parent } = blocks[branch] ?? {};
    if (!when || pos === undefined) return [];
    const judged = judge(ev, when, { ...frame, block: parent ?? 0, pos: Math.min(pos, frame.pos) });
    for (const one of judged.open) open.add(one);
    if (judged.turns.length > turns.length) turns = judged.turns;
    return [branch === block ? judged.verdict : (seen) => not(judged.verdict(seen))];
  });
  return { verdict: (seen) => allTrue(asked.map((one) => one(seen))), open, turns };
}

function not(known: boolean | undefined): boolean | undefined {
  return known === undefined ? undefined : !known;
}

function allTrue(all: readonly (boolean | undefined)[]): boolean | undefined {
  if (all.includes(false)) return false;
  return all.includes(undefined) ? undefined : true;
}

/** Of the place of a frame; `within`: from that block inwards alone. */
export function isReached(ev: Evaluation, frame: Frame, within?: number): Judged {
  const { unit, pos } = frame;
  const path = pathFrom(frame, within);
  const { leaving } = branchesIn(unit);
  const { blocks } = unit.facts;
  const inner = path.filter((block) => block !== within && isBranchIn(frame, block));
  const left = path
    .flatMap((block) =>
      (leaving.get(block) ?? [])
        .filter((one) => isBranchIn(frame, one) && (blocks[one]?.pos ?? pos) < pos && !path.includes(one))
        .map((one) => ({ one, block })),
    )
    .filter(({ one }) => !inner.some((block) => blocks[block]?.statement === blocks[one]?.statement));
  const taken = inner.slice(0, MAX_CONDITIONS).map((block) => isTaken(ev, block, frame));
  const gone = left.slice(-MAX_CONDITIONS).map(({ one, block }) => wayTo(ev, one, block, frame));
  const all = [...taken, ...gone];
  const verdict: Verdict = (seen) => allTrue([...taken.map((one) => one.verdict(seen)), ...gone.map((one) => not(one.verdict(seen)))]);
  return {
    verdict,
    open: new Set(all.flatMap(({ open }) => [...open])),
    turns: all.map(({ turns }) => turns).find((turns) => turns.length > 0) ?? [],
  };
}

/** Whether conditions stand on the way at all. */
export function isConditional(frame: Pick<Frame, 'unit' | 'block' | 'pos' | 'scope'>, within?: number): boolean {
  const { unit, pos } = frame;
  const { leaving } = branchesIn(unit);
  const isBefore = (block: number): boolean => (unit.facts.blocks[block]?.pos ?? pos) < pos && isBranchIn(frame, block);
  return pathFrom(frame, within).some((block) => (block !== within && isBranchIn(frame, block)) || leaving.get(block)?.some(isBefore));
}

/** Of the def itself, and not of one around it or in it. */
function isBranchIn({ unit, scope }: Pick<Frame, 'unit' | 'scope'>, block: number): boolean {
  const of = unit.facts.blocks[block];
  return of?.pos !== undefined && of.kind !== 'for' && of.scope === scope;
}

/** The blocks of the def around a place, the innermost first. */
function pathFrom(
  { unit, block, scope }: Pick<Frame, 'unit' | 'block' | 'scope'>,
  within = unit.facts.scopes[scope]?.block ?? 0,
): readonly number[] {
  const path = blockPath(unit, block);
  const end = path.indexOf(within);
  return end < 0 ? path : path.slice(0, end + 1);
}

/** A branch in branches: it is come to where all of them are taken. */
function wayTo(ev: Evaluation, block: number, from: number, frame: Frame): Judged {
  const path = blockPath(frame.unit, block);
  const way = path.slice(0, Math.max(path.indexOf(from), 0)).filter((one) => frame.unit.facts.blocks[one]?.kind !== 'with');
  const all = way.map((one) => isTaken(ev, one, frame));
  return {
    verdict: (seen) => allTrue(all.map(({ verdict }) => verdict(seen))),
    open: new Set(all.flatMap(({ open }) => [...open])),
    turns: all.map(({ turns }) => turns).find((turns) => turns.length > 0) ?? [],
  };
}

/** Whether a turn of the loop around a place ends the loop: `break`. */
export function stopsOf(ev: Evaluation, frame: Frame, begins: number): Verdict | undefined {
  const { blocks } = frame.unit.facts;
  const loop = blockPath(frame.unit, frame.block).find((block) => blocks[block]?.kind === 'for' && blocks[block]?.pos === begins);
  const breaks = (loop === undefined ? [] : (branchesIn(frame.unit).leaving.get(loop) ?? [])).filter(
    (block) => blocks[block]?.skips === 'loop',
  );
  if (loop === undefined || breaks.length === 0) return undefined;
  const all = breaks.slice(0, MAX_CONDITIONS).map((block) => wayTo(ev, block, loop, { ...frame, pos: AT_END }));
  return (turns) => all.some(({ verdict }) => verdict(turns) === true);
}

/** It is decided that it is not come to, whatever else is not known. */
export function isNeverReached(ev: Evaluation, frame: Frame): boolean {
  return isConditional(frame) && isReached(ev, frame).verdict(frame.turns ?? NO_TURNS) === false;
}
