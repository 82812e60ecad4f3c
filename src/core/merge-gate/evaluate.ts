/** §8.3 the merge gate: may this pull request be signed and merged? Every condition, always, in order. */
import { APPROVAL_CONDITIONS } from './conditions/approval.js';
import { CHECK_CONDITIONS } from './conditions/checks.js';
import { CLOCK_CONDITIONS } from './conditions/clock.js';
import type { Condition } from './conditions/condition.js';
import { CONTENT_CONDITIONS } from './conditions/content.js';
import { OBJECTION_CONDITIONS } from './conditions/objections.js';
import { OUR_CONDITIONS } from './conditions/ours.js';
import { POLICY_CONDITIONS } from './conditions/policy.js';
import { PULL_REQUEST_CONDITIONS } from './conditions/pull-request.js';
import { RULE_CONDITIONS } from './conditions/rules.js';
import { sceneOf } from './conditions/scene.js';
import type { GateLedger } from './ledger.js';
import type { PullRequestSnapshot } from './snapshot.js';
import type { Verdict } from './verdict.js';

/** What our own records say stands, whatever the forge answered. */
const OF_OUR_RECORDS: ReadonlySet<string> = new Set(OUR_CONDITIONS.map(({ id }) => id));

export const CONDITIONS: readonly Condition[] = [
  ...OUR_CONDITIONS,
  ...PULL_REQUEST_CONDITIONS,
  ...CONTENT_CONDITIONS,
  ...CLOCK_CONDITIONS,
  ...APPROVAL_CONDITIONS,
  ...OBJECTION_CONDITIONS,
  ...CHECK_CONDITIONS,
  ...RULE_CONDITIONS,
  ...POLICY_CONDITIONS,
];

export function evaluateGate(snapshot: PullRequestSnapshot, ledger: GateLedger): readonly Verdict[] {
  return evaluateConditions(CONDITIONS, snapshot, ledger);
}

/** Unknown is no: whatever was not read, and everything of the forge once it answered only in part. */
export function evaluateConditions(
  conditions: readonly Condition[],
  snapshot: PullRequestSnapshot,
  ledger: GateLedger,
): readonly Verdict[] {
  const scene = sceneOf(snapshot, ledger);
  const [error] = snapshot.errors;
  return conditions.map(({ id, condition, judge }) => {
    if (error !== undefined && !OF_OUR_RECORDS.has(id)) {
      return { id, condition, state: 'unknown', seen: `the forge answered only in part: ${error}` };
    }
    return { id, condition, ...judge(scene) };
  });
}
