/** §4.1, §4.3 the datasets of all scanned repositories: one per place, with who writes it, who reads it, and when it is made. */
import { tableKey } from '../src/core/catalog-table.js';
import type { Holding } from '../src/core/decide/holding.js';
import { decideLocation, fillHoles, type KnownTables, knownTables } from '../src/core/decide/location.js';
import { decideWriter, printWriter, type WriterCandidate, type WriterClaims } from '../src/core/decide/writer.js';
import type { SourceRef } from '../src/core/evidence.js';
import type { DatasetFacts, DbtModel, ReadSite, RepoFacts, Schedule, ScheduledTask, WriteSite } from '../src/core/facts.js';
import { whyNoData } from '../src/core/models-without-data.js';
import { builtBy } from './dbt/selection.js';
import { ownerLookup, type PathOwner } from './ownership/codeowners.js';
import { groupPairs } from './pairs.js';
import { type GatherSettings, isAnyPlace, placed, placeKey, productionRelation, productionSources } from './places.js';
import { findReaders, isRead } from './readers.js';
import { fullestNames } from './table-names.js';

/** Who has a say beside the scans themselves. */
export type Claimed = {
  readonly holdings?: readonly Holding[];
  /** Places of committed dataset.yaml files, by repository. */
  readonly committed?: ReadonlyMap<string, Iterable<string>>;
};

/**
 * In the order of their places, whatever the order of the repositories. One place written by two jobs or repositories is one
 * dataset with several writers: the one that speaks for it says, with its repository, what it is.
 */
export function gatherDatasets(
  repositories: readonly RepoFacts[],
  settings: GatherSettings,
  { holdings = [], committed = new Map() }: Claimed = {},
): readonly DatasetFacts[] {
  const knownIn = knownTables(repositories, settings);
  const { writers, keyOf } = byPlace(
    repositories.flatMap((repository) => writersOf(repository, settings, knownIn(repository.repository))),
    settings,
  );
  const holders = new Map<string, string>();
  // Of two that had the place the first one counts.
  for (const { location, repository } of holdings.toReversed()) if (location !== undefined) holders.set(keyOf(location), repository);
  const claims = new Map<string, Set<string>>();
  for (const [repository, places] of committed)
    for (const place of places) claims.set(keyOf(place), (claims.get(keyOf(place)) ?? new Set<string>()).add(repository));
  const declaredOf = declaredNames(repositories, settings, knownIn);
  const written = [...writers]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, all]) => {
      const spoken = speaking(all, { holder: holders.get(key), committed: claims.get(key) ?? new Set() });
      if (!spoken) return [];
      const own = all.flatMap((each) => [each.key, placeKey(each.target, settings)].filter((name) => !isAnyPlace(name)));
      return [{ ...spoken, names: new Set([...own, ...declaredOf(spoken.first.repository.repository, key)]) }];
    });
  const readersOf = findReaders(repositories, settings, { knownIn, datasets: written.map(({ names }) => names) });
  return written.map((each) => datasetOf(each, readersOf(each.names)));
}

type ByPlace = { readonly writers: ReadonlyMap<string, readonly Writing[]>; readonly keyOf: (location: string) => string };

function byPlace(all: readonly Writing[], settings: GatherSettings): ByPlace {
  const fullest = fullestNames(all.map(({ key }) => key));
  const writers = new Map<string, Writing[]>();
  for (const writing of all) {
    const key = isAnyPlace(writing.key) ? `${writing.key} ${fileOf(writing)}:${placeOf(writing).line}` : fullest(writing.key);
    const known = writers.get(key);
    if (known) known.push(writing);
    else writers.set(key, [writing]);
  }
  return { writers, keyOf: (location) => fullest(placeKey(location, settings)) };
}

/** What the DDL of a repository, or the catalog, calls a place. */
function declaredNames(
  repositories: readonly RepoFacts[],
  settings: GatherSettings,
  knownIn: (repository: string) => KnownTables,
): (repository: string, key: string) => readonly string[] {
  const names = new Map<string, string[]>();
  const add = (where: string, name: string) => void names.set(where, [...(names.get(where) ?? []), name]);
  for (const { repository } of repositories)
    for (const [name, [table, ...more]] of knownIn(repository).declared)
      if (table && more.length === 0) add(`${repository} ${placeKey(table.location, settings)}`, name);
  for (const { name, answer } of knownIn('').asked.values())
    if (answer.kind === 'found' && answer.table.location !== undefined) add(` ${placeKey(answer.table.location, settings)}`, name);
  return (repository, key) => [
    ...(names.get(`${repository} ${key}`) ?? []),
    ...(names.get(` ${key}`) ?? []).filter((name) => !knownIn(repository).declared.has(name)),
  ];
}

/** One write site or dbt model, at one of the places it makes. */
type Writing = {
  readonly repository: RepoFacts;
  readonly ownerOf: (path: string) => PathOwner;
  readonly key: string;
  readonly target: string;
  /** `said`: its target as the site says it. */
  readonly write?: { readonly site: WriteSite; readonly index: number; readonly said: string };
  readonly model?: DbtModel;
};

function writersOf(repository: RepoFacts, settings: GatherSettings, known: KnownTables): Writing[] {
  const of = { repository, ownerOf: ownerLookup(repository.codeowners) };
  const sites = repository.writes.flatMap((site, index) =>
    site.dataset && site.resolution !== 'none'
      ? site.targets.map((target) => ({ ...of, ...placed(target, settings, known), write: { site, index, said: target } }))
      : [],
  );
  const models = dataModels(repository).map((model) => ({ ...of, ...placed(productionRelation(model, settings), settings, known), model }));
  return [...sites, ...models];
}

/**
 * Names that a repository writes, and after them those it reads, that neither the settings nor its own DDL place: what a catalog
 * may be asked. `at`: of the write.
 */
export function openNames(
  repository: RepoFacts,
  settings: GatherSettings,
): readonly { readonly name: string; readonly at: SourceRef | undefined }[] {
  const known = knownTables([{ ...repository, asked: [] }], settings)(repository.repository);
  const found = new Map<string, SourceRef | undefined>();
  for (const { target, at } of tableTargets(repository, settings)) {
    const filled = fillHoles(target, settings.holes);
    const name = tableKey(filled);
    const { rule } = decideLocation(filled, settings, known);
    const isOpen = rule === 'location/name-alone' || rule === 'location/several-ddl';
    if (name !== undefined && isOpen && !found.has(name)) found.set(name, at);
  }
  return [...found].map(([name, at]) => ({ name, at }));
}

function tableTargets(repository: RepoFacts, settings: GatherSettings): { readonly target: string; readonly at: SourceRef | undefined }[] {
  const { writes, reads, dbt } = repository;
  const read = [...reads.filter(isRead).flatMap(namesIn), ...dbt.flatMap((model) => productionSources(model, settings))];
  return [
    ...writes.filter(isRead).flatMap((site) => namesIn(site).map((target) => ({ target, at: { file: site.file, line: site.line } }))),
    ...dataModels(repository).map((model) => ({ target: productionRelation(model, settings), at: model.at })),
    ...read.map((target) => ({ target, at: undefined })),
  ];
}

/** `to_parquet("orders")` writes a file of the working folder: one word is a table only to what speaks of tables. */
function namesIn({ api, targets }: ReadSite): readonly string[] {
  return TABLES.test(api) ? targets : targets.filter((target) => target.includes('.'));
}
const TABLES = /table|insertInto|writeTo|forName|catalog|\.sql /i;

function dataModels(repository: RepoFacts): readonly DbtModel[] {
  return repository.dbt.filter((model) => whyNoData(model) === undefined);
}

type Spoken = { readonly first: Writing; readonly all: readonly Writing[]; readonly writers?: NonNullable<DatasetFacts['writers']> };

/** Its writers in the order of their places, those of the file that speaks for it first. */
function speaking(all: readonly Writing[], claims: WriterClaims): Spoken | undefined {
  const files = new Map<string, Omit<WriterCandidate, 'schedules'> & { readonly schedules: DatasetFacts['schedules'][number][] }>();
  const inOrder = all.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  for (const each of inOrder) {
    const known = files.get(fileOf(each)) ?? { repository: each.repository.repository, at: placeOf(each), schedules: [] };
    for (const run of schedulesOf(each)) known.schedules.push(run);
    files.set(fileOf(each), known);
  }
  const decided = decideWriter([...files.values()], claims);
  const first = inOrder.find((each) => fileOf(each) === `${decided?.value.repository}:${decided?.value.at.file}`);
  if (!decided || !first) return undefined;
  const ordered = [first, ...inOrder.filter((each) => each !== first)];
  if (files.size < 2) return { first, all: ordered };
  const writers = [...files.values()].map(({ repository, at }) => ({ repository, at }));
  return { first, all: ordered, writers: { all: writers, speaks: { ...decided, value: printWriter(decided.value) } } };
}

function fileOf(writing: Writing): string {
  return `${writing.repository.repository}:${placeOf(writing).file}`;
}

function sortKey(writing: Writing): string {
  return `${writing.repository.repository}\n${placeOf(writing).file}\n${String(placeOf(writing).line).padStart(9, '0')}`;
}

function datasetOf({ first, all, writers }: Spoken, readers: readonly string[]): DatasetFacts {
  const writing = new Set(all.map(fileOf));
  const at = placeOf(first);
  const { owners, rule } = first.ownerOf(at.file);
  const { file: ownersFile } = first.repository.codeowners;
  const own = all.filter(({ repository }) => repository === first.repository);
  const elsewhere = all.filter(({ repository }) => repository !== first.repository);
  const formats = own.flatMap(({ write }) => (write ? [write.site.format] : []));
  return {
    repository: first.repository.repository,
    target: first.target,
    writes: [...new Set(own.flatMap(({ write }) => (write ? [write.site] : [])))],
    ...(writers ? { writers } : {}),
    ...(elsewhere.length > 0 ? { elsewhere: elsewhere.map(siteOf) } : {}),
    ...saidBy(all),
    ...(first.model ? { model: first.model } : {}),
    format: formats.find((format) => format !== 'table') ?? 'table',
    runtime: first.write?.site.runtime ?? 'dbt',
    partitionBy: own.map(partitionsOf).find((columns) => columns.length > 0) ?? [],
    schedules: distinctRuns(own.flatMap(schedulesOf)),
    owners: {
      teams: owners,
      source: owners.length > 0 ? 'codeowners' : 'none',
      ...(rule && ownersFile ? { at: { file: ownersFile, line: rule.line } } : {}),
    },
    consumers: readers.filter((reader) => !writing.has(reader)),
    at,
  };
}

function saidBy(all: readonly Writing[]): Pick<DatasetFacts, 'said'> {
  const several = all.flatMap(({ write }) => (write && write.site.targets.length > 1 ? [[write.site, write.said] as const] : []));
  return several.length > 0 ? { said: groupPairs(several) } : {};
}

function placeOf({ write, model }: Writing): SourceRef {
  return write ? { file: write.site.file, line: write.site.line } : (model?.at ?? { file: '', line: 1 });
}

function siteOf(writer: Writing): NonNullable<DatasetFacts['elsewhere']>[number] {
  const { repository, write } = writer;
  return { repository: repository.repository, at: placeOf(writer), ...(write ? { write: write.site } : {}) };
}

/** Declared columns, else the `key=` folders of the path itself. */
function partitionsOf({ write, model, target }: Writing): readonly string[] {
  const declared = write?.site.partitionBy ?? model?.partitionBy ?? [];
  if (declared.length > 0) return declared;
  return [...target.matchAll(/(?<=\/)([A-Za-z_][A-Za-z0-9_]*)=/g)].flatMap(([, key]) => key ?? []);
}

function schedulesOf({ repository, write, model }: Writing): DatasetFacts['schedules'] {
  if (model) return repository.schedules.flatMap((schedule) => building(repository, schedule, model).map((task) => ({ schedule, task })));
  if (!write) return [];
  const runs = runsByWrite(repository);
  const [all, some] = [runs.get(`${write.index}`) ?? [], runs.get(`${write.index} ${write.said}`) ?? []];
  return [...all, ...some].toSorted((a, b) => a.order - b.order).map(({ schedule, task }) => ({ schedule, task }));
}

/** One task that writes at several lines is one run. */
function distinctRuns(runs: DatasetFacts['schedules']): DatasetFacts['schedules'] {
  const known = new Map<Schedule, Set<ScheduledTask | undefined>>();
  return runs.filter(({ schedule, task }) => {
    const tasks = known.get(schedule) ?? new Set();
    const isNew = !tasks.has(task);
    known.set(schedule, tasks.add(task));
    return isNew;
  });
}

function building(repository: RepoFacts, { tasks }: Schedule, model: DbtModel): readonly ScheduledTask[] {
  const built = BUILT.get(repository) ?? builtBy(repository.dbt);
  BUILT.set(repository, built);
  return tasks.filter((task) => task.runs !== undefined && built(task.runs).has(model));
}

const BUILT = new WeakMap<RepoFacts, ReturnType<typeof builtBy>>();

type Run = { readonly schedule: Schedule; readonly task: ScheduledTask; readonly order: number };

const RUNS = new WeakMap<RepoFacts, ReadonlyMap<string, readonly Run[]>>();

/** The tasks that make all of a write, and those that make one of its targets: a repository may have thousands of both. */
function runsByWrite(repository: RepoFacts): ReadonlyMap<string, readonly Run[]> {
  const known = RUNS.get(repository);
  if (known) return known;
  const tasks = repository.schedules.flatMap((schedule) => schedule.tasks.map((task) => ({ schedule, task })));
  const found = groupPairs(tasks.flatMap((run, order) => madeBy(run.task).map((key) => [key, { ...run, order }] as const)));
  RUNS.set(repository, found);
  return found;
}

function madeBy({ writes, targets = [] }: ScheduledTask): readonly string[] {
  const some = new Map(targets.toReversed().map(({ write, of }) => [write, of]));
  const keys = writes.flatMap((index) => some.get(index)?.map((said) => `${index} ${said}`) ?? [`${index}`]);
  return [...new Set(keys)];
}
