/** What `sf bootstrap` prints: the fleet's table, one dataset's story, and the exit code they come to. */
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { EXIT_CODES } from '../core/problem.js';
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

/** 3 when the world failed somewhere, 2 when some input was bad, else 0: waiting for a person is not a failure. */
export function exitCodeOf(rows: readonly FleetRow[]): number {
  const kinds = rows.flatMap(({ record }) => record.problem?.kind ?? []);
  return Math.max(0, ...kinds.map((kind) => EXIT_CODES[kind]));
}
