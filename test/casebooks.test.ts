/** Every `cases.md` beside an analyzer: source under a heading that states the rule, and what is found in it. GOLDEN=1 writes the findings anew. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { linkSites } from '../analyzers/link.js';
import { extractSource } from '../analyzers/python/extract.js';
import type { PythonFacts } from '../analyzers/python/facts.js';
import { pythonKind } from '../analyzers/read-file.js';
import type { ParsePython } from '../analyzers/syntax/node.js';
import { openParser } from '../src/adapters/tree-sitter/parse.js';
import type { ReadSite, WriteSite } from '../src/core/facts.js';

const FENCE = /^```(\w+) (\S+)\n([\s\S]*?)^```$/gm;
const FINDINGS = /^```yaml findings\n[\s\S]*?^```$/m;

type Case = { readonly rule: string; readonly text: string; readonly files: ReadonlyMap<string, string> };

function casesOf(page: string): Case[] {
  return page.split(/^(?=## )/m).flatMap((text) => {
    if (!text.startsWith('## ') || !FINDINGS.test(text)) return [];
    const files = [...text.matchAll(FENCE)]
      .filter(([, language, path]) => language !== 'yaml' && path)
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

function findingsOf(files: ReadonlyMap<string, string>): unknown[] {
  const facts = new Map<string, PythonFacts>();
  for (const [path, text] of files) facts.set(path, extractSource(pythonKind(path) ?? 'py', text, parsePython));
  const { writes, reads, unresolved, declared } = linkSites(facts);
  return [
    ...writes.map((site) => rowOf('write', site)),
    ...reads.map((site) => rowOf('read', site)),
    ...declared.map(({ name, location, format, partitionBy, at }) => ({
      declared: `${at.file}:${at.line}`,
      ...{ name, location, format },
      ...(partitionBy.length > 0 ? { partition_by: [...partitionBy] } : {}),
    })),
    ...unresolved.map(({ file, line, reason, text }) => ({ unresolved: `${file}:${line}`, reason, text })),
  ];
}

const FOLDERS = ['runtimes', 'targets', 'notebooks', 'sql'];
const BOOKS = FOLDERS.flatMap((folder) =>
  readdirSync(join('analyzers', folder), { recursive: true, encoding: 'utf8' }).map((path) => join('analyzers', folder, path)),
)
  .filter((path) => path.endsWith('cases.md'))
  .toSorted();

describe.each(BOOKS)('%s', (book) => {
  const page = readFileSync(book, 'utf8');
  const cases = casesOf(page);

  it('holds cases', () => expect(cases.length).toBeGreaterThan(0));

  if (process.env.GOLDEN === '1') {
    it('is written anew', () => {
      let rewritten = page;
      for (const { text, files } of cases) {
        const found = findingsOf(files);
        const block = `\`\`\`yaml findings\n${stringify(found, { lineWidth: 0 })}\`\`\``;
        rewritten = rewritten.replace(text, () => text.replace(FINDINGS, () => block));
      }
      writeFileSync(book, rewritten);
    });
    return;
  }
  it.each(cases)('$rule', ({ text, files }) => {
    const expected: unknown = parse(FINDINGS.exec(text)?.[0].replace(/^```.*$/gm, '') ?? '');
    expect(findingsOf(files)).toEqual(expected);
  });
});
