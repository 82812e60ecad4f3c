/** §4.1 Tasks meet writes: the script a task runs is a file of the repository, and what that file writes the task writes. */
import type { Schedule, ScheduledTask, WriteSite } from '../../src/core/facts.js';
import { fileOf, filesByName } from '../script-file.js';

/** `files`: every path of the repository. */
export function linkTasks(schedules: readonly Schedule[], writes: readonly WriteSite[], files: readonly string[]): Schedule[] {
  const byName = filesByName(files);
  return schedules.map((schedule) => ({ ...schedule, tasks: schedule.tasks.map((task) => linkTask(task, writes, byName)) }));
}

function linkTask(task: ScheduledTask, writes: readonly WriteSite[], byName: ReadonlyMap<string, readonly string[]>): ScheduledTask {
  if (task.runs === undefined) return task;
  const file = fileOf(task.runs, byName);
  if (file === undefined) return task;
  const there = writes.flatMap((write, index) => (write.dataset && isFrom(write, file) ? [index] : []));
  const { lines } = task;
  // A function that writes nothing itself may do so through others of its file.
  const own = lines ? there.filter((index) => within(writes[index], file, lines)) : [];
  return { ...task, runs: file, writes: own.length > 0 ? own : there };
}

function isFrom(write: WriteSite, file: string): boolean {
  return write.file === file || write.via.some((via) => via.file === file);
}

function within(write: WriteSite | undefined, file: string, [from, to]: readonly [number, number]): boolean {
  if (!write) return false;
  return [write, ...write.via].some((at) => at.file === file && at.line >= from && at.line <= to);
}
