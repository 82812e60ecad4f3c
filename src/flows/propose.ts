/** §6, §8.2 drafts the policy, plans the change and opens it as a branch with one commit. */
import { printManifest, withContract } from '../../generators/dataset-manifest.js';
import { draftPolicy, printPolicy } from '../../generators/policy-bundle.js';
import { planPullRequest } from '../../generators/pull-request.js';
import { renderJson } from '../../generators/render/json.js';
import type { Baseline } from '../core/artifacts/baseline.js';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { decideProposal } from '../core/decide/proposal.js';
import { fillVolume } from '../core/decide/slo.js';
import { DOCUMENTS, type DocumentName, documentKey, pullRequestKey, repositoryFolder } from '../core/document-keys.js';
import { toJson } from '../core/json.js';
import { happened, type Outcome } from '../core/outcome.js';
import { ProblemError } from '../core/problem.js';
import type { PullRequestPlan } from '../core/pull-request.js';
import { policyDigest } from '../core/signing/digest.js';
import { readStrictYaml } from '../core/signing/strict-yaml.js';
import type { ObjectStore, Ports } from '../ports.js';
import { type Bootstrap, loadBaseline, note } from './bootstrap.js';

export async function propose(bootstrap: Bootstrap, ports: Pick<Ports, 'objects' | 'records' | 'forge' | 'clock'>): Promise<Outcome> {
  const { record, registration } = bootstrap;
  const baseline = await loadBaseline(ports.objects, record);
  const forge = ports.forge(registration.facts.repository);
  const openedAt = record.pull_request?.opened_at ?? ports.clock.now();

  const { plan, documents } = planProposal(bootstrap, baseline, openedAt);

  const sha = await forge.commit([registration.commit], plan.files, plan.commitMessage, openedAt);
  const standing = await forge.head(plan.branch);
  if (standing && standing !== sha && !record.pull_request?.written.includes(standing)) {
    const ours = record.pull_request?.head;
    if (!ours || !(await forge.contains(plan.branch, ours))) throw foreignBranch(plan.branch);
    return happened('proposed', record, `the branch ${plan.branch} holds what a person added to it and stays as it is`);
  }
  await store(ports.objects, record, documents, plan);
  const planned = withRequest(record, plan, sha, openedAt, ports.objects);
  const noted = await note(ports.records, record, planned, { at: ports.clock.now(), intention: 'branch planned' });
  const pointed = await forge.point(plan.branch, sha, standing);
  if (!pointed.done) throw foreignBranch(plan.branch);
  return happened('proposed', noted, `the branch ${plan.branch} is open`);
}

type Documents = Readonly<Record<DocumentName, string>>;

/** Pure: everything that the change consists of. */
function planProposal(
  { record, registration, fleet }: Bootstrap,
  baseline: Baseline,
  openedAt: string,
): { readonly plan: PullRequestPlan; readonly documents: Documents } {
  const { facts, choices, unresolved } = registration;
  const { settings } = fleet;
  const stamp = { now: record.started_at, bootstrapId: record.bootstrap_id };
  const slo = fillVolume(registration.manifest.slo, baseline.volume?.avg_row_count, settings, record.tier);
  const { level, risk, merge } = decideProposal({ tier: record.tier, model: record.enforcement_model, baseline }, settings);
  const filled = { ...registration.manifest, slo: slo.value };
  const bundle = draftPolicy({ manifest: filled, baseline, level: level.value, settings, stamp });
  const bundleText = printPolicy(bundle);
  const manifest = withContract(filled, digestOf(bundleText));
  const documents = { manifest: printManifest(manifest), bundle: bundleText, baseline: renderJson(baseline) };
  const folder = repositoryFolder(settings.folder, record.dataset_urn);
  const edit = (name: DocumentName) => ({ path: `${folder}/${DOCUMENTS[name]}`, content: documents[name] });
  const plan = planPullRequest({
    manifest,
    baseline,
    bundle,
    facts,
    decisions: [...Object.values(choices), slo, level, risk, merge],
    risk,
    merge,
    unresolved,
    delivery: { how: 'local', base: registration.commit },
    openedAt,
    documents: { manifest: edit('manifest'), policy: edit('bundle'), baseline: edit('baseline') },
  });
  return { plan, documents };
}

function digestOf(bundleText: string): string {
  const read = readStrictYaml(bundleText, DOCUMENTS.bundle);
  if (!read.ok) throw new Error(`our own policy cannot be read: ${read.problem.what}`);
  return policyDigest(toJson(read.value));
}

async function store(objects: ObjectStore, { dataset_urn }: BootstrapRecord, documents: Documents, plan: PullRequestPlan): Promise<void> {
  await objects.put(documentKey(dataset_urn, 'manifest'), documents.manifest);
  await objects.put(documentKey(dataset_urn, 'bundle'), documents.bundle);
  await objects.put(pullRequestKey(dataset_urn), plan.body);
}

function withRequest(record: BootstrapRecord, plan: PullRequestPlan, sha: string, openedAt: string, objects: ObjectStore): BootstrapRecord {
  const written = [...new Set([...(record.pull_request?.written ?? []), sha])];
  const policy_config = {
    status: 'PENDING_APPROVAL' as const,
    artifact: objects.url(documentKey(record.dataset_urn, 'bundle')),
    pr_url: objects.url(pullRequestKey(record.dataset_urn)),
    generated_by: 'autopilot',
    ...(plan.reviewers[0] ? { awaiting_approval_from: plan.reviewers[0] } : {}),
  };
  const pull_request = {
    branch: plan.branch,
    head: sha,
    written,
    judged_digest: plan.judgedDigest,
    opened_at: openedAt,
    approvals: record.pull_request?.approvals ?? [],
  };
  return { ...record, steps: { ...record.steps, policy_config }, pull_request };
}

function foreignBranch(branch: string): ProblemError {
  return new ProblemError({
    kind: 'usage',
    what: `The branch ${branch} holds a commit that this store did not write, so it belongs to a person.`,
    remedy: 'Rename or delete that branch, or name the --home it was made with, then `sf bootstrap retry`.',
  });
}
