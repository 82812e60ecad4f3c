/** §4.4 a scan asks production's catalogs where names lie; what they do not say, or cannot, costs the place and nothing else. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { scanReport } from '../../generators/scan-report.js';
import { ScanReport } from '../../src/core/artifacts/scan-report.js';
import type { AskedTable } from '../../src/core/catalog-table.js';
import type { RepoFacts } from '../../src/core/facts.js';
import { hasOpenAnswers, keepAnswers } from '../../src/flows/look-up-tables.js';
import { decideScanned, scanFolders } from '../../src/main/scan.js';
import { type CatalogServer, hiveServer, json, unityServer } from '../ports/catalog-servers.js';

const open: CatalogServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()));
});
async function unity(...tables: readonly string[]): Promise<CatalogServer> {
  return holding(await unityServer('prod'), tables);
}
function holding(server: CatalogServer, tables: readonly string[]): CatalogServer {
  open.push(server);
  for (const name of tables) {
    const [database = '', table = ''] = name.split('.');
    server.tables.push({
      database,
      table,
      kind: 'table',
      location: `s3://lake/${database}/${table}`,
      format: 'delta',
      partitionBy: ['day'],
    });
  }
  return server;
}
const atUnity = ({ url }: CatalogServer, more: object = {}) => ({ kind: 'unity', url, catalog: 'prod', databases: ['gold'], ...more });

const JOB = `def main(spark, df):
    df.write.saveAsTable("gold.orders")
    df.write.saveAsTable("gold.declared")
    df.write.saveAsTable("gold.missing")
    df.write.saveAsTable("staging.orders")
    df.write.parquet("s3://lake/gold/plain")
`;
const READER = 'def main(spark):\n    return spark.table("gold.orders")\n';
const DDL = "CREATE TABLE gold.declared (id INT) USING parquet LOCATION 's3://lake/by-ddl';\n";

function folder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'sf-catalog-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

async function scanned(files: Readonly<Record<string, string>>, settings: object) {
  const root = folder(files);
  const orgConfig = join(folder({ 'org.yml': stringify(settings) }), 'org.yml');
  const repositories = await scanFolders([root], { home: undefined, orgConfig }, (line) => expect.unreachable(line));
  const rows = decideScanned(repositories, orgConfig, [root]);
  const [facts] = repositories;
  if (!facts) throw new Error('one folder was scanned');
  const report = ScanReport.parse(scanReport(facts, rows));
  return { facts, report, places: Object.fromEntries(report.datasets.map(({ urn, storage }) => [urn, storage.location])) };
}

const FILES = { 'jobs/orders.py': JOB, 'jobs/report.py': READER, 'ddl/tables.sql': DDL };

describe('a scan', () => {
  test('has the place from DDL or the catalog, and the name where neither knows it', async () => {
    const server = await unity('gold.orders', 'gold.declared');
    const { report, places } = await scanned(FILES, { catalogs: [atUnity(server)] });
    expect(places).toEqual({
      'ds://gold/orders': 's3://lake/gold/orders',
      'ds://gold/declared': 's3://lake/by-ddl',
      'ds://gold/missing': 'gold.missing',
      'ds://staging/orders': 'staging.orders',
      'ds://gold/plain': 's3://lake/gold/plain',
    });
    const orders = report.datasets.find(({ urn }) => urn === 'ds://gold/orders');
    expect(orders?.storage).toEqual({ location: 's3://lake/gold/orders', format: 'delta', partition_by: ['day'] });
    expect(orders?.consumers).toEqual([expect.stringContaining('jobs/report.py')]);
    const rules = report.datasets.map(({ urn, decisions }) => [urn, decisions.find(({ rule }) => rule.startsWith('location/'))?.rule]);
    expect(Object.fromEntries(rules)).toEqual({
      'ds://gold/orders': 'location/catalog',
      'ds://gold/declared': 'location/ddl',
      'ds://gold/missing': 'location/not-in-catalog',
      'ds://staging/orders': undefined,
      'ds://gold/plain': undefined,
    });
    expect(report.unresolved).toEqual([]);
    expect(server.asked.map(({ path }) => path.split('/').at(-1)).toSorted()).toEqual(['prod.gold.missing', 'prod.gold.orders']);
  });

  test('goes on without a catalog that fails, and says which place is not known for it', async () => {
    const server = await unity('gold.orders');
    server.instead = json(503, {});
    const { report, places } = await scanned(FILES, { catalogs: [atUnity(server)] });
    expect(places).toMatchObject({ 'ds://gold/orders': 'gold.orders', 'ds://gold/declared': 's3://lake/by-ddl' });
    const row = { reason: 'unreadable-catalog', file: 'jobs/orders.py' };
    expect(report.unresolved).toEqual([
      { ...row, line: 2, text: 'gold.orders: the Unity Catalog prod could not be asked: it answers 503' },
      { ...row, line: 4, text: 'gold.missing: the Unity Catalog prod could not be asked: it answers 503' },
    ]);
  });

  test('asks nobody for what the settings place, or where they name no catalog', async () => {
    const server = await unity('gold.orders');
    const locations = [{ table: 'gold.*', location: 's3://mapped/{1}' }];
    const { places } = await scanned(FILES, { catalogs: [atUnity(server)], locations });
    expect(places['ds://gold/orders']).toBe('s3://mapped/orders');
    const { facts, report } = await scanned(FILES, {});
    expect(facts.asked).toBeUndefined();
    expect(report.datasets.find(({ urn }) => urn === 'ds://gold/orders')?.storage.location).toBe('gold.orders');
    expect(server.asked).toEqual([]);
  });

  test('counts who reads a table by name, wherever its writer says it lies, and lets nobody else place it', async () => {
    const writer = folder({ 'a/orders.py': 'def main(df):\n    df.write.saveAsTable("gold.declared")\n', 'a/ddl.sql': DDL });
    const reader = folder({
      'b/report.py': 'def main(spark):\n    return spark.table("gold.declared")\n',
      'b/ddl.sql': DDL.replace('by-ddl', 'theirs'),
    });
    const folders = [writer, reader];
    const repositories = await scanFolders(folders, { home: undefined, orgConfig: undefined }, (line) => expect.unreachable(line));
    const [dataset, ...others] = decideScanned(repositories, undefined, folders);
    expect(others).toEqual([]);
    expect(dataset?.facts).toMatchObject({ target: 's3://lake/by-ddl', consumers: [expect.stringContaining('b/report.py')] });
  });

  test('takes the first catalog that has the name, and none behind one that cannot be read', async () => {
    const first = await unity('gold.orders');
    const second = holding(await hiveServer(), ['gold.orders', 'gold.missing']);
    const catalogs = [atUnity(first), { kind: 'hive', url: second.url, databases: ['gold'] }];
    const { places } = await scanned(FILES, { catalogs });
    expect(places).toMatchObject({ 'ds://gold/orders': 's3://lake/gold/orders', 'ds://gold/missing': 's3://lake/gold/missing' });
    expect(second.asked.some(({ path }) => path.includes('/orders'))).toBe(false);
    second.asked.splice(0);
    first.instead = json(500, {});
    await scanned(FILES, { catalogs });
    expect(second.asked).toEqual([]);
  });

  test('asks for no more names than it may, those that are written before those that are read', async () => {
    const server = await unity('gold.orders', 'gold.seen');
    const files = { 'a.py': 'def main(spark):\n    return spark.table("gold.seen")\n', 'b.py': JOB };
    const { facts } = await scanned(files, { catalogs: [atUnity(server, { max_names: 1 })] });
    expect(server.asked.map(({ path }) => path.split('/').at(-1))).toEqual(['prod.gold.orders']);
    expect(facts.unresolved.map(({ line, reason, text }) => [line, reason, text])).toEqual([
      [3, 'too-many-values', expect.stringContaining('1 names of a scan (catalogs.max_names)')],
      [4, 'too-many-values', expect.stringContaining('gold.missing')],
    ]);
    expect(hasOpenAnswers({ ...facts, asked: (facts.asked ?? []).filter(({ answer }) => answer.kind === 'left-out') })).toBe(false);
  });

  test('asks for one word only where it is a table', async () => {
    const server = await unity('gold.orders');
    const job =
      'def main(spark, df):\n    df.write.parquet("orders")\n    df.write.saveAsTable("carts")\n    spark.sql("INSERT INTO shops SELECT 1")\n';
    await scanned({ 'jobs/a.py': job }, { catalogs: [atUnity(server, { database: 'gold' })] });
    expect(server.asked.map(({ path }) => path.split('/').at(-1)).toSorted()).toEqual(['prod.gold.carts', 'prod.gold.shops']);
  });

  test('stops asking a catalog that answers nothing of a whole batch', async () => {
    const server = await unity();
    server.instead = json(500, {});
    const lines = Array.from({ length: 40 }, (_, index) => `    df.write.saveAsTable("gold.t${index}")\n`);
    const { facts } = await scanned({ 'jobs/many.py': `def main(df):\n${lines.join('')}` }, { catalogs: [atUnity(server)] });
    expect(server.asked).toHaveLength(8);
    expect(facts.unresolved).toHaveLength(40);
  });
});

describe('an answer that was heard before', () => {
  const row = (name: string, answer: AskedTable['answer']): AskedTable => ({ name, catalog: 'the Hive metastore', answer });
  const found: AskedTable['answer'] = { kind: 'found', table: { kind: 'table', location: 's3://lake/orders', partitionBy: [] } };
  const dark: AskedTable['answer'] = { kind: 'unreadable', because: 'it answers 503' };
  const facts = (asked: readonly AskedTable[] | undefined): RepoFacts => ({
    ...{ repository: 'shop', commit: null, files: { seen: 0, parsed: 0, cached: 0 }, runtimes: [], writes: [], reads: [], dbt: [] },
    ...{ schedules: [], codeowners: { rules: [] }, unresolved: [] },
    ...(asked ? { asked } : {}),
  });

  test.each([
    ['stands while the catalog cannot be read', [row('a', dark)], [row('a', found)], [row('a', found)]],
    ['gives way to a newer one', [row('a', { kind: 'absent' })], [row('a', found)], [row('a', { kind: 'absent' })]],
    ['is not asked of another name', [row('b', dark)], [row('a', found)], [row('b', dark)]],
    ['was none where it could not be read then either', [row('a', dark)], [row('a', dark)], [row('a', dark)]],
    ['goes with the last catalog of the settings', undefined, [row('a', found)], undefined],
  ])('%s', (_, now, before, kept) => expect(keepAnswers(facts(now), facts(before)).asked).toEqual(kept));

  test('leaves the question open', () => {
    expect(hasOpenAnswers(facts([row('a', found)]))).toBe(false);
    expect(hasOpenAnswers(facts([row('a', { kind: 'left-out', because: 'enough' })]))).toBe(false);
    expect(hasOpenAnswers(facts([row('a', { kind: 'absent' })]))).toBe(true);
    expect(hasOpenAnswers(facts(undefined))).toBe(true);
    expect(hasOpenAnswers({ asked: [], unresolved: [{ file: 'a.py', line: 1, reason: 'unreadable-catalog', text: '' }] })).toBe(true);
  });
});
