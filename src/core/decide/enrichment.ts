/** §6.2, §6.4 the policy level that a dataset begins with. */
import type { Decision } from '../evidence.js';
import type { EnrichmentLevel, Tier } from '../vocabulary.js';

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
