/** §4.3 The datasets of all scanned repositories: writes of one place together, with who reads it, what runs it, who owns it. */
import type { DatasetFacts, DbtModel, ReadSite, RepoFacts, Schedule, ScheduledTask, WriteSite } from '../src/core/facts.js';
import type { Settings } from '../src/core/settings.js';
import { ownersOf } from './ownership/codeowners.js';

type Options = Pick<Settings, 'holes' | 'production'>;
type Place = { readonly repo: RepoFacts; readonly target: string; readonly write?: WriteSite; readonly model?: DbtModel };

export function gatherDatasets(repos: readonly RepoFacts[], settings: Options): DatasetFacts[] {
  const groups = new Map<string, Place[]>();
  for (const place of repos.flatMap((repo) => placesOf(repo, settings))) {
    const key = placeKey(place.target);
    groups.set(key, [...(groups.get(key) ?? []), place]);
  }
  const consumers = consumersByPlace(repos, settings);
  return [...groups.keys()].toSorted().flatMap((key) => {
    const places = groups.get(key) ?? [];
    const facts = datasetOf(places, consumers.get(key) ?? []);
    return facts ? [facts] : [];
  });
}

/** Every target that a write of a dataset names, and every model that makes a table. */
function placesOf(repo: RepoFacts, settings: Options): Place[] {
  const writes = repo.writes.filter((write) => write.dataset && write.resolution !== 'none');
  return [
    ...writes.flatMap((write) => write.targets.map((target): Place => ({ repo, write, target: filled(target, settings) }))),
    ...repo.dbt
      .filter((model) => model.dataset)
      .map((model): Place => ({ repo, model, target: filled(relationOf(model, settings), settings) })),
  ].filter(({ target }) => placeKey(target).replaceAll(/[{}/.:]/g, '') !== '');
}

/** The relation as production names it, where a condition speaks of production. */
function relationOf(model: DbtModel, { production }: Options): string {
  const named = Object.entries(model.relationWhen).find(([condition]) => condition.includes(production.dbt_target));
  return named?.[1] ?? model.relation;
}

function filled(target: string, { holes }: Options): string {
  return target.replace(/\{([^{}]*)\}/g, (whole, name: string) => (Object.hasOwn(holes, name) ? (holes[name] ?? whole) : whole));
}

/** One spelling per place: s3a and s3n are s3, holes have no names, partitions and globs at the end are left off, case does not count. */
export function placeKey(target: string): string {
  return target
    .trim()
    .replace(/[`"']/g, '')
    .replace(/\{[^{}]*\}/g, '{}')
    .replace(/^s3[an]:\/\//i, 's3://')
    .replace(/(?<!:)\/{2,}/g, '/')
    .replace(/(?:\/(?:[^/=]+=[^/]*|\*[^/]*))+\/?$/, '')
    .replace(/\/+$/, '')
    .toLowerCase();
}

/** `repository:file` of each file that reads a place, by the place. */
function consumersByPlace(repos: readonly RepoFacts[], settings: Options): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  const add = (target: string, repo: RepoFacts, file: string): void => {
    const key = placeKey(filled(target, settings));
    found.set(key, (found.get(key) ?? new Set()).add(`${repo.repository}:${file}`));
  };
  for (const repo of repos) {
    for (const read of repo.reads) if (isConsumer(read)) for (const target of read.targets) add(target, repo, read.file);
    const models = new Map(repo.dbt.map((model) => [model.model, model]));
    for (const model of repo.dbt) {
      for (const ref of model.refs) {
        const of = models.get(ref.slice(ref.lastIndexOf('.') + 1));
        if (of) add(relationOf(of, settings), repo, model.file);
      }
      for (const source of model.sources) add(source, repo, model.file);
    }
  }
  return new Map([...found].map(([key, files]) => [key, [...files].toSorted()]));
}

function isConsumer(read: ReadSite): boolean {
  return read.resolution !== 'none' && (read.dataset || read.whyNot === undefined);
}

function datasetOf(places: readonly Place[], readers: readonly string[]): DatasetFacts | undefined {
  const [first] = places;
  const at = first ? placeAt(first) : undefined;
  if (!first || !at) return undefined;
  const writers = new Set(places.map((place) => `${place.repo.repository}:${placeAt(place)?.file ?? ''}`));
  const writes = [...new Set(places.flatMap(({ write }) => (write ? [write] : [])))];
  const model = places.find((place) => place.model)?.model;
  return {
    repository: first.repo.repository,
    target: places.map(({ target }) => target).toSorted()[0] ?? first.target,
    writes,
    ...(model ? { model } : {}),
    format: writes.find((write) => write.format !== 'table')?.format ?? writes[0]?.format ?? 'table',
    runtime: model && writes.length === 0 ? 'dbt' : (writes[0]?.runtime ?? 'dbt'),
    partitionBy: writes.find((write) => write.partitionBy.length > 0)?.partitionBy ?? model?.partitionBy ?? [],
    schedules: places.flatMap(schedulesOf),
    owners: ownersOfPlace(first),
    consumers: readers.filter((reader) => !writers.has(reader)),
    at,
  };
}

function placeAt({ write, model }: Place): { readonly file: string; readonly line: number } | undefined {
  return write ? { file: write.file, line: write.line } : model?.at;
}

/** Tasks that hold the write, or run its file; a write beside a DAG of its own file counts for the DAG. */
function schedulesOf({ repo, write, model }: Place): { readonly schedule: Schedule; readonly task?: ScheduledTask }[] {
  const file = write?.file ?? model?.file;
  const index = write ? repo.writes.indexOf(write) : -1;
  return repo.schedules.flatMap((schedule) => {
    const task = schedule.tasks.find((one) => (index >= 0 && one.writes.includes(index)) || (file !== undefined && one.runs === file));
    if (task) return [{ schedule, task }];
    return schedule.file === file && schedule.tasks.length === 0 ? [{ schedule }] : [];
  });
}

/** CODEOWNERS first, then what the model says, then the schedule. */
function ownersOfPlace(place: Place): DatasetFacts['owners'] {
  const { repo, model } = place;
  const file = placeAt(place)?.file ?? '';
  const { owners, rule } = ownersOf(repo.codeowners, file);
  if (owners.length > 0) {
    const at = repo.codeowners.file && rule ? { at: { file: repo.codeowners.file, line: rule.line } } : {};
    return { teams: owners, source: 'codeowners', ...at };
  }
  if (model?.owner) return { teams: [model.owner], source: 'dbt_meta', at: model.at };
  const owned = schedulesOf(place).find(({ schedule }) => schedule.owner)?.schedule;
  if (owned?.owner) return { teams: [owned.owner], source: 'default_args', at: { file: owned.file, line: owned.line } };
  return { teams: [], source: 'none' };
}
