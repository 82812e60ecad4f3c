/** §10.1 what was found in a repository and is not started, with the reason, kept for whoever asks there. */
import * as z from 'zod';
import { SourceRef } from '../../core/evidence.js';
import type { RepositoryRow } from '../../core/repo.js';
import type { ObjectStore } from '../../ports.js';
import type { NotStarted } from '../start-fleet.js';
import type { Unread } from './written-words.js';

const Rows = z.array(z.strictObject({ repository: z.string(), target: z.string(), at: SourceRef, because: z.string() }));

function keyOf(id: number): string {
  return `repositories/${id}/not-started.json`;
}

function unreadKey(id: number): string {
  return `repositories/${id}/unread.json`;
}

/** Says whether that is news. */
export async function saveNotStarted(objects: ObjectStore, id: number, rows: readonly NotStarted[]): Promise<boolean> {
  return save(objects, keyOf(id), rows);
}

/** The file for which the whole repository was not scanned; undefined takes it back. */
export async function saveUnread(objects: ObjectStore, { id, name }: RepositoryRow, unread: Unread | undefined): Promise<void> {
  const rows = unread
    ? [{ repository: name, target: 'the whole repository', at: { file: unread.file, line: 1 }, because: unread.because }]
    : [];
  await save(objects, unreadKey(id), rows);
}

async function save(objects: ObjectStore, key: string, rows: readonly NotStarted[]): Promise<boolean> {
  const text = `${JSON.stringify(rows)}\n`;
  const standing = await objects.get(key);
  if (standing === text || (standing === undefined && rows.length === 0)) return false;
  await objects.put(key, text);
  return true;
}

export async function loadNotStarted(objects: ObjectStore, id: number): Promise<readonly NotStarted[]> {
  const texts = await Promise.all([objects.get(unreadKey(id)), objects.get(keyOf(id))]);
  return texts.flatMap((text) => Rows.parse(JSON.parse(text ?? '[]')));
}
