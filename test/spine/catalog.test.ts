/** §4.4 on a forge a name's place comes from production's catalog, and stays while that cannot be asked. */
import { afterEach, expect, test } from 'vitest';
import { type CatalogServer, json, unityServer } from '../ports/catalog-servers.js';
import { install } from './fleet.js';
import { job, type Organisation, openOrganisation, REPOSITORY } from './organisation.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const PLACE = 's3://acme-lake/gold/orders';
const BY_NAME = job('orders').replace(/df\.to_parquet\(.*\)/, 'spark.createDataFrame(df).write.saveAsTable("gold.orders")');

async function installed(server: CatalogServer): Promise<Organisation> {
  const settings = `catalogs:\n  - {kind: unity, url: "${server.url}", catalog: prod, databases: [gold]}\n`;
  const files = { 'jobs/orders.py': BY_NAME, '.github/CODEOWNERS': '* @acme/data\n' };
  const organisation = await openOrganisation({ files, names: ['orders'], settings });
  closing.push(organisation.close, server.close);
  server.tables.push({ database: 'gold', table: 'orders', kind: 'table', location: PLACE, format: 'parquet', partitionBy: ['dt'] });
  await install(organisation);
  return organisation;
}

async function manifest({ git, record }: Organisation): Promise<string> {
  const { branch = '' } = (await record('ds://gold/orders')).pull_request ?? {};
  return git('show', `${branch}:signal_factory/gold/orders/dataset.yaml`);
}

const push = async (organisation: Organisation, text: string): Promise<void> => {
  await organisation.standIn.as('ben').code.push(REPOSITORY, 'main', { files: { 'jobs/orders.py': text } });
  await organisation.settle();
};

test('the place is the catalog’s, and an outage does not take it away', { timeout: 120_000 }, async () => {
  const server = await unityServer('prod');
  const organisation = await installed(server);
  expect(await organisation.record('ds://gold/orders')).toMatchObject({ current_step: 'POLICY_PENDING' });
  expect(await manifest(organisation)).toContain(`the Unity Catalog prod says gold.orders lies at ${PLACE}; the job publishes`);

  server.instead = json(503, {});
  const before = server.asked.length;
  await push(organisation, `# later\n${BY_NAME}`);
  expect(server.asked.length).toBeGreaterThan(before);
  expect(await manifest(organisation)).toContain(PLACE);
});

test('what it could not be asked at first is asked by the weekly scan, although the code is the same', { timeout: 120_000 }, async () => {
  const server = await unityServer('prod');
  server.instead = json(503, {});
  const organisation = await installed(server);
  expect(await manifest(organisation)).toMatch(/gold: "?gold\.orders/);
  server.instead = undefined;
  await organisation.pass(7 * 24);
  expect(await manifest(organisation)).toContain(PLACE);
});
