/** §4.1 The links of a scan as text and back, for the next scan of the same repository. What two links share is written once. */
import type { CdkFacts } from './cdk/read.js';
import type { StartFacts } from './infrastructure/facts.js';
import type { Kept, KeptFile, Said, Seen } from './kept.js';
import type { Found, KeptLink } from './link.js';
import type { KeptSchedules } from './schedules/index.js';
import type { ReadSchedules } from './schedules/reader.js';
import type { Needs } from './targets/paid.js';

/** One link of a scan, and what was read of schedules with it. */
export type Round = { readonly link: KeptLink; readonly schedules?: KeptSchedules };

type Words = readonly number[];
type WrittenNeeds = readonly [
  names: Words,
  files: Words,
  missing: readonly (readonly [number, Words])[],
  modules: Words,
  runs: Words,
  settings: Words,
];
type WrittenFile<T> = readonly [steps: number, needs: WrittenNeeds, said: Said<T>, isCut: boolean];
type Pairs = readonly (readonly [number, number])[];
/** What is not as in the link before: files and versions by path. */
type WrittenKept = readonly [files: Pairs, seen: readonly [files: Pairs, documents: Pairs, runs: Pairs, given: Words]];
type WrittenRound = readonly [
  starts: WrittenKept,
  cdk: WrittenKept,
  found: WrittenKept,
  schedules?: readonly (readonly [string, WrittenKept])[],
];
type Written = {
  readonly words: readonly string[];
  readonly starts: readonly WrittenFile<readonly StartFacts[]>[];
  readonly cdk: readonly WrittenFile<CdkFacts>[];
  readonly found: readonly WrittenFile<Found>[];
  readonly schedules: readonly WrittenFile<ReadSchedules>[];
  readonly rounds: readonly WrittenRound[];
};

const NOTHING: Kept<never> = {
  files: new Map(),
  seen: { files: new Map(), documents: new Map(), runs: new Map(), given: new Set() },
};
/** A script that no run starts any more. */
const GONE = '';

export function writeRounds(rounds: readonly Round[]): string {
  const words = numbered<string>();
  const [starts, cdk] = [writer<readonly StartFacts[]>(words), writer<CdkFacts>(words)];
  const [found, schedules] = [writer<Found>(words), writer<ReadSchedules>(words)];
  const written = rounds.map(({ link, schedules: read }, index): WrittenRound => {
    const before = rounds[index - 1]?.link;
    const linked = [
      starts.write(link.starts, before?.starts),
      cdk.write(link.cdk, before?.cdk),
      found.write(link.found, before?.found),
    ] as const;
    return read ? [...linked, [...read].map(([reader, one]) => [reader, schedules.write(one)] as const)] : linked;
  });
  const whole: Written = {
    starts: starts.all(),
    cdk: cdk.all(),
    found: found.all(),
    schedules: schedules.all(),
    rounds: written,
    words: words.all(),
  };
  return JSON.stringify(whole, (_, value: unknown) => (value instanceof Map ? { [MAP]: [...value] } : value));
}

/** Our own text, or nothing. */
export function readRounds(text: string): readonly Round[] | undefined {
  try {
    const whole: Written = JSON.parse(text, (_, value: unknown) => (isWrittenMap(value) ? new Map(value[MAP]) : value));
    return roundsOf(whole);
  } catch {
    return undefined;
  }
}

function roundsOf({ words, rounds, ...written }: Written): readonly Round[] {
  const starts = reader(words, written.starts);
  const cdk = reader(words, written.cdk);
  const found = reader(words, written.found);
  const schedules = reader(words, written.schedules);
  let link: KeptLink | undefined;
  return rounds.map(([started, constructs, sites, read]): Round => {
    link = { starts: starts(started, link?.starts), cdk: cdk(constructs, link?.cdk), found: found(sites, link?.found) };
    return read ? { link, schedules: new Map(read.map(([name, one]) => [name, schedules(one)])) } : { link };
  });
}

const MAP = '\u0000map';

function isWrittenMap(value: unknown): value is { readonly [MAP]: readonly (readonly [unknown, unknown])[] } {
  return typeof value === 'object' && value !== null && MAP in value;
}

type Numbered<T> = { readonly numberOf: (one: T) => number; readonly all: () => readonly T[] };

function numbered<T>(): Numbered<T> {
  const numbers = new Map<T, number>();
  return {
    numberOf: (one) => {
      const known = numbers.get(one);
      if (known !== undefined) return known;
      numbers.set(one, numbers.size);
      return numbers.size - 1;
    },
    all: () => [...numbers.keys()],
  };
}

type Writer<T> = { readonly write: (now: Kept<T>, before?: Kept<T>) => WrittenKept; readonly all: () => readonly WrittenFile<T>[] };

function writer<T>(words: Numbered<string>): Writer<T> {
  const files = numbered<KeptFile<T>>();
  const wordsOf = (all: Iterable<string>): Words => [...all].map(words.numberOf);
  const pairs = (now: ReadonlyMap<string, string>, before: ReadonlyMap<string, string>): Pairs =>
    changed(now, before).map(([key, value]) => [words.numberOf(key), words.numberOf(value)] as const);
  const needsOf = ({ names, files: paths, missing, modules, runs, settings }: Needs): WrittenNeeds => [
    wordsOf(names),
    wordsOf(paths),
    [...missing].map(([path, asked]) => [words.numberOf(path), wordsOf(asked)] as const),
    wordsOf(modules),
    wordsOf(runs),
    wordsOf(settings),
  ];
  return {
    write: (now, before = NOTHING) => [
      changed(now.files, before.files).map(([path, file]) => [words.numberOf(path), files.numberOf(file)] as const),
      [
        pairs(now.seen.files, before.seen.files),
        pairs(now.seen.documents, before.seen.documents),
        pairs(withGone(now.seen.runs, before.seen.runs), before.seen.runs),
        wordsOf(now.seen.given),
      ],
    ],
    all: () => files.all().map(({ steps, needs, value, isCut = false }) => [steps, needsOf(needs), value, isCut] as const),
  };
}

function reader<T>(words: readonly string[], written: readonly WrittenFile<T>[]): (kept: WrittenKept, before?: Kept<T>) => Kept<T> {
  const word = (number: number): string => at(words, number);
  const setOf = (all: Words): Set<string> => new Set(all.map(word));
  const all = written.map(
    ([steps, [names, files, missing, modules, runs, settings], value, isCut]): KeptFile<T> => ({
      steps,
      needs: {
        names: setOf(names),
        files: setOf(files),
        missing: new Map(missing.map(([path, asked]) => [word(path), setOf(asked)])),
        modules: setOf(modules),
        runs: setOf(runs),
        settings: setOf(settings),
      },
      value,
      isCut,
    }),
  );
  const pairs = (changes: Pairs, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
    changes.length === 0 ? before : new Map([...before, ...changes.map(([key, value]) => [word(key), word(value)] as const)]);
  return ([said, [files, documents, runs, given]], before = NOTHING) => {
    const seen: Seen = {
      files: pairs(files, before.seen.files),
      documents: pairs(documents, before.seen.documents),
      runs: new Map([...pairs(runs, before.seen.runs)].filter(([, run]) => run !== GONE)),
      given: setOf(given),
    };
    return { files: new Map([...before.files, ...said.map(([path, file]) => [word(path), at(all, file)] as const)]), seen };
  };
}

function changed<T>(now: ReadonlyMap<string, T>, before: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...now].filter(([key, value]) => before.get(key) !== value);
}

function withGone(now: ReadonlyMap<string, string>, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...now, ...[...before.keys()].filter((key) => !now.has(key)).map((key) => [key, GONE] as const)]);
}

function at<T>(all: readonly T[], index: number): T {
  const found = all[index];
  if (found === undefined) throw new Error(`there is no ${index} among ${all.length}`);
  return found;
}
