/** §8.3 what follows a merge, whoever made it: what was merged is put in force, or a person is told why it is not. */

import { afterMergeWords } from '../../generators/answers.js';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { DOCUMENTS, documentKey, repositoryFolder, signedBundleKey } from '../core/document-keys.js';
import { toJson } from '../core/json.js';
import type { PullRequestRecord } from '../core/merge-gate/conditions/scene.js';
import { decideLateObjection } from '../core/merge-gate/late-objection.js';
import type { PullRequestSnapshot } from '../core/merge-gate/snapshot.js';
import { LOOK_AGAIN_MS } from '../core/numbers.js';
import { happened, type Outcome, waits } from '../core/outcome.js';
import { ProblemError } from '../core/problem.js';
import type { FileEdit } from '../core/pull-request.js';
import { settingsIn } from '../core/repository-settings.js';
import { policyDigest } from '../core/signing/digest.js';
import { judgedDigest } from '../core/signing/judged.js';
import { readStrictYaml } from '../core/signing/strict-yaml.js';
import { later } from '../core/time.js';
import type { DatasetUrn } from '../core/urn.js';
import type { Ports } from '../ports.js';
import { type Bootstrap, note, repositoryKey } from './bootstrap.js';

/** Labels and reviews of the last second were not seen before the call: the look after it finds them. */
export async function lookedBack(bootstrap: Bootstrap, sha: string, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  const request = requestOf(record);
  const view = await ports.pullRequests(repositoryKey(record)).look(request.branch, request.number, request.base_sha);
  const isSeen = view?.how === 'forge' && view.snapshot.pullRequest.state === 'merged';
  return isSeen ? merged(bootstrap, view.snapshot, ports) : accepted(bootstrap, sha, ports);
}

/** Whoever pressed the button: what was merged has to be what was approved. */
export async function merged(bootstrap: Bootstrap, snapshot: PullRequestSnapshot, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  const request = requestOf(record);
  const { mergeCommit, mergedBy, head, baseRef } = snapshot.pullRequest;
  if (baseRef !== request.base_branch) return happened('declined', record, `it was merged into ${baseRef}, not ${request.base_branch}`);
  if (!mergeCommit) return waits(later(ports.clock.now(), LOOK_AGAIN_MS), record, 'it is merged, and the forge has not said yet as what');
  const byUs = request.merge_intent?.head === head;
  const whose = byUs ? request : { ...request, merged_by: 'person' as const };
  const late = byUs ? decideLateObjection(snapshot, request, holdLabels(bootstrap, snapshot)) : undefined;
  // Labels and reviews cannot be pinned like the head: what came within the last second is found here and taken to a person.
  if (late) return escalate(bootstrap, { because: `it was merged although ${late}`, merge: mergeCommit }, ports);
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

/**
 * Says it on the pull request, once however often this runs, and ends with a person. The merge is noted first, so that what
 * becomes of it is watched like that of any other.
 */
export async function escalate(
  { record }: Pick<Bootstrap, 'record'>,
  { because, merge }: { readonly because: string; readonly merge?: string },
  ports: Pick<Ports, 'records' | 'pullRequests' | 'clock'>,
): Promise<never> {
  const { dataset_urn: urn } = record;
  const request = requestOf(record);
  if (request.number !== undefined) {
    if (merge !== undefined)
      await note(
        ports.records,
        record,
        { ...record, pull_request: { ...request, merged_as: merge } },
        { at: ports.clock.now(), intention: `merged, and a person has to look: ${because}` },
      );
    const words = afterMergeWords({ urn, because, owners: request.notified?.who ?? [], ...(merge === undefined ? {} : { merge }) });
    await ports.pullRequests(repositoryKey(record)).tell(request.number, 'merged', words);
  }
  throw new ProblemError({
    kind: 'usage',
    what: `${urn} needs a person: ${because}.`,
    remedy: `Whoever owns it decides: a revert of the merge takes it out, \`sf bootstrap retry --urn ${urn}\` goes on with it.`,
  });
}

/** The config store follows the repository: what was merged is what is in force. */
export async function accepted(bootstrap: Bootstrap, sha: string, ports: Ports): Promise<Outcome> {
  const { record, registration, fleet } = bootstrap;
  const request = requestOf(record);
  const folder = repositoryFolder(fleet.settings.folder, record.dataset_urn);
  const paths: readonly string[] = Object.values(DOCUMENTS).map((name) => `${folder}/${name}`);
  // What else lies in the folder was there before and was judged by nobody: it is not put in force.
  const files = (await ports.forge(repositoryKey(record)).readFolder(sha, folder)).filter(({ path }) => paths.includes(path));
  if (judgedDigest(files) !== request.approved_digest) {
    const because = `${sha.slice(0, 12)} of ${registration.facts.repository} does not hold what was approved in ${folder}/`;
    return escalate(bootstrap, { because, merge: sha }, ports);
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

export function requestOf({ pull_request, dataset_urn }: BootstrapRecord): PullRequestRecord {
  if (!pull_request) throw new Error(`${dataset_urn} has no pull request`);
  return pull_request;
}
