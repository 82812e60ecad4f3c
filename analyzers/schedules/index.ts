/** §4.1 The platforms whose schedules are read, each by its own reader; a new one is a line here. */
import { type Changes, faultsOf, type Kept, perFile, valuesOf } from '../kept.js';
import { airflow } from './airflow/index.js';
import { crontab } from './crontab/index.js';
import { dagFactory } from './dag-factory/index.js';
import { dagster } from './dagster/index.js';
import { dataFactory } from './data-factory/index.js';
import { githubActions } from './github-actions/index.js';
import { gusty } from './gusty/index.js';
import { kubernetes } from './kubernetes/index.js';
import { prefect } from './prefect/index.js';
import type { ReadSchedules, ScheduleFiles, ScheduleReader } from './reader.js';
import { withStarted } from './started.js';
import { readTriggers } from './triggers.js';

const SCHEDULE_READERS: readonly ScheduleReader[] = [
  airflow,
  gusty,
  dagFactory,
  dagster,
  prefect,
  githubActions,
  kubernetes,
  dataFactory,
  crontab,
  { read: readTriggers },
];

/** By reader. */
export type KeptSchedules = ReadonlyMap<string, Kept<ReadSchedules>>;
export type ScheduleOptions = {
  /** Of an earlier reading of the same scan, and of the one of the scan before that corresponds to this one. */
  readonly before?: KeptSchedules | undefined;
  readonly former?: { readonly kept: KeptSchedules; readonly changes: Changes } | undefined;
};

export function readSchedules(
  files: Omit<ScheduleFiles, 'perUnit'>,
  { before, former }: ScheduleOptions = {},
): ReadSchedules & { readonly kept: KeptSchedules } {
  const kept = new Map<string, Kept<ReadSchedules>>();
  const perUnit: ScheduleFiles['perUnit'] = (reader, isWanted, read) => {
    const then = former?.kept.get(reader);
    const options = { before: before?.get(reader), former: then && former && { kept: then, changes: former.changes }, isWanted };
    const found = perFile(files.program, options, read);
    kept.set(reader, found);
    const all = valuesOf(found);
    return {
      schedules: all.flatMap(({ schedules }) => schedules),
      unresolved: [...all.flatMap(({ unresolved }) => unresolved), ...faultsOf(found)],
    };
  };
  const read = SCHEDULE_READERS.map((reader) => reader.read({ ...files, perUnit }));
  const schedules = withStarted(
    read.flatMap((one) => one.schedules),
    files.infrastructure.starts,
  );
  return { schedules, unresolved: read.flatMap(({ unresolved }) => unresolved), kept };
}

export function mayHoldSchedule(latin1: string): boolean {
  return SCHEDULE_READERS.some(({ needle, words = [] }) => needle && words.some((word) => latin1.includes(word)) && needle.test(latin1));
}

/** Whether a file that is no Python may hold schedules, by its name alone. */
export function isScheduleName(path: string): boolean {
  return SCHEDULE_READERS.some(({ named }) => named?.test(path));
}

export function mayTellOfSchedules(path: string, text: string): boolean {
  return SCHEDULE_READERS.some(({ named, tells }) => named?.test(path) && tells?.(path, text));
}
