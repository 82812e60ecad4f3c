/** §4.1 From a call to the def that it calls: which one is meant, in which turns of the loops around it, and what it is given. */
import { bindArgs } from './binding.js';
import { type CallSite, type DefRef, scopeOf } from './program.js';
import { receiverOf, skipped } from './receiver.js';
import { type BoundArgs, type BoundCall, defKey, type Evaluation, type Frame, turnsOfValue, type Value } from './values.js';

export type DefValue = Extract<Value, { kind: 'def' }>;

/** What a place knows of itself: nothing of who called the def that it stands in. */
export function placeOfCall({ unit, call: { scope, block, pos } }: Pick<CallSite, 'unit' | 'call'>): Frame {
  return { unit, scope, block, pos };
}

/** What stands before the brackets of a call step. */
export function calleesOf(ev: Evaluation, { call, step }: Pick<CallSite, 'call' | 'step'>, frame: Frame): readonly Value[] {
  return ev.evaluate({ ...call.chain, steps: call.chain.steps.slice(0, step) }, frame);
}

/** What stands in the brackets. */
export function boundCall({ call, step }: CallSite, frame: Frame): BoundCall | undefined {
  const called = call.chain.steps[step];
  return called?.kind === 'call' ? { args: called.args, keywords: called.keywords, frame, line: called.line } : undefined;
}

/** What the frame of a def has of a call of it. */
export function givenBy(ev: Evaluation, def: DefValue, call: BoundCall): Pick<Frame, 'self'> & { readonly bound: BoundArgs } {
  const bound = bindArgs(ev, scopeOf(def.of)?.params ?? [], call, skipped(def));
  return { bound, ...receiverOf(ev, def, call) };
}

/** The def that a call stands in. */
export function defAround({ unit, call }: CallSite): DefRef | undefined {
  return unit.facts.scopes[call.scope]?.kind === 'def' ? { unit, scope: call.scope } : undefined;
}

/** Of all that a place may call the def around the inner call, and the turns of loops in which it is that one. */
export function defCalled(callees: readonly Value[], inner: CallSite): Pick<Frame, 'turns'> & { readonly callee?: DefValue } {
  const defs = callees.filter((value): value is DefValue => value.kind === 'def');
  const around = defs.filter(({ of }) => of.unit === inner.unit && isWithin(inner, of.scope));
  const [callee = defs[0]] = around;
  return callee ? { callee, ...turnsWith(around) } : {};
}

/** The turns of loops in which a place is one of these values. */
export function turnsWith(values: readonly Value[]): Pick<Frame, 'turns'> {
  const [first, ...others] = values.map(turnsOfValue);
  const turns = [...(first ?? [])].flatMap(([loop, own]): [string, ReadonlySet<number>][] => {
    const sets = [own, ...others.flatMap((one) => one.get(loop) ?? [])];
    return sets.length === values.length ? [[loop, new Set(sets.flatMap((set) => [...set]))]] : [];
  });
  return turns.length === 0 ? {} : { turns: new Map(turns) };
}

function isWithin({ unit, call }: CallSite, def: number): boolean {
  for (let scope = call.scope; scope > 0; scope = unit.facts.scopes[scope]?.parent ?? 0) if (scope === def) return true;
  return false;
}

export function isDef(value: Value, of: DefRef): value is DefValue {
  return value.kind === 'def' && defKey(value.of) === defKey(of);
}

export function isClass(value: Value, of: DefRef): boolean {
  return value.kind === 'class' && defKey(value.of) === defKey(of);
}
