/** Who fills the ports of a scan: folders or commits as sources, a cache file, the parser. */
import { join } from 'node:path';
import { NO_CACHE, openFactsCache } from '../adapters/local/facts-cache.js';
import { openFolderSource } from '../adapters/local/folder-source.js';
import { pythonReader } from '../adapters/tree-sitter/read-python.js';
import type { RepoFacts } from '../core/facts.js';
import { type ScanPorts, scanRepository } from '../flows/scan-repo.js';

/** `home`: the folder the cache file stands in; absent, nothing is kept. */
export function scanPorts(home: string | undefined): ScanPorts {
  return { facts: home === undefined ? NO_CACHE : openFactsCache(join(home, 'facts.sqlite')), readPython: pythonReader() };
}

export async function scanFolder(folder: string, ports: ScanPorts): Promise<RepoFacts> {
  return scanRepository(await openFolderSource(folder), ports);
}
