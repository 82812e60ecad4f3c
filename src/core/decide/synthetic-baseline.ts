/** §5.5 the volume a dataset without history borrows from its peers, and whether alarms may rest on it. */
import type { Decision } from '../evidence.js';
import { DOMAIN_PEERS, REFINE_AFTER_RUNS, SIGMA_SYNTHETIC } from '../numbers.js';
import type { Settings } from '../settings.js';
import { type DatasetUrn, urnParts } from '../urn.js';
import type { Tier } from '../vocabulary.js';

/** A dataset whose baseline was computed from its own data. */
export type Peer = { readonly urn: DatasetUrn; readonly tier: Tier; readonly avgRows: number };
export type NewDataset = { readonly urn: DatasetUrn; readonly tier: Tier; readonly daysOfHistory: number };

export type BorrowedVolume = {
  readonly median: number;
  /** Population standard deviation over the peers: wide, because peers differ more than days do. */
  readonly stddev: number;
  readonly lower: number;
  readonly upper: number;
  readonly peers: number;
  readonly k: number;
};
export type SyntheticVolume = { readonly volume?: BorrowedVolume; readonly alerting: 'wide' | 'off' };

export function decideSyntheticVolume(
  dataset: NewDataset,
  peers: readonly Peer[],
  settings: Pick<Settings, 'domains'>,
): Decision<SyntheticVolume> {
  const later = `until ${REFINE_AFTER_RUNS} runs are there`;
  if (dataset.daysOfHistory === 0) {
    return {
      value: { alerting: 'off' },
      rule: 'synthetic/no-history',
      because: `there is no history at all: volume alarms are off ${later}`,
    };
  }
  if (dataset.tier === 'TIER_3') {
    return {
      value: { alerting: 'off' },
      rule: 'synthetic/tier-3',
      because: `Tier-3 with too little history: volume alarms are off ${later}`,
    };
  }
  const others = peers.filter((peer) => peer.urn !== dataset.urn);
  if (dataset.tier === 'TIER_2') {
    if (others.length < DOMAIN_PEERS) return tooFew(others.length, 'the organisation');
    return borrowed(others, 'synthetic/organisation-median', 'datasets of the organisation');
  }
  const tier = others.filter((peer) => peer.tier === dataset.tier);
  const domain = domainOf(dataset.urn, settings);
  const near = tier.filter((peer) => domainOf(peer.urn, settings) === domain);
  if (near.length >= DOMAIN_PEERS) return borrowed(near, 'synthetic/domain-median', `Tier-1 datasets of ${domain}`);
  if (tier.length < DOMAIN_PEERS) return tooFew(tier.length, 'Tier-1');
  return borrowed(tier, 'synthetic/tier-median', `Tier-1 datasets, since ${domain} has only ${near.length} of them`);
}

/** The first segment of the urn, unless the organisation maps it. */
export function domainOf(urn: DatasetUrn, settings: Pick<Settings, 'domains'>): string {
  const { namespace } = urnParts(urn);
  return settings.domains[namespace] ?? namespace;
}

function tooFew(count: number, where: string): Decision<SyntheticVolume> {
  return {
    value: { alerting: 'off' },
    rule: 'synthetic/too-few-peers',
    because: `${where} has ${count} datasets to compare with, fewer than ${DOMAIN_PEERS}: nothing is borrowed and volume alarms are off`,
  };
}

function borrowed(peers: readonly Peer[], rule: string, who: string): Decision<SyntheticVolume> {
  const rows = peers.map((peer) => peer.avgRows).sort((a, b) => a - b);
  const middle = rows.length / 2;
  const median = ((rows[Math.ceil(middle) - 1] ?? 0) + (rows[Math.floor(middle)] ?? 0)) / 2;
  const mean = rows.reduce((sum, each) => sum + each, 0) / rows.length;
  const stddev = Math.sqrt(rows.reduce((sum, each) => sum + (each - mean) ** 2, 0) / rows.length);
  const k = SIGMA_SYNTHETIC;
  const volume = { median, stddev, lower: Math.max(0, median - k * stddev), upper: median + k * stddev, peers: rows.length, k };
  const because = `the median of ${rows.length} ${who} is ${Math.round(median)} rows; the band is ${k} sigma wide until it is refined`;
  return { value: { volume, alerting: 'wide' }, rule, because };
}
