/** §4.1 The ways a call is reached: once for each turn of the loops around it and each call of the function it stands in. */
import { bindArgs } from '../targets/binding.js';
import { boundCall, calleesOf, defAround, givenBy, isClass, isDef, placeOfCall } from '../targets/callees.js';
import { elementAt, elementsOf } from '../targets/combine.js';
import { newEvaluation } from '../targets/evaluate.js';
import { type CallSite, callsNamed, type DefRef, isSpent, type Program, scopeOf } from '../targets/program.js';
import type { Frame, Value } from '../targets/values.js';

const MAX_FRAMES = 64;
const MAX_CALLERS = 24;
const MAX_HOPS = 3;

type Around = Pick<Frame, 'bound' | 'self'>;

export function framesOf(program: Program, site: CallSite, hops = 0): readonly Frame[] {
  const frames = outerFrames(program, site, hops).map((given): Frame => ({ ...placeOfCall(site), ...given }));
  return frames.flatMap((frame) => turnsOf(program, frame)).slice(0, MAX_FRAMES);
}

/** What the callers of the function around a place give it; nothing where it has no parameters or nobody calls it. */
function outerFrames(program: Program, site: CallSite, hops: number): readonly Around[] {
  const def = defAround(site);
  const around = def && scopeOf(def);
  if (!around || around.params.length === 0 || hops >= MAX_HOPS || isSpent(program)) return [{}];
  const owner = scopeOf({ ...def, scope: around.parent });
  const name = around.name === '__init__' ? (owner?.name ?? '') : around.name;
  const callers = callsNamed(program, name)
    .slice(0, MAX_CALLERS)
    .filter((caller) => caller.call !== site.call && mayReach(program, caller, def));
  const bound = callers.flatMap((caller) => boundBy(program, def, { caller, hops }));
  return bound.length > 0 ? bound : [{}];
}

/** Whether a call can be one of a def: where it does not hang on who called the def around it, that is known before anybody asks them. */
function mayReach(program: Program, caller: CallSite, def: DefRef): boolean {
  const callees = calleesOf(newEvaluation(program), caller, placeOfCall(caller));
  const isOther = (value: Value): boolean =>
    (value.kind === 'def' && !isDef(value, def)) || (value.kind === 'class' && value.of.unit !== def.unit) || value.kind === 'library';
  return !callees.every(isOther);
}

function boundBy(program: Program, def: DefRef, { caller, hops }: { readonly caller: CallSite; readonly hops: number }): Around[] {
  const around = scopeOf(def);
  const owner = around?.name === '__init__' ? { unit: def.unit, scope: around.parent } : undefined;
  return framesOf(program, caller, hops + 1).flatMap((frame) => {
    const ev = newEvaluation(program);
    const call = boundCall(caller, frame);
    if (!call) return [];
    return calleesOf(ev, caller, frame).flatMap((value): Around[] => {
      if (isDef(value, def)) return [givenBy(ev, value, call)];
      // The class that is made, where the place stands in its constructor.
      const isMade = owner !== undefined && isClass(value, owner);
      return isMade ? [{ bound: bindArgs(ev, around?.params ?? [], call, 1), self: { kind: 'instance', of: owner, ctor: call } }] : [];
    });
  });
}

/** The frame with the names of the loops around it bound to each of their elements in turn. */
export function turnsOf(program: Program, frame: Frame): readonly Frame[] {
  const { facts } = frame.unit;
  let frames: readonly Frame[] = [frame];
  for (const before of loopsAround(frame).toReversed()) {
    const binds = facts.binds.filter(({ how, scope, pos }) => how === 'for' && scope === frame.scope && pos === before);
    const [first] = binds;
    if (!first) continue;
    frames = frames.flatMap((one) => {
      const over = newEvaluation(program).evaluate(first.value, { ...one, block: first.block, pos: first.pos });
      const items = elementsOf(over, first.value).slice(0, MAX_FRAMES);
      return items.map((item): Frame => ({ ...one, locals: new Map([...(one.locals ?? []), ...namesIn(binds, item)]) }));
    });
    frames = frames.slice(0, MAX_FRAMES);
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
    if (of?.kind === 'for') {
      const last = unit.facts.binds.findLast(
        (bind) => bind.how === 'for' && bind.scope === scope && bind.block === of.parent && bind.pos < before,
      );
      if (last) found.push(last.pos);
      before = last?.pos ?? before;
    }
    at = of?.parent ?? 0;
  }
  return found;
}
