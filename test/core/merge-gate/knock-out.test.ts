/** §8.3 unknown is no: what becomes of the gate when any part of what it reads is lost, or other than it was. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideGate } from '../../../src/core/merge-gate/decide.js';
import { CONDITIONS, evaluateGate } from '../../../src/core/merge-gate/evaluate.js';
import type { PullRequestSnapshot } from '../../../src/core/merge-gate/snapshot.js';
import { VERDICT_STATES, type Verdict } from '../../../src/core/merge-gate/verdict.js';
import { checklistRows } from './checklist.rows.js';
import { clockRows } from './clock.rows.js';
import { differingPieces, type KnockOut, knockOuts, pieceOf } from './knock-out.js';
import { ourRows } from './ours.rows.js';
import { approved, type Gate, NOW, passing } from './passing-gate.js';
import { peopleRows } from './people.rows.js';
import { policyRows } from './policy.rows.js';
import { pullRequestRows } from './pull-request.rows.js';
import { ruleRows } from './rules.rows.js';

function verdictsOf({ snapshot, ledger }: Gate): readonly Verdict[] {
  return evaluateGate(snapshot, ledger);
}
const goes = (gate: Gate) => decideGate(verdictsOf(gate), 'merge', gate.ledger.now).kind === 'go';

/** Each run judges a whole pull request; `GATE_RUNS` looks longer. */
const RUNS = Number(process.env.GATE_RUNS ?? 100);

/** What may be lost or changed without a word, and why that is no hole. Everything else stops the merge. */
const HARMLESS: readonly (readonly [parts: readonly string[], why: string])[] = [
  [['at changed'], 'how old a snapshot may be is judged where it is used'],
  [
    ['repository.name changed', 'pullRequest.nodeId changed', 'pullRequest.url changed', 'pullRequest.author.login changed'],
    'names for people',
  ],
  [['repository.isPrivate flipped'], 'says who may object, and nobody does'],
  [['repository.methods.1 dropped', 'repository.methods.1 changed'], 'a method that is not used'],
  [['pullRequest.labels.0 dropped', 'pullRequest.labels.0 changed'], 'a label that holds nothing'],
  [['base.head changed', 'base.tree changed'], 'the base may move; whether its inputs did is asked in the ledger'],
  [
    ['commits.value.0.tree changed', 'commits.value.0.parents.0 dropped', 'commits.value.0.parents.0 changed'],
    'the recorded SHA of the head binds its history',
  ],
  [[0, 1, 2].map((index) => `changes.value.${index}.sha changed`), 'the content itself is compared'],
  [['checks.value.1 dropped', 'checks.value.1.name changed', 'checks.value.1.appId changed'], 'our own check is no evidence'],
  [['rules.value.requiredChecks.0 dropped'], 'the check is there and passed; that a list is whole, its reader vouches for'],
  [
    ['upToDate', 'dropsApprovals', 'conversations', 'signatures', 'mergeQueue', 'bypass'].map((rule) => `rules.value.${rule} flipped`),
    'a rule more, and it is met',
  ],
];

/** Where a person decides, and so the clock does not. */
const HARMLESS_WHEN_APPROVED: typeof HARMLESS = [
  [['pullRequest.openedAt changed'], 'no clock runs'],
  [['commits.value.0.verified flipped'], 'no rule asks for it'],
  [
    ['reviews.value.0.id changed', 'reviews.value.0.by.id changed', 'reviews.value.0.by.login changed', 'reviews.value.0.text changed'],
    'another person with write who approves this head',
  ],
];

describe.each([
  ['by the clock', passing(), HARMLESS],
  ['by an approval', approved(passing()), [...HARMLESS, ...HARMLESS_WHEN_APPROVED]],
] as const)('a pull request that merges %s', (_, gate, harmless) => {
  test('stops for every single part that is lost or changed, but for those that are listed', () => {
    const ignored = knockOuts(gate.snapshot).filter(({ snapshot }) => goes({ ...gate, snapshot: snapshot() }));
    expect(ignored.map(({ path, how }) => `${path} ${how}`).sort()).toEqual(harmless.flatMap(([parts]) => parts).sort());
  });
});

/** Gates that do not go, as the rows say, each with the pieces that make it stop. */
const stopped = [...checklistRows, ...ourRows, ...pullRequestRows, ...clockRows, ...peopleRows, ...ruleRows, ...policyRows]
  .filter(({ state, also }) => state !== 'pass' || Object.keys(also).length > 0)
  .map(({ about, says, change }) => ({ says: `${about}: ${says}`, gate: change(passing()) }))
  .map(({ says, gate }) => ({ says, gate, because: differingPieces(passing().snapshot, gate.snapshot) }));
/** By its place, so that a counterexample prints a number and not a whole pull request; the message names the row. */
const aStopped = fc.nat({ max: stopped.length - 1 });

/** The rules, and whether the repository is private (and so whose objection counts), are demands: without one there is less to meet. */
function isFact({ path }: KnockOut): boolean {
  return path !== 'repository.isPrivate' && !path.startsWith('rules.value');
}

test('no fact that is lost or changed beside it lets go what stops', () => {
  fc.assert(
    fc.property(aStopped, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), (index, picks) => {
      const row = stopped[index];
      if (!row) return;
      const changed = picks.reduce<{ readonly snapshot: PullRequestSnapshot; readonly what: readonly string[] }>(
        ({ snapshot, what }, pick) => {
          const parts = knockOuts(snapshot).filter((part) => isFact(part) && !row.because.has(pieceOf(part.path)));
          const part = parts[pick % parts.length];
          return part ? { snapshot: part.snapshot(), what: [...what, `${part.path} ${part.how}`] } : { snapshot, what };
        },
        { snapshot: row.gate.snapshot, what: [] },
      );
      expect(goes({ ...row.gate, snapshot: changed.snapshot }), `${row.says} with ${changed.what.join(', ')}`).toBe(false);
    }),
    { numRuns: RUNS },
  );
});

test('nothing that cannot be read lets go what stops, whatever it is', () => {
  fc.assert(
    fc.property(aStopped, fc.nat(), (index, pick) => {
      const row = stopped[index];
      if (!row) return;
      const unread = knockOuts(row.gate.snapshot).filter(({ how }) => how === 'unread');
      const part = unread[pick % unread.length];
      expect(part).toBeDefined();
      if (part) expect(goes({ ...row.gate, snapshot: part.snapshot() }), `${row.says} without ${part.path}`).toBe(false);
    }),
    { numRuns: RUNS },
  );
});

test('it goes exactly when there is a verdict for every condition, and all of them pass', () => {
  const verdict = fc.record({ state: fc.constantFrom(...VERDICT_STATES), isThere: fc.boolean(), passes: fc.double({ min: 0, max: 1 }) });
  const faults = fc.array(fc.record({ at: fc.nat({ max: CONDITIONS.length - 1 }), verdict }), { maxLength: 3 });
  fc.assert(
    fc.property(faults, fc.boolean(), (broken, signing) => {
      const verdicts = CONDITIONS.flatMap(({ id, condition }, index): readonly Verdict[] => {
        const fault = broken.find(({ at }) => at === index)?.verdict;
        return fault?.isThere === false ? [] : [{ id, condition, state: fault?.state ?? 'pass', seen: 'made up' }];
      });
      const asked = CONDITIONS.filter(({ afterSigning }) => !signing || afterSigning !== true);
      const holds = asked.every(({ id }) => verdicts.some((each) => each.id === id && each.state === 'pass'));
      expect(decideGate(verdicts, signing ? 'sign' : 'merge', NOW).kind === 'go').toBe(holds);
    }),
  );
});
