/** §5.4 from evidence to confidence: a likelihood ratio against chance, the name, and never more than the share of values that match. */
import type { Decision } from '../evidence.js';
import type { PiiEvidence } from '../measurements.js';
import { PII_LIST_CONFIDENCE, PII_LOOK_CONFIDENCE } from '../numbers.js';
import { wilsonInterval } from '../statistics/intervals.js';
import { RECOGNISERS } from './recognisers.js';

export type PiiVerdict = 'listed' | 'needs_a_look' | 'silent';
export type PiiAssessment = Decision<PiiVerdict> & { readonly confidence: number };

/** Set by hand, not fitted: one unmatched name lowers the odds as much as a matching one lifts them. */
const PRIOR_LOGIT = -2;
const NAME_WEIGHT = 2;
/** Share of values that match in a column that really is of the pattern. */
const TRUE_RATE = 0.95;
const STRONGEST = 6;

export function piiConfidence(evidence: PiiEvidence): number {
  const { sampled, matched, name, pattern } = evidence;
  if (sampled === 0 || matched === 0) return 0;
  const recogniser = RECOGNISERS[pattern];
  const chance = name === 1 ? recogniser.chanceWithName : recogniser.chance;
  const ratio = matched * Math.log(TRUE_RATE / chance) + (sampled - matched) * Math.log((1 - TRUE_RATE) / (1 - chance));
  const logit = PRIOR_LOGIT + Math.max(-STRONGEST, Math.min(STRONGEST, ratio)) + NAME_WEIGHT * name;
  return Math.min(1 / (1 + Math.exp(-logit)), wilsonInterval(matched, sampled).lower);
}

export function assessPii(evidence: PiiEvidence): PiiAssessment {
  const confidence = piiConfidence(evidence);
  const seen = `${evidence.matched} of ${evidence.sampled} distinct values look like ${evidence.pattern}`;
  if (confidence >= PII_LIST_CONFIDENCE) return { value: 'listed', rule: 'pii/listed', because: `${seen}.`, confidence };
  if (confidence >= PII_LOOK_CONFIDENCE) {
    return { value: 'needs_a_look', rule: 'pii/needs-a-look', because: `${seen}, which is not enough to say so.`, confidence };
  }
  return { value: 'silent', rule: 'pii/silent', because: `${seen}, no more than chance or too few to tell.`, confidence };
}

/** Whether values must be treated as personal: flagged, doubtful, or named so without values to judge by. */
export function holdsPersonalData(evidence: readonly PiiEvidence[]): boolean {
  return evidence.some((one) => one.name === 1 || piiConfidence(one) >= PII_LOOK_CONFIDENCE);
}
