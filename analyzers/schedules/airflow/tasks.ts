/** §4.1 The tasks of one DAG: operator calls and functions under `@task` that belong to it. */
import type { ScheduledTask } from '../../../src/core/facts.js';
import type { Args, Call, PythonFacts } from '../../python/facts.js';
import type { Program, Unit } from '../../targets/program.js';
import { evaluator } from './arguments.js';
import { calledName, type Dag, decoratorCall } from './dags.js';
import { runsOf } from './runs.js';

const OPERATOR = /(?:Operator|Sensor|DbtTaskGroup|Async)$/;

export type DagOfFile = { readonly dag: Dag; readonly dags: readonly Dag[] };

export function tasksOf(program: Program, unit: Unit, { dag, dags }: DagOfFile): ScheduledTask[] {
  const called = unit.facts.calls.flatMap((call): ScheduledTask[] => {
    const task = operatorCall(unit, call);
    if (!task || dagOf(unit, call, { args: task.args, dags }) !== dag) return [];
    const evaluate = evaluator(program, unit, call);
    const args = evaluate.args(task.args, ['task_id']);
    const id = evaluate.texts(args.get('task_id') ?? args.get('group_id'))[0] ?? '{task_id}';
    return [{ id, line: call.line, writes: [], ...runsOf(evaluate, task.operator, args) }];
  });
  return [...called, ...taskFunctions(program, unit, { dag, dags })];
}

function operatorCall(unit: Unit, { chain }: Call): { readonly operator: string; readonly args: Args } | undefined {
  for (const [index, args] of chain.steps.entries()) {
    if (args.kind !== 'call') continue;
    const operator = calledName(unit, chain, index);
    // `Operator.partial(…).expand(…)`
    const before = chain.steps[index - 2];
    const mapped = operator === 'partial' && (before?.kind === 'attr' ? before.name : chain.root.kind === 'name' ? chain.root.name : '');
    if (mapped && OPERATOR.test(mapped)) return { operator: mapped, args };
    if (OPERATOR.test(operator) || args.keywords.some(({ name }) => name === 'task_id')) return { operator, args };
  }
  return undefined;
}

/** The DAG a task belongs to: named by `dag=`, the `with` around it, the function under `@dag`, else the only or last one before. */
function dagOf(unit: Unit, call: Call, { args, dags }: { readonly args: Args; readonly dags: readonly Dag[] }): Dag | undefined {
  const named = args.keywords.find(({ name }) => name === 'dag')?.value;
  const byName = named?.kind === 'name' ? dags.findLast(({ variables }) => variables.includes(named.name)) : undefined;
  if (byName) return byName;
  const around = dags.findLast(({ place, scope }) =>
    scope === undefined
      ? place.pos < call.pos && insideWith(unit.facts, call.block, place.block)
      : insideScope(unit.facts, call.scope, scope),
  );
  const before = dags.findLast(({ place }) => place.pos < call.pos && place.scope === call.scope);
  return around ?? before ?? (dags.length === 1 ? dags[0] : undefined);
}

function insideWith({ blocks }: PythonFacts, block: number, outer: number): boolean {
  for (let at = block, hops = 0; at >= 0 && hops < 100; hops++) {
    const of = blocks[at];
    if (of?.kind === 'with' && of.parent === outer) return true;
    at = of?.parent ?? -1;
  }
  return false;
}

function insideScope({ scopes }: PythonFacts, scope: number, outer: number): boolean {
  for (let at = scope, hops = 0; at >= 0 && hops < 100; hops++) {
    if (at === outer) return true;
    at = scopes[at]?.parent ?? -1;
  }
  return false;
}

/** `@task` functions run where they stand. They belong to the DAG around them, or to the only one of the file. */
function taskFunctions(program: Program, unit: Unit, { dag, dags }: DagOfFile): ScheduledTask[] {
  return unit.facts.scopes.flatMap((scope, index): ScheduledTask[] => {
    const call = scope.decorators.map((one) => decoratorCall(one, 'task')).find((one) => one !== undefined);
    if (!call || scope.kind !== 'def') return [];
    const around = dags.find((one) => one.scope !== undefined && insideScope(unit.facts, index, one.scope));
    if ((around ?? (dags.length === 1 ? dags[0] : undefined)) !== dag) return [];
    const evaluate = evaluator(program, unit, { scope: scope.parent, block: scope.block, pos: Number.MAX_SAFE_INTEGER, line: scope.line });
    const id = evaluate.texts(evaluate.args(call.args, []).get('task_id'))[0] ?? scope.name;
    return [{ id, line: scope.line, runs: unit.path, lines: [scope.line, scope.endLine], writes: [] }];
  });
}
