/** An organisation on the strict stand-in, a lake behind its jobs, and the bot as it is served, from the webhook to the merge. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'yaml';
import * as z from 'zod';
import { createRecords } from '../../src/adapters/local/store.js';
import type { BootstrapRecord } from '../../src/core/artifacts/bootstrap-record.js';
import { later } from '../../src/core/time.js';
import { type BotChoices, composeBot } from '../../src/main/compose-bot.js';
import { createServerLog } from '../../src/main/log.js';
import { type Serving, serve } from '../../src/main/serve.js';
import { createStandIn, type StandIn } from '../../src/stand-in/stand-in.js';

export const REPOSITORY = 'acme/jobs';
export const START = '2026-02-16T09:00:00Z';
const SECRET = 'the-secret-of-this-organisation-42';
const HOUR = 3_600_000;
const DAYS = [8, 9, 10, 11, 12, 13, 14].map((day) => `dt=2026-02-${String(day).padStart(2, '0')}`);

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

const Manifest = z.object({
  default_permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])),
  default_events: z.array(z.string()),
});
const manifest = Manifest.parse(parse(readFileSync(new URL('../../app.yml', import.meta.url), 'utf8')));

export function job(name: string): string {
  return [
    'import pandas as pd',
    '',
    '',
    'def main():',
    '    df = pd.read_json("in.json")',
    `    df.to_parquet("s3://acme-lake/gold/${name}", partition_cols=["dt"])`,
    '',
    '',
    'main()',
    '',
  ].join('\n');
}

const FILES = {
  'jobs/orders.py': job('orders'),
  'jobs/refunds.py': job('refunds'),
  '.github/CODEOWNERS': '* @acme/data\n',
  'critical-datasets.yaml': '- ds://gold/payments\n',
};

export type Organisation = {
  readonly standIn: StandIn;
  readonly folder: string;
  /** Ours; the forge's own may be ahead of it. */
  readonly clock: { at: string; forgeAheadMs: number };
  readonly serving: Serving;
  /** Everything that webhooks and due work ask for is done, until nothing is left. */
  settle(): Promise<void>;
  /** What people did is heard and noted; nothing due is worked on. */
  hear(): Promise<void>;
  /** Moves the clock, lets the timers run, and settles. */
  pass(hours: number): Promise<void>;
  records(): Promise<readonly BootstrapRecord[]>;
  record(urn: string): Promise<BootstrapRecord>;
  /** What happened to a bootstrap, as `event: because`. */
  ledger(bootstrap: string): Promise<readonly string[]>;
  /** CI says so on the head of a pull request. */
  check(number: number, conclusion?: 'success' | 'failure', repository?: string): Promise<void>;
  git(...words: readonly string[]): string;
  /** Ends the bot, keeps everything, and starts it again. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

export type Choices = {
  readonly files?: Readonly<Record<string, string>>;
  readonly names?: readonly string[];
  readonly roles?: Readonly<Record<string, 'read' | 'triage' | 'write' | 'maintain' | 'admin'>>;
  readonly visibility?: 'public' | 'private';
  /** The organisation's settings, as the file that the server is started with. */
  readonly settings?: string;
  readonly bot?: BotChoices;
};

export async function openOrganisation({
  files = FILES,
  names = ['orders', 'refunds'],
  roles = {},
  visibility = 'private',
  settings,
  bot = {},
}: Choices = {}): Promise<Organisation> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'autopilot-spine-')));
  const clock = { at: START, forgeAheadMs: 0 };
  await fillLake(join(folder, 'lake'), names);
  if (settings !== undefined) writeFileSync(join(folder, 'settings.yml'), settings);
  const standIn = await createStandIn({
    directory: join(folder, 'github'),
    clock: { now: () => (clock.forgeAheadMs === 0 ? clock.at : later(clock.at, clock.forgeAheadMs)) },
  });
  standIn.seed.org('acme', { members: { ada: 'admin', ben: 'member', cleo: 'member' } });
  await standIn.seed.repo(REPOSITORY, { files, visibility, roles: { ben: 'write', cleo: 'read', ...roles } });
  standIn.seed.team({ org: 'acme', slug: 'data', members: ['ben'], repositories: { [REPOSITORY]: 'write' } });
  standIn.seed.app({ slug: 'ci', permissions: { checks: 'write', metadata: 'read' } });
  standIn.seed.install({ app: 'ci', account: 'acme', by: 'ada' });

  const app = standIn.seed.app({
    slug: 'autopilot',
    id: APP_ID,
    privateKey,
    permissions: manifest.default_permissions,
    events: manifest.default_events,
  });
  const start = (port: number): Promise<Serving> => started({ folder, clock, standIn, port, bot, hasSettings: settings !== undefined });
  let serving = await start(0);
  app.webhook = { url: `${serving.url}/api/github/webhooks`, secret: SECRET, contentType: 'json' };

  const hear = async (): Promise<void> => {
    await standIn.deliveries.settled();
    await serving.worker.drain();
  };
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 2; ) {
      await standIn.deliveries.settled();
      const worked = await serving.worker.drain();
      await serving.goOn();
      await standIn.deliveries.settled();
      quiet = worked === 0 ? quiet + 1 : 0;
    }
  };
  const records = (): Promise<readonly BootstrapRecord[]> => createRecords(serving.store).all();
  const organisation: Organisation = {
    standIn,
    folder,
    clock,
    get serving() {
      return serving;
    },
    settle,
    ledger: async (bootstrap) =>
      (await createRecords(serving.store).ledger(bootstrap)).map(({ event, because = '' }) => `${event}: ${because}`),
    pass: async (hours) => {
      clock.at = later(clock.at, hours * HOUR);
      await serving.timers.tick(clock.at);
      await settle();
    },
    records,
    record: async (urn) => {
      const found = (await records()).find(({ dataset_urn }) => dataset_urn === urn);
      if (!found) throw new Error(`no record of ${urn}`);
      return found;
    },
    check: async (number, conclusion = 'success', repository = REPOSITORY) => {
      const pull = standIn.seed.repository(repository).issues.get(number)?.pull;
      if (!pull) throw new Error(`no pull request ${number}`);
      await standIn.ci('ci').run(repository, pull.head.sha, { name: 'ci / test', status: 'completed', conclusion });
    },
    git: (...words) => gitIn(standIn.seed.repository(REPOSITORY).git.directory, words),
    hear,
    restart: async () => {
      const port = Number(new URL(serving.url).port);
      await serving.stop();
      serving = await start(port);
    },
    close: async () => {
      await serving.stop();
      await standIn.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return organisation;
}

const APP_ID = 4711;

type Starting = {
  readonly folder: string;
  readonly clock: { readonly at: string };
  readonly standIn: StandIn;
  readonly port: number;
  readonly bot: BotChoices;
  readonly hasSettings: boolean;
};

async function started({ folder, clock, standIn, port, bot, hasSettings }: Starting): Promise<Serving> {
  const log = createServerLog(new Writable({ write: (_chunk, _encoding, done) => done() }));
  return serve(
    {
      home: join(folder, 'home'),
      credentials: { appId: APP_ID, privateKey, webhookSecrets: [SECRET] },
      port,
      host: '127.0.0.1',
      apiUrl: standIn.url,
      data: join(folder, 'lake'),
      ...(hasSettings ? { orgConfig: join(folder, 'settings.yml') } : {}),
      clock: { now: () => clock.at },
      log,
      byItself: false,
    },
    composeBot({ spacingMs: 0, ...bot }),
  );
}

/** The days of the first are made, the others are the same days. */
async function fillLake(root: string, [first, ...others]: readonly string[]): Promise<void> {
  if (first === undefined) return;
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const [at, day] of DAYS.entries()) {
    const path = join(root, `acme-lake/gold/${first}/${day}/part.parquet`);
    mkdirSync(dirname(path), { recursive: true });
    await connection.run(`COPY (SELECT i AS id, i % 7 + 0.5 AS amount FROM range(${600 + at}) t(i)) TO '${path}' (FORMAT parquet)`);
  }
  for (const name of others) copyDataset(root, first, name);
}

export function gitIn(directory: string, words: readonly string[]): string {
  return execFileSync('git', ['-C', directory, ...words], { encoding: 'utf8' }).trim();
}

export function copyDataset(root: string, from: string, to: string): void {
  cpSync(join(root, `acme-lake/gold/${from}`), join(root, `acme-lake/gold/${to}`), { recursive: true });
}
