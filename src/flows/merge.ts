/** §8.3 merges exactly the head that was judged, once everything still holds on a fresh look; then what is merged is in force. */
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { mergesItself } from '../core/decide/merge.js';
import { DOCUMENTS, documentKey, repositoryFolder, signedBundleKey } from '../core/document-keys.js';
import { toJson } from '../core/json.js';
import { GATE_CHECK } from '../core/merge-gate/conditions/checks.js';
import { CONDITIONS } from '../core/merge-gate/evaluate.js';
import { decideLateObjection } from '../core/merge-gate/late-objection.js';
import type { PullRequestSnapshot } from '../core/merge-gate/snapshot.js';
import { LOOK_AGAIN_MS, MERGE_LEASE_MS, MS_PER_DAY, SNAPSHOT_MAX_AGE_MS } from '../core/numbers.js';
import { happened, type Outcome, waits } from '../core/outcome.js';
import { ProblemError } from '../core/problem.js';
import type { FileEdit } from '../core/pull-request.js';
import { settingsIn } from '../core/repository-settings.js';
import { policyDigest } from '../core/signing/digest.js';
import { judgedDigest } from '../core/signing/judged.js';
import { readStrictYaml } from '../core/signing/strict-yaml.js';
import { later } from '../core/time.js';
import type { DatasetUrn } from '../core/urn.js';
import type { Landing, Ports, ProposalView, PullRequests } from '../ports.js';
import { type Bootstrap, note, repositoryKey } from './bootstrap.js';
import { judge } from './judge.js';

type Request = NonNullable<BootstrapRecord['pull_request']>;

export async function merge(bootstrap: Bootstrap, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  const request = record.pull_request;
  if (!request) throw new Error(`${record.dataset_urn} has nothing to merge`);
  const pulls = ports.pullRequests(repositoryKey(record));
  const view = await pulls.look(request.branch, request.number, request.base_sha);

  if (!view) return happened('declined', record, 'the pull request is gone');
  return view.how === 'local' ? locally(bootstrap, { request, view, pulls }, ports) : onForge(bootstrap, { request, view, pulls }, ports);
}

type Local = { readonly request: Request; readonly view: ProposalView & { how: 'local' }; readonly pulls: PullRequests };
type OnForge = { readonly request: Request; readonly view: ProposalView & { how: 'forge' }; readonly pulls: PullRequests };

async function locally(bootstrap: Bootstrap, { request, view, pulls }: Local, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  if (view.head !== request.head) return happened('head-moved', record, 'the branch moved after it was signed');
  if (view.merged) return accepted(bootstrap, view.merged, ports);
  return landed(
    bootstrap,
    await pulls.merge({ branch: request.branch, number: undefined, baseSha: request.base_sha }, request.head, words(bootstrap, ports)),
    ports,
  );
}

async function onForge(bootstrap: Bootstrap, { request, view, pulls }: OnForge, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  const { snapshot } = view;
  const { pullRequest } = snapshot;
  if (pullRequest.state === 'closed') return happened('declined', record, `${pullRequest.closedBy?.login ?? 'somebody'} closed it`);
  if (pullRequest.state === 'merged') return merged(bootstrap, snapshot, ports);
  if (pullRequest.head !== request.head) return happened('head-moved', record, 'the branch moved after it was signed');

  const judged = await judge(bootstrap, { snapshot, app: view.app, phase: 'merge' }, ports);
  const { decision, verdicts } = judged;
  if (decision.kind === 'schema-changed') return happened('schema-changed', judged.record, decision.because);
  if (decision.kind !== 'go' && decision.kind !== 'wait') return happened('outdated', judged.record, decision.because);
  const blocked = verdicts.find(({ id, state }) => state === 'block' && !isAfterSigning(id));
  if (decision.kind === 'wait' && blocked) return happened('held', judged.record, decision.because);
  if (decision.kind === 'wait') return waits(decision.until, judged.record, decision.because);
  if (!mergesItself(judged.merge)) {
    const because = 'everything holds and the policy is signed: whoever may merge it presses the button';
    return waits(later(ports.clock.now(), MS_PER_DAY), judged.record, because);
  }
  // Our own check came last: only what the forge says with it in place counts.
  if (pullRequest.mergeState === 'BLOCKED' && !(snapshot.rules.ok && snapshot.rules.value.mergeQueue)) {
    const because = `${GATE_CHECK} is shown as passed: the forge is asked again before the merge`;
    return waits(later(ports.clock.now(), SNAPSHOT_MAX_AGE_MS), judged.record, because);
  }
  return press({ ...bootstrap, record: judged.record }, { request, view, pulls }, ports);
}

/** What is asked only of a signed head cannot be mended by approving and signing it again. */
function isAfterSigning(id: string): boolean {
  return CONDITIONS.some((condition) => condition.id === id && condition.afterSigning === true);
}

/**
 * Everything holds. The intention is noted under the record's revision: whoever writes a hold meanwhile is either seen
 * here or finds the merge done. The forge itself pins the head.
 */
async function press(bootstrap: Bootstrap, { request, pulls, view }: OnForge, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  const now = ports.clock.now();
  const lane = `merge ${record.repository_id}/${request.base_branch ?? ''}`;
  const lease = await ports.leases.take(lane, record.bootstrap_id, now, MERGE_LEASE_MS);
  if (!lease) return waits(later(now, MERGE_LEASE_MS), record, 'another merge into the same branch is under way');
  try {
    if (Date.parse(now) - Date.parse(view.snapshot.at) > SNAPSHOT_MAX_AGE_MS)
      return waits(now, record, 'what was seen is too old to merge on: it is looked at again');
    const meant = { ...record, pull_request: { ...requestOf(record), merge_intent: { head: request.head, at: now } } };
    const noted = await note(ports.records, record, meant, { at: now, intention: 'merge planned' });
    // Tokens grow with every taking: the next one after ours says that nobody had the lease in between.
    const still = await ports.leases.take(lane, record.bootstrap_id, ports.clock.now(), MERGE_LEASE_MS);
    if (still?.token !== lease.token + 1) return waits(later(now, MERGE_LEASE_MS), noted, 'another merge took the lease over meanwhile');
    const onto = request.base_branch === undefined ? {} : { baseBranch: request.base_branch };
    const where = { branch: request.branch, number: request.number, baseSha: request.base_sha, ...onto };
    const landing = await pulls.merge(where, request.head, words({ ...bootstrap, record: noted }, ports));
    return landing.kind === 'landed'
      ? await lookedBack({ ...bootstrap, record: noted }, landing.sha, ports)
      : await landed({ ...bootstrap, record: noted }, landing, ports);
  } finally {
    await ports.leases.release(lane, record.bootstrap_id);
  }
}

async function landed(bootstrap: Bootstrap, landing: Landing, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  const again = later(ports.clock.now(), LOOK_AGAIN_MS);
  switch (landing.kind) {
    case 'landed':
      return accepted(bootstrap, landing.sha, ports);
    case 'head-moved':
      return happened('head-moved', record, 'the branch moved while it was merged');
    case 'queued':
      return waits(again, record, 'it stands in the merge queue');
    case 'refused':
      return waits(again, record, landing.because);
    case 'stopped':
      throw new ProblemError({
        kind: 'usage',
        what: `${record.dataset_urn} cannot be merged: ${landing.because}.`,
        remedy: 'Mend that, then `sf bootstrap retry`.',
      });
  }
}

/** Labels and reviews of the last second were not seen before the call: the look after it finds them. */
async function lookedBack(bootstrap: Bootstrap, sha: string, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  const request = requestOf(record);
  const view = await ports.pullRequests(repositoryKey(record)).look(request.branch, request.number, request.base_sha);
  const isSeen = view?.how === 'forge' && view.snapshot.pullRequest.state === 'merged';
  return isSeen ? merged(bootstrap, view.snapshot, ports) : accepted(bootstrap, sha, ports);
}

/** Whoever pressed the button: what was merged has to be what was approved. */
async function merged(bootstrap: Bootstrap, snapshot: PullRequestSnapshot, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  const request = requestOf(record);
  const { mergeCommit, mergedBy, head, baseRef } = snapshot.pullRequest;
  if (baseRef !== request.base_branch) return happened('declined', record, `it was merged into ${baseRef}, not ${request.base_branch}`);
  if (!mergeCommit) return waits(later(ports.clock.now(), LOOK_AGAIN_MS), record, 'it is merged, and the forge has not said yet as what');
  const byUs = request.merge_intent?.head === head;
  const whose = byUs ? request : { ...request, merged_by: 'person' as const };
  const late = byUs ? decideLateObjection(snapshot, request, holdLabels(bootstrap, snapshot)) : undefined;
  if (late) throw lateObjection(bootstrap, late);
  if (
    snapshot.changes.ok &&
    judgedDigest(snapshot.changes.value.map(({ path, content = '' }) => ({ path, content }))) !== request.approved_digest
  )
    return happened('head-moved', record, `${mergedBy?.login ?? 'somebody'} merged something else than what was approved`);
  return accepted({ ...bootstrap, record: { ...record, pull_request: whose } }, mergeCommit, ports);
}

/** Also those that the repository added. */
function holdLabels({ fleet }: Bootstrap, { config }: PullRequestSnapshot): readonly string[] {
  const settings = config.ok ? settingsIn(fleet.settings, config.value) : undefined;
  return (settings?.ok ? settings.value : fleet.settings).merge.hold_labels;
}

/** Labels and reviews cannot be pinned like the head: what came within the last second is found here and taken to a person. */
function lateObjection({ record }: Bootstrap, because: string): ProblemError {
  return new ProblemError({
    kind: 'usage',
    what: `${record.dataset_urn} was merged although ${because}.`,
    remedy: `Whoever owns it decides: \`git revert -m 1\` of the merge takes it out, \`sf bootstrap retry\` goes on with it.`,
  });
}

/** The config store follows the repository: what was merged is what is in force. */
async function accepted({ record, registration, fleet }: Bootstrap, sha: string, ports: Ports): Promise<Outcome> {
  const request = requestOf(record);
  const folder = repositoryFolder(fleet.settings.folder, record.dataset_urn);
  const paths: readonly string[] = Object.values(DOCUMENTS).map((name) => `${folder}/${name}`);
  // What else lies in the folder was there before and was judged by nobody: it is not put in force.
  const files = (await ports.forge(repositoryKey(record)).readFolder(sha, folder)).filter(({ path }) => paths.includes(path));
  if (judgedDigest(files) !== request.approved_digest) {
    const what = `${sha.slice(0, 12)} of ${registration.facts.repository} does not hold what was approved for ${record.dataset_urn}.`;
    throw new ProblemError({ kind: 'usage', what, remedy: `Look at ${folder}/ there; \`sf bootstrap retry\` proposes it again.` });
  }
  await storeMerged(ports.objects, { urn: record.dataset_urn, folder }, await inForce(ports.objects, record, files));
  const policy_config = { ...record.steps.policy_config, status: 'COMPLETED' as const, completed_at: ports.clock.now() };
  const done = { ...record, steps: { ...record.steps, policy_config }, pull_request: { ...request, merged_as: sha } };
  return happened('merged', done, `merged in ${registration.facts.repository}`);
}

/** Where the branch could not carry the signature, the store holds the signed bundle: SDK and validator read it there. */
async function inForce(objects: Ports['objects'], record: BootstrapRecord, files: readonly FileEdit[]): Promise<readonly FileEdit[]> {
  if (record.pull_request?.signed_in !== 'store') return files;
  const bundle = files.find(({ path }) => path.endsWith(`/${DOCUMENTS.bundle}`));
  const read = bundle && readStrictYaml(bundle.content, bundle.path);
  const signed = read?.ok ? await objects.get(signedBundleKey(record.dataset_urn, policyDigest(toJson(read.value)))) : undefined;
  return files.map((file) => (file === bundle && signed !== undefined ? { ...file, content: signed } : file));
}

async function storeMerged(
  objects: Ports['objects'],
  { urn, folder }: { readonly urn: DatasetUrn; readonly folder: string },
  files: readonly FileEdit[],
): Promise<void> {
  for (const name of ['manifest', 'bundle', 'baseline'] as const) {
    const merged = files.find(({ path }) => path === `${folder}/${DOCUMENTS[name]}`);
    if (merged) await objects.put(documentKey(urn, name), merged.content);
  }
}

function requestOf({ pull_request, dataset_urn }: BootstrapRecord): Request {
  if (!pull_request) throw new Error(`${dataset_urn} has no pull request`);
  return pull_request;
}

/** Our own words: what others wrote into title and body does not become the history. */
function words({ record, fleet }: Bootstrap, ports: Pick<Ports, 'clock'>) {
  const by = record.pull_request?.approvals.map((approval) => approval.by) ?? [];
  const approved = by.length > 0 ? `Approved by ${by.join(', ')}.` : 'Approved by the clock: nobody objected.';
  const { method } = fleet.settings.merge;
  const title = `Put the registration and policy of ${record.dataset_urn} in force`;
  return {
    title,
    message: `${approved}\nUndo: git revert ${method === 'merge' ? '-m 1 ' : ''}<this commit>\n`,
    method,
    at: ports.clock.now(),
  };
}
