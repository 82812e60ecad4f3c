/** A repository linked again and again while its files become known gives what it gives linked once: nothing kept is stale. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { isConfigName, readDocument } from '../../analyzers/config/document.js';
import { type KeptLink, type LinkedSites, linkSites } from '../../analyzers/link.js';
import { extractPython } from '../../analyzers/python/extract.js';
import type { PythonFacts } from '../../analyzers/python/facts.js';
import { pythonKind } from '../../analyzers/read-file.js';
import { modulesOf } from '../../analyzers/targets/modules.js';
import { openParser } from '../../src/adapters/tree-sitter/parse.js';

const BLOCK = /^```\w+ (\S+)\n([\s\S]*?)^```$/gm;

type Repository = { readonly python: ReadonlyMap<string, PythonFacts>; readonly documents: ReadonlyMap<string, unknown> };
const repositories: { readonly name: string; readonly of: Repository }[] = [];

/** Each casebook is one repository, its cases folders of it: their names meet, as those of a large repository do. */
beforeAll(async () => {
  const parse = await openParser(5_000);
  const books = readdirSync('analyzers', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('cases.md'));
  for (const book of books) {
    const python = new Map<string, PythonFacts>();
    const documents = new Map<string, unknown>();
    for (const [index, section] of readFileSync(join('analyzers', book), 'utf8').split(/^## /m).entries()) {
      for (const [, name = '', text = ''] of section.matchAll(BLOCK)) {
        const path = `case-${index}/${name}`;
        const kind = pythonKind(path);
        if (kind !== undefined) python.set(path, extractPython(kind, Buffer.from(text), parse));
        else if (name !== 'findings' && isConfigName(path)) documents.set(path, readDocument(path, text));
      }
    }
    if (python.size > 1) repositories.push({ name: book, of: { python, documents } });
  }
});

function found({ writes, reads, unresolved, sinks, declared }: LinkedSites): unknown {
  return { writes, reads, unresolved, sinks, declared };
}

test('whatever arrives first, the last link says the same', () => {
  expect(repositories.length).toBeGreaterThan(8);
  for (const { name, of } of repositories) {
    const all = [...of.python];
    const settings = [...of.documents];
    const modules = modulesOf(all.map(([path]) => path));
    const once = found(linkSites(of.python, { modules, documents: of.documents }));
    const arrivals = fc.record({
      order: fc.shuffledSubarray(all, { minLength: all.length }),
      rounds: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(arrivals, ({ order, rounds }) => {
        let before: KeptLink | undefined;
        let last: LinkedSites | undefined;
        for (const share of [...rounds.toSorted((a, b) => a - b), 1]) {
          const files = new Map(order.slice(0, Math.ceil(share * order.length)));
          const documents = new Map(settings.slice(0, Math.ceil(share * settings.length)));
          last = linkSites(files, { modules, documents, ...(before ? { before } : {}) });
          before = last.kept;
        }
        expect(last && found(last), name).toEqual(once);
      }),
      { numRuns: 12 },
    );
  }
});
