/** §4.1 Which binds of a name may have the last word at a place, in which turns of loops, and which loop brings what its turn before made. */
import type { Bind } from '../python/facts.js';
import { joinTurns, NO_TURNS, type Turns } from '../templates/turns.js';
import { blockPath, excluded, isHidden, surely } from './blocks.js';
import { type Choice, choices } from './conditions.js';
import { isAroundIn } from './loops.js';
import { spend } from './paid.js';
import { memberKey, type Unit } from './program.js';
import { isConditional, isReached, isTaken } from './reached.js';
import type { Evaluation, Frame, Judged } from './values.js';

/** More binds than this, none of them sure, have more values than anybody shows. */
const MAX_BINDS = 200;

type Reaching = { readonly binds: readonly Bind[]; readonly certain: boolean };

/** `certain` when one of them surely ran, whatever conditions say. */
export function reachingBinds(frame: Frame, name: string): Reaching {
  const binds: Bind[] = [];
  const branches = new Map<number, Set<number>>();
  for (const bind of bindsBefore(frame, name, () => undefined)) {
    binds.push(bind);
    // What an `if` adds to a text is part of its fullest form.
    if (bind.how === 'augment' || surely(frame.unit, bind.block, frame.block, branches)) return { binds, certain: true };
  }
  return { binds, certain: false };
}

/** The last first; `pay` is told what looking at them costs. */
function* bindsBefore(frame: Frame, name: string, pay: (steps: number) => void): Generator<Bind> {
  const { unit, scope, block, pos } = frame;
  const all = unit.bindsByScope.get(memberKey(scope, name));
  if (!all) return;
  const { binds, lows } = ordered(all);
  const using = blockPath(unit, block).length;
  let looked = 0;
  let visited = 0;
  for (let index = lastBelow(lows, pos); index >= 0 && visited < MAX_BINDS; index--) {
    const bind = binds[index];
    if (!bind) continue;
    // Most names have few binds, which are looked at for what asking for the name costs.
    looked += 4 + using * blockPath(unit, bind.block).length;
    if (looked >= AT_ONCE) pay(Math.floor(looked / AT_ONCE));
    looked %= AT_ONCE;
    if (bind.pos >= pos) continue;
    visited += 1;
    if (!excluded(unit, bind.block, block) && !isHidden(bind.block, frame)) yield bind;
  }
}
const AT_ONCE = 64;

/** Binds of one name; `lows`: the first place at which one of them and those behind it stands. */
type Ordered = { readonly binds: readonly Bind[]; readonly lows: readonly number[] };
const ORDERED = new WeakMap<readonly Bind[], Ordered>();

function ordered(all: readonly Bind[]): Ordered {
  const known = ORDERED.get(all);
  if (known) return known;
  const binds = all.filter(({ key }) => !key);
  const lows: number[] = [];
  for (let index = binds.length - 1, low = Number.POSITIVE_INFINITY; index >= 0; index--) {
    low = Math.min(low, binds[index]?.pos ?? low);
    lows[index] = low;
  }
  const found = { binds, lows };
  ORDERED.set(all, found);
  return found;
}

/** The last index at which something rising is below a limit. */
function lastBelow(rising: readonly number[], limit: number): number {
  let [from, to] = [0, rising.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((rising[middle] ?? limit) < limit) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}

/** `rest`: the turns in which none of them surely ran; `loop`: the block whose turn before counts where none did. */
export type Decided = {
  readonly found: readonly { readonly bind: Bind; readonly turns: Turns }[];
  readonly certain: boolean;
  readonly rest: Turns;
  readonly loop?: number;
};

const NOTHING: Decided = { found: [], certain: false, rest: NO_TURNS };

/** As far as conditions can be decided: what a branch binds that is not taken is left out. */
export function decidedBinds(ev: Evaluation, frame: Frame, name: string): Decided {
  const { unit, block, scope } = frame;
  if (!unit.bindsByScope.has(memberKey(scope, name))) return NOTHING;
  const found: { bind: Bind; turns: Turns }[] = [];
  const branches = new Map<number, Set<number>>();
  const loops = isAroundIn(frame, name);
  let rest = NO_TURNS;
  for (const bind of bindsBefore(frame, name, (steps) => spend(ev.program, steps))) {
    const [loop] = loops;
    if (loop !== undefined && !blockPath(unit, bind.block).includes(loop)) return { found, certain: false, rest, loop };
    const fate = fateOf(ev, bind, frame, { rest, branches });
    if (fate.yes) found.push({ bind, turns: fate.yes });
    if (fate.yes && bind.how === 'augment') return { found, certain: true, rest };
    if (!fate.no || (fate.isOpen && surely(unit, bind.block, block, branches))) return { found, certain: true, rest };
    rest = fate.no;
  }
  const [loop] = loops;
  return { found, certain: false, rest, ...(loop === undefined ? {} : { loop }) };
}

/** Of imports and defs, the last first: those that may be what the name is there, with the turns in which they are. */
export function decidedAmong<T extends Pick<Bind, 'block' | 'pos'>>(ev: Evaluation, frame: Frame, all: readonly T[]): readonly Among<T>[] {
  const { unit, block } = frame;
  const found: Among<T>[] = [];
  const branches = new Map<number, Set<number>>();
  let rest = NO_TURNS;
  for (const one of all) {
    if (excluded(unit, one.block, block) || isHidden(one.block, frame)) continue;
    const fate = fateOf(ev, one, frame, { rest, branches });
    if (fate.yes) found.push({ one, turns: fate.yes });
    if (!fate.no || (fate.isOpen && surely(unit, one.block, block, branches))) break;
    rest = fate.no;
  }
  return found;
}
type Among<T> = { readonly one: T; readonly turns: Turns };

/** The turns in which it ran, and those in which it may not have; `isOpen`: nobody knows. */
type Fate = { readonly yes?: Turns; readonly no?: Turns; readonly isOpen?: true };
type Before = { readonly rest: Turns; readonly branches: Map<number, Set<number>> };

function fateOf(ev: Evaluation, bind: Pick<Bind, 'block' | 'pos'>, frame: Frame, { rest, branches }: Before): Fate {
  const { unit } = frame;
  const { blocks } = unit.facts;
  const using = blockPath(unit, Math.max(frame.block, 0));
  const between = blockPath(unit, bind.block).filter((block) => !using.includes(block));
  const asked = between.filter((block) => blocks[block]?.pos !== undefined && blocks[block]?.kind !== 'for');
  const open: Fate = { yes: rest, no: rest, isOpen: true };
  const skips = skippedBefore(ev, bind, frame);
  if (asked.length === 0 && !skips) return open;
  const judged = asked.map((block) => isTaken(ev, block, frame));
  if (skips) judged.push(skips);
  const outermost = asked.length > 0 ? judged[asked.length - 1]?.verdict(frame.turns ?? NO_TURNS) : undefined;
  if (outermost === false) markMet(unit, asked.at(-1) ?? 0, branches);
  const seen = joinTurns(frame.turns ?? NO_TURNS, rest) ?? NO_TURNS;
  const all = { verdict: both(judged), turns: judged.find(({ turns }) => turns.length > 0)?.turns ?? [] };
  const told = choices(all, seen);
  if (told.some(({ known }) => known === undefined)) for (const one of judged) for (const name of one.open) ev.unbound.add(name);
  const isPlain = between.every((block) => asked.includes(block) || blocks[block]?.kind === 'with');
  return split(told, { rest, isPlain }) ?? open;
}

/** At the end of a turn: whether the turn came to the bind. */
function skippedBefore(ev: Evaluation, { block, pos }: Pick<Bind, 'block' | 'pos'>, { endOf, ...frame }: Frame): Judged | undefined {
  if (endOf === undefined || !blockPath(frame.unit, block).includes(endOf)) return undefined;
  const at: Frame = { ...frame, block, pos };
  return isConditional(at, endOf) ? isReached(ev, at, endOf) : undefined;
}

function both(judged: readonly Judged[]): Judged['verdict'] {
  return (seen) => {
    const all = judged.map(({ verdict }) => verdict(seen));
    if (all.includes(false)) return false;
    return all.includes(undefined) ? undefined : true;
  };
}

function split(told: readonly Choice[], { rest, isPlain }: { readonly rest: Turns; readonly isPlain: boolean }): Fate | undefined {
  const [only, ...others] = told;
  if (only && others.length === 0) {
    if (only.known === false) return { no: rest };
    return only.known && isPlain ? { yes: rest } : undefined;
  }
  const yes = union(told.filter(({ known }) => known !== false).map(({ turns }) => turns));
  const no = union(told.filter(({ known }) => !known || !isPlain).map(({ turns }) => turns));
  if (!yes || !no) return undefined;
  const [inYes, inNo] = [joinTurns(yes, rest), joinTurns(no, rest)];
  return { ...(inYes ? { yes: inYes } : {}), ...(inNo ? { no: inNo } : {}) };
}

/** Of one loop alone. */
function union(all: readonly Turns[]): Turns | undefined {
  const loops = new Set(all.flatMap((turns) => [...turns.keys()]));
  const [loop, ...others] = loops;
  if (loop === undefined || others.length > 0) return undefined;
  return new Map([[loop, new Set(all.flatMap((turns) => [...(turns.get(loop) ?? [])]))]]);
}

/** A branch that is not taken needs no bind. */
function markMet(unit: Unit, block: number, branches: Map<number, Set<number>>): void {
  const statement = unit.facts.blocks[block]?.statement ?? 0;
  branches.set(statement, new Set([...(branches.get(statement) ?? []), block]));
}
