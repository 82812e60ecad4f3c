/** §4.1 The tasks of one DAG: operator calls and functions under `@task` that belong to it. */
import type { ScheduledTask } from '../../../src/core/facts.js';
import type { Args, Call, PythonFacts } from '../../python/facts.js';
import type { Program, Unit } from '../../targets/program.js';
import { type Evaluate, evaluator } from './arguments.js';
import { calledName, type Dag, decoratorCall } from './dags.js';
import { runsOf } from './runs.js';

const OPERATOR = /(?:Operator|Sensor|DbtTaskGroup|Async)$/;

export type DagOfFile = { readonly dag: Dag; readonly dags: readonly Dag[] };

export function tasksOf(program: Program, unit: Unit, { dag, dags }: DagOfFile): ScheduledTask[] {
  const called = unit.facts.calls.flatMap((call): ScheduledTask[] => {
    const task = operatorCall(unit, call);
    const args = task?.args ?? firstCall(call);
    if (!args || dags.some(({ place }) => place === call) || dagOf(unit, call, { args, dags }) !== dag) return [];
    const evaluate = evaluator(program, unit, call);
    return task ? [toTask(evaluate, task, call.line)] : helperTasks(program, evaluate, { call, depth: 0 });
  });
  return [...called, ...taskFunctions(program, unit, { dag, dags })];
}

type Operator = { readonly operator: string; readonly args: Args };

function toTask(evaluate: Evaluate, { operator, args }: Operator, line: number): ScheduledTask {
  const bound = evaluate.args(args, ['task_id']);
  const id = evaluate.texts(bound.get('task_id') ?? bound.get('group_id'))[0] ?? '{task_id}';
  return { id, line, writes: [], ...runsOf(evaluate, operator, bound) };
}

const MAX_HELPERS = 2;

/** A function of the repository that makes operators: its tasks stand where it is called. */
function helperTasks(
  program: Program,
  evaluate: Evaluate,
  { call, depth }: { readonly call: Call; readonly depth: number },
): ScheduledTask[] {
  const index = call.chain.steps.findIndex((step) => step.kind === 'call');
  const args = firstCall(call);
  if (!args || depth >= MAX_HELPERS) return [];
  const callee = index === 0 ? call.chain.root : ({ ...call.chain, steps: call.chain.steps.slice(0, index) } as const);
  const [def] = evaluate.values({ expr: callee, frame: evaluate.frame });
  if (def?.kind !== 'def') return [];
  const { unit, scope } = def.of;
  const given = evaluate.bind(unit.facts.scopes[scope]?.params ?? [], args);
  return unit.facts.calls.flatMap((inner): ScheduledTask[] => {
    if (inner.scope !== scope) return [];
    const task = operatorCall(unit, inner);
    const inside = evaluator(program, unit, inner, given);
    return task
      ? [toTask(inside, task, call.line)]
      : helperTasks(program, inside, { call: inner, depth: depth + 1 }).map((one) => ({ ...one, line: call.line }));
  });
}

function firstCall({ chain }: Call): Args | undefined {
  const step = chain.steps.find(({ kind }) => kind === 'call');
  return step?.kind === 'call' ? step : undefined;
}

function operatorCall(unit: Unit, { chain }: Call): Operator | undefined {
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
  const named = [...args.keywords.flatMap(({ name, value }) => (name === 'dag' ? [value] : [])), ...args.args];
  const byName = dags.findLast(({ variables }) => named.some((one) => one.kind === 'name' && variables.includes(one.name)));
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
    const around = dags.findLast((one) =>
      one.scope === undefined
        ? one.place.line < scope.line && insideWith(unit.facts, scope.block, one.place.block)
        : insideScope(unit.facts, index, one.scope),
    );
    if ((around ?? (dags.length === 1 ? dags[0] : undefined)) !== dag) return [];
    const evaluate = evaluator(program, unit, { scope: scope.parent, block: scope.block, pos: Number.MAX_SAFE_INTEGER, line: scope.line });
    const id = evaluate.texts(evaluate.args(call.args, []).get('task_id'))[0] ?? scope.name;
    return [{ id, line: scope.line, runs: unit.path, lines: [scope.line, scope.endLine], writes: [] }];
  });
}
