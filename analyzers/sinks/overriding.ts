/** §4.1 Which method of a name an instance has: its own class's, or one of those that this derives from. */
import { ancestry } from '../targets/attributes.js';
import { newEvaluation } from '../targets/evaluate.js';
import { type CallSite, type DefRef, memberKey, type Program, scopeOf } from '../targets/program.js';
import { takesSelf } from '../targets/receiver.js';
import { defKey, type Value } from '../targets/values.js';

export function methodAround({ unit, call }: CallSite): DefRef | undefined {
  for (let scope = call.scope; scope > 0; scope = unit.facts.scopes[scope]?.parent ?? 0) {
    const parent = unit.facts.scopes[scope]?.parent ?? 0;
    if (unit.facts.scopes[scope]?.kind === 'def' && unit.facts.scopes[parent]?.kind === 'class') return { unit, scope };
  }
  return undefined;
}

export function ownerOf(method: DefRef): DefRef {
  return { unit: method.unit, scope: scopeOf(method)?.parent ?? 0 };
}

/** `self.load(…)` */
export function isOnSelf({ call: { chain }, step }: CallSite): boolean {
  return step === 1 && chain.root.kind === 'name' && chain.root.name === 'self';
}

/** `super().load(…)`, `Base.load(self, …)`: a method that a class overrides, and calls nevertheless. */
export function isCallOfBase(value: Value, { call: { chain } }: CallSite): boolean {
  if (value.kind !== 'def') return false;
  return value.ofClass === true || (chain.root.kind === 'name' && chain.root.name === 'super');
}

/** Whether an instance of a class has this method under its name. */
export function hasMethod(program: Program, of: DefRef, method: DefRef): boolean {
  const name = scopeOf(method)?.name ?? '';
  for (const { unit, scope } of ancestry(newEvaluation(program), of)) {
    const inner = unit.innerScopes.get(memberKey(scope, name));
    if (inner !== undefined) return defKey({ unit, scope: inner }) === defKey(method);
  }
  return false;
}

/** `self.load(…)` in a class that this method's class derives from. */
export function mayMean(program: Program, value: Value, method: DefRef): boolean {
  if (value.kind !== 'def' || value.self?.kind !== 'instance' || value.self.ctor || !takesSelf(method)) return false;
  if (scopeOf(value.of)?.name !== scopeOf(method)?.name) return false;
  const base = defKey(value.self.of);
  return ancestry(newEvaluation(program), ownerOf(method)).some((one) => defKey(one) === base);
}
