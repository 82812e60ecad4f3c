/**
 * §4.1 What single files say, kept from one link of a repository to the next: within a scan, in which more of its files become
 * known from link to link, and from the scan before, whose links are gone through again with what has changed since.
 */
import type { Unresolved } from '../src/core/facts.js';
import { unlessFault } from './fault.js';
import { fileName } from './script-file.js';
import { namesOfModule } from './targets/modules.js';
import { beginFile, type Holds, isSpent, mayCost, type Needs, type Paid, paid, spend } from './targets/paid.js';
import { ALL_SETTINGS, ANY_SETTINGS, answersOf, askAgain, type Program, type Unit } from './targets/program.js';
import { runsAsText } from './targets/script-runs.js';

/** `seen`: the program that was read. */
export type Kept<T> = { readonly files: ReadonlyMap<string, KeptFile<T>>; readonly seen: Seen };
/** What it cost is paid again, so that the budget of a repository does not hang on how often it was linked. */
export type KeptFile<T> = Pick<Paid<Said<T>>, 'value' | 'needs' | 'steps'> & {
  /** It was ended by a budget or a fault: the next scan has to see for itself. */
  readonly isCut?: boolean;
};
export type Said<T> = { readonly value: T } | { readonly fault: Unresolved };

/** What files can hang on: the versions of files and of settings, ways in which scripts are run, arguments that some run gives. */
export type Seen = {
  readonly files: ReadonlyMap<string, string>;
  readonly documents: ReadonlyMap<string, string>;
  readonly runs: ReadonlyMap<string, string>;
  readonly given: ReadonlySet<string>;
};

/** The scan before this one. */
export type Former<T> = {
  /** Of its link that corresponds to this one. */
  readonly kept: Kept<T>;
  readonly changes: Changes;
};

/** What has changed since the scan before. */
export type Changes = {
  /** The names of a file as it was then, under which others find something in it; `undefined` where nobody knows any more. */
  readonly formerNames: (path: string, version: string) => readonly string[] | undefined;
  /** Paths that are there now and were not then, or the other way round. */
  readonly moved: readonly string[];
};

/** Of all files that were read to their end. */
export function valuesOf<T>({ files }: Kept<T>): T[] {
  return [...files.values()].flatMap(({ value }) => ('fault' in value ? [] : [value.value]));
}

export function faultsOf({ files }: Kept<unknown>): Unresolved[] {
  return [...files.values()].flatMap(({ value }) => ('fault' in value ? [value.fault] : []));
}

/** Files that had cost too much before their end. */
export function cutFiles({ files }: Kept<unknown>): string[] {
  return [...files].flatMap(([path, { value, isCut }]) => (isCut && !('fault' in value) ? [path] : []));
}

export type PerFile<T> = {
  /** Of the link before it in the same scan. */
  readonly before: Kept<T> | undefined;
  readonly former: Former<T> | undefined;
  readonly isWanted?: (unit: Unit) => boolean;
};

/** Of each file what it says: as it was kept, unless something came or went that it hangs on. */
export function perFile<T>(program: Program, { before, former, isWanted = () => true }: PerFile<T>, work: (unit: Unit) => T): Kept<T> {
  const seen = seenOf(program);
  const ofBefore = before && { files: before.files, news: newsSince(program, { seen, earlier: before.seen }) };
  const ofFormer = former && {
    files: former.kept.files,
    news: newsSince(program, { seen, earlier: former.kept.seen, changes: former.changes }),
  };
  const files = new Map<string, KeptFile<T>>();
  for (const unit of program.units.values()) {
    if (!isWanted(unit)) continue;
    const { path } = unit;
    const known = stillTrue(ofBefore, path);
    const asBefore = known ?? payable(program, stillTrue(ofFormer, path));
    if (asBefore) {
      spend(program, asBefore.steps);
      if (!known) askAgain(program, asBefore.needs);
      files.set(path, asBefore);
      continue;
    }
    beginFile(program);
    const { total } = program.work;
    const { value, needs } = paid(program, () => unlessFault(path, () => work(unit)));
    const said = { value, needs, steps: total - program.work.total };
    files.set(path, isSpent(program) || 'fault' in value ? { ...said, isCut: true } : said);
  }
  return { files, seen };
}

/** What was cut short then, or would be now, has to be seen anew. */
function payable<T>(program: Program, known: KeptFile<T> | undefined): KeptFile<T> | undefined {
  return known && !known.isCut && mayCost(program, known.steps) ? known : undefined;
}

/** Of what was worked out in the link before: whether it is what would be worked out now. */
export function holdsSince(program: Program, { seen }: Kept<unknown>): Holds {
  const news = newsSince(program, { seen: seenOf(program), earlier: seen });
  return (needs) => news !== undefined && !hangsOn(needs, news);
}

type Source<T> = { readonly files: ReadonlyMap<string, KeptFile<T>>; readonly news: News | undefined };

function stillTrue<T>(source: Source<T> | undefined, path: string): KeptFile<T> | undefined {
  const known = source?.files.get(path);
  const news = source?.news;
  return known && news && !news.files.has(path) && !hangsOn(known.needs, news) ? known : undefined;
}

function seenOf(program: Program): Seen {
  const { units, documents, given, versionOf } = program;
  const versions = (paths: Iterable<string>) => new Map([...paths].map((path) => [path, versionOf(path)]));
  return { files: versions(units.keys()), documents: versions(documents.keys()), runs: runsAsText(program), given };
}

/** What is not as it was when something was kept. */
type News = {
  readonly files: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  readonly modules: ReadonlySet<string>;
  /** Files that are run in another way, and arguments that only one of both gives. */
  readonly runs: ReadonlySet<string>;
  /** Names of settings files that came, went or differ, and what stands for all of them. */
  readonly settings: ReadonlySet<string>;
};

type Since = { readonly seen: Seen; readonly earlier: Seen; readonly changes?: Changes };

/** `undefined` where it is not known what has changed. */
function newsSince({ units }: Program, { seen, earlier, changes }: Since): News | undefined {
  const files = differing(seen.files, earlier.files);
  const names = new Set(files.flatMap((path) => units.get(path)?.facts ?? []).flatMap(answersOf));
  for (const path of changes ? files : []) {
    const version = earlier.files.get(path);
    const known = version === undefined ? [] : changes?.formerNames(path, version);
    if (!known) return undefined;
    for (const name of known) names.add(name);
  }
  const given = (one: ReadonlySet<string>) => new Map([...one].map((name) => [name, '']));
  return {
    files: new Set(files),
    names,
    modules: new Set(changes?.moved.flatMap(namesOfModule)),
    runs: new Set([...differing(seen.runs, earlier.runs), ...differing(given(seen.given), given(earlier.given))]),
    settings: settingsSince(seen.documents, earlier.documents),
  };
}

function settingsSince(now: ReadonlyMap<string, string>, earlier: ReadonlyMap<string, string>): ReadonlySet<string> {
  const paths = differing(now, earlier);
  return new Set([
    ...paths.map(fileName),
    ...(paths.length > 0 ? [ALL_SETTINGS] : []),
    ...((now.size === 0) === (earlier.size === 0) ? [] : [ANY_SETTINGS]),
  ]);
}

/** Keys whose values are not the same, or that only one of both has. */
function differing(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): readonly string[] {
  const gone = [...other.keys()].filter((key) => !one.has(key));
  return [...[...one].filter(([key, value]) => other.get(key) !== value).map(([key]) => key), ...gone];
}

function hangsOn({ files, names, modules, runs, settings }: Needs, news: News): boolean {
  if (meet(settings, news.settings)) return true;
  return meet(files, news.files) || meet(names, news.names) || meet(modules, news.modules) || meet(runs, news.runs);
}

function meet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const [few, many] = one.size < other.size ? [one, other] : [other, one];
  for (const each of few) if (many.has(each)) return true;
  return false;
}
