/** §8.2 plans the pull request of one dataset: files, words and the digest of what is judged. Nothing is sent here. */
import type { Baseline } from '../src/core/artifacts/baseline.js';
import type { DatasetManifest } from '../src/core/artifacts/dataset-manifest.js';
import type { PolicyBundle } from '../src/core/artifacts/policy-bundle.js';
import type { MergeStrategy } from '../src/core/decide/merge.js';
import type { Decision } from '../src/core/evidence.js';
import type { DatasetFacts, Unresolved } from '../src/core/facts.js';
import type { Delivery, FileEdit, PullRequestPlan } from '../src/core/pull-request.js';
import { judgedDigest } from '../src/core/signing/judged.js';
import { urnParts } from '../src/core/urn.js';
import type { EnrichmentLevel, Risk } from '../src/core/vocabulary.js';
import { pullRequestBody } from './pull-request-body.js';

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
  readonly documents: { readonly manifest: FileEdit; readonly policy: FileEdit; readonly baseline: FileEdit };
};

const LEVEL_WORDS: Readonly<Record<EnrichmentLevel, string>> = {
  contract_lite: 'Contract-Lite',
  volume_baseline: 'Contract-Lite + Volume',
  freshness_slo: 'Contract-Lite + Volume + Freshness',
  full_contract: 'Full contract',
  advanced: 'Advanced contract',
};

export function planPullRequest(input: PullRequestInput): PullRequestPlan {
  const { manifest, bundle, documents, delivery, merge } = input;
  const { namespace, name } = urnParts(manifest.urn);
  const files = [documents.manifest, documents.policy, documents.baseline].sort((a, b) => (a.path < b.path ? -1 : 1));
  const title = `Make ${name} observable (${tierWord(manifest.tier)}, ${LEVEL_WORDS[bundle.enrichment_level]})`;
  return {
    urn: manifest.urn,
    tier: manifest.tier,
    risk: input.risk.value,
    branch: `autopilot/${namespace}/${name}`,
    base: delivery.base,
    title,
    body: pullRequestBody(input),
    commitMessage: `${title}\n\nDataset: ${manifest.urn}\nBootstrap: ${bundle.bootstrap_id}\n`,
    files,
    labels: ['autopilot'],
    reviewers: merge.value.kind === 'person' ? [manifest.owner_team] : [],
    judgedDigest: judgedDigest(files),
  };
}

function tierWord(tier: string): string {
  return tier.replace('TIER_', 'Tier-');
}
