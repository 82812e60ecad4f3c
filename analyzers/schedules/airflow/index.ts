/** §4.1 Airflow: DAGs of Python files with their schedule, owner and tasks. */
import type { Unresolved } from '../../../src/core/facts.js';
import { isSpent } from '../../targets/paid.js';
import type { Program, Unit } from '../../targets/program.js';
import type { Evaluate } from '../arguments.js';
import type { ReadSchedule, ReadSchedules, ReadTask, ScheduleFiles, ScheduleReader } from '../reader.js';
import { rowOf } from '../row.js';
import { eachWay } from '../ways.js';
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
    const at = { unit, place: dag.place, what: 'a DAG' };
    const made = eachWay(program, at, (evaluate) => toSchedules(evaluate, dag, tasks.get(dag)?.(evaluate.frame.bound) ?? []));
    if (isSpent(program)) {
      const text = 'following its names took too long: this DAG and those below it were not looked at';
      unresolved.push({ file: unit.path, line: dag.place.line, reason: 'parse-timeout', text });
      break;
    }
    schedules.push(...made.schedules);
    unresolved.push(...made.unresolved);
  }
  return { schedules, unresolved };
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
