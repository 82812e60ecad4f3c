/** §4.1 Reads a repository: what may touch data is parsed (or taken from the cache), then the files it needs, then everything is linked. */
import { mayPass } from '../../analyzers/flaw.js';
import { type LinkedSites, linkRepository } from '../../analyzers/link.js';
import { isGivenUp } from '../../analyzers/python/facts.js';
import type { ReadPython } from '../../analyzers/syntax/extract.js';
import type { RepoFacts } from '../core/facts.js';
import type { FileEntry } from '../core/repo.js';
import type { RenderJinja } from '../core/template-engine.js';
import type { FactsCache, RepoSource } from '../ports.js';
import { formerFacts } from './former-facts.js';
import { formerScan, keepScan } from './former-scan.js';
import { type GuardedSource, guarded } from './guarded-source.js';
import { linkInRounds } from './link-rounds.js';
import { loadWanted, pythonFiles } from './python-files.js';
import { readDeclarations } from './read-declarations.js';
import { type Parsers, readInfrastructureOf } from './read-infrastructure.js';

export type ScanPorts = {
  readonly facts: FactsCache;
  readonly readPython: ReadPython;
  readonly openJinja: () => Promise<RenderJinja>;
} & Parsers;

/** The same files say the same: what the former scan said is kept, and nothing is read again. */
export async function scanRepository(repository: RepoSource, ports: ScanPorts): Promise<RepoFacts> {
  const listed = { ...guarded(repository), listing: await repository.list() };
  const { known, save } = formerFacts(ports.facts, repository.name, listed.listing);
  if (known) return { ...known, commit: repository.commit };
  const { facts, isWhole } = await scanListed(listed, ports, { explains: false });
  // What was not read to its end may say more the next time.
  if (isWhole) save(facts);
  return facts;
}

export type ExplainedScan = {
  readonly facts: RepoFacts;
  readonly explained: LinkedSites['explained'];
  /** No file was unreadable, given up for the time it took, or failed on. */
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
  const { sites, schedules, rounds, unresolved: left } = await linkInRounds(files, beside, former);
  // Files from the cache come before those that are parsed: what is said must not hang on which were which.
  const loaded = new Map([...files.loaded].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const declared = await readDeclarations(
    { source, facts: ports.facts, listing, openJinja: ports.openJinja },
    { loaded, sites, schedules },
  );
  const isRead =
    !skipped().some(({ reason }) => reason === 'unreadable-file') &&
    ![...files.loaded.values()].some(isGivenUp) &&
    !infrastructure.unresolved.some(mayPass);
  if (isKept && isRead) keepScan(ports.facts, source.name, files.entries.keys(), rounds);
  const seen = { seen: listing.length, ...files.counts };
  const unresolved = [...declared.unresolved, ...infrastructure.unresolved, ...skipped(), ...left, ...beside.broken];
  const facts = linkRepository(sites, { repository: source.name, commit: source.commit, files: seen, ...declared, unresolved });
  // Links know which of their files the scanner failed on.
  const isWhole = isRead && !facts.unresolved.some(({ reason }) => reason === 'scan-fault');
  return { facts, explained: sites.explained, isWhole };
}
