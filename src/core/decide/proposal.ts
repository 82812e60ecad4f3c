/** §6.2, §8.2, §8.3 what the first pull request of a dataset is: its policy level, its risk, and who merges it. */
import { type Baseline, otherSchemas } from '../artifacts/baseline.js';
import type { Decision } from '../evidence.js';
import type { Settings } from '../settings.js';
import type { EnforcementModel, EnrichmentLevel, PiiPattern, Risk, Tier } from '../vocabulary.js';
import { decideFirstLevel } from './enrichment.js';
import { decideMerge, type MergeStrategy } from './merge.js';
import { decideRisk } from './risk.js';

export type Proposal = {
  readonly level: Decision<EnrichmentLevel>;
  readonly risk: Decision<Risk>;
  readonly merge: Decision<MergeStrategy>;
};
/** Of the baseline, what the decision rests on. */
export type ProposalFacts = {
  readonly tier: Tier;
  readonly model: EnforcementModel;
  readonly baseline: {
    readonly volume?: Baseline['volume'];
    readonly profiling_metadata: Pick<Baseline['profiling_metadata'], 'partitions_sampled' | 'left_out'>;
    readonly pii_scan: Pick<Baseline['pii_scan'], 'columns_with_pii' | 'pii_patterns_detected'>;
  };
};

/** The first pull request edits no code of the customer and holds no rule that a language model proposed. */
export function decideProposal({ tier, model, baseline }: ProposalFacts, settings: Pick<Settings, 'merge'>): Proposal {
  const level = decideFirstLevel(tier, baseline.volume !== undefined);
  const untreated = foundPatterns(baseline.pii_scan);
  const risk = decideRisk({ level: level.value, model, codeEdits: 0, hasLlmRules: false, fired: firedOnOwnDays(baseline), untreated });
  return { level, risk, merge: decideMerge({ tier, risk: risk.value, hasLlmRules: false }, settings) };
}

/**
 * Limits on missing values lie above the worst day and the band of rows around all of them, so that of a first policy only
 * the schema can fire on a day that was looked at: one that was left out for having another.
 */
function firedOnOwnDays({ profiling_metadata: metadata }: ProposalFacts['baseline']): { readonly fired: number; readonly asked: number } {
  const fired = otherSchemas(metadata).length;
  return { fired, asked: metadata.partitions_sampled + fired };
}

/** At Contract-Lite nothing treats them. */
function foundPatterns({
  columns_with_pii: columns,
  pii_patterns_detected: detected,
}: ProposalFacts['baseline']['pii_scan']): readonly PiiPattern[] {
  return columns.flatMap((column) => (Object.hasOwn(detected, column) ? (detected[column]?.pattern ?? []) : []));
}
