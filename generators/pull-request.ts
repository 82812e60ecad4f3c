/** §8.2 plans the pull request of one dataset: files, words and the digest of what is judged. Nothing is sent here. */
import type { PullRequestPlan } from '../src/core/pull-request.js';
import { judgedDigest } from '../src/core/signing/judged.js';
import { urnParts } from '../src/core/urn.js';
import { pullRequestBody } from './pull-request-body.js';
import { branchOf, LEVEL_WORDS, type PullRequestInput } from './pull-request-input.js';

export function planPullRequest(input: PullRequestInput): PullRequestPlan {
  const { manifest, bundle, documents, delivery, merge } = input;
  const { name } = urnParts(manifest.urn);
  const files = [documents.manifest, documents.policy, documents.baseline].sort((a, b) => (a.path < b.path ? -1 : 1));
  const digest = judgedDigest(files);
  const title = `Make ${name} observable (${tierWord(manifest.tier)}, ${LEVEL_WORDS[bundle.enrichment_level]})`;
  return {
    urn: manifest.urn,
    tier: manifest.tier,
    risk: input.risk.value,
    branch: branchOf(manifest.urn),
    base: delivery.base,
    title,
    body: pullRequestBody(input, digest),
    commitMessage: `${title}\n\nDataset: ${manifest.urn}\nBootstrap: ${bundle.bootstrap_id}\n`,
    files,
    labels: ['autopilot'],
    reviewers: merge.value.kind === 'person' ? [manifest.owner_team] : [],
    judgedDigest: digest,
  };
}

function tierWord(tier: string): string {
  return tier.replace('TIER_', 'Tier-');
}
