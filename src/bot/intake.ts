/** §14.5 POST /api/github/webhooks: raw bytes, capped; the signature; then the durable inbox; then 202. Nothing is done here. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { verifyWithFallback } from '@octokit/webhooks-methods';
import * as z from 'zod';
import { ProblemError } from '../core/problem.js';
import type { Clock, Inbox } from '../ports.js';
import { addressOf } from './request-address.js';
import { type BodyLimits, createRoom, readBody } from './request-body.js';

export const WEBHOOK_PATH = '/api/github/webhooks';
/** The forge sends no payload that is larger. */
export const LARGEST_PAYLOAD = 25 * 1024 * 1024;
/** So many bytes of bodies are held at once, before their signature is known; what comes beyond is refused for now. */
const ROOM = { small: LARGEST_PAYLOAD, large: 3 * LARGEST_PAYLOAD };
const RETRY_AFTER_SECONDS = 10;
const BODY_WITHIN_MS = 10_000;
export const SHORTEST_SECRET = 16;

/** How a request ended: the status, a word for it, and of a verified delivery what may be logged. */
export type Received = {
  readonly status: number;
  readonly outcome: string;
  readonly guid?: string;
  readonly event?: string;
  readonly action?: string;
  readonly lane?: string;
};

export type IntakeOptions = {
  readonly inbox: Pick<Inbox, 'accept'>;
  readonly clock: Clock;
  /** The present secret first, then the one before it. */
  readonly secrets: readonly [string, ...string[]];
  /** Told once per request, after it was answered. */
  readonly received: (how: Received, ms: number) => void;
  readonly largest?: number;
  readonly bodyWithinMs?: number;
  readonly room?: { readonly small: number; readonly large: number };
};

export type Intake = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function createIntake(options: IntakeOptions): Intake {
  refuseWeak(options.secrets);
  const { small, large } = options.room ?? ROOM;
  const rooms = { small: createRoom(small), large: createRoom(large) };
  return async (request, response) => {
    const began = performance.now();
    const how = await answerTo(request, options, rooms);
    await respond(request, response, how);
    options.received(how, performance.now() - began);
  };
}

function refuseWeak(secrets: readonly string[]): void {
  if (secrets.every((secret) => secret.length >= SHORTEST_SECRET)) return;
  throw new ProblemError({
    kind: 'usage',
    what: `A webhook secret is missing or shorter than ${SHORTEST_SECRET} characters.`,
    remedy: 'Set a long random one here and in the settings of the App.',
  });
}

/** GUIDs of the forge; ours for timers hold a slash and cannot come from outside. */
const Guid = z.string().regex(/^[0-9A-Za-z-]{1,64}$/);
const EventName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);
const Signature = z.string().regex(/^sha256=[0-9a-f]{64}$/);
const Action = z.string().regex(/^[a-z][a-z_-]{0,63}$/);
const Payload = z
  .object({
    action: Action.optional().catch(undefined),
    repository: z.object({ id: z.int() }).nullish().catch(undefined),
    installation: z.object({ id: z.int() }).nullish().catch(undefined),
  })
  .loose();

async function answerTo(request: IncomingMessage, options: IntakeOptions, rooms: BodyLimits['rooms']): Promise<Received> {
  if (request.method !== 'POST') return { status: 405, outcome: 'method' };
  const { headers } = request;
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) return { status: 415, outcome: 'content-type' };
  const signature = Signature.safeParse(headers['x-hub-signature-256']);
  if (!signature.success) return { status: 401, outcome: 'no-signature' };
  const guid = Guid.safeParse(headers['x-github-delivery']);
  const event = EventName.safeParse(headers['x-github-event']);
  if (!guid.success || !event.success) return { status: 400, outcome: 'headers' };

  const body = await readBody(request, {
    largest: options.largest ?? LARGEST_PAYLOAD,
    withinMs: options.bodyWithinMs ?? BODY_WITHIN_MS,
    address: addressOf(request),
    rooms,
  });
  if (!body.ok) return { status: body.status, outcome: body.outcome };
  return accepted(body.text, { guid: guid.data, event: event.data, signature: signature.data }, options);
}

async function accepted(
  text: string,
  { guid, event, signature }: { readonly guid: string; readonly event: string; readonly signature: string },
  { inbox, clock, secrets: [present, ...earlier] }: IntakeOptions,
): Promise<Received> {
  if (text === '' || !(await verifyWithFallback(present, text, signature, earlier))) return { status: 401, outcome: 'signature' };
  const payload = parsed(text);
  if (!payload) return { status: 400, outcome: 'json', guid, event };
  const { action } = payload;
  const about = { guid, event, lane: laneOf(payload), ...(action === undefined ? {} : { action }) };
  try {
    const how = await inbox.accept({ ...about, payload: text, receivedAt: clock.now() });
    return { status: 202, outcome: how, ...about };
  } catch {
    // Not stored is not received: the forge keeps it as failed, and reconciliation asks for it again.
    return { status: 503, outcome: 'store', ...about };
  }
}

function parsed(text: string): z.infer<typeof Payload> | undefined {
  try {
    const payload = Payload.safeParse(JSON.parse(text));
    return payload.success ? payload.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Deliveries of one repository are worked one after another. */
export function laneOf({ repository, installation }: Pick<z.infer<typeof Payload>, 'repository' | 'installation'>): string {
  if (repository) return String(repository.id);
  return installation ? `installation/${installation.id}` : 'app';
}

/** A request whose body was not read to its end is answered on a connection that then ends. */
async function respond(request: IncomingMessage, response: ServerResponse, { status, outcome }: Received): Promise<void> {
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(status === 405 ? { allow: 'POST' } : {}),
    ...(status === 503 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {}),
    ...(request.readableEnded ? {} : { connection: 'close' }),
  });
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.end(`${JSON.stringify({ status: outcome })}\n`, resolve);
  });
}
