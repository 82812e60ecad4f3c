/** §8.2 plans the pull request of one dataset: files, words and the digest of what is judged. Nothing is sent here. */
import type { PullRequestPlan } from '../src/core/pull-request.js';
import { judgedDigest } from '../src/core/signing/judged.js';
import { urnParts } from '../src/core/urn.js';
import { pullRequestBody } from './pull-request-body.js';
import { branchOf, LEVEL_WORDS, type PullRequestInput, tierWord } from './pull-request-input.js';

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
    ...(delivery.how === 'github' ? { baseBranch: delivery.baseBranch } : {}),
    title,
    body: pullRequestBody(input, digest),
    commitMessage: `${title}\n\nDataset: ${manifest.urn}\nBootstrap: ${bundle.bootstrap_id}\n`,
    files,
    labels: ['autopilot'],
    // On a forge the owners are told of what merges alone too: nobody objects to what they never heard of.
    reviewers: delivery.how === 'github' ? namedOwners(input) : merge.value.kind === 'person' ? [manifest.owner_team] : [],
    judgedDigest: digest,
  };
}

/** As CODEOWNERS or dbt spells them (`@acme/data`, `@jane`); the word that the manifest uses where nobody does. */
function namedOwners({ facts, manifest }: PullRequestInput): readonly string[] {
  const handles = facts.owners.teams.filter((name) => name.startsWith('@'));
  return handles.length > 0 ? handles : [manifest.owner_team];
}
