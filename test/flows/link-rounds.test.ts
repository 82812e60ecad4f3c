import { expect, it } from 'vitest';
import { NO_INFRASTRUCTURE } from '../../analyzers/infrastructure/facts.js';
import { factsText } from '../../analyzers/syntax/extract.js';
import { blobId } from '../../src/adapters/git/blob-id.js';
import { NO_CACHE } from '../../src/adapters/local/facts-cache.js';
import { openParser } from '../../src/adapters/tree-sitter/parse.js';
import { linkInRounds } from '../../src/flows/link-rounds.js';
import { loadWanted, pythonFiles } from '../../src/flows/python-files.js';
import type { RepoSource } from '../../src/ports.js';

it('a name that forty files make of each other needs no round for each', async () => {
  const made = Array.from({ length: 40 }, (_, n) => [`m${n}.py`, `from m${n + 1} import X as Y\nX = Y + "/${n}"\n`]);
  const texts: Readonly<Record<string, string>> = {
    'job.py': 'import pandas as pd\nfrom m0 import X\npd.DataFrame().to_parquet(X)\n',
    ...Object.fromEntries(made),
    'm40.py': 'X = "s3://shop"\n',
  };
  const files = Object.entries(texts).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
  const listing = files.map(({ path, bytes }) => ({ path, sha: blobId(bytes), size: bytes.length }));
  const read: RepoSource['read'] = async function* (wanted) {
    for (const entry of wanted) yield { ...entry, bytes: Buffer.from(texts[entry.path] ?? '') };
  };
  const parse = await openParser();
  const readPython = async (all: readonly { readonly kind: 'py' | 'ipynb'; readonly bytes: Uint8Array }[]) =>
    all.map(({ kind, bytes }) => factsText({ kind, bytes }, parse));
  const python = pythonFiles({ name: 'shop', commit: null, list: async () => listing, read }, { facts: NO_CACHE, readPython }, listing);
  await loadWanted(python);
  expect([...python.loaded.keys()]).toEqual(['job.py']);
  const beside = {
    listing,
    infrastructure: { facts: NO_INFRASTRUCTURE, declared: [], unresolved: [] },
    documents: new Map(),
    broken: [],
    explains: false,
    versionOf: (path: string) => texts[path] ?? '',
  };
  const { rounds } = await linkInRounds(python, beside, undefined);
  expect(python.loaded.size).toBe(42);
  expect(rounds.length).toBeLessThan(4);
});
