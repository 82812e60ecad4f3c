/** §4.1 Airflow: DAGs of Python files with their schedule, owner and tasks. */
import type { Unresolved } from '../../../src/core/facts.js';
import { groupPairs } from '../../pairs.js';
import { type Reached, waysTo } from '../../runs/places.js';
import { isSpent } from '../../targets/paid.js';
import type { Program, Unit } from '../../targets/program.js';
import { writeTurns } from '../../templates/turns.js';
import { type Evaluate, evaluatorAt } from '../arguments.js';
import type { ReadSchedule, ReadSchedules, ReadTask, ScheduleFiles, ScheduleReader } from '../reader.js';
import { rowOf } from '../row.js';
import { type Dag, findDags, usesAirflow } from './dags.js';
import { scheduleOf } from './schedule.js';
import { tasksByDag } from './tasks.js';

export const airflow: ScheduleReader = { words: ['airflow', 'cosmos'], needle: /\b(?:DAG|DbtDag)\s*\(|^[ \t]*@(?:\w+\.)?dag\b/m, read };

function read({ program, perUnit }: ScheduleFiles): ReadSchedules {
  return perUnit('airflow', usesAirflow, (unit) => readUnit(program, unit));
}

function readUnit(program: Program, unit: Unit): ReadSchedules {
  const schedules: ReadSchedule[] = [];
  const unresolved: Unresolved[] = [];
  const dags = findDags(unit);
  const tasks = tasksByDag(program, unit, dags);
  for (const dag of dags) {
    const { scope, block, pos } = dag.place;
    const { ways, isCut } = waysTo(program, { unit, scope, block, pos });
    const made = ways.map(({ frame, ...way }) => ({
      way,
      read: toSchedules(evaluatorAt(program, frame), dag, tasks.get(dag)?.(frame.bound) ?? []),
    }));
    if (isSpent(program)) {
      const text = 'following its names took too long: this DAG and those below it were not looked at';
      unresolved.push({ file: unit.path, line: dag.place.line, reason: 'parse-timeout', text });
      break;
    }
    if (isCut) {
      const text = `it is made in more turns and calls than are followed: these are ${ways.length} of them`;
      unresolved.push({ file: unit.path, line: dag.place.line, reason: 'too-many-values', text });
    }
    schedules.push(...eachOnce(made.flatMap(({ way, read }) => read.schedules.map((row) => ({ way, row })))));
    unresolved.push(...distinct(made.flatMap(({ read }) => read.unresolved)));
  }
  return { schedules, unresolved };
}

/** A task is made in the turn and by the call that make its DAG. */
function madeIn({ through, turns }: Omit<Reached, 'frame'>, tasks: readonly ReadTask[]): readonly ReadTask[] {
  if (through.length === 0 && turns.size === 0) return tasks;
  return tasks.map((task) => ({
    ...task,
    made: { through: [...through, ...(task.made?.through ?? [])], turns: writeTurns(turns) },
  }));
}

/** A loop that changes nothing about a DAG makes it once, in no turn more than in another. */
function eachOnce(made: readonly { readonly way: Omit<Reached, 'frame'>; readonly row: ReadSchedule }[]): readonly ReadSchedule[] {
  const groups = [...groupPairs(made.map((one) => [JSON.stringify(one.row), one])).values()];
  return groups.flatMap(([first, ...others]) =>
    first && others.length === 0 ? [{ ...first.row, tasks: madeIn(first.way, first.row.tasks) }] : (first?.row ?? []),
  );
}

function distinct<T>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

/** One row for each id the DAG may have in a turn of the loops around it. */
function toSchedules(evaluate: Evaluate, dag: Dag, tasks: readonly ReadTask[]): ReadSchedules {
  const file = evaluate.unit.path;
  const { line } = dag.place;
  const args = evaluate.args(dag.call, ['dag_id', 'description', 'schedule']);
  const { schedules, asWritten, timezone, flaw } = scheduleOf(evaluate, args);
  const paused = evaluate.constOf(args.get('is_paused_upon_creation')) === true;
  const owner = evaluate.entry(args.get('default_args'), 'owner');
  // Nobody can be asked whose name is only known when the DAG is loaded.
  const ownerText = owner && evaluate.texts(owner).find((text) => !/\{\w*\}/.test(text));
  const ids = dag.name === undefined ? evaluate.texts(args.get('dag_id')) : [dag.name];
  const unresolved = flaw === undefined ? [] : [{ file, line, reason: 'dynamic-schedule' as const, text: flaw }];
  const owned = ownerText === undefined ? {} : { owner: ownerText };
  const row = { file, line, platform: 'airflow', written: asWritten, timezone, paused, ...owned, tasks } as const;
  const crons = schedules.length > 0 ? schedules : [undefined];
  return { schedules: (ids.length > 0 ? ids : ['{dag_id}']).flatMap((id) => crons.map((cron) => rowOf({ ...row, id, cron }))), unresolved };
}
