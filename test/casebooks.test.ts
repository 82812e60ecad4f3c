/** Casebooks of what is found: source under a heading that states the rule, and what is found in it. GOLDEN=1 writes the findings anew. */

import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { linkSites } from '../analyzers/link.js';
import type { PythonFacts } from '../analyzers/python/facts.js';
import { packFacts } from '../analyzers/python/packed.js';
import { pythonKind } from '../analyzers/read-file.js';
import { extractPython, extractSource, type ReadPython } from '../analyzers/syntax/extract.js';
import type { ParsePython } from '../analyzers/syntax/node.js';
import { openHcl } from '../src/adapters/hcl.js';
import { openJinja } from '../src/adapters/minijinja/engine.js';
import { openParser } from '../src/adapters/tree-sitter/parse.js';
import type { ReadSite, RepoFacts, WriteSite } from '../src/core/facts.js';
import { scanRepository } from '../src/flows/scan-repo.js';
import { openTypeScript } from '../src/main/read-typescript.js';
import type { RepoSource } from '../src/ports.js';
import { FINDINGS_BOOKS } from './analyzers/books.js';

const FENCE = /^```(\w+) (\S+)\n([\s\S]*?)^```$/gm;
const FINDINGS = /^```yaml findings\n[\s\S]*?^```$/m;

type Case = { readonly rule: string; readonly text: string; readonly files: ReadonlyMap<string, string> };

function casesOf(page: string): Case[] {
  return page.split(/^(?=## )/m).flatMap((text) => {
    if (!text.startsWith('## ')) return [];
    const files = [...text.matchAll(FENCE)]
      .filter(([, , path]) => path && path !== 'findings')
      .map(([, , path = '', body = '']) => [path, body] as const);
    return [{ rule: text.split('\n', 1)[0]?.slice(3) ?? '', text, files: new Map(files) }];
  });
}

let parsePython: ParsePython;
beforeAll(async () => {
  parsePython = await openParser(5_000);
});

function rowOf(effect: string, site: ReadSite | WriteSite): Record<string, unknown> {
  const written =
    'mode' in site && effect === 'write'
      ? { mode: site.mode, ...(site.partitionBy.length > 0 ? { partition_by: [...site.partitionBy] } : {}) }
      : {};
  return {
    [effect]: `${site.file}:${site.line}`,
    api: site.api,
    format: site.format,
    targets: [...site.targets],
    resolution: site.resolution,
    ...written,
    runtime: site.runtime,
    ...(site.whyNot ? { why_not: site.whyNot } : {}),
  };
}

/** Where files of other kinds have a say the whole repository is scanned, as a value. */
async function findingsOf(files: ReadonlyMap<string, string>): Promise<unknown[]> {
  const isPython = [...files.keys()].every((path) => pythonKind(path) !== undefined);
  const { writes, reads, unresolved, declared } = isPython ? linked(files) : await scanned(files);
  return [
    ...writes.map((site) => rowOf('write', site)),
    ...reads.map((site) => rowOf('read', site)),
    ...(declared ?? []).map(({ name, location, format, partitionBy, at }) => ({
      declared: `${at.file}:${at.line}`,
      ...{ name, location, format },
      ...(partitionBy.length > 0 ? { partition_by: [...partitionBy] } : {}),
    })),
    ...unresolved.map(({ file, line, reason, text }) => ({ unresolved: `${file}:${line}`, reason, text })),
  ];
}

function linked(files: ReadonlyMap<string, string>): Pick<RepoFacts, 'writes' | 'reads' | 'unresolved' | 'declared'> {
  const facts = new Map<string, PythonFacts>();
  for (const [path, text] of files) facts.set(path, extractSource(pythonKind(path) ?? 'py', text, parsePython));
  return linkSites(facts);
}

/** One for all rows: an engine takes long to make. */
const parseHcl = openHcl();

function scanned(files: ReadonlyMap<string, string>): Promise<RepoFacts> {
  const entries = [...files].map(([path, text]) => ({ path, sha: path, size: text.length }));
  const source: RepoSource = {
    name: 'shop',
    commit: null,
    list: async () => entries,
    read: async function* (wanted) {
      for (const entry of wanted) yield { ...entry, bytes: new TextEncoder().encode(files.get(entry.path) ?? '') };
    },
  };
  const facts = { load: () => new Map<string, string>(), save: () => undefined };
  const readPython: ReadPython = async (jobs) => jobs.map(({ kind, bytes }) => packFacts(extractPython(kind, bytes, parsePython)));
  return scanRepository(source, { facts, readPython, openJinja, parseHcl, readTypeScript: openTypeScript() });
}

describe.each(FINDINGS_BOOKS)('%s', (book) => {
  const page = readFileSync(book, 'utf8');
  const cases = casesOf(page);

  it('holds cases', () => expect(cases.length).toBeGreaterThan(0));

  if (process.env.GOLDEN === '1') {
    it('is written anew', async () => {
      let rewritten = page;
      for (const { text, files } of cases) {
        const found = await findingsOf(files);
        const block = `\`\`\`yaml findings\n${stringify(found, { lineWidth: 0 })}\`\`\``;
        rewritten = rewritten.replace(text, () => text.replace(FINDINGS, () => block));
      }
      writeFileSync(book, rewritten);
    });
    return;
  }
  it.each(cases)('$rule', async ({ text, files }) => {
    const expected: unknown = parse(FINDINGS.exec(text)?.[0].replace(/^```.*$/gm, '') ?? '');
    expect(await findingsOf(files)).toEqual(expected);
  });
});
