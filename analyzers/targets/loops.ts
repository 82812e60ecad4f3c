/** §4.1 What a loop carries from turn to turn: `path += "/" + p`, `last = t`. */
import type { Bind, Expr } from '../python/facts.js';
import { concat, holed } from '../templates/template.js';
import { NO_TURNS, type Turns } from '../templates/turns.js';
import { blockPath } from './blocks.js';
import { spend } from './paid.js';
import { memberKey, type Unit } from './program.js';
import { defKey, type Evaluation, type Frame, inTurns, loopKey, text, turnsOfValue, type Value, withTurns } from './values.js';

/** Each turn asks the one before it. */
const MAX_TURNS = 16;

/** The loops around a place in which a name is bound, the innermost first. */
export function isAroundIn(frame: Frame, name: string): readonly number[] {
  const { unit, block, scope } = frame;
  if (block < 0) return [];
  const loops = blockPath(unit, block).filter((one) => isLoop(unit, one));
  if (loops.length === 0) return [];
  const bound = boundIn(unit, memberKey(scope, name));
  return loops.filter((loop) => bound.has(loop));
}

/** Blocks with binds of a name in them, by its scope and name. */
const BOUND = new WeakMap<Unit, Map<string, ReadonlySet<number>>>();

function boundIn(unit: Unit, key: string): ReadonlySet<number> {
  const all = BOUND.get(unit) ?? new Map<string, ReadonlySet<number>>();
  BOUND.set(unit, all);
  const known = all.get(key);
  if (known) return known;
  const found = new Set((unit.bindsByScope.get(key) ?? []).flatMap((bind) => (bind.key ? [] : blockPath(unit, bind.block))));
  all.set(key, found);
  return found;
}

export function isLoop({ facts }: Unit, block: number): boolean {
  const kind = facts.blocks[block]?.kind;
  return kind === 'for' || kind === 'while';
}

/** The outermost loop around a bind that has run to its end where the name is read. */
export function loopBehind({ unit, block }: Frame, bind: Bind): number | undefined {
  if (block < 0) return undefined;
  const using = blockPath(unit, block);
  return blockPath(unit, bind.block).findLast((one) => !using.includes(one) && unit.facts.blocks[one]?.kind === 'for');
}

type Carried = { readonly name: string; readonly frame: Frame; readonly loop: number };
/** `look`: the name in another frame; `worth`: one bind of it. */
type Reading = { readonly look: (frame: Frame) => readonly Value[] | undefined; readonly worth: (bind: Bind) => readonly Value[] };

/** What the name is when a turn begins; undefined where that is what it was before the loop, or where nobody can say more. */
export function valuesCarried(ev: Evaluation, { name, frame, loop }: Carried, { look, worth }: Reading): readonly Value[] | undefined {
  const { unit } = frame;
  const binds = bindsIn(ev, frame, { name, loop });
  if (binds.some((bind) => isOwnMethod(bind, name)) || binds.every(isCalled)) return look(before(frame, binds, loop));
  const ends = Math.max(...binds.map(({ pos }) => pos)) + 1;
  const key = keyOf(frame, loop);
  const count = turnsIn(
    ev,
    frame,
    loop,
    binds.some((bind) => isAdded(bind, name)),
  );
  const first = look(before(frame, binds, loop));
  if (count === undefined) {
    const own = binds.filter((bind) => !isAdded(bind, name));
    const later = own.length === binds.length ? own.flatMap(worth) : added(first ?? [], name);
    return [...(first ?? []), ...later.map((value) => without(value, key))];
  }
  const turns = [...(frame.turns?.get(key) ?? Array.from({ length: count }).keys())];
  return turns.flatMap((turn): readonly Value[] => {
    const values = turn === 0 ? first : look(inTurn({ ...frame, block: loop, pos: ends }, unit, loop, turn - 1));
    const plain = (values ?? []).map((value) => without(value, key));
    return count === 1 ? plain : inTurns(plain, new Map([[key, new Set([turn])]]));
  });
}

/** What the name is behind the loop; undefined where the loop adds nothing up, or nobody knows how often it runs. */
export function valuesBehind(ev: Evaluation, { name, frame, loop }: Carried, { look }: Reading): readonly Value[] | undefined {
  const binds = bindsIn(ev, frame, { name, loop });
  const isSummed = binds.some((bind) => isAdded(bind, name));
  if (!isSummed || binds.some((bind) => isOwnMethod(bind, name))) return undefined;
  const at: Frame = { ...frame, block: frame.unit.facts.blocks[loop]?.parent ?? 0 };
  const count = turnsIn(ev, at, loop, isSummed);
  if (count === undefined || leavesEarly(frame.unit, loop)) {
    const first = look(before(at, binds, loop)) ?? [];
    return [...first, ...added(first, name)];
  }
  if (count === 0) return look(before(at, binds, loop));
  const ends = Math.max(...binds.map(({ pos }) => pos)) + 1;
  const last = look(inTurn({ ...frame, block: loop, pos: ends }, frame.unit, loop, count - 1));
  return last?.map((value) => without(value, keyOf(frame, loop)));
}

/** How often nobody knows. */
function added(first: readonly Value[], name: string): readonly Value[] {
  return first.map((value): Value => {
    if (value.kind === 'text') return text(concat(value.template, holed('opaque', name)));
    return { kind: 'hole', hole: 'opaque', name };
  });
}

function bindsIn(ev: Evaluation, { unit, scope }: Frame, { name, loop }: Pick<Carried, 'name' | 'loop'>): readonly Bind[] {
  const all = unit.bindsByScope.get(memberKey(scope, name)) ?? [];
  spend(ev.program, all.length >> 4);
  return all.filter((bind) => !bind.key && blockPath(unit, bind.block).includes(loop));
}

function before(frame: Frame, binds: readonly Bind[], loop: number): Frame {
  const { pos, parent = 0 } = frame.unit.facts.blocks[loop] ?? {};
  return { ...frame, block: parent, pos: pos ?? Math.min(frame.pos, ...binds.map((bind) => bind.pos)) };
}

export function keyOf({ unit, scope }: Frame, loop: number): string {
  return loopKey({ unit, scope }, unit.facts.blocks[loop]?.pos ?? -1);
}

/** How many turns there are, where that is written there. */
export function turnsIn(ev: Evaluation, frame: Frame, loop: number, isSummed: boolean): number | undefined {
  const { pos, parent = 0 } = frame.unit.facts.blocks[loop] ?? {};
  const bind = loopsBegun(frame.unit).get(`${frame.scope} ${pos}`);
  if (!bind || pos === undefined) return undefined;
  const [over, ...others] = ev.evaluate(bind.value, { ...frame, block: parent, pos });
  if (others.length > 0) return undefined;
  const count =
    over?.kind === 'list' && !over.unordered ? over.items.length : over?.kind === 'dict' && !over.isOpen ? over.entries.length : undefined;
  return count !== undefined && count <= (isSummed ? MAX_TURNS : 2 * MAX_TURNS) ? count : undefined;
}

/** What loops bind, by scope and place. */
const BEGUN = new WeakMap<Unit, ReadonlyMap<string, Bind>>();

function loopsBegun(unit: Unit): ReadonlyMap<string, Bind> {
  const known = BEGUN.get(unit);
  if (known) return known;
  const binds = unit.facts.binds.filter(({ how }) => how === 'for');
  const found = new Map(binds.toReversed().map((bind) => [`${bind.scope} ${bind.pos}`, bind]));
  BEGUN.set(unit, found);
  return found;
}

/** Loops within begin anew in each turn. */
export function inTurn(frame: Frame, unit: Unit, loop: number, turn: number): Frame {
  const own = `${defKey({ unit, scope: frame.scope })}:`;
  const begins = unit.facts.blocks[loop]?.pos ?? 0;
  const outer = [...(frame.turns ?? NO_TURNS)].filter(([key]) => !key.startsWith(own) || Number(key.slice(own.length)) < begins);
  const turns: Turns = new Map([...outer, [keyOf(frame, loop), new Set([turn])]]);
  return { ...frame, turns, endOf: loop };
}

export function without(value: Value, key: string): Value {
  const turns = turnsOfValue(value);
  return turns.has(key) ? withTurns(value, new Map([...turns].filter(([loop]) => loop !== key))) : value;
}

/** Blocks that a `break` or `continue` in them ends. */
const LEFT_EARLY = new WeakMap<Unit, ReadonlySet<number>>();

function leavesEarly(unit: Unit, loop: number): boolean {
  const { blocks } = unit.facts;
  const known =
    LEFT_EARLY.get(unit) ?? new Set(blocks.flatMap(({ skips }, block) => (skips === 'loop' ? blockPath(unit, block).slice(1) : [])));
  LEFT_EARLY.set(unit, known);
  return known.has(loop);
}

/** It is made of what it was. */
function isAdded({ how, value }: Bind, name: string): boolean {
  return how === 'augment' || mentions(value, name);
}

const OF_TEXT = new Set(['joinpath', 'strip', 'rstrip', 'lstrip', 'lower', 'upper', 'format']);

/** `df = df.dropna()`: nobody follows what a frame becomes. */
function isOwnMethod({ value }: Bind, name: string): boolean {
  if (value.kind !== 'chain' || value.root.kind !== 'name' || value.root.name !== name) return mentionsFrame(value, name);
  return value.steps.some((step) => step.kind === 'attr' && !OF_TEXT.has(step.name));
}

/** `row = next(rows)`: what calls give is not carried on, for it is seldom known. */
function isCalled({ value, how }: Bind): boolean {
  if (how !== 'assign' || value.kind !== 'chain') return how === 'with';
  return value.steps.some((step, index) => {
    const named = value.steps[index - 1];
    return step.kind === 'call' && !(named?.kind === 'attr' && (OF_TEXT.has(named.name) || named.name === 'join'));
  });
}

/** `df = add_day(df)`. */
function mentionsFrame(value: Expr, name: string): boolean {
  return value.kind === 'chain' && mentions(value, name) && !value.steps.some((step) => step.kind === 'attr' && step.name === 'join');
}

const MENTIONS = new WeakMap<Expr, Map<string, boolean>>();
const MAX_PARTS = 2_000;

function mentions(value: Expr, name: string): boolean {
  const known = MENTIONS.get(value) ?? new Map<string, boolean>();
  MENTIONS.set(value, known);
  const found = known.get(name) ?? isNamedIn(value, name);
  known.set(name, found);
  return found;
}

function isNamedIn(value: Expr, name: string): boolean {
  const open: unknown[] = [value];
  for (let parts = 0; open.length > 0 && parts < MAX_PARTS; parts++) {
    const part = open.pop();
    if (typeof part !== 'object' || part === null) continue;
    if ('kind' in part && part.kind === 'name' && 'name' in part && part.name === name) return true;
    open.push(...Object.values(part));
  }
  return false;
}
