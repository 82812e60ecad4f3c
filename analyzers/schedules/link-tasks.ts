/** §4.1 Tasks meet writes: the script a task runs is a file of the repository, and what that file writes the task writes. */
import type { Schedule, ScheduledTask, WriteSite } from '../../src/core/facts.js';

/** `files`: every path of the repository. */
export function linkTasks(schedules: readonly Schedule[], writes: readonly WriteSite[], files: readonly string[]): Schedule[] {
  const byName = new Map<string, string[]>();
  for (const file of files) {
    const name = file.slice(file.lastIndexOf('/') + 1);
    byName.set(name, [...(byName.get(name) ?? []), file]);
  }
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

/** The file whose path shares the longest ending with a script's place; a tie is nobody. A module is its file. */
function fileOf(runs: string, byName: ReadonlyMap<string, readonly string[]>): string | undefined {
  if (/\s/.test(runs)) return undefined;
  const path =
    /^[A-Za-z_][\w.]*$/.test(runs) && !/\.(?:py|ipynb|sql|sh|R|jar|scala)$/.test(runs) ? `${runs.replaceAll('.', '/')}.py` : runs;
  const wanted = path
    .replace(/^[a-z0-9]+:\/+/, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  const candidates = byName.get(wanted.at(-1) ?? '') ?? [];
  const ranked = candidates.map((file) => ({ file, shared: sharedEnd(file.split('/'), wanted) })).toSorted((a, b) => b.shared - a.shared);
  const [best, next] = ranked;
  return best && best.shared !== next?.shared ? best.file : undefined;
}

function sharedEnd(a: readonly string[], b: readonly string[]): number {
  let shared = 0;
  while (shared < Math.min(a.length, b.length) && a.at(-1 - shared) === b.at(-1 - shared)) shared += 1;
  return shared;
}
