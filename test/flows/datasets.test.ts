/** The casebook of datasets, through the real scan of several folders, in two orders. The rows are written by hand. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scanReport } from '../../generators/scan-report.js';
import { printScan } from '../../src/cli/scan.js';
import { ScanReport } from '../../src/core/artifacts/scan-report.js';
import { heldTo } from '../../src/core/decide/orchestration.js';
import { printWriter } from '../../src/core/decide/writer.js';
import type { DatasetRow } from '../../src/core/facts.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import { decideScan } from '../../src/flows/decide-scan.js';
import { namedOf, refusedOf } from '../../src/flows/start-fleet.js';
import { decideScanned, scanFolders } from '../../src/main/scan.js';
import { DATASETS_BOOK } from '../analyzers/books.js';

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
    schedules: facts.schedules.map(({ schedule }) => schedule.id),
    crons: facts.schedules.map(({ schedule }) => schedule.schedule),
    written_by: all.map(printWriter).map((writer) => (writer === speaks?.value ? `${writer} speaks` : writer)),
    rule: speaks?.rule,
    because: speaks?.because,
    consumers: facts.consumers,
    tier,
  };
}

describe('the casebook of datasets', () => {
  it.each(casesOf(readFileSync(DATASETS_BOOK, 'utf8')))('$rule', async ({ files, expected }) => {
    const folders = foldersOf(files);
    const rows = await scanned(folders);
    expect(rows.map(said).toSorted((a, b) => ((a.dataset ?? '') < (b.dataset ?? '') ? -1 : 1))).toMatchObject(expected);
    expect((await scanned(folders.toReversed())).map(said)).toEqual(rows.map(said));
  });
});

describe('what is no dataset, and what is not understood', () => {
  const folders = foldersOf([
    ['left/jobs/orders.py', 'import io\ndf.to_parquet(io.BytesIO())\ndf.write.parquet(where)\n'],
    ['left/tests/test_orders.py', 'def test_it():\n    df.to_parquet("s3://lake/gold/orders")\n'],
    ['right/dbt/dbt_project.yml', 'name: shop\n'],
    ['right/dbt/models/sales.sql', "{{ config(materialized='table') }} select 1"],
    ['right/dbt/models/today.sql', 'select 1'],
    ['right/dbt/models/yesterday.sql', "{{ config(materialized='view') }} select 1"],
    ['right/dbt/models/part.sql', "{{ config(materialized='ephemeral') }} select 1"],
    ['right/dbt/models/old.sql', "{{ config(materialized='table', enabled=false) }} select 1"],
  ]);

  it('is counted by the word for why, and named with its repository', async () => {
    const repositories = await scanFolders(folders, { home: undefined, orgConfig: undefined }, (line) => expect.unreachable(line));
    const text = printScan(repositories, decideScanned(repositories, undefined, folders));
    expect(text).toContain('Set aside, no datasets: 2 writes (1 buffer, 1 test). --format json');
    expect(text).toContain('Set aside, no datasets: 4 dbt models (1 disabled, 1 ephemeral, 2 view), which keep no data. --format json');
    expect(text).toMatch(/Not understood:\nPLACE +REASON +CODE\nleft:jobs\/orders\.py:3 +dynamic-target .*\n\n/);
    expect(text).toMatch(/1 dataset, 3 writes, 5 dbt models, 0 reads;/);
  });
});

describe('a write with several targets', () => {
  it('says the dataset of each', async () => {
    const loop = 'for name in ["stock", "orders", "visits/"]:\n    df.to_parquet(f"s3://lake/gold/{name}")\n';
    const folders = foldersOf([['shop/jobs/all.py', loop]]);
    const [facts] = await scanFolders(folders, { home: undefined, orgConfig: undefined }, (line) => expect.unreachable(line));
    const rows = facts ? decideScanned([facts], undefined, folders) : [];
    const [write] = facts ? ScanReport.parse(scanReport(facts, rows)).writes : [];
    expect(write?.urns).toEqual(['ds://gold/stock', 'ds://gold/orders', 'ds://gold/visits']);
    expect(write?.urn).toBe('ds://gold/stock');
  });
});

describe('a dataset that two repositories write', () => {
  const folders = foldersOf([
    ['billing/jobs/fix.py', 'df.to_parquet("s3://lake/gold/orders")\n'],
    ['web/jobs/orders.py', 'df.to_parquet("s3://lake/gold/orders/")\n'],
    ['web/jobs/stock.py', 'df.to_parquet("s3://lake/gold/stock")\n'],
    ['web/crontab', '0 2 * * * python jobs/orders.py\n'],
  ]);
  const scan = () => scanFolders(folders, { home: undefined, orgConfig: undefined }, (line) => expect.unreachable(line));
  const because = 'orders runs it, the schedule that the dataset is held to';

  it('is one row of the table, and both places stand below it', async () => {
    const repositories = await scan();
    const lines = printScan(repositories, decideScanned(repositories, undefined, folders)).split('\n');
    expect(lines.filter((line) => line.startsWith('ds://gold/orders')).map((line) => line.split(/ {2,}/))).toEqual([
      ['ds://gold/orders', 'TIER_3', 'python', 'unowned', '0 2 * * *', '0', 'web:jobs/orders.py:1'],
      ['ds://gold/orders', 'web:jobs/orders.py:1', `speaks for it: ${because}`],
    ]);
    expect(lines.filter((line) => line.includes('billing:')).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['billing:jobs/fix.py:1', 'writes it too'],
    ]);
    expect(lines.filter((line) => line.startsWith('ds://gold/stock'))).toHaveLength(1);
  });

  it('is a row of the repository that speaks for it, and the write of the other one has its urn', async () => {
    const repositories = await scan();
    const rows = decideScanned(repositories, undefined, folders);
    const [billing, web] = repositories.map((facts) => {
      const own = rows.filter((row) => row.facts.repository === facts.repository);
      return ScanReport.parse(scanReport(facts, own, rows));
    });
    expect(billing?.datasets).toEqual([]);
    expect(billing?.writes.map(({ urn }) => urn)).toEqual(['ds://gold/orders']);
    const orders = web?.datasets.find(({ urn }) => urn === 'ds://gold/orders');
    expect(orders?.written_by).toEqual([
      { repository: 'billing', file: 'jobs/fix.py', line: 1, speaks: false },
      { repository: 'web', file: 'jobs/orders.py', line: 1, speaks: true },
    ]);
    expect(orders?.decisions).toContainEqual({ rule: 'writer/schedule', value: 'web:jobs/orders.py:1', because });
    expect(web?.datasets.find(({ urn }) => urn === 'ds://gold/stock')).not.toHaveProperty('written_by');
  });

  it('is started once, and the other repository is told by whom', async () => {
    const none = { organisation: [], repositories: new Map<string, readonly never[]>() };
    const decided = decideScan(await scan(), { settings: DEFAULT_SETTINGS, critical: none });
    const named = namedOf(decided);
    expect(named.map(({ facts, choices }) => `${choices.urn.value} ${facts.repository}`)).toEqual([
      'ds://gold/orders web',
      'ds://gold/stock web',
    ]);
    expect(refusedOf(decided, named)).toEqual([
      {
        ...{ repository: 'billing', target: 's3://lake/gold/orders/', at: { file: 'jobs/fix.py', line: 1 } },
        because: `ds://gold/orders belongs to web, where jobs/orders.py:1 writes it: ${because}`,
      },
    ]);
  });
});

describe('the column of schedules', () => {
  it('says how many others make a dataset, and counts none that is off', async () => {
    const folders = foldersOf([
      ['shop/jobs/orders.py', 'df.to_parquet("s3://lake/gold/orders")\n'],
      ['shop/jobs/stock.py', 'df.to_parquet("s3://lake/gold/stock")\n'],
      ['shop/crontab', '0 1 * * * python jobs/orders.py\n0 13 * * * python jobs/orders.py\n0 2 * * * python jobs/stock.py\n'],
      [
        'shop/jobs.yaml',
        'kind: CronJob\nmetadata: { name: off }\nspec:\n  schedule: "0 4 * * *"\n  suspend: true\n  jobTemplate: { spec: { template: { spec: { containers: [{ name: off, command: [python, jobs/stock.py] }] } } } }\n',
      ],
    ]);
    const repositories = await scanFolders(folders, { home: undefined, orgConfig: undefined }, (line) => expect.unreachable(line));
    const lines = printScan(repositories, decideScanned(repositories, undefined, folders)).split('\n');
    expect(lines.find((line) => line.startsWith('ds://gold/orders'))).toContain('0 1 * * * and 1 more ');
    expect(lines.find((line) => line.startsWith('ds://gold/stock'))).toMatch(/0 2 \* \* \* {2,}/);
  });
});
