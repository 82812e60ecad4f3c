/** §8.2 everything a pull request is planned from, and the words its parts share. */
import type { Baseline } from '../src/core/artifacts/baseline.js';
import type { DatasetManifest } from '../src/core/artifacts/dataset-manifest.js';
import type { PolicyBundle } from '../src/core/artifacts/policy-bundle.js';
import type { Autonomy } from '../src/core/decide/autonomy.js';
import type { MergeStrategy } from '../src/core/decide/merge.js';
import type { Decision } from '../src/core/evidence.js';
import type { DatasetFacts, Unresolved } from '../src/core/facts.js';
import { BRANCH_PREFIX, type Delivery, type FileEdit } from '../src/core/pull-request.js';
import { type DatasetUrn, urnParts } from '../src/core/urn.js';
import type { EnrichmentLevel, Risk, Tier } from '../src/core/vocabulary.js';

export type PullRequestInput = {
  readonly manifest: DatasetManifest;
  readonly baseline: Baseline;
  readonly bundle: PolicyBundle;
  readonly facts: DatasetFacts;
  readonly decisions: readonly Decision<unknown>[];
  readonly risk: Decision<Risk>;
  readonly merge: Decision<MergeStrategy>;
  /** What could not be understood near this dataset. */
  readonly unresolved: readonly Unresolved[];
  readonly delivery: Delivery;
  readonly openedAt: string;
  /** Set where the proposal goes to a forge: whether its rules let it merge alone. */
  readonly autonomy?: Decision<Autonomy>;
  readonly documents: { readonly manifest: FileEdit; readonly policy: FileEdit; readonly baseline: FileEdit };
};

export const LEVEL_WORDS: Readonly<Record<EnrichmentLevel, string>> = {
  contract_lite: 'Contract-Lite',
  volume_baseline: 'Contract-Lite + Volume',
  freshness_slo: 'Contract-Lite + Volume + Freshness',
  full_contract: 'Full contract',
  advanced: 'Advanced contract',
};

export function branchOf(urn: DatasetUrn): string {
  const { namespace, name } = urnParts(urn);
  return `${BRANCH_PREFIX}${namespace}/${name}`;
}

/** As a person writes it: `Tier-3`. */
export function tierWord(tier: Tier): string {
  return tier.replace('TIER_', 'Tier-');
}
