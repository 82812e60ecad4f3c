/** An organisation on the strict stand-in for one play: two Tier-3 datasets, one Tier-2, people, a CI, and the App that is not installed yet. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { readManifest } from '../../src/main/app-manifest.js';
import { createStandIn, type StandIn } from '../../src/stand-in/stand-in.js';

export const REPOSITORY = 'acme/jobs';
export const START = '2026-02-16T09:00:00Z';
export const APP_ID = 4711;
export const SECRET = 'the-secret-of-this-organisation-42';
const TABLES = ['orders', 'refunds', 'customers'];
const DAYS = [8, 9, 10, 11, 12, 13, 14].map((day) => `dt=2026-02-${String(day).padStart(2, '0')}`);

export type Stage = {
  readonly folder: string;
  readonly home: string;
  readonly lake: string;
  readonly privateKey: string;
  readonly standIn: StandIn;
  readonly clock: { at: string };
  /** Where webhooks go from now on. */
  listenAt(url: string): void;
  close(): Promise<void>;
};

export type Ground = { readonly lake: string; readonly privateKey: string };

/** What all plays share and none of them changes. */
export async function prepareGround(folder: string): Promise<Ground> {
  const lake = join(folder, 'lake');
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  for (const table of TABLES) {
    for (const [at, day] of DAYS.entries()) {
      const path = join(lake, `acme-lake/gold/${table}/${day}/part.parquet`);
      mkdirSync(dirname(path), { recursive: true });
      await connection.run(`COPY (SELECT i AS id, i % 7 + 0.5 AS amount FROM range(${300 + at}) t(i)) TO '${path}' (FORMAT parquet)`);
    }
  }
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { lake, privateKey };
}

export async function openStage(folder: string, { lake, privateKey }: Ground): Promise<Stage> {
  rmSync(folder, { recursive: true, force: true });
  const clock = { at: START };
  const standIn = await createStandIn({ directory: join(folder, 'github'), clock: { now: () => clock.at } });
  const { seed } = standIn;
  seed.org('acme', { members: { ada: 'admin', ben: 'member' } });
  await seed.repo(REPOSITORY, { files: files(), roles: { ben: 'write' } });
  seed.team({ org: 'acme', slug: 'data', members: ['ben'], repositories: { [REPOSITORY]: 'write' } });
  seed.app({ slug: 'ci', permissions: { checks: 'write', metadata: 'read' } });
  seed.install({ app: 'ci', account: 'acme', by: 'ada' });
  const { permissions, events } = readManifest();
  const app = seed.app({ slug: 'autopilot', id: APP_ID, privateKey, permissions, events });
  return {
    folder,
    home: join(folder, 'home'),
    lake,
    privateKey,
    standIn,
    clock,
    listenAt: (url) => {
      app.webhook = { url: `${url}/api/github/webhooks`, secret: SECRET, contentType: 'json' };
    },
    close: async () => {
      await standIn.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function files(): Readonly<Record<string, string>> {
  const jobs = TABLES.map((table) => [`jobs/${table}.py`, job(table)]);
  // Four readers make it Tier-2.
  const readers = ['a', 'b', 'c', 'd'].map((name) => [`reports/${name}.py`, READER]);
  return {
    ...Object.fromEntries([...jobs, ...readers]),
    '.github/CODEOWNERS': '* @acme/data\n',
    'critical-datasets.yaml': '- ds://gold/payments\n',
  };
}

const READER = 'import pandas as pd\n\ndf = pd.read_parquet("s3://acme-lake/gold/customers")\n';

function job(table: string): string {
  return `import pandas as pd


def main():
    df = pd.read_json("in.json")
    df.to_parquet("s3://acme-lake/gold/${table}", partition_cols=["dt"])


main()
`;
}
