/** Files that are whole or absent, whatever kills the process: temporary name, fsync, rename, fsync of the folder. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DurableObserver } from './durable-observer.js';
import { makeFolder } from './folders.js';

export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * Replaces `path` as a whole. `mode` as of chmod. One process writes at a time (`lockStore`), so the temporary name can
 * follow from the path: whoever repeats a write that was cut off clears away what it left.
 */
export function writeDurably(path: string, content: string, observe: DurableObserver, mode = 0o644): void {
  const folder = dirname(path);
  const made = makeFolder(folder);
  const temporary = join(folder, `.${basename(path)}.tmp`);
  const file = openSync(temporary, 'w', mode);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  observe('before', `file ${path}`);
  renameSync(temporary, path);
  syncFolder(folder);
  if (made) syncFolder(dirname(made));
  observe('after', `file ${path}`);
}

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
