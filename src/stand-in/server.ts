/** The HTTP server: who calls, what goes wrong on purpose, the judges, the route, the answer. */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, notFound, refusal } from './errors.js';
import type { CallFacts, Effect, Faults } from './faults.js';
import { graphqlAnswer } from './graphql/answer.js';
import { operationOf } from './graphql/document.js';
import { type Json, textAt } from './json.js';
import type { Judge, Violation } from './judge.js';
import { type Limits, secondaryLimit } from './limits.js';
import type { PageListener } from './page/listener.js';
import type { Answer, Call, Caller } from './rest/route.js';
import { findRoute } from './rest/router.js';
import { withoutFutureRules } from './rules/known.js';
import type { World } from './state/world.js';
import type { Tokens } from './tokens.js';
import type { WebhookQueue } from './webhooks/queue.js';

export type LoggedCall = CallFacts & { readonly at: string; readonly status: number; readonly who: string };
export type Desk = {
  readonly world: World;
  readonly tokens: Tokens;
  readonly queue: WebhookQueue;
  readonly faults: Faults;
  readonly limits: Limits;
  readonly judge: Judge;
  /** What people open in a browser. */
  readonly pages: PageListener;
  readonly mode: 'strict' | 'warn';
  readonly violations: Violation[];
  readonly calls: LoggedCall[];
};

const MOST_BYTES = 100 * 1024 * 1024;
const HANG_MS = 60_000;
const PREFIXES = ['/api/v3', '/api'] as const;

type Request = {
  readonly method: string;
  readonly path: string;
  readonly prefix: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Json;
};

export function serve(desk: Desk): Server {
  const server = createServer((request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const asked = { method, pathname: url.split('?')[0] ?? '/', accept: headers.accept ?? '' };
    if (desk.pages.takes(asked)) return void desk.pages.answer(request, response);
    handle(desk, request, response).catch((error: unknown) => {
      desk.violations.push({ where: `${request.method} ${request.url}`, messages: [String(error instanceof Error ? error.stack : error)] });
      if (!response.headersSent) write(response, { status: 500, body: { message: 'Server Error' } }, {});
    });
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

async function handle(desk: Desk, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await read(incoming);
  const facts = factsOf(request);
  const effects = desk.faults.take(facts);
  const before = await suffer(effects, 'before', response, desk);
  const answer = before === 'gone' ? undefined : (before ?? (await answered(desk, request, facts, effects)));
  const after = answer === undefined || before !== undefined ? undefined : await suffer(effects, 'after', response, desk);
  const final = after === 'gone' || answer === undefined ? undefined : (after ?? answer);
  desk.calls.push({ ...facts, at: desk.world.now(), status: final?.status ?? 0, who: whoOf(request) });
  if (final === undefined) return;
  write(response, conditional(desk, request, final), {
    'x-github-request-id': randomUUID(),
    'x-github-media-type': 'github.v3; format=json',
  });
}

async function read(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MOST_BYTES) break;
    chunks.push(chunk);
  }
  const url = new URL(incoming.url ?? '/', 'http://stand-in');
  const prefix = PREFIXES.find((one) => url.pathname.startsWith(`${one}/`)) ?? '';
  const text = Buffer.concat(chunks).toString('utf8');
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname.slice(prefix.length),
    prefix,
    query: url.searchParams,
    headers,
    body: parsed(text),
  };
}

/** What is no JSON is kept as text, for the handler to refuse. */
function parsed(text: string): Json {
  if (text === '') return undefined;
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

function factsOf({ method, path, body }: Request): CallFacts {
  if (path === '/graphql') return { method, path, ...operationOf(body) };
  const found = findRoute(method, path);
  const kind = method === 'GET' || method === 'HEAD' ? 'read' : 'write';
  return {
    method,
    path,
    operation: found === undefined ? `${method} ${path}` : `${method} ${found.route.path.replaceAll('+}', '}')}`,
    kind,
  };
}

async function answered(desk: Desk, request: Request, facts: CallFacts, effects: readonly Effect[]): Promise<Answer> {
  const who = whoOf(request);
  const resource = request.path === '/graphql' ? 'graphql' : 'core';
  const limits = desk.limits.count(who, resource);
  try {
    const caller = await callerOf(desk, request);
    if (desk.limits.isUsedUp(who, resource) && request.path !== '/rate_limit') {
      const message = `API rate limit exceeded for ${who}.`;
      // GraphQL says so with 200 and no data.
      if (resource === 'graphql')
        return { status: 200, body: { data: null, errors: [{ type: 'RATE_LIMITED', message }] }, headers: limits };
      throw refusal(403, message);
    }
    const limited = desk.limits.content(who, facts);
    if (limited !== undefined) throw limited;
    if (request.path === '/graphql') judgeDocument(desk, textAt(request.body, 'query'));
    const answer =
      request.path === '/graphql' ? await graphqlAnswer(callOf(desk, request, caller, {}), effects) : await routed(desk, request, caller);
    return { ...answer, headers: { ...limits, ...answer.headers } };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return judged(desk, request, { status: error.status, body: error.body, headers: { ...limits, ...error.headers } });
  }
}

/** GitHub answers a wrong document itself; it is only noted here. */
function judgeDocument(desk: Desk, text: string | undefined): void {
  const wrong = text === undefined ? [] : desk.judge.document(text);
  if (wrong.length > 0) desk.violations.push({ where: 'POST /graphql', messages: wrong });
}

async function routed(desk: Desk, request: Request, caller: Caller): Promise<Answer> {
  const { world } = desk;
  if (request.path === '/' || request.path === '/meta') return { status: 200, body: { current_user_url: `${world.url}/user` } };
  if (request.path === '/rate_limit') return rateLimit(desk, request);
  const path = movedPath(world, request.path);
  const found = findRoute(request.method, path);
  if (found === undefined) {
    desk.violations.push({ where: `request ${request.method} ${request.path}`, messages: ['The stand-in serves no such address.'] });
    return { status: 404, body: notFound().body };
  }
  if (typeof request.body === 'string') throw refusal(400, 'Problems parsing JSON');
  const wrong = isOwn(path) ? [] : desk.judge.request(judgedRequest({ ...request, path }));
  if (wrong.length > 0) {
    desk.violations.push({ where: `request ${request.method} ${request.path}`, messages: wrong });
    if (desk.mode === 'strict')
      return { status: 500, body: { message: 'The request breaks the description of GitHub.', violations: wrong } };
  }
  const answer = await found.route.handle(callOf(desk, { ...request, path }, caller, found.params));
  return judged(desk, { ...request, path }, answer);
}

function callOf({ world, tokens, queue, limits }: Desk, request: Request, caller: Caller, params: Readonly<Record<string, string>>): Call {
  const { limit, remaining, used, reset } = limits.state(whoOf(request), request.path === '/graphql' ? 'graphql' : 'core');
  const rate = { limit, remaining, used, resetAt: new Date(reset * 1000).toISOString() };
  return { world, tokens, queue, caller, params, rate, ...request };
}

/** `/repositories/{id}` is where a renamed repository is redirected to. */
function movedPath(world: World, path: string): string {
  const match = /^\/repositories\/(\d+)(.*)$/.exec(path);
  const repository = match === null ? undefined : world.repositories.get(Number(match[1]));
  return repository === undefined ? path : `/repos/${repository.owner.login}/${repository.name}${match?.[2] ?? ''}`;
}

function judged(desk: Desk, request: Request, answer: Answer): Answer {
  // Every operation may answer that its repository moved, and none says so in its description.
  const isMoved = answer.status === 301 || answer.status === 307;
  // A refusal of GraphQL: what the description of REST knows nothing of.
  if (Buffer.isBuffer(answer.body) || isMoved || isOwn(request.path) || request.path === '/graphql') return answer;
  const wrong = desk.judge.response({
    ...judgedRequest(request),
    status: answer.status,
    responseBody: asSent(request.path, answer.body),
  });
  if (wrong.length === 0) return answer;
  desk.violations.push({ where: `response ${answer.status} ${request.method} ${request.path}`, messages: wrong });
  return desk.mode === 'strict'
    ? { status: 500, body: { message: 'The answer breaks the description of GitHub.', violations: wrong } }
    : answer;
}

/** As it goes over the wire, where fields without a value are gone. */
function asSent(path: string, body: Json): Json {
  if (body === undefined) return undefined;
  if (/\/rules(ets)?\b/.test(path)) return withoutFutureRules(body);
  const sent: Json = JSON.parse(JSON.stringify(body));
  return sent;
}

/** What a link leads to that is not part of the API. */
function isOwn(path: string): boolean {
  return path.startsWith('/_archive/');
}

function judgedRequest({ method, path, query, body }: Request): Parameters<Judge['request']>[0] {
  return { method, path, query: query.size === 0 ? '' : `?${query}`, body };
}

function rateLimit(desk: Desk, request: Request): Answer {
  const who = whoOf(request);
  desk.limits.giveBack(who, 'core');
  const core = desk.limits.state(who, 'core');
  const graphql = desk.limits.state(who, 'graphql');
  const search = { limit: 30, used: 0, remaining: 30, reset: core.reset };
  return { status: 200, body: { resources: { core, search, graphql }, rate: core } };
}

async function callerOf(desk: Desk, request: Request): Promise<Caller> {
  const credential = await desk.tokens.check(request.headers.authorization);
  if (credential === undefined) return { kind: 'nobody' };
  if (credential.kind === 'app') return credential;
  if (credential.kind === 'person') return { ...credential, actor: { kind: 'person', account: credential.account } };
  const { token, installation, permissions, repositories } = credential.token;
  const actor = { kind: 'app', account: installation.app.bot, app: installation.app, installation } as const;
  return { kind: 'installation', token, installation, permissions, repositories, actor };
}

function whoOf({ headers }: Request): string {
  const token = headers.authorization?.split(' ')[1] ?? 'nobody';
  return token.split('.').length === 3 ? 'app' : createHash('sha256').update(token).digest('hex').slice(0, 12);
}

async function suffer(
  effects: readonly Effect[],
  when: 'before' | 'after',
  response: ServerResponse,
  desk: Desk,
): Promise<Answer | 'gone' | undefined> {
  if (when === 'before' && desk.world.knobs.latencyMs > 0) await sleep(desk.world.knobs.latencyMs);
  for (const effect of effects) {
    const isNow = when === ('afterDoing' in effect && effect.afterDoing === true ? 'after' : 'before');
    if (effect.kind === 'first' && when === 'before') await effect.act();
    if (effect.kind === 'latency' && when === 'before') await sleep(effect.ms);
    if (effect.kind === 'status' && when === 'before')
      return { status: effect.status, body: { message: effect.message ?? 'Server Error' } };
    if (effect.kind === 'done-but-status' && when === 'after') return { status: effect.status, body: { message: 'Server Error' } };
    if (effect.kind === 'secondary-limit' && when === 'before') {
      const { status, body, headers } = secondaryLimit(effect.retryAfterSeconds, effect.status);
      return { status, body, headers };
    }
    if (effect.kind === 'reset' && isNow) {
      response.socket?.resetAndDestroy();
      return 'gone';
    }
    if (effect.kind === 'hang' && isNow) {
      await abandoned(response, effect.atMostMs ?? HANG_MS);
      return 'gone';
    }
  }
  return undefined;
}

/** Until the caller hangs up, or the time is over and we do. */
async function abandoned(response: ServerResponse, atMostMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, atMostMs);
    response.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  response.socket?.destroy();
}

function conditional(desk: Desk, request: Request, answer: Answer): Answer {
  if (request.method !== 'GET' || answer.status !== 200 || answer.body === undefined) return answer;
  const bytes = Buffer.isBuffer(answer.body) ? answer.body : JSON.stringify(answer.body);
  const etag = `W/"${createHash('sha256').update(bytes).digest('hex')}"`;
  const known = request.headers['if-none-match']?.split(/,\s*/) ?? [];
  const headers = { ...answer.headers, etag, 'cache-control': 'private, max-age=60, s-maxage=60' };
  if (!known.some((one) => one.replace(/^W\//, '') === etag.replace(/^W\//, ''))) return { ...answer, headers };
  desk.limits.giveBack(whoOf(request), 'core');
  return { status: 304, headers: { ...headers, ...desk.limits.headers(whoOf(request), 'core') } };
}

function write(response: ServerResponse, { status, body, headers = {} }: Answer, more: Readonly<Record<string, string>>): void {
  if (response.destroyed) return;
  const isBytes = Buffer.isBuffer(body);
  const content = body === undefined ? undefined : isBytes ? body : JSON.stringify(body);
  const type = isBytes || content === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, { server: 'github.com', ...type, ...more, ...headers });
  response.end(status === 204 || status === 304 ? undefined : content);
}
