/** §6.4 which policy level a dataset stands at, what moves it on, and which gates are active now. */
import type { PolicyBundle } from '../artifacts/policy-bundle.js';
import type { Decision } from '../evidence.js';
import { GATE_TABLE, type GatedBundle } from '../gates.js';
import { ADVANCED_AFTER_RUNS, ADVANCED_FROM_WEEK, FULL_CONTRACT_FROM_WEEK, MS_PER_DAY, REFINE_AFTER_RUNS } from '../numbers.js';
import { type EnrichmentLevel, GATES, type Gate, type Tier } from '../vocabulary.js';

/** §6.2, §8.3 the level of the first pull request. */
export function decideFirstLevel(tier: Tier, hasVolume: boolean): Decision<EnrichmentLevel> {
  if (tier === 'TIER_1') {
    return { value: 'full_contract', rule: 'enrichment/tier-1-draft', because: 'Tier-1: a complete draft, for a steward to author from' };
  }
  if (tier === 'TIER_3') {
    return {
      value: 'contract_lite',
      rule: 'enrichment/tier-3-first',
      because: 'Tier-3 begins with schema fingerprint and required fields',
    };
  }
  if (!hasVolume) {
    return {
      value: 'contract_lite',
      rule: 'enrichment/tier-2-no-volume',
      because: 'Tier-2 begins with a volume band as well, but there is no row count to make one from',
    };
  }
  return { value: 'volume_baseline', rule: 'enrichment/tier-2-first', because: 'Tier-2 begins with Contract-Lite and a volume band' };
}

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

/** Week 1 begins at the first version's `iat`; a clock that runs behind it is in week 1 as well. */
export function weekOf(firstIat: string, now: string): number {
  return Math.max(1, Math.floor((Date.parse(now) - Date.parse(firstIat)) / (7 * MS_PER_DAY)) + 1);
}

export type RunningBundle = GatedBundle & {
  readonly security: Pick<PolicyBundle['security'], 'validation_enabled'>;
  readonly bootstrap: Pick<PolicyBundle['bootstrap'], 'progressive_schedule'>;
};

/** A gate is active when its week is reached and its section is in the signed bundle. */
export function decideActiveGates(bundle: RunningBundle, firstIat: string, now: string): Decision<readonly Gate[]> {
  if (!bundle.security.validation_enabled) {
    return { value: [], rule: 'enrichment/switched-off', because: 'validation_enabled is false: no gate runs' };
  }
  const week = weekOf(firstIat, now);
  const { week_1, week_2, week_3, week_4 } = bundle.bootstrap.progressive_schedule;
  const reached = new Set([week_1, week_2, week_3, week_4].slice(0, week).flat());
  const value = GATES.filter((gate) => reached.has(gate) && GATE_TABLE[gate].hasSection(bundle));
  return {
    value,
    rule: 'enrichment/active-gates',
    because: `week ${week} at level ${bundle.enrichment_level}: ${value.length} of ${reached.size} gates that are due have rules in the bundle`,
  };
}
