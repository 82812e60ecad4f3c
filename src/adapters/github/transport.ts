/** One request to GitHub as bytes: bounded in time and size, never redirected to where we do not expect to be sent, and read from the cache where it stands. */
import type { AnswerCache, KeptAnswer } from './cache.js';

export type Fetch = typeof globalThis.fetch;
export type Sending = {
  /** The key without the URL under which a GET is kept; undefined: it is not. */
  readonly keep?: string;
  /** Addressed by a SHA: what was answered once is never asked again. */
  readonly immutable?: boolean;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  /** The body is handed on as it arrives (a tarball); `timeoutMs` then bounds the wait for its head only. */
  readonly streamed?: boolean;
};
export type Transport = { readonly api: URL; fetchFor(sending: Sending): Fetch };

export class RefusedRedirect extends Error {}
export class AnswerTooLarge extends Error {}

const HOPS = 3;
const REDIRECTS = new Set([301, 302, 307, 308]);

export function createTransport(options: {
  readonly api: URL;
  /** Where tarballs are served, beside the API's own host. */
  readonly archives: readonly string[];
  readonly cache: AnswerCache;
  readonly fetch: Fetch;
}): Transport {
  const { api, archives, cache } = options;
  const go = async (url: URL, init: RequestInit, sending: Sending, hops: number): Promise<Response> => {
    const response = await options.fetch(url, { ...init, redirect: 'manual' });
    if (!REDIRECTS.has(response.status)) return response;
    await response.body?.cancel();
    const target = new URL(response.headers.get('location') ?? '', url);
    const next = redirected(api, archives, target, init, sending);
    if (!next || hops === 0 || (init.method !== 'GET' && response.status < 307)) {
      throw new RefusedRedirect(`GitHub sent us from ${url.pathname} to ${target.origin}${target.pathname}, which we do not follow`);
    }
    return go(target, next, sending, hops - 1);
  };
  return {
    api,
    fetchFor: (sending) => async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const key = sending.keep === undefined ? undefined : `${sending.keep}\n${url.href}`;
      const kept = key === undefined ? undefined : cache.get(key);
      if (kept && sending.immutable) return restored(kept);
      const headers = new Headers(init?.headers);
      if (kept?.etag) headers.set('if-none-match', kept.etag);
      const patience = new AbortController();
      const timer = setTimeout(() => patience.abort(new Error(`GitHub did not answer within ${sending.timeoutMs} ms`)), sending.timeoutMs);
      try {
        const response = await go(url, { ...init, headers, signal: patience.signal }, sending, HOPS);
        if (sending.streamed && response.ok) return response;
        return await settle(response, kept, (answer) => (key === undefined ? undefined : cache.put(key, answer)), sending);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** The answer with its bytes, kept for the next time where that is allowed. */
async function settle(
  response: Response,
  kept: KeptAnswer | undefined,
  keep: (answer: KeptAnswer) => void,
  sending: Sending,
): Promise<Response> {
  if (response.status === 304 && kept) {
    await response.body?.cancel();
    return restored(kept, response.headers);
  }
  const body = await bounded(response, sending.maxBytes);
  const etag = response.headers.get('etag') ?? undefined;
  const answer = { status: response.status, headers: [...response.headers], body, etag };
  if (response.status === 200 && (etag !== undefined || sending.immutable)) keep(answer);
  return restored(answer);
}

/** The request as it goes on to `target`; undefined where it must not. */
function redirected(api: URL, archives: readonly string[], target: URL, init: RequestInit, sending: Sending): RequestInit | undefined {
  if (target.origin === api.origin) {
    const isRenamed = target.pathname.startsWith(`${api.pathname.replace(/\/$/, '')}/repositories/`);
    return isRenamed || sending.streamed ? init : undefined;
  }
  if (!sending.streamed || target.protocol !== api.protocol || !archives.includes(target.hostname)) return undefined;
  const headers = new Headers(init.headers);
  // The link carries its own proof; our token is nobody's business there.
  headers.delete('authorization');
  return { ...init, headers };
}

async function bounded(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (!response.body) return new Uint8Array();
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new AnswerTooLarge(`GitHub's answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** `fresh`: headers of the answer that said "not modified"; what they say of the allowance is newer. */
function restored(answer: KeptAnswer, fresh?: Headers): Response {
  const headers = new Headers(answer.headers.map(([name, value]): [string, string] => [name, value]));
  for (const [name, value] of fresh ?? []) if (name.startsWith('x-ratelimit-')) headers.set(name, value);
  // The bytes were inflated on their way here.
  headers.delete('content-encoding');
  headers.delete('content-length');
  const isEmpty = answer.status === 204 || answer.status === 205 || answer.status === 304;
  return new Response(isEmpty ? null : Buffer.from(answer.body), { status: answer.status, headers });
}
