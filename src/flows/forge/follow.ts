/** §4.3, §10.1 the fleet follows what its repositories were found to say: the one place that writes registrations on a forge. */
import { printManifest } from '../../../generators/dataset-manifest.js';
import type { BootstrapRecord } from '../../core/artifacts/bootstrap-record.js';
import { listedIn } from '../../core/critical-datasets.js';
import { documentKey, registrationKey } from '../../core/document-keys.js';
import { forgeKey } from '../../core/forge-key.js';
import { BEFORE_MERGE_STATES } from '../../core/lifecycle.js';
import { materialDigest } from '../../core/registration-material.js';
import type { DatasetUrn } from '../../core/urn.js';
import type { ForgePorts } from '../../ports.js';
import { type Fleet, loadBootstrap, loadFleet, repositoryKey } from '../bootstrap.js';
import { type FleetScan, loadHoldings, type Named, type NotStarted, registrationOf, startFleet } from '../start-fleet.js';
import { saveNotStarted } from './not-started.js';
import { loadScans, type RepositoryScan } from './repository-scan.js';
import { retire } from './retire.js';

type Scan = RepositoryScan & { readonly id: number };
export type Followed = {
  readonly because: string;
  /** Repositories of which something is not started that was, or was not found, before. */
  readonly refused: readonly number[];
};

/**
 * New datasets begin, known ones are told what changed, and those that their repository writes no more end. Safe to repeat; two at
 * once would undo each other, so it runs in one lane for the whole fleet.
 */
export async function followFleet(ports: ForgePorts): Promise<Followed> {
  const fleet = await loadFleet(ports.objects);
  if (!fleet?.settings.enabled) return { because: 'the organisation has switched Autopilot off', refused: [] };
  const scans = await loadScans(ports.objects, await ports.installations.repositories());
  const scan = await joined(fleet, scans, ports);
  const before = new Set(scan.holdings.keys());

  const { named, records, refused, nameless } = await startFleet(scan, ports);
  for (const dataset of named) if (before.has(dataset.choices.urn.value)) await tell(dataset, scan, ports);
  for (const each of scans) await endMissing(each, named, ports);
  const news = await report(scans, refused, ports);
  const at = ports.clock.now();
  for (const { id, tree, facts } of scans) if (facts.commit) await ports.installations.noteFollowed(id, { commit: facts.commit, tree, at });
  // Last: whoever looks at the gate now finds its repository followed.
  for (const { choices } of named) if (before.has(choices.urn.value)) await wake(choices.urn.value, ports);

  const fresh = records.filter(({ dataset_urn }) => !before.has(dataset_urn)).length;
  const because = `${named.length} datasets in the fleet, ${fresh} new, ${nameless.length} without a name, ${refused.length} of another repository`;
  return { because, refused: news };
}

async function joined(
  fleet: Fleet,
  scans: readonly Scan[],
  ports: ForgePorts,
): Promise<FleetScan & { readonly holdings: NonNullable<FleetScan['holdings']> }> {
  const ids = new Map(scans.map(({ facts, id }) => [facts.repository, id]));
  return {
    fleet,
    repositories: scans.map(({ facts }) => facts),
    critical: {
      organisation: listedIn(fleet.settings),
      repositories: new Map(scans.map(({ facts, critical }) => [facts.repository, critical])),
    },
    committed: new Map(scans.map(({ facts, committed }) => [facts.repository, new Map(committed)])),
    ids,
    holdings: await loadHoldings(ports, ids),
  };
}

/** Only stores what the scan says now: the bootstrap's own next step sees the difference. */
async function tell(dataset: Named, scan: FleetScan, ports: ForgePorts): Promise<void> {
  const urn = dataset.choices.urn.value;
  const record = await ports.records.load(urn);
  if (!record || !BEFORE_MERGE_STATES.includes(record.current_step) || !isOf(record, scan.ids?.get(dataset.facts.repository))) return;
  const { registration: standing } = await loadBootstrap(ports, record);
  const next = registrationOf(dataset, record, scan);
  if (materialDigest(next) === materialDigest(standing)) return;
  // The registration last: cut off in between, the next following sees the difference again.
  await ports.objects.put(documentKey(urn, 'manifest'), printManifest(next.manifest));
  await ports.objects.put(registrationKey(urn), `${JSON.stringify(next)}\n`);
}

async function wake(urn: DatasetUrn, { records, workflow, clock }: ForgePorts): Promise<void> {
  const record = await records.load(urn);
  if (record && BEFORE_MERGE_STATES.includes(record.current_step)) await workflow.wake(record.bootstrap_id, clock.now());
}

function isOf(record: BootstrapRecord, id: number | undefined): boolean {
  return id !== undefined && repositoryKey(record) === forgeKey(id);
}

/** §10.1 decommissioned: the scan read everything around it and no job of its repository writes it any more. */
async function endMissing({ id, facts }: Scan, named: readonly Named[], ports: ForgePorts): Promise<void> {
  const own = named.filter((dataset) => dataset.facts.repository === facts.repository);
  const written = new Set(own.map(({ choices }) => choices.urn.value));
  const unread = new Set(facts.unresolved.map(({ file }) => file));
  for (const record of await ports.records.inRepository(forgeKey(id))) {
    if (written.has(record.dataset_urn) || !BEFORE_MERGE_STATES.includes(record.current_step)) continue;
    const { registration } = await loadBootstrap(ports, record);
    // A job whose file could not be read today may be there as before.
    if (registration.facts.writes.some(({ file }) => unread.has(file)) || unread.has(registration.facts.at.file)) continue;
    await retire(record, `no job in ${facts.repository} writes it any more`, ports);
  }
}

/** Each repository's own rows, for whoever asks there. */
async function report(scans: readonly Scan[], refused: readonly NotStarted[], { objects }: ForgePorts): Promise<readonly number[]> {
  const news: number[] = [];
  for (const { id, facts } of scans) {
    const own = refused.filter(({ repository }) => repository === facts.repository);
    if ((await saveNotStarted(objects, id, own)) && own.length > 0) news.push(id);
  }
  return news;
}
