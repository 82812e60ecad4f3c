/** §8.3 what follows from all verdicts together: the one thing to do, or when to look again and why. */
import { describe, expect, test } from 'vitest';
import { mergesItself } from '../../../src/core/decide/merge.js';
import { decideGate } from '../../../src/core/merge-gate/decide.js';
import { CONDITIONS } from '../../../src/core/merge-gate/evaluate.js';
import type { GateDecision, GatePhase, Verdict } from '../../../src/core/merge-gate/verdict.js';

const NOW = '2026-11-26T20:00:00Z';
const SOON = '2026-11-26T20:05:00Z';
const TOMORROW = '2026-11-27T20:00:00Z';
const LATER = '2026-11-29T08:00:00Z';
const IN_AN_HOUR = '2026-11-26T21:00:00Z';

type Open = Pick<Verdict, 'id' | 'state' | 'until'>;
const wait = (id: string, until?: string): Open => ({ id, state: 'wait', ...(until === undefined ? {} : { until }) });
const block = (id: string): Open => ({ id, state: 'block' });
const unknown = (id: string): Open => ({ id, state: 'unknown' });

function decided(open: readonly Open[], phase: GatePhase = 'merge'): GateDecision {
  const verdicts = CONDITIONS.map(({ id, condition }): Verdict => {
    const own = open.find((verdict) => verdict.id === id);
    return { id, condition, state: 'pass', ...own, seen: id };
  });
  return decideGate(verdicts, phase, NOW);
}

describe('it is looked at again', () => {
  test.each([
    ['when the waiting time is over', [wait('clock/due', LATER)], LATER, 'clock/due'],
    ['when the waiting time is over, though a check runs', [wait('checks/others'), wait('clock/due', LATER)], LATER, 'clock/due'],
    ['soon, where only something runs', [wait('checks/others')], SOON, 'checks/others'],
    ['soon, where something is not known', [unknown('rules/known'), wait('clock/due', LATER)], SOON, 'rules/known'],
    [
      'soon while the forge computes, and the clock is the reason',
      [unknown('merge/mergeable'), wait('clock/due', LATER)],
      SOON,
      'clock/due',
    ],
    ['soon while the forge computes', [unknown('merge/mergeable'), wait('checks/others')], SOON, 'merge/mergeable'],
    ['in a day, where somebody has to act', [block('hold/label'), wait('clock/due', LATER)], TOMORROW, 'hold/label'],
    ['earlier, where the waiting time is over before', [wait('clock/due', IN_AN_HOUR), block('hold/label')], IN_AN_HOUR, 'hold/label'],
    ['in a day, whatever else runs', [block('reviews/changes-requested'), wait('checks/others')], TOMORROW, 'reviews/changes-requested'],
    ['soon, when a time that was known has passed', [wait('clock/due', NOW)], SOON, 'clock/due'],
    ['with the first of several reasons', [block('threads/resolved'), block('hold/draft')], TOMORROW, 'hold/draft'],
  ] as const)('%s', (_, open, until, because) => {
    expect(decided(open)).toEqual({ kind: 'wait', until, because });
  });
});

describe('one thing to do', () => {
  test.each([
    ['a rebuild', [block('merge/state')], 'rebuild'],
    [
      'a rebuild, whatever the checks of the old head say',
      [block('merge/up-to-date'), block('checks/required'), wait('checks/any')],
      'rebuild',
    ],
    ['no rebuild while the clock runs', [block('merge/state'), wait('clock/due', LATER)], 'wait'],
    ['no rebuild while somebody objects', [block('merge/mergeable'), block('comments/answered')], 'wait'],
    ['no rebuild while something is not known', [block('merge/state'), unknown('threads/resolved')], 'wait'],
    ['no rebuild for a forge that cannot say', [unknown('merge/state')], 'wait'],
    [
      'words, though the clock runs and somebody holds it',
      [block('words/intact'), wait('clock/due', LATER), block('hold/command')],
      'restore-words',
    ],
    ['another proposal before other words', [block('words/intact'), block('base/inputs')], 'inputs-changed'],
    ['another profile before another proposal', [block('base/inputs'), block('schema/unchanged')], 'schema-changed'],
    ['nothing while the data is away', [wait('schema/unchanged')], 'wait'],
    ['nothing while a switch is on', [block('schema/unchanged'), block('switches/off')], 'wait'],
    ['nothing once the bootstrap ended', [block('base/inputs'), block('record/state')], 'wait'],
    ['nothing once it is closed', [block('words/intact'), block('pull-request/open')], 'wait'],
    ['nothing in a fork', [block('words/intact'), block('pull-request/no-fork')], 'wait'],
    ['nothing while the installation is not known', [block('merge/state'), unknown('forge/installation')], 'wait'],
    ['nothing on a branch that somebody pushed to', [block('base/inputs'), block('head/recorded')], 'wait'],
  ] as const)('%s', (_, open, kind) => {
    expect(decided(open).kind).toBe(kind);
  });
});

test('before signing the signature is not asked for, and after it is', () => {
  expect(decided([wait('signature/valid')], 'sign').kind).toBe('go');
  expect(decided([wait('signature/valid')], 'merge').kind).toBe('wait');
  expect(decided([block('bundle/in-force')], 'sign').kind).toBe('wait');
});

test('no verdicts are no go', () => {
  expect(decideGate([], 'merge', NOW)).toMatchObject({ kind: 'wait', until: SOON });
});

test('who presses the button', () => {
  const person = { kind: 'person', slaBusinessDays: 5, stagingReport: 'none' } as const;
  expect(mergesItself({ kind: 'auto', afterHours: 48 })).toBe(true);
  expect(mergesItself({ ...person, onApproval: true })).toBe(true);
  expect(mergesItself({ ...person, onApproval: false })).toBe(false);
});
