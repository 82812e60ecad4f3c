/** §4.1 The ways a call is reached: once for each turn of the loops around it and each call of the function it stands in. */
import type { SourceRef } from '../../src/core/evidence.js';
import { isTestFile } from '../standing.js';
import { bindArgs } from '../targets/binding.js';
import { boundCall, calleesOf, givenBy, isClass, isDef, placeOfCall } from '../targets/callees.js';
import { calleesAt } from '../targets/callees-at.js';
import { elementAt, elementsOf } from '../targets/combine.js';
import { callsUnder, namesElsewhere } from '../targets/elsewhere.js';
import { newEvaluation } from '../targets/evaluate.js';
import { isSpent, spend } from '../targets/paid.js';
import { type CallSite, type DefRef, type Program, scopeOf } from '../targets/program.js';
import { type Evaluation, type Frame, loopKey, type Value } from '../targets/values.js';
import { joinTurns, NO_TURNS, type Turns } from '../templates/turns.js';

/** Ways to a place that are followed. */
const MAX_WAYS = 64;
const MAX_CALLERS = MAX_WAYS;
const MAX_HOPS = 3;
/** Calls that are looked at on the ways to one place: names like `run` have hundreds, each with hundreds behind it. */
export const MAX_VISITS = 256;

type Place = Pick<Frame, 'unit' | 'scope' | 'block' | 'pos'>;
/** `through`: the calls that led to it, the outermost first; `turns`: of the loops around them and itself. */
export type Reached = { readonly frame: Frame; readonly through: readonly SourceRef[]; readonly turns: Turns };
type Around = Pick<Frame, 'bound' | 'self'> & Omit<Reached, 'frame'>;

const ALONE: Around = { through: [], turns: NO_TURNS };

export function framesOf(program: Program, { unit, call: { scope, block, pos } }: CallSite): readonly Frame[] {
  return waysTo(program, { unit, scope, block, pos }).ways.map(({ frame }) => frame);
}

/** What may be looked at on the ways to one place: calls, and steps. */
type Most = { readonly visits?: number; readonly steps?: number };

/** Each way to a place, with what its callers give; `isCut` where there may be more of them. */
export function waysTo(
  program: Program,
  place: Place,
  { visits: most = MAX_VISITS, steps = Number.POSITIVE_INFINITY }: Most = {},
): { readonly ways: readonly Reached[]; readonly isCut: boolean } {
  const visits = { left: most };
  const ways = waysOf({ program, hops: 0, visits, until: program.work.total - steps }, place);
  return { ways, isCut: ways.length >= MAX_WAYS || visits.left <= 0 };
}

/** The ways that the loops around a place give it, whoever calls the function that it stands in. */
export function waysHere(fresh: () => Evaluation, place: Place): readonly Reached[] {
  return turnsOf(fresh, place).map((frame) => ({ frame, through: [], turns: frame.turns ?? NO_TURNS }));
}

/** `hops`: how many calls are between the place at hand and the one that was asked for; `until`: what has to be left of the budget. */
type Walk = { readonly program: Program; readonly hops: number; readonly visits: { left: number }; readonly until: number };

function waysOf(walk: Walk, place: Place): readonly Reached[] {
  const found = outerFrames(walk, place).flatMap(({ through, turns, ...given }) =>
    turnsOf(() => newEvaluation(walk.program), { ...place, ...given }).map(
      (frame): Reached => ({ frame, through, turns: joinTurns(turns, frame.turns ?? NO_TURNS) ?? turns }),
    ),
  );
  return found.slice(0, MAX_WAYS);
}

/** What the callers of the function around a place give it; nothing where it has no parameters or nobody calls it. */
function outerFrames(walk: Walk, { unit, scope, pos }: Place): readonly Around[] {
  const { program, hops, visits, until } = walk;
  const def = { unit, scope };
  const around = scopeOf(def);
  if (around?.kind !== 'def' || around.params.length === 0 || hops >= MAX_HOPS || isSpent(program)) return [ALONE];
  const called = around.name === '__init__' ? { unit, scope: around.parent } : def;
  const callers = callsUnder(program, namesElsewhere(program, called));
  const bound: Around[] = [];
  for (const caller of callers.slice(0, MAX_CALLERS)) {
    // What a test asks for is made in the test alone.
    if (isTestFile(caller.unit) && !isTestFile(unit)) continue;
    if (bound.length >= MAX_WAYS || visits.left <= 0 || program.work.total < until) break;
    if (caller.unit === unit && caller.call.pos === pos) continue;
    visits.left -= 1;
    if (mayReach(program, caller, def)) bound.push(...boundBy({ ...walk, hops: hops + 1 }, def, caller));
  }
  return bound.length > 0 ? bound : [ALONE];
}

/** Whether a call can be one of a def: where that does not hang on who called the def around it, it is known before they are asked. */
function mayReach(program: Program, caller: CallSite, def: DefRef): boolean {
  const { values: callees, isOpen } = calleesAt(program, caller);
  const isIt = (value: Value): boolean => isDef(value, def) || (value.kind === 'class' && value.of.unit === def.unit);
  const isOther = ({ kind }: Value): boolean => kind === 'def' || kind === 'class' || kind === 'library';
  return callees.some(isIt) || (isOpen && !callees.every(isOther));
}

function boundBy(walk: Walk, def: DefRef, caller: CallSite): Around[] {
  const { program } = walk;
  const around = scopeOf(def);
  const owner = around?.name === '__init__' ? { unit: def.unit, scope: around.parent } : undefined;
  return waysOf(walk, placeOfCall(caller)).flatMap(({ frame, through: outer, turns }) => {
    const way = { through: [...outer, { file: caller.unit.path, line: caller.call.line }], turns };
    const ev = newEvaluation(program);
    const call = boundCall(caller, frame);
    if (!call) return [];
    return calleesOf(ev, caller, frame).flatMap((value): Around[] => {
      if (isDef(value, def)) return [{ ...way, ...givenBy(ev, value, call) }];
      // The class that is made, where the place stands in its constructor.
      if (owner === undefined || !isClass(value, owner)) return [];
      return [{ ...way, bound: bindArgs(ev, around?.params ?? [], call, 1), self: { kind: 'instance', of: owner, ctor: call } }];
    });
  });
}

/** The frame with the names of the loops around it bound to each of their elements in turn. */
function turnsOf(fresh: () => Evaluation, frame: Frame): readonly Frame[] {
  const { facts } = frame.unit;
  let frames: readonly Frame[] = [frame];
  for (const before of loopsAround(frame).toReversed()) {
    const binds = facts.binds.filter(({ how, scope, pos }) => how === 'for' && scope === frame.scope && pos === before);
    const [first] = binds;
    if (!first) continue;
    frames = frames.flatMap((one) => {
      const ev = fresh();
      if (isSpent(ev.program)) return [one];
      const over = ev.evaluate(first.value, { ...one, block: first.block, pos: first.pos });
      const items = elementsOf(over, first.value).slice(0, MAX_WAYS);
      // What only a run puts into it is not known; it is made all the same.
      if (items.length === 0) return [one];
      // Each turn has names of its own beside all those of the loops around it.
      spend(ev.program, items.length * (binds.length + (one.locals?.size ?? 0)));
      const loop = loopKey({ unit: frame.unit, scope: frame.scope }, before);
      return items.map((item, turn): Frame => {
        const turns = joinTurns(one.turns ?? NO_TURNS, new Map([[loop, new Set([turn])]]));
        return { ...one, locals: new Map([...(one.locals ?? []), ...namesIn(binds, item)]), ...(turns ? { turns } : {}) };
      });
    });
    frames = frames.slice(0, MAX_WAYS);
  }
  return frames;
}

function namesIn(binds: Frame['unit']['facts']['binds'], item: readonly Value[]): readonly (readonly [string, readonly Value[]])[] {
  return binds.map(({ name, index }) => [name, index === undefined ? item : item.flatMap((one) => elementAt(one, index, name))]);
}

/** Where the loops around a place begin, the innermost first. */
function loopsAround({ unit, scope, block, pos }: Frame): readonly number[] {
  const found: number[] = [];
  let before = pos;
  for (let at = block, hops = 0; at > 0 && hops < 100; hops++) {
    const of = unit.facts.blocks[at];
    if (of?.kind === 'for' || of?.kind === 'each') {
      // A comprehension binds its names in itself.
      const where = of.kind === 'for' ? of.parent : at;
      const last = unit.facts.binds.findLast(
        (bind) => bind.how === 'for' && bind.scope === scope && bind.block === where && bind.pos < before,
      );
      if (last) found.push(last.pos);
      before = last?.pos ?? before;
    }
    at = of?.parent ?? 0;
  }
  return found;
}
