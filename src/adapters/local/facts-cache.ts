/** Facts of blobs in one SQLite file. Losing it costs time, never truth: whatever cannot be read is as if it were absent. */
import type { FactsCache } from '../../ports.js';
import { openDatabase } from './sqlite.js';

export function openFactsCache(path: string): FactsCache {
  const database = openDatabase(path, 'NORMAL');
  database.exec('CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
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
      database.exec('BEGIN');
      for (const { key, value } of entries) insert.run(key, value);
      database.exec('COMMIT');
    },
  };
}

/** For `--no-cache`. */
export const NO_CACHE: FactsCache = { load: () => new Map(), save: () => undefined };
