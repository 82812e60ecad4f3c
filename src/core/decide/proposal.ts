/** §6.2, §8.2, §8.3 what the first pull request of a dataset is: its policy level, its risk, and who merges it. */
import type { Baseline } from '../artifacts/baseline.js';
import type { Decision } from '../evidence.js';
import type { Settings } from '../settings.js';
import type { EnforcementModel, EnrichmentLevel, Risk, Tier } from '../vocabulary.js';
import { decideFirstLevel } from './enrichment.js';
import { decideMerge, type MergeStrategy } from './merge.js';
import { decideRisk } from './risk.js';

export type Proposal = {
  readonly level: Decision<EnrichmentLevel>;
  readonly risk: Decision<Risk>;
  readonly merge: Decision<MergeStrategy>;
};
export type ProposalFacts = { readonly tier: Tier; readonly model: EnforcementModel; readonly baseline: Pick<Baseline, 'volume'> };

/** The first pull request edits no code of the customer and holds no rule that a language model proposed. */
export function decideProposal({ tier, model, baseline }: ProposalFacts, settings: Pick<Settings, 'merge'>): Proposal {
  const level = decideFirstLevel(tier, baseline.volume !== undefined);
  const risk = decideRisk({ level: level.value, model, codeEdits: 0, hasLlmRules: false });
  return { level, risk, merge: decideMerge({ tier, risk: risk.value, hasLlmRules: false }, settings) };
}
