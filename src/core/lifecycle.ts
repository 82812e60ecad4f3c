/**
 * §3.1, §10 and decision 0001: the life of a bootstrap as one table, and `advance()`, which never changes.
 * Picture (docs/lifecycle.md), tests and later the Step Functions definition are made from the table.
 */
import type { BootstrapRecord } from './artifacts/bootstrap-record.js';
import { POLICY_ATTEMPTS, PROFILE_ROUNDS, PROFILING_RETRIES } from './numbers.js';
import type { BootstrapState } from './vocabulary.js';

/** What a worker is asked to do; each is a flow of `src/flows`, found by `src/engine/commands.ts`. */
export const COMMANDS = [
  'register',
  'take-profiling-slot',
  'profile',
  'retry-profiling',
  'propose',
  'await-approval',
  'regenerate',
  'sign',
  'merge',
  'certify',
  'await-gold',
] as const;
export type Command = (typeof COMMANDS)[number];

export const LIFECYCLE_EVENTS = [
  'registered',
  'slot-taken',
  'profiled',
  'profiling-failed',
  'profiling-retried',
  'proposed',
  'approved',
  'rejected',
  'declined',
  'signed',
  'merged',
  'head-moved',
  'held',
  'outdated',
  'schema-changed',
  'certified',
  'gold-missing',
  'gold-appeared',
  'expired',
  'gave-up',
  'cancelled',
  'retried',
  'reopened',
  'rolled-back',
  'rollback-done',
] as const;
export type LifecycleEvent = (typeof LIFECYCLE_EVENTS)[number];

export type Counter = keyof NonNullable<BootstrapRecord['counters']>;
export type Edge = {
  readonly to: BootstrapState;
  readonly run?: Command;
  /** The edge is open while the counter is below `max`; taking it adds one. */
  readonly counts?: { readonly counter: Counter; readonly max: number };
  /** Taken instead when the counter is used up. */
  readonly else?: BootstrapState;
  /** Counters that begin again: a person's retry, or a new round, must not inherit what was used up before. */
  readonly resets?: readonly Counter[];
};
export type Row = Partial<Record<LifecycleEvent, Edge>>;

/** §10.1 every state that has not ended can be cancelled, and can end with a person. */
const ends: Row = { cancelled: { to: 'CANCELLED' }, 'gave-up': { to: 'ESCALATED' } };
/** §10.1 the schema that was profiled must be the one that is certified, whenever the difference shows. */
const profileAgain: Row = {
  'schema-changed': {
    to: 'PROFILING_QUEUED',
    run: 'take-profiling-slot',
    counts: { counter: 'profile_rounds', max: PROFILE_ROUNDS },
    else: 'ESCALATED',
    resets: ['profiling_retries'],
  },
};
/** The proposal no longer says what follows from the code, its base or our own words: it is made again and the branch moved. */
const proposeAgain: Row = { outdated: { to: 'PROFILED', run: 'propose' } };
/** An objection counts as `held`: what was approved is looked at again. */
const backToReview: Row = {
  'head-moved': { to: 'POLICY_PENDING', run: 'await-approval' },
  held: { to: 'POLICY_PENDING', run: 'await-approval' },
};
/** The pull request was closed without a merge; `reopened` resumes it. */
const closable: Row = { declined: { to: 'CANCELLED' } };
/** §10.2 from the merge on there is something to take back. */
const revertible: Row = { 'rolled-back': { to: 'ROLLING_BACK' } };
/** From the first step, since every step can be repeated: what is done already is found done. */
const afresh: Row = {
  retried: { to: 'REGISTERED', run: 'register', resets: ['profiling_retries', 'policy_attempts', 'profile_rounds'] },
};

export const TRANSITIONS: Readonly<Record<BootstrapState, Row>> = {
  REGISTERED: { registered: { to: 'PROFILING_QUEUED', run: 'take-profiling-slot' }, ...ends },
  PROFILING_QUEUED: { 'slot-taken': { to: 'PROFILING', run: 'profile' }, expired: { to: 'ESCALATED' }, ...ends },
  PROFILING: {
    profiled: { to: 'PROFILED', run: 'propose' },
    'profiling-failed': { to: 'PROFILING_FAILED', run: 'retry-profiling' },
    ...ends,
  },
  PROFILING_FAILED: {
    'profiling-retried': {
      to: 'PROFILING_QUEUED',
      run: 'take-profiling-slot',
      counts: { counter: 'profiling_retries', max: PROFILING_RETRIES },
      else: 'ESCALATED',
    },
    ...ends,
  },
  PROFILED: { proposed: { to: 'POLICY_PENDING', run: 'await-approval' }, ...profileAgain, ...ends },
  POLICY_PENDING: {
    approved: { to: 'POLICY_APPROVED', run: 'sign' },
    // Counted here and not after the work: the last rejection must not cost another draft that nobody will see.
    rejected: {
      to: 'POLICY_REJECTED',
      run: 'regenerate',
      counts: { counter: 'policy_attempts', max: POLICY_ATTEMPTS - 1 },
      else: 'ESCALATED',
    },
    expired: { to: 'ESCALATED' },
    ...closable,
    ...proposeAgain,
    ...profileAgain,
    ...ends,
  },
  POLICY_REJECTED: { proposed: { to: 'POLICY_PENDING', run: 'await-approval' }, ...closable, ...profileAgain, ...ends },
  POLICY_APPROVED: {
    signed: { to: 'POLICY_SIGNED', run: 'merge' },
    ...backToReview,
    ...closable,
    ...proposeAgain,
    ...profileAgain,
    ...ends,
  },
  POLICY_SIGNED: { merged: { to: 'CERTIFYING', run: 'certify' }, ...backToReview, ...closable, ...proposeAgain, ...profileAgain, ...ends },
  CERTIFYING: {
    certified: { to: 'SIGNAL_READY' },
    'gold-missing': { to: 'CERT_DEFERRED', run: 'await-gold' },
    ...profileAgain,
    ...revertible,
    ...ends,
  },
  CERT_DEFERRED: {
    'gold-appeared': { to: 'CERTIFYING', run: 'certify' },
    expired: { to: 'ESCALATED' },
    ...profileAgain,
    ...revertible,
    ...ends,
  },
  SIGNAL_READY: { ...revertible },
  ESCALATED: { ...afresh, ...revertible, cancelled: { to: 'CANCELLED' } },
  CANCELLED: { ...afresh, reopened: { to: 'POLICY_PENDING', run: 'await-approval' } },
  ROLLING_BACK: { 'rollback-done': { to: 'ROLLED_BACK' }, ...ends },
  ROLLED_BACK: { ...afresh },
};

/** States in which a bootstrap has ended; only a person's word leads out of them. */
export const TERMINAL_STATES: readonly BootstrapState[] = ['SIGNAL_READY', 'CANCELLED', 'ROLLED_BACK'];

/** Ended with nothing in force: the urn is free, and no pull request of it is ours any more. */
export const WITHDRAWN_STATES: readonly BootstrapState[] = ['CANCELLED', 'ROLLED_BACK'];

/** A proposal is being made or stands open: later ones keep what was merged. */
export const BEFORE_MERGE_STATES: readonly BootstrapState[] = [
  'REGISTERED',
  'PROFILING_QUEUED',
  'PROFILING',
  'PROFILING_FAILED',
  'PROFILED',
  'POLICY_PENDING',
  'POLICY_REJECTED',
  'POLICY_APPROVED',
  'POLICY_SIGNED',
];

/** A proposal may be signed or merged; in all others it is not made, is made anew, or has ended. */
export const AWAITING_MERGE_STATES: readonly BootstrapState[] = ['POLICY_PENDING', 'POLICY_APPROVED', 'POLICY_SIGNED'];

/** An approval was heard, and nothing has taken it back. */
export const AFTER_APPROVAL_STATES: readonly BootstrapState[] = [
  'POLICY_APPROVED',
  'POLICY_SIGNED',
  'CERTIFYING',
  'CERT_DEFERRED',
  'SIGNAL_READY',
];

/**
 * Whether its pull request stands open: also while it is profiled or drafted again, when the pull request stays where it is. Not
 * one that was given up: nobody of ours looks at it, so that we would not see it closed and would count it for ever.
 */
export function hasOpenPullRequest({ current_step, pull_request }: Pick<BootstrapRecord, 'current_step' | 'pull_request'>): boolean {
  return pull_request?.number !== undefined && pull_request.merged_as === undefined && BEFORE_MERGE_STATES.includes(current_step);
}

export type Advanced =
  | {
      readonly kind: 'moved';
      readonly to: BootstrapState;
      readonly run?: Command;
      readonly counters: NonNullable<BootstrapRecord['counters']>;
      /** Set when a used-up counter led elsewhere. */
      readonly because?: string;
    }
  | { readonly kind: 'refused'; readonly because: string };

export const NO_COUNTS: NonNullable<BootstrapRecord['counters']> = { profiling_retries: 0, policy_attempts: 0, profile_rounds: 0 };

/** One step along the table: the next state and what to run there, or why the event has no edge from here. */
export function advance(record: Pick<BootstrapRecord, 'current_step' | 'counters'>, event: LifecycleEvent): Advanced {
  const counters = record.counters ?? NO_COUNTS;
  const edge = TRANSITIONS[record.current_step][event];
  if (!edge) return { kind: 'refused', because: `${event} leads nowhere from ${record.current_step}` };
  const run = edge.run ? { run: edge.run } : {};
  const renewed = { ...counters, ...Object.fromEntries((edge.resets ?? []).map((counter) => [counter, 0])) };
  if (!edge.counts) return { kind: 'moved', to: edge.to, counters: renewed, ...run };
  const { counter, max } = edge.counts;
  if (counters[counter] >= max) {
    const because = `${event} after ${counters[counter]} of ${max} (${counter}): a person has to look`;
    return { kind: 'moved', to: edge.else ?? 'ESCALATED', counters, because };
  }
  return { kind: 'moved', to: edge.to, counters: { ...renewed, [counter]: counters[counter] + 1 }, ...run };
}

/** The one command that runs in a state; undefined where nothing runs. */
export function commandOf(state: BootstrapState): Command | undefined {
  if (state === 'REGISTERED') return 'register';
  const entering = Object.values(TRANSITIONS).flatMap((row) => Object.values(row));
  return entering.find((edge) => edge.to === state)?.run;
}
