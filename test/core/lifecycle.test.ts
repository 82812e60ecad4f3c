/** §3.1, §10.1 every edge of the life of a bootstrap, every refusal, and what the counters allow. */
import { describe, expect, test } from 'vitest';
import {
  AFTER_APPROVAL_STATES,
  AWAITING_MERGE_STATES,
  advance,
  BEFORE_MERGE_STATES,
  hasOpenPullRequest,
  LIFECYCLE_EVENTS,
  type LifecycleEvent,
  NO_COUNTS,
  TERMINAL_STATES,
  TRANSITIONS,
  WITHDRAWN_STATES,
} from '../../src/core/lifecycle.js';
import { BOOTSTRAP_STATES, type BootstrapState } from '../../src/core/vocabulary.js';

/** The table once more, written down by hand: what a change of the code must be read against. */
const EDGES: Readonly<Record<BootstrapState, string>> = {
  REGISTERED: 'registered>PROFILING_QUEUED cancelled>CANCELLED gave-up>ESCALATED',
  PROFILING_QUEUED: 'slot-taken>PROFILING expired>ESCALATED cancelled>CANCELLED gave-up>ESCALATED',
  PROFILING: 'profiled>PROFILED profiling-failed>PROFILING_FAILED cancelled>CANCELLED gave-up>ESCALATED',
  PROFILING_FAILED: 'profiling-retried>PROFILING_QUEUED cancelled>CANCELLED gave-up>ESCALATED',
  PROFILED: 'proposed>POLICY_PENDING schema-changed>PROFILING_QUEUED cancelled>CANCELLED gave-up>ESCALATED',
  POLICY_PENDING:
    'approved>POLICY_APPROVED rejected>POLICY_REJECTED declined>CANCELLED expired>ESCALATED outdated>PROFILED schema-changed>PROFILING_QUEUED cancelled>CANCELLED gave-up>ESCALATED',
  POLICY_REJECTED: 'proposed>POLICY_PENDING declined>CANCELLED schema-changed>PROFILING_QUEUED cancelled>CANCELLED gave-up>ESCALATED',
  POLICY_APPROVED:
    'signed>POLICY_SIGNED head-moved>POLICY_PENDING held>POLICY_PENDING declined>CANCELLED outdated>PROFILED schema-changed>PROFILING_QUEUED cancelled>CANCELLED gave-up>ESCALATED',
  POLICY_SIGNED:
    'merged>CERTIFYING head-moved>POLICY_PENDING held>POLICY_PENDING declined>CANCELLED outdated>PROFILED schema-changed>PROFILING_QUEUED cancelled>CANCELLED gave-up>ESCALATED',
  CERTIFYING:
    'certified>SIGNAL_READY gold-missing>CERT_DEFERRED schema-changed>PROFILING_QUEUED rolled-back>ROLLING_BACK cancelled>CANCELLED gave-up>ESCALATED',
  CERT_DEFERRED:
    'gold-appeared>CERTIFYING schema-changed>PROFILING_QUEUED expired>ESCALATED rolled-back>ROLLING_BACK cancelled>CANCELLED gave-up>ESCALATED',
  SIGNAL_READY: 'rolled-back>ROLLING_BACK',
  ESCALATED: 'retried>REGISTERED rolled-back>ROLLING_BACK cancelled>CANCELLED',
  CANCELLED: 'retried>REGISTERED reopened>POLICY_PENDING',
  ROLLING_BACK: 'rollback-done>ROLLED_BACK cancelled>CANCELLED gave-up>ESCALATED',
  ROLLED_BACK: 'retried>REGISTERED',
};
const edgesOf = (state: BootstrapState) => EDGES[state].split(' ').map((edge) => edge.split('>'));
const pairs = BOOTSTRAP_STATES.flatMap((state) => LIFECYCLE_EVENTS.map((event) => [state, event] as const));

describe('advance', () => {
  test.each(pairs)('%s on %s', (current_step, event) => {
    const to = edgesOf(current_step).find(([name]) => name === event)?.[1];
    const got = advance({ current_step }, event);
    if (to === undefined) expect(got).toEqual({ kind: 'refused', because: `${event} leads nowhere from ${current_step}` });
    else expect(got).toMatchObject({ kind: 'moved', to });
  });

  const walk = (start: BootstrapState, events: readonly LifecycleEvent[]) => {
    let at: { current_step: BootstrapState; counters: typeof NO_COUNTS } = { current_step: start, counters: NO_COUNTS };
    for (const event of events) {
      const got = advance(at, event);
      if (got.kind === 'refused') throw new Error(got.because);
      at = { current_step: got.to, counters: got.counters };
    }
    return at;
  };
  const failOnce = ['slot-taken', 'profiling-failed', 'profiling-retried'] as const;
  const toPending = ['slot-taken', 'profiled', 'proposed'] as const;

  test('§3.1 three retries are four runs of profiling', () => {
    const third = [...failOnce, ...failOnce, ...failOnce];
    expect(walk('PROFILING_QUEUED', third)).toEqual({ current_step: 'PROFILING_QUEUED', counters: { ...NO_COUNTS, profiling_retries: 3 } });
    expect(walk('PROFILING_QUEUED', [...third, ...failOnce]).current_step).toBe('ESCALATED');
  });

  test('§10.1 the third rejection is the last, and costs no fourth draft', () => {
    const again = ['rejected', 'proposed'] as const;
    expect(walk('POLICY_PENDING', [...again, ...again]).counters.policy_attempts).toBe(2);
    const third = advance(walk('POLICY_PENDING', [...again, ...again]), 'rejected');
    expect(third).toMatchObject({ kind: 'moved', to: 'ESCALATED', because: expect.stringContaining('2 of 2') });
    expect(third).not.toHaveProperty('run');
  });

  test('§10.1 three further rounds of profiling, each with its own retries, none at the cost of drafts', () => {
    const round = [...failOnce, ...toPending, 'schema-changed'] as const;
    const after = walk('PROFILING_QUEUED', [...round, ...round, ...round, ...toPending]);
    expect(after.counters).toEqual({ profiling_retries: 0, policy_attempts: 0, profile_rounds: 3 });
    expect(advance(after, 'schema-changed')).toMatchObject({ to: 'ESCALATED' });
  });

  test("a person's retry begins with fresh counters at the first step", () => {
    const counters = { profiling_retries: 3, policy_attempts: 2, profile_rounds: 3 };
    expect(advance({ current_step: 'ESCALATED', counters }, 'retried')).toEqual({
      kind: 'moved',
      to: 'REGISTERED',
      run: 'register',
      counters: NO_COUNTS,
    });
  });

  test('the happy path ends signal-ready', () => {
    const events = ['registered', ...toPending, 'approved', 'signed', 'merged', 'certified'] as const;
    expect(walk('REGISTERED', events)).toEqual({ current_step: 'SIGNAL_READY', counters: NO_COUNTS });
  });
});

describe('TRANSITIONS', () => {
  test('every state is reached from the first', () => {
    const reached = new Set<BootstrapState>(['REGISTERED']);
    for (const state of reached)
      for (const edge of Object.values(TRANSITIONS[state])) for (const to of [edge.to, edge.else]) if (to) reached.add(to);
    expect([...reached].sort()).toEqual([...BOOTSTRAP_STATES].sort());
  });

  test('every state that has not ended can be cancelled', () => {
    const open = BOOTSTRAP_STATES.filter((state) => !TERMINAL_STATES.includes(state));
    expect(open).toHaveLength(13);
    for (const state of open) expect([state, TRANSITIONS[state].cancelled?.to]).toEqual([state, 'CANCELLED']);
    for (const state of TERMINAL_STATES) expect([state, TRANSITIONS[state].cancelled]).toEqual([state, undefined]);
  });

  test('every event leads somewhere, and every counted edge says where it ends', () => {
    const rows = Object.values(TRANSITIONS);
    for (const event of LIFECYCLE_EVENTS) expect([event, rows.some((row) => row[event] !== undefined)]).toEqual([event, true]);
    for (const edge of rows.flatMap((row) => Object.values(row))) expect(edge.counts === undefined).toBe(edge.else === undefined);
  });
});

/** The states that are reached from `start` by edges of these events. */
function reachedBy(start: BootstrapState, isTaken: (event: LifecycleEvent) => boolean): readonly BootstrapState[] {
  const reached = new Set<BootstrapState>([start]);
  for (const state of reached)
    for (const event of LIFECYCLE_EVENTS) {
      const to = TRANSITIONS[state][event]?.to;
      if (to !== undefined && isTaken(event)) reached.add(to);
    }
  return [...reached].toSorted();
}

describe('the named sets are what the table says', () => {
  const gaveUp: readonly LifecycleEvent[] = ['gave-up', 'expired', 'cancelled', 'declined'];

  test('before the merge: all that is reached without it and without an end', () => {
    expect([...BEFORE_MERGE_STATES].toSorted()).toEqual(reachedBy('REGISTERED', (event) => event !== 'merged' && !gaveUp.includes(event)));
  });

  test('awaiting the merge: from the proposal on what leads to the merge alone', () => {
    expect([...AWAITING_MERGE_STATES].toSorted()).toEqual(
      reachedBy('POLICY_PENDING', (event) => event === 'approved' || event === 'signed'),
    );
  });

  test('after the approval: what follows while nothing takes it back', () => {
    const onwards: readonly LifecycleEvent[] = ['signed', 'merged', 'certified', 'gold-missing', 'gold-appeared'];
    expect([...AFTER_APPROVAL_STATES].toSorted()).toEqual(reachedBy('POLICY_APPROVED', (event) => onwards.includes(event)));
  });

  test('withdrawn: those that ended and can begin again', () => {
    expect(WITHDRAWN_STATES).toEqual(TERMINAL_STATES.filter((state) => TRANSITIONS[state].retried !== undefined));
  });

  test.each(BOOTSTRAP_STATES)('%s: a pull request stands open before the merge, whatever is made again meanwhile', (current_step) => {
    const sha = 'a'.repeat(40);
    const request = {
      ...{ branch: 'autopilot/x', head: sha, tree: sha, base_sha: sha, written: [sha], judged_digest: 'x', inputs_digest: 'x' },
      ...{ opened_at: '2026-02-15T08:00:00Z', content_changed_at: '2026-02-15T08:00:00Z', approvals: [] },
    };
    const isOpen = (more: object) => hasOpenPullRequest({ current_step, pull_request: { ...request, ...more } });
    // Given up: nobody of ours would see it closed.
    expect(isOpen({ number: 1 })).toBe(BEFORE_MERGE_STATES.includes(current_step));
    expect([isOpen({}), isOpen({ number: 1, merged_as: sha }), hasOpenPullRequest({ current_step })]).toEqual([false, false, false]);
  });
});
