/** §4.4 what a catalog says belongs to a scan, however its result is asked for: whole, explained or as changes. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scanChanges } from '../../generators/scan-changes.js';
import { scanReport } from '../../generators/scan-report.js';
import { explained } from '../../src/cli/explain.js';
import { changesIn } from '../../src/main/changes.js';
import { decideScanned, explainIn, scanFolders } from '../../src/main/scan.js';
import { type CatalogServer, unityServer } from '../ports/catalog-servers.js';

const PLACE = 's3://acme-lake/gold/orders';
const JOB = 'orders.write.mode("overwrite").saveAsTable("gold.orders")\n';

let server: CatalogServer;
let folder = '';
let orgConfig = '';
beforeEach(async () => {
  server = await unityServer('prod');
  server.tables.push({ database: 'gold', table: 'orders', kind: 'table', location: PLACE, format: 'parquet', partitionBy: ['dt'] });
  folder = mkdtempSync(join(tmpdir(), 'sf-catalog-'));
  mkdirSync(join(folder, 'jobs'));
  git('init', '-q', '-b', 'main');
  git('commit', '-q', '--allow-empty', '-m', 'nothing');
  writeFileSync(join(folder, 'jobs/orders.py'), JOB);
  orgConfig = `${folder}.yaml`;
  writeFileSync(orgConfig, `catalogs:\n  - {kind: unity, url: "${server.url}", catalog: prod, databases: [gold]}\n`);
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
  rmSync(orgConfig);
});

function git(...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false', ...args], { cwd: folder, stdio: 'pipe' });
}

const none = (line: string): void => expect.unreachable(line);

test('a scan', async () => {
  const [facts] = await scanFolders([folder], { home: undefined, orgConfig }, none);
  const report = facts && scanReport(facts, decideScanned([facts], orgConfig, [folder]));
  expect(report?.datasets).toMatchObject([{ storage: { location: PLACE } }]);
});

test('one line explained', async () => {
  const place = { file: 'jobs/orders.py', line: 1 };
  const found = await explainIn(folder, place, { home: undefined, orgConfig }, none);
  const report = explained(found, place, decideScanned([found.facts], orgConfig, [folder]));
  expect(JSON.stringify(report)).toContain(PLACE);
});

test('what changed', async () => {
  const found = scanChanges(await changesIn({ folder, ref: 'main', orgConfig }, undefined, none));
  expect(found.datasets.new).toMatchObject([{ storage: { location: PLACE } }]);
});
