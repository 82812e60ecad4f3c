/** §4.1 Which of the things that a place may call is meant, and in which turns of the loops around it. */
import type { CallSite, DefRef } from './program.js';
import { defKey, type Frame, turnsOfValue, type Value } from './values.js';

export type DefValue = Extract<Value, { kind: 'def' }>;

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

export function isClass(value: Value, of: DefRef): boolean {
  return value.kind === 'class' && defKey(value.of) === defKey(of);
}
