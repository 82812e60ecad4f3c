/** §8.3 what counts as harm that a merge of ours did, and for how long. */
import { describe, expect, test } from 'vitest';
import type { BootstrapRecord } from '../../../src/core/artifacts/bootstrap-record.js';
import { isWatched, mergesLastHour } from '../../../src/core/merge-gate/our-merges.js';
import { type Aftermath, decideSetbacks, standingSetbacks } from '../../../src/core/merge-gate/setbacks.js';
import type { SnapshotCheck } from '../../../src/core/merge-gate/snapshot.js';
import { ok, passing, unread } from './passing-gate.js';

const MERGE = 'a'.repeat(40);
const HEAD = 'b'.repeat(40);
const AT = '2026-11-26T10:00:00Z';
const NOW = '2026-11-26T12:00:00Z';
const OUR = { sha: MERGE, at: AT, repository: 'acme/lake', number: 7 };
const { rules } = passing().snapshot;
const RULES = rules.ok ? { ...rules.value, requiredChecks: [] } : undefined;

const check = (name: string, conclusion?: string, ours = false): SnapshotCheck => ({ name, ours, ...(conclusion ? { conclusion } : {}) });
const checks = (before: readonly SnapshotCheck[], merged: readonly SnapshotCheck[], now = merged) => ({
  checks: { before: ok(before), merged: ok(merged), now: ok(now) },
});
const said = (message: string) => ({ commits: [{ sha: HEAD, message }] });

function seen(change: Partial<Aftermath>, now = NOW): readonly string[] {
  const quiet: Aftermath = {
    head: HEAD,
    commits: [],
    folder: { merged: 'f1', now: 'f1' },
    ...checks([], []),
    rules: RULES ? ok(RULES) : unread,
  };
  return decideSetbacks({ ...quiet, ...change }, OUR, now).map(({ kind, commit, check: name = '' }) =>
    `${kind} ${commit[0]} ${name}`.trim(),
  );
}

describe('it was taken back', () => {
  test.each<readonly [string, Partial<Aftermath>]>([
    ['a commit of git revert', said(`Revert "Put it in force"\n\nThis reverts commit ${MERGE}.\n`)],
    ['of a merge', said(`Revert "x"\n\nThis reverts commit ${MERGE}, reversing\nchanges made to ${'c'.repeat(40)}.`)],
    ['with a short name', said(`This reverts commit ${MERGE.slice(0, 10)}`)],
    ['the button of the forge, squashed', said('Revert "Put it in force" (#9)\n\nReverts acme/lake#7')],
    ['the same in short', said('Revert it\n\nReverts #7\n')],
    ['the folder is gone again', { folder: { merged: 'f1' } }],
    ['the folder holds what it held before', { folder: { before: 'f0', merged: 'f1', now: 'f0' } }],
  ])('%s', (_, change) => {
    expect(seen(change)).toEqual(['reverted b']);
  });

  test.each<readonly [string, Partial<Aftermath>]>([
    ['nothing came after it', {}],
    ['another commit is reverted', said(`This reverts commit ${'d'.repeat(40)}.`)],
    ['another pull request is', said('Reverts acme/lake#77')],
    ['one of the same number elsewhere is', said('Reverts acme/other#7')],
    ['a sentence that speaks of it', said('Follow up on acme/lake#7, which reverts nothing')],
    ['the folder was changed further', { folder: { before: 'f0', merged: 'f1', now: 'f2' } }],
  ])('not: %s', (_, change) => {
    expect(seen(change)).toEqual([]);
  });
});

describe('a check of the base branch failed', () => {
  const green = [check('ci', 'success')];
  const red = [check('ci', 'failure')];
  test.each<readonly [string, Partial<Aftermath>, readonly string[]]>([
    ['on the merge and not before', checks(green, red), ['red a ci']],
    ['on the merge, and nothing ran before', checks([], red), ['red a ci']],
    ['on the merge, while another runs', checks(green, [...red, check('lint')]), ['red a ci']],
    ['before it too', checks(red, red), []],
    ['another one before it', checks([check('lint', 'failure')], [...red, check('lint', 'failure')]), ['red a ci']],
    ['only before it', checks(red, green), []],
    ['it still runs', checks(green, [check('ci')], red), []],
    ['only on a later commit, and the merge was green', checks(green, green, red), []],
    ['on a later commit, and nothing judged the merge', checks(green, [check('ci', 'cancelled')], red), ['red b ci']],
    ['it was cancelled', checks(green, [check('ci', 'cancelled')]), []],
    ['it is ours', checks([], [check('autopilot/gate', 'failure', true)]), []],
    ['checks of the merge could not be read', { checks: { ...checks(green, red).checks, merged: unread } }, []],
    ['checks before it could not be read', { checks: { ...checks(green, red).checks, before: unread } }, []],
    [
      'one that the rules do not name',
      { ...checks(green, red), rules: RULES ? ok({ ...RULES, requiredChecks: [{ name: 'build' }] }) : unread },
      [],
    ],
    ['the rules could not be read: all count', { ...checks(green, red), rules: unread }, ['red a ci']],
  ])('%s', (_, change, expected) => {
    expect(seen(change)).toEqual(expected);
  });

  test('a day after the merge it is somebody else’s matter, a revert is not', () => {
    expect(seen({ ...checks(green, red), folder: { merged: 'f1' } }, '2026-11-27T10:00:00Z')).toEqual(['reverted b']);
  });
});

test('one harm for each merge, for a day after it was seen last', () => {
  const one = (kind: 'reverted' | 'red', merge: string, at: string) => ({ kind, merge, at, commit: HEAD, urn: `ds://gold/${merge}` });
  const all = [
    one('red', 'm1', '2026-11-25T13:00:00Z'),
    one('reverted', 'm1', '2026-11-25T14:00:00Z'),
    one('red', 'm2', '2026-11-25T12:30:00Z'),
    one('reverted', 'm3', '2026-11-25T12:00:00Z'),
  ];
  expect(standingSetbacks(all, NOW).map(({ merge, kind }) => `${merge} ${kind}`)).toEqual(['m2 red', 'm1 reverted']);
});

type Request = NonNullable<BootstrapRecord['pull_request']>;

/** Another dataset's record, with what its pull request and its merge step say. */
function other(urn: string, request: Partial<Request>, completed_at?: string): BootstrapRecord {
  const { record } = passing().ledger;
  if (!record.pull_request) throw new Error('the passing gate has a pull request');
  const policy_config = { ...record.steps.policy_config, ...(completed_at ? { completed_at } : {}) };
  return {
    ...record,
    dataset_urn: urn,
    repository_id: 1,
    steps: { ...record.steps, policy_config },
    pull_request: { ...record.pull_request, ...request },
  };
}

describe('merges of ours', () => {
  const intent = (at: string) => ({ merged_by: 'clock', merge_intent: { head: MERGE, at } }) as const;
  test.each<readonly [string, BootstrapRecord, number]>([
    ['done within the hour', other('ds://gold/a', { merged_by: 'clock', merged_as: MERGE }, '2026-11-26T11:30:00Z'), 1],
    ['under way, or in the merge queue', other('ds://gold/a', intent('2026-11-26T11:30:00Z')), 1],
    ['under way and done: once', other('ds://gold/a', intent('2026-11-26T11:30:00Z'), '2026-11-26T11:31:00Z'), 1],
    ['queued before, done within the hour', other('ds://gold/a', intent('2026-11-26T09:30:00Z'), '2026-11-26T11:31:00Z'), 1],
    ['an hour ago', other('ds://gold/a', intent('2026-11-26T10:59:00Z'), '2026-11-26T11:00:00Z'), 0],
    ['by a person', other('ds://gold/a', { merged_by: 'person' }, '2026-11-26T11:30:00Z'), 0],
    ['the one that is judged', other(passing().ledger.record.dataset_urn, intent('2026-11-26T11:30:00Z')), 0],
  ])('%s', (_, merge, counted) => {
    expect(mergesLastHour([merge], passing().ledger.record, NOW).installation).toBe(counted);
  });

  test('are looked back at for a week, until they are taken back', () => {
    const merged = other('ds://gold/a', { merged_by: 'approval', merged_as: MERGE }, AT);
    expect(isWatched(merged, NOW)).toBe(true);
    expect(isWatched(merged, '2026-12-03T10:00:00Z')).toBe(false);
    expect(isWatched(other('ds://gold/a', { merged_by: 'person', merged_as: MERGE }, AT), NOW)).toBe(false);
    const setback = { kind: 'red', at: NOW, merge: MERGE, commit: MERGE, check: 'ci' } as const;
    expect(isWatched({ ...merged, setbacks: [setback] }, NOW)).toBe(true);
    expect(isWatched({ ...merged, setbacks: [{ ...setback, kind: 'reverted' }] }, NOW)).toBe(false);
  });
});
