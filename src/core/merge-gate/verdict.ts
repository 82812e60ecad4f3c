/** §8.3 what each condition of the merge gate comes to, and what follows from all of them together. */

/** `wait`: time or a running thing will decide. `block`: only somebody's act can. `unknown`: it could not be seen, which is a no. */
export const VERDICT_STATES = ['pass', 'wait', 'block', 'unknown'] as const;
export type VerdictState = (typeof VERDICT_STATES)[number];

export type Verdict = {
  /** Stable, as in docs/merge-gate.md: `head/recorded`. */
  readonly id: string;
  /** The condition in a reader's words. */
  readonly condition: string;
  readonly state: VerdictState;
  /** The value that was seen, with its figure. */
  readonly seen: string;
  /** When `wait` can end by itself. */
  readonly until?: string;
  /** It holds by a person's approval of a person's commit: the branch is theirs, and nothing is pushed over it. */
  readonly adopted?: true;
};

/** `sign`: everything that must hold before the gateway signs. `merge`: that, and the signature, on the head that merges. */
export type GatePhase = 'sign' | 'merge';

export type GateDecision =
  | { readonly kind: 'go'; readonly because: string }
  /** Looked at again at `until`, or when something happens. */
  | { readonly kind: 'wait'; readonly until: string; readonly because: string }
  /** The base moved in a way that needs our commit made again on top of it. */
  | { readonly kind: 'rebuild'; readonly because: string }
  /** Somebody changed title or body: they are put back, and the clock starts again. */
  | { readonly kind: 'restore-words'; readonly because: string }
  /** What was proposed no longer follows from the code or the data. */
  | { readonly kind: 'inputs-changed'; readonly because: string }
  | { readonly kind: 'schema-changed'; readonly because: string };
