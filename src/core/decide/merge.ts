/** §8.3 who merges a pull request, and by when. */
import { addBusinessDays } from '../business-days.js';
import type { Decision } from '../evidence.js';
import { MERGE_SLA_BUSINESS_DAYS, MS_PER_HOUR, TIER_3_REVIEW_BUSINESS_DAYS } from '../numbers.js';
import type { Settings } from '../settings.js';
import { later } from '../time.js';
import type { Risk, Tier } from '../vocabulary.js';

export type MergeStrategy =
  | { readonly kind: 'auto'; readonly afterHours: number }
  | {
      readonly kind: 'person';
      readonly slaBusinessDays: number;
      readonly stagingReport: 'required' | 'attached' | 'none';
      /** The bot may press the button once a person has approved. */
      readonly onApproval: boolean;
    };
export type MergeFacts = { readonly tier: Tier; readonly risk: Risk; readonly hasLlmRules: boolean };

export function decideMerge({ tier, risk, hasLlmRules }: MergeFacts, settings: Pick<Settings, 'merge'>): Decision<MergeStrategy> {
  const onApproval = settings.merge.on_approval;
  if (tier === 'TIER_1') {
    const slaBusinessDays = MERGE_SLA_BUSINESS_DAYS.TIER_1;
    return {
      value: { kind: 'person', slaBusinessDays, stagingReport: 'required', onApproval },
      rule: 'merge/tier-1-review',
      because: `Tier-1: a person reviews it within ${slaBusinessDays} business days, after a staging run of this content`,
    };
  }
  if (tier === 'TIER_2') {
    const slaBusinessDays = MERGE_SLA_BUSINESS_DAYS.TIER_2;
    return {
      value: { kind: 'person', slaBusinessDays, stagingReport: 'attached', onApproval },
      rule: 'merge/tier-2-review',
      because: `Tier-2: a person approves it within ${slaBusinessDays} business days`,
    };
  }
  const byPerson = { kind: 'person', slaBusinessDays: TIER_3_REVIEW_BUSINESS_DAYS, stagingReport: 'none', onApproval } as const;
  if (hasLlmRules) {
    return {
      value: byPerson,
      rule: 'merge/tier-3-llm',
      because: 'a language model proposed a rule in it, and such a change never merges alone',
    };
  }
  if (risk !== 'LOW') {
    return { value: byPerson, rule: 'merge/tier-3-risk', because: `Tier-3, but its risk is ${risk}: only LOW merges alone` };
  }
  const afterHours = settings.merge.auto_after_hours;
  return {
    value: { kind: 'auto', afterHours },
    rule: 'merge/tier-3-auto',
    because: `Tier-3 and LOW risk: it merges by itself ${afterHours} hours after it was opened, unless somebody objects`,
  };
}

/** Whether our App presses the button once the gate says go; otherwise a person does, and the gate shows that they may. */
export function mergesItself(merge: MergeStrategy): boolean {
  return merge.kind === 'auto' || merge.onApproval;
}

/** The instant by which it should be merged; for a person, the end of the review time. */
export function mergeDueAt(openedAt: string, strategy: MergeStrategy): string {
  if (strategy.kind === 'person') return addBusinessDays(openedAt, strategy.slaBusinessDays);
  return later(openedAt, strategy.afterHours * MS_PER_HOUR);
}
