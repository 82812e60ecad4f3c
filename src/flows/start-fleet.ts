/** §4, §10.1 what the scanned repositories say becomes registrations; each claims its urn and starts its bootstrap. */
import { draftManifest, printManifest } from '../../generators/dataset-manifest.js';
import { renderJson } from '../../generators/render/json.js';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { DatasetManifest } from '../core/artifacts/dataset-manifest.js';
import type { DecidedDataset } from '../core/decide/datasets.js';
import { decideProfiling } from '../core/decide/profiling.js';
import { DOCUMENTS, documentKey, FLEET_KEY, registrationKey } from '../core/document-keys.js';
import type { DatasetFacts, RepoFacts } from '../core/facts.js';
import { NO_COUNTS } from '../core/lifecycle.js';
import { ProblemError } from '../core/problem.js';
import type { ManifestChoices } from '../core/registration.js';
import { FORMAT_OF_SCAN } from '../core/scan-words.js';
import { readStrictYaml } from '../core/signing/strict-yaml.js';
import type { DatasetUrn } from '../core/urn.js';
import type { Forge, Ports } from '../ports.js';
import type { Fleet, StoredRegistration } from './bootstrap.js';
import { decideScan } from './decide-scan.js';

export type FleetScan = {
  readonly fleet: Fleet;
  /** One per repository of the fleet, scanned at the commit it names. */
  readonly repositories: readonly RepoFacts[];
  readonly critical: ReadonlySet<string>;
  /** Only this dataset is started. */
  readonly only?: DatasetUrn;
};
export type Started = { readonly records: readonly BootstrapRecord[]; readonly nameless: readonly DecidedDataset[] };

/** Whether a dataset can be started: it has a name, and its place has no part that only the running job knows. */
export function isNameless({ urn, choices }: DecidedDataset): boolean {
  return urn.value === null || /\{[^{}]*\}/.test(choices.storage.value.gold);
}

/** Decides and lists only; nothing is written. */
export async function planFleet(scan: FleetScan, forge: (repository: string) => Forge): Promise<readonly DecidedDataset[]> {
  const committed = new Map((await Promise.all(scan.repositories.map((repository) => committedUrns(scan, repository, forge)))).flat());
  const decided = decideScan(scan.repositories, { settings: scan.fleet.settings, critical: scan.critical, committed });
  return decided.filter(({ urn }) => !scan.only || urn.value === scan.only);
}

/** Every dataset that has a name claims it and is started; one that is known already stays as it is. */
export async function startFleet(scan: FleetScan, ports: Ports): Promise<Started> {
  const decided = await planFleet(scan, ports.forge);
  const startable = decided.filter((each) => !isNameless(each));
  const named = startable.flatMap(({ facts, urn, choices }) =>
    urn.value === null ? [] : [{ facts, choices: { ...choices, urn: { ...urn, value: urn.value } } }],
  );
  const inOrder = named.toSorted((a, b) => (a.choices.urn.value < b.choices.urn.value ? -1 : 1));
  const looked = await Promise.all(inOrder.map(async (dataset) => ({ ...dataset, hasData: await hasData(dataset, ports) })));

  await ports.objects.put(FLEET_KEY, renderJson(scan.fleet));
  const claimed: { readonly record: BootstrapRecord; readonly hasData: boolean }[] = [];
  for (const dataset of looked) claimed.push({ record: await claim(dataset, scan, ports), hasData: dataset.hasData });
  // A baseline that is borrowed from peers is made after theirs.
  for (const { record } of [...claimed.filter((each) => each.hasData), ...claimed.filter((each) => !each.hasData)]) {
    if (record.current_step === 'REGISTERED') await ports.workflow.start(record.bootstrap_id, 'register', ports.clock.now());
  }
  return { records: claimed.map(({ record }) => record), nameless: decided.filter(isNameless) };
}

type Named = { readonly facts: DatasetFacts; readonly choices: ManifestChoices };

/** Whether enough lies there to profile; a place that cannot be read is told about when it is profiled. */
async function hasData({ facts, choices }: Named, { lake }: Pick<Ports, 'lake'>): Promise<boolean> {
  const format = FORMAT_OF_SCAN[facts.format];
  if (!format) return false;
  try {
    return decideProfiling(await lake.list(choices.storage.value.gold, format, facts.partitionBy)).value.kind !== 'synthetic';
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}

async function claim(
  { facts, choices }: Named,
  scan: FleetScan,
  { records, objects, clock }: Pick<Ports, 'records' | 'objects' | 'clock'>,
): Promise<BootstrapRecord> {
  const urn = choices.urn.value;
  const { record } = await records.claim(urn, clock.now().slice(0, 10), (bootstrapId) =>
    newRecord({ facts, choices }, bootstrapId, clock.now()),
  );
  if (record.current_step !== 'REGISTERED') return record;
  const manifest = draftManifest(facts, choices, { now: record.started_at, bootstrapId: record.bootstrap_id });
  const repository = scan.repositories.find((each) => each.repository === facts.repository);
  if (!repository?.commit) throw new Error(`${facts.repository} was scanned without a commit`);
  const unresolved = repository.unresolved
    .filter((row) => facts.writes.some((write) => write.file === row.file))
    .slice(0, UNRESOLVED_SHOWN);
  const registration: StoredRegistration = { facts, choices, manifest, commit: repository.commit, unresolved };
  await objects.put(registrationKey(urn), `${JSON.stringify(registration)}\n`, { ifAbsent: true });
  await objects.put(documentKey(urn, 'manifest'), printManifest(manifest), { ifAbsent: true });
  return record;
}

const UNRESOLVED_SHOWN = 20;

function newRecord({ facts, choices }: Named, bootstrapId: string, now: string): BootstrapRecord {
  return {
    dataset_urn: choices.urn.value,
    bootstrap_id: bootstrapId,
    tier: choices.tier.value,
    current_step: 'REGISTERED',
    started_at: now,
    steps: {
      registration: { status: 'IN_PROGRESS' },
      profiling: { status: 'NOT_STARTED' },
      policy_config: { status: 'NOT_STARTED' },
      certification_init: { status: 'NOT_STARTED' },
    },
    enforcement_model: choices.model.value,
    runtime_detected: facts.runtime,
    rev: 0,
    counters: NO_COUNTS,
    repository: facts.repository,
  };
}

/** Urns of dataset.yaml files in the repository, by the gold place they name: those win for ever. */
async function committedUrns(
  { fleet }: FleetScan,
  { repository, commit }: RepoFacts,
  forge: (repository: string) => Forge,
): Promise<readonly (readonly [string, DatasetUrn])[]> {
  if (commit === null) return [];
  const files = await forge(repository).readFolder(commit, fleet.settings.folder);
  return files
    .filter((file) => file.path.endsWith(`/${DOCUMENTS.manifest}`))
    .flatMap((file) => {
      const read = readStrictYaml(file.content, file.path);
      const manifest = read.ok ? DatasetManifest.safeParse(read.value).data : undefined;
      return manifest ? [[manifest.storage.gold, manifest.urn] as const] : [];
    });
}
