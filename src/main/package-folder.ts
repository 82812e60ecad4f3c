/** Where this package lies: the folder above `dist/` or `src/`. Fixtures of the demo and the grammar are found from here. */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export function packageFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return /[/\\]dist[/\\]src[/\\]main$/.test(here) ? resolve(here, '../../..') : resolve(here, '../..');
}
