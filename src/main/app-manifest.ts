/** What app.yml asks of GitHub: the App's permissions and the events it is told of. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { packageFolder } from './package-folder.js';

const Manifest = z.object({
  default_permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])),
  default_events: z.array(z.string()),
});

export type AppManifest = {
  readonly permissions: Readonly<Record<string, 'read' | 'write' | 'admin'>>;
  readonly events: readonly string[];
};

export function readManifest(): AppManifest {
  const { default_permissions: permissions, default_events: events } = Manifest.parse(
    parse(readFileSync(join(packageFolder(), 'app.yml'), 'utf8')),
  );
  return { permissions, events };
}
