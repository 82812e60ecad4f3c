/** Where a value comes from: a place in a repository, or a decision that says why. */
import * as z from 'zod';

/** 1-based line in a file of a repository, path from its root. */
export const SourceRef = z.strictObject({ file: z.string().min(1), line: z.int().min(1) });
export type SourceRef = z.infer<typeof SourceRef>;

/** As people write it; equal where the places are. */
export function printPlace({ file, line }: SourceRef): string {
  return `${file}:${line}`;
}

/**
 * What was chosen, by which rule, and the sentence a data engineer would say.
 * `rule` is stable (`area/reason`); `because` is printed as it is.
 */
export type Decision<T> = { readonly value: T; readonly rule: string; readonly because: string; readonly at?: SourceRef };

/** The time and the id of a run, handed in so that equal inputs give equal bytes. */
export type Stamp = { readonly now: string; readonly bootstrapId: string };
