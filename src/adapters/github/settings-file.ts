/** §14.6 a repository's own settings file at a commit; absent where there is none. */
import * as z from 'zod';
import { REPOSITORY_SETTINGS_FILE } from '../../core/repository-settings.js';
import { understood } from './answers.js';
import type { Reader } from './client.js';
import { type Place, routed } from './place.js';

const Content = z.object({ type: z.literal('file'), encoding: z.literal('base64'), content: z.string() });

export async function readSettingsFile(reader: Reader, place: Place, commit: string): Promise<string | undefined> {
  const route = 'GET /repos/{owner}/{repo}/contents/{path}';
  const target = {
    as: place.installation,
    route,
    params: { ...routed(place), path: REPOSITORY_SETTINGS_FILE, ref: commit },
    immutable: true,
  };
  const file = await reader.find(target, z.unknown());
  return file === undefined ? undefined : Buffer.from(understood(target, Content, file).content, 'base64').toString('utf8');
}
