/** §4.1 What single files say, kept from one link of a repository to the next, in which more of its files are known. */
import type { Unresolved } from '../src/core/facts.js';
import { unlessFault } from './fault.js';
import { beginFile, type Needs, namesIn, type Paid, type Program, paid, runsAsText, spend, type Unit } from './targets/program.js';

/** `seen`: the program that was read. */
export type Kept<T> = { readonly files: ReadonlyMap<string, KeptFile<T>>; readonly seen?: Seen };
/** What it cost is paid again, so that the budget of a repository does not hang on how often it was linked. */
type KeptFile<T> = Paid<Said<T>>;
type Said<T> = { readonly value: T } | { readonly fault: Unresolved };
type Seen = Pick<Program, 'units' | 'documents' | 'given'> & { readonly runs: ReadonlyMap<string, string> };

/** Of all files that were read to their end. */
export function valuesOf<T>({ files }: Kept<T>): T[] {
  return [...files.values()].flatMap(({ value }) => ('fault' in value ? [] : [value.value]));
}

export function faultsOf({ files }: Kept<unknown>): Unresolved[] {
  return [...files.values()].flatMap(({ value }) => ('fault' in value ? [value.fault] : []));
}

export type PerFile<T> = { readonly before: Kept<T> | undefined; readonly isWanted?: (unit: Unit) => boolean };

/** Of each file what it says: as it was kept, unless something came that it hangs on. */
export function perFile<T>(
  program: Program,
  { before = { files: new Map() }, isWanted = () => true }: PerFile<T>,
  work: (unit: Unit) => T,
): Kept<T> {
  const news = newsSince(program, before.seen);
  const files = new Map<string, KeptFile<T>>();
  for (const unit of program.units.values()) {
    if (!isWanted(unit)) continue;
    const known = before.files.get(unit.path);
    if (known && !hangsOn(known.needs, news)) {
      spend(program, known.steps);
      files.set(unit.path, known);
      continue;
    }
    beginFile(program);
    files.set(
      unit.path,
      paid(program, () => unlessFault(unit.path, () => work(unit))),
    );
  }
  return { files, seen: { units: program.units, documents: program.documents, given: program.given, runs: runsAsText(program) } };
}

/** What is there now and was not when something was kept. */
type News = {
  readonly files: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  /** Of files that are run in another way, and arguments that some run gives now. */
  readonly runs: ReadonlySet<string>;
  readonly settings: boolean;
};

function newsSince(program: Program, seen: Seen | undefined): News {
  const units = [...program.units.values()].filter(({ path }) => !seen?.units.has(path));
  const runs = runsAsText(program);
  const paths = new Set([...runs.keys(), ...(seen?.runs.keys() ?? [])]);
  return {
    files: new Set(units.map(({ path }) => path)),
    names: new Set(units.flatMap(namesIn)),
    runs: new Set([...[...paths].filter((path) => runs.get(path) !== seen?.runs.get(path)), ...differing(program.given, seen?.given)]),
    settings: program.documents.size !== seen?.documents.size,
  };
}

function differing(now: ReadonlySet<string>, before: ReadonlySet<string> = new Set()): readonly string[] {
  return [...[...now].filter((one) => !before.has(one)), ...[...before].filter((one) => !now.has(one))];
}

function hangsOn({ files, names, runs, settings }: Needs, news: News): boolean {
  return (settings && news.settings) || anyOf(files, news.files) || anyOf(names, news.names) || anyOf(runs, news.runs);
}

function anyOf(some: ReadonlySet<string>, among: ReadonlySet<string>): boolean {
  if (among.size === 0) return false;
  for (const one of some) if (among.has(one)) return true;
  return false;
}
