/**
 * §8.3 `npm run benchmark:writes`: how often one Tier-3 pull request writes to the forge, counted where the writes arrive, from the
 * installation to the merge. Ends with 1 above the bounds. Updates of the gate and what a repository needs once are counted apart.
 */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { DuckDBInstance } from '@duckdb/node-api';
import { MS_PER_HOUR } from '../src/core/numbers.js';
import { later } from '../src/core/time.js';
import { readManifest } from '../src/main/app-manifest.js';
import { composeBot } from '../src/main/compose-bot.js';
import { createServerLog } from '../src/main/log.js';
import { serve } from '../src/main/serve.js';
import { createStandIn, type StandIn } from '../src/stand-in/stand-in.js';

const MOST_TO_OPEN = 6;
const MOST_TO_MERGE = 4;
const REPOSITORY = 'acme/jobs';
const SECRET = 'only-for-this-run-of-the-benchmark-7';
const APP_ID = 4711;
const JOB = `import pandas as pd

df = pd.read_json("in.json")
df.to_parquet("s3://acme-lake/gold/orders", partition_cols=["dt"])
`;

type Kind = 'pull request' | 'gate' | 'once a repository' | 'signing in';
type Write = { readonly operation: string; readonly kind: Kind };

/** Everything that changed something since `from`. */
function writesSince({ calls }: StandIn, from: number): readonly Write[] {
  return calls
    .slice(from)
    .filter(({ kind, status, who }) => kind === 'write' && status < 300 && who !== 'ci')
    .map(({ operation }) => ({ operation, kind: kindOf(operation) }));
}

function kindOf(operation: string): Kind {
  if (operation.includes('/check-runs')) return 'gate';
  if (operation.endsWith('/repos/{owner}/{repo}/labels')) return 'once a repository';
  return operation.includes('access_tokens') ? 'signing in' : 'pull request';
}

async function fillLake(root: string): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (let day = 8; day < 15; day += 1) {
    const folder = join(root, `acme-lake/gold/orders/dt=2026-02-${String(day).padStart(2, '0')}`);
    mkdirSync(folder, { recursive: true });
    await connection.run(
      `COPY (SELECT i AS id, i % 7 + 0.5 AS amount FROM range(${600 + day}) t(i)) TO '${folder}/part.parquet' (FORMAT parquet)`,
    );
  }
}

type Scene = Awaited<ReturnType<typeof makeScene>>;

async function makeScene(folder: string) {
  const clock = { at: '2026-02-16T09:00:00Z' };
  await fillLake(join(folder, 'lake'));
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const standIn = await createStandIn({ directory: join(folder, 'github'), clock: { now: () => clock.at } });
  standIn.seed.org('acme', { members: { ada: 'admin', ben: 'member' } });
  await standIn.seed.repo(REPOSITORY, {
    files: { 'jobs/orders.py': JOB, '.github/CODEOWNERS': '* @acme/data\n' },
    roles: { ben: 'write' },
  });
  standIn.seed.team({ org: 'acme', slug: 'data', members: ['ben'], repositories: { [REPOSITORY]: 'write' } });
  standIn.seed.app({ slug: 'ci', permissions: { checks: 'write', metadata: 'read' } });
  standIn.seed.install({ app: 'ci', account: 'acme', by: 'ada' });
  const { permissions, events } = readManifest();
  const app = standIn.seed.app({ slug: 'autopilot', id: APP_ID, privateKey, permissions, events });
  const serving = await serve(
    {
      home: join(folder, 'home'),
      credentials: { appId: APP_ID, privateKey, webhookSecrets: [SECRET] },
      port: 0,
      host: '127.0.0.1',
      apiUrl: standIn.url,
      data: join(folder, 'lake'),
      clock: { now: () => clock.at },
      log: createServerLog(new Writable({ write: (_chunk, _encoding, done) => done() })),
      byItself: false,
    },
    composeBot({ spacingMs: 0 }),
  );
  app.webhook = { url: `${serving.url}/api/github/webhooks`, secret: SECRET, contentType: 'json' };
  return { standIn, serving, clock };
}

async function settle({ standIn, serving }: Scene): Promise<void> {
  for (let quiet = 0; quiet < 2; ) {
    await standIn.deliveries.settled();
    const worked = await serving.worker.drain();
    await serving.goOn();
    await standIn.deliveries.settled();
    quiet = worked === 0 ? quiet + 1 : 0;
  }
}

async function pass(scene: Scene, hours: number): Promise<void> {
  scene.clock.at = later(scene.clock.at, hours * MS_PER_HOUR);
  await scene.serving.timers.tick(scene.clock.at);
  await settle(scene);
}

/** CI passes on the head that stands now. */
async function check(scene: Scene): Promise<void> {
  const sha = pullOf(scene).head.sha;
  await scene.standIn.ci('ci').run(REPOSITORY, sha, { name: 'ci / test', status: 'completed', conclusion: 'success' });
  await settle(scene);
}

function pullOf({ standIn }: Scene) {
  const pull = [...standIn.seed.repository(REPOSITORY).issues.values()].flatMap((issue) => issue.pull ?? [])[0];
  if (!pull) throw new Error('no pull request was opened');
  return pull;
}

function counted(phase: string, writes: readonly Write[], most: number): boolean {
  const own = writes.filter(({ kind }) => kind === 'pull request');
  console.log(`\n${phase}: ${own.length} writes, at most ${most}`);
  for (const { operation } of own) console.log(`  ${operation}`);
  const apart = (['gate', 'once a repository'] as const).map((kind) => `${kind} ${writes.filter((write) => write.kind === kind).length}`);
  console.log(`  counted apart: ${apart.join(', ')}`);
  return own.length <= most;
}

const folder = mkdtempSync(join(tmpdir(), 'autopilot-writes-'));
const scene = await makeScene(folder);
try {
  scene.standIn.seed.install({ app: 'autopilot', account: 'acme', by: 'ada' });
  await settle(scene);
  const git = scene.standIn.seed.repository(REPOSITORY).git.directory;
  const commits = Number(execFileSync('git', ['-C', git, 'rev-list', '--count', `main..${pullOf(scene).head.ref}`], { encoding: 'utf8' }));
  const opened = counted('To open', writesSince(scene.standIn, 0), MOST_TO_OPEN);
  const from = scene.standIn.calls.length;
  await check(scene);
  await pass(scene, 48.1);
  await check(scene);
  const merged = counted('To sign and merge', writesSince(scene.standIn, from), MOST_TO_MERGE);
  const isMerged = pullOf(scene).merged !== undefined;
  console.log(
    `\ncommits when it was opened: ${commits}; merged: ${isMerged ? 'yes' : 'no'}; breaches of GitHub's description: ${scene.standIn.violations.length}`,
  );
  const holds = opened && merged && isMerged && commits === 1 && scene.standIn.violations.length === 0;
  console.log(holds ? 'Every bound holds.' : 'NOT every bound holds.');
  process.exitCode = holds ? 0 : 1;
} finally {
  await scene.serving.stop();
  await scene.standIn.close();
  rmSync(folder, { recursive: true, force: true });
}
