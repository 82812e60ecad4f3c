/** §4.1 The platforms whose schedules are read, each by its own reader; a new one is a line here. */
import type { Platform } from '../../src/core/vocabulary.js';
import { airflow } from './airflow/index.js';
import { readAwsSchedules } from './aws.js';
import type { ReadSchedules, ScheduleFiles, ScheduleReader } from './reader.js';

export const SCHEDULE_READERS = { airflow } as const satisfies Partial<Record<Platform, ScheduleReader>>;

export function readSchedules(files: ScheduleFiles): ReadSchedules {
  const read = [...Object.values(SCHEDULE_READERS).map((reader) => reader.read(files)), readAwsSchedules(files)];
  return { schedules: read.flatMap(({ schedules }) => schedules), unresolved: read.flatMap(({ unresolved }) => unresolved) };
}

export function mayHoldSchedule(latin1: string): boolean {
  return Object.values(SCHEDULE_READERS).some(({ needle }) => needle.test(latin1));
}
