/** §4.1 A task that calls a program runs the scripts which that starts: one task for each of them. */
import { printPlace } from '../../src/core/evidence.js';
import type { StartFacts } from '../infrastructure/facts.js';
import { groupPairs } from '../pairs.js';
import type { ReadSchedule, ReadTask } from './reader.js';

const PROGRAM = /(?:\.sh|\.bash|(?:^|\/)(?:(?:GNU)?[Mm]akefile|[\w.-]+\.mk|package\.json))$/;

export function withStarted(schedules: readonly ReadSchedule[], starts: readonly StartFacts[]): readonly ReadSchedule[] {
  const byCall = groupPairs(
    starts.flatMap((start) => {
      const call = start.through?.at(-1);
      return call ? [[printPlace(call), start] as const] : [];
    }),
  );
  if (byCall.size === 0) return schedules;
  const known = new Map<ReadSchedule['tasks'], readonly ReadTask[]>();
  return schedules.map((schedule) => {
    const tasks = known.get(schedule.tasks) ?? distinctTasks(schedule.tasks.flatMap((task) => startedBy(task, byCall)));
    known.set(schedule.tasks, tasks);
    return { ...schedule, tasks };
  });
}

function startedBy(task: ReadTask, byCall: ReadonlyMap<string, readonly StartFacts[]>): readonly ReadTask[] {
  const [call] = task.made?.through ?? [];
  const starts = call && task.runs !== undefined && PROGRAM.test(task.runs) ? byCall.get(printPlace(call)) : undefined;
  if (!starts) return [task];
  return starts.flatMap(({ script, at, through = [] }): ReadTask[] =>
    script === undefined ? [] : [{ ...task, runs: script, made: { through: [at, ...through], turns: [] } }],
  );
}

/** One line may call one program twice. */
function distinctTasks(tasks: readonly ReadTask[]): readonly ReadTask[] {
  return [...new Map(tasks.map((task) => [JSON.stringify(task), task])).values()];
}
