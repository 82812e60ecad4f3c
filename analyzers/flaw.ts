/** What one file could not say: an `Unresolved` row before anybody knows the file's path. */
import type { Unresolved } from '../src/core/facts.js';

export type Flaw = Omit<Unresolved, 'file'>;

export function placed(file: string, flaws: readonly Flaw[]): Unresolved[] {
  return flaws.map(({ reason, line, text }) => ({ file, line, reason, text }));
}
