/** Facts of blobs in one SQLite file. Losing it costs time, never truth: whatever cannot be read is as if it were absent. */
import { dirname } from 'node:path';
import type { FactsCache } from '../../ports.js';
import { codeDigest } from './code-digest.js';
import { makeFolder } from './folders.js';
import { openDatabase, transaction } from './sqlite.js';

const TABLE = 'CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID';

export type OpenFactsCache = FactsCache & { readonly close: () => void };

/**
 * `warn` is told once when the file is of no use; the scan then reads everything anew. What another build kept counts as absent:
 * `build` is a word for this one.
 */
export function openFactsCache(path: string, warn: (line: string) => void, build = codeDigest()): OpenFactsCache {
  const useless = (error: unknown): void =>
    warn(`The cache ${path} cannot be used (${error instanceof Error ? error.message : String(error)}); every file is read anew.`);
  try {
    return forgiving(ofBuild(build, openFacts(path)), useless);
  } catch (error) {
    useless(error);
    return NO_CACHE;
  }
}

function ofBuild(build: string, cache: OpenFactsCache): OpenFactsCache {
  const own = `${build} `;
  return {
    ...cache,
    load: (keys) => new Map([...cache.load(keys.map((key) => own + key))].map(([key, value]) => [key.slice(own.length), value])),
    save: (entries) => cache.save(entries.map(({ key, value }) => ({ key: own + key, value }))),
  };
}

/** A cache whose file breaks while it is used is empty from then on. */
function forgiving(cache: OpenFactsCache, useless: (error: unknown) => void): OpenFactsCache {
  const broken: { told: boolean } = { told: false };
  const attempt = <T>(work: () => T, otherwise: T): T => {
    if (broken.told) return otherwise;
    try {
      return work();
    } catch (error) {
      broken.told = true;
      useless(error);
      return otherwise;
    }
  };
  return {
    load: (keys) => attempt(() => cache.load(keys), new Map<string, string>()),
    save: (entries) => attempt(() => cache.save(entries), undefined),
    close: () => attempt(() => cache.close(), undefined),
  };
}

function openFacts(path: string): OpenFactsCache {
  makeFolder(dirname(path));
  const database = openDatabase(path, { durable: false, migrations: [TABLE] });
  const select = database.prepare('SELECT value FROM facts WHERE key = ?');
  const insert = database.prepare('INSERT OR REPLACE INTO facts (key, value) VALUES (?, ?)');
  return {
    load(keys) {
      const found = new Map<string, string>();
      for (const key of keys) {
        const row: unknown = select.get(key);
        if (typeof row === 'object' && row !== null && 'value' in row && typeof row.value === 'string') found.set(key, row.value);
      }
      return found;
    },
    save(entries) {
      transaction(database, () => {
        for (const { key, value } of entries) insert.run(key, value);
      });
    },
    close: () => database.close(),
  };
}

/** For `--no-cache`. */
export const NO_CACHE: OpenFactsCache = {
  load: () => new Map(),
  save: () => undefined,
  close: () => undefined,
};
