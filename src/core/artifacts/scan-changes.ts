/** §14.2 `sf-changes/1`: what `sf scan --changed-since REF --format json` prints, field by field. */
import * as z from 'zod';
import { SourceRef } from '../evidence.js';
import { ScanReport } from './scan-report.js';

const { writes, reads, dbt, schedules, datasets, unresolved } = ScanReport.shape;

/** A field of the row (`storage.format`), as it was and as it is; absent where one of the two has none. */
const FieldChange = z.strictObject({ field: z.string(), before: z.unknown().optional(), after: z.unknown().optional() });

function changesOf<T extends z.ZodType>(row: T) {
  return z.strictObject({
    new: z.array(row),
    /** `row` as it is now; `because_of`: the changed files among those that it comes from. */
    changed: z.array(z.strictObject({ row, changes: z.array(FieldChange).min(1), because_of: z.array(z.string()) })),
    /** As they were. */
    gone: z.array(row),
  });
}

/** Rows of `sf-scan/1`; where that counts by index into its own writes, these name the places. */
const Task = schedules.element.shape.tasks.element.omit({ writes: true }).extend({ writes: z.array(SourceRef) });

export const ScanChanges = z.strictObject({
  schema: z.literal('sf-changes/1'),
  ref: z.string(),
  /** The commit in common with the reference. */
  since: z.string(),
  /** What is checked out; the folder may hold more than that. */
  commit: z.string().nullable(),
  files: z.array(
    z.strictObject({ path: z.string(), change: z.enum(['added', 'modified', 'deleted', 'renamed']), from: z.string().optional() }),
  ),
  datasets: changesOf(datasets.element.omit({ writes: true }).extend({ written_at: z.array(SourceRef) })),
  writes: changesOf(writes.element),
  reads: changesOf(reads.element),
  dbt: changesOf(dbt.element),
  schedules: changesOf(schedules.element.omit({ tasks: true }).extend({ tasks: z.array(Task) })),
  unresolved: changesOf(unresolved.element),
});
export type ScanChanges = z.infer<typeof ScanChanges>;
