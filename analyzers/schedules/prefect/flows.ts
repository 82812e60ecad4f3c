/** §4.1 Flows of the first version of Prefect: made by the class, with the tasks that are called under it. */
import type { Call, Expr } from '../../python/facts.js';
import { callNamed } from '../../targets/called-name.js';
import { isSpent } from '../../targets/paid.js';
import type { Program, Unit } from '../../targets/program.js';
import { defKey, type Thunk } from '../../targets/values.js';
import { type Evaluate, evaluator, evaluatorAt } from '../arguments.js';
import { decoratedBy, taskOf } from '../functions.js';
import { type ReadSchedule, type ReadSchedules, type ReadTask, withHoles } from '../reader.js';
import { rowOf } from '../row.js';
import { eachWay } from '../ways.js';
import { type Time, timesOf } from './times.js';

const FLOW = new Set(['Flow']);
const UNTIMED: readonly Time[] = [{ written: null, isActive: true }];
/** Nested deeper than anybody writes. */
const MAX_HOPS = 100;

/** Calls of the class: others have one of that name. */
export function flowsIn(unit: Unit): readonly Call[] {
  const isPrefect = (local: string): boolean =>
    unit.importsByName.get(local)?.some(({ module, name }) => /^prefect(?:\.|$)/.test(module) && (name ?? 'Flow') === 'Flow') === true;
  return [...unit.facts.calls].filter(
    (call) => call.chain.root.kind === 'name' && isPrefect(call.chain.root.name) && callNamed(unit, call, FLOW) !== undefined,
  );
}

export function flowRows(program: Program, unit: Unit): readonly ReadSchedules[] {
  const flows = flowsIn(unit);
  const tasks = flows.length === 0 ? new Map<Call, ReadTask[]>() : tasksByFlow(program, unit, flows);
  return flows.flatMap((call) =>
    isSpent(program)
      ? []
      : eachWay(program, { unit, place: call, what: 'a flow' }, (evaluate) =>
          withHoles(rowsOf(program, evaluate, call, tasks.get(call) ?? [])),
        ),
  );
}

function rowsOf(program: Program, evaluate: Evaluate, call: Call, tasks: readonly ReadTask[]): readonly ReadSchedule[] {
  const { unit } = evaluate;
  const made = callNamed(unit, call, FLOW);
  if (!made) return [];
  const args = evaluate.args(made, ['name', 'schedule']);
  const given = args.get('schedule') ?? givenLater(unit, call);
  const times = given ? timesOf(program, evaluatorAt(program, given.frame), given) : UNTIMED;
  const id = evaluate.texts(args.get('name'))[0] ?? '{name}';
  return times.map(({ written, timezone }) =>
    rowOf({ file: unit.path, line: made.line, platform: 'prefect', id, written, ...(timezone === undefined ? {} : { timezone }), tasks }),
  );
}

/** `flow.schedule = …`, behind the call that makes the flow. */
function givenLater(unit: Unit, call: Call): Thunk | undefined {
  const { scope, pos, line, endLine, chain } = call;
  const own = unit.facts.binds.filter((bind) => bind.value === chain || (bind.value.kind === 'chain' && bind.scope === scope));
  const named = own.find(({ how, line: at }) => (how === 'with' || how === 'assign') && at >= line && at <= endLine);
  const bind = named && unit.bindsByName.get(`${named.name}.schedule`)?.find((one) => one.scope === scope && one.pos > pos);
  return bind && { expr: bind.value, frame: { unit, scope, block: bind.block, pos: bind.pos } };
}

/** Functions under `@task` that are called in the body of a flow's `with`, each once. */
function tasksByFlow(program: Program, unit: Unit, flows: readonly Call[]): ReadonlyMap<Call, ReadTask[]> {
  const found = new Map<Call, Map<string, ReadTask>>(flows.map((flow) => [flow, new Map()]));
  for (const call of unit.facts.calls) {
    const flow = isSpent(program) ? undefined : flowAround(unit, flows, call);
    if (!flow) continue;
    const evaluate = evaluator(program, unit, call);
    for (const value of namedIn(call).flatMap((expr) => evaluate.values({ expr, frame: evaluate.frame }))) {
      const task = value.kind === 'def' ? decoratedBy(value.of, ['task']) : undefined;
      if (value.kind !== 'def' || !task) continue;
      const [name] = evaluate.texts(evaluate.args(task.args, []).get('name'));
      found.get(flow)?.set(defKey(value.of), taskOf(value.of, name));
    }
  }
  return new Map([...found].map(([flow, tasks]) => [flow, [...tasks.values()]]));
}

/** What is called, and what `flow.chain(extract, load)` is given. */
function namedIn({ chain }: Call): readonly Expr[] {
  const given = chain.steps.flatMap((step) => (step.kind === 'call' ? step.args : []));
  return [chain.root, ...given].filter(({ kind }) => kind === 'name');
}

function flowAround({ facts: { blocks } }: Unit, flows: readonly Call[], { block, pos }: Call): Call | undefined {
  for (let at = block, hops = 0; at >= 0 && hops < MAX_HOPS; hops++) {
    const of = blocks[at];
    const around = of?.kind === 'with' ? flows.findLast((flow) => flow.block === of.parent && flow.pos < pos) : undefined;
    if (around) return around;
    at = of?.parent ?? -1;
  }
  return undefined;
}
