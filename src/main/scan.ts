/** Who fills the ports of a scan: folders or commits as sources, a cache file, the parser and its workers. */
import { realpathSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { isBare, openGitSource } from '../adapters/git/git-source.js';
import { insideWords, wholeOf } from '../adapters/git/since.js';
import { openHcl } from '../adapters/hcl.js';
import { NO_CACHE, openFactsCache } from '../adapters/local/facts-cache.js';
import { openFolderSource } from '../adapters/local/folder-source.js';
import { openJinja } from '../adapters/minijinja/engine.js';
import { pythonReader } from '../adapters/tree-sitter/read-python.js';
import { datasetRow } from '../core/decide/datasets.js';
import type { SourceRef } from '../core/evidence.js';
import type { DatasetRow, RepoFacts } from '../core/facts.js';
import { ProblemError } from '../core/problem.js';
import { decideScan } from '../flows/decide-scan.js';
import { type Explained, explainPlace } from '../flows/explain-scan.js';
import { findOwners, type PathOwners } from '../flows/find-owners.js';
import { lookUpTables } from '../flows/look-up-tables.js';
import { type ScanPorts, scanRepository } from '../flows/scan-repo.js';
import type { RepoSource } from '../ports.js';
import { openCatalog } from './open-catalog.js';
import { openTypeScript } from './read-typescript.js';
import { criticalListOf, criticalLists, readSettings } from './settings-file.js';

/** `home`: the folder of the cache file; absent, nothing is kept. */
export async function scanSources(
  sources: readonly RepoSource[],
  home: string | undefined,
  warn: (line: string) => void,
): Promise<readonly RepoFacts[]> {
  return withPorts(home, warn, async (ports) => {
    const scanned: RepoFacts[] = [];
    for (const source of sources) scanned.push(await scanRepository(source, ports));
    return scanned;
  });
}

export async function withPorts<T>(
  home: string | undefined,
  warn: (line: string) => void,
  use: (ports: ScanPorts) => Promise<T>,
): Promise<T> {
  const reader = pythonReader();
  const facts = home === undefined ? NO_CACHE : openFactsCache(join(home, 'facts.sqlite'), warn);
  try {
    return await use({ facts, readPython: reader.read, openJinja, parseHcl: openHcl(), readTypeScript: openTypeScript() });
  } finally {
    await reader.close();
    facts.close();
  }
}

/** `orgConfig`: the settings that name catalogs; what those say of the names in code belongs to a scan. */
type ScanSettings = { readonly home: string | undefined; readonly orgConfig: string | undefined };

export async function explainIn(
  folder: string,
  place: SourceRef,
  { home, orgConfig }: ScanSettings,
  warn: (line: string) => void,
): Promise<Explained> {
  const source = await openSource(folder);
  await warnOfPart(folder, warn);
  const found = await withPorts(home, warn, (ports) => explainPlace(source, ports, place));
  const [facts = found.facts] = await completed([found.facts], [folder], orgConfig);
  return { ...found, facts };
}

export async function scanFolders(
  folders: readonly string[],
  { home, orgConfig }: ScanSettings,
  warn: (line: string) => void,
): Promise<readonly RepoFacts[]> {
  const sources = await Promise.all(folders.map(openSource));
  for (const folder of folders) await warnOfPart(folder, warn);
  return completed(await scanSources(sources, home, warn), folders, orgConfig);
}

/** What lies beside it says who owns its datasets, when they are made and with which arguments. */
async function warnOfPart(folder: string, warn: (line: string) => void): Promise<void> {
  const root = await wholeOf(folder);
  if (root === undefined) return;
  warn(
    `${insideWords(folder, root)} CODEOWNERS, schedules and arguments of jobs outside the folder are not seen. Name the whole repository: ${root}`,
  );
}

/** What code alone does not tell: problems of the repositories' own lists, and what production's catalogs say. `folders` hold the lists. */
export async function completed(
  scanned: readonly RepoFacts[],
  folders: readonly string[],
  orgConfig: string | undefined,
): Promise<readonly RepoFacts[]> {
  const listed = scanned.map((facts, index) => withCriticalList(facts, folders[index] ?? ''));
  return lookUpTables(listed, readSettings(orgConfig, {}), openCatalog);
}

/** What is wrong with a repository's own list is one of its rows: it must not stop the others. */
export function withCriticalList(facts: RepoFacts, folder: string, warn: (line: string) => void = () => undefined): RepoFacts {
  const { problem } = criticalListOf(folder);
  if (!problem) return facts;
  warn(`${problem.file} of ${facts.repository} is left out: ${problem.text}`);
  return { ...facts, unresolved: [...facts.unresolved, problem] };
}

/** A bare repository has no files but those of its newest commit. */
async function openSource(folder: string): Promise<RepoSource> {
  return (await isBare(folder)) ? openGitSource(folder) : openFolderSource(folder);
}

/** The datasets of all scanned folders together, decided as a bootstrap would. */
export function decideScanned(
  repositories: readonly RepoFacts[],
  orgConfig: string | undefined,
  folders: readonly string[],
): readonly DatasetRow[] {
  const settings = readSettings(orgConfig, {});
  const named = new Map(repositories.map(({ repository }, index) => [repository, folders[index] ?? '']));
  return decideScan(repositories, { settings, critical: criticalLists(settings, named) }).map(datasetRow);
}

export async function ownersIn(folder: string, paths: readonly string[]): Promise<readonly PathOwners[]> {
  const source = await openSource(folder);
  return findOwners(
    source,
    paths.map((path) => pathInside(folder, path)),
  );
}

/** As CODEOWNERS means it: from the root of the repository. A rule for another place would answer for what lies outside. */
function pathInside(folder: string, path: string): string {
  const roots = [resolve(folder), realpathSync(folder)];
  const [inside] = roots
    .map((root) => relative(root, resolve(root, path)))
    .filter((each) => !/^\.\.(?:\/|$)/.test(each) && !isAbsolute(each));
  if (inside) return path.endsWith('/') ? `${inside}/` : inside;
  throw new ProblemError({
    kind: 'usage',
    what: `${path} is no path inside ${folder}.`,
    remedy: 'Name it from the root of the folder, as `sf scan` shows it.',
  });
}
