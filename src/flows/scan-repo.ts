/** §4.1 Reads a repository: what may touch data is parsed (or taken from the cache), then the files it needs, then everything is linked. */
import { isConfigName, MAX_CONFIG_BYTES, readDocument } from '../../analyzers/config/document.js';
import { wantedConfigs } from '../../analyzers/config/wanted.js';
import { mayBeModel } from '../../analyzers/dbt/python-model.js';
import type { InfrastructureFacts } from '../../analyzers/infrastructure/facts.js';
import { type LinkedSites, linkRepository, linkSites } from '../../analyzers/link.js';
import type { ReadPython } from '../../analyzers/python/extract.js';
import { FACTS_VERSION, type PythonFacts } from '../../analyzers/python/facts.js';
import { callsOneOf, mayTouchData } from '../../analyzers/python/prefilter.js';
import { pythonKind } from '../../analyzers/read-file.js';
import { mayHoldSchedule } from '../../analyzers/schedules/index.js';
import { findModule, moduleTable } from '../../analyzers/targets/program.js';
import type { RepoFacts } from '../core/facts.js';
import type { FileEntry, SourceFile } from '../core/repo.js';
import type { RenderJinja } from '../core/template-engine.js';
import type { FactsCache, RepoSource } from '../ports.js';
import { guarded } from './guarded-source.js';
import { readDeclarations } from './read-declarations.js';
import { type Parsers, readInfrastructureOf } from './read-infrastructure.js';

export type ScanPorts = {
  readonly facts: FactsCache;
  readonly readPython: ReadPython;
  readonly openJinja: () => Promise<RenderJinja>;
} & Parsers;

/** Rounds of reading files that call what earlier files turned out to be helpers. */
const ROUNDS = 3;
const CHUNK = 128;
/** A notebook may have 20 MB: a few of them are a batch of their own. */
const CHUNK_BYTES = 32 * 1024 * 1024;

type Scan = {
  readonly source: RepoSource;
  readonly ports: ScanPorts;
  readonly entries: ReadonlyMap<string, FileEntry>;
  readonly listing: readonly FileEntry[];
  readonly loaded: Map<string, PythonFacts>;
  readonly documents: Map<string, unknown>;
  /** How infrastructure runs the scripts of the repository. */
  readonly infrastructure: InfrastructureFacts;
  readonly explains: boolean;
  readonly counts: { parsed: number; cached: number };
};

export async function scanRepository(repository: RepoSource, ports: ScanPorts): Promise<RepoFacts> {
  return (await scanExplained(repository, ports, { explains: false })).facts;
}

export type ExplainedScan = { readonly facts: RepoFacts; readonly explained: LinkedSites['explained'] };

/** `explains`: values carry their origin, and each row has its explanation. */
export async function scanExplained(
  repository: RepoSource,
  ports: ScanPorts,
  { explains }: { readonly explains: boolean },
): Promise<ExplainedScan> {
  const { source, skipped } = guarded(repository);
  const listing = await source.list();
  const entries = new Map(listing.filter(({ path }) => pythonKind(path) !== undefined).map((entry) => [entry.path, entry]));
  const infrastructure = await readInfrastructureOf(source, listing, ports);
  const scan: Scan = {
    source,
    ports,
    listing,
    entries,
    loaded: new Map(),
    documents: new Map(),
    infrastructure: infrastructure.facts,
    explains,
    counts: { parsed: 0, cached: 0 },
  };
  await loadMatching(scan, [...entries.values()], { verdict: 'wanted', matches: isWanted });
  const sites = await linkWithHelpers(scan);
  // Files from the cache come before those that are parsed: what is said must not hang on which were which.
  const loaded = new Map([...scan.loaded].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const declared = await readDeclarations({ source, listing, openJinja: ports.openJinja }, { loaded, sites, infrastructure });
  const files = { seen: listing.length, ...scan.counts };
  const unresolved = [...declared.unresolved, ...infrastructure.unresolved, ...skipped()];
  const facts = linkRepository(sites, { repository: source.name, commit: source.commit, files, ...declared, unresolved });
  return { facts, explained: sites.explained };
}

function isWanted(latin1: string): boolean {
  return mayTouchData(latin1) || mayHoldSchedule(latin1) || mayBeModel(latin1);
}

/** Links, loads the callers of what turned out to be helpers, and links again until nothing new is found. */
async function linkWithHelpers(scan: Scan): Promise<LinkedSites> {
  await loadImports(scan);
  let sites = await link(scan);
  const asked = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const names = sites.sinks.filter((name) => !asked.has(name));
    for (const name of names) asked.add(name);
    const before = scan.loaded.size;
    if (names.length > 0) await loadMatching(scan, notLoaded(scan), { matches: callsOneOf(names) });
    if (scan.loaded.size === before) break;
    await loadImports(scan);
    sites = await link(scan);
  }
  return sites;
}

async function link(scan: Scan): Promise<LinkedSites> {
  await loadConfigs(scan);
  return linkSites(scan.loaded, { infrastructure: scan.infrastructure, documents: scan.documents, explains: scan.explains });
}

/** Settings files that loaded programs name; each is read once. */
async function loadConfigs({ source, listing, loaded, documents }: Scan): Promise<void> {
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

function notLoaded({ entries, loaded }: Scan): FileEntry[] {
  return [...entries.values()].filter(({ path }) => !loaded.has(path));
}

/** Modules that loaded files import from this repository, and theirs. */
async function loadImports(scan: Scan): Promise<void> {
  const index = { modules: moduleTable([...scan.entries.keys()]), units: scan.entries };
  const done = new Set<string>();
  for (let open = [...scan.loaded.keys()]; open.length > 0; ) {
    const wanted = new Map<string, FileEntry>();
    for (const path of open) {
      done.add(path);
      for (const name of importedPaths(scan.loaded.get(path), (module, level) => findModule(index, path, module, level))) {
        const entry = scan.entries.get(name);
        if (entry && !scan.loaded.has(name)) wanted.set(name, entry);
      }
    }
    await load(scan, [...wanted.values()]);
    open = [...scan.loaded.keys()].filter((path) => !done.has(path));
  }
}

function importedPaths(facts: PythonFacts | undefined, find: (module: string, level: number) => string | undefined): string[] {
  const found: (string | undefined)[] = [];
  for (const { module, name, level } of facts?.imports ?? []) {
    found.push(find(module, level));
    if (name !== undefined && name !== '*') found.push(find(module === '' ? name : `${module}.${name}`, level));
  }
  for (const run of facts?.runs ?? []) found.push(find(run.replace(/^(?:\.{0,2}\/)+/, '').replaceAll('/', '.'), 0));
  return found.filter((path) => path !== undefined);
}

type Wanted = { readonly matches: (latin1: string) => boolean; readonly verdict?: string };

/** Loads the files whose bytes match. A verdict that never changes for the same bytes is kept in the cache. */
async function loadMatching(scan: Scan, candidates: readonly FileEntry[], { matches, verdict }: Wanted): Promise<void> {
  const key = (sha: string): string => `${verdict}/${FACTS_VERSION}/${sha}`;
  const known = verdict === undefined ? new Map<string, string>() : scan.ports.facts.load(candidates.map(({ sha }) => key(sha)));
  const wanted = candidates.filter(({ sha }) => known.get(key(sha)) === 'yes');
  const unknown = candidates.filter(({ sha }) => !known.has(key(sha)));
  await load(scan, wanted);

  const verdicts: { key: string; value: string }[] = [];
  await extractFrom(scan, unknown, (file) => {
    const matched = matches(latin1(file.bytes));
    verdicts.push({ key: key(file.sha), value: matched ? 'yes' : 'no' });
    return matched;
  });
  if (verdict !== undefined && verdicts.length > 0) scan.ports.facts.save(verdicts);
}

async function load(scan: Scan, entries: readonly FileEntry[]): Promise<void> {
  const cached = scan.ports.facts.load(entries.map(factsKey));
  const absent: FileEntry[] = [];
  for (const entry of entries) {
    const facts = parseFacts(cached.get(factsKey(entry)));
    if (facts) {
      scan.loaded.set(entry.path, facts);
      scan.counts.cached += 1;
    } else absent.push(entry);
  }
  await extractFrom(scan, absent, () => true);
}

async function extractFrom(scan: Scan, entries: readonly FileEntry[], isWantedFile: (file: SourceFile) => boolean): Promise<void> {
  const batch: SourceFile[] = [];
  let bytes = 0;
  for await (const file of scan.source.read(entries)) {
    if (!isWantedFile(file)) continue;
    // The bytes belong to the source until the next file: what is kept is copied.
    batch.push({ ...file, bytes: Uint8Array.from(file.bytes) });
    bytes += file.bytes.length;
    if (batch.length < CHUNK && bytes < CHUNK_BYTES) continue;
    await extract(scan, batch.splice(0));
    bytes = 0;
  }
  await extract(scan, batch);
}

/** The facts of a batch, those that the cache holds under the same bytes included. */
async function extract(scan: Scan, files: readonly SourceFile[]): Promise<void> {
  const cached = scan.ports.facts.load(files.map(factsKey));
  const open: SourceFile[] = [];
  for (const file of files) {
    const facts = parseFacts(cached.get(factsKey(file)));
    if (!facts) {
      open.push(file);
      continue;
    }
    scan.loaded.set(file.path, facts);
    scan.counts.cached += 1;
  }
  // The same bytes at two paths are parsed once.
  const first = new Map(open.toReversed().map((file) => [factsKey(file), file]));
  const once = open.filter((file) => first.get(factsKey(file)) === file);
  const facts = await scan.ports.readPython(
    once.map((file) => ({ kind: pythonKind(file.path) ?? 'py', sha: file.sha, bytes: file.bytes })),
  );
  const read = new Map(once.map((file, index) => [factsKey(file), facts[index]]));
  const saved: { key: string; value: string }[] = [];
  for (const file of open) {
    const found = read.get(factsKey(file));
    if (!found) continue;
    scan.loaded.set(file.path, found);
    if (first.get(factsKey(file)) === file) {
      scan.counts.parsed += 1;
      saved.push({ key: factsKey(file), value: JSON.stringify(found) });
    } else scan.counts.cached += 1;
  }
  if (saved.length > 0) scan.ports.facts.save(saved);
}

function factsKey({ path, sha }: Pick<FileEntry, 'path' | 'sha'>): string {
  return `${pythonKind(path) ?? 'py'}/${FACTS_VERSION}/${sha}`;
}

/** Cached text is our own, of this version by its key; anything else counts as absent. */
function parseFacts(text: string | undefined): PythonFacts | undefined {
  if (text === undefined) return undefined;
  try {
    const facts: PythonFacts = JSON.parse(text);
    return facts.version === FACTS_VERSION ? facts : undefined;
  } catch {
    return undefined;
  }
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
