/** §4.1 What a reader of one platform gets and gives. */
import type { Schedule, ScheduledTask, Unresolved } from '../../src/core/facts.js';
import { unlessFault } from '../fault.js';
import type { InfrastructureFacts } from '../infrastructure/facts.js';
import type { Program, Unit } from '../targets/program.js';
import type { Way } from '../templates/ways.js';

/** A file that may hold schedules. `documents`: what it says where it is YAML. */
export type ScheduleFile = { readonly path: string; readonly text: string; readonly documents: readonly unknown[] };
export type ScheduleFiles = {
  readonly program: Program;
  readonly infrastructure: InfrastructureFacts;
  readonly declared: readonly ScheduleFile[];
  /** Every path of the repository. */
  readonly paths: readonly string[];
  /** What a reader finds in each Python file that it wants: as it was kept, unless something changed that it hangs on. */
  readonly perUnit: (reader: string, wanted: (unit: Unit) => boolean, read: (unit: Unit) => ReadSchedules) => ReadSchedules;
};
/** `made`: the way that it was made, where others of its file may be made another way. */
export type ReadTask = ScheduledTask & { readonly made?: Way };
export type ReadSchedule = Omit<Schedule, 'tasks'> & { readonly tasks: readonly ReadTask[] };
export type ReadSchedules = { readonly schedules: readonly ReadSchedule[]; readonly unresolved: readonly Unresolved[] };
export type ScheduleReader = {
  /** Whether a Python file's text may hold a schedule of this platform, so that it is worth parsing: it has one of the words, and the needle. */
  readonly needle?: RegExp;
  readonly words?: readonly string[];
  /** Whether another file may: by its name, then by a cheap look at its text. */
  readonly named?: RegExp;
  readonly tells?: (path: string, text: string) => boolean;
  readonly read: (files: ScheduleFiles) => ReadSchedules;
};

/** Files of one reader, each read alone. */
export function readEach(
  { named, tells }: Pick<ScheduleReader, 'named' | 'tells'>,
  read: (file: ScheduleFile) => readonly ReadSchedule[],
): ScheduleReader['read'] {
  return ({ declared }) =>
    readAlone(
      declared.filter(({ path, text }) => named?.test(path) && tells?.(path, text)),
      (file) => withHoles(read(file)),
    );
}

export function withHoles(schedules: readonly ReadSchedule[]): ReadSchedules {
  return { schedules, unresolved: holesOf(schedules) };
}

/** Each file by itself: one that cannot be read is named, and takes no other with it. */
export function readAlone<T extends { readonly path: string }>(files: readonly T[], read: (file: T) => ReadSchedules): ReadSchedules {
  const all = files.map((file) => unlessFault(file.path, () => read(file)));
  return {
    schedules: all.flatMap((one) => ('fault' in one ? [] : one.value.schedules)),
    unresolved: all.flatMap((one) => ('fault' in one ? [one.fault] : one.value.unresolved)),
  };
}

/** Schedules of which a part is not known. */
function holesOf(schedules: readonly ReadSchedule[]): readonly Unresolved[] {
  return schedules.flatMap(({ file, line, scheduleAsWritten: text }) =>
    text !== null && /\{\w*\}/.test(text) ? [{ file, line, reason: 'dynamic-schedule' as const, text }] : [],
  );
}
