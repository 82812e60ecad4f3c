/** §4.1 The places of one file where a DAG is made: a call of the class, or a function under `@dag`. */
import type { Args, Call, Expr, Placed, PythonFacts, Step } from '../../python/facts.js';
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
  const decorators = new Set(unit.facts.scopes.flatMap((scope) => scope.decorators));
  const bound = boundChains(unit);
  const called = unit.facts.calls.flatMap((call) => {
    const args = callNamed(unit, call, CLASSES);
    return args && !decorators.has(call.chain) ? [{ place: call, call: args, variables: variablesOf(call, bound) }] : [];
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
  return unit.importsByName.get(name)?.find(({ local }) => local === name)?.name ?? name;
}

type Bound = ReadonlyMap<string, readonly PythonFacts['binds'][number][]>;

/** Facts that were cached share no objects: a bind of the same lines and value is the call's. */
function variablesOf(call: Call, bound: Bound): string[] {
  const same = bound.get(chainKey(call.scope, call.chain)) ?? [];
  return same
    .filter((bind) => bind.value === call.chain || Math.abs(bind.line - call.line) <= call.endLine - call.line)
    .map(({ name }) => name);
}

function boundChains({ facts }: Unit): Bound {
  const found = new Map<string, PythonFacts['binds'][number][]>();
  for (const bind of facts.binds) {
    if (bind.value.kind !== 'chain') continue;
    const key = chainKey(bind.scope, bind.value);
    const known = found.get(key);
    if (known) known.push(bind);
    else found.set(key, [bind]);
  }
  return found;
}

function chainKey(scope: number, chain: Expr): string {
  return `${scope} ${JSON.stringify(chain)}`;
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
