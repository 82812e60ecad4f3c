/** Facts of blobs in one SQLite file. Losing it costs time, never truth: whatever cannot be read is as if it were absent. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FactsCache } from '../../ports.js';
import { openDatabase, transaction } from './sqlite.js';

const TABLE = 'CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID';

export function openFactsCache(path: string): FactsCache & { readonly close: () => void } {
  mkdirSync(dirname(path), { recursive: true });
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
export const NO_CACHE: FactsCache & { readonly close: () => void } = {
  load: () => new Map(),
  save: () => undefined,
  close: () => undefined,
};
