/** The figures of /metrics that are read from the store when somebody asks. */
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { type CampaignDataset, planCampaign } from '../core/decide/campaign.js';
import { BEFORE_MERGE_STATES, hasOpenPullRequest } from '../core/lifecycle.js';
import { CONTENT_TO_MERGE, CONTENT_TO_OPEN } from '../core/numbers.js';
import type { Settings } from '../core/settings.js';
import type { Clock, Inbox, Leases, Records } from '../ports.js';
import type { Sample } from './metrics.js';

export type SampleSources = {
  readonly inbox: Pick<Inbox, 'counts'>;
  readonly records: Pick<Records, 'all'>;
  readonly leases: Pick<Leases, 'lastRun'>;
  readonly clock: Clock;
  /** The organisation's, once they are known: the pace of the fleet follows from them. */
  readonly settings?: Pick<Settings, 'pace' | 'merge'> | undefined;
};

const MERGED_BY = ['clock', 'approval', 'person'] as const;

export async function samplesOf({ inbox, records, leases, clock, settings }: SampleSources): Promise<readonly Sample[]> {
  const counts = await inbox.counts();
  const all = await records.all();
  const reconciled = await leases.lastRun('reconcile');
  return [
    ...Object.entries(counts).map(([state, value]) => ({ name: 'autopilot_inbox', labels: { state }, value })),
    ...fleetSamples(all),
    ...(settings ? campaignSamples(all, settings, clock.now()) : []),
    ...(reconciled === undefined ? [] : [{ name: 'autopilot_last_reconcile_timestamp_seconds', value: Date.parse(reconciled) / 1000 }]),
    { name: 'process_resident_memory_bytes', value: process.memoryUsage.rss() },
  ];
}

function fleetSamples(records: readonly BootstrapRecord[]): readonly Sample[] {
  const states = new Map<string, number>();
  for (const { current_step } of records) states.set(current_step, (states.get(current_step) ?? 0) + 1);
  const merges = MERGED_BY.map((by) => ({
    by,
    count: records.filter(({ pull_request }) => pull_request?.merged_as !== undefined && pull_request.merged_by === by).length,
  }));
  const all = merges.reduce((sum, { count }) => sum + count, 0);
  const byClock = merges.find(({ by }) => by === 'clock')?.count ?? 0;
  return [
    ...[...states].map(([state, value]) => ({ name: 'autopilot_datasets', labels: { state }, value })),
    { name: 'autopilot_pull_requests_open', value: records.filter(hasOpenPullRequest).length },
    ...merges.map(({ by, count }) => ({ name: 'autopilot_merges', labels: { by }, value: count })),
    ...(all === 0 ? [] : [{ name: 'autopilot_auto_merge_share', value: byClock / all }]),
  ];
}

function campaignSamples(
  records: readonly BootstrapRecord[],
  { pace, merge }: Pick<Settings, 'pace' | 'merge'>,
  now: string,
): readonly Sample[] {
  const { value: campaign } = planCampaign({
    datasets: records.filter(({ current_step }) => BEFORE_MERGE_STATES.includes(current_step)).map(datasetOf),
    perRepositoryOpen: pace.open_per_repository,
    perRepositoryHour: pace.per_repository_and_hour,
    contentPerHour: pace.content_per_hour,
    costPerPullRequest: { open: CONTENT_TO_OPEN, merge: CONTENT_TO_MERGE },
    mergeAfterHours: merge.auto_after_hours,
    now,
  });
  const eta = (step: string, at: string | undefined): readonly Sample[] =>
    at === undefined
      ? []
      : [{ name: 'autopilot_campaign_eta_seconds', labels: { step }, value: Math.max(0, (Date.parse(at) - Date.parse(now)) / 1000) }];
  return [
    ...eta('opened', campaign.opensBy),
    ...eta('merged', campaign.mergesBy),
    { name: 'autopilot_campaign_with_people', value: campaign.withPeople },
  ];
}

/** By the tier alone: what was found in the data may ask a person for one Tier-3 change or another. */
function datasetOf({ dataset_urn: urn, tier, repository_id, repository = '', pull_request: request }: BootstrapRecord): CampaignDataset {
  return {
    urn,
    repository: String(repository_id ?? repository),
    waitsFor: tier === 'TIER_3' && !request?.hold ? 'clock' : 'person',
    ...(request?.number === undefined ? {} : { openedAt: request.content_changed_at }),
  };
}
