/**
 * §14.8, row "webhook intake": deliveries at a steady rate from this process to a server in another, undisturbed or killed on the way.
 * Usage: node dist/benchmarks/intake.js [--rate 200] [--seconds 30] [--kills 0] [--moments 0] [--seed 1] [--peer]
 * `--kills`: so many kill -9 at random moments; `--moments`: so many before and after the commit of a chosen acceptance.
 * After each the server is started again on the same folder. Ends with 1 when an acknowledged delivery is missing or was not worked.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { createInbox } from '../src/adapters/local/inbox.js';
import { openStore } from '../src/adapters/local/store.js';
import { chanceOf } from './chance.js';
import { type Sent, send } from './intake/load.js';

const Said = z.object({
  url: z.url().optional(),
  taking_after_ms: z.number().optional(),
  working_after_ms: z.number().optional(),
  rss_mb: z.number(),
});
/** The example payloads are about as large. */
const PEER_BYTES = 12 * 1024;
const PEER_SYNCS = 200;
const COLD_SECONDS = 3;
type Said = z.infer<typeof Said>;
type Running = {
  readonly child: ChildProcess;
  readonly port: number;
  readonly said: Said[];
  readonly gone: Promise<NodeJS.Signals | null>;
};

const KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** `port`: where it is known already; the server may then end itself before it has said that it works. */
async function started(program: 'intake-server' | 'intake-peer', words: readonly string[] = [], port?: number): Promise<Running> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`${program}.js`, import.meta.url)), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, INTAKE_KEY: KEY },
  });
  const gone = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const said: Said[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(Said.parse(JSON.parse(line)));
    const url = said.at(-1)?.url;
    if (url !== undefined) {
      child.stdout.on('data', (chunk: Buffer) => {
        for (const each of chunk.toString().trim().split('\n')) said.push(Said.parse(JSON.parse(each)));
      });
      child.stdout.resume();
      return { child, port: Number(new URL(url).port), said, gone };
    }
  }
  if (port === undefined || (await gone) !== 'SIGKILL') throw new Error('the server did not start');
  return { child, port, said, gone };
}

type Plan = {
  readonly home: string;
  readonly rate: number;
  readonly seconds: number;
  readonly kills: number;
  readonly moments: number;
  readonly random: () => number;
};
type Played = { readonly sent: readonly Sent[]; readonly killed: number; readonly said: readonly Said[] };

async function play({ home, rate, seconds, kills, moments, random }: Plan): Promise<Played> {
  let running = await started('intake-server', [home, '0']);
  const { port } = running;
  const all = [...running.said];
  const sending = send({ port, perSecond: rate, seconds, from: 0 });
  let killed = 0;
  const share = (seconds * 1000) / (kills + moments + 1);
  for (let index = 0; index < kills + moments; index += 1) {
    const ended = running.child;
    if (index < kills) await waited(share * (0.5 + random() / 2)).then(() => ended.kill('SIGKILL'));
    // Should all be sent before the chosen moment comes, the end comes then.
    else void sending.then(() => ended.kill('SIGKILL'));
    if ((await running.gone) === 'SIGKILL') killed += 1;
    // The next one ends itself before or after the commit of one of its first acceptances.
    const isLast = index + 1 >= kills + moments;
    const ending = index + 1 < kills || isLast ? [] : [random() < 0.5 ? 'before' : 'after', String(1 + Math.floor(random() * 20))];
    running = await started('intake-server', [home, String(port), ...ending], port);
    all.push(...running.said);
  }
  const sent = await sending;
  await workedOff(running);
  running.child.kill('SIGTERM');
  await running.gone;
  return { sent, killed, said: [...all, ...running.said] };
}

function waited(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Until nothing waits, as the server itself says. */
async function workedOff({ port }: Running): Promise<void> {
  for (;;) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    if (text.includes('autopilot_inbox{state="waiting"} 0')) return;
    await waited(50);
  }
}

/** What the machine allows at this moment: the same load on a server that does nothing with it, and one write after another to the disk. */
async function peers(rate: number, seconds: number, folder: string): Promise<Readonly<Record<string, string>>> {
  const { child, port } = await started('intake-peer');
  const times = (await send({ port, perSecond: rate, seconds, from: 0 })).map(({ ms }) => ms);
  child.kill();
  const file = openSync(join(folder, 'peer'), 'w');
  const syncs = Array.from({ length: PEER_SYNCS }, () => {
    const began = performance.now();
    writeSync(file, Buffer.alloc(PEER_BYTES));
    fsyncSync(file);
    return performance.now() - began;
  });
  closeSync(file);
  return {
    'peer: bare node:http, p50 / p99 / longest ms': spread(times.slice(rate * Math.min(COLD_SECONDS, seconds / 2))),
    'peer: write and fsync of 12 KB, p50 / p99 / longest ms': spread(syncs),
  };
}

function spread(values: readonly number[]): string {
  return [0.5, 0.99, 1].map((share) => percentile(values, share)).join(' / ');
}

function percentile(values: readonly number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(1);
}

type Judged = Played & { readonly coldOnes: number; readonly peer: Readonly<Record<string, string>> };

async function judged(home: string, { sent, killed, said, coldOnes, peer }: Judged): Promise<number> {
  const acknowledged = sent.filter(({ status }) => status === 202);
  const inbox = createInbox(openStore(home));
  const known = await inbox.known(acknowledged.map(({ guid }) => guid));
  const counts = await inbox.counts();
  const lost = acknowledged.filter(({ guid }) => !known.has(guid)).length;
  const other = sent.filter(({ status }) => status !== 202 && status !== 0).length;
  // A process that has just begun is slow, here and there: its first seconds are shown by themselves.
  const [cold, warm] = [true, false].map((isCold) =>
    sent.flatMap(({ status, ms }, index) => (status === 202 && index < coldOnes === isCold ? [ms] : [])),
  );
  const most = (values: readonly (number | undefined)[]) => Math.max(...values.map((value) => value ?? 0));
  const rows = {
    'deliveries sent': sent.length,
    'acknowledged (202)': acknowledged.length,
    'no answer (server down)': sent.length - acknowledged.length - other,
    'another answer': other,
    [`ack p50 / p99 / longest ms, first ${COLD_SECONDS} s`]: spread(cold ?? []),
    'ack p50 / p99 / longest ms, after that': spread(warm ?? []),
    'kill -9': killed,
    'acknowledged and lost': lost,
    'worked / waiting / given up': `${counts.done} / ${counts.waiting} / ${counts.dead}`,
    'takes webhooks after ms (slowest start)': most(said.map((each) => each.taking_after_ms)),
    'works them after ms (slowest start)': most(said.map((each) => each.working_after_ms)),
    'RSS when ready MB': most(said.filter(({ url }) => url !== undefined).map((each) => each.rss_mb)),
    'RSS at the end MB': said.at(-1)?.rss_mb ?? 0,
    ...peer,
  };
  console.log('| what | figure |\n|:--|--:|');
  for (const [name, value] of Object.entries(rows)) console.log(`| ${name} | ${value} |`);
  return lost === 0 && other === 0 && counts.waiting === 0 && counts.dead === 0 ? 0 : 1;
}

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '30' },
    kills: { type: 'string', default: '0' },
    moments: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    peer: { type: 'boolean', default: false },
  },
});
const home = mkdtempSync(join(tmpdir(), 'intake-'));
try {
  const plan = {
    home,
    rate: Number(values.rate),
    seconds: Number(values.seconds),
    kills: Number(values.kills),
    moments: Number(values.moments),
  };
  const peer = values.peer ? await peers(plan.rate, Math.max(1, plan.seconds / 3), home) : {};
  const played = await play({ ...plan, random: chanceOf(Number(values.seed)) });
  process.exitCode = await judged(home, { ...played, peer, coldOnes: plan.rate * COLD_SECONDS });
} finally {
  rmSync(home, { recursive: true });
}
