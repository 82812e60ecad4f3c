/** Unity Catalog and the Hive metastore do what every table catalog does, and trust neither the names nor the server. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hiveCatalog } from '../../src/adapters/catalog-rest/hive.js';
import { unityCatalog } from '../../src/adapters/catalog-rest/unity.js';
import type { HiveSettings, UnitySettings } from '../../src/core/catalog-settings.js';
import { type CatalogServer, hiveServer, json, type Reply, unityServer } from './catalog-servers.js';
import { tableCatalogSuite } from './table-catalog-suite.js';

const open: CatalogServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()));
});
const opened = (server: CatalogServer): CatalogServer => {
  open.push(server);
  return server;
};

const shared = { databases: ['*'], called: [], timeout_seconds: 10, max_names: 10 };
const unity = (url: string, more: Partial<UnitySettings> = {}) =>
  unityCatalog({ ...shared, kind: 'unity', url, catalog: 'prod', token_env: 'UNITY_TOKEN', ...more }, 'dapi-secret');
const hive = (url: string, more: Partial<HiveSettings> = {}) => hiveCatalog({ ...shared, kind: 'hive', url, ...more });
/** Nobody listens on the port of discarding. */
const NOWHERE = 'http://127.0.0.1:9';
const name = { database: 'gold', table: 'orders' };

const KINDS = [
  ['unity', () => unityServer('prod'), unity, json(403, { error_code: 'PERMISSION_DENIED', message: 'no' })],
  ['hive', hiveServer, hive, json(401, { error: 'no user', errorCode: 401 })],
] as const;

describe.each(KINDS)('%s', (_, serve, adapter, refusal) => {
  tableCatalogSuite(
    async () => {
      const server = opened(await serve());
      return {
        catalog: adapter(server.url),
        hold: async (table) => void server.tables.push(table),
        refuse: async () => {
          server.instead = refusal;
        },
      };
    },
    () => adapter(NOWHERE),
  );

  let server: CatalogServer;
  beforeEach(async () => {
    server = opened(await serve());
    server.tables.push({ ...name, kind: 'table', location: 's3://lake/gold/orders', format: 'parquet', partitionBy: [] });
  });

  test.each<readonly [string, Reply | 'silence', string]>([
    ['an error of its own', { status: 503, body: 'busy' }, 'it answers 503'],
    ['what is no JSON', { status: 200, body: '<html>' }, 'no JSON'],
    ['another document', json(200, { tables: [] }), 'is not that of'],
    ['a page of some other server', { status: 404, body: '<html>' }, 'answers there'],
    ['more than anybody needs', { status: 200, body: `"${'x'.repeat(5_000_000)}"` }, 'larger than'],
    ['nothing', 'silence', 'no answer came within 0.2 s'],
  ])('that answers with %s is not read', async (_says, instead, because) => {
    server.instead = instead;
    const patience = instead === 'silence' ? { timeout_seconds: 0.2 } : {};
    const [answer] = await adapter(server.url, patience).lookUp([name]);
    expect(answer).toEqual({ kind: 'unreadable', because: expect.stringContaining(because) });
  });

  test('that sends to another host is not followed there', async () => {
    const other = opened(await serve());
    server.instead = { status: 302, body: '', headers: { location: `${other.url}/api` } };
    expect(await adapter(server.url).lookUp([name])).toEqual([{ kind: 'unreadable', because: expect.stringContaining('elsewhere') }]);
    expect(other.asked).toEqual([]);
  });

  test('is not asked for what is no name', async () => {
    const bad = ['orders; drop table orders', '../../status', 'orders?x=1', 'a b', '', 'bücher'];
    const answers = await adapter(server.url).lookUp(bad.map((table) => ({ database: 'gold', table })));
    expect(answers).toEqual(bad.map(() => ({ kind: 'unreadable', because: 'this is no name of a table' })));
    expect(server.asked).toEqual([]);
  });

  test('that answers for another table is not believed', async () => {
    const { body } = { body: await (await fetch(`${server.url}${await pathOf()}`)).text() };
    server.instead = { status: 200, body };
    expect(await adapter(server.url).lookUp([{ database: 'gold', table: 'other' }])).toEqual([
      { kind: 'unreadable', because: 'it answers for another table' },
    ]);
  });

  test('may lie below a path of its host', async () => {
    await adapter(`${server.url}/deep/er/`).lookUp([name]);
    expect(server.asked[0]?.path).toMatch(/^\/deep\/er\/(?:api|templeton)\//);
  });

  async function pathOf(): Promise<string> {
    await adapter(server.url).lookUp([name]);
    return server.asked[0]?.path ?? '';
  }
});

describe('Unity Catalog', () => {
  test('is shown the token, and nobody else is', async () => {
    const server = opened(await unityServer('prod'));
    server.instead = { status: 500, body: 'dapi-secret' };
    const answers = await unity(server.url).lookUp([name]);
    expect(server.asked).toEqual([{ path: '/api/2.1/unity-catalog/tables/prod.gold.orders', authorization: 'Bearer dapi-secret' }]);
    expect(JSON.stringify(answers)).not.toContain('dapi');
  });

  test.each([undefined, '', 'two\nlines'])('is not asked with the token %j', async (token) => {
    const server = opened(await unityServer('prod'));
    const catalog = unityCatalog({ ...shared, kind: 'unity', url: server.url, catalog: 'prod', token_env: 'UNITY_TOKEN' }, token);
    expect(await catalog.lookUp([name])).toEqual([{ kind: 'unreadable', because: 'UNITY_TOKEN holds no token' }]);
    expect(server.asked).toEqual([]);
  });

  test.each(['NOT_FOUND', 'TABLE_DOES_NOT_EXIST', 'SCHEMA_DOES_NOT_EXIST'])('says %s of what is absent', async (error_code) => {
    const server = opened(await unityServer('prod'));
    server.instead = json(404, { error_code, message: '' });
    expect(await unity(server.url).lookUp([name])).toEqual([{ kind: 'absent' }]);
  });

  test('says ENDPOINT_NOT_FOUND of itself', async () => {
    const server = opened(await unityServer('prod'));
    server.instead = json(404, { error_code: 'ENDPOINT_NOT_FOUND', message: '' });
    expect(await unity(server.url).lookUp([name])).toMatchObject([{ kind: 'unreadable' }]);
  });
});

test('WebHCat is told who asks, where the settings say it', async () => {
  const server = opened(await hiveServer());
  await hive(server.url, { user: 'autopilot' }).lookUp([name]);
  expect(server.asked[0]?.path).toBe('/templeton/v1/ddl/database/gold/table/orders?format=extended&user.name=autopilot');
});
