/** What one file could not say: an `Unresolved` row before anybody knows the file's path. */
import type { Unresolved } from '../src/core/facts.js';

export type Flaw = Omit<Unresolved, 'file'>;

/** Tried again the file may say more: the clock ended it, and the machine may have been busy; or the scanner failed, maybe for want of memory. */
export function mayPass({ reason }: Pick<Flaw, 'reason'>): boolean {
  return reason === 'parse-timeout' || reason === 'scan-fault';
}

export function placed(file: string, flaws: readonly Flaw[]): Unresolved[] {
  return flaws.map(({ reason, line, text }) => ({ file, line, reason, text }));
}
