/** The casebook of datasets, through the real scan of several folders, in two orders. The rows are written by hand. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { heldTo } from '../../src/core/decide/orchestration.js';
import { printWriter } from '../../src/core/decide/writer.js';
import type { DatasetRow } from '../../src/core/facts.js';
import { decideScanned, scanFolders } from '../../src/main/scan.js';

const BLOCK = /^```(\w+) (\S+)\n([\s\S]*?)^```$/gm;

type Case = { readonly rule: string; readonly files: readonly (readonly [string, string])[]; readonly expected: readonly object[] };

function casesOf(page: string): Case[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const blocks = [...section.matchAll(BLOCK)].map(([, , name = '', body = '']) => [name, body] as const);
      const expected: readonly object[] = parse(blocks.at(-1)?.[1] ?? '');
      return { rule: section.split('\n', 1)[0] ?? '', files: blocks.slice(0, -1), expected };
    });
}

const made: string[] = [];
afterAll(() => {
  for (const root of made) rmSync(root, { recursive: true });
});

/** The folders of the repositories, by their names. */
function foldersOf(files: Case['files']): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), 'sf-datasets-'));
  made.push(root);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return [...new Set(files.map(([path]) => join(root, path.split('/')[0] ?? '')))].toSorted();
}

async function scanned(folders: readonly string[]): Promise<readonly DatasetRow[]> {
  const repositories = await scanFolders(folders, { home: undefined, orgConfig: undefined }, (line) => expect.unreachable(line));
  return decideScanned(repositories, undefined, folders);
}

function said({ facts, urn, ownerTeam, tier }: DatasetRow) {
  const { all = [], speaks } = facts.writers ?? {};
  return {
    dataset: urn,
    repository: facts.repository,
    owner: ownerTeam,
    runtime: facts.runtime,
    format: facts.format,
    schedule: heldTo(facts.schedules)?.schedule.schedule ?? null,
    written_by: all.map(printWriter).map((writer) => (writer === speaks?.value ? `${writer} speaks` : writer)),
    rule: speaks?.rule,
    because: speaks?.because,
    consumers: facts.consumers,
    tier,
  };
}

describe('the casebook of datasets', () => {
  it.each(casesOf(readFileSync('analyzers/datasets-cases.md', 'utf8')))('$rule', async ({ files, expected }) => {
    const folders = foldersOf(files);
    const rows = await scanned(folders);
    expect(rows.map(said).toSorted((a, b) => ((a.dataset ?? '') < (b.dataset ?? '') ? -1 : 1))).toMatchObject(expected);
    expect((await scanned(folders.toReversed())).map(said)).toEqual(rows.map(said));
  });
});
