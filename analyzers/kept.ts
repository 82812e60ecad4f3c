/** §4.1 What single files say, kept from one link of a repository to the next, in which more of its files are known. */
import { beginFile, type Known, type Needs, namesIn, noted, type Program, spend, type Unit } from './targets/program.js';

/** `steps`: what it cost, and costs again, so that the budget of a repository does not hang on how often it was linked. */
export type Kept<T> = ReadonlyMap<string, Known<T> & { readonly steps: number }>;

/** What is there now and was not when something was kept. */
export type Arrived = { readonly files: ReadonlySet<string>; readonly names: ReadonlySet<string>; readonly settings: boolean };

export function arrived(program: Program, before: Kept<unknown>, settings: boolean): Arrived {
  const units = [...program.units.values()].filter(({ path }) => !before.has(path));
  return { files: new Set(units.map(({ path }) => path)), names: new Set(units.flatMap(namesIn)), settings };
}

/** Of each file what it says: as it was kept, unless something arrived that it hangs on. */
export function perFile<T>(program: Program, before: Kept<T>, news: Arrived, work: (unit: Unit) => T): Kept<T> {
  const kept = new Map<string, Known<T> & { readonly steps: number }>();
  for (const unit of program.units.values()) {
    const known = before.get(unit.path);
    if (known && !hangsOn(known.needs, news)) {
      spend(program, known.steps);
      kept.set(unit.path, known);
      continue;
    }
    beginFile(program);
    const { total } = program.work;
    const found = noted(program, () => work(unit));
    kept.set(unit.path, { ...found, steps: total - program.work.total });
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
