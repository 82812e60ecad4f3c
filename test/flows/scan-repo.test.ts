/** A folder and a commit of the same files say the same; a second scan parses nothing; workers say what this process says. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gatherDatasets, placeKey } from '../../analyzers/datasets.js';
import { scanReport } from '../../generators/scan-report.js';
import { openGitSource } from '../../src/adapters/git/git-source.js';
import { openFactsCache } from '../../src/adapters/local/facts-cache.js';
import { openFolderSource } from '../../src/adapters/local/folder-source.js';
import { openJinja } from '../../src/adapters/minijinja/engine.js';
import { pythonReader } from '../../src/adapters/tree-sitter/read-python.js';
import { printScan } from '../../src/cli/scan.js';
import { ScanReport } from '../../src/core/artifacts/scan-report.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import { scanRepository } from '../../src/flows/scan-repo.js';

const FILES: Readonly<Record<string, string>> = {
  'lib/io.py': 'def publish(df, name):\n    df.write.mode("overwrite").parquet(f"s3a://shop/gold/{name}")\n',
  'jobs/orders.py': 'from lib.io import publish\n\npublish(build(), "orders")\n',
  'jobs/report.py': 'orders = spark.read.parquet("s3://shop/gold/orders/")\norders.write.parquet(target())\n',
  'notes.txt': 'df.write.parquet("s3://no/python")\n',
  'node_modules/x/setup.py': 'df.write.parquet("s3://not/ours")\n',
  '.github/CODEOWNERS': '/jobs/ @shop/data\n',
};

function repository(): string {
  const root = mkdtempSync(join(tmpdir(), 'sf-scan-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  symlinkSync('/etc/hosts', join(root, 'jobs/link.py'));
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root, stdio: 'ignore' });
  git('init', '-q');
  git('add', '--', ...Object.keys(FILES).filter((path) => !path.startsWith('node_modules')), 'jobs/link.py');
  git('commit', '-q', '-m', 'first');
  return root;
}

describe('scanning a repository', () => {
  it('says the same for the folder and for its commit, and parses nothing twice', async () => {
    const root = repository();
    const facts = openFactsCache(join(mkdtempSync(join(tmpdir(), 'sf-cache-')), 'facts.sqlite'), (line) => expect.unreachable(line));
    const { read } = pythonReader();
    const folder = await scanRepository(await openFolderSource(root), { facts, readPython: read, openJinja });
    const commit = await scanRepository(await openGitSource(join(root, '.git')), { facts, readPython: read, openJinja });

    expect(folder.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(commit.commit).toBe(folder.commit);
    expect(folder.writes.map(({ file, line, targets }) => [file, line, ...targets])).toEqual([
      ['jobs/orders.py', 3, 's3a://shop/gold/orders'],
      ['jobs/report.py', 2, '{target}'],
    ]);
    expect(commit.writes).toEqual(folder.writes);
    expect(folder.files.parsed).toBe(3);
    expect(commit.files).toMatchObject({ parsed: 0, cached: 3 });
    expect(folder.unresolved).toEqual([
      { file: 'jobs/report.py', line: 2, reason: 'dynamic-target', text: 'orders.write.parquet(target())' },
    ]);
  });

  it('gathers the dataset with its reader and its owner, and prints a valid report', async () => {
    const { read } = pythonReader();
    const scanned = await scanRepository(await openFolderSource(repository()), {
      facts: { load: () => new Map(), save: () => undefined },
      readPython: read,
      openJinja,
    });
    const [dataset, ...others] = gatherDatasets([scanned], DEFAULT_SETTINGS);

    expect(others).toEqual([]);
    expect(dataset).toMatchObject({
      target: 's3a://shop/gold/orders',
      format: 'parquet',
      consumers: [`${scanned.repository}:jobs/report.py`],
      owners: { teams: ['@shop/data'], source: 'codeowners', at: { file: '.github/CODEOWNERS', line: 1 } },
    });
    expect(ScanReport.parse(scanReport(scanned, [])).writes).toHaveLength(2);
    expect(printScan([scanned], [])).toContain('jobs/report.py:2');
  });
});

it.each([
  ['s3a://shop/gold/orders/', 's3://shop/gold/orders'],
  ['s3://Shop/gold/orders', 's3://Shop/gold/orders'],
  ['s3://shop/gold/orders/dt={day}/hour=1', 's3://shop/gold/orders'],
  ['s3://{bucket}//orders/*.parquet', 's3://{}/orders'],
  ['`Gold`.`orders`', 'gold.orders'],
])('%s is the place %s', (target, key) => expect(placeKey(target, DEFAULT_SETTINGS)).toBe(key));
