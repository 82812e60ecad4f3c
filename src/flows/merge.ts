/** §8.3 joins the signed change into the branch of accepted changes; the merge is pinned to the head that was signed. */
import { DOCUMENTS, documentKey, repositoryFolder } from '../core/document-keys.js';
import { happened, type Outcome } from '../core/outcome.js';
import { ProblemError } from '../core/problem.js';
import { ACCEPTED_BRANCH, type FileEdit } from '../core/pull-request.js';
import type { Forge, ObjectStore, Ports } from '../ports.js';
import { type Bootstrap, note } from './bootstrap.js';

const TRIES = 3;

export async function merge(bootstrap: Bootstrap, ports: Pick<Ports, 'objects' | 'records' | 'forge' | 'clock'>): Promise<Outcome> {
  const { record, registration } = bootstrap;
  const request = record.pull_request;
  if (!request) throw new Error(`${record.dataset_urn} has nothing to merge`);
  const forge = ports.forge(registration.facts.repository);
  const head = await forge.head(request.branch);
  if (head !== request.head) return happened('head-moved', record, 'the branch moved after it was signed');
  if (request.merged_as && (await forge.contains(ACCEPTED_BRANCH, request.merged_as))) return accepted(bootstrap, ports, forge, head);

  let noted = record;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const ours = await forge.head(ACCEPTED_BRANCH);
    const merged = await forge.merge(ours ?? registration.commit, head, mergeMessage(bootstrap), ports.clock.now());
    if ('conflicts' in merged) {
      return happened(
        'held',
        noted,
        `${ACCEPTED_BRANCH} holds another version of ${merged.conflicts.join(', ')}: a person has to join them`,
      );
    }
    const next = { ...noted, pull_request: { ...request, merged_as: merged.sha } };
    noted = await note(ports.records, noted, next, { at: ports.clock.now(), intention: 'merge planned' });
    const pointed = await forge.point(ACCEPTED_BRANCH, merged.sha, ours);
    if (pointed.done) return accepted({ ...bootstrap, record: noted }, ports, forge, head);
  }
  throw new ProblemError(
    {
      kind: 'world',
      what: `${ACCEPTED_BRANCH} moved ${TRIES} times while ${record.dataset_urn} was merged.`,
      remedy: 'Run again when nobody else writes to it.',
    },
    { retry: true },
  );
}

/** The config store follows the repository: what was merged is what is in force. */
async function accepted(
  { record, registration, fleet }: Bootstrap,
  { objects, clock }: Pick<Ports, 'objects' | 'clock'>,
  forge: Forge,
  head: string,
): Promise<Outcome> {
  const files = await forge.readFolder(head, repositoryFolder(fleet.settings.folder, record.dataset_urn));
  await storeMerged(objects, record.dataset_urn, files);
  const policy_config = { ...record.steps.policy_config, status: 'COMPLETED' as const, completed_at: clock.now() };
  const done = { ...record, steps: { ...record.steps, policy_config } };
  return happened('merged', done, `merged into ${ACCEPTED_BRANCH} of ${registration.facts.repository}`);
}

async function storeMerged(objects: ObjectStore, urn: string, files: readonly FileEdit[]): Promise<void> {
  for (const [name, file] of [
    ['manifest', DOCUMENTS.manifest],
    ['bundle', DOCUMENTS.bundle],
    ['baseline', DOCUMENTS.baseline],
  ] as const) {
    const merged = files.find((edit) => edit.path.endsWith(`/${file}`));
    if (merged) await objects.put(documentKey(urn, name), merged.content);
  }
}

function mergeMessage({ record }: Bootstrap): string {
  const by = record.pull_request?.approvals.map((approval) => approval.by) ?? [];
  const approved = by.length > 0 ? `Approved by ${by.join(', ')}.` : 'Approved by the clock: nobody objected.';
  return `Make ${record.dataset_urn} signal-ready\n\n${approved}\nUndo: git revert -m 1 <this commit>\n`;
}
