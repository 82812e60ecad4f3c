/** §4.1 Tasks meet writes: the script a task runs is a file of the repository, and what that file writes the task writes. */
import { printPlace } from '../../src/core/evidence.js';
import type { Schedule, ScheduledTask, WriteSite } from '../../src/core/facts.js';
import { groupPairs } from '../pairs.js';
import { fileOf, filesByName } from '../script-file.js';
import { type TargetWay, type Way, waysBy } from '../ways.js';
import type { ReadSchedule, ReadTask } from './reader.js';

/** `ways`: of the writes whose targets came more than one way. */
export type Written = { readonly writes: readonly WriteSite[]; readonly ways?: ReadonlyMap<WriteSite, readonly TargetWay[]> };

/** `files`: every path of the repository. */
export function linkTasks(schedules: readonly ReadSchedule[], written: Written, files: readonly string[]): Schedule[] {
  const byName = filesByName(files);
  const writtenBy = writesByFile(written, placesByFile(schedules, byName));
  return schedules.map((schedule) => ({
    ...schedule,
    tasks: schedule.tasks.map((task) => linkTask(task, { from: schedule.file, writtenBy, byName })),
  }));
}

type Names = ReadonlyMap<string, readonly string[]>;

/** Where the tasks that run a file are made. */
function placesByFile(schedules: readonly ReadSchedule[], byName: Names): ReadonlyMap<string, ReadonlySet<string>> {
  const places = new Map<string, Set<string>>();
  for (const { runs, made, from } of schedules.flatMap(({ file, tasks }) => tasks.map((task) => ({ ...task, from: file })))) {
    const file = made && runs !== undefined ? fileOf(runs, byName, from) : undefined;
    if (file === undefined) continue;
    const known = places.get(file) ?? new Set();
    for (const place of made?.through ?? []) known.add(printPlace(place));
    places.set(file, known);
  }
  return places;
}

/** A write of a file, and its targets that come the way of a task. */
type Made = {
  readonly write: WriteSite;
  readonly index: number;
  readonly ways: readonly TargetWay[];
  readonly waysOf: (task: Way) => readonly TargetWay[];
};

/** Many tasks may run one file: what it writes is looked for once. */
function writesByFile({ writes, ways }: Written, others: ReadonlyMap<string, ReadonlySet<string>>): (file: string) => readonly Made[] {
  const byFile = groupPairs(
    writes.flatMap((write, index) =>
      write.dataset ? [...new Set([write.file, ...write.via.map((via) => via.file)])].map((file) => [file, { write, index }] as const) : [],
    ),
  );
  const known = new Map<string, readonly Made[]>();
  return (file) => {
    const made =
      known.get(file) ??
      (byFile.get(file) ?? []).map(({ write, index }): Made => {
        const own = ways?.get(write) ?? onlyWays(write);
        return { write, index, ways: own, waysOf: waysBy(own, others.get(file) ?? new Set()) };
      });
    known.set(file, made);
    return made;
  };
}

type Beside = { readonly from: string; readonly writtenBy: (file: string) => readonly Made[]; readonly byName: Names };

function linkTask({ made, ...task }: ReadTask, { from, writtenBy, byName }: Beside): ScheduledTask {
  if (task.runs === undefined) return task;
  const file = fileOf(task.runs, byName, from);
  if (file === undefined) return task;
  const there = writtenBy(file);
  const { lines } = task;
  // A function that writes nothing itself may do so through others of its file.
  const inside = lines ? there.filter(({ write }) => within(write, file, lines)) : [];
  const found = (inside.length > 0 ? inside : there).map(({ index, ways, waysOf }) => {
    const own = made ? waysOf(made) : ways;
    return { write: index, of: [...new Set(own.map(({ target }) => target))], isAll: own.length === ways.length };
  });
  const targets = found.filter(({ of, isAll }) => of.length > 0 && !isAll).map(({ write, of }) => ({ write, of }));
  const writes = found.filter(({ of, isAll }) => of.length > 0 || isAll).map(({ write }) => write);
  return { ...task, runs: file, writes, ...(targets.length > 0 ? { targets } : {}) };
}

/** All of its targets came the one way that the row tells. */
function onlyWays({ file, line, via, targets }: WriteSite): readonly TargetWay[] {
  return targets.map((target) => ({ target, turns: [], through: [{ file, line }, ...via] }));
}

function within(write: WriteSite, file: string, [from, to]: readonly [number, number]): boolean {
  return [write, ...write.via].some((at) => at.file === file && at.line >= from && at.line <= to);
}
