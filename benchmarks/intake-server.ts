/**
 * The server of the intake evidence: everything of `sf serve` but the forge; its handlers only say that they were asked.
 * Usage: node dist/benchmarks/intake-server.js FOLDER PORT [before|after N]; it ends itself, as kill -9 would, at its N-th acceptance.
 * Prints its address, how long it took to take webhooks, and its memory then.
 */
import { generateKeyPairSync } from 'node:crypto';
import { writeSync } from 'node:fs';
import type { DurableObserver } from '../src/adapters/local/store.js';
import { instant } from '../src/core/time.js';
import { createServerLog } from '../src/main/log.js';
import { serve } from '../src/main/serve.js';
import { terminated } from '../src/main/serve-command.js';
import { SECRET } from './intake/load.js';

const noted = async (): Promise<string> => 'noted';

/** Probot and all else is loaded by the time this resolves, but the intake answers from the line `taking` on. */
async function main([home, port, phase, count]: readonly string[]): Promise<void> {
  if (home === undefined || port === undefined) throw new Error('name a folder and a port');
  const key =
    process.env.INTAKE_KEY ??
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const loaded = performance.now();
  const serving = await serve(
    {
      home,
      port: Number(port),
      host: '127.0.0.1',
      apiUrl: 'http://127.0.0.1:1',
      clock: { now: () => instant(Date.now()) },
      credentials: { appId: 1, privateKey: key, webhookSecrets: [SECRET] },
      log: createServerLog({ write: () => undefined }),
      ...(phase === undefined ? {} : { observe: endsAt(phase, Number(count)) }),
    },
    async () => {
      say({ taking_after_ms: Math.round(performance.now()), rss_mb: megabytes() });
      return {
        self: { appId: 1, login: 'autopilot[bot]' },
        handlers: { 'sync-installation': noted, scan: noted, follow: noted, look: noted, reopen: noted, command: noted },
        host: { failedDeliveries: async () => [], redeliver: async () => undefined, installations: async () => [] },
      };
    },
  );
  say({
    url: serving.url,
    working_after_ms: Math.round(performance.now()),
    own_ms: Math.round(performance.now() - loaded),
    rss_mb: megabytes(),
  });
  await terminated();
  say({ rss_mb: megabytes() });
  await serving.stop();
}

function endsAt(phase: string, count: number): DurableObserver {
  let seen = 0;
  return (when, effect) => {
    if (when !== phase || !effect.endsWith('accepted')) return;
    seen += 1;
    if (seen === count) process.kill(process.pid, 'SIGKILL');
  };
}

function megabytes(): number {
  return Math.round(process.memoryUsage.rss() / 1024 / 1024);
}

function say(fields: Readonly<Record<string, string | number>>): void {
  writeSync(1, `${JSON.stringify(fields)}\n`);
}

await main(process.argv.slice(2));
