/** What `sf bootstrap` prints: the fleet's table, one dataset's story, and the exit code they come to. */
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { EXIT_CODES } from '../core/problem.js';
import type { DatasetUrn } from '../core/urn.js';
import type { BootstrapState, Confidence } from '../core/vocabulary.js';
import type { Condition } from '../flows/readiness.js';
import type { LedgerEntry } from '../ports.js';
import { plain, table } from './output.js';

export type FleetRow = { readonly record: BootstrapRecord; readonly confidence: string };

export function fleetTable(rows: readonly FleetRow[]): string {
  return table(
    ['dataset', 'tier', 'model', 'confidence', 'branch', 'state'],
    rows.map(({ record, confidence }) => [
      record.dataset_urn,
      record.tier,
      record.enforcement_model,
      confidence,
      record.pull_request?.branch ?? '-',
      record.current_step,
    ]),
  );
}

const STATE_WORDS: Readonly<Record<BootstrapState, string>> = {
  REGISTERED: 'found, nothing is read yet',
  PROFILING_QUEUED: 'waits for its data to be read',
  PROFILING: 'its data is being read',
  PROFILING_FAILED: 'its data could not be read; it is tried again',
  PROFILED: 'its data is read; the proposal comes next',
  POLICY_PENDING: 'proposed; waits for the clock or a person',
  POLICY_REJECTED: 'a person asked for another proposal',
  POLICY_APPROVED: 'accepted, to be signed',
  POLICY_SIGNED: 'signed, to be merged',
  CERTIFYING: 'merged, its view is being made',
  CERT_DEFERRED: 'merged; waits for the first data of the table',
  SIGNAL_READY: 'merged, with a view of checked data for readers',
  ESCALATED: 'given up; a person has to look',
  CANCELLED: 'a person said no',
  ROLLING_BACK: 'being taken back',
  ROLLED_BACK: 'taken back',
};
const LOW_WORDS = 'too few days or rows were there to know the dataset; its checks are loose until more have run';

/** The states and the confidence that a table shows, in words. */
export function legend(rows: readonly FleetRow[]): string {
  const states = [...new Set(rows.map(({ record }) => record.current_step))].map((state) => `  ${state}: ${STATE_WORDS[state]}`);
  const low: Confidence = 'LOW';
  return [...states, ...(rows.some(({ confidence }) => confidence === low) ? [`  confidence ${low}: ${LOW_WORDS}`] : [])].join('\n');
}

/** What each dataset that is not ready waits for, one line each. */
export function whatIsMissing(rows: readonly FleetRow[]): string {
  return rows
    .filter(({ record }) => record.current_step !== 'SIGNAL_READY')
    .map(({ record }) => `  ${record.dataset_urn}: ${plain(record.reason ?? record.current_step)}`)
    .join('\n');
}

export function datasetStory(record: BootstrapRecord, conditions: readonly Condition[], ledger: readonly LedgerEntry[]): string {
  const steps = Object.entries(record.steps).map(([name, step]) => [name, step.status, step.completed_at ?? '', step.artifact ?? '']);
  return [
    `${record.dataset_urn}  ${record.current_step}  (${record.bootstrap_id}, ${record.tier}, ${record.enforcement_model})`,
    record.reason ? plain(record.reason) : '',
    '',
    table(['step', 'status', 'completed', 'artifact'], steps),
    '',
    'signal-ready when all five hold:',
    ...conditions.map(({ condition, met, seen }) => `  ${met ? 'yes' : ' no'}  ${condition}: ${plain(seen)}`),
    '',
    'history:',
    ...ledger.map(
      ({ at, event, from, to, because }) =>
        `  ${at}  ${plain(event)}  ${from === to ? from : `${from} -> ${to}`}${because ? `  ${plain(because)}` : ''}`,
    ),
  ].join('\n');
}

/** 3 when the world failed somewhere, 2 when some input was bad, else 0: waiting for a person is not a failure. `about`: judges that one alone. */
export function exitCodeOf(rows: readonly FleetRow[], about?: DatasetUrn): number {
  const judged = rows.filter(({ record }) => about === undefined || record.dataset_urn === about);
  const kinds = judged.flatMap(({ record }) => record.problem?.kind ?? []);
  return Math.max(0, ...kinds.map((kind) => EXIT_CODES[kind]));
}
