/**
 * §3.1, §10 and DESIGN 2: the life of a bootstrap as one table, and `advance()`, which never changes.
 * Picture (docs/lifecycle.md), tests and later the Step Functions definition are made from the table.
 */
import type { BootstrapRecord } from './artifacts/bootstrap-record.js';
import { POLICY_ATTEMPTS, PROFILING_RETRIES } from './numbers.js';
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
  'regenerated',
  'declined',
  'signed',
  'merged',
  'head-moved',
  'held',
  'schema-changed',
  'certified',
  'gold-missing',
  'gold-appeared',
  'expired',
  'gave-up',
  'cancelled',
  'retried',
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
};
type Row = Partial<Record<LifecycleEvent, Edge>>;

const ends: Row = { cancelled: { to: 'CANCELLED' }, 'gave-up': { to: 'ESCALATED' } };
const profileAgain: Edge = {
  to: 'PROFILING_QUEUED',
  run: 'take-profiling-slot',
  counts: { counter: 'profile_rounds', max: 3 },
  else: 'ESCALATED',
};
const backToReview: Edge = { to: 'POLICY_PENDING', run: 'await-approval' };

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
  PROFILED: { proposed: { to: 'POLICY_PENDING', run: 'await-approval' }, ...ends },
  POLICY_PENDING: {
    approved: { to: 'POLICY_APPROVED', run: 'sign' },
    rejected: { to: 'POLICY_REJECTED', run: 'regenerate' },
    declined: { to: 'CANCELLED' },
    expired: { to: 'ESCALATED' },
    ...ends,
  },
  POLICY_REJECTED: {
    regenerated: {
      to: 'POLICY_PENDING',
      run: 'await-approval',
      counts: { counter: 'policy_attempts', max: POLICY_ATTEMPTS },
      else: 'ESCALATED',
    },
    ...ends,
  },
  POLICY_APPROVED: { signed: { to: 'POLICY_SIGNED', run: 'merge' }, 'head-moved': backToReview, held: backToReview, ...ends },
  POLICY_SIGNED: {
    merged: { to: 'CERTIFYING', run: 'certify' },
    'head-moved': backToReview,
    held: backToReview,
    'schema-changed': profileAgain,
    ...ends,
  },
  CERTIFYING: {
    certified: { to: 'SIGNAL_READY' },
    'gold-missing': { to: 'CERT_DEFERRED', run: 'await-gold' },
    'schema-changed': profileAgain,
    ...ends,
  },
  CERT_DEFERRED: {
    'gold-appeared': { to: 'CERTIFYING', run: 'certify' },
    'schema-changed': profileAgain,
    expired: { to: 'ESCALATED' },
    ...ends,
  },
  SIGNAL_READY: { 'rolled-back': { to: 'ROLLING_BACK' } },
  ESCALATED: { retried: { to: 'PROFILING_QUEUED', run: 'take-profiling-slot' }, cancelled: { to: 'CANCELLED' } },
  CANCELLED: { retried: { to: 'PROFILING_QUEUED', run: 'take-profiling-slot' } },
  ROLLING_BACK: { 'rollback-done': { to: 'ROLLED_BACK' } },
  ROLLED_BACK: { retried: { to: 'PROFILING_QUEUED', run: 'take-profiling-slot' } },
};

export type Advanced =
  | {
      readonly kind: 'moved';
      readonly to: BootstrapState;
      readonly run?: Command;
      readonly counters: NonNullable<BootstrapRecord['counters']>;
    }
  | { readonly kind: 'refused'; readonly because: string };

export const NO_COUNTS: NonNullable<BootstrapRecord['counters']> = { profiling_retries: 0, policy_attempts: 0, profile_rounds: 0 };

/** One step along the table: the next state and what to run there, or why the event has no edge from here. */
export function advance(record: Pick<BootstrapRecord, 'current_step' | 'counters'>, event: LifecycleEvent): Advanced {
  const counters = record.counters ?? NO_COUNTS;
  const edge = TRANSITIONS[record.current_step][event];
  if (!edge) return { kind: 'refused', because: `${event} leads nowhere from ${record.current_step}` };
  const move = (to: BootstrapState, next: typeof counters, run?: Command): Advanced => ({
    kind: 'moved',
    to,
    counters: next,
    ...(run ? { run } : {}),
  });
  if (!edge.counts) return move(edge.to, counters, edge.run);
  const { counter, max } = edge.counts;
  if (counters[counter] >= max) return move(edge.else ?? 'ESCALATED', counters);
  return move(edge.to, { ...counters, [counter]: counters[counter] + 1 }, edge.run);
}

/** The one command that runs in a state; undefined where nothing runs. */
export function commandOf(state: BootstrapState): Command | undefined {
  if (state === 'REGISTERED') return 'register';
  const entering = Object.values(TRANSITIONS).flatMap((row) => Object.values(row));
  return entering.find((edge) => edge.to === state)?.run;
}
