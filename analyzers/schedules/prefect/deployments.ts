/** §4.1 Deployments made in Python: `flow.serve(cron=…)`, `flow.deploy(…)`, `Deployment.build_from_flow(…)`. */
import type { ScheduledTask } from '../../../src/core/facts.js';
import type { Args, Call, Expr } from '../../python/facts.js';
import { deploymentSite, isFlow, usesPrefect } from '../../runs/served.js';
import type { Program, Unit } from '../../targets/program.js';
import type { Thunk } from '../../targets/values.js';
import { callsThatMake, type Evaluate, evaluatorAt } from '../arguments.js';
import { decoratedBy, taskOf } from '../functions.js';
import type { ReadSchedule, ReadSchedules } from '../reader.js';
import { withHoles } from '../reader.js';
import { rowOf } from '../row.js';
import { eachWay } from '../ways.js';
import { isTimed, timesIn } from './times.js';

const NOTHING: ReadSchedules = { schedules: [], unresolved: [] };

export function deploymentsOf(program: Program, unit: Unit, call: Call): ReadSchedules {
  const index = deploymentSite(unit, call)?.step ?? -1;
  const made = call.chain.steps[index];
  if (made?.kind !== 'call' || !isTimed(made.keywords)) return NOTHING;
  return eachWay(program, { unit, place: call, what: 'a deployment' }, (evaluate) =>
    withHoles(deployedHere(program, evaluate, call, { index, made })),
  );
}

/** `index`: of the step that makes it. */
type Step = { readonly index: number; readonly made: Args & { readonly line: number } };

function deployedHere(program: Program, evaluate: Evaluate, { chain }: Call, { index, made }: Step): readonly ReadSchedule[] {
  const { unit, frame } = evaluate;
  const args = evaluate.args(made, ['name']);
  const flow = args.get('flow') ?? { expr: { ...chain, steps: chain.steps.slice(0, Math.max(0, index - 1)) }, frame };
  const defs = defsOf(evaluate, flow);
  if (!usesPrefect(unit) && !defs.some(isFlow)) return [];
  const way = { through: [{ file: unit.path, line: made.line }], turns: [] };
  const tasks = tasksOf(program, evaluate, flow).map((task) => ({ ...task, made: way }));
  const id = evaluate.texts(args.get('name'))[0] ?? tasks[0]?.id ?? '{name}';
  const paused = evaluate.constOf(args.get('paused')) === true || evaluate.constOf(args.get('is_schedule_active')) === false;
  return timesIn(program, evaluate, args).map(({ written, timezone, isActive }) =>
    rowOf({
      file: unit.path,
      line: made.line,
      platform: 'prefect',
      id,
      written,
      ...(timezone === undefined ? {} : { timezone }),
      paused: paused || !isActive,
      tasks,
    }),
  );
}

function defsOf(evaluate: Evaluate, flow: Thunk) {
  const root: Expr = flow.expr.kind === 'chain' ? flow.expr.root : flow.expr;
  const values = [...evaluate.values(flow), ...evaluate.values({ ...flow, expr: root })];
  return values.flatMap((value) => (value.kind === 'def' ? [value.of] : []));
}

/** The function under `@flow`, or the script that `from_source` names. */
function tasksOf(program: Program, evaluate: Evaluate, flow: Thunk): readonly ScheduledTask[] {
  const source = callsThatMake(evaluate, flow).find(({ name }) => name === 'from_source');
  if (source) return entrypoint(evaluatorAt(program, source.frame), source.args);
  const [def] = defsOf(evaluate, flow);
  if (!def) return [];
  const call = decoratedBy(def, ['flow']);
  const [name] = call ? evaluate.texts(evaluate.args(call.args, []).get('name')) : [];
  return [taskOf(def, name)];
}

function entrypoint(evaluate: Evaluate, call: Args): readonly ScheduledTask[] {
  const [written = ''] = evaluate.texts(evaluate.args(call, ['source', 'entrypoint']).get('entrypoint'));
  const [script, flow] = written.split(':');
  return script ? [{ id: flow ?? script, runs: script, writes: [] }] : [];
}
