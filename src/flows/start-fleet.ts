/** §4, §10.1 what the scanned repositories say becomes registrations; each claims its urn and starts its bootstrap. */
import { draftManifest, printManifest } from '../../generators/dataset-manifest.js';
import { renderJson } from '../../generators/render/json.js';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { DatasetManifest } from '../core/artifacts/dataset-manifest.js';
import type { CriticalLists } from '../core/critical-datasets.js';
import type { DecidedDataset } from '../core/decide/datasets.js';
import { HELD_ELSEWHERE, type Holding, type Holdings, heldElsewhere, NO_HOLDINGS, refusedTo } from '../core/decide/holding.js';
import { decideProfiling } from '../core/decide/profiling.js';
import { DOCUMENTS, documentKey, FLEET_KEY, registrationKey, repositoryFolder } from '../core/document-keys.js';
import type { SourceRef } from '../core/evidence.js';
import type { DatasetFacts, RepoFacts } from '../core/facts.js';
import { NO_COUNTS, WITHDRAWN_STATES } from '../core/lifecycle.js';
import { ProblemError } from '../core/problem.js';
import type { FileEdit } from '../core/pull-request.js';
import type { ManifestChoices } from '../core/registration.js';
import { FORMAT_OF_SCAN } from '../core/scan-words.js';
import { readStrictYaml } from '../core/signing/strict-yaml.js';
import type { DatasetUrn } from '../core/urn.js';
import type { Ports } from '../ports.js';
import { type Fleet, type StoredRegistration, storedRegistration } from './bootstrap.js';
import { decideScan } from './decide-scan.js';

export type FleetScan = {
  readonly fleet: Fleet;
  /** One per repository of the fleet, scanned at the commit it names. */
  readonly repositories: readonly RepoFacts[];
  readonly critical: CriticalLists;
  /** Urns of dataset.yaml files that are committed, by repository and the gold place they name: those win for ever. */
  readonly committed: ReadonlyMap<string, ReadonlyMap<string, DatasetUrn>>;
  /** The forge's numbers of the repositories, by name; a laptop has none. */
  readonly ids?: ReadonlyMap<string, number>;
  /** Of every record; as of `loadHoldings`. */
  readonly holdings?: Holdings;
  /** Only this dataset is started. */
  readonly only?: DatasetUrn;
};
/** A dataset with a name and a place that is known in full. */
export type Named = { readonly facts: DatasetFacts; readonly choices: ManifestChoices };
export type Started = {
  readonly named: readonly Named[];
  readonly records: readonly BootstrapRecord[];
  readonly nameless: readonly DecidedDataset[];
  readonly refused: readonly NotStarted[];
  /** Datasets whose place does not exist. */
  readonly placeless: readonly { readonly urn: DatasetUrn; readonly gold: string }[];
  /** Whether the place of any is there. */
  readonly hasPlace: boolean;
};

/** What was found and is not started, for a person of its repository. */
export type NotStarted = {
  readonly repository: string;
  readonly target: string;
  readonly at: SourceRef;
  readonly because: string;
};

/** Whether a dataset can be started: it has a name, and its place has no part that only the running job knows. */
export function isNameless({ urn, choices }: DecidedDataset): boolean {
  return urn.value === null || /\{[^{}]*\}/.test(choices.storage.value.gold);
}

/** Decides and lists only; nothing is written. */
export function planFleet(scan: FleetScan): readonly DecidedDataset[] {
  const { fleet, critical, committed, holdings = NO_HOLDINGS } = scan;
  const decided = decideScan(scan.repositories, { settings: fleet.settings, critical, committed, holdings });
  return decided.filter(({ urn }) => !scan.only || urn.value === scan.only);
}

/** One per urn: the place that has its record, else the first. */
export function namedOf(decided: readonly DecidedDataset[], holdings: Holdings = NO_HOLDINGS): readonly Named[] {
  const byUrn = new Map<DatasetUrn, Named>();
  for (const each of decided) {
    const { facts, urn, choices } = each;
    if (isNameless(each) || urn.value === null) continue;
    const isStanding = holdings.get(urn.value)?.location === facts.target;
    if (!byUrn.has(urn.value) || isStanding) byUrn.set(urn.value, { facts, choices: { ...choices, urn: { ...urn, value: urn.value } } });
  }
  return [...byUrn.values()];
}

/** §10.1 what a repository writes or claims that another one speaks for. */
export function refusedOf(decided: readonly DecidedDataset[], named: readonly Named[]): readonly NotStarted[] {
  const holders: Holdings = new Map(named.map(({ facts, choices }) => [choices.urn.value, { repository: facts.repository }]));
  return decided.flatMap(({ facts, urn }) => {
    const { repository, target, at } = facts;
    const row = { repository, target, at };
    if (urn.rule === HELD_ELSEWHERE) return [{ ...row, because: urn.because }];
    const what = urn.value;
    if (what === null) return [];
    const holder = heldElsewhere(what, repository, holders);
    if (holder) return [{ ...row, because: refusedTo(repository, what, holder.repository).because }];
    return (facts.elsewhere ?? []).map((other) => ({
      ...{ repository: other.repository, target, at: other.at },
      because: writtenToo(facts, what),
    }));
  });
}

function writtenToo({ repository, at, writers }: DatasetFacts, urn: DatasetUrn): string {
  const why = writers ? `: ${writers.speaks.because}` : '';
  return `${urn} belongs to ${repository}, where ${at.file}:${at.line} writes it${why}`;
}

/** What has a record, those first that have not ended. `ids`: of the repositories that speak now, by their names. */
export async function loadHoldings(
  { records, objects }: Pick<Ports, 'records' | 'objects'>,
  ids: ReadonlyMap<string, number> = new Map(),
): Promise<Holdings> {
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  const all = await records.all();
  const inOrder = [...all.filter((record) => !hasEnded(record)), ...all.filter(hasEnded)];
  const rows = inOrder.map(async ({ dataset_urn, repository_id, repository = '' }) => {
    // A name that was given up may be another repository's by now.
    const name = repository_id === undefined ? repository : (names.get(repository_id) ?? `${repository} (number ${repository_id})`);
    const location = (await storedRegistration(objects, dataset_urn))?.facts.target;
    const holding: Holding = { repository: name, ...(location === undefined ? {} : { location }) };
    return [dataset_urn, holding] as const;
  });
  return new Map(await Promise.all(rows));
}

function hasEnded({ current_step }: BootstrapRecord): boolean {
  return WITHDRAWN_STATES.includes(current_step);
}

/** Every dataset that has a name claims it and is started; one that is known already stays as it is. */
export async function startFleet(scan: FleetScan, ports: Ports): Promise<Started> {
  const decided = planFleet(scan);
  const named = namedOf(decided, scan.holdings);
  const inOrder = named.toSorted((a, b) => (a.choices.urn.value < b.choices.urn.value ? -1 : 1));
  const looked = await Promise.all(inOrder.map(async (dataset) => ({ ...dataset, ...(await lookAt(dataset, ports)) })));

  await ports.objects.put(FLEET_KEY, renderJson(scan.fleet));
  const claimed: { readonly record: BootstrapRecord; readonly hasData: boolean }[] = [];
  for (const dataset of looked) claimed.push({ record: await claim(dataset, scan, ports), hasData: dataset.hasData });
  // A baseline that is borrowed from peers is made after theirs.
  for (const { record } of [...claimed.filter((each) => each.hasData), ...claimed.filter((each) => !each.hasData)]) {
    if (record.current_step === 'REGISTERED') await ports.workflow.start(record.bootstrap_id, 'register', ports.clock.now());
  }
  const placeless = looked
    .filter(({ place }) => place === 'missing')
    .map(({ choices }) => ({ urn: choices.urn.value, gold: choices.storage.value.gold }));
  const nameless = decided.filter((each) => isNameless(each) && each.urn.rule !== HELD_ELSEWHERE);
  const hasPlace = looked.some(({ place }) => place === 'there');
  return { named, records: claimed.map(({ record }) => record), nameless, refused: refusedOf(decided, named), placeless, hasPlace };
}

type Looked = { readonly place: 'there' | 'missing' | 'unseen'; readonly hasData: boolean };

/** Whether its place is there and enough lies in it to profile. One that has begun has its place in line already. */
async function lookAt({ facts, choices }: Named, { lake, records }: Pick<Ports, 'lake' | 'records'>): Promise<Looked> {
  const standing = await records.load(choices.urn.value);
  const format = FORMAT_OF_SCAN[facts.format];
  if (standing && standing.current_step !== 'REGISTERED' && standing.steps.profiling.rows_sampled)
    return { place: 'there', hasData: false };
  if (!format || (standing && standing.current_step !== 'REGISTERED' && standing.steps.profiling.rows_sampled !== 0))
    return { place: 'unseen', hasData: false };
  try {
    const listing = await lake.list(choices.storage.value.gold, format, facts.partitionBy);
    return { place: listing.exists ? 'there' : 'missing', hasData: decideProfiling(listing).value.kind !== 'synthetic' };
  } catch (error) {
    // A place that cannot be read is told about when it is profiled.
    if (error instanceof ProblemError) return { place: 'unseen', hasData: false };
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
    newRecord({ facts, choices }, { bootstrapId, now: clock.now(), repositoryId: scan.ids?.get(facts.repository) }),
  );
  if (record.current_step !== 'REGISTERED') return record;
  const registration = registrationOf({ facts, choices }, record, scan);
  await objects.put(registrationKey(urn), `${JSON.stringify(registration)}\n`, { ifAbsent: true });
  await objects.put(documentKey(urn, 'manifest'), printManifest(registration.manifest), { ifAbsent: true });
  return record;
}

/** What this scan says about the dataset of a record. */
export function registrationOf(
  { facts, choices }: Named,
  record: Pick<BootstrapRecord, 'started_at' | 'bootstrap_id'>,
  { repositories }: Pick<FleetScan, 'repositories'>,
): StoredRegistration {
  const manifest = draftManifest(facts, choices, { now: record.started_at, bootstrapId: record.bootstrap_id });
  const repository = repositories.find((each) => each.repository === facts.repository);
  if (!repository?.commit) throw new Error(`${facts.repository} was scanned without a commit`);
  const unresolved = repository.unresolved
    .filter((row) => facts.writes.some((write) => write.file === row.file))
    .slice(0, UNRESOLVED_SHOWN);
  return { facts, choices, manifest, commit: repository.commit, unresolved };
}

const UNRESOLVED_SHOWN = 20;

type Claiming = { readonly bootstrapId: string; readonly now: string; readonly repositoryId: number | undefined };

function newRecord({ facts, choices }: Named, { bootstrapId, now, repositoryId }: Claiming): BootstrapRecord {
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
    ...(repositoryId === undefined ? {} : { repository_id: repositoryId }),
  };
}

/** Urns of the dataset.yaml files of a repository, by the gold place they name; other files are passed over. */
export function committedIn(files: readonly FileEdit[], folder: string): ReadonlyMap<string, DatasetUrn> {
  const rows = files.flatMap(({ path, content }) => {
    if (!path.endsWith(`/${DOCUMENTS.manifest}`) || content.length > MAX_MANIFEST) return [];
    const read = readStrictYaml(content, path);
    const manifest = read.ok ? DatasetManifest.safeParse(read.value).data : undefined;
    // Only where its own urn puts it: a copy somewhere else claims nothing.
    return manifest && path === `${repositoryFolder(folder, manifest.urn)}/${DOCUMENTS.manifest}`
      ? [[manifest.storage.gold, manifest.urn] as const]
      : [];
  });
  return new Map(rows);
}

const MAX_MANIFEST = 200_000;
