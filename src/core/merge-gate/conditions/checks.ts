/** §8.3 condition 15: what ran on the head, and what had to. Our own check is never evidence. */
import { GATE_CHECK } from '../../pull-request.js';
import type { RequiredCheck, SnapshotCheck } from '../snapshot.js';
import { block, type Condition, given, listed, type Outcome, pass, plural, unknown, wait } from './condition.js';
import type { Scene } from './scene.js';

export const CHECK_CONDITIONS: readonly Condition[] = [
  {
    number: 15,
    id: 'checks/required',
    condition: 'Every required check passed on this head',
    passes: 'each that the rules or the settings name is there, from the App that the rule names, and succeeded',
    waits: 'one is missing or runs',
    blocks: 'one ended otherwise; skipped and neutral too, unless `merge.allow_skipped_checks`',
    unknown: 'checks or rules could not be read, or a check ended with a word that is not known',
    judge: requiredPassed,
  },
  {
    number: 15,
    id: 'checks/others',
    condition: 'No other check failed or runs',
    passes: 'each ended with success, neutral or skipped',
    waits: 'one runs',
    blocks: 'one failed, was cancelled, timed out, went stale or asks for somebody',
    unknown: 'checks could not be read, or one ended with a word that is not known',
    judge: othersPassed,
  },
  {
    number: 15,
    id: 'checks/any',
    condition: 'Something was checked at all',
    passes: 'at least one check of others, or `merge.allow_no_checks`',
    waits: 'none has registered',
    unknown: 'checks could not be read',
    judge: anythingChecked,
  },
];

const FINE: readonly string[] = ['success'];
const SKIPPED: readonly string[] = ['skipped', 'neutral'];
const FAILED: readonly string[] = ['failure', 'error', 'timed_out', 'cancelled', 'action_required', 'stale', 'startup_failure'];

/** The required check that we set ourselves: waiting for it would be waiting for us. */
export function isOwnCheck(required: RequiredCheck, { ledger }: Scene): boolean {
  return required.name === GATE_CHECK && (required.appId === undefined || required.appId === ledger.app.id);
}

/** The stricter of all: rules and settings together. A name without an App must have passed in every App that uses it. */
export function requiredPassed(scene: Scene): Outcome {
  return given(scene.snapshot.checks, 'checks', (checks) =>
    given(scene.snapshot.rules, 'the rules of the base branch', (rules) => {
      const fromSettings = scene.ledger.settings.merge.required_checks.map((name): RequiredCheck => ({ name }));
      const required = [...rules.requiredChecks, ...fromSettings].filter((each) => !isOwnCheck(each, scene));
      const skippedIsFine = scene.ledger.settings.merge.allow_skipped_checks;
      const outcomes = required.map((each) => oneRequired(each, checks, skippedIsFine));
      return worst(outcomes) ?? pass(required.length === 0 ? 'none is required' : `${plural(required.length, 'required check')} passed`);
    }),
  );
}

function oneRequired({ name, appId }: RequiredCheck, checks: readonly SnapshotCheck[], skippedIsFine: boolean): Outcome {
  const named = checks.filter((check) => !check.ours && check.name === name);
  const runs = named.filter((check) => appId === undefined || check.appId === appId);
  if (runs.length === 0) return wait(`${name} has not registered${named.length > 0 ? ` from the App ${appId}, only from others` : ''}`);
  const outcomes = runs.map((check) => ended(check, skippedIsFine));
  return worst(outcomes) ?? pass(name);
}

function othersPassed(scene: Scene): Outcome {
  return given(scene.snapshot.checks, 'checks', (checks) => {
    const others = checks.filter(({ ours }) => !ours);
    return worst(others.map((check) => ended(check, true))) ?? pass(`${plural(others.length, 'check')}, none failed`);
  });
}

function anythingChecked({ snapshot, ledger }: Scene): Outcome {
  return given(snapshot.checks, 'checks', (checks) => {
    const names = checks.filter(({ ours }) => !ours).map(({ name }) => name);
    if (names.length > 0) return pass(listed(names));
    return ledger.settings.merge.allow_no_checks
      ? pass('none, which the settings allow (merge.allow_no_checks)')
      : wait('no check has registered on this head; merge.allow_no_checks is for repositories without any');
  });
}

function ended({ name, conclusion }: SnapshotCheck, skippedIsFine: boolean): Outcome {
  if (conclusion === undefined) return wait(`${name} runs`);
  if (FINE.includes(conclusion) || (skippedIsFine && SKIPPED.includes(conclusion))) return pass(name);
  if (FAILED.includes(conclusion) || SKIPPED.includes(conclusion)) return block(`${name}: ${conclusion}`);
  return unknown(`${name}: ${conclusion}`);
}

/** What cannot be waited out first; undefined where all passed. */
function worst(outcomes: readonly Outcome[]): Outcome | undefined {
  const open = (['block', 'unknown', 'wait'] as const).map((state) => outcomes.filter((outcome) => outcome.state === state));
  const [first] = open.filter((group) => group.length > 0);
  const state = first?.[0]?.state;
  return first && state ? { state, seen: listed(first.map(({ seen }) => seen)) } : undefined;
}
