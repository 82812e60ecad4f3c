/** §14 what a person does to a bootstrap: approve, cancel, retry. Each is refused with a reason or done once. */
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { repositoryFolder } from '../core/document-keys.js';
import { AFTER_APPROVAL_STATES, advance, commandOf, type LifecycleEvent } from '../core/lifecycle.js';
import { ProblemError } from '../core/problem.js';
import { judgedDigest } from '../core/signing/judged.js';
import type { DatasetUrn } from '../core/urn.js';
import type { Ports } from '../ports.js';
import { loadBootstrap, note, repositoryKey } from './bootstrap.js';
import { readJudged } from './judged-documents.js';
import { releaseSlot } from './profile.js';

/** `already`: by whom it was approved before, where this changed nothing. */
export type Approved = { readonly record: BootstrapRecord; readonly already: string };

/** Approves exactly what the branch holds now. Approving the same content twice changes nothing. */
export async function approve(
  urn: DatasetUrn,
  { name: by, judged }: { readonly name: string; readonly judged?: string },
  ports: Pick<Ports, 'records' | 'objects' | 'pullRequests' | 'workflow' | 'clock'>,
): Promise<Approved> {
  const record = await bootstrapOf(urn, ports);
  const { registration, fleet } = await loadBootstrap(ports, record);
  const request = record.pull_request;
  // A person who does not know whether the first time was heard may say it again.
  if (request && AFTER_APPROVAL_STATES.includes(record.current_step) && isHeard(request, by))
    return { record, already: approvedBy(request) };
  if (record.current_step !== 'POLICY_PENDING' || !request)
    throw refusal(urn, `${urn} is ${record.current_step}${request ? comma(approvedBy(request)) : ''}: nothing waits for an approval.`);
  if (request.number !== undefined)
    throw refusal(urn, `${urn} is judged in pull request #${request.number} of ${registration.facts.repository}: approve it there.`);
  const view = await ports.pullRequests(repositoryKey(record)).look(request.branch, undefined, request.base_sha);
  if (view?.how !== 'local' || !view.head) throw refusal(urn, `The branch ${request.branch} is gone.`);
  const files = view.changes;

  // Before anything is recorded: what cannot be signed is not approved either.
  readJudged(files, { urn, tier: record.tier, folder: repositoryFolder(fleet.settings.folder, urn) });

  const judged_digest = judgedDigest(files);
  if (judged !== undefined && judged !== judged_digest)
    throw refusal(urn, `${request.branch} does not hold what you read any more: it is ${judged_digest} now.`);
  const known = request.approvals.some((approval) => approval.by === by && approval.judged_digest === judged_digest);
  const approvals = known ? request.approvals : [...request.approvals, { by, at: ports.clock.now(), judged_digest }];

  const noted = known
    ? record
    : await note(
        ports.records,
        record,
        { ...record, pull_request: { ...request, approvals } },
        { at: ports.clock.now(), intention: `approved by ${by}${record.tier === 'TIER_1' ? ', without a staging report' : ''}` },
      );
  await ports.workflow.wake(record.bootstrap_id, ports.clock.now());
  return { record: noted, already: known ? `approved by ${by}` : '' };
}

function isHeard({ approvals, approved_digest }: NonNullable<BootstrapRecord['pull_request']>, by: string): boolean {
  return approvals.some((approval) => approval.by === by && approval.judged_digest === approved_digest);
}

/** Those who approved what was accepted; nobody where the clock decided. */
function approvedBy({ approvals, approved_digest }: NonNullable<BootstrapRecord['pull_request']>): string {
  const names = approvals.filter((approval) => approval.judged_digest === approved_digest).map(({ by, at }) => `${by} at ${at}`);
  return names.length === 0 ? '' : `approved by ${names.join(' and ')}`;
}

function comma(words: string): string {
  return words === '' ? '' : `, already ${words}`;
}

export async function cancel(
  urn: DatasetUrn,
  because: string,
  ports: Pick<Ports, 'records' | 'workflow' | 'slots' | 'clock'>,
): Promise<BootstrapRecord> {
  const record = await bootstrapOf(urn, ports);
  const moved = await move(record, 'cancelled', because, ports);
  await ports.workflow.stop(record.bootstrap_id);
  await releaseSlot(record.bootstrap_id, ports);
  return moved;
}

/** Starts an ended bootstrap again from its registration, with the same id and what was found before. */
export async function retry(urn: DatasetUrn, ports: Pick<Ports, 'records' | 'workflow' | 'clock'>): Promise<BootstrapRecord> {
  const record = await bootstrapOf(urn, ports);
  const moved = await move(record, 'retried', 'tried again by a person', ports);
  await ports.workflow.stop(record.bootstrap_id);
  const first = commandOf(moved.current_step);
  if (first) await ports.workflow.start(record.bootstrap_id, first, ports.clock.now());
  return moved;
}

async function bootstrapOf(urn: DatasetUrn, { records }: Pick<Ports, 'records'>): Promise<BootstrapRecord> {
  const record = await records.load(urn);
  if (record) return record;
  throw new ProblemError({ kind: 'usage', what: `No bootstrap of ${urn} is known here.`, remedy: '`sf bootstrap status` lists what is.' });
}

export async function move(
  record: BootstrapRecord,
  event: LifecycleEvent,
  because: string,
  { records, clock }: Pick<Ports, 'records' | 'clock'>,
): Promise<BootstrapRecord> {
  const advanced = advance(record, event);
  if (advanced.kind === 'refused')
    throw refusal(record.dataset_urn, `${record.dataset_urn} is ${record.current_step}: that cannot be ${event} now.`);
  const { problem: _, finished_at: __, ...rest } = record;
  const next = { ...rest, current_step: advanced.to, counters: advanced.counters, reason: because };
  const saved = await records.save(next, { at: clock.now(), event, from: record.current_step, to: advanced.to, because });
  if (saved) return saved;
  throw new ProblemError(
    { kind: 'world', what: `${record.dataset_urn} was changed by another process meanwhile.`, remedy: 'Try again.' },
    { retry: true },
  );
}

function refusal(urn: DatasetUrn, what: string): ProblemError {
  return new ProblemError({ kind: 'no', what, remedy: `\`sf bootstrap status --urn ${urn}\` shows where it stands.` });
}
