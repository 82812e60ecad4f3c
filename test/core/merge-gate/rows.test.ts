/** §8.3 the gate, row by row: what each condition comes to, that nothing else is open, and that only an empty list lets go. */
import { describe, expect, test } from 'vitest';
import { CONDITION_NAMES } from '../../../src/core/merge-gate/conditions/names.js';
import { decideGate } from '../../../src/core/merge-gate/decide.js';
import { CONDITIONS } from '../../../src/core/merge-gate/evaluate.js';
import type { Verdict, VerdictState } from '../../../src/core/merge-gate/verdict.js';
import { checklistRows, PARTLY_FAILED } from './checklist.rows.js';
import { clockRows } from './clock.rows.js';
import { evaluated } from './evaluated.js';
import { ourRows } from './ours.rows.js';
import { approved, passing } from './passing-gate.js';
import { peopleRows } from './people.rows.js';
import { policyRows } from './policy.rows.js';
import { pullRequestRows } from './pull-request.rows.js';
import type { Row } from './row.js';
import { ruleRows } from './rules.rows.js';

const tables: Readonly<Record<string, readonly Row[]>> = {
  'what has gone wrong elsewhere': checklistRows,
  'our own records': ourRows,
  'pull request and content': pullRequestRows,
  'clock and approval': clockRows,
  people: peopleRows,
  'checks and rules': ruleRows,
  policy: policyRows,
};
const rows = Object.values(tables).flat();

const openOf = (verdicts: readonly Verdict[]) =>
  Object.fromEntries(verdicts.filter(({ state }) => state !== 'pass').map(({ id, state }) => [id, state]));

describe.each(Object.entries(tables))('%s', (_, table) => {
  test.each(table.map((row) => [`${row.about}: ${row.says}`, row] as const))('%s', (_says, row) => {
    const gate = row.change(passing());
    const verdicts = evaluated(gate);
    const expected: Record<string, VerdictState> = { ...row.also, ...(row.state === 'pass' ? {} : { [row.about]: row.state }) };
    expect(openOf(verdicts)).toEqual(expected);
    expect(verdicts.find(({ id }) => id === row.about)?.seen).toContain(row.seen);
    expect(verdicts.map(({ seen }) => seen).join('\n')).not.toMatch(/undefined|NaN(?! of)|\[object/);
    const { kind } = decideGate(verdicts, 'merge', gate.ledger.now);
    if (row.decides !== undefined) expect(kind).toBe(row.decides);
    expect(kind === 'go').toBe(Object.keys(expected).length === 0);
  });
});

test(PARTLY_FAILED.says, () => {
  const verdicts = evaluated(PARTLY_FAILED.change(passing()));
  for (const { id, state, seen } of verdicts) {
    const ofTheForge = (CONDITIONS.find((condition) => condition.id === id)?.number ?? 0) > 5;
    expect({ id, state }).toEqual({ id, state: ofTheForge ? 'unknown' : 'pass' });
    if (ofTheForge) expect(seen).toContain(PARTLY_FAILED.seen);
  }
});

test('everything passes by the clock, and by an approval', () => {
  for (const gate of [passing(), approved(passing())]) {
    const verdicts = evaluated(gate);
    expect(openOf(verdicts)).toEqual({});
    expect(verdicts.map(({ id }) => id)).toEqual(CONDITIONS.map(({ id }) => id));
    expect(decideGate(verdicts, 'merge', gate.ledger.now).kind).toBe('go');
  }
});

const STATES = [
  ['pass', 'passes'],
  ['wait', 'waits'],
  ['block', 'blocks'],
  ['unknown', 'unknown'],
] as const;

describe('the table', () => {
  test('has conditions 1 to 22, in order, and no id twice', () => {
    const numbers = CONDITIONS.map(({ number }) => number);
    expect([...new Set(numbers)]).toEqual(Array.from({ length: 22 }, (_, index) => index + 1));
    expect(new Set(CONDITIONS.map(({ id }) => id)).size).toBe(CONDITIONS.length);
    expect(CONDITIONS.map(({ id }) => id)).toEqual(CONDITION_NAMES);
  });

  test('each state that a condition is said to have is reached by a row, and no other state is', () => {
    const said = CONDITIONS.flatMap((condition) =>
      STATES.flatMap(([state, words]) => (condition[words] === undefined ? [] : [`${condition.id} ${state}`])),
    );
    const reached = rows.flatMap((row) => [
      `${row.about} ${row.state}`,
      ...Object.entries(row.also).map(([id, state]) => `${id} ${state}`),
    ]);
    expect([...new Set(reached)].sort()).toEqual([...said].sort());
  });

  test('each condition has a row of its own that stops the merge', () => {
    const guarded = new Set(rows.filter(({ state }) => state !== 'pass').map(({ about }) => about));
    expect(CONDITIONS.map(({ id }) => id).filter((id) => !guarded.has(id))).toEqual([]);
  });
});
