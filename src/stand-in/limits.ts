/** GitHub's limits: the primary one an installation has per hour, and the secondary one on content. */
import { type ApiError, refusal } from './errors.js';
import type { CallFacts } from './faults.js';
import type { World } from './state/world.js';

type Window = { readonly resetAt: number; used: number };

const HOUR_MS = 3_600_000;
const CONTENT_PER_MINUTE = 80;
const CONTENT_PER_HOUR = 500;
/** Which calls make content is not published; these notify people. */
const CONTENT =
  /(POST|PUT|PATCH) \S*\/(issues|pulls|comments|reviews|requested_reviewers|replies|labels|merge|dismissals|check-runs|statuses|git\/refs)\b/;

export class Limits {
  readonly #world: World;
  readonly #windows = new Map<string, Window>();
  readonly #content = new Map<string, number[]>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Counts the call; a 304 later gives it back. */
  count(who: string, resource: 'core' | 'graphql'): Readonly<Record<string, string>> {
    const window = this.#window(who, resource);
    window.used += 1;
    return this.headers(who, resource);
  }

  giveBack(who: string, resource: 'core' | 'graphql'): void {
    this.#window(who, resource).used -= 1;
  }

  headers(who: string, resource: 'core' | 'graphql'): Readonly<Record<string, string>> {
    const { used, resetAt } = this.#window(who, resource);
    const limit = this.#world.knobs.requestsPerHour;
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, limit - used)),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(Math.ceil(resetAt / 1000)),
      'x-ratelimit-resource': resource,
    };
  }

  state(
    who: string,
    resource: 'core' | 'graphql',
  ): { readonly limit: number; readonly used: number; readonly remaining: number; readonly reset: number } {
    const { used, resetAt } = this.#window(who, resource);
    const limit = this.#world.knobs.requestsPerHour;
    return { limit, used, remaining: Math.max(0, limit - used), reset: Math.ceil(resetAt / 1000) };
  }

  isUsedUp(who: string, resource: 'core' | 'graphql'): boolean {
    return this.#world.knobs.enforcePrimaryLimit && this.#window(who, resource).used > this.#world.knobs.requestsPerHour;
  }

  /** The refusal when the caller made too much content in the last minute or hour. */
  content(who: string, call: CallFacts): ApiError | undefined {
    if (
      !this.#world.knobs.contentLimit ||
      !(CONTENT.test(call.operation) || (call.method === 'POST' && call.path === '/graphql' && call.kind === 'write'))
    ) {
      return undefined;
    }
    const now = Date.now();
    const recent = (this.#content.get(who) ?? []).filter((at) => now - at < HOUR_MS);
    const lastMinute = recent.filter((at) => now - at < 60_000);
    this.#content.set(who, recent);
    if (recent.length >= CONTENT_PER_HOUR) return secondaryLimit(Math.ceil(((recent[0] ?? now) + HOUR_MS - now) / 1000));
    if (lastMinute.length >= CONTENT_PER_MINUTE) return secondaryLimit(Math.ceil(((lastMinute[0] ?? now) + 60_000 - now) / 1000));
    recent.push(now);
    return undefined;
  }

  #window(who: string, resource: string): Window {
    const key = `${who} ${resource}`;
    const known = this.#windows.get(key);
    if (known !== undefined && known.resetAt > Date.now()) return known;
    const fresh = { resetAt: Date.now() + HOUR_MS, used: 0 };
    this.#windows.set(key, fresh);
    return fresh;
  }
}

export function secondaryLimit(retryAfterSeconds: number, status: 403 | 429 = 403): ApiError {
  return refusal(
    status,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. For more on scraping GitHub and how it may affect your rights, please review our Terms of Service.',
    { 'retry-after': String(retryAfterSeconds) },
  );
}
