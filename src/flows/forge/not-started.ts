/** §10.1 what was found in a repository and is not started, with the reason, kept for whoever asks there. */
import * as z from 'zod';
import { SourceRef } from '../../core/evidence.js';
import type { ObjectStore } from '../../ports.js';
import type { NotStarted } from '../start-fleet.js';

const Rows = z.array(z.strictObject({ repository: z.string(), target: z.string(), at: SourceRef, because: z.string() }));

function keyOf(id: number): string {
  return `repositories/${id}/not-started.json`;
}

/** Says whether that is news. */
export async function saveNotStarted(objects: ObjectStore, id: number, rows: readonly NotStarted[]): Promise<boolean> {
  const text = `${JSON.stringify(rows)}\n`;
  const standing = await objects.get(keyOf(id));
  if (standing === text || (standing === undefined && rows.length === 0)) return false;
  await objects.put(keyOf(id), text);
  return true;
}

export async function loadNotStarted(objects: ObjectStore, id: number): Promise<readonly NotStarted[]> {
  return Rows.parse(JSON.parse((await objects.get(keyOf(id))) ?? '[]'));
}
