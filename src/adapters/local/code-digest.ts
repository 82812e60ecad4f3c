/** What this program is made of, in one word: what another build of it worked out counts as absent. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a scan is made of; the lock file tells the libraries. */
const ROOMS = ['analyzers', 'src/core', 'src/flows', 'src/adapters', 'src/main'];
const CODE = /\.(?:js|ts)$/;

/** Of the compiled program, or of its sources where it runs from those. Reads some hundreds of small files. */
export function codeDigest(): string {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const digest = createHash('sha256').update(libraries(root));
  for (const room of ROOMS)
    for (const path of readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).toSorted())
      if (CODE.test(path)) digest.update(`${room}/${path}\0`).update(readFileSync(join(root, room, path)));
  return digest.digest('hex').slice(0, 16);
}

function libraries(root: string): string {
  for (const folder of [root, join(root, '..')]) {
    try {
      return readFileSync(join(folder, 'package-lock.json'), 'utf8');
    } catch {
      // The compiled program lies one folder deeper than its sources.
    }
  }
  return '';
}
