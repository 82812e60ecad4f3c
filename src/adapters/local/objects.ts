/** A folder as object store: `<root>/<key>`; keys are what an S3 bucket would hold. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import type { ObjectStore } from '../../ports.js';
import { readIfThere, writeDurably } from './durable-files.js';
import { type DurableObserver, UNOBSERVED } from './store.js';

const KEY = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/;

export function createObjects(root: string, observe: DurableObserver = UNOBSERVED): ObjectStore {
  const pathOf = (key: string): string => {
    if (KEY.test(key)) return join(root, ...key.split('/'));
    throw new ProblemError({
      kind: 'usage',
      what: `${JSON.stringify(key)} cannot be the key of a document.`,
      remedy: 'Use letters, digits, dot, dash and underscore.',
    });
  };
  return {
    url: (key) => `s3://sf-config/${key}`,
    get: async (key) => readIfThere(pathOf(key)),
    put: async (key, content, { ifAbsent = false } = {}) => {
      const path = pathOf(key);
      const standing = readIfThere(path);
      if (standing === content || (ifAbsent && standing !== undefined)) return;
      writeDurably(path, content, observe);
    },
    list: async (prefix) => keysBelow(root, '').filter((key) => key.startsWith(prefix)),
  };
}

function keysBelow(root: string, prefix: string): readonly string[] {
  const entries = readdirSync(join(root, prefix), { withFileTypes: true, recursive: false });
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .filter((entry) => !entry.name.startsWith('.'))
    .flatMap((entry) => (entry.isDirectory() ? keysBelow(root, `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`]));
}
