/** The Glue Data Catalog, as moto plays it, does what every table catalog does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { glueCatalog } from '../../src/adapters/aws/glue.js';
import type { GlueSettings } from '../../src/core/catalog-settings.js';
import { pythonWith } from '../python.js';
import type { HeldTable } from './catalog-servers.js';
import { tableCatalogSuite } from './table-catalog-suite.js';

const moto = pythonWith('moto');
const PROGRAM = 'from moto.server import main; main(["-H", "127.0.0.1", "-p", "0"])';
const KEYS = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };

const settings: Omit<GlueSettings, 'endpoint'> = {
  ...{ kind: 'glue', region: 'eu-central-1', databases: ['*'], called: [], timeout_seconds: 30, max_names: 10 },
};

describe.skipIf(moto === undefined)('glue', () => {
  let server: ChildProcess;
  let endpoint = '';
  const before = new Map<string, string | undefined>();

  beforeAll(async () => {
    for (const [key, value] of Object.entries(KEYS)) {
      before.set(key, process.env[key]);
      process.env[key] = value;
    }
    server = spawn(moto ?? '', ['-c', PROGRAM], { stdio: ['ignore', 'ignore', 'pipe'] });
    endpoint = await addressOf(server);
  });
  afterAll(() => {
    server.kill('SIGKILL');
    for (const [key, value] of before) {
      if (value === undefined) delete process.env[key];
      else process.env[key] = value;
    }
  });
  const tell = (path: string, body = '') => fetch(`${endpoint}/moto-api/${path}`, { method: 'POST', body });
  beforeEach(async () => {
    await tell('reset');
  });
  afterEach(async () => {
    await tell('reset-auth', 'inf');
  });

  tableCatalogSuite(
    async () => {
      const client = new GlueClient({
        region: 'eu-central-1',
        endpoint,
        credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
      });
      await client.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'gold' } }));
      return {
        catalog: glueCatalog({ ...settings, endpoint }),
        hold: async (table) =>
          void (await client.send(new CreateTableCommand({ DatabaseName: table.database, TableInput: tableInput(table) }))),
        refuse: async () => void (await tell('reset-auth', '0')),
      };
    },
    () => glueCatalog({ ...settings, endpoint: 'http://127.0.0.1:9' }),
  );

  test('a link to a table of another catalog is not followed', async () => {
    const client = new GlueClient({
      region: 'eu-central-1',
      endpoint,
      credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    });
    await client.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'gold' } }));
    const TargetTable = { CatalogId: '123456789012', DatabaseName: 'theirs', Name: 'orders' };
    await client.send(new CreateTableCommand({ DatabaseName: 'gold', TableInput: { Name: 'orders', TargetTable } }));
    const answers = await glueCatalog({ ...settings, endpoint }).lookUp([{ database: 'gold', table: 'orders' }]);
    expect(answers).toEqual([{ kind: 'unreadable', because: expect.stringContaining('link') }]);
  });
});

/** werkzeug says where it runs once it listens. */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (url) found(url);
    });
    server.on('exit', () => failed(new Error(`moto ended: ${said}`)));
  });
}

function tableInput({ table, kind, location, format, partitionBy }: HeldTable) {
  return {
    Name: table,
    TableType: kind === 'view' ? 'VIRTUAL_VIEW' : 'EXTERNAL_TABLE',
    Parameters: format === 'delta' ? { 'spark.sql.sources.provider': 'delta' } : { classification: 'parquet' },
    PartitionKeys: partitionBy.map((Name) => ({ Name, Type: 'string' })),
    ...(kind === 'view' ? { ViewOriginalText: 'SELECT 1' } : { StorageDescriptor: { Location: location, Columns: [{ Name: 'id' }] } }),
  };
}
