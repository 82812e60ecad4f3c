/** One HTTP server: webhooks straight to the intake, everything else to Hono. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { Clock } from '../ports.js';
import { type Intake, WEBHOOK_PATH } from './intake.js';
import { type Address, listens } from './listens.js';

/** Undefined: well. Else one word of ours for what is wrong; what is thrown is `failed`, and its words stay in the log. */
export type Check = () => Promise<string | undefined>;

export type ServerOptions = {
  readonly intake: Intake;
  readonly clock: Clock;
  /** All of them well: ready. */
  readonly ready: Readonly<Record<string, Check>>;
  /** Shown beside readiness; none of it takes the server out of service. */
  readonly shown: () => Promise<Readonly<Record<string, string>>>;
  readonly metrics: () => Promise<string>;
  readonly keys: () => Promise<{ readonly keys: readonly Record<string, unknown>[] }>;
  readonly failed: (error: unknown) => void;
};

export type Listening = {
  readonly url: string;
  /** Takes no new requests, finishes those begun. */
  close(): Promise<void>;
};

const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
/** Longer than load balancers keep an idle connection, so that they never write to one that just closed. */
const KEEP_ALIVE_MS = 65_000;
const READY_FOR_MS = 2_000;
/** The figures come from every record of the fleet, and whoever scrapes may be more than one. */
const METRICS_FOR_MS = 5_000;

export async function listen(options: ServerOptions, { port, host }: Address): Promise<Listening> {
  const other = getRequestListener(routes(options).fetch);
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0];
    const answered = path === WEBHOOK_PATH ? options.intake(request, response) : other(request, response);
    Promise.resolve(answered).catch((error: unknown) => {
      options.failed(error);
      response.destroy();
    });
  });
  Object.assign(server, { headersTimeout: HEADERS_WITHIN_MS, requestTimeout: REQUEST_WITHIN_MS, keepAliveTimeout: KEEP_ALIVE_MS });
  await listens(server, { port, host });
  return { url: urlOf(server), close: () => closed(server) };
}

function routes({ ready, shown, metrics, keys, clock, failed }: ServerOptions): Hono {
  const app = new Hono();
  const readiness = remembered(clock, READY_FOR_MS, () => checked(ready, failed));
  const figures = remembered(clock, METRICS_FOR_MS, metrics);
  app.get('/healthz', (context) => context.json({ status: 'alive' }));
  app.get('/readyz', async (context) => {
    const checks = await readiness();
    const isReady = Object.values(checks).every((said) => said === 'ok');
    return context.json({ status: isReady ? 'ready' : 'not-ready', checks, ...(await shown()) }, isReady ? 200 : 503);
  });
  app.get('/metrics', async (context) =>
    context.text(await figures(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  );
  app.get('/.well-known/jwks.json', async (context) => {
    context.header('cache-control', 'public, max-age=300');
    return context.json(await keys());
  });
  app.notFound((context) => context.json({ status: 'not-found' }, 404));
  app.onError((error, context) => {
    failed(error);
    return context.json({ status: 'failed' }, 500);
  });
  return app;
}

async function checked(checks: ServerOptions['ready'], failed: ServerOptions['failed']): Promise<Readonly<Record<string, string>>> {
  const said = Object.entries(checks).map(async ([name, check]) => {
    const problem = await check().catch((error: unknown) => {
      failed(error);
      return 'failed';
    });
    return [name, problem ?? 'ok'] as const;
  });
  return Object.fromEntries(await Promise.all(said));
}

/** Asked often, looked at seldom: a check writes to the disk. What failed is looked at again. */
function remembered<T>(clock: Clock, forMs: number, look: () => Promise<T>): () => Promise<T> {
  const last: { at: number; value?: Promise<T> } = { at: 0 };
  return () => {
    const now = Date.parse(clock.now());
    if (last.value && Math.abs(now - last.at) < forMs) return last.value;
    last.at = now;
    const value = look();
    last.value = value;
    value.catch(() => {
      if (last.value === value) delete last.value;
    });
    return value;
  };
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server that listens has an address');
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

async function closed(server: Server): Promise<void> {
  const ended = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await ended;
}
