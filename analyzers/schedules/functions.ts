/** §4.1 Functions that a platform calls: found by their decorator, and run as a task. */
import type { ScheduledTask } from '../../src/core/facts.js';
import type { Args } from '../python/facts.js';
import { decoratorCall } from '../targets/called-name.js';
import { type DefRef, scopeOf } from '../targets/program.js';

/** The call of the first decorator with one of these names. */
export function decoratedBy(of: DefRef, names: readonly string[]): { readonly args: Args; readonly line?: number } | undefined {
  for (const decorator of scopeOf(of)?.decorators ?? []) {
    const found = names.map((name) => decoratorCall(decorator, name)).find((one) => one !== undefined);
    if (found) return found;
  }
  return undefined;
}

/** A function as the task that runs it. */
export function taskOf(of: DefRef, id = scopeOf(of)?.name ?? ''): ScheduledTask {
  const { line = 1, endLine = 1 } = scopeOf(of) ?? {};
  return { id, line, runs: of.unit.path, lines: [line, endLine], writes: [] };
}
