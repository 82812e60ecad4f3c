/** §4.1 What a method is given beside the arguments of its call: `self`, by its receiver or as the first of them. */
import { type DefRef, scopeOf } from './program.js';
import type { BoundCall, Evaluation, Frame, Value } from './values.js';

type Def = Extract<Value, { kind: 'def' }>;

/** `self` is given by the receiver, unless the method is static, or called as its class has it. */
export function skipped(def: Def): number {
  return def.ofClass || !takesSelf(def.of) ? 0 : 1;
}

/** What the frame of a def has as `self`: the first argument of `Base.write(self, df)`. */
export function receiverOf(ev: Evaluation, def: Def, call: BoundCall): Pick<Frame, 'self'> {
  const [first] = def.ofClass ? call.args : [];
  const [given, ...others] = first ? ev.evaluate(first, call.frame) : [];
  const self = given?.kind === 'instance' && others.length === 0 ? given : def.self;
  return self ? { self } : {};
}

/** The parameter that an argument of a call is, by its place or its name. */
export function parameterGiven(def: Def, to: number | string): string | undefined {
  return typeof to === 'number' ? scopeOf(def.of)?.params[to + skipped(def)]?.name : to;
}

export function takesSelf(of: DefRef): boolean {
  return of.unit.facts.scopes[scopeOf(of)?.parent ?? 0]?.kind === 'class' && !isDecorated(of, 'staticmethod');
}

/** Its `self` is the class whoever it is called on. */
export function isOfClass(of: DefRef): boolean {
  return isDecorated(of, 'classmethod') || /^__(?:init_subclass|class_getitem)__$/.test(scopeOf(of)?.name ?? '');
}

function isDecorated(of: DefRef, by: string): boolean {
  return scopeOf(of)?.decorators.some((one) => one.kind === 'name' && one.name === by) ?? false;
}
