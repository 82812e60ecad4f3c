/** §14.2 Where a value of the code came from, step by step; kept by the link step only where somebody asks for it. */
import type { SourceRef } from './evidence.js';

/** Why a hole is left. */
export const HOLE_REASONS = [
  'not-given',
  'placeholder',
  'job-argument',
  'command-line',
  'environment',
  'run-time',
  'read-at-run-time',
  'listed',
  'not-defined',
  'library',
  'not-followed',
  'not-an-expression',
  'no-return',
  'no-such-entry',
  'too-many',
  'too-far',
  'too-long',
] as const;
export type HoleReason = (typeof HOLE_REASONS)[number];

export type StepHow =
  | 'written'
  | 'constant'
  | 'variable'
  | 'attribute'
  | 'element'
  | 'entry'
  | 'setting'
  | 'composed'
  | 'imported'
  | 'argument'
  | 'default'
  | 'returned'
  | 'job-default'
  | 'environment-default'
  | 'job'
  | 'job-declared'
  | 'joined'
  | 'statement'
  | 'worked-out'
  | 'hole';

/** `name`: of the constant, parameter or function the step is about; `value`: what it is worth after the step, holes as `{name}`. */
export type Origin = {
  readonly how: StepHow;
  readonly name: string;
  readonly value: string;
  readonly at?: SourceRef;
  readonly from: readonly Origin[];
  /** Of a hole. */
  readonly why?: HoleReason;
};

/** A word of a site (its mode, its format, a partition column) with the call that says it. */
export type SaidWord = {
  readonly about: 'format' | 'mode' | 'partition_by';
  readonly value: string;
  readonly at: SourceRef;
  readonly origin?: Origin;
  /** The words it may be, where they are several. */
  readonly possible?: readonly string[];
  /** Not the site says it but the place that makes the table. */
  readonly byMaker?: true;
};

/** Why something that is written or read counts as no dataset: the word of the report, and what decided it. */
export type Verdict = { readonly why: string; readonly because: string };

/** How one read or write came to say what its row says. */
export type SiteExplanation = {
  readonly effect: 'write' | 'read';
  /** In the order of the row's targets. */
  readonly targets: readonly { readonly target: string; readonly origin?: Origin }[];
  readonly said: readonly SaidWord[];
  readonly verdict?: Verdict;
  /** From the call that reads or writes outwards to the place where the dataset is decided. */
  readonly calls: readonly SourceRef[];
  /** What the certainty starts from, and what was taken off for calls and for further targets. */
  readonly certainty: { readonly base: number; readonly forCalls: number; readonly forTargets: number };
};
