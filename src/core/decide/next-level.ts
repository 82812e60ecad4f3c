/** §6.4 what moves a dataset on to the next policy level. */
import type { Decision } from '../evidence.js';
import { ADVANCED_AFTER_RUNS, ADVANCED_FROM_WEEK, FULL_CONTRACT_FROM_WEEK, REFINE_AFTER_RUNS } from '../numbers.js';
import type { EnrichmentLevel, Tier } from '../vocabulary.js';

export type EnrichmentFacts = {
  readonly tier: Tier;
  readonly level: EnrichmentLevel;
  /** 1 in the seven days from the first version's `iat`. */
  readonly week: number;
  readonly realRuns: number;
  /** Of the newest runs, those in a row that came within schedule and grace. */
  readonly runsOnTime: number;
};
/** `resign`: the Gateway signs a new version and says so. `pull_request`: a person judges it first. */
export type NextLevel = { readonly level: EnrichmentLevel; readonly by: 'resign' | 'pull_request' };

/** The next level once its week is reached and the evidence is there; the calendar alone moves nothing. */
export function decideNextLevel(facts: EnrichmentFacts): Decision<NextLevel | undefined> {
  switch (facts.level) {
    case 'contract_lite':
      return toVolume(facts);
    case 'volume_baseline':
      return toFreshness(facts);
    case 'freshness_slo':
      return toFullContract(facts);
    case 'full_contract':
      return toAdvanced(facts);
    case 'advanced':
      return stay('enrichment/complete', 'it stands at the last level');
  }
}

const stay = (rule: string, because: string): Decision<undefined> => ({ value: undefined, rule, because });
const statistics = (tier: Tier) => (tier === 'TIER_3' ? 'resign' : 'pull_request');

function toVolume({ tier, realRuns, week }: EnrichmentFacts): Decision<NextLevel | undefined> {
  if (week < 2 || realRuns < REFINE_AFTER_RUNS) {
    return stay('enrichment/volume-waits', `week ${week}, ${realRuns} of ${REFINE_AFTER_RUNS} real runs: the volume band waits`);
  }
  const because = `${realRuns} real runs give a volume band`;
  return { value: { level: 'volume_baseline', by: statistics(tier) }, rule: 'enrichment/volume', because };
}

function toFreshness({ tier, runsOnTime, week }: EnrichmentFacts): Decision<NextLevel | undefined> {
  if (week < 3 || runsOnTime < REFINE_AFTER_RUNS) {
    return stay(
      'enrichment/freshness-waits',
      `week ${week}, ${runsOnTime} of ${REFINE_AFTER_RUNS} runs in a row on time: the freshness rule waits`,
    );
  }
  const because = `the last ${runsOnTime} runs kept the schedule`;
  return { value: { level: 'freshness_slo', by: statistics(tier) }, rule: 'enrichment/freshness', because };
}

function toFullContract({ tier, realRuns, week }: EnrichmentFacts): Decision<NextLevel | undefined> {
  if (tier === 'TIER_3') return stay('enrichment/tier-3-complete', 'Tier-3 ends with schema, volume and freshness');
  if (week < FULL_CONTRACT_FROM_WEEK || realRuns < REFINE_AFTER_RUNS) {
    return stay(
      'enrichment/contract-waits',
      `week ${week} and ${realRuns} real runs: full contracts start in week ${FULL_CONTRACT_FROM_WEEK}`,
    );
  }
  const because = `week ${week} and ${realRuns} real runs: rules about values and personal data are proposed`;
  return { value: { level: 'full_contract', by: 'pull_request' }, rule: 'enrichment/contract', because };
}

function toAdvanced({ realRuns, week }: EnrichmentFacts): Decision<NextLevel | undefined> {
  if (week < ADVANCED_FROM_WEEK || realRuns < ADVANCED_AFTER_RUNS) {
    return stay(
      'enrichment/advanced-waits',
      `week ${week}, ${realRuns} of ${ADVANCED_AFTER_RUNS} real runs: references and distributions wait`,
    );
  }
  const because = `${realRuns} real runs show how references and distributions behave`;
  return { value: { level: 'advanced', by: 'pull_request' }, rule: 'enrichment/advanced', because };
}
