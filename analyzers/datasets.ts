/** §4.1, §4.3 the datasets of all scanned repositories: one per place, with who writes it, who reads it, and when it is made. */
import { tableKey } from '../src/core/catalog-table.js';
import type { Holding } from '../src/core/decide/holding.js';
import { decideLocation, fillHoles, type KnownTables, knownTables } from '../src/core/decide/location.js';
import type { SourceRef } from '../src/core/evidence.js';
import type { DatasetFacts, DbtModel, ReadSite, RepoFacts, Schedule, WriteSite } from '../src/core/facts.js';
import { datasetRoot, readPlace } from '../src/core/place.js';
import type { Settings } from '../src/core/settings.js';
import { buildsModel } from './dbt/selection.js';
import { ownerLookup, type PathOwner } from './ownership/codeowners.js';

export type GatherSettings = Pick<Settings, 'holes' | 'locations' | 'layers' | 'production'>;

/** Materializations that leave no data of their own. */
const WITHOUT_DATA: readonly string[] = ['view', 'ephemeral', 'analysis'];

/**
 * In the order of their places. One place written by two jobs or repositories is one dataset with several writers: it is
 * its holder's while that writes it, else that of the first repository, and only that one says what it is.
 */
export function gatherDatasets(
  repositories: readonly RepoFacts[],
  settings: GatherSettings,
  holdings: readonly Holding[] = [],
): readonly DatasetFacts[] {
  const holders = new Map<string, string>();
  // Of two that had the place the first one counts.
  for (const { location, repository } of holdings.toReversed())
    if (location !== undefined) holders.set(placeKey(location, settings), repository);
  const knownIn = knownTables(repositories, settings);
  const readers = readersByPlace(repositories, settings, knownIn);
  const writers = new Map<string, Writer[]>();
  for (const writer of repositories.flatMap((repository) => writersOf(repository, settings, knownIn(repository.repository)))) {
    const known = writers.get(writer.key);
    if (known) known.push(writer);
    else writers.set(writer.key, [writer]);
  }
  return [...writers]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, all]) => {
      const first = all.find(({ repository }) => repository.repository === holders.get(key)) ?? all[0];
      const names = all.map(({ target }) => placeKey(target, settings));
      return first ? [datasetOf(first, all, new Set([key, ...names].flatMap((each) => [...(readers.get(each) ?? [])])))] : [];
    });
}

/** One write site or dbt model, at one of the places it makes. */
type Writer = {
  readonly repository: RepoFacts;
  readonly ownerOf: (path: string) => PathOwner;
  readonly key: string;
  readonly target: string;
  readonly write?: { readonly site: WriteSite; readonly index: number };
  readonly model?: DbtModel;
};

function writersOf(repository: RepoFacts, settings: GatherSettings, known: KnownTables): Writer[] {
  const of = { repository, ownerOf: ownerLookup(repository.codeowners) };
  const sites = repository.writes.flatMap((site, index) =>
    site.dataset && site.resolution !== 'none'
      ? site.targets.map((target) => ({ ...of, ...placed(target, settings, known), write: { site, index } }))
      : [],
  );
  const models = dataModels(repository).map((model) => ({ ...of, ...placed(productionRelation(model, settings), settings, known), model }));
  return [...sites, ...models];
}

/** The place as written once its holes are filled, and what makes two spellings of it the same. */
function placed(target: string, settings: GatherSettings, known: KnownTables): { readonly target: string; readonly key: string } {
  const filled = fillHoles(target, settings.holes);
  return { target: filled, key: placeKey(decideLocation(filled, settings, known).value.location, settings) };
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
  const read = [...reads.filter(isRead).flatMap(namesIn), ...dbt.flatMap(({ sources }) => sources)];
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
  return repository.dbt.filter((model) => model.dataset && !WITHOUT_DATA.includes(model.materialized));
}

/** One spelling a place: without partitions and files, s3a and s3n are s3, holes have no names, catalog names no case. */
export function placeKey(location: string, settings: Pick<Settings, 'layers'>): string {
  const root = datasetRoot(location, readPlace(location, settings)).trim();
  const one = root
    .replace(/[`"']/g, '')
    .replace(/\{[^{}]*\}/g, '{}')
    .replace(/^s3[an]:/i, 's3:')
    .replace(/(?<!:)\/{2,}/g, '/')
    .replace(/\/+$/, '');
  return one.includes('/') ? one : one.toLowerCase();
}

/** The relation where production is named; unknown leading parts (a database nobody says) are left off. */
function productionRelation(model: DbtModel, { production }: GatherSettings): string {
  const named = Object.entries(model.relationWhen).find(([condition]) => condition.includes(production.dbt_target));
  const values = {
    'target.database': production.dbt_database,
    'target.schema': production.dbt_schema,
    'target.name': production.dbt_target,
  };
  const known = Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  return fillHoles(named?.[1] ?? model.relation, known).replace(/^(?:\{[^{}]*\}\.)+/, '');
}

function readersByPlace(
  repositories: readonly RepoFacts[],
  settings: GatherSettings,
  knownIn: (repository: string) => KnownTables,
): ReadonlyMap<string, ReadonlySet<string>> {
  const readers = new Map<string, Set<string>>();
  for (const repository of repositories) {
    const known = knownIn(repository.repository);
    // Under its name too: the writer may know better than the reader where it lies.
    const add = (name: string, file: string): void => {
      const { target, key } = placed(name, settings, known);
      for (const each of new Set([key, placeKey(target, settings)]))
        readers.set(each, (readers.get(each) ?? new Set<string>()).add(`${repository.repository}:${file}`));
    };
    for (const { targets, file } of repository.reads.filter(isRead)) for (const target of targets) add(target, file);
    const byName = new Map(repository.dbt.map((model) => [model.model, model]));
    for (const { refs, sources, file } of repository.dbt) {
      const upstream = refs.flatMap((name) => byName.get(name.split('.').at(-1) ?? name) ?? []);
      for (const name of [...upstream.map((model) => productionRelation(model, settings)), ...sources]) add(name, file);
    }
  }
  return readers;
}

/** Tests and examples read to check and to show; they do not depend on the data. */
function isRead(read: ReadSite): boolean {
  return read.dataset && read.resolution !== 'none';
}

function datasetOf(first: Writer, all: readonly Writer[], readers: ReadonlySet<string>): DatasetFacts {
  const writing = new Set(all.map(({ repository, write, model }) => `${repository.repository}:${write?.site.file ?? model?.file}`));
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
    ...(elsewhere.length > 0 ? { elsewhere: elsewhere.map(siteOf) } : {}),
    ...(first.model ? { model: first.model } : {}),
    format: formats.find((format) => format !== 'table') ?? 'table',
    runtime: first.write?.site.runtime ?? 'dbt',
    partitionBy: own.map(partitionsOf).find((columns) => columns.length > 0) ?? [],
    schedules: own.flatMap(schedulesOf),
    owners: {
      teams: owners,
      source: owners.length > 0 ? 'codeowners' : 'none',
      ...(rule && ownersFile ? { at: { file: ownersFile, line: rule.line } } : {}),
    },
    consumers: [...readers].filter((reader) => !writing.has(reader)).toSorted(),
    at,
  };
}

function placeOf({ write, model }: Writer): SourceRef {
  return write ? { file: write.site.file, line: write.site.line } : (model?.at ?? { file: '', line: 1 });
}

function siteOf(writer: Writer): NonNullable<DatasetFacts['elsewhere']>[number] {
  const { repository, write } = writer;
  return { repository: repository.repository, at: placeOf(writer), ...(write ? { write: write.site } : {}) };
}

/** Declared columns, else the `key=` folders of the path itself. */
function partitionsOf({ write, model, target }: Writer): readonly string[] {
  const declared = write?.site.partitionBy ?? model?.partitionBy ?? [];
  if (declared.length > 0) return declared;
  return [...target.matchAll(/(?<=\/)([A-Za-z_][A-Za-z0-9_]*)=/g)].flatMap(([, key]) => key ?? []);
}

function schedulesOf({ repository, write, model }: Writer): DatasetFacts['schedules'] {
  return repository.schedules.flatMap((schedule) => tasksMaking(schedule, write?.index, model).map((task) => ({ schedule, task })));
}

function tasksMaking({ tasks }: Schedule, index: number | undefined, model: DbtModel | undefined) {
  return tasks.filter(
    (task) => (index !== undefined && task.writes.includes(index)) || (model && task.runs !== undefined && buildsModel(task.runs, model)),
  );
}
