/** The casebook of explanations, through the real scan; places without a read or write; rows do not change by being explained. GOLDEN=1 writes the texts anew. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHcl } from '../../src/adapters/hcl.js';
import { NO_CACHE } from '../../src/adapters/local/facts-cache.js';
import { openFolderSource } from '../../src/adapters/local/folder-source.js';
import { openJinja } from '../../src/adapters/minijinja/engine.js';
import { pythonReader } from '../../src/adapters/tree-sitter/read-python.js';
import { explained, parsePlace, printExplanation } from '../../src/cli/explain.js';
import { ExplainReport } from '../../src/core/artifacts/explain-report.js';
import { ProblemError } from '../../src/core/problem.js';
import { explainPlace } from '../../src/flows/explain-scan.js';
import { type ScanPorts, scanExplained } from '../../src/flows/scan-repo.js';
import { openTypeScript } from '../../src/main/read-typescript.js';
import { EXPLAIN_BOOK } from '../analyzers/books.js';

const BLOCK = /^```(\w+) (\S+)\n([\s\S]*?)^```$/gm;

type Case = {
  readonly rule: string;
  readonly files: readonly (readonly [string, string])[];
  readonly place: string;
  readonly text: string;
};

function casesOf(page: string): Case[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const blocks = [...section.matchAll(BLOCK)].map(([, language = '', name = '', body = '']) => ({ language, name, body }));
      const asked = blocks.find(({ language }) => language === 'text');
      const files = blocks.filter((block) => block !== asked).map(({ name, body }) => [name, body] as const);
      return { rule: section.split('\n', 1)[0] ?? '', files, place: asked?.name ?? '', text: asked?.body ?? '' };
    });
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function folderOf(files: Case['files']): string {
  const root = mkdtempSync(join(tmpdir(), 'sf-explain-'));
  folders.push(root);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

let ports: ScanPorts;
let close: () => Promise<void>;
beforeAll(() => {
  const reader = pythonReader();
  ports = { facts: NO_CACHE, readPython: reader.read, openJinja, parseHcl: openHcl(), readTypeScript: openTypeScript() };
  close = () => reader.close();
});
afterAll(() => close());

async function said(files: Case['files'], asked: string): Promise<ExplainReport> {
  const place = parsePlace(asked);
  return explained(await explainPlace(await openFolderSource(folderOf(files)), ports, place), place, []);
}

const page = readFileSync(EXPLAIN_BOOK, 'utf8');

describe('the casebook of explanations', () => {
  if (process.env.GOLDEN === '1') {
    it('is written anew', async () => {
      let rewritten = page;
      for (const { rule, files, place } of casesOf(page)) {
        const text = printExplanation(await said(files, place));
        const [before = '', after = ''] = rewritten.split(`## ${rule}\n`);
        const block = new RegExp(`^\`\`\`text ${place}\\n[\\s\\S]*?^\`\`\`$`, 'm');
        rewritten = `${before}## ${rule}\n${after.replace(block, () => `\`\`\`text ${place}\n${text}\`\`\``)}`;
      }
      writeFileSync(EXPLAIN_BOOK, rewritten);
    });
    return;
  }

  it.each(casesOf(page))('$rule', async ({ files, place, text }) => {
    const report = await said(files, place);
    expect(printExplanation(report)).toBe(text);
    expect(ExplainReport.parse(report)).toEqual(report);
  });

  it.each(casesOf(page))('explaining changes no row: $rule', async ({ files }) => {
    const source = await openFolderSource(folderOf(files));
    const plain = await scanExplained(source, ports, { explains: false });
    const asked = await scanExplained(source, ports, { explains: true });
    expect(asked.facts).toEqual(plain.facts);
    expect(plain.explained.size).toBe(0);
    expect(asked.explained.size).toBe(asked.facts.writes.length + asked.facts.reads.length);
  });
});

const FILES: Case['files'] = [
  ['jobs/orders.py', 'orders.write.parquet("s3://lake/orders")\n\nprint(1)\n\nreturns.write.parquet("s3://lake/returns")\n'],
  ['jobs/broken.py', 'def (:\n  df.write.parquet(\n'],
  ['jobs/quiet.py', 'print(1)\n'],
  ['jobs/aside.py', 'print(1)\n\nrows.write.format("noop").mode("overwrite").save()\n'],
];

describe('a place where nothing is read or written', () => {
  it.each([
    [
      'names the nearest lines of the file',
      'jobs/orders.py:3',
      'no',
      /at jobs\/orders\.py:3\. The nearest lines of that file where something is: 1, 5\./,
    ],
    ['says that the file is quiet', 'jobs/quiet.py:1', 'no', /Nothing in that file reads or writes data/],
    ['says what was not understood there', 'jobs/broken.py:1', 'no', /What was not understood there: line 1: parse-error/],
    ['says what was set aside there', 'jobs/aside.py:1', 'no', /where something is: 3\. What was set aside there: line 3: debug \(/],
    ['is bad input where there is no such file', 'jobs/none.py:1', 'usage', /has no file jobs\/none\.py/],
    ['is bad input where it is no place', 'jobs/orders.py', 'usage', /"jobs\/orders\.py" is no place in a file/],
    ['is bad input where lines begin with 0', 'jobs/orders.py:0', 'usage', /is no place in a file/],
  ])('%s', async (_says, place, kind, words) => {
    const failure: unknown = await said(FILES, place).catch((error: unknown) => error);
    if (!(failure instanceof ProblemError)) throw new Error('it was explained');
    expect(failure.problem.kind).toBe(kind);
    expect(failure.message).toMatch(words);
  });
});
