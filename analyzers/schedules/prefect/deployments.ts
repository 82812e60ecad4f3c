/** §4.1 Deployments made in Python: `flow.serve(cron=…)`, `flow.deploy(…)`, `Deployment.build_from_flow(…)`. */
import type { ScheduledTask } from '../../../src/core/facts.js';
import type { Args, Call, Expr } from '../../python/facts.js';
import { deploymentSite } from '../../runs/served.js';
import type { Program, Unit } from '../../targets/program.js';
import type { Thunk } from '../../targets/values.js';
import { type CallArgs, callsThatMake, type Evaluate, evaluator, evaluatorAt, printExpr } from '../arguments.js';
import { decoratedBy, taskOf } from '../functions.js';
import type { ReadSchedule } from '../reader.js';
import { rowOf } from '../row.js';

const KEYS = ['cron', 'interval', 'rrule', 'schedule', 'schedules'] as const;

export function deploymentsOf(program: Program, unit: Unit, call: Call): readonly ReadSchedule[] {
  const { chain } = call;
  const index = deploymentSite(unit, call)?.step ?? -1;
  const made = chain.steps[index];
  if (made?.kind !== 'call' || !made.keywords.some(({ name }) => KEYS.some((key) => key === name))) return [];
  const evaluate = evaluator(program, unit, call);
  const args = evaluate.args(made, ['name']);
  const flow = args.get('flow') ?? { expr: { ...chain, steps: chain.steps.slice(0, Math.max(0, index - 1)) }, frame: evaluate.frame };
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

type Time = { readonly written: string | null; readonly timezone?: string; readonly isActive: boolean };

function timesIn(program: Program, evaluate: Evaluate, args: CallArgs): readonly Time[] {
  const times = KEYS.flatMap((key): readonly Time[] => {
    const thunk = args.get(key);
    if (!thunk) return [];
    const { expr, frame } = evaluate.written(thunk);
    if (expr.kind === 'list') return expr.items.map((item) => timeOf(program, evaluate, { expr: item, frame }, key));
    return [timeOf(program, evaluate, thunk, key)];
  });
  const [timezone] = evaluate.texts(args.get('timezone'));
  return timezone === undefined ? times : times.map((time) => ({ timezone, ...time }));
}

/** A cron as text, or an object that holds one. */
function timeOf(program: Program, evaluate: Evaluate, thunk: Thunk, key: string): Time {
  const made = callsThatMake(evaluate, thunk).at(-1);
  if (made && /^Cron(?:Schedule)?$/.test(made.name)) {
    const inside = evaluatorAt(program, made.frame);
    const args = inside.args(made.args, ['cron']);
    const [timezone] = inside.texts(args.get('timezone'));
    const isActive = inside.constOf(args.get('active')) !== false;
    return { written: inside.texts(args.get('cron'))[0] ?? '{cron}', isActive, ...(timezone === undefined ? {} : { timezone }) };
  }
  const { expr } = evaluate.written(thunk);
  if (expr.kind === 'const' && expr.value === null) return { written: null, isActive: true };
  const [text] = evaluate.texts(thunk);
  if (key === 'interval') return { written: expr.kind === 'const' ? `every ${printExpr(expr)} seconds` : printExpr(expr), isActive: true };
  return { written: text ?? printExpr(expr), isActive: true };
}

/** The function under `@flow`, or the script that `from_source` names. */
function tasksOf(program: Program, evaluate: Evaluate, flow: Thunk): readonly ScheduledTask[] {
  const source = callsThatMake(evaluate, flow).find(({ name }) => name === 'from_source');
  if (source) return entrypoint(evaluatorAt(program, source.frame), source.args);
  const root: Expr = flow.expr.kind === 'chain' ? flow.expr.root : flow.expr;
  const values = [...evaluate.values(flow), ...evaluate.values({ ...flow, expr: root })];
  const def = values.find((value) => value.kind === 'def');
  if (def?.kind !== 'def') return [];
  const call = decoratedBy(def.of, ['flow']);
  const [name] = call ? evaluate.texts(evaluate.args(call.args, []).get('name')) : [];
  return [taskOf(def.of, name)];
}

function entrypoint(evaluate: Evaluate, call: Args): readonly ScheduledTask[] {
  const [written = ''] = evaluate.texts(evaluate.args(call, ['source', 'entrypoint']).get('entrypoint'));
  const [script, flow] = written.split(':');
  return script ? [{ id: flow ?? script, runs: script, writes: [] }] : [];
}
