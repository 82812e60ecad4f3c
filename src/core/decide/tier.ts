/** §4.3 the tier of a dataset: listed as critical, read by many, or neither. */
import type { Decision } from '../evidence.js';
import type { Settings } from '../settings.js';
import type { DatasetUrn } from '../urn.js';
import type { Tier } from '../vocabulary.js';

export type TierFacts = {
  readonly urn: DatasetUrn;
  readonly critical: ReadonlySet<string>;
  /** Places that read it; one that reads it twice counts once. */
  readonly consumers: readonly string[];
};

export function decideTier({ urn, critical, consumers }: TierFacts, settings: Pick<Settings, 'tiers'>): Decision<Tier> {
  const readers = new Set(consumers).size;
  const above = settings.tiers.tier_2_above_consumers;
  if (critical.has(urn)) {
    return { value: 'TIER_1', rule: 'tier/critical-list', because: `${urn} is in the list of critical datasets` };
  }
  if (readers > above) {
    return { value: 'TIER_2', rule: 'tier/consumers', because: `${readers} consumers read it, which is more than ${above}` };
  }
  const count = readers === 0 ? 'no consumer reads' : `only ${readers} ${readers === 1 ? 'consumer reads' : 'consumers read'}`;
  return { value: 'TIER_3', rule: 'tier/default', because: `it is not listed as critical and ${count} it (Tier-2 starts above ${above})` };
}
