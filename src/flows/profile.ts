/** §5 looks at the data and writes baseline.json. */
import { draftBaseline } from '../../generators/baseline.js';
import { renderJson } from '../../generators/render/json.js';
import { Baseline } from '../core/artifacts/baseline.js';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { decideProfiling } from '../core/decide/profiling.js';
import { decideSyntheticVolume, type Peer } from '../core/decide/synthetic-baseline.js';
import { documentKey } from '../core/document-keys.js';
import type { DataListing } from '../core/measurements.js';
import { happened, type Outcome } from '../core/outcome.js';
import type { Ports } from '../ports.js';
import type { Bootstrap } from './bootstrap.js';

export async function profile(bootstrap: Bootstrap, ports: Ports): Promise<Outcome> {
  const { record, registration, fleet } = bootstrap;
  const { storage } = registration.manifest;
  const listing = await ports.lake.list(storage.gold, storage.format, registration.facts.partitionBy);
  const listed = decideProfiling(listing);
  const measurements = listed.value.partitions.length > 0 ? await ports.lake.measure(listing, listed.value) : undefined;
  const plan = measurements?.partitions.every(({ rows }) => rows === 0) ? decideProfiling(emptied(listing)) : listed;
  const isSynthetic = plan.value.kind === 'synthetic';
  const peers = isSynthetic ? await profiledPeers(ports, record) : [];

  const stamp = { now: record.started_at, bootstrapId: record.bootstrap_id };
  const newcomer = { urn: record.dataset_urn, tier: record.tier, daysOfHistory: plan.value.partitions.length };
  const borrowed = decideSyntheticVolume(newcomer, peers, fleet.settings);
  const baseline = draftBaseline({
    urn: record.dataset_urn,
    stamp,
    plan: plan.value,
    ...(measurements ? { measurements } : {}),
    borrowedVolume: isSynthetic ? borrowed.value.volume : undefined,
    settings: fleet.settings,
  });

  const key = documentKey(record.dataset_urn, 'baseline');
  await ports.objects.put(key, renderJson(baseline));
  const { partitions_sampled, total_rows_sampled } = baseline.profiling_metadata;
  const profiling = {
    status: 'COMPLETED' as const,
    completed_at: ports.clock.now(),
    artifact: ports.objects.url(key),
    profiling_job_id: `${baseline.profiling_metadata.profiling_engine}-${record.bootstrap_id}`,
    days_sampled: partitions_sampled,
    rows_sampled: total_rows_sampled,
  };
  return happened('profiled', { ...record, steps: { ...record.steps, profiling } }, plan.because);
}

/** Formats that do not count their rows say only when they are read that there is none. */
function emptied(listing: DataListing): DataListing {
  return { ...listing, partitions: listing.partitions.map((partition) => ({ ...partition, rows: 0 })) };
}

/** Only counts: the run itself is taken up again from the queue. */
export async function retryProfiling({ record }: Bootstrap): Promise<Outcome> {
  return happened('profiling-retried', record, record.reason ?? 'the profiling run failed');
}

/** Whoever waits for the slot need not wait for its own next look. */
export async function releaseSlot(owner: string, { slots, workflow, clock }: Pick<Ports, 'slots' | 'workflow' | 'clock'>): Promise<void> {
  const next = await slots.release(owner);
  if (next) await workflow.wake(next, clock.now());
}

/** Baselines of datasets that were computed from data, in the order of their ids. */
async function profiledPeers({ records, objects }: Pick<Ports, 'records' | 'objects'>, self: BootstrapRecord): Promise<readonly Peer[]> {
  const others = (await records.all()).filter(
    (other) => other.dataset_urn !== self.dataset_urn && other.steps.profiling.status === 'COMPLETED',
  );
  const loaded = await Promise.all(
    others.map(async ({ dataset_urn, tier }) => {
      const text = await objects.get(documentKey(dataset_urn, 'baseline'));
      const baseline = text === undefined ? undefined : Baseline.parse(JSON.parse(text));
      return baseline && !baseline.profiling_metadata.is_synthetic && baseline.volume
        ? [{ urn: dataset_urn, tier, avgRows: baseline.volume.avg_row_count }]
        : [];
    }),
  );
  return loaded.flat();
}
