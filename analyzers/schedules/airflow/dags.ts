/** §4.1 The places of one file where a DAG is made: a call of the class, or a function under `@dag`. */

import type { Args, Call, Expr, Placed, PythonFacts } from '../../python/facts.js';
import { callNamed, decoratorCall } from '../../targets/called-name.js';
import type { Unit } from '../../targets/program.js';
import { ELSEWHERE } from '../../targets/values.js';

export type Dag = {
  readonly place: Placed;
  readonly call: Args;
  /** The function's name, when `@dag` gives no id. */
  readonly name?: string;
  /** The scope of the function under `@dag`. */
  readonly scope?: number;
  /** A class that makes a DAG out of a dbt project. */
  readonly dbt?: true;
  /** Names the DAG object has in the file. */
  readonly variables: readonly string[];
};

const DBT_CLASSES = new Set(['DbtDag']);
const CLASSES = new Set(['DAG', ...DBT_CLASSES]);

export function findDags(unit: Unit): Dag[] {
  const decorators = new Set(unit.facts.scopes.flatMap((scope) => scope.decorators));
  const bound = boundChains(unit);
  const called = [...unit.facts.calls].flatMap((call) => {
    const args = callNamed(unit, call, CLASSES);
    if (!args || decorators.has(call.chain)) return [];
    const dbt = callNamed(unit, call, DBT_CLASSES) ? ({ dbt: true } as const) : {};
    return [{ place: call, call: args, variables: variablesOf(call, bound), ...dbt }];
  });
  return [...called, ...decorated(unit)];
}

/** Some other library may have a class of that name. */
export function usesAirflow({ facts }: Unit): boolean {
  return facts.imports.some(({ module }) => /(?:^|\.)(?:airflow|cosmos)(?:\.|$)/.test(module));
}

/** Whether a function is under `@dag` or calls the class. */
export function makesDag(unit: Unit, scope: number): boolean {
  if (unit.facts.scopes[scope]?.decorators.some((one) => decoratorCall(one, 'dag'))) return true;
  return unit.callsByScope.get(scope)?.some((call) => callNamed(unit, call, CLASSES)) === true;
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
      const at = { scope: scope.parent, block: scope.block, pos: ELSEWHERE, line: call.line ?? scope.line };
      const named = call.args.args.length > 0 || call.args.keywords.some(({ name }) => name === 'dag_id');
      return [{ place: at, call: call.args, scope: index, variables: [], ...(named ? {} : { name: scope.name }) }];
    }),
  );
}
