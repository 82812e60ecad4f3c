/** §6, §8.2 drafts the policy, plans the change and opens it: one commit on a branch, and the pull request of that branch. */

import { printManifest, withContract } from '../../generators/dataset-manifest.js';
import { draftPolicy, printPolicy } from '../../generators/policy-bundle.js';
import { planPullRequest } from '../../generators/pull-request.js';
import type { PullRequestInput } from '../../generators/pull-request-input.js';
import { renderJson } from '../../generators/render/json.js';
import type { Baseline } from '../core/artifacts/baseline.js';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { decidePace } from '../core/decide/pace.js';
import { decideProposal } from '../core/decide/proposal.js';
import { fillVolume } from '../core/decide/slo.js';
import { DOCUMENTS, type DocumentName, documentKey, pullRequestKey, repositoryFolder } from '../core/document-keys.js';
import { toJson } from '../core/json.js';
import { wordsDigest } from '../core/merge-gate/conditions/policy.js';
import type { PullRequestRecord } from '../core/merge-gate/conditions/scene.js';
import { MS_PER_HOUR } from '../core/numbers.js';
import { happened, type Outcome, waits } from '../core/outcome.js';
import { ProblemError } from '../core/problem.js';
import type { PullRequestPlan } from '../core/pull-request.js';
import { materialDigest } from '../core/registration-material.js';
import { type EffectiveSettings, settingsAt, switchedOff } from '../core/repository-settings.js';
import type { Settings } from '../core/settings.js';
import { policyDigest } from '../core/signing/digest.js';
import { readStrictYaml } from '../core/signing/strict-yaml.js';
import { later } from '../core/time.js';
import type { Forge, ObjectStore, Ports, ProposalBase, Submitted } from '../ports.js';
import { type Bootstrap, loadBaseline, note, repositoryKey } from './bootstrap.js';

/** Run again it brings everything to what the plan says now: commit, branch, title, body. What stands already is left alone. */
export async function propose(
  bootstrap: Bootstrap,
  ports: Pick<Ports, 'objects' | 'records' | 'forge' | 'pullRequests' | 'installations' | 'clock'>,
): Promise<Outcome> {
  const { record, registration } = bootstrap;
  const forge = ports.forge(repositoryKey(record));
  const pulls = ports.pullRequests(repositoryKey(record));
  const now = ports.clock.now();
  const baseline = await loadBaseline(ports.objects, record);
  const target = await pulls.base();
  const settings = settingsThere(bootstrap.fleet.settings, target);
  if (!settings.ok) return waits(later(now, MS_PER_HOUR), record, settings.because);
  const neighbours = target ? await ports.records.inRepository(repositoryKey(record)) : [];

  const pace = decidePace(neighbours, record, settings.value.pace, now);
  if (pace.value.kind === 'wait') return waits(pace.value.until, record, pace.because);
  // On a laptop a second proposal begins at what was accepted of the first: else the two could not be joined.
  const parent = target?.sha ?? record.pull_request?.merged_as ?? registration.commit;
  const openedAt = record.pull_request?.opened_at ?? now;
  const row = record.repository_id === undefined ? undefined : await ports.installations.repository(record.repository_id);
  const place = { openedAt, delivery: await pulls.delivery(registration.commit), ...(row?.autonomy ? { autonomy: row.autonomy } : {}) };
  const { plan, documents } = planProposal({ record, registration, settings: settings.value }, baseline, place);

  const standing = await forge.head(plan.branch);
  const isTheirs = standing !== undefined && !record.pull_request?.written.includes(standing);
  if (isTheirs && (target || (await localCommit(forge, { plan, parent, openedAt })) !== standing)) {
    const ours = record.pull_request?.head;
    if (!ours || !(await forge.contains(plan.branch, ours))) throw foreignBranch(plan.branch, registration.facts.repository);
    return happened('proposed', record, `the branch ${plan.branch} holds what a person added to it and stays as it is`);
  }
  await store(ports.objects, record, documents, plan);
  const planned = await commitOnce(bootstrap, { forge, plan, parent, openedAt, now, baseBranch: target?.branch, objects: ports.objects });
  const noted = await note(ports.records, record, planned, { at: now, intention: 'branch planned' });
  const request = requestOf(noted);
  const pointed = await forge.point(plan.branch, request.head, standing);
  if (!pointed.done) {
    const before = record.pull_request;
    if (before?.number === undefined) throw foreignBranch(plan.branch, registration.facts.repository);
    // Theirs from now on: what the record says of our head is what it said before, so that they can hand it back.
    const theirs = { ...noted, pull_request: { ...before, written: request.written } };
    return happened('proposed', theirs, `somebody pushed to ${plan.branch} meanwhile, and it stays as it is`);
  }
  const submitted = await pulls.submit(plan, request.number);
  return happened('proposed', opened(noted, submitted, now), openWords(plan, submitted));
}

/** What the repository says on the branch that this would merge into counts; where it is switched off, or cannot be read, nothing is proposed. */
function settingsThere(organisation: Settings, target: ProposalBase | undefined): EffectiveSettings {
  if (!target) return { ok: true, value: organisation };
  const read = settingsAt(organisation, target.config);
  if (!read.ok)
    return { ok: false, because: `${read.because.replace(/\.$/, '')}, and until it can be read nothing of this repository is proposed` };
  const off = switchedOff(organisation, read.value);
  return off === undefined ? read : { ok: false, because: off };
}

function openWords({ branch }: PullRequestPlan, { number }: Submitted): string {
  return number === undefined ? `the branch ${branch} is open` : `pull request #${number} is open`;
}

/** On a laptop the SHA follows from the arguments alone: a commit that no record knows may be ours, of a store that was lost. */
async function localCommit(
  forge: Forge,
  { plan, parent, openedAt }: { readonly plan: PullRequestPlan; readonly parent: string; readonly openedAt: string },
): Promise<string> {
  return (await forge.commit(parent, plan.files, plan.commitMessage, openedAt)).sha;
}

type Making = {
  readonly forge: Forge;
  readonly plan: PullRequestPlan;
  readonly parent: string;
  readonly openedAt: string;
  readonly now: string;
  readonly baseBranch: string | undefined;
  readonly objects: ObjectStore;
};

/** The record with the head that carries the plan. A commit that was noted for the same content and parent is not made again. */
async function commitOnce({ record, registration }: Bootstrap, making: Making): Promise<BootstrapRecord> {
  const { forge, plan, parent, openedAt, now, baseBranch, objects } = making;
  const known = record.pull_request;
  const policy_config = {
    status: 'PENDING_APPROVAL' as const,
    artifact: objects.url(documentKey(record.dataset_urn, 'bundle')),
    pr_url: record.steps.policy_config.pr_url ?? objects.url(pullRequestKey(record.dataset_urn)),
    generated_by: 'autopilot',
    ...(plan.reviewers[0] ? { awaiting_approval_from: plan.reviewers[0] } : {}),
  };
  const steps = { ...record.steps, policy_config };
  const inputs_digest = materialDigest(registration);
  // The registration may say more than when the bootstrap was claimed.
  const told = { ...record, steps, tier: registration.choices.tier.value, enforcement_model: registration.choices.model.value };
  const isSame = known?.judged_digest === plan.judgedDigest;
  if (known && isSame && known.base_sha === parent) return { ...told, pull_request: { ...known, inputs_digest } };
  const { sha, tree } = await forge.commit(parent, plan.files, plan.commitMessage, openedAt);
  const { approved_digest: _, signed_in: __, merge_intent: ___, ...kept } = known ?? {};
  const pull_request: PullRequestRecord = {
    approvals: [],
    ...kept,
    branch: plan.branch,
    head: sha,
    tree,
    base_sha: parent,
    ...(baseBranch ? { base_branch: baseBranch } : {}),
    written: [...new Set([...(known?.written ?? []), sha])],
    judged_digest: plan.judgedDigest,
    inputs_digest,
    opened_at: openedAt,
    // One different byte starts the clock again; the same bytes on a newer base keep it.
    content_changed_at: known && isSame ? known.content_changed_at : now,
  };
  return { ...told, pull_request };
}

function requestOf({ pull_request, dataset_urn }: BootstrapRecord): PullRequestRecord {
  if (!pull_request) throw new Error(`${dataset_urn} has no pull request`);
  return pull_request;
}

function opened(record: BootstrapRecord, { number, url, words, notified }: Submitted, now: string): BootstrapRecord {
  if (number === undefined) return record;
  const request = requestOf(record);
  return {
    ...record,
    steps: { ...record.steps, policy_config: { ...record.steps.policy_config, pr_url: url } },
    pull_request: {
      ...request,
      number,
      // Of what was sent, not of what was planned: the gate compares it with what a reader sees.
      ...(words ? { words_digest: wordsDigest(words.title, words.body) } : {}),
      ...(request.notified || notified.length === 0 ? {} : { notified: { at: now, who: [...notified] } }),
    },
  };
}

type Documents = Readonly<Record<DocumentName, string>>;

/** Pure: everything that the change consists of. */
function planProposal(
  { record, registration, settings }: Pick<Bootstrap, 'record' | 'registration'> & { readonly settings: Settings },
  baseline: Baseline,
  { openedAt, delivery, autonomy }: Pick<PullRequestInput, 'openedAt' | 'delivery' | 'autonomy'>,
): { readonly plan: PullRequestPlan; readonly documents: Documents } {
  const { facts, choices, unresolved } = registration;
  const tier = choices.tier.value;
  const stamp = { now: record.started_at, bootstrapId: record.bootstrap_id };
  const slo = fillVolume(registration.manifest.slo, baseline.volume?.avg_row_count, settings, tier);
  const { level, risk, merge } = decideProposal({ tier, model: choices.model.value, baseline }, settings);
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
    decisions: [...Object.values(choices), ...(facts.writers ? [facts.writers.speaks] : []), slo, level, risk, merge],
    risk,
    merge,
    unresolved,
    delivery,
    openedAt,
    ...(autonomy ? { autonomy } : {}),
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

function foreignBranch(branch: string, repository: string): ProblemError {
  return new ProblemError({
    kind: 'usage',
    what: `The branch ${branch} of ${repository} holds a commit that this store did not write, so it belongs to a person.`,
    remedy: 'Rename or delete that branch, or name the --home it was made with, then `sf bootstrap retry`.',
  });
}
