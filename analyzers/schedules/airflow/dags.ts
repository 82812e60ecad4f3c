/** §4.1 The places of one file where a DAG is made: a call of the class, or a function under `@dag`. */
import type { Args, Call, Expr, Placed, Step } from '../../python/facts.js';
import type { Unit } from '../../targets/program.js';

export type Dag = {
  readonly place: Placed;
  readonly call: Args;
  /** The function's name, when `@dag` gives no id. */
  readonly name?: string;
  /** The scope of the function under `@dag`. */
  readonly scope?: number;
  /** Names the DAG object has in the file. */
  readonly variables: readonly string[];
};

const CLASSES = new Set(['DAG', 'DbtDag']);

export function findDags(unit: Unit): Dag[] {
  const called = unit.facts.calls.flatMap((call) => {
    const args = callNamed(unit, call, CLASSES);
    return args && !isDecorator(unit, call) ? [{ place: call, call: args, variables: variablesOf(unit, call) }] : [];
  });
  return [...called, ...decorated(unit)];
}

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
  return unit.facts.imports.find(({ local }) => local === name)?.name ?? name;
}

function variablesOf(unit: Unit, call: Call): string[] {
  return unit.facts.binds.filter((bind) => bind.value === call.chain || startsAt(bind, call)).map(({ name }) => name);
}

/** Facts that were cached share no objects: a bind of the same lines and value is the call's. */
function startsAt(bind: Placed & { readonly value: Expr }, call: Call): boolean {
  return (
    bind.scope === call.scope &&
    bind.value.kind === 'chain' &&
    Math.abs(bind.line - call.line) <= call.endLine - call.line &&
    JSON.stringify(bind.value) === JSON.stringify(call.chain)
  );
}

function isDecorator(unit: Unit, call: Call): boolean {
  return unit.facts.scopes.some(({ decorators }) => decorators.some((one) => one === call.chain));
}

function decorated(unit: Unit): Dag[] {
  return unit.facts.scopes.flatMap((scope, index) =>
    scope.decorators.flatMap((decorator): Dag[] => {
      const call = decoratorCall(decorator, 'dag');
      if (!call) return [];
      const at = { scope: scope.parent, block: scope.block, pos: Number.MAX_SAFE_INTEGER, line: call.line ?? scope.line };
      const named = call.args.args.length > 0 || call.args.keywords.some(({ name }) => name === 'dag_id');
      return [{ place: at, call: call.args, scope: index, variables: [], ...(named ? {} : { name: scope.name }) }];
    }),
  );
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
