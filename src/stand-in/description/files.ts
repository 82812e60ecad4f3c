/** The cuts of GitHub's description that lie in this package, and how an unknown value is looked into. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Members = Readonly<Record<string, unknown>>;

/** The cut as it was written by `npm run github:description`. */
export function descriptionFile(name: 'rest.json' | 'webhooks.json' | 'examples.json'): Members {
  return membersOf(JSON.parse(readFileSync(resolve(folder(), name), 'utf8')));
}

/** The members of an object; none for everything else. */
export function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The compiler copies no JSON that is only read, so compiled code looks beside the source it was made from. */
function folder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const compiled = /[/\\]dist[/\\]src[/\\]stand-in[/\\]description$/.test(here);
  return compiled ? resolve(here, '../../../../src/stand-in/description') : here;
}
