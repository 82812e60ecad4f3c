/** The bot as it is served, driven by hand: in this process, or in one of its own that may be killed. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { DurableObserver } from '../../src/adapters/local/store.js';
import { composeBot } from '../../src/main/compose-bot.js';
import { createServerLog } from '../../src/main/log.js';
import { serve } from '../../src/main/serve.js';
import { APP_ID, SECRET, type Stage } from './stage.js';

/** Long enough for the stand-in on a busy machine, short enough to be waited for in every play. */
const TIMEOUT_MS = 1500;

export type Bot = {
  readonly url: string;
  /** Works the inbox; how many deliveries. */
  drain(now: string): Promise<number>;
  /** Works the engine. */
  goOn(now: string): Promise<void>;
  tick(now: string): Promise<void>;
  stop(): Promise<void>;
};

const DEATH = 'the process of the bot is gone';

export function isDeath(error: unknown): boolean {
  return error instanceof Error && error.cause === DEATH;
}

function death(): Error {
  return new Error('The bot died.', { cause: DEATH });
}

export type Seat = Pick<Stage, 'home' | 'lake' | 'privateKey'> & { readonly apiUrl: string; readonly now: string };

export function seatOf({ home, lake, privateKey, standIn, clock }: Stage): Seat {
  return { home, lake, privateKey, apiUrl: standIn.url, now: clock.at };
}

export async function serveHere(seat: Seat, observe?: DurableObserver): Promise<Bot> {
  const clock = { at: seat.now };
  const serving = await serve(
    {
      home: seat.home,
      credentials: { appId: APP_ID, privateKey: seat.privateKey, webhookSecrets: [SECRET] },
      port: 0,
      host: '127.0.0.1',
      apiUrl: seat.apiUrl,
      data: seat.lake,
      clock: { now: () => clock.at },
      log: createServerLog(new Writable({ write: (_chunk, _encoding, done) => done() })),
      byItself: false,
      ...(observe ? { observe } : {}),
    },
    composeBot({ spacingMs: 0, timeoutMs: TIMEOUT_MS }),
  );
  const at = (now: string): typeof serving => {
    clock.at = now;
    return serving;
  };
  return {
    url: serving.url,
    drain: (now) => at(now).worker.drain(),
    goOn: (now) => at(now).goOn(),
    tick: async (now) => void (await at(now).timers.tick(now)),
    stop: () => serving.stop(),
  };
}

export const VERBS = ['drain', 'goOn', 'tick', 'stop'] as const;
const Answer = z.object({ url: z.string().optional(), worked: z.number().optional(), fault: z.string().optional() });
type Answer = z.infer<typeof Answer>;

const CHILD = fileURLToPath(new URL('../spine-child.js', import.meta.url));

/** `killAt`: the n-th observation of a durable effect at which it ends as by `kill -9`; without it observations are told to `seen`. */
export async function serveApart(
  seat: Seat,
  { killAt, seen }: { readonly killAt?: number; readonly seen?: (observation: string) => void },
): Promise<Bot> {
  const child = fork(CHILD, killAt === undefined ? [] : [String(killAt)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.on('message', (message) => {
    const told = z.object({ observation: z.string() }).safeParse(message);
    if (told.success) seen?.(told.data.observation);
  });
  const { url = '' } = await ask(child, { verb: 'start', seat });
  return {
    url,
    drain: async (now) => (await ask(child, { verb: 'drain', now })).worked ?? 0,
    goOn: async (now) => void (await ask(child, { verb: 'goOn', now })),
    tick: async (now) => void (await ask(child, { verb: 'tick', now })),
    stop: async () => {
      const ended = once(child, 'exit');
      await ask(child, { verb: 'stop', now: seat.now });
      await ended;
    },
  };
}

/** One question at a time. */
function ask(child: ChildProcess, question: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) return reject(death());
    const heard = (message: unknown): void => {
      const answer = Answer.safeParse(message);
      if (!answer.success || (typeof message === 'object' && message !== null && 'observation' in message)) return;
      forget();
      if (answer.data.fault === undefined) resolve(answer.data);
      else reject(new Error(answer.data.fault));
    };
    const gone = (): void => {
      forget();
      reject(death());
    };
    const forget = (): void => {
      child.off('message', heard);
      child.off('exit', gone);
    };
    child.on('message', heard);
    child.once('exit', gone);
    // One that dies in this moment is noticed by its end.
    child.send(question, () => undefined);
  });
}
