/** §4.1 What one link step shares while it follows sites outwards: what is worked out once, and what is left out and said. */
import type { Unresolved } from '../../src/core/facts.js';
import type { Call } from '../python/facts.js';
import type { Paid } from '../targets/paid.js';
import type { CallSite, DefRef, Program } from '../targets/program.js';
import type { Value } from '../targets/values.js';

/** `sinks` gathers the names of defs and classes whose callers decide a target. */
export type Linking = {
  readonly program: Program;
  readonly sinks: Set<string>;
  /** What was left out of the sites of a file, by its text. */
  readonly leftOut: Map<string, Unresolved>;
  readonly callers: Map<string, Paid<Callers>>;
  readonly subclasses: Map<string, Paid<readonly DefRef[]>>;
  /** What is called at a place that knows nothing of its own callers, by the call and the step. */
  readonly callees: Map<Call, Map<number, Paid<readonly Value[]>>>;
};
export type Callers = { readonly names: readonly string[]; readonly sites: readonly CallSite[] };

export function leaveOut({ leftOut }: Linking, row: Unresolved): void {
  leftOut.set(`${row.file}:${row.line} ${row.text}`, row);
}

/** The first of them, and a row that says so where there are more. */
export function firstOf<T>(
  linking: Linking,
  all: readonly T[],
  most: number,
  { of, what }: { readonly of: DefRef; readonly what: string },
): readonly T[] {
  if (all.length <= most) return all;
  const { name = '', line = 1 } = of.unit.facts.scopes[of.scope] ?? {};
  const text = `${name} has ${all.length} ${what}, of which ${most} were followed`;
  leaveOut(linking, { file: of.unit.path, line, reason: 'too-many-values', text });
  return all.slice(0, most);
}
