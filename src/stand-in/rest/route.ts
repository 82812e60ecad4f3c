/** What a route of the REST API is, who calls it, and how answers are made. */
import { inaccessible, invalid, notFound, refusal } from '../errors.js';
import { isOneOf, type Json, type JsonObject, textAt } from '../json.js';
import type { Account, Actor, App, Installation, Level, Permissions } from '../state/accounts.js';
import type { Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import type { Tokens } from '../tokens.js';
import type { WebhookQueue } from '../webhooks/queue.js';

export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'app'; readonly app: App }
  | { readonly kind: 'person'; readonly account: Account; readonly actor: Actor }
  | {
      readonly kind: 'installation';
      readonly token: string;
      readonly installation: Installation;
      readonly permissions: Permissions;
      /** Narrowed to these, or all the installation covers. */
      readonly repositories: ReadonlySet<number> | undefined;
      readonly actor: Actor;
    };

export type Call = {
  readonly world: World;
  readonly tokens: Tokens;
  readonly queue: WebhookQueue;
  readonly method: string;
  /** Without the prefix of an Enterprise server. */
  readonly path: string;
  readonly prefix: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Json;
  readonly caller: Caller;
  /** What is left of the hour, as GraphQL says it. */
  readonly rate: { readonly limit: number; readonly remaining: number; readonly used: number; readonly resetAt: string };
};
export type RepositoryCall = Call & { readonly repository: Repository; readonly actor: Actor };
export type Answer = { readonly status: number; readonly body?: Json | Buffer; readonly headers?: Readonly<Record<string, string>> };
export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
};
/** Any one of these is enough. */
export type Needs = readonly Permissions[];

const LEVELS: readonly Level[] = ['read', 'write', 'admin'];

export function route(method: Route['method'], path: string, handle: Route['handle']): Route {
  return { method, path, handle };
}

/** A route below `/repos/{owner}/{repo}`: found, visible to the caller, permitted, and alone when it changes something. */
export function repoRoute(
  method: Route['method'],
  path: string,
  needs: Needs,
  handle: (call: RepositoryCall) => Answer | Promise<Answer>,
): Route {
  return route(method, `/repos/{owner}/{repo}${path}`, async (call) => {
    const found = repositoryOf(call);
    if ('status' in found) return found;
    const actor = assertPermitted(call, found, needs, method === 'GET');
    const act = async (): Promise<Answer> => handle({ ...call, repository: found, actor });
    return method === 'GET' ? act() : call.world.exclusively(found, act);
  });
}

export function canSee({ world, caller }: Pick<Call, 'world' | 'caller'>, repository: Repository): boolean {
  if (caller.kind === 'installation') {
    if (!world.covers(caller.installation, repository)) return repository.visibility === 'public';
    return caller.repositories?.has(repository.id) ?? true;
  }
  if (caller.kind === 'person') return world.may(caller.account, repository, 'read');
  return repository.visibility === 'public';
}

export function has(permissions: Permissions, wanted: Permissions): boolean {
  return Object.entries(wanted).every(
    ([name, level]) => LEVELS.indexOf(permissions[name] ?? 'read') >= LEVELS.indexOf(level) && permissions[name] !== undefined,
  );
}

/** Nobody but the app itself may ask this. */
export function appOf({ caller }: Call): App {
  if (caller.kind === 'app') return caller.app;
  if (caller.kind === 'nobody') throw refusal(401, 'A JSON web token could not be decoded');
  throw refusal(403, 'Resource not accessible by integration');
}

export function ok(body: Json | Buffer, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, body, headers };
}

export function created(body: Json, location?: string): Answer {
  return { status: 201, body, headers: location === undefined ? {} : { location } };
}

export const NO_CONTENT: Answer = { status: 204 };

/** One page of a list, with the links to the others. */
export function page<T>(
  call: Call,
  items: readonly T[],
): { readonly items: readonly T[]; readonly headers: Readonly<Record<string, string>> } {
  const size = Math.min(100, Math.max(1, Number(call.query.get('per_page') ?? 30) || 30));
  const number = Math.max(1, Number(call.query.get('page') ?? 1) || 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (to: number, rel: string): string => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(to));
    return `<${call.world.url}${call.prefix}${call.path}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, 'prev')] : []),
    ...(number < last ? [link(number + 1, 'next'), link(last, 'last')] : []),
    ...(number > 1 ? [link(1, 'first')] : []),
  ];
  return { items: items.slice((number - 1) * size, number * size), headers: links.length === 0 ? {} : { link: links.join(', ') } };
}

export async function pageOf<T>(call: Call, items: readonly T[], show: (item: T) => Json | Promise<Json>): Promise<Answer> {
  const { items: shown, headers } = page(call, items);
  return ok(await Promise.all(shown.map(show)), headers);
}

export function numberIn({ params }: Call, name: string): number {
  const number = Number(params[name]);
  if (!Number.isInteger(number)) throw notFound();
  return number;
}

export function required(body: Json, field: string, resource: string): string {
  const text = textAt(body, field);
  if (text === undefined) throw invalid({ resource, field, code: 'missing_field' });
  return text;
}

export function wordIn<Word extends string>(words: readonly Word[], value: unknown, field: string, resource: string): Word {
  if (!isOneOf(words, value)) throw invalid({ resource, field, code: 'invalid' });
  return value;
}

function repositoryOf(call: Call): Repository | Answer {
  const { owner = '', repo = '' } = call.params;
  const repository = call.world.repository(owner, repo);
  if (repository !== undefined && canSee(call, repository)) return repository;
  const moved = repository ?? call.world.formerly(owner, repo);
  if (moved === undefined || !canSee(call, moved)) throw notFound();
  const rest = call.path.split('/').slice(4).join('/');
  const query = call.query.size === 0 ? '' : `?${call.query}`;
  const location = `${call.world.url}${call.prefix}/repositories/${moved.id}${rest === '' ? '' : `/${rest}`}${query}`;
  const body: JsonObject = { message: 'Moved Permanently', url: location, documentation_url: 'https://docs.github.com/rest' };
  return { status: call.method === 'GET' ? 301 : 307, body, headers: { location } };
}

function assertPermitted({ world, caller }: Call, repository: Repository, needs: Needs, isRead: boolean): Actor {
  const [first = {}] = needs;
  if (caller.kind === 'app') throw refusal(403, 'Resource not accessible by integration');
  if (caller.kind === 'nobody') {
    if (!isRead) throw refusal(401, 'Requires authentication');
    // A read is nobody's act; whoever it is laid to changes nothing.
    return { kind: 'person', account: repository.owner };
  }
  if (caller.kind === 'person') {
    if (!isRead && !world.may(caller.account, repository, 'triage')) throw notFound();
    return caller.actor;
  }
  const isCovered = world.covers(caller.installation, repository);
  if (isCovered && (needs.length === 0 || needs.some((one) => has(caller.permissions, one)))) return caller.actor;
  if (!isCovered && isRead) return caller.actor;
  throw inaccessible(first);
}
