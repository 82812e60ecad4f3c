/** The server's composition: store, intake, worker, timers. What the tasks do and how the forge is reached is given by `compose`. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createContentBudget } from '../adapters/local/content-budget.js';
import { createInbox } from '../adapters/local/inbox.js';
import { createInstallations } from '../adapters/local/installations.js';
import { createLeases } from '../adapters/local/leases.js';
import { localSigner } from '../adapters/local/signer.js';
import { createRecords, type DurableObserver, lockStore, openStore, type Store, UNOBSERVED } from '../adapters/local/store.js';
import { single } from '../bot/bell.js';
import type { BotHandlers } from '../bot/handlers.js';
import { createIntake } from '../bot/intake.js';
import { createMetrics, type Metrics } from '../bot/metrics.js';
import { samplesOf } from '../bot/samples.js';
import { type Listening, listen, type ServerOptions } from '../bot/server.js';
import { createTimers, everyMinute, type Timers, type TimersOptions } from '../bot/timers.js';
import type { Worker } from '../bot/worker.js';
import { hasOpenPullRequest } from '../core/lifecycle.js';
import { isWatched } from '../core/merge-gate/our-merges.js';
import type { Settings } from '../core/settings.js';
import type { Self } from '../core/webhook-payloads.js';
import type { Clock, ContentBudget, Host, Inbox, Installations, Leases, Records, Signer } from '../ports.js';
import type { Credentials } from './credentials.js';
import { createServerLog, type ServerLog } from './log.js';

export type ServeOptions = {
  readonly home: string;
  readonly credentials: Credentials;
  readonly port: number;
  readonly host: string;
  /** Where the forge's API is: `https://api.github.com`, or `https://HOST/api/v3`. */
  readonly apiUrl: string;
  /** The folder that stands for the lake, where there is one. */
  readonly data?: string;
  readonly orgConfig?: string;
  readonly clock: Clock;
  readonly log?: ServerLog;
  readonly observe?: DurableObserver;
  /** False: nothing runs by itself; whoever serves calls `worker.drain` and `timers.tick` (a demo, a test). */
  readonly byItself?: boolean;
};

/** What `compose` may build on. The store is open and locked for this process. */
export type BotGround = Pick<ServeOptions, 'home' | 'apiUrl' | 'data' | 'orgConfig' | 'clock'> & {
  readonly appId: number;
  readonly privateKey: string;
  /** All that must never leave in a text: the App's key, and the secrets of its webhooks. */
  readonly secrets: readonly string[];
  readonly store: Store;
  readonly observe: DurableObserver;
  readonly inbox: Inbox;
  readonly leases: Leases;
  readonly contentBudget: ContentBudget;
  readonly installations: Installations;
  readonly records: Records;
  readonly signer: Signer;
  readonly metrics: Metrics;
  /** Only the fields of its list are written, whatever is given. */
  readonly logger: Logger;
};

/** What `compose` gives back. */
export type BotParts = {
  /** Who we are on the forge (the slug is known there). */
  readonly self: Self;
  readonly handlers: BotHandlers;
  readonly host: Pick<Host, 'failedDeliveries' | 'redeliver' | 'installations'>;
  /** Runs after tasks and every minute, never twice at once: drains the workflow engine. */
  readonly afterTasks?: () => Promise<void>;
  /** The organisation's settings as they are now. */
  readonly settings?: () => Settings;
  readonly close?: () => Promise<void>;
};
export type Compose = (ground: BotGround) => Promise<BotParts>;

export type Serving = {
  readonly url: string;
  readonly store: Store;
  readonly worker: Worker;
  readonly timers: Timers;
  /** What follows the tasks, until nothing of it is due; for whoever serves by hand. */
  goOn(): Promise<void>;
  /** Takes nothing new, finishes what is being done, closes the store. */
  stop(): Promise<void>;
};

/** Webhooks are taken from the first moment; what works them is loaded after that. */
export async function serve(options: ServeOptions, compose: Compose): Promise<Serving> {
  const log = options.log ?? createServerLog();
  const observe = options.observe ?? UNOBSERVED;
  const store = openStore(options.home, observe);
  const closers = [() => store.close()];
  const closeAll = (): void => {
    for (const close of closers.splice(0).toReversed()) close();
  };
  try {
    const lock = lockStore(options.home);
    closers.push(() => lock.release());
    const ground = await groundOf(options, store, observe, log);
    return await started(ground, options, compose, log, closeAll);
  } catch (error) {
    closeAll();
    throw error;
  }
}

async function groundOf(options: ServeOptions, store: Store, observe: DurableObserver, log: ServerLog): Promise<BotGround> {
  const { home, apiUrl, data, orgConfig, clock, credentials } = options;
  return {
    home,
    apiUrl,
    clock,
    ...(data === undefined ? {} : { data }),
    ...(orgConfig === undefined ? {} : { orgConfig }),
    appId: credentials.appId,
    privateKey: credentials.privateKey,
    secrets: [credentials.privateKey, ...credentials.webhookSecrets],
    store,
    observe,
    inbox: createInbox(store),
    leases: createLeases(store),
    contentBudget: createContentBudget(store),
    installations: createInstallations(store),
    records: createRecords(store),
    signer: await localSigner(join(home, 'keys'), observe),
    metrics: createMetrics(),
    logger: log.logger,
  };
}

type Phase = { parts?: BotParts; worker?: Worker };

async function started(ground: BotGround, options: ServeOptions, compose: Compose, log: ServerLog, closeAll: () => void): Promise<Serving> {
  const owner = `${hostname()}/${process.pid}/${randomUUID()}`;
  const phase: Phase = {};
  const listening = await listen(serverOptions({ ground, options, log, owner, phase }), options);
  try {
    const parts = await compose(ground);
    // Only now are settings, key, App and data known to be right; webhooks are taken since the line before.
    log.said('listening', { port: Number(new URL(listening.url).port) });
    const worker = await workerOf(ground, parts, log);
    Object.assign(phase, { parts, worker });
    const timers = createTimers({ ...ground, host: parts.host, owner, withOpenPullRequests: openOf(ground) });
    const clockwork = options.byItself === false ? undefined : runsByItself({ worker, timers, ground, log });
    log.said('working');
    const goOn = parts.afterTasks ?? (async () => undefined);
    return {
      url: listening.url,
      store: ground.store,
      worker,
      timers,
      goOn,
      stop: () => stopped({ listening, worker, clockwork, parts, log, closeAll }),
    };
  } catch (error) {
    await listening.close();
    throw error;
  }
}

type Assembly = {
  readonly ground: BotGround;
  readonly options: ServeOptions;
  readonly log: ServerLog;
  readonly owner: string;
  readonly phase: Phase;
};

function serverOptions({ ground, options, log, owner, phase }: Assembly): ServerOptions {
  const { inbox, clock, leases, metrics, records, signer } = ground;
  const intake = createIntake({
    inbox,
    clock,
    secrets: options.credentials.webhookSecrets,
    received: (how, ms) => {
      metrics.add('autopilot_webhooks_total', { status: String(how.status), outcome: how.outcome });
      metrics.add('autopilot_webhook_seconds_total', {}, ms / 1000);
      log.received(how, ms);
      if (how.status === 202) phase.worker?.nudge();
    },
  });
  return {
    intake,
    clock,
    ready: {
      // Taking a lease is a write: a disk that is full or read-only is noticed here.
      store: async () => void (await leases.take('readiness', owner, clock.now(), 1)),
      secrets: async () => (options.credentials.webhookSecrets.length > 0 ? undefined : 'none'),
      worker: async () => (phase.worker ? undefined : 'starting'),
    },
    shown: async () => ({ last_reconcile: (await leases.lastRun('reconcile')) ?? 'never' }),
    metrics: async () => metrics.text(await samplesOf({ inbox, records, leases, clock, settings: phase.parts?.settings?.() })),
    keys: () => signer.keys(),
    failed: (error) => log.failed('http', error),
  };
}

/** Probot takes a moment to load: only now, when webhooks are taken already. */
async function workerOf({ inbox, clock, metrics }: BotGround, parts: BotParts, log: ServerLog): Promise<Worker> {
  const [{ createDispatch }, { createWorker }] = await Promise.all([import('../bot/dispatch.js'), import('../bot/worker.js')]);
  return createWorker({
    inbox,
    clock,
    dispatch: await createDispatch(parts.self, log.silent),
    handlers: parts.handlers,
    failed: (error) => log.failed('worker', error),
    told: (task) => {
      metrics.add('autopilot_tasks_total', { kind: task.kind, result: task.outcome });
      metrics.add('autopilot_task_seconds_total', { kind: task.kind }, task.ms / 1000);
      log.task(task);
    },
    ...(parts.afterTasks ? { afterTasks: parts.afterTasks } : {}),
  });
}

/** Those with a merge of ours to look back at are among them: a webhook of it may be lost. */
function openOf({ records, installations, clock }: BotGround): TimersOptions['withOpenPullRequests'] {
  return async () => {
    const now = clock.now();
    const meant = (await records.all()).filter((record) => hasOpenPullRequest(record) || isWatched(record, now));
    // By the number: a name changes, and another repository may have it by now.
    const open = new Set(meant.map(({ repository_id }) => repository_id));
    return (await installations.repositories()).filter(({ id, state }) => state === 'active' && open.has(id)).map(({ id }) => id);
  };
}

type Running = { readonly worker: Worker; readonly timers: Timers; readonly ground: BotGround; readonly log: ServerLog };

type Clockwork = { readonly stop: () => Promise<void> };

function runsByItself({ worker, timers, ground, log }: Running): Clockwork {
  const tick = async (): Promise<void> => {
    for (const outcome of await timers.tick(ground.clock.now())) {
      ground.metrics.add('autopilot_timer_runs_total', { job: outcome.job, result: outcome.outcome });
      log.timer(outcome);
    }
    worker.nudge();
    worker.followUp();
  };
  const ticks = single(tick, (error) => log.failed('timers', error));
  const minutes = everyMinute(ticks.ask);
  worker.run();
  // What was missed while nobody served is made up for at once.
  ticks.ask();
  return {
    stop: async () => {
      minutes.stop();
      await ticks.ended();
    },
  };
}

type Ending = {
  readonly listening: Listening;
  readonly worker: Worker;
  readonly clockwork: Clockwork | undefined;
  readonly parts: BotParts;
  readonly log: ServerLog;
  readonly closeAll: () => void;
};

async function stopped({ listening, worker, clockwork, parts, log, closeAll }: Ending): Promise<void> {
  log.said('stopping');
  await Promise.all([listening.close(), clockwork?.stop(), worker.stop()]);
  await parts.close?.();
  closeAll();
  log.said('stopped');
}
