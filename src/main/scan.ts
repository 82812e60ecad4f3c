/** Who fills the ports of a scan: folders or commits as sources, a cache file, the parser and its workers. */
import { join } from 'node:path';
import { NO_CACHE, openFactsCache } from '../adapters/local/facts-cache.js';
import { openFolderSource } from '../adapters/local/folder-source.js';
import { openJinja } from '../adapters/minijinja/engine.js';
import { pythonReader } from '../adapters/tree-sitter/read-python.js';
import { datasetRow } from '../core/decide/datasets.js';
import type { Codeowners, DatasetRow, RepoFacts } from '../core/facts.js';
import { decideScan } from '../flows/decide-scan.js';
import { readOwners } from '../flows/read-declarations.js';
import { scanRepository } from '../flows/scan-repo.js';
import type { RepoSource } from '../ports.js';
import { readSettings } from './settings-file.js';

/** `home`: the folder of the cache file; absent, nothing is kept. */
export async function scanSources(sources: readonly RepoSource[], home: string | undefined): Promise<readonly RepoFacts[]> {
  const reader = pythonReader();
  const renderJinja = await openJinja();
  const facts = home === undefined ? NO_CACHE : openFactsCache(join(home, 'facts.sqlite'));
  try {
    const scanned: RepoFacts[] = [];
    for (const source of sources) scanned.push(await scanRepository(source, { facts, readPython: reader.read, renderJinja }));
    return scanned;
  } finally {
    await reader.close();
    facts.close();
  }
}

export async function scanFolders(folders: readonly string[], home: string | undefined): Promise<readonly RepoFacts[]> {
  return scanSources(await Promise.all(folders.map(openFolderSource)), home);
}

/** The datasets of all scanned folders together, decided as a bootstrap would. */
export function decideScanned(
  repositories: readonly RepoFacts[],
  orgConfig: string | undefined,
  folders: readonly string[],
): readonly DatasetRow[] {
  return decideScan(repositories, readSettings(orgConfig, {}, folders)).map(datasetRow);
}

export async function codeownersOf(folder: string): Promise<Codeowners> {
  const source = await openFolderSource(folder);
  return (await readOwners({ source, listing: await source.list() })).codeowners;
}
