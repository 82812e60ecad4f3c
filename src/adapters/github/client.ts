/** The one way to GitHub's API: a reader for everybody, and a sender for the gateway alone. Nothing is retried and nothing sleeps here. */
import { Octokit } from '@octokit/core';
import { RequestError } from '@octokit/request-error';
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import type { Clock } from '../../ports.js';
import {
  type GraphqlFault,
  isUnclear,
  line,
  type Refusal,
  type Reply,
  refused,
  type Target,
  type Unclear,
  unanswered,
  understood,
} from './answers.js';
import { createAnswerCache } from './cache.js';
import { type Credentials, createCredentials } from './credentials.js';
import { type Allowance, type As, createLimits, type Limits, type Quota } from './limits.js';
import { createTransport, type Fetch, type Transport } from './transport.js';

export type Reader = {
  /** Throws for anything but an answer. */
  get<T>(target: Target, schema: z.ZodType<T>): Promise<T>;
  /** Undefined where GitHub says that there is none (404). */
  find<T>(target: Target, schema: z.ZodType<T>): Promise<T | undefined>;
  /** A refusal as a value. */
  ask(target: Target): Promise<Reply>;
  /** Every page, or up to the one that is `enough`; `complete` is false where `atMost` items were not all. */
  list<T>(
    target: Target,
    page: z.ZodType<readonly T[]>,
    atMost: number,
    enough?: (page: readonly T[]) => boolean,
  ): Promise<{ readonly items: readonly T[]; readonly complete: boolean }>;
  query(
    as: As,
    document: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly data: unknown; readonly errors: readonly GraphqlFault[] }>;
  /** The gzipped archive of a commit as it arrives. */
  tarball(target: Target): Promise<ReadableStream<Uint8Array>>;
  allowance(as: As, quota: Quota): Allowance | undefined;
};
/** Sends once and says what came of it. Only the gateway holds one. */
export type Sender = {
  send(target: Target): Promise<Reply | Unclear>;
  mutate(as: As, document: string, variables: Readonly<Record<string, unknown>>): Promise<Reply | Unclear>;
};

export type ClientOptions = {
  readonly appId: number;
  readonly privateKey: string;
  /** `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server. */
  readonly apiUrl: string;
  /** Hosts that serve archives beside the API's own. */
  readonly archives: readonly string[];
  readonly clock: Clock;
  readonly fetch?: Fetch;
  readonly timeoutMs?: number;
};

const TIMEOUT_MS = 30_000;
const MAX_ANSWER = 32 * 1024 * 1024;
const CACHE_BYTES = 96 * 1024 * 1024;
const PAGES = 200;
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

type Line = {
  readonly octokit: Octokit;
  readonly transport: Transport;
  readonly credentials: Credentials;
  readonly limits: Limits;
  readonly timeoutMs: number;
};

export function createClient(options: ClientOptions): { readonly reader: Reader; readonly sender: Sender } {
  const api = new URL(options.apiUrl);
  const root = api.href.replace(/\/$/, '');
  const graphql = root.endsWith('/api/v3') ? root.replace(/v3$/, 'graphql') : `${root}/graphql`;
  const cache = createAnswerCache(CACHE_BYTES);
  const transport = createTransport({ api, archives: options.archives, cache, fetch: options.fetch ?? globalThis.fetch });
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const octokit = new Octokit({ baseUrl: root, userAgent: 'signal-factory-autopilot', log: SILENT });
  const request = octokit.request.defaults({ request: { fetch: transport.fetchFor({ maxBytes: MAX_ANSWER, timeoutMs }) } });
  const credentials = createCredentials({ appId: options.appId, privateKey: options.privateKey, request });
  const wire: Line = { octokit, transport, credentials, limits: createLimits(options.clock), timeoutMs };
  const mutate = (as: As, document: string, variables: Readonly<Record<string, unknown>>) =>
    exchange(wire, { as, route: `POST ${graphql}`, params: { query: document, variables } }, 'graphql');
  return {
    reader: createReader(wire, mutate),
    sender: { send: (target) => exchange(wire, target, 'core'), mutate: async (...words) => mutated(await mutate(...words)) },
  };
}

type Query = (as: As, document: string, variables: Readonly<Record<string, unknown>>) => Promise<Reply | Unclear>;

function createReader(wire: Line, query: Query): Reader {
  const ask = async (target: Target): Promise<Reply> => {
    if (!target.route.startsWith('GET ')) throw new Error(`${target.route} is no reading`);
    const answer = await exchange(wire, target, 'core');
    if (isUnclear(answer)) throw unanswered(target, answer.unclear);
    return answer;
  };
  const find: Reader['find'] = async (target, schema) => {
    const reply = await ask(target);
    if (reply.ok) return understood(target, schema, reply.data);
    if (reply.status === 404) return undefined;
    throw refused(target, reply);
  };
  return {
    ask,
    find,
    get: async (target, schema) => {
      const reply = await ask(target);
      if (!reply.ok) throw refused(target, reply);
      return understood(target, schema, reply.data);
    },
    list: async (target, page, atMost, enough) => {
      const items = [];
      let next: Target | undefined = { ...target, params: { per_page: 100, ...target.params } };
      for (let pages = 0; next && pages < PAGES && items.length < atMost; pages += 1) {
        const reply = await ask(next);
        if (!reply.ok) throw refused(target, reply);
        const read = understood(target, page, reply.data);
        for (const item of read) items.push(item);
        next = reply.next === undefined || enough?.(read) ? undefined : { as: target.as, route: `GET ${sameHost(wire, reply.next)}` };
      }
      return { items: items.slice(0, atMost), complete: next === undefined && items.length <= atMost };
    },
    query: async (as, document, variables) => {
      if (!/^\s*query\b/.test(document)) throw new Error('a reader sends queries only');
      const target = { route: 'a GraphQL query' };
      const answer = await query(as, document, variables);
      if (isUnclear(answer)) throw unanswered(target, answer.unclear);
      if (!answer.ok) throw refused(target, answer);
      return understood(target, GraphqlAnswer, answer.data);
    },
    tarball: (target) => openStream(wire, target),
    allowance: (as, quota) => wire.limits.allowance(as, quota),
  };
}

const Fault = z.object({ message: z.string(), type: z.string().optional() });
const GraphqlAnswer = z.object({ data: z.unknown(), errors: z.array(Fault).optional() }).transform(({ data, errors = [] }) => ({
  data,
  errors: errors.map(({ message, type }) => ({ message: line(message), ...(type ? { type } : {}) })),
}));

/** A mutation that answers with errors did nothing. */
function mutated(answer: Reply | Unclear): Reply | Unclear {
  if (isUnclear(answer) || !answer.ok) return answer;
  const parsed = GraphqlAnswer.safeParse(answer.data);
  if (!parsed.success) return { unclear: 'the answer is no GraphQL answer' };
  const [fault] = parsed.data.errors;
  if (!fault) return { ok: true, status: 200, data: parsed.data.data };
  return { ok: false, status: fault.type === 'NOT_FOUND' ? 404 : fault.type === 'FORBIDDEN' ? 403 : 422, message: fault.message };
}

/** Once, or twice where the token had run out: a 401 did nothing. */
async function exchange(wire: Line, target: Target, quota: Quota): Promise<Reply | Unclear> {
  wire.limits.admit(target.as, quota);
  const first = await attempt(wire, target, quota, false);
  const isStale = !isUnclear(first) && !first.ok && first.status === 401 && typeof target.as === 'number';
  return isStale ? attempt(wire, target, quota, true) : first;
}

async function attempt(wire: Line, target: Target, quota: Quota, renew: boolean): Promise<Reply | Unclear> {
  const keep = target.route.startsWith('GET ') ? { keep: String(target.as), immutable: target.immutable ?? false } : {};
  const fetch = wire.transport.fetchFor({ ...keep, maxBytes: target.maxBytes ?? MAX_ANSWER, timeoutMs: wire.timeoutMs });
  const authorization = await authorize(wire, target.as, renew);
  if (typeof authorization === 'object') return authorization;
  try {
    const headers = { 'x-github-api-version': '2022-11-28', ...(authorization ? { authorization } : {}) };
    const { status, headers: said, data } = await wire.octokit.request(target.route, { ...target.params, headers, request: { fetch } });
    const head = headersOf(said);
    wire.limits.note(target.as, quota, head);
    const spent = quota === 'graphql' ? graphqlLimit(data) : undefined;
    if (spent) throw wire.limits.limited(target.as, quota, { status: 200, headers: head, message: spent }) ?? unanswered(target, spent);
    const next = /<([^>]+)>;\s*rel="next"/.exec(head.get('link') ?? '')?.[1];
    return { ok: true, status, data, ...(next === undefined ? {} : { next }) };
  } catch (error) {
    return failed(wire, target.as, quota, error);
  }
}

/** A token that GitHub does not hand out answers the request in its stead. */
async function authorize(wire: Line, as: As, renew: boolean): Promise<string | undefined | Reply | Unclear> {
  wire.limits.admit('app', 'core');
  try {
    return await wire.credentials.authorization(as, renew);
  } catch (error) {
    const answer = failed(wire, 'app', 'core', error);
    // Nothing was sent yet, so nothing is unclear about it.
    if (isUnclear(answer)) throw unanswered({ route: `a token for installation ${as}` }, answer.unclear);
    return answer;
  }
}

function failed(wire: Line, as: As, quota: Quota, error: unknown): Refusal | Unclear {
  if (error instanceof ProblemError) throw error;
  if (!(error instanceof RequestError)) return { unclear: error instanceof Error ? error.message : String(error) };
  const { status, response, message } = error;
  if (!response) return { unclear: message };
  const headers = headersOf(response.headers);
  wire.limits.note(as, quota, headers);
  const words = line(message);
  if (status === 403 || status === 429) {
    const limit = wire.limits.limited(as, quota, { status, headers, message: words });
    if (limit) throw limit;
  }
  if (status >= 500) return { unclear: `${status} ${words}` };
  const needs = headers.get('x-accepted-github-permissions');
  return { ok: false, status, message: words, ...(needs ? { needs: line(needs) } : {}) };
}

async function openStream(wire: Line, target: Target): Promise<ReadableStream<Uint8Array>> {
  wire.limits.admit(target.as, 'core');
  const authorization = await authorize(wire, target.as, false);
  if (typeof authorization === 'object')
    throw isUnclear(authorization)
      ? unanswered(target, authorization.unclear)
      : authorization.ok
        ? unanswered(target, 'no token')
        : refused(target, authorization);
  const fetch = wire.transport.fetchFor({ maxBytes: MAX_ANSWER, timeoutMs: wire.timeoutMs, streamed: true });
  const { url, headers } = wire.octokit.request.endpoint(target.route, {
    ...target.params,
    headers: authorization ? { authorization } : {},
  });
  const response = await fetch(url, {
    method: 'GET',
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
  }).catch((error: unknown) => {
    throw unanswered(target, error instanceof Error ? error.message : String(error));
  });
  wire.limits.note(target.as, 'core', response.headers);
  if (response.ok && response.body) return response.body;
  const message = line(await response.text());
  const limit = wire.limits.limited(target.as, 'core', { status: response.status, headers: response.headers, message });
  throw (
    limit ??
    (response.status >= 500
      ? unanswered(target, `${response.status} ${message}`)
      : refused(target, { ok: false, status: response.status, message }))
  );
}

function headersOf(said: Readonly<Record<string, unknown>>): { get(name: string): string | null } {
  return { get: (name) => (said[name] === undefined ? null : String(said[name])) };
}

/** GraphQL says that its allowance is used up with 200 and an error. */
function graphqlLimit(data: unknown): string | undefined {
  const parsed = z.object({ errors: z.array(Fault) }).safeParse(data);
  return parsed.data?.errors.find(({ type, message }) => type === 'RATE_LIMITED' || /secondary rate limit/i.test(message))?.message;
}

function sameHost(wire: Line, next: string): string {
  const url = new URL(next, wire.transport.api);
  if (url.origin !== wire.transport.api.origin) throw new Error(`the next page lies at ${url.origin}`);
  return url.href;
}
