/** A part of the snapshot: what was read, or why it was not. */
import type { Reading } from '../../core/merge-gate/snapshot.js';
import { ProblemError } from '../../core/problem.js';

/** A limit is no part's failure: it says when everything can be read, and is thrown on. */
export async function reading<T>(read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { ok: true, value: await read() };
  } catch (error) {
    if (!(error instanceof ProblemError) || error.until !== undefined) throw error;
    return { ok: false, because: error.problem.what };
  }
}

/** Thrown inside of a part that cannot be told whole. */
export function untold(what: string): ProblemError {
  return new ProblemError({ kind: 'world', what, remedy: 'Nothing is taken for granted about it.' });
}
