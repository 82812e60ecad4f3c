/** §14.4 what somebody is told who asks where a dataset stands. */
import { describe, expect, it } from 'vitest';
import { afterMergeWords, answered, holdAnswer, resumeAnswer, statusAnswer } from '../../generators/answers.js';
import type { BootstrapRecord } from '../../src/core/artifacts/bootstrap-record.js';
import { BOOTSTRAP_STATES } from '../../src/core/vocabulary.js';

const SHA = 'a'.repeat(40);
const AT = '2026-11-24T14:05:00Z';

function record(
  change: Partial<BootstrapRecord> = {},
  request: Partial<NonNullable<BootstrapRecord['pull_request']>> = {},
): BootstrapRecord {
  return {
    dataset_urn: 'ds://gold/orders',
    bootstrap_id: 'boot-2026-11-24-001',
    tier: 'TIER_3',
    current_step: 'POLICY_PENDING',
    started_at: AT,
    steps: {
      registration: { status: 'COMPLETED' },
      profiling: { status: 'COMPLETED' },
      policy_config: { status: 'PENDING_APPROVAL' },
      certification_init: { status: 'NOT_STARTED' },
    },
    enforcement_model: 'post_write',
    runtime_detected: 'spark',
    pull_request: {
      branch: 'autopilot/gold/orders',
      head: SHA,
      base_sha: SHA,
      tree: SHA,
      written: [SHA],
      judged_digest: 'x',
      inputs_digest: 'x',
      opened_at: AT,
      content_changed_at: AT,
      approvals: [],
      number: 5,
      ...request,
    },
    ...change,
  };
}

describe('the status', () => {
  it.each([
    [
      'what it waits for, and until when',
      record({ reason: `due at ${AT}` }),
      '(Tier-3) is proposed and not merged yet (#5): due at Tue 24 Nov 2026, 14:05 UTC.',
    ],
    [
      'who holds it, rather than the clock',
      record({ reason: 'due' }, { hold: { by: 'ana', at: AT } }),
      '(#5): held by ana since Tue 24 Nov 2026, 14:05 UTC.',
    ],
    [
      'no hold of what is merged',
      record({ current_step: 'SIGNAL_READY' }, { hold: { by: 'ana', at: AT }, merged_as: SHA }),
      'is signal-ready: merged, signed and certified (#5).',
    ],
    ['what others wrote as letters', record({ reason: 'see @acme/all <img>' }), 'see @&#8203;acme/all &lt;img&gt;.'],
  ])('says %s', (_, one, expected) => {
    expect(statusAnswer([one]).split('\n')[0]).toContain(expected);
  });

  it('has words for every state', () => {
    for (const current_step of BOOTSTRAP_STATES) expect(statusAnswer([record({ current_step })])).toMatch(/\(Tier-3\) [a-z].+\(#5\)\./);
  });

  it('shows forty lines, counts the others, and leads to the gate', () => {
    const lines = statusAnswer(Array.from({ length: 43 }, () => record())).split('\n');
    expect(lines.slice(39, 42)).toEqual([expect.stringContaining('ds://gold/orders'), '- and 3 more', '']);
    expect(lines.at(-1)).toContain('`autopilot/gate`');
  });

  it('says what to do where nothing is known', () => {
    expect(statusAnswer([])).toContain('`/autopilot rescan` looks again');
  });
});

describe('what a resume came to', () => {
  it('names what still stands against it, and what ends that', () => {
    const seen = 'ben said something at 2026-11-24T14:05:00Z';
    const said = resumeAnswer([{ id: 'comments/answered', condition: 'No comment waits for an answer', state: 'block', seen }]);
    expect(said).toContain(
      'ben said something at Tue 24 Nov 2026, 14:05 UTC. *To do:* its author, or somebody with write, says `/autopilot proceed`',
    );
    expect(said).not.toContain('Resumed.');
    expect(resumeAnswer([])).toBe('Resumed. The waiting time starts again from when you said that.');
  });
});

describe('what a hold came to', () => {
  it.each([
    [{ kind: 'not-queued' }, /^Held\. Nothing is signed or merged/],
    [{ kind: 'left' }, /^Held, and taken out of the merge queue\./],
    [{ kind: 'merged' }, /^It is merged already.*\*Revert\*/],
    [{ kind: 'refused', because: 'GitHub answered 422: <no>' }, /still stands in the merge queue.*422: &lt;no&gt;.*Remove from queue/],
  ] as const)('%o', (left, words) => {
    expect(holdAnswer(left)).toMatch(words);
  });
});

it('says after a merge what was objected, to whom, and what to do', () => {
  const words = afterMergeWords({
    urn: 'ds://gold/orders',
    because: `it was merged although <b>ana</b> had requested changes at ${AT}`,
    owners: ['@acme/data', '@everyone is asked', 'ben'],
    merge: SHA,
  });
  expect(words).toMatch(/^@acme\/data @ben: \*\*please look at this\.\*\*/);
  expect(words).not.toMatch(/@everyone|<b>/);
  expect(words).toContain('Tue 24 Nov 2026, 14:05 UTC');
  expect(words).toContain(`git revert -m 1 ${SHA}`);
  expect(words).toContain('sf bootstrap retry --urn ds://gold/orders');
});

it('names the command and who gave it', () => {
  expect(answered('ana', 'status', 'fine')).toBe('`/autopilot status` of `ana`:\n\nfine');
});
