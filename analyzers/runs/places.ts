/** §4.1 The ways a call is reached: once for each turn of the loops around it and each call of the function it stands in. */
import { bindArgs } from '../targets/binding.js';
import { elementAt, elementsOf } from '../targets/combine.js';
import { newEvaluation } from '../targets/evaluate.js';
import { type CallSite, callsNamed, type DefRef, isSpent, type Program } from '../targets/program.js';
import { type BoundCall, defKey, type Frame, type Value } from '../targets/values.js';

const MAX_FRAMES = 64;
const MAX_CALLERS = 24;
const MAX_HOPS = 3;

type Around = Pick<Frame, 'bound' | 'self'>;

export function framesOf(program: Program, site: CallSite, hops = 0): readonly Frame[] {
  const { unit, call } = site;
  const place: Frame = { unit, scope: call.scope, block: call.block, pos: call.pos };
  const frames = outerFrames(program, site, hops).map((given): Frame => ({ ...place, ...given }));
  return frames.flatMap((frame) => turnsOf(program, frame)).slice(0, MAX_FRAMES);
}

/** What the callers of the function around a place give it; nothing where it has no parameters or nobody calls it. */
function outerFrames(program: Program, { unit, call }: CallSite, hops: number): readonly Around[] {
  const def = { unit, scope: call.scope };
  const around = unit.facts.scopes[call.scope];
  if (around?.kind !== 'def' || around.params.length === 0 || hops >= MAX_HOPS || isSpent(program)) return [{}];
  const owner = unit.facts.scopes[around.parent];
  const name = around.name === '__init__' ? (owner?.name ?? '') : around.name;
  const callers = callsNamed(program, name)
    .slice(0, MAX_CALLERS)
    .filter(({ call: other }) => other !== call);
  const bound = callers.flatMap((caller) => boundBy(program, def, { caller, hops }));
  return bound.length > 0 ? bound : [{}];
}

function boundBy(program: Program, def: DefRef, { caller, hops }: { readonly caller: CallSite; readonly hops: number }): Around[] {
  const step = caller.call.chain.steps[caller.step];
  if (step?.kind !== 'call') return [];
  const callee = { ...caller.call.chain, steps: caller.call.chain.steps.slice(0, caller.step) };
  return framesOf(program, caller, hops + 1).flatMap((frame) => {
    const ev = newEvaluation(program);
    const scope = def.unit.facts.scopes[def.scope];
    const params = scope?.params ?? [];
    const given: BoundCall = { args: step.args, keywords: step.keywords, frame };
    return ev.evaluate(callee, frame).flatMap((value): Around[] => {
      if (value.kind === 'def' && defKey(value.of) === defKey(def))
        return [{ bound: bindArgs(ev, params, given, value.self ? 1 : 0), ...(value.self ? { self: value.self } : {}) }];
      // The class that is made, where the place stands in its constructor.
      const isOwn = value.kind === 'class' && scope?.name === '__init__' && value.of.unit === def.unit && value.of.scope === scope.parent;
      return isOwn ? [{ bound: bindArgs(ev, params, given, 1), self: { kind: 'instance', of: value.of, ctor: given } }] : [];
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
