/** §4.1 What one link step shares while it follows sites outwards: what is worked out once, and what is left out and said. */
import type { Unresolved } from '../../src/core/facts.js';
import type { Call } from '../python/facts.js';
import type { Site } from '../runtimes/site.js';
import { type Holds, type Paid, stillHolding } from '../targets/paid.js';
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
  /** By what the method at their end was called on. */
  readonly reads: Map<Value | undefined, Reads>;
  /** Instances by where they are made: the same one is the same object whoever asks. */
  readonly instances: Map<string, Map<Call | undefined, Extract<Value, { kind: 'instance' }>>>;
};
/** The call, its caller, that one's caller …; `self` is what the method at the end was called on. */
export type Trail = { readonly calls: readonly CallSite[]; readonly self?: Value };
/** What trails say, each found from its first call outwards, by `stepKey`. */
export type Reads = Map<Call, Map<string, { read?: Paid<Read>; readonly further: Reads }>>;
/**
 * `unbound`: parameters and instances of which nothing was known; `isUnreached`: what one of the calls gives leads past the next;
 * `isOverridden`: on this `self` one of them calls another method.
 */
export type Read = {
  readonly sites: readonly Site[];
  readonly unbound: ReadonlySet<string>;
  readonly isUnreached?: true;
  readonly isOverridden?: true;
};
/** What all files of a link share, and the next link of the same scan goes on with. */
export type SharedLinking = Omit<Linking, 'sinks' | 'leftOut'>;
export type Callers = { readonly names: readonly string[]; readonly sites: readonly CallSite[] };

export function leaveOut({ leftOut }: Linking, row: Unresolved): void {
  leftOut.set(`${row.file}:${row.line} ${row.text}`, row);
}

/** `before`: of the link before, as far as it holds. */
export function newLinking(program: Program, before?: { readonly shared: SharedLinking; readonly holds: Holds }): SharedLinking {
  if (!before) return { program, callers: new Map(), subclasses: new Map(), reads: new Map(), instances: new Map() };
  const { shared, holds } = before;
  return {
    program,
    callers: stillHolding(shared.callers, holds),
    subclasses: stillHolding(shared.subclasses, holds),
    reads: new Map([...shared.reads].map(([self, reads]) => [self, readsHolding(reads, holds)])),
    instances: shared.instances,
  };
}

function readsHolding(reads: Reads, holds: Holds): Reads {
  const known = [...reads].map(([call, steps]) => {
    const kept = [...steps].map(([step, { read, further }]) => {
      const inner = readsHolding(further, holds);
      return [step, read && holds(read.needs) ? { read, further: inner } : { further: inner }] as const;
    });
    return [call, new Map(kept.filter(([, one]) => 'read' in one || one.further.size > 0))] as const;
  });
  return new Map(known.filter(([, steps]) => steps.size > 0));
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
