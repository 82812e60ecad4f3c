/** §8.3 may this proposal move on? A person's approval of exactly this content, or the clock where that is enough. */
import type { Decision } from '../evidence.js';
import { ESCALATE_AFTER_DAYS, MS_PER_DAY } from '../numbers.js';
import { later } from '../time.js';
import { type MergeStrategy, mergeDueAt } from './merge.js';

export type ApprovalInput = {
  readonly merge: MergeStrategy;
  readonly openedAt: string;
  readonly now: string;
  readonly branchExists: boolean;
  /** The branch's tip is a commit that we wrote. */
  readonly headIsOurs: boolean;
  /** Digest of what the branch holds now, without its signature. */
  readonly judgedDigest: string;
  readonly approvals: readonly { readonly by: string; readonly at: string; readonly judged_digest: string }[];
};

export type Approval =
  | { readonly kind: 'approved' }
  | { readonly kind: 'declined' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'wait'; readonly until: string };

export function decideApproval(input: ApprovalInput): Decision<Approval> {
  const { merge, now } = input;
  if (!input.branchExists)
    return { value: { kind: 'declined' }, rule: 'approval/branch-gone', because: 'the branch was deleted, which declines the change' };
  const given = input.approvals.find((approval) => approval.judged_digest === input.judgedDigest);
  if (given)
    return { value: { kind: 'approved' }, rule: 'approval/person', because: `${given.by} approved exactly this content at ${given.at}` };
  const age = Date.parse(now) - Date.parse(input.openedAt);
  if (age >= ESCALATE_AFTER_DAYS * MS_PER_DAY) {
    return { value: { kind: 'expired' }, rule: 'approval/expired', because: `nobody decided within ${ESCALATE_AFTER_DAYS} days` };
  }
  if (merge.kind === 'person') return wait(now, 'approval/needs-person', 'a person has to approve it');
  if (!input.headIsOurs) return wait(now, 'approval/person-pushed', 'a person pushed to the branch, so a person has to approve it');
  const due = mergeDueAt(input.openedAt, merge);
  if (Date.parse(now) >= Date.parse(due)) {
    return { value: { kind: 'approved' }, rule: 'approval/clock', because: `${merge.afterHours} hours passed without an objection` };
  }
  return {
    value: { kind: 'wait', until: due },
    rule: 'approval/clock-runs',
    because: `merges by itself at ${due} if nobody objects`,
  };
}

/** Looked at once a day, so that an event that was missed costs a day at most. */
function wait(now: string, rule: string, because: string): Decision<Approval> {
  return { value: { kind: 'wait', until: later(now, MS_PER_DAY) }, rule, because };
}
