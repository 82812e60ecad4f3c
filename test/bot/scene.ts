/** The bot as it is served, on a fresh folder, with handlers that note what they were asked to do. */
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { BotHandlers } from '../../src/bot/handlers.js';
import { WEBHOOK_PATH } from '../../src/bot/intake.js';
import type { BotTask } from '../../src/core/bot-task.js';
import { createServerLog } from '../../src/main/log.js';
import { type BotGround, type BotParts, type Serving, serve } from '../../src/main/serve.js';
import type { Clock } from '../../src/ports.js';
import { OUR_APP } from './examples.js';

export const SECRET = 'a-secret-of-the-test-0123456789';
export const OLD_SECRET = 'the-secret-before-it-9876543210';
export const SELF = { appId: OUR_APP, login: 'autopilot[bot]', userId: 99_001 };
export const NOW = '2026-02-15T10:00:00Z';
export const PRIVATE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

export type MovedClock = Clock & { set(now: string): void };

export function movedClock(start = NOW): MovedClock {
  const state = { now: start };
  return {
    now: () => state.now,
    set: (now) => {
      state.now = now;
    },
  };
}

export type Scene = Serving & {
  readonly home: string;
  readonly clock: MovedClock;
  readonly ground: BotGround;
  /** What the handlers were asked, in order. */
  readonly asked: BotTask[];
  /** What was logged, a JSON document each. */
  readonly logged: () => readonly string[];
};

export type SceneOptions = { readonly handlers?: Partial<BotHandlers>; readonly parts?: Partial<BotParts>; readonly home?: string };

export function folder(): string {
  return mkdtempSync(join(tmpdir(), 'autopilot-bot-'));
}

export async function makeScene({ handlers = {}, parts = {}, home = folder() }: SceneOptions = {}): Promise<Scene> {
  const asked: BotTask[] = [];
  const lines: string[] = [];
  const clock = movedClock();
  const grounds: BotGround[] = [];
  const note = async (task: BotTask): Promise<string> => {
    asked.push(task);
    return `noted ${task.kind}`;
  };
  const log = createServerLog(
    new Writable({
      write: (chunk, _, done) => {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  const serving = await serve(
    {
      home,
      clock,
      log,
      port: 0,
      host: '127.0.0.1',
      apiUrl: 'http://127.0.0.1:1',
      byItself: false,
      credentials: { appId: SELF.appId, privateKey: PRIVATE_KEY, webhookSecrets: [SECRET, OLD_SECRET] },
    },
    async (ground) => {
      grounds.push(ground);
      return {
        self: SELF,
        handlers: { 'sync-installation': note, scan: note, follow: note, look: note, reopen: note, command: note, ...handlers },
        host: { failedDeliveries: async () => [], redeliver: async () => undefined, installations: async () => [] },
        ...parts,
      };
    },
  );
  const [ground] = grounds;
  if (!ground) throw new Error('nothing was composed');
  return { ...serving, home, clock, ground, asked, logged: () => lines };
}

export function signed(text: string, secret = SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
}

export type Posted = { readonly event: string; readonly guid: string; readonly text: string };

export function headersOf({ event, guid, text }: Posted): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': guid,
    'x-hub-signature-256': signed(text),
  };
}

/** The status and the word of the answer. */
export async function post(
  url: string,
  posted: Posted,
  changed: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly said: string }> {
  const headers = Object.entries({ ...headersOf(posted), ...changed }).filter(([, value]) => value !== '');
  const response = await fetch(`${url}${WEBHOOK_PATH}`, { method: 'POST', headers, body: posted.text });
  return { status: response.status, said: await response.text() };
}
