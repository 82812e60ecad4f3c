/** §4.1 Reads a repository: what may touch data is parsed (or taken from the cache), then the files it needs, then everything is linked. */
import { isConfigName, MAX_CONFIG_BYTES, readDocument } from '../../analyzers/config/document.js';
import { wantedConfigs } from '../../analyzers/config/wanted.js';
import { type KeptLink, type LinkedSites, linkRepository, linkSites } from '../../analyzers/link.js';
import type { ReadPython } from '../../analyzers/python/extract.js';
import { readSchedules } from '../../analyzers/schedules/index.js';
import type { ReadSchedules } from '../../analyzers/schedules/reader.js';
import type { RepoFacts } from '../core/facts.js';
import type { FileEntry } from '../core/repo.js';
import type { RenderJinja } from '../core/template-engine.js';
import type { FactsCache, RepoSource } from '../ports.js';
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
  const { facts } = await scanListed(listed, ports, { explains: false });
  save(facts);
  return facts;
}

export type ExplainedScan = { readonly facts: RepoFacts; readonly explained: LinkedSites['explained'] };

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
  const infrastructure = await readInfrastructureOf(source, listing, ports);
  const files = pythonFiles(source, ports, listing);
  await loadWanted(files);
  const { sites, schedules } = await linkWithHelpers(files, { listing, infrastructure, documents: new Map(), explains });
  // Files from the cache come before those that are parsed: what is said must not hang on which were which.
  const loaded = new Map([...files.loaded].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const declared = await readDeclarations({ source, listing, openJinja: ports.openJinja }, { loaded, sites, schedules });
  const seen = { seen: listing.length, ...files.counts };
  const unresolved = [...declared.unresolved, ...infrastructure.unresolved, ...skipped()];
  const facts = linkRepository(sites, { repository: source.name, commit: source.commit, files: seen, ...declared, unresolved });
  return { facts, explained: sites.explained };
}

/** What is linked with the Python files. */
type Beside = {
  readonly listing: readonly FileEntry[];
  readonly infrastructure: Infrastructure;
  /** Settings files that were read so far. */
  readonly documents: Map<string, unknown>;
  readonly explains: boolean;
};
type Linked = { readonly sites: LinkedSites; readonly schedules: ReadSchedules };

/** Links, loads what a name led to and the callers of what turned out to be helpers, and links again until nothing new is found. */
async function linkWithHelpers(files: PythonFiles, beside: Beside): Promise<Linked> {
  const named = new Set<string>();
  let before: KeptLink | undefined;
  for (let round = 1; ; round++) {
    await loadConfigs(files, beside);
    const sites = link(files, beside, before);
    before = sites.kept;
    if (round < ROUNDS && (await loadNeeded(files, sites, named))) continue;
    const schedules = schedulesOf(sites, beside);
    // Their names lead to files too.
    if (round >= ROUNDS || !(await loadNeeded(files, sites, named))) return { sites, schedules };
  }
}

/** Whether anything was there to load. */
async function loadNeeded(files: PythonFiles, { program, sinks }: LinkedSites, named: Set<string>): Promise<boolean> {
  const before = files.loaded.size;
  const names = sinks.filter((name) => !named.has(name));
  for (const name of names) named.add(name);
  await loadMissing(files, program.missing);
  await loadCallers(files, names);
  return files.loaded.size > before;
}

function link(
  { loaded, modules }: PythonFiles,
  { infrastructure, documents, explains }: Beside,
  before: KeptLink | undefined,
): LinkedSites {
  return linkSites(loaded, { infrastructure: infrastructure.facts, documents, explains, modules, ...(before ? { before } : {}) });
}

function schedulesOf({ program, infrastructure }: LinkedSites, beside: Beside): ReadSchedules {
  const paths = beside.listing.map(({ path }) => path);
  return readSchedules({ program, infrastructure, declared: beside.infrastructure.declared, paths });
}

/** Settings files that loaded programs name; each is read once. */
async function loadConfigs({ source, loaded }: PythonFiles, { listing, documents }: Beside): Promise<void> {
  const small = listing.filter(({ path, size }) => isConfigName(path) && size <= MAX_CONFIG_BYTES);
  const wanted = new Set(
    wantedConfigs(
      loaded,
      small.map(({ path }) => path),
    ),
  );
  const open = small.filter(({ path }) => wanted.has(path) && !documents.has(path));
  for await (const { path, bytes } of source.read(open)) documents.set(path, readDocument(path, new TextDecoder().decode(bytes)));
}
