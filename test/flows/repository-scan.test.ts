/** §4.3 what a scan left behind comes back whole, or not at all: then the repository is scanned again. */
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createObjects } from '../../src/adapters/local/objects.js';
import { UNOBSERVED } from '../../src/adapters/local/store.js';
import type { RepoFacts } from '../../src/core/facts.js';
import { DatasetUrn } from '../../src/core/urn.js';
import { loadScan, saveScan } from '../../src/flows/forge/repository-scan.js';
import { scanFolders } from '../../src/main/scan.js';

const ROOT = 'fixtures/organisation';
const KEY = 'repositories/7/scan.json';
const objects = createObjects(mkdtempSync(join(tmpdir(), 'autopilot-scan-')), UNOBSERVED);
let scans: readonly RepoFacts[];
beforeAll(async () => {
  const folders = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [join(ROOT, entry.name)] : []));
  scans = await scanFolders(folders, { home: undefined, orgConfig: undefined }, () => undefined);
});

const urn = DatasetUrn.parse('ds://gold/orders');
const asked: NonNullable<RepoFacts['asked']> = [
  { name: 'a.b', catalog: 'glue', answer: { kind: 'found', table: { kind: 'table', format: 'parquet', partitionBy: ['dt'] } } },
  { name: 'a.c', catalog: 'glue', answer: { kind: 'absent' } },
  { name: 'a.d', catalog: 'glue', answer: { kind: 'unreadable', because: 'it did not answer' } },
  { name: 'a.e', catalog: 'glue', answer: { kind: 'left-out', because: 'too many' } },
];

test('as it was written, whatever the repository holds', async () => {
  // All that a repository of models says is among them.
  expect(scans.some(({ dbt }) => dbt.some(({ refModels }) => refModels !== undefined))).toBe(true);
  for (const facts of scans) {
    const scan = { facts: { ...facts, asked }, tree: 'a'.repeat(40), committed: [['s3://x/y', urn] as const], critical: [urn] };
    await saveScan(objects, 7, scan);
    expect(await loadScan(objects, 7)).toEqual(JSON.parse(JSON.stringify(scan)));
  }
});

test.each<[string, (scan: Record<string, unknown>) => unknown]>([
  ['one of an older version, which names no tree', ({ tree: _, ...rest }) => rest],
  ['one of another version, which says more', (scan) => ({ ...scan, more: true })],
  ['facts without their writes', (scan) => ({ ...scan, facts: { ...scans[0], writes: undefined } })],
  ['a name that is none', (scan) => ({ ...scan, critical: ['orders'] })],
  ['no document', () => 7],
])('%s does not come back', async (_, damaged) => {
  const [facts] = scans;
  await objects.put(KEY, JSON.stringify(damaged({ facts, tree: '', committed: [], critical: [] })));
  expect(await loadScan(objects, 7)).toBeUndefined();
});

test('nor does one that was cut off, or that is not there', async () => {
  await objects.put(KEY, '{"facts": {');
  expect([await loadScan(objects, 7), await loadScan(objects, 8)]).toEqual([undefined, undefined]);
});
