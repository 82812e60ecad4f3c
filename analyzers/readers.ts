/** §4.3 who reads what, over all scanned repositories: by path, by table name, by dbt source and by dbt ref. */
import type { KnownTables } from '../src/core/decide/location.js';
import type { DbtModel, ReadSite, RepoFacts } from '../src/core/facts.js';
import { type GatherSettings, placed, placeKey, productionRelation, productionSources } from './places.js';
import { nameResolver } from './table-names.js';

/** Readers, as `repository:file`, of the dataset that goes by these names. */
export type ReadersOf = (names: ReadonlySet<string>) => readonly string[];

/**
 * `datasets`: the names that each dataset goes by, as `placeKey` spells them. A table name that says more or less than the
 * dataset's own (`main.silver.orders`, `silver.orders`) is taken for it where it can be no other dataset.
 */
export function findReaders(
  repositories: readonly RepoFacts[],
  settings: GatherSettings,
  { knownIn, datasets }: { readonly knownIn: (repository: string) => KnownTables; readonly datasets: readonly ReadonlySet<string>[] },
): ReadersOf {
  const resolve = nameResolver(datasets);
  const readers = new Map<string, Set<string>>();
  for (const repository of repositories) {
    const known = knownIn(repository.repository);
    for (const { name, file } of namesRead(repository, repositories, settings)) {
      const { target, key } = placed(name, settings, known);
      // Under its name too: the writer may know better than the reader where it lies.
      for (const each of new Set([key, placeKey(target, settings)].map(resolve)))
        readers.set(each, (readers.get(each) ?? new Set<string>()).add(`${repository.repository}:${file}`));
    }
  }
  return (names) => [...new Set([...names].flatMap((name) => [...(readers.get(name) ?? [])]))].toSorted();
}

type NameRead = { readonly name: string; readonly file: string };

function namesRead(repository: RepoFacts, all: readonly RepoFacts[], settings: GatherSettings): readonly NameRead[] {
  const sites = repository.reads.filter(isRead).flatMap(({ targets, file }) => targets.map((name) => ({ name, file })));
  const models = repository.dbt.filter(isBuilt).flatMap((model) => {
    const upstream = (model.refModels ?? model.refs).flatMap((ref) => referred(ref, model, { repository, all }) ?? []);
    const names = [...upstream.map((each) => productionRelation(each, settings)), ...productionSources(model, settings)];
    return names.map((name) => ({ name, file: model.file }));
  });
  return [...sites, ...models];
}

/** What is switched off, and analyses, read nothing; an ephemeral model reads within those that refer to it. */
function isBuilt({ dataset, materialized }: DbtModel): boolean {
  return dataset || materialized === 'ephemeral';
}

type Where = { readonly repository: RepoFacts; readonly all: readonly RepoFacts[] };

/** The model of its own project, else of its repository; a name that is nowhere there is another project's, where one alone has it. */
function referred(ref: string, { project }: DbtModel, { repository, all }: Where): DbtModel | undefined {
  const name = ref.split('.').at(-1);
  const near = repository.dbt.filter(({ model }) => model === name);
  if (near.length > 0) return near.find((each) => each.project === project) ?? near[0];
  const [far, ...others] = all.flatMap(({ dbt }) => dbt.filter(({ model }) => model === name));
  return others.length === 0 ? far : undefined;
}

/** Tests and examples read to check and to show; they do not depend on the data. */
export function isRead(read: ReadSite): boolean {
  return read.dataset && read.resolution !== 'none';
}
