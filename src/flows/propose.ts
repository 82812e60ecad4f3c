/** §6, §8.2 drafts the policy, plans the change and opens it as a branch with one commit. */
import { printBaseline } from '../../generators/baseline.js';
import { printManifest } from '../../generators/dataset-manifest.js';
import { draftPolicy, printPolicy } from '../../generators/policy-bundle.js';
import { planPullRequest } from '../../generators/pull-request.js';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { firstLevel } from '../core/decide/enrichment.js';
import { decideMerge, type MergeStrategy } from '../core/decide/merge.js';
import { assessRisk } from '../core/decide/risk.js';
import { fillVolume } from '../core/decide/slo.js';
import { documentKey, pullRequestKey } from '../core/document-keys.js';
import { happened, type Outcome } from '../core/outcome.js';
import { ProblemError } from '../core/problem.js';
import type { PullRequestPlan } from '../core/pull-request.js';
import type { Forge, ObjectStore, Ports } from '../ports.js';
import { type Bootstrap, loadBaseline, note } from './bootstrap.js';

export async function propose(bootstrap: Bootstrap, ports: Pick<Ports, 'objects' | 'records' | 'forge' | 'clock'>): Promise<Outcome> {
  const { record, registration } = bootstrap;
  const baseline = await loadBaseline(ports.objects, record);
  const forge = ports.forge(registration.facts.repository);
  const standing = await forge.head(branchOf(bootstrap));

  const openedAt = record.pull_request?.opened_at ?? ports.clock.now();
  const { plan, documents } = planProposal(bootstrap, baseline, openedAt);

  await saveDocuments(ports.objects, record, documents, plan);
  const sha = await forge.commit([registration.commit], plan.files, plan.commitMessage, openedAt);
  refuseForeignBranch(record, plan, standing, sha);
  const noted = await note(ports.records, withRequest(record, plan, sha, openedAt, ports.objects), ports.clock.now(), 'branch planned');
  const pointed = await forge.point(plan.branch, sha, standing);
  if (!pointed.done) throw foreignBranch(plan.branch, pointed.head);
  return happened('proposed', noted, `branch ${plan.branch} waits for its reader`);
}
