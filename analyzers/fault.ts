/** A fault of the scanner's own in one file: a row names it, and the other files are still read. */
import type { Unresolved } from '../src/core/facts.js';

const MAX_TEXT = 160;

/** What `work` gives, else the row that says of the file why it gave nothing. */
export function unlessFault<T>(file: string, work: () => T): { readonly value: T } | { readonly fault: Unresolved } {
  try {
    return { value: work() };
  } catch (error) {
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { fault: { file, line: 1, reason: 'scan-fault', text: `the scanner failed on this file: ${said}`.slice(0, MAX_TEXT) } };
  }
}
