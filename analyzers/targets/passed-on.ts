/** §4.1 Where an object is handed on: `configure(job)`, `job.run()`, and whether whoever gets it may set something on it. */
import type { Call, Expr } from '../python/facts.js';
import { isSpent, spend } from './paid.js';
import { type DefRef, defsNamed, memberKey, scopeOf, type Unit } from './program.js';
import type { Evaluation } from './values.js';

/** Functions that hand it on to others. */
export const MAX_DEPTH = 3;

/** They call no method of what they are given. */
export const LOOKS: ReadonlySet<string> = new Set([
  'setattr',
  'getattr',
  'hasattr',
  'isinstance',
  'print',
  'type',
  'id',
  'vars',
  'dir',
  'repr',
]);

/** `job.run` of `job.run(…)`. */
export function methodOn({ chain }: Call, name: string): string | undefined {
  const at = chain.steps.findIndex(({ kind }) => kind === 'call');
  const method = chain.steps[at - 1];
  return method?.kind === 'attr' && dotted({ ...chain, steps: chain.steps.slice(0, at - 1) }) === name ? method.name : undefined;
}

/** A name, or one with up to three attributes behind it. */
export function dotted(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind !== 'chain' || expr.root.kind !== 'name' || expr.steps.length > 3) return undefined;
  const names = expr.steps.map((step) => (step.kind === 'attr' ? step.name : ''));
  return names.includes('') ? undefined : [expr.root.name, ...names].join('.');
}

/** Which call step of a chain it is given to, and as which argument. */
export type Given = { readonly step: number; readonly to: number | string };

export function placeGiven({ chain }: Call, name: string): Given | undefined {
  return placeOf(chain.steps, (expr) => dotted(expr) === name);
}

export function placeOf(steps: Call['chain']['steps'], isIt: (expr: Expr) => boolean): Given | undefined {
  for (const [step, one] of steps.entries()) {
    if (one.kind !== 'call') continue;
    const at = one.args.findIndex(isIt);
    const keyword = one.keywords.find(({ value }) => isIt(value));
    if (at >= 0) return { step, to: at };
    if (keyword) return { step, to: keyword.name };
  }
  return undefined;
}

type Passing = { readonly call: Call; readonly given: Given; readonly attribute: string; readonly depth: number };

/** Functions of the repository that set nothing of that name are not looked into; of a file that is not read yet nobody knows. */
export function maySet(ev: Evaluation, { importsByName }: Unit, { call, given, attribute, depth }: Passing): boolean {
  const { root, steps } = call.chain;
  if (root.kind !== 'name' || root.name === 'setattr') return true;
  if (LOOKS.has(root.name)) return false;
  const before = steps[given.step - 1];
  const name = before?.kind === 'attr' ? before.name : root.name;
  const defs = defsNamed(ev.program, name);
  if (defs.length === 0) return importsByName.has(root.name) && given.step <= 1;
  spend(ev.program, defs.length);
  return defs.some((of) => {
    const params = scopeOf(of)?.params ?? [];
    const names = typeof given.to === 'number' ? params.slice(given.to, given.to + 2).map((param) => param.name) : [given.to];
    return names.some((own) => setsParameter(ev, of, own, { attribute, depth: depth + 1 }));
  });
}

function setsParameter(
  ev: Evaluation,
  { unit, scope }: DefRef,
  name: string,
  { attribute, depth }: Pick<Passing, 'attribute' | 'depth'>,
): boolean {
  if (unit.bindsByScope.has(memberKey(scope, `${name}.${attribute}`))) return true;
  const calls = unit.callsByScope.get(scope) ?? [];
  if (depth >= MAX_DEPTH || isSpent(ev.program)) return false;
  spend(ev.program, calls.length >> 4);
  return calls.some((call) => {
    const given = placeGiven(call, name);
    return given !== undefined && maySet(ev, unit, { call, given, attribute, depth });
  });
}
