/** §4.1 A repository is linked again and again: each link says which files it lacks, and they are loaded for the next one. */
import { isConfigName, MAX_CONFIG_BYTES, readDocument } from '../../analyzers/config/document.js';
import { wantedConfigs } from '../../analyzers/config/wanted.js';
import { placed } from '../../analyzers/flaw.js';
import type { Changes } from '../../analyzers/kept.js';
import type { Round } from '../../analyzers/kept-text.js';
import { type KeptLink, type LinkBefore, type LinkedFiles, type LinkedSites, linkFiles, rowsOf } from '../../analyzers/link.js';
import { type KeptSchedules, readSchedules } from '../../analyzers/schedules/index.js';
import type { ReadSchedules } from '../../analyzers/schedules/reader.js';
import { isShown, isTestFile, isTestName } from '../../analyzers/standing.js';
import { defsNamed, scopeOf } from '../../analyzers/targets/program.js';
import type { Unresolved } from '../core/facts.js';
import type { FileEntry } from '../core/repo.js';
import type { FormerScan } from './former-scan.js';
import { loadCallers, loadImported, loadMissing, type PythonFiles } from './python-files.js';
import type { Infrastructure } from './read-infrastructure.js';
import { loadRunSql } from './sql-files.js';

/** Rounds of reading files that earlier ones turned out to need; more are needed by no repository that was tried. */
const ROUNDS = 60;

/** What is linked with the Python files. */
export type Beside = {
  readonly listing: readonly FileEntry[];
  readonly infrastructure: Infrastructure;
  /** Settings files that were read so far. */
  readonly documents: Map<string, unknown>;
  /** Those of them that could not be read. */
  readonly broken: Unresolved[];
  readonly explains: boolean;
  /** What tells the bytes of a file. */
  readonly versionOf: (path: string) => string;
};
export type Linked = {
  readonly sites: LinkedSites;
  readonly schedules: ReadSchedules;
  readonly rounds: readonly Round[];
  readonly unresolved: readonly Unresolved[];
};

/** Links, loads what a name led to and the callers of what turned out to be helpers, and links again until nothing new is found. */
export async function linkInRounds(files: PythonFiles, beside: Beside, former: FormerScan | undefined): Promise<Linked> {
  const named = new Map<string, number>();
  const needed = { named, listing: beside.listing };
  const rounds: Round[] = [];
  let read: KeptSchedules | undefined;
  let before: LinkBefore | undefined;
  await loadImported(files);
  for (;;) {
    await loadConfigs(files, beside);
    const then = former && roundOf(former, rounds.length);
    const linked = link(files, beside, { before, former: then });
    before = linked;
    const mayGoOn = rounds.length + 1 < ROUNDS;
    if (mayGoOn && (await loadNeeded(files, linked, needed))) {
      rounds.push({ link: linked.kept });
      continue;
    }
    const schedules = schedulesOf(linked, beside, { before: read, former: then });
    read = schedules.kept;
    rounds.push({ link: linked.kept, schedules: read });
    // Their names lead to files too.
    if (!mayGoOn || !(await loadNeeded(files, linked, needed)))
      return { sites: rowsOf(linked), schedules, rounds, unresolved: leftCallers(linked, named) };
  }
}

type Then = { readonly kept: KeptLink; readonly schedules: KeptSchedules | undefined; readonly changes: Changes };

/** The link of the scan before that corresponds to one of this scan. */
function roundOf({ rounds, changes }: FormerScan, index: number): Then | undefined {
  const round = rounds[Math.min(index, rounds.length - 1)];
  const read = rounds.slice(index).find(({ schedules }) => schedules) ?? rounds.findLast(({ schedules }) => schedules);
  return round && { kept: round.link, schedules: read?.schedules, changes };
}

type Needed = Pick<Beside, 'listing'> & { readonly named: Map<string, number> };

/** Whether anything was there to load. `named`: names whose callers were asked for, with the number of files that were left for each. */
async function loadNeeded(files: PythonFiles, linked: LinkedFiles, { named, listing }: Needed): Promise<boolean> {
  const { program, sinks } = linked;
  const before = files.loaded.size;
  const names = sinks.filter((name) => !named.has(name));
  await loadMissing(files, program.missing);
  await loadRunSql(files, listing, linked);
  const left = await loadCallers(files, names);
  for (const name of names) named.set(name, left.get(name) ?? 0);
  return files.loaded.size > before;
}

/** A row for each helper whose callers are too many to be read. */
function leftCallers({ program, sinks }: LinkedFiles, named: ReadonlyMap<string, number>): readonly Unresolved[] {
  return sinks.flatMap((name): Unresolved[] => {
    const left = named.get(name) ?? 0;
    const def = left === 0 ? undefined : defsNamed(program, name).find(({ unit }) => !isTestFile(unit));
    if (!def) return [];
    const text = `${name} may be called in ${left} more files, none of which was read for it`;
    return [{ file: def.unit.path, line: scopeOf(def)?.line ?? 1, reason: 'too-many-values', text }];
  });
}

function link(
  { loaded, modules }: PythonFiles,
  { infrastructure, documents, explains, versionOf }: Beside,
  kept: { readonly before: LinkBefore | undefined; readonly former: Then | undefined },
): LinkedFiles {
  return linkFiles(loaded, { infrastructure: infrastructure.facts, documents, explains, modules, versionOf, ...kept });
}

function schedulesOf(
  { program, infrastructure }: LinkedFiles,
  beside: Beside,
  { before, former }: { readonly before: KeptSchedules | undefined; readonly former: Then | undefined },
): ReturnType<typeof readSchedules> {
  const paths = beside.listing.map(({ path }) => path);
  const then = former?.schedules && { kept: former.schedules, changes: former.changes };
  return readSchedules({ program, infrastructure, declared: beside.infrastructure.declared, paths }, { before, former: then });
}

/** Settings files that loaded programs name; each is read once. */
async function loadConfigs({ source, loaded }: PythonFiles, { listing, documents, broken, explains }: Beside): Promise<void> {
  const small = listing.filter(({ path, size }) => isConfigName(path) && size <= MAX_CONFIG_BYTES);
  const wanted = new Set(
    wantedConfigs(
      loaded,
      small.map(({ path }) => path),
    ),
  );
  const open = small.filter(({ path }) => wanted.has(path) && !documents.has(path));
  for await (const { path, bytes } of source.read(open)) {
    const { value, flaws } = readDocument(path, new TextDecoder().decode(bytes), { explains });
    documents.set(path, value);
    // Settings of tools and of tests have names that programs read too.
    if (!(isTestName(path) || isShown(path)) && !/(?:^|\/)\./.test(path)) broken.push(...placed(path, flaws));
  }
}
