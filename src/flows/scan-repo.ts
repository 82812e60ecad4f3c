/** §4.1 Reads a repository: what may touch data is parsed (or taken from the cache), then the files it needs, then everything is linked. */
import { isConfigName, MAX_CONFIG_BYTES, readDocument } from '../../analyzers/config/document.js';
import { wantedConfigs } from '../../analyzers/config/wanted.js';
import { placed } from '../../analyzers/flaw.js';
import type { Changes } from '../../analyzers/kept.js';
import type { Round } from '../../analyzers/kept-text.js';
import { type KeptLink, type LinkedSites, linkRepository, linkSites } from '../../analyzers/link.js';
import { isGivenUp, type ReadPython } from '../../analyzers/python/extract.js';
import { type KeptSchedules, readSchedules } from '../../analyzers/schedules/index.js';
import type { ReadSchedules } from '../../analyzers/schedules/reader.js';
import { isShown, isTestFile, isTestName } from '../../analyzers/standing.js';
import { defsNamed, scopeOf } from '../../analyzers/targets/program.js';
import type { RepoFacts, Unresolved } from '../core/facts.js';
import type { FileEntry } from '../core/repo.js';
import type { RenderJinja } from '../core/template-engine.js';
import type { FactsCache, RepoSource } from '../ports.js';
import { type FormerScan, formerScan, keepScan } from './former-scan.js';
import { type GuardedSource, guarded } from './guarded-source.js';
import { lastScan } from './last-scan.js';
import { loadCallers, loadMissing, loadWanted, type PythonFiles, pythonFiles } from './python-files.js';
import { readDeclarations } from './read-declarations.js';
import { type Infrastructure, type Parsers, readInfrastructureOf } from './read-infrastructure.js';

export type ScanPorts = {
  readonly facts: FactsCache;
  readonly readPython: ReadPython;
  readonly openJinja: () => Promise<RenderJinja>;
} & Parsers;

/** Rounds of reading files that earlier ones turned out to need; more are needed by no repository that was tried. */
const ROUNDS = 60;

/** The same files say the same: what the last scan said is kept, and nothing is read again. */
export async function scanRepository(repository: RepoSource, ports: ScanPorts): Promise<RepoFacts> {
  const listed = { ...guarded(repository), listing: await repository.list() };
  const { known, save } = lastScan(ports.facts, repository.name, listed.listing);
  if (known) return { ...known, commit: repository.commit };
  const { facts, isWhole } = await scanListed(listed, ports, { explains: false });
  // What was not read to its end may say more the next time.
  if (isWhole) save(facts);
  return facts;
}

export type ExplainedScan = {
  readonly facts: RepoFacts;
  readonly explained: LinkedSites['explained'];
  /** No file was unreadable, or given up for the time it took. */
  readonly isWhole: boolean;
};

/** `explains`: values carry their origin, and each row has its explanation. */
export async function scanExplained(
  repository: RepoSource,
  ports: ScanPorts,
  { explains }: { readonly explains: boolean },
): Promise<ExplainedScan> {
  return scanListed({ ...guarded(repository), listing: await repository.list() }, ports, { explains });
}

type Listed = GuardedSource & { readonly listing: readonly FileEntry[] };

async function scanListed(
  { source, skipped, listing }: Listed,
  ports: ScanPorts,
  { explains }: { readonly explains: boolean },
): Promise<ExplainedScan> {
  const infrastructure = await readInfrastructureOf({ source, facts: ports.facts }, listing, ports);
  const files = pythonFiles(source, ports, listing);
  await loadWanted(files);
  const shas = new Map(listing.map(({ path, sha }) => [path, sha]));
  const beside = { listing, infrastructure, documents: new Map(), broken: [], explains, versionOf: (path: string) => shas.get(path) ?? '' };
  const isKept = !explains && !listing.some(({ sha }) => sha === '');
  const former = isKept ? formerScan(ports.facts, source.name, files.entries) : undefined;
  const { sites, schedules, rounds, unresolved: left } = await linkWithHelpers(files, beside, former);
  // Files from the cache come before those that are parsed: what is said must not hang on which were which.
  const loaded = new Map([...files.loaded].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const declared = await readDeclarations(
    { source, facts: ports.facts, listing, openJinja: ports.openJinja },
    { loaded, sites, schedules },
  );
  const isWhole =
    !skipped().some(({ reason }) => reason === 'unreadable-file') &&
    ![...files.loaded.values()].some(isGivenUp) &&
    !infrastructure.unresolved.some(({ reason }) => reason === 'parse-timeout');
  if (isKept && isWhole) keepScan(ports.facts, source.name, files.entries.keys(), rounds);
  const seen = { seen: listing.length, ...files.counts };
  const unresolved = [...declared.unresolved, ...infrastructure.unresolved, ...skipped(), ...left, ...beside.broken];
  const facts = linkRepository(sites, { repository: source.name, commit: source.commit, files: seen, ...declared, unresolved });
  return { facts, explained: sites.explained, isWhole };
}

/** What is linked with the Python files. */
type Beside = {
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
type Linked = {
  readonly sites: LinkedSites;
  readonly schedules: ReadSchedules;
  readonly rounds: readonly Round[];
  readonly unresolved: readonly Unresolved[];
};

/** Links, loads what a name led to and the callers of what turned out to be helpers, and links again until nothing new is found. */
async function linkWithHelpers(files: PythonFiles, beside: Beside, former: FormerScan | undefined): Promise<Linked> {
  const named = new Map<string, number>();
  const rounds: Round[] = [];
  let read: KeptSchedules | undefined;
  for (;;) {
    await loadConfigs(files, beside);
    const then = former && roundOf(former, rounds.length);
    const sites = link(files, beside, { before: rounds.at(-1)?.link, former: then });
    const mayGoOn = rounds.length + 1 < ROUNDS;
    if (mayGoOn && (await loadNeeded(files, sites, named))) {
      rounds.push({ link: sites.kept });
      continue;
    }
    const schedules = schedulesOf(sites, beside, { before: read, former: then });
    read = schedules.kept;
    rounds.push({ link: sites.kept, schedules: read });
    // Their names lead to files too.
    if (!mayGoOn || !(await loadNeeded(files, sites, named))) return { sites, schedules, rounds, unresolved: leftCallers(sites, named) };
  }
}

type Then = { readonly kept: KeptLink; readonly schedules: KeptSchedules | undefined; readonly changes: Changes };

/** The link of the scan before that corresponds to one of this scan. */
function roundOf({ rounds, changes }: FormerScan, index: number): Then | undefined {
  const round = rounds[Math.min(index, rounds.length - 1)];
  const read = rounds.slice(index).find(({ schedules }) => schedules) ?? rounds.findLast(({ schedules }) => schedules);
  return round && { kept: round.link, schedules: read?.schedules, changes };
}

/** Whether anything was there to load. `named`: names whose callers were asked for, with the number of files that were left for each. */
async function loadNeeded(files: PythonFiles, { program, sinks }: LinkedSites, named: Map<string, number>): Promise<boolean> {
  const before = files.loaded.size;
  const names = sinks.filter((name) => !named.has(name));
  await loadMissing(files, program.missing);
  const left = await loadCallers(files, names);
  for (const name of names) named.set(name, left.get(name) ?? 0);
  return files.loaded.size > before;
}

/** A row for each helper whose callers are too many to be read. */
function leftCallers({ program, sinks }: LinkedSites, named: ReadonlyMap<string, number>): readonly Unresolved[] {
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
  kept: { readonly before: KeptLink | undefined; readonly former: Then | undefined },
): LinkedSites {
  return linkSites(loaded, { infrastructure: infrastructure.facts, documents, explains, modules, versionOf, ...kept });
}

function schedulesOf(
  { program, infrastructure }: LinkedSites,
  beside: Beside,
  { before, former }: { readonly before: KeptSchedules | undefined; readonly former: Then | undefined },
): ReturnType<typeof readSchedules> {
  const paths = beside.listing.map(({ path }) => path);
  const then = former?.schedules && { kept: former.schedules, changes: former.changes };
  return readSchedules({ program, infrastructure, declared: beside.infrastructure.declared, paths }, { before, former: then });
}

/** Settings files that loaded programs name; each is read once. */
async function loadConfigs({ source, loaded }: PythonFiles, { listing, documents, broken }: Beside): Promise<void> {
  const small = listing.filter(({ path, size }) => isConfigName(path) && size <= MAX_CONFIG_BYTES);
  const wanted = new Set(
    wantedConfigs(
      loaded,
      small.map(({ path }) => path),
    ),
  );
  const open = small.filter(({ path }) => wanted.has(path) && !documents.has(path));
  for await (const { path, bytes } of source.read(open)) {
    const { value, flaws } = readDocument(path, new TextDecoder().decode(bytes));
    documents.set(path, value);
    // Settings of tools and of tests have names that programs read too.
    if (!(isTestName(path) || isShown(path)) && !/(?:^|\/)\./.test(path)) broken.push(...placed(path, flaws));
  }
}
