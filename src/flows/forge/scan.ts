/** §4.3, §8.1 scans a repository of the forge where its default branch moved, and lets the fleet follow what it says now. */
import { printManifest } from '../../../generators/dataset-manifest.js';
import type { BootstrapRecord } from '../../core/artifacts/bootstrap-record.js';
import { CRITICAL_FILE, CriticalList } from '../../core/critical-datasets.js';
import { decideAutonomy } from '../../core/decide/autonomy.js';
import { DOCUMENTS, documentKey, registrationKey } from '../../core/document-keys.js';
import { ProblemError } from '../../core/problem.js';
import type { FileEdit } from '../../core/pull-request.js';
import { materialDigest } from '../../core/registration-material.js';
import type { FileEntry, RepositoryRow } from '../../core/repo.js';
import { REPOSITORY_SETTINGS_FILE, settingsIn } from '../../core/repository-settings.js';
import type { Settings } from '../../core/settings.js';
import { readStrictYaml } from '../../core/signing/strict-yaml.js';
import type { DatasetUrn } from '../../core/urn.js';
import type { BootstrapState } from '../../core/vocabulary.js';
import type { ForgePorts, RepoSource } from '../../ports.js';
import { type Fleet, loadBootstrap, loadFleet } from '../bootstrap.js';
import { committedIn, type FleetScan, type Named, namedOf, planFleet, registrationOf, startFleet } from '../start-fleet.js';
import { loadScans, type RepositoryScan, saveScan } from './repository-scan.js';
import { retire } from './retire.js';

export type ScanResult = {
  readonly outcome: 'unchanged' | 'scanned' | 'skipped';
  readonly because: string;
  readonly started: readonly DatasetUrn[];
  readonly nameless: number;
};

const MAX_TEXT = 1_000_000;
/** More datasets than a repository has. */
const MANIFESTS = 2000;

/** A scan that dies half-way is made again: the row says "scanned" last. An unchanged tree costs one look at the head. */
export async function scanOnForge(id: number, ports: ForgePorts): Promise<ScanResult> {
  const row = await ports.installations.repository(id);
  if (row?.state !== 'active') return skipped(`the repository is ${row?.state ?? 'not known'}`);
  const fleet = await loadFleet(ports.objects);
  if (!fleet?.settings.enabled) return skipped('the organisation has switched Autopilot off');
  const head = (await ports.host.heads([row])).get(id);
  if (!head) return skipped('its default branch has no commit, or could not be read');
  if (row.scanned && (row.scanned.commit === head.commit || row.scanned.tree === head.tree)) {
    if (row.scanned.commit !== head.commit) await ports.installations.saveRepository({ ...row, scanned: { ...row.scanned, ...head } });
    return { ...skipped(`${row.defaultBranch} holds what was scanned at ${row.scanned.at}`), outcome: 'unchanged' };
  }
  const source = await ports.host.source(row, head.commit);
  const listing = await source.list();
  const settings = settingsIn(fleet.settings, await textOf(source, listing, REPOSITORY_SETTINGS_FILE));
  if (!settings.ok) return skipped(settings.because);
  if (!settings.value.enabled) return skipped('the repository has switched Autopilot off');

  await saveScan(ports.objects, id, await readRepository({ row, source, listing, settings: settings.value }, ports));
  const autonomy = decideAutonomy(await ports.host.rules(row), row.defaultBranch, settings.value.merge.method);
  await saveOn(row, { autonomy }, ports);
  const followed = await follow(row, fleet, ports);
  await saveOn(row, { autonomy, scanned: { ...head, at: ports.clock.now() } }, ports);
  return followed;
}

/** A scan takes its time: name and state of the repository are those of now, not those of its beginning. */
async function saveOn(
  row: RepositoryRow,
  found: Pick<RepositoryRow, 'autonomy' | 'scanned'>,
  { installations }: Pick<ForgePorts, 'installations'>,
): Promise<void> {
  await installations.saveRepository({ ...((await installations.repository(row.id)) ?? row), ...found });
}

function skipped(because: string): ScanResult {
  return { outcome: 'skipped', because, started: [], nameless: 0 };
}

type Reading = {
  readonly row: RepositoryRow;
  readonly source: RepoSource;
  readonly listing: readonly FileEntry[];
  readonly settings: Settings;
};

async function readRepository({ row, source, listing, settings }: Reading, ports: ForgePorts): Promise<RepositoryScan> {
  const facts = await ports.scan(source);
  const critical = await textOf(source, listing, CRITICAL_FILE);
  return {
    facts,
    committed: [...committedIn(await manifestsIn(source, listing, settings.folder), settings.folder)],
    critical: critical === undefined ? [] : criticalIn(critical, row.name),
  };
}

/** A list that cannot be read must not make a critical dataset an ordinary one. */
function criticalIn(text: string, repository: string): readonly DatasetUrn[] {
  const read = readStrictYaml(text, CRITICAL_FILE);
  const list = read.ok ? CriticalList.safeParse(read.value ?? []) : undefined;
  if (list?.success) return list.data;
  const what = `${CRITICAL_FILE} of ${repository} cannot be read.`;
  throw new ProblemError({ kind: 'usage', what, remedy: 'Mend it: until then nothing of this repository is decided.' });
}

/** A committed manifest names its dataset for ever: where not all can be read, none of the names is certain. */
async function manifestsIn(source: RepoSource, listing: readonly FileEntry[], folder: string): Promise<readonly FileEdit[]> {
  const entries = listing.filter(
    ({ path, size }) => path.startsWith(`${folder}/`) && path.endsWith(`/${DOCUMENTS.manifest}`) && size <= MAX_TEXT,
  );
  if (entries.length > MANIFESTS) {
    const what = `${source.name} holds ${entries.length} files ${DOCUMENTS.manifest} below ${folder}/, more than the ${MANIFESTS} that are read.`;
    throw new ProblemError({
      kind: 'usage',
      what,
      remedy: 'Take out those of no dataset: until then nothing of this repository is decided.',
    });
  }
  const files: FileEdit[] = [];
  for await (const { path, bytes } of source.read(entries)) files.push({ path, content: new TextDecoder().decode(bytes) });
  return files;
}

async function textOf(source: RepoSource, listing: readonly FileEntry[], path: string): Promise<string | undefined> {
  const entries = listing.filter((entry) => entry.path === path && entry.size <= MAX_TEXT);
  for await (const file of source.read(entries)) return new TextDecoder().decode(file.bytes);
  return undefined;
}

/** New datasets begin, known ones are told what changed, and those that no job writes any more end. */
async function follow(row: RepositoryRow, fleet: Fleet, ports: ForgePorts): Promise<ScanResult> {
  const rows = await ports.installations.repositories();
  const scans = await loadScans(ports.objects, rows);
  const listed = Array.isArray(fleet.settings.critical_datasets) ? fleet.settings.critical_datasets : [];
  const scan: FleetScan = {
    fleet,
    repositories: scans.map(({ facts }) => facts),
    critical: new Set([...listed, ...scans.flatMap(({ critical }) => critical)]),
    committed: new Map(scans.map(({ facts, committed }) => [facts.repository, new Map(committed)])),
    ids: new Map(rows.map(({ name, id }) => [name, id])),
  };
  const before = new Set((await ports.records.all()).map(({ dataset_urn }) => dataset_urn));
  const { records, nameless } = await startFleet(scan, ports);
  const named = namedOf(planFleet(scan));
  for (const dataset of named) if (before.has(dataset.choices.urn.value)) await tell(dataset, scan, ports);
  await endMissing(row, named, scan, ports);
  const started = records.map(({ dataset_urn }) => dataset_urn).filter((urn) => !before.has(urn));
  return {
    outcome: 'scanned',
    because: `${named.length} datasets in the fleet, ${started.length} new`,
    started,
    nameless: nameless.length,
  };
}

/** States in which a proposal is being made or stands open: later ones keep what was merged. */
const OPEN: readonly BootstrapState[] = [
  'REGISTERED',
  'PROFILING_QUEUED',
  'PROFILING',
  'PROFILING_FAILED',
  'PROFILED',
  'POLICY_PENDING',
  'POLICY_REJECTED',
  'POLICY_APPROVED',
  'POLICY_SIGNED',
];

/** Only stores what the scan says now and wakes the bootstrap: its own next step sees the difference. */
async function tell(dataset: Named, scan: FleetScan, ports: ForgePorts): Promise<void> {
  const urn = dataset.choices.urn.value;
  const record = await ports.records.load(urn);
  if (!record || !OPEN.includes(record.current_step)) return;
  const { registration: standing } = await loadBootstrap(ports, record);
  const next = registrationOf(dataset, record, scan);
  if (materialDigest(next) === materialDigest(standing)) return wake(record, ports);
  await ports.objects.put(registrationKey(urn), `${JSON.stringify(next)}\n`);
  await ports.objects.put(documentKey(urn, 'manifest'), printManifest(next.manifest));
  await wake(record, ports);
}

function wake({ bootstrap_id }: BootstrapRecord, { workflow, clock }: ForgePorts): Promise<void> {
  return workflow.wake(bootstrap_id, clock.now());
}

/** §10.1 decommissioned: the scan read everything around it and no job writes it any more. */
async function endMissing(row: RepositoryRow, named: readonly Named[], scan: FleetScan, ports: ForgePorts): Promise<void> {
  const written = new Set(named.map(({ choices }) => choices.urn.value));
  const facts = scan.repositories.find(({ repository }) => repository === row.name);
  const unread = new Set((facts?.unresolved ?? []).map(({ file }) => file));
  for (const record of await ports.records.inRepository(`id:${row.id}`)) {
    if (written.has(record.dataset_urn) || !OPEN.includes(record.current_step)) continue;
    const { registration } = await loadBootstrap(ports, record);
    // A job whose file could not be read today may be there as before.
    if (registration.facts.writes.some(({ file }) => unread.has(file)) || unread.has(registration.facts.at.file)) continue;
    await retire(record, `no job in ${row.name} writes it any more`, ports);
  }
}
