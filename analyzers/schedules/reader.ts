/** §4.1 What a reader of one platform gets and gives. */
import type { Schedule, Unresolved } from '../../src/core/facts.js';
import type { InfrastructureFacts } from '../infrastructure/facts.js';
import type { Program } from '../targets/program.js';

export type ScheduleFiles = { readonly program: Program; readonly infrastructure: InfrastructureFacts };
export type ReadSchedules = { readonly schedules: readonly Schedule[]; readonly unresolved: readonly Unresolved[] };
export type ScheduleReader = {
  /** Whether a Python file's text may hold a schedule of this platform, so that it is worth parsing. */
  readonly needle: RegExp;
  readonly read: (files: ScheduleFiles) => ReadSchedules;
};
