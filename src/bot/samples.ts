/** The figures of /metrics that are read from the store when somebody asks. */
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import type { Inbox, Leases, Records } from '../ports.js';
import type { Sample } from './metrics.js';

export type SampleSources = {
  readonly inbox: Pick<Inbox, 'counts'>;
  readonly records: Pick<Records, 'all'>;
  readonly leases: Pick<Leases, 'lastRun'>;
};

const MERGED_BY = ['clock', 'approval', 'person'] as const;

export async function samplesOf({ inbox, records, leases }: SampleSources): Promise<readonly Sample[]> {
  const counts = await inbox.counts();
  const reconciled = await leases.lastRun('reconcile');
  return [
    ...Object.entries(counts).map(([state, value]) => ({ name: 'autopilot_inbox', labels: { state }, value })),
    ...fleetSamples(await records.all()),
    ...(reconciled === undefined ? [] : [{ name: 'autopilot_last_reconcile_timestamp_seconds', value: Date.parse(reconciled) / 1000 }]),
    { name: 'process_resident_memory_bytes', value: process.memoryUsage.rss() },
  ];
}

function fleetSamples(records: readonly BootstrapRecord[]): readonly Sample[] {
  const states = new Map<string, number>();
  for (const { current_step } of records) states.set(current_step, (states.get(current_step) ?? 0) + 1);
  const merges = MERGED_BY.map((by) => ({ by, count: records.filter(({ pull_request }) => pull_request?.merged_by === by).length }));
  const all = merges.reduce((sum, { count }) => sum + count, 0);
  const byClock = merges.find(({ by }) => by === 'clock')?.count ?? 0;
  return [
    ...[...states].map(([state, value]) => ({ name: 'autopilot_datasets', labels: { state }, value })),
    { name: 'autopilot_pull_requests_open', value: records.filter(hasOpenPullRequest).length },
    ...merges.map(({ by, count }) => ({ name: 'autopilot_merges', labels: { by }, value: count })),
    ...(all === 0 ? [] : [{ name: 'autopilot_auto_merge_share', value: byClock / all }]),
  ];
}

const OPEN_IN: ReadonlySet<BootstrapRecord['current_step']> = new Set(['POLICY_PENDING', 'POLICY_APPROVED', 'POLICY_SIGNED', 'ESCALATED']);

export function hasOpenPullRequest({ current_step, pull_request }: BootstrapRecord): boolean {
  return pull_request?.number !== undefined && pull_request.merged_as === undefined && OPEN_IN.has(current_step);
}
