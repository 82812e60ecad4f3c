/** §4.1 Reads a repository: what may touch data is parsed (or taken from the cache), then the files it needs, then everything is linked. */
import { type ScriptRun, scriptRuns } from '../../analyzers/infrastructure/runs.js';
import { type LinkedSites, linkRepository, linkSites } from '../../analyzers/link.js';
import type { ReadPython } from '../../analyzers/python/extract.js';
import { readSchedules } from '../../analyzers/schedules/index.js';
import type { ReadSchedules } from '../../analyzers/schedules/reader.js';
import type { RepoFacts } from '../core/facts.js';
import type { ParseHcl, RenderJinja } from '../core/template-engine.js';
import type { FactsCache, RepoSource } from '../ports.js';
import { guarded } from './guarded-source.js';
import { loadAsked, loadCallers, loadWanted, type PythonFiles, pythonFiles } from './python-files.js';
import { readDeclarations } from './read-declarations.js';
import { type Infrastructure, readInfrastructureOf } from './read-infrastructure.js';

export type ScanPorts = {
  readonly facts: FactsCache;
  readonly readPython: ReadPython;
  readonly openJinja: () => Promise<RenderJinja>;
  readonly parseHcl: ParseHcl;
};

/** Rounds of reading files that earlier ones turned out to need; more are needed by no repository that was tried. */
const ROUNDS = 12;

export async function scanRepository(repository: RepoSource, ports: ScanPorts): Promise<RepoFacts> {
  const { source, skipped } = guarded(repository);
  const listing = await source.list();
  const infrastructure = await readInfrastructureOf(source, listing, ports.parseHcl);
  const files = pythonFiles(source, ports, listing);
  await loadWanted(files);
  const paths = listing.map(({ path }) => path);
  const linked = await linkWithHelpers(files, { infrastructure, paths, runs: scriptRuns(infrastructure.facts) });
  const declared = await readDeclarations({ source, listing, openJinja: ports.openJinja }, { loaded: files.loaded, ...linked });
  const seen = { seen: listing.length, ...files.counts };
  const unresolved = [...declared.unresolved, ...infrastructure.unresolved, ...skipped()];
  return linkRepository(linked.sites, { repository: source.name, commit: source.commit, files: seen, ...declared, unresolved });
}

type Beside = { readonly infrastructure: Infrastructure; readonly paths: readonly string[]; readonly runs: readonly ScriptRun[] };
type Linked = { readonly sites: LinkedSites; readonly schedules: ReadSchedules };

/** Links, loads what a name led to and the callers of what turned out to be helpers, and links again until nothing new is found. */
async function linkWithHelpers(files: PythonFiles, beside: Beside): Promise<Linked> {
  const named = new Set<string>();
  for (let round = 1; ; round++) {
    const linked = link(files, beside);
    if (!(await loadNeeded(files, linked.sites, named)) || round === ROUNDS) return linked;
    await loadFurther(files, { beside, named, open: linked.sites.open });
  }
}

/** Whether anything was there to load. */
async function loadNeeded(files: PythonFiles, { program, sinks }: LinkedSites, named: Set<string>): Promise<boolean> {
  const before = files.loaded.size;
  const names = sinks.filter((name) => !named.has(name));
  for (const name of names) named.add(name);
  await loadAsked(files, program.asked);
  await loadCallers(files, names);
  return files.loaded.size > before;
}

type Further = { readonly beside: Beside; readonly named: Set<string>; readonly open: readonly string[] };

/** What the loaded files lead to in turn, as far as those files tell that did not have what they asked for. */
async function loadFurther(files: PythonFiles, { beside: { runs }, named, open }: Further): Promise<void> {
  let only = new Set(open);
  for (let round = 1; only.size > 0 && round < ROUNDS; round++) {
    const sites = linkSites(files.loaded, { runs, modules: files.modules, only });
    if (!(await loadNeeded(files, sites, named))) return;
    only = new Set(sites.open);
  }
}

function link({ loaded, modules }: PythonFiles, { infrastructure, paths, runs }: Beside): Linked {
  const sites = linkSites(loaded, { runs, modules });
  const { facts, declared } = infrastructure;
  return { sites, schedules: readSchedules({ program: sites.program, infrastructure: facts, declared, paths }) };
}
