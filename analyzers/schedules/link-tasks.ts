/** §4.1 Tasks meet writes: the script a task runs is a file of the repository, and what that file writes the task writes. */
import { printPlace } from '../../src/core/evidence.js';
import type { Schedule, ScheduledTask, WriteSite } from '../../src/core/facts.js';
import { groupPairs } from '../pairs.js';
import { fileOf, filesByName } from '../script-file.js';
import type { Program } from '../targets/program.js';
import { cameBy, type TargetWay, type Way, waysBy } from '../templates/ways.js';
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
  const others = tasksByFile(schedules, byName);
  const writtenBy = writesByFile(written, others);
  // Each of many times of one file has the same tasks.
  const linked = new Map<ReadSchedule['tasks'], readonly ScheduledTask[]>();
  return schedules.map((schedule) => {
    const beside = { from: schedule.file, writtenBy, byName, others };
    const tasks = linked.get(schedule.tasks) ?? schedule.tasks.map((task) => linkTask(task, beside));
    linked.set(schedule.tasks, tasks);
    return { ...schedule, tasks };
  });
}

type Names = ReadonlyMap<string, readonly string[]>;

/** What is known of all tasks that run a file: where they are made, and which of its functions they run. */
type TasksOfFile = {
  readonly places: Set<string>;
  readonly functions: Map<string, Lines>;
  /** The functions that a write stands in: worked out once for all tasks. */
  readonly around: Map<WriteSite, readonly Lines[]>;
};
type Lines = readonly [number, number];

function tasksByFile(schedules: readonly ReadSchedule[], byName: Names): ReadonlyMap<string, TasksOfFile> {
  const found = new Map<string, TasksOfFile>();
  for (const { runs, made, lines, from } of schedules.flatMap(({ file, tasks }) => tasks.map((task) => ({ ...task, from: file })))) {
    const file = runs === undefined ? undefined : fileOf(runs, byName, from);
    if (file === undefined) continue;
    const known = found.get(file) ?? { places: new Set(), functions: new Map(), around: new Map() };
    for (const place of made?.through ?? []) known.places.add(printPlace(place));
    if (lines) known.functions.set(lines.join(), lines);
    found.set(file, known);
  }
  return found;
}

/** A write of a file, and its targets that come the way of a task: past those of others that run the file, or of all that start a script. */
type Made = There & { readonly waysOf: (task: Way) => readonly TargetWay[]; readonly ownOf: (task: Way) => readonly TargetWay[] };
/** `isCome`: whether anything came by all of a task's own places. */
type WrittenThere = { readonly writes: readonly Made[]; readonly isCome: (task: Way) => boolean };

/** Many tasks may run one file: what it writes is looked for once. */
function writesByFile(written: Written, others: ReadonlyMap<string, TasksOfFile>): (file: string) => WrittenThere {
  const starts = startsOf(written);
  const byFile = groupPairs(
    written.writes.flatMap((write, index) =>
      write.dataset ? [...new Set([write.file, ...write.via.map((via) => via.file)])].map((file) => [file, { write, index }] as const) : [],
    ),
  );
  const known = new Map<string, WrittenThere>();
  return (file) => {
    const tasks = others.get(file)?.places ?? new Set<string>();
    const all = { has: (place: string) => tasks.has(place) || starts.has(place) };
    const made = (): WrittenThere => {
      const writes = (byFile.get(file) ?? []).map(({ write, index }): Made => {
        const ways = written.ways?.get(write) ?? onlyWays(write);
        return { write, index, ways, waysOf: waysBy(ways, tasks), ownOf: waysBy(ways, all) };
      });
      const byPlace = groupPairs(
        writes.flatMap(({ ways }) => ways).flatMap((way) => way.through.map((at) => [printPlace(at), way] as const)),
      );
      const isAny = writes.some(({ ways }) => ways.length > 0);
      return {
        writes,
        isCome: (task) => {
          const [first] = task.through;
          return first === undefined ? isAny : (byPlace.get(printPlace(first)) ?? []).some((way) => cameBy(task, way));
        },
      };
    };
    const found = known.get(file) ?? made();
    known.set(file, found);
    return found;
  };
}

type Beside = {
  readonly from: string;
  readonly writtenBy: (file: string) => WrittenThere;
  readonly byName: Names;
  readonly others: ReadonlyMap<string, TasksOfFile>;
};

function linkTask({ made, ...task }: ReadTask, { from, writtenBy, byName, others }: Beside): ScheduledTask {
  if (task.runs === undefined) return task;
  const file = fileOf(task.runs, byName, from);
  if (file === undefined) return task;
  const { writes: there, isCome } = writtenBy(file);
  const own = task.lines ? ofFunction(there, { file, lines: task.lines, made, others: others.get(file) }) : there;
  // Where something came by this one's own places, what came by those of whatever else starts a script is not its.
  const isOwn = made !== undefined && isCome(made);
  const found = own.map(({ index, ways, waysOf, ownOf }) => {
    const came = made ? (isOwn ? ownOf : waysOf)(made) : ways;
    return { write: index, of: [...new Set(came.map(({ target }) => target))], isAll: came.length === ways.length };
  });
  const targets = found.filter(({ of, isAll }) => of.length > 0 && !isAll).map(({ write, of }) => ({ write, of }));
  const writes = found.filter(({ of, isAll }) => of.length > 0 || isAll).map(({ write }) => write);
  return { ...task, runs: file, writes, ...(targets.length > 0 ? { targets } : {}) };
}

type There = { readonly write: WriteSite; readonly index: number; readonly ways: readonly TargetWay[] };
type OfFunction = {
  readonly file: string;
  readonly lines: Lines;
  readonly made: Way | undefined;
  readonly others: TasksOfFile | undefined;
};

/** A function writes itself, or through others of its file; what stands in the function of another task is that one's. */
function ofFunction(there: readonly Made[], { file, lines, made, others }: OfFunction): readonly Made[] {
  const rest = there.filter(({ write }) => !within(write, file, lines));
  const through = rest.filter(({ write }) => !others || functionsAround(others, write, file).length === 0);
  const inside = there.filter(({ write }) => within(write, file, lines));
  const cameHere = made && made.through.length > 0 ? through.filter(({ ways }) => ways.some((way) => cameBy(made, way))) : [];
  const own = [...inside, ...cameHere];
  return own.length > 0 ? own : through;
}

function functionsAround({ functions, around }: TasksOfFile, write: WriteSite, file: string): readonly Lines[] {
  const known = around.get(write) ?? [...functions.values()].filter((lines) => within(write, file, lines));
  around.set(write, known);
  return known;
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

function within(write: WriteSite, file: string, [from, to]: readonly [number, number]): boolean {
  return [write, ...write.via].some((at) => at.file === file && at.line >= from && at.line <= to);
}
