/** §4.1 Tasks meet writes: the script a task runs is a file of the repository, and what that file writes the task writes. */
import { printPlace } from '../../src/core/evidence.js';
import type { Schedule, ScheduledTask, WriteSite } from '../../src/core/facts.js';
import { fileOf, filesByName } from '../script-file.js';
import type { Program } from '../targets/program.js';
import { cameBy, isWayOf, type TargetWay, type Way } from '../ways.js';
import type { ReadSchedule, ReadTask } from './reader.js';

/** `ways`: of the writes whose targets came more than one way; `program`: how scripts are run. */
export type Written = {
  readonly writes: readonly WriteSite[];
  readonly ways?: ReadonlyMap<WriteSite, readonly TargetWay[]>;
  readonly program?: Pick<Program, 'runs'>;
};

/** `files`: every path of the repository. */
export function linkTasks(schedules: readonly ReadSchedule[], written: Written, files: readonly string[]): Schedule[] {
  const byName = filesByName(files);
  const others = placesByFile(schedules, byName);
  const starts = startsOf(written);
  return schedules.map((schedule) => ({
    ...schedule,
    tasks: schedule.tasks.map((task) => linkTask(task, { from: schedule.file, written, byName, others, starts })),
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

type Beside = {
  readonly from: string;
  readonly written: Written;
  readonly byName: Names;
  readonly others: ReadonlyMap<string, ReadonlySet<string>>;
  readonly starts: ReadonlySet<string>;
};

function linkTask({ made, ...task }: ReadTask, { from, written, byName, others, starts }: Beside): ScheduledTask {
  if (task.runs === undefined) return task;
  const file = fileOf(task.runs, byName, from);
  if (file === undefined) return task;
  const there = written.writes.flatMap((write, index) =>
    write.dataset && isFrom(write, file) ? [{ write, index, ways: written.ways?.get(write) ?? onlyWays(write) }] : [],
  );
  const isOthers =
    made &&
    othersOf(
      made,
      there.flatMap(({ ways }) => ways),
      { others, starts, file },
    );
  const { lines } = task;
  // A function that writes nothing itself may do so through others of its file.
  const cameHere = (ways: readonly Way[]): boolean =>
    made !== undefined && made.through.length > 0 && ways.some((way) => cameBy(made, way));
  const inside = lines ? there.filter(({ write, ways }) => within(write, file, lines) || cameHere(ways)) : [];
  const found = (inside.length > 0 ? inside : there).map(({ index, ways }) => {
    const own = made && isOthers ? ways.filter((way) => isWayOf(made, way, isOthers)) : ways;
    return { write: index, of: [...new Set(own.map(({ target }) => target))], isAll: own.length === ways.length };
  });
  const targets = found.filter(({ of, isAll }) => of.length > 0 && !isAll).map(({ write, of }) => ({ write, of }));
  const writes = found.filter(({ of, isAll }) => of.length > 0 || isAll).map(({ write }) => write);
  return { ...task, runs: file, writes, ...(targets.length > 0 ? { targets } : {}) };
}

type Others = Pick<Beside, 'others' | 'starts'> & { readonly file: string };

/** Places of other tasks, and where something came by this one's own, of whatever else starts a script. */
function othersOf(made: Way, ways: readonly Way[], { others, starts, file }: Others): (place: string) => boolean {
  const tasks = others.get(file);
  const all = ways.some((way) => cameBy(made, way)) ? starts : undefined;
  return (place) => tasks?.has(place) === true || all?.has(place) === true;
}

/** Where the runs of all scripts are written. */
function startsOf({ program }: Written): ReadonlySet<string> {
  const runs = [...(program?.runs.values() ?? [])].flat();
  return new Set(runs.flatMap(({ at }) => at.map(printPlace)));
}

/** All of its targets came the one way that the row tells. */
function onlyWays({ file, line, via, targets }: WriteSite): readonly TargetWay[] {
  return targets.map((target) => ({ target, turns: [], through: [{ file, line }, ...via] }));
}

function isFrom(write: WriteSite, file: string): boolean {
  return write.file === file || write.via.some((via) => via.file === file);
}

function within(write: WriteSite, file: string, [from, to]: readonly [number, number]): boolean {
  return [write, ...write.via].some((at) => at.file === file && at.line >= from && at.line <= to);
}
