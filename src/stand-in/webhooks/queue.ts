/** Delivers webhooks one after another, signed, and remembers each as GitHub's list of deliveries does. */
import { createHmac, randomUUID } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { isList, type Json, type JsonObject } from '../json.js';
import type { App } from '../state/accounts.js';
import type { Outbox, Outgoing } from '../state/world.js';

export type Delivery = {
  readonly id: number;
  readonly guid: string;
  readonly app: App;
  readonly event: string;
  readonly action: string | undefined;
  readonly installationId: number | undefined;
  readonly repositoryId: number | undefined;
  /** Kept small: a fleet makes tens of thousands of them. */
  readonly packed: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly redelivery: boolean;
  readonly deliveredAt: string;
  durationSeconds: number;
  /** 0 when nobody answered. */
  statusCode: number;
  status: string;
  response: { readonly headers: Readonly<Record<string, string>>; readonly payload: string };
};
export type WebhookFault = 'lose' | 'double' | 'swap-with-next';
export type WebhookMatcher = { readonly event?: string; readonly action?: string };

const YOUNG_EVENTS = [
  'pull_request_review_thread',
  'repository_ruleset',
  'merge_group',
  'installation_target',
  'meta',
  'merge_queue_entry',
];
const ANSWER_WITHIN_MS = 10_000;

export function payloadOf({ packed }: Delivery): JsonObject {
  const payload: JsonObject = JSON.parse(inflateSync(packed).toString('utf8'));
  return payload;
}

export class WebhookQueue implements Outbox {
  readonly deliveries: Delivery[] = [];
  #hook: ((delivery: Delivery) => WebhookFault | undefined) | undefined;
  readonly #faults: { readonly matcher: WebhookMatcher; readonly fault: WebhookFault }[] = [];
  readonly #now: () => string;
  readonly #judge: (event: string, payload: JsonObject) => void;
  #last: Promise<unknown> = Promise.resolve();
  #held: Delivery | undefined;
  #lastId = 10_000_000;
  #closed = false;

  constructor(now: () => string, judge: (event: string, payload: JsonObject) => void) {
    this.#now = now;
    this.#judge = judge;
  }

  /** The next webhook that fits goes wrong in this way. */
  next(matcher: WebhookMatcher, fault: WebhookFault): void {
    this.#faults.push({ matcher, fault });
  }

  /** Asked at every new webhook before it goes out. */
  choose(hook: (delivery: Delivery) => WebhookFault | undefined): void {
    this.#hook = hook;
  }

  add(outgoing: Outgoing): void {
    // Whatever the state becomes later, this is what it was.
    const payload: JsonObject = JSON.parse(
      JSON.stringify(outgoing.payload),
      outgoing.event.startsWith('installation') ? undefined : withoutYoungEvents,
    );
    this.#judge(outgoing.event, payload);
    const delivery = this.#record(outgoing, payload, randomUUID(), false);
    const fault = this.#hook?.(delivery) ?? this.#faultFor(delivery);
    if (fault === 'swap-with-next') {
      this.#held = delivery;
      return;
    }
    if (fault === 'lose') {
      delivery.status = 'failed to connect to host';
      delivery.statusCode = 0;
    } else this.#send(delivery);
    if (fault === 'double') this.#send(delivery);
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#send(held);
  }

  redeliver(delivery: Delivery): void {
    this.#send(this.#record(delivery, payloadOf(delivery), delivery.guid, true));
  }

  /** Resolves when nothing is under way, even if handlers caused more. */
  async settled(): Promise<void> {
    for (let last: Promise<unknown> | undefined; last !== this.#last; ) {
      last = this.#last;
      await last;
    }
  }

  close(): void {
    this.#closed = true;
  }

  #record(outgoing: Omit<Outgoing, 'payload'>, payload: JsonObject, guid: string, redelivery: boolean): Delivery {
    this.#lastId += 1;
    const json = JSON.stringify(payload);
    const body = bodyOf(outgoing.app, json);
    const delivery: Delivery = {
      id: this.#lastId,
      guid,
      app: outgoing.app,
      event: outgoing.event,
      action: outgoing.action,
      installationId: outgoing.installationId,
      repositoryId: outgoing.repositoryId,
      packed: deflateSync(json, { level: 1 }),
      headers: headersOf(outgoing, body, guid),
      redelivery,
      deliveredAt: this.#now(),
      durationSeconds: 0,
      statusCode: 0,
      status: 'pending',
      response: { headers: {}, payload: '' },
    };
    this.deliveries.push(delivery);
    return delivery;
  }

  #faultFor({ event, action }: Delivery): WebhookFault | undefined {
    const at = this.#faults.findIndex(
      ({ matcher }) => (matcher.event ?? event) === event && (matcher.action === undefined || matcher.action === action),
    );
    return at < 0 ? undefined : this.#faults.splice(at, 1)[0]?.fault;
  }

  #send(delivery: Delivery): void {
    this.#last = this.#last.then(() => (this.#closed ? undefined : post(delivery)));
  }
}

/** Where a webhook describes an app, GitHub's description knows only the older of the events it asks for. */
function withoutYoungEvents(key: string, value: Json): Json {
  return key === 'events' && isList(value) ? value.filter((event) => !YOUNG_EVENTS.some((young) => young === event)) : value;
}

async function post(delivery: Delivery): Promise<void> {
  const started = performance.now();
  const url = delivery.app.webhook?.url;
  if (url === undefined || url === '') {
    delivery.status = 'no URL';
    return;
  }
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body: bodyOf(delivery.app, inflateSync(delivery.packed).toString('utf8')),
      headers: delivery.headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    delivery.response = { headers: Object.fromEntries(answer.headers), payload: (await answer.text()).slice(0, 10_000) };
    delivery.statusCode = answer.status;
    delivery.status = answer.ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`;
  } catch (error) {
    delivery.status = error instanceof Error && error.name === 'TimeoutError' ? 'timed out' : 'failed to connect to host';
  }
  delivery.durationSeconds = Math.round(performance.now() - started) / 1000;
}

function bodyOf(app: App, json: string): string {
  return app.webhook?.contentType === 'form' ? new URLSearchParams({ payload: json }).toString() : json;
}

function headersOf(
  { app, event }: { readonly app: App; readonly event: string },
  body: string,
  guid: string,
): Readonly<Record<string, string>> {
  const secret = app.webhook?.secret ?? '';
  const digest = (kind: 'sha1' | 'sha256'): string => createHmac(kind, secret).update(body).digest('hex');
  return {
    accept: '*/*',
    'content-type': app.webhook?.contentType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json',
    'user-agent': 'GitHub-Hookshot/stand-in',
    'x-github-delivery': guid,
    'x-github-event': event,
    'x-github-hook-id': String(app.id),
    'x-github-hook-installation-target-id': String(app.id),
    'x-github-hook-installation-target-type': 'integration',
    ...(secret === '' ? {} : { 'x-hub-signature': `sha1=${digest('sha1')}`, 'x-hub-signature-256': `sha256=${digest('sha256')}` }),
  };
}
