/** §8.3 the check `autopilot/gate` as a reader meets it. */
import { describe, expect, it } from 'vitest';
import { REMEDIES } from '../../generators/gate-remedies.js';
import { gateReport } from '../../generators/gate-report.js';
import { decideGate } from '../../src/core/merge-gate/decide.js';
import { CONDITIONS, evaluateGate } from '../../src/core/merge-gate/evaluate.js';
import type { GatePhase } from '../../src/core/merge-gate/verdict.js';
import {
  all,
  approved,
  BUNDLE_PATH,
  byPerson,
  type Change,
  checked,
  comment,
  commented,
  file,
  HOUR_LATER,
  ledger,
  merging,
  noted,
  ok,
  passing,
  person,
  pull,
  rules,
  signed,
  snapshot,
  UNSIGNED_BUNDLE,
  unread,
} from '../core/merge-gate/passing-gate.js';

function reportOf(change: Change, phase: GatePhase = 'merge') {
  const { snapshot: seen, ledger: known } = change(passing());
  const verdicts = evaluateGate(seen, known);
  const decision = decideGate(verdicts, phase, known.now);
  const content = seen.changes.ok ? (seen.changes.value.find(({ path }) => path === BUNDLE_PATH)?.content ?? '') : '';
  const { now, merge } = known;
  return gateReport(verdicts, decision, { now, phase, merge, stop: '/autopilot hold', bundle: { path: BUNDLE_PATH, content } });
}

const YESTERDAY = ledger({ now: '2026-11-25T15:00:00Z' });
const unsigned = file(BUNDLE_PATH, () => UNSIGNED_BUNDLE);
const byHand = ledger({ merge: { kind: 'person', slaBusinessDays: 10, stagingReport: 'none', onApproval: false } });
const DUE = 'Merges by itself on Thu 26 Nov 2026, 14:05 UTC';

describe('the title says what happens', () => {
  it.each([
    ['the clock runs', YESTERDAY, DUE, undefined],
    ['the clock runs, and nothing is signed yet', all(YESTERDAY, unsigned), DUE, undefined],
    ['the clock runs while the forge computes', all(YESTERDAY, pull({ mergeable: 'UNKNOWN' })), DUE, undefined],
    ['the clock runs while a check runs', all(YESTERDAY, checked({ name: 'ci / test', appId: 15368, ours: false })), DUE, undefined],
    [
      'the rules cannot be read while it runs',
      all(YESTERDAY, snapshot({ rules: unread })),
      'Waits for: the rules of the base branch could not be read: 403 Resource not accessible by integration',
      undefined,
    ],
    [
      'somebody holds it',
      noted({ hold: { by: 'ana', at: HOUR_LATER } }),
      'Held by ana since Wed 25 Nov 2026, 15:00 UTC: /autopilot resume lets it go on',
      'action_required',
    ],
    [
      'somebody holds it that waits for an approval, its time and the base, and about which somebody said something',
      all(
        byPerson,
        noted({ hold: { by: 'ana', at: HOUR_LATER } }),
        commented(comment(person('ben', 'read'), 'wait')),
        snapshot({ rules: unread }),
      ),
      'Held by ana since Wed 25 Nov 2026, 15:00 UTC; /autopilot resume is not enough: ben said something at Wed 25 Nov 2026, 15:00 UTC',
      'action_required',
    ],
    [
      'it was closed while somebody held it',
      all(noted({ hold: { by: 'ana', at: HOUR_LATER } }), pull({ state: 'closed' })),
      expect.stringMatching(/^Closed/),
      'neutral',
    ],
    [
      'somebody said wait',
      commented(comment(person('ben', 'read'), 'wait')),
      'Stopped: ben said something at Wed 25 Nov 2026, 15:00 UTC',
      'action_required',
    ],
    [
      'somebody said wait, and nobody approved it',
      all(byPerson, commented(comment(person('ben', 'read'), 'wait'))),
      'Stopped: ben said something at Wed 25 Nov 2026, 15:00 UTC',
      'action_required',
    ],
    ['nobody approved it', byPerson, 'Waits for an approval: nobody has approved it yet', undefined],
    [
      'it waits for a staging report',
      all(approved, ledger({ merge: { kind: 'person', slaBusinessDays: 5, stagingReport: 'required', onApproval: true } })),
      'Stopped: no staging report for this content',
      'action_required',
    ],
    [
      'a check has not registered',
      checked({ name: 'lint', ours: false, conclusion: 'success' }),
      'Waits for: ci / test has not registered',
      undefined,
    ],
    ['all holds', (gate) => gate, 'Everything holds; this App merges it', 'success'],
    ['all holds, and a person presses the button', all(approved, byHand), 'Everything holds; a person may merge it', 'success'],
    [
      'somebody wrote another title',
      pull({ title: 'Reviewed', editor: { id: 5, login: 'mallory', isBot: false } }),
      'Title and description are put back: mallory changed title or description',
      undefined,
    ],
    [
      'the base moved under it',
      pull({ mergeState: 'BEHIND' }),
      'Made again on top of the base branch: BEHIND: it has to be made again on top of the base branch',
      undefined,
    ],
    [
      'an input changed',
      ledger({ inputs: ok('changed') }),
      'Proposed again: the base branch has not moved, and what it was made from changed',
      undefined,
    ],
    [
      'it was merged',
      pull({ state: 'merged', mergedBy: { login: 'ana', isBot: false }, mergedAt: HOUR_LATER }),
      'Merged by ana at Wed 25 Nov 2026, 15:00 UTC',
      'neutral',
    ],
    [
      'it is not ours',
      pull({ author: { id: 9, login: 'mallory', isBot: false } }),
      'Stopped: opened by mallory (9), not by our App',
      'failure',
    ],
  ] satisfies readonly (readonly [string, Change, string, string | undefined])[])('%s', (_, change, title, conclusion) => {
    const report = reportOf(change);
    expect([report.title, report.conclusion]).toEqual([title, conclusion]);
  });

  it('leaves the signature out before there can be one', () => {
    expect(reportOf(unsigned, 'sign')).toMatchObject({ title: 'Everything holds that must; it is signed next', conclusion: 'success' });
    expect(reportOf(unsigned, 'merge').conclusion).toBeUndefined();
  });
});

describe('the summary', () => {
  it('says first what happens and who stops it how, then shows every condition once', () => {
    const { summary } = reportOf(YESTERDAY);
    expect(summary.split('\n')[0]).toMatch(
      /^\*\*Nobody has to do anything\.\*\* \*\*To stop it:\*\* comment `\/autopilot hold`; a review that asks for changes/,
    );
    expect(summary.match(/^\| \d+ \| /gm)).toHaveLength(CONDITIONS.length);
    expect(summary).toContain('| 10 | The waiting time has passed since the last change or objection | waits |');
  });

  it.each([
    [
      'the repository asks for a review',
      rules({ approvals: 1 }),
      'Waits for an approval: ',
      'then it merges by itself, once its waiting time is over',
    ],
    [
      'Tier-1 without a staging report',
      all(byPerson, ledger({ merge: { kind: 'person', slaBusinessDays: 5, stagingReport: 'required', onApproval: false } })),
      'Waits for a person to merge it: there is no staging report',
      '**Nothing happens until a person merges it by hand.**',
    ],
    [
      'it merges now',
      (gate: ReturnType<typeof passing>) => gate,
      'Everything holds',
      'To take it back once it is merged: the button *Revert*',
    ],
  ])('says what follows where %s', (_, change, title, words) => {
    const report = reportOf(change);
    expect(report.title).toContain(title);
    expect(report.summary.split('\n')[0]).toContain(words);
  });

  it('puts what somebody has to act on before what ends by itself, and the table in a fold', () => {
    const { summary } = reportOf(all(YESTERDAY, noted({ hold: { by: 'ana', at: HOUR_LATER } })));
    const open = summary.split('<details>')[0] ?? '';
    expect(open.indexOf('Nobody said hold')).toBeGreaterThan(0);
    expect(open.indexOf('Nobody said hold')).toBeLessThan(open.indexOf('The waiting time has passed'));
    expect(open).not.toContain('| 10 |');
  });

  it('says what a reader can do', () => {
    expect(reportOf(noted({ hold: { by: 'ana', at: HOUR_LATER } })).summary).toContain(
      '*To do:* somebody with write says `/autopilot resume`',
    );
    expect(Object.keys(REMEDIES).filter((id) => !CONDITIONS.some((condition) => condition.id === id))).toEqual([]);
  });

  it('shows what others wrote as letters, and never as a mention', () => {
    const { title, summary } = reportOf(
      all(
        pull({ labels: ['autopilot/hold'], title: '@acme/all <img> | x' }),
        merging({ hold_labels: ['@acme/all\n# <b>|`x`'] }),
        pull({ labels: ['@acme/all\n# <b>|`x`'] }),
      ),
    );
    expect(title).not.toContain('\n');
    expect(summary).not.toMatch(/@acme|<b>|\n# |`x`/);
  });

  it('stays below the limit whatever others call things', () => {
    const names = Array.from({ length: 400 }, (_, index) => ({ name: `${'@<|`'.repeat(60)}${index}`, ours: false, conclusion: 'failure' }));
    const long = all(checked(...names), snapshot({ errors: ['@<|'.repeat(5000)] }));
    for (const change of [checked(...names), long]) expect(reportOf(change).summary.length).toBeLessThan(60_000);
  });

  it('changes nothing but the text when it is looked at again', () => {
    const [first, second] = [reportOf(YESTERDAY), reportOf(ledger({ now: '2026-11-25T15:05:00Z' }))];
    expect({ ...first, text: '' }).toEqual({ ...second, text: '' });
    expect(first.text).not.toBe(second.text);
  });
});

describe('annotations stand on the line', () => {
  it.each([
    ['of a signature for another dataset', file(BUNDLE_PATH, () => signed({ urn: 'ds://curated/orders_other' })), /^ +signature: "sha256:/],
    ['of a schema that changed', ledger({ schema: ok({ now: 'sha256:00', profiled: 'sha256:01' }) }), /^ +baseline_fingerprint: /],
    [
      'of a level that never merges alone',
      file(BUNDLE_PATH, (text) => text.replace('level: contract_lite', 'level: advanced')),
      /^enrichment_level: advanced/,
    ],
    [
      'of what is switched off',
      file(BUNDLE_PATH, (text) => text.replace('validation_enabled: true', 'validation_enabled: false')),
      /^ +validation_enabled: false/,
    ],
    ['of a model’s rule', file(BUNDLE_PATH, (text) => text.replace('origin: heuristic', 'origin: llm')), /origin: llm/],
  ])('%s', (_, change, expected) => {
    const { changes } = change(passing()).snapshot;
    const lines = changes.ok ? (changes.value.find(({ path }) => path === BUNDLE_PATH)?.content ?? '').split('\n') : [];
    const { annotations } = reportOf(change);
    expect(annotations.map(({ path }) => path)).toContain(BUNDLE_PATH);
    expect(annotations.map(({ line }) => lines[line - 1]).filter((line) => expected.test(line ?? ''))).not.toEqual([]);
  });

  it('are none where everything holds or only time is missing', () => {
    expect([...reportOf((gate) => gate).annotations, ...reportOf(all(YESTERDAY, unsigned)).annotations]).toEqual([]);
  });
});
