/** §4.1 Which class, function or decorator a place of a Python file calls. */
import type { Args, Call, Expr, Step } from '../python/facts.js';
import type { Unit } from './program.js';

/** The arguments of the step that calls one of these names. */
export function callNamed(unit: Unit, { chain }: Call, wanted: ReadonlySet<string>): Extract<Step, { kind: 'call' }> | undefined {
  for (const [index, step] of chain.steps.entries()) if (step.kind === 'call' && wanted.has(calledName(unit, chain, index))) return step;
  return undefined;
}

/** The class or function a step calls, by the name its module gives it. */
export function calledName(unit: Unit, chain: Call['chain'], index: number): string {
  const before = chain.steps[index - 1];
  if (before) return before.kind === 'attr' ? before.name : '';
  if (chain.root.kind !== 'name') return '';
  const { name } = chain.root;
  return unit.importsByName.get(name)?.find(({ local }) => local === name)?.name ?? name;
}

/** `@dag`, `@dag(…)`, `@x.dag(…)`: its arguments, none where it is not called. */
export function decoratorCall(decorator: Expr, wanted: string): { readonly args: Args; readonly line?: number } | undefined {
  if (decorator.kind === 'name') return decorator.name === wanted ? { args: { args: [], keywords: [] } } : undefined;
  if (decorator.kind !== 'chain') return undefined;
  const names = [
    decorator.root.kind === 'name' ? decorator.root.name : '',
    ...decorator.steps.map((step) => (step.kind === 'attr' ? step.name : '')),
  ];
  if (!names.includes(wanted)) return undefined;
  const call = decorator.steps.findLast((step) => step.kind === 'call');
  return call?.kind === 'call' ? { args: call, line: call.line } : { args: { args: [], keywords: [] } };
}
