/** §4.1 What single files say, kept from one link of a repository to the next, in which more of its files are known. */
import type { Unresolved } from '../src/core/facts.js';
import { unlessFault } from './fault.js';
import { beginFile, type Needs, namesIn, type Paid, type Program, paid, spend, type Unit } from './targets/program.js';

/** What it cost is paid again, so that the budget of a repository does not hang on how often it was linked. */
export type Kept<T> = ReadonlyMap<string, Paid<Said<T>>>;
type Said<T> = { readonly value: T } | { readonly fault: Unresolved };

/** Of all files that were read to their end. */
export function valuesOf<T>(kept: Kept<T>): T[] {
  return [...kept.values()].flatMap(({ value }) => ('fault' in value ? [] : [value.value]));
}

export function faultsOf(kept: Kept<unknown>): Unresolved[] {
  return [...kept.values()].flatMap(({ value }) => ('fault' in value ? [value.fault] : []));
}

/** What is there now and was not when something was kept. */
export type Arrived = { readonly files: ReadonlySet<string>; readonly names: ReadonlySet<string>; readonly settings: boolean };

export function arrived(program: Program, before: Kept<unknown>, settings: boolean): Arrived {
  const units = [...program.units.values()].filter(({ path }) => !before.has(path));
  return { files: new Set(units.map(({ path }) => path)), names: new Set(units.flatMap(namesIn)), settings };
}

/** Of each file what it says: as it was kept, unless something arrived that it hangs on. */
export function perFile<T>(program: Program, before: Kept<T>, news: Arrived, work: (unit: Unit) => T): Kept<T> {
  const kept = new Map<string, Paid<Said<T>>>();
  for (const unit of program.units.values()) {
    const known = before.get(unit.path);
    if (known && !hangsOn(known.needs, news)) {
      spend(program, known.steps);
      kept.set(unit.path, known);
      continue;
    }
    beginFile(program);
    kept.set(
      unit.path,
      paid(program, () => unlessFault(unit.path, () => work(unit))),
    );
  }
  return kept;
}

function hangsOn({ files, names, settings }: Needs, news: Arrived): boolean {
  return (settings && news.settings) || anyOf(files, news.files) || anyOf(names, news.names);
}

function anyOf(some: ReadonlySet<string>, among: ReadonlySet<string>): boolean {
  for (const one of some) if (among.has(one)) return true;
  return false;
}
