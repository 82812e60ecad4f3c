/** §4.1 The tasks of the DAGs of one file: operator calls and functions under `@task` that belong to them. */

import { groupPairs } from '../../pairs.js';
import type { Args, Call } from '../../python/facts.js';
import { calledName, decoratorCall } from '../../targets/called-name.js';
import { isSpent } from '../../targets/paid.js';
import type { DefRef, Program, Unit } from '../../targets/program.js';
import { type BoundArgs, defKey, ELSEWHERE, type Thunk } from '../../targets/values.js';
import { type Evaluate, evaluator } from '../arguments.js';
import type { ReadTask } from '../reader.js';
import { type DagIndex, dagIndex, dagOfCall, dagOfFunction } from './dag-index.js';
import { type Dag, makesDag } from './dags.js';
import { callsByBlock, prefixOf } from './groups.js';
import { runsOf } from './runs.js';

const OPERATOR = /(?:Operator|Sensor|DbtTaskGroup|Async)$/;

/** The tasks of a DAG; `given`: what its function is called with, where that is known. */
export type TasksOf = (given?: BoundArgs) => readonly ReadTask[];
type Part = { readonly scope: number; readonly made: readonly ReadTask[]; readonly make?: TasksOf };

/** The tasks of each DAG of a file; every call is looked at once, until the file has cost too much. */
export function tasksByDag(program: Program, unit: Unit, dags: readonly Dag[]): ReadonlyMap<Dag, TasksOf> {
  const index = dagIndex(unit, dags);
  const calls = callsByBlock(unit.facts);
  const helpers = new Set<number>();
  const functions = new Set<string>();
  const found: (Part & { readonly dag: Dag })[] = dags.flatMap((dag) =>
    dag.dbt ? [{ dag, scope: -1, made: dbtTasks(program, unit, dag) }] : [],
  );
  for (const call of unit.facts.calls) {
    if (isSpent(program)) break;
    const task = operatorCall(unit, call);
    const args = task?.args ?? firstCall(call);
    const dag = args && !index.places.has(call) ? dagOfCall(index, call, args) : undefined;
    if (!dag) continue;
    const prefix = prefixOf(program, unit, calls, call);
    const through = [{ file: unit.path, line: call.line }];
    const make: TasksOf = (given) => {
      const evaluate = evaluator(program, unit, call, given);
      const called = calledTask(program, evaluate, call);
      if (called) functions.add(defKey(called.of));
      const made =
        (called && [called.task]) ??
        (task ? toTasks(evaluate, task, call.line) : helperTasks(program, evaluate, { call, depth: 0, helpers }));
      return made.map(({ made: own, ...one }) => ({ ...one, id: prefix + one.id, made: own ?? { through, turns: [] } }));
    };
    found.push({ dag, scope: call.scope, made: make(), make });
  }
  // What a helper of this file makes stands where it is called, and not once more in the helper.
  const parts = found.filter(({ scope }) => !helpers.has(scope));
  // A function that nobody calls is a task where it stands.
  const alone = taskFunctions(program, index, functions).map(({ dag, task }) => ({ dag, scope: -1, made: [task] }));
  const byDag = groupPairs([...parts, ...alone].map(({ dag, ...part }) => [dag, part] as const));
  return new Map(dags.map((dag) => [dag, tasksIn(program, dag, byDag.get(dag) ?? [])]));
}

/** What stands in the function that makes the DAG is read once more with what that is given, where it is not known without. */
function tasksIn(program: Program, { place }: Dag, parts: readonly Part[]): TasksOf {
  const isOpen = ({ id, runs }: ReadTask): boolean => runs === undefined || /\{\w*\}/.test(id + runs);
  return (given) =>
    withNumbers(
      parts.flatMap(({ scope, made, make }) =>
        given && make && scope === place.scope && made.some(isOpen) && !isSpent(program) ? make(given) : made,
      ),
    );
}

type Operator = { readonly operator: string; readonly args: Args };

/** In a loop over known values one call makes a task for each; what each runs is known when it is the same, or when there are as many. */
function toTasks(evaluate: Evaluate, { operator, args }: Operator, line: number): ReadTask[] {
  const bound = evaluate.args(args, ['task_id']);
  const ids = evaluate.texts(bound.get('task_id') ?? bound.get('group_id'));
  const runs = runsOf(evaluate, operator, bound);
  const runOf = (index: number) => (runs.length === 1 ? runs[0] : index === 0 || runs.length === ids.length ? runs[index] : {});
  const owned = ownersOf(evaluate, bound.get('owner'));
  return (ids.length > 0 ? ids : ['{task_id}']).map((id, index) => {
    const { givenAt, ...run } = runOf(index) ?? {};
    return { id, line, writes: [], ...run, ...owned, ...(givenAt ? { made: { through: [givenAt], turns: [] } } : {}) };
  });
}

/** Nobody can be asked whose name is only known when the DAG is loaded. */
function ownersOf(evaluate: Evaluate, owner: Thunk | undefined): Pick<ReadTask, 'owners'> {
  const named = evaluate.texts(owner).filter((text) => !/\{\w*\}/.test(text));
  return named.length === 1 ? { owners: named } : {};
}

/** A DAG that is a dbt project: its selection, as one task. */
function dbtTasks(program: Program, unit: Unit, { place, call }: Dag): ReadTask[] {
  return toTasks(evaluator(program, unit, place), { operator: 'DbtDag', args: call }, place.line).map((task) => ({ ...task, id: 'dbt' }));
}

/** Of several calls of one function, those behind the first have numbers. */
function withNumbers(tasks: readonly ReadTask[]): readonly ReadTask[] {
  const seen = new Map<string, number>();
  return tasks.map((task) => {
    const times = seen.get(task.id) ?? 0;
    if (task.lines) seen.set(task.id, times + 1);
    return task.lines && times > 0 ? { ...task, id: `${task.id}__${times}` } : task;
  });
}

const MAX_HELPERS = 2;

/** A function of the repository that makes operators: its tasks stand where it is called. */
function helperTasks(
  program: Program,
  evaluate: Evaluate,
  { call, depth, helpers }: { readonly call: Call; readonly depth: number; readonly helpers: Set<number> },
): ReadTask[] {
  const index = call.chain.steps.findIndex((step) => step.kind === 'call');
  const args = firstCall(call);
  if (!args || depth >= MAX_HELPERS) return [];
  const callee = index === 0 ? call.chain.root : ({ ...call.chain, steps: call.chain.steps.slice(0, index) } as const);
  const [def] = evaluate.values({ expr: callee, frame: evaluate.frame });
  if (def?.kind !== 'def') return [];
  const { unit, scope } = def.of;
  // A function that makes a DAG of its own keeps its tasks, wherever it is called.
  if (makesDag(unit, scope)) return [];
  if (unit === evaluate.unit) helpers.add(scope);
  const calls = callsByBlock({ calls: unit.callsByScope.get(scope) ?? [] });
  const given = evaluate.bind(def, args);
  return (unit.callsByScope.get(scope) ?? []).flatMap((inner): ReadTask[] => {
    const task = operatorCall(unit, inner);
    const inside = evaluator(program, unit, inner, given);
    const prefix = prefixOf(program, unit, calls, inner);
    const made = task ? toTasks(inside, task, call.line) : helperTasks(program, inside, { call: inner, depth: depth + 1, helpers });
    return made.map((one) => ({ ...one, id: prefix + one.id, line: call.line }));
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

/** Calls of a function under `@task` that say more about its task than the function. */
const SAYS_MORE: ReadonlySet<string> = new Set(['override', 'partial', 'expand', 'expand_kwargs']);

type CalledTask = { readonly of: DefRef; readonly task: ReadTask };

/** A function under `@task` is a task where it is called. */
function calledTask(program: Program, evaluate: Evaluate, { chain, line }: Call): CalledTask | undefined {
  const end = chain.steps.findIndex((step) => step.kind === 'call' || (step.kind === 'attr' && SAYS_MORE.has(step.name)));
  const [def] = end < 0 ? [] : evaluate.values({ expr: { ...chain, steps: chain.steps.slice(0, end) }, frame: evaluate.frame });
  const found = def?.kind === 'def' ? taskFunction(program, def.of) : undefined;
  if (def?.kind !== 'def' || !found) return undefined;
  const overridden = chain.steps[end + 1];
  const [id = found.id] = overridden?.kind === 'call' ? evaluate.texts(evaluate.args(overridden, []).get('task_id')) : [];
  return { of: def.of, task: { ...found, id, line } };
}

/** `@task` functions run where they stand. */
function taskFunctions(program: Program, index: DagIndex, called: ReadonlySet<string>): { readonly dag: Dag; readonly task: ReadTask }[] {
  const { unit } = index;
  return unit.facts.scopes.flatMap(({ kind, decorators }, scope) => {
    const isTask = kind === 'def' && !called.has(defKey({ unit, scope })) && decorators.some((one) => decoratorCall(one, 'task'));
    const dag = isTask ? dagOfFunction(index, scope) : undefined;
    const task = dag && !isSpent(program) ? taskFunction(program, { unit, scope }) : undefined;
    return dag && task ? [{ dag, task }] : [];
  });
}

function taskFunction(program: Program, { unit, scope: number }: DefRef): ReadTask | undefined {
  const scope = unit.facts.scopes[number];
  const call = scope?.decorators.map((one) => decoratorCall(one, 'task')).find((one) => one !== undefined);
  if (!scope || !call) return undefined;
  const { line, endLine } = scope;
  const evaluate = evaluator(program, unit, { scope: scope.parent, block: scope.block, pos: ELSEWHERE, line });
  const said = evaluate.args(call.args, []);
  const id = evaluate.texts(said.get('task_id'))[0] ?? scope.name;
  return { id, line, runs: unit.path, lines: [line, endLine], writes: [], ...ownersOf(evaluate, said.get('owner')) };
}
