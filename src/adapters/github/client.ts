/** The one way to GitHub's API: a reader for everybody, and a sender for the gateway alone. Nothing is retried and nothing sleeps here. */
import { Octokit } from '@octokit/core';
import * as z from 'zod';
import type { Clock } from '../../ports.js';
import { type GraphqlFault, isUnclear, line, type Reply, refused, type Target, type Unclear, unanswered, understood } from './answers.js';
import { createAnswerCache } from './cache.js';
import { createCredentials } from './credentials.js';
import { exchange, MAX_ANSWER, type Wire } from './exchange.js';
import { type As, createLimits } from './limits.js';
import { createTransport, type Fetch } from './transport.js';

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
  query(as: As, document: string, variables: Variables): Promise<GraphqlSaid>;
  /** The gzipped archive of a commit as it arrives. */
  tarball(target: Target): Promise<ReadableStream<Uint8Array>>;
};
/** Sends once and says what came of it. Only the gateway holds one. */
export type Sender = {
  send(target: Target): Promise<Reply | Unclear>;
  mutate(as: As, document: string, variables: Variables): Promise<Reply | Unclear>;
};
type Variables = Readonly<Record<string, unknown>>;
export type GraphqlSaid = { readonly data: unknown; readonly errors: readonly GraphqlFault[] };

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
const CACHE_BYTES = 96 * 1024 * 1024;
const PAGES = 200;
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export function createClient(options: ClientOptions): { readonly reader: Reader; readonly sender: Sender } {
  const { appId, privateKey, archives, clock, timeoutMs = TIMEOUT_MS } = options;
  const root = options.apiUrl.replace(/\/$/, '');
  const transport = createTransport({
    api: new URL(root),
    archives,
    cache: createAnswerCache(CACHE_BYTES),
    fetch: options.fetch ?? globalThis.fetch,
  });
  const octokit = new Octokit({ baseUrl: root, userAgent: 'signal-factory-autopilot', log: SILENT });
  const request = octokit.request.defaults({ request: { fetch: transport.fetchFor({ maxBytes: MAX_ANSWER, timeoutMs }) } });
  const credentials = createCredentials({ appId, privateKey, request });
  const wire: Wire = { octokit, transport, credentials, limits: createLimits(clock), timeoutMs };
  const graphql = root.endsWith('/api/v3') ? root.replace(/v3$/, 'graphql') : `${root}/graphql`;
  const ask = (as: As, query: string, variables: Variables) =>
    exchange(wire, { as, route: `POST ${graphql}`, params: { query, variables } }, { quota: 'graphql' });
  return {
    reader: createReader(wire, ask),
    sender: {
      send: (target) => exchange(wire, target, { quota: 'core' }),
      mutate: async (...words) => mutated(await ask(...words)),
    },
  };
}

type Ask = (as: As, document: string, variables: Variables) => Promise<Reply | Unclear>;

function createReader(wire: Wire, query: Ask): Reader {
  const ask = async (target: Target): Promise<Reply> => {
    if (!target.route.startsWith('GET ')) throw new Error(`${target.route} is no reading`);
    return answered(target, await exchange(wire, target, { quota: 'core' }));
  };
  const get: Reader['get'] = async (target, schema) => understood(target, schema, dataOf(target, await ask(target)));
  return {
    ask,
    get,
    find: async (target, schema) => {
      const reply = await ask(target);
      if (!reply.ok && reply.status === 404) return undefined;
      return understood(target, schema, dataOf(target, reply));
    },
    list: async (target, page, atMost, enough) => {
      const items = [];
      let next: Target | undefined = { ...target, params: { per_page: 100, ...target.params } };
      for (let pages = 0; next && pages < PAGES && items.length < atMost; pages += 1) {
        const reply = await ask(next);
        const read = understood(target, page, dataOf(target, reply));
        for (const item of read) items.push(item);
        const url: string | undefined = reply.ok && !enough?.(read) ? reply.next : undefined;
        next = url === undefined ? undefined : { as: target.as, route: `GET ${sameHost(wire, url)}` };
      }
      return { items: items.slice(0, atMost), complete: next === undefined && items.length <= atMost };
    },
    query: async (as, document, variables) => {
      if (!/^\s*query\b/.test(document)) throw new Error('a reader sends queries only');
      const target = { route: 'a GraphQL query' };
      return understood(target, Said, dataOf(target, answered(target, await query(as, document, variables))));
    },
    tarball: async (target) => {
      const body = dataOf(target, answered(target, await exchange(wire, target, { quota: 'core', streamed: true })));
      if (body instanceof ReadableStream) return body;
      throw unanswered(target, 'the archive has no body');
    },
  };
}

function answered(target: Pick<Target, 'route' | 'params'>, answer: Reply | Unclear): Reply {
  if (isUnclear(answer)) throw unanswered(target, answer.unclear);
  return answer;
}

function dataOf(target: Pick<Target, 'route' | 'params'>, reply: Reply): unknown {
  if (!reply.ok) throw refused(target, reply);
  return reply.data;
}

const Fault = z.object({ message: z.string(), type: z.string().optional() });
const Said = z.object({ data: z.unknown(), errors: z.array(Fault).optional() }).transform(
  ({ data, errors = [] }): GraphqlSaid => ({
    data,
    errors: errors.map(({ message, type }) => ({ message: line(message), ...(type ? { type } : {}) })),
  }),
);

/** A mutation that answers with errors did nothing. */
function mutated(answer: Reply | Unclear): Reply | Unclear {
  if (isUnclear(answer) || !answer.ok) return answer;
  const parsed = Said.safeParse(answer.data);
  if (!parsed.success) return { unclear: 'the answer is no GraphQL answer' };
  const [fault] = parsed.data.errors;
  if (!fault) return { ok: true, status: 200, data: parsed.data.data };
  return { ok: false, status: fault.type === 'NOT_FOUND' ? 404 : fault.type === 'FORBIDDEN' ? 403 : 422, message: fault.message };
}

function sameHost(wire: Wire, next: string): string {
  const url = new URL(next, wire.transport.api);
  if (url.origin !== wire.transport.api.origin) throw new Error(`the next page lies at ${url.origin}`);
  return url.href;
}
