/** One request and its answer as a value: who asks is admitted and proven, limits are thrown, all else is said. */
import type { Octokit } from '@octokit/core';
import { RequestError } from '@octokit/request-error';
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import { isUnclear, line, type Refusal, type Reply, type Target, type Unclear, unanswered } from './answers.js';
import type { Credentials } from './credentials.js';
import type { As, Limits, Quota } from './limits.js';
import type { Transport } from './transport.js';

export type Wire = {
  readonly octokit: Octokit;
  readonly transport: Transport;
  readonly credentials: Credentials;
  readonly limits: Limits;
  readonly timeoutMs: number;
};
export type Manner = {
  readonly quota: Quota;
  /** The data of the answer is its body as it arrives. */
  readonly streamed?: boolean;
};

export const MAX_ANSWER = 32 * 1024 * 1024;

/** Once, or twice where the token had run out: a 401 did nothing. */
export async function exchange(wire: Wire, target: Target, manner: Manner): Promise<Reply | Unclear> {
  wire.limits.admit(target.as, manner.quota);
  const first = await attempt(wire, target, manner, false);
  const isStale = !isUnclear(first) && !first.ok && first.status === 401 && typeof target.as === 'number';
  return isStale ? attempt(wire, target, manner, true) : first;
}

async function attempt(wire: Wire, target: Target, { quota, streamed = false }: Manner, renew: boolean): Promise<Reply | Unclear> {
  const isKept = target.route.startsWith('GET ') && !streamed;
  const keep = isKept ? { keep: String(target.as), immutable: target.immutable ?? false } : {};
  const fetch = wire.transport.fetchFor({ ...keep, streamed, maxBytes: target.maxBytes ?? MAX_ANSWER, timeoutMs: wire.timeoutMs });
  const proof = await authorize(wire, target.as, renew);
  if ('answer' in proof) return proof.answer;
  try {
    const request = { fetch, parseSuccessResponseBody: !streamed };
    const headers = { 'x-github-api-version': '2022-11-28', ...proof };
    const { status, headers: said, data } = await wire.octokit.request(target.route, { ...target.params, headers, request });
    const head = headersOf(said);
    wire.limits.note(target.as, quota, head);
    const spent = quota === 'graphql' ? graphqlLimit(data) : undefined;
    if (spent) throw wire.limits.limited(target.as, quota, { status: 200, headers: head, message: spent }) ?? unanswered(target, spent);
    const next = /<([^<>]+)>;\s*rel="next"/.exec(head.get('link') ?? '')?.[1];
    return { ok: true, status, data, ...(next === undefined ? {} : { next }) };
  } catch (error) {
    return failed(wire, target.as, quota, error);
  }
}

/** The header that proves who asks; a token that GitHub does not hand out answers the request in its stead. */
async function authorize(wire: Wire, as: As, renew: boolean): Promise<{ readonly authorization?: string } | { readonly answer: Refusal }> {
  wire.limits.admit('app', 'core');
  try {
    const authorization = await wire.credentials.authorization(as, renew);
    return authorization === undefined ? {} : { authorization };
  } catch (error) {
    const answer = failed(wire, 'app', 'core', error);
    // Nothing was sent yet, so nothing is unclear about it.
    if (isUnclear(answer)) throw unanswered({ route: `for a token of installation ${as}` }, answer.unclear);
    return { answer };
  }
}

function failed(wire: Wire, as: As, quota: Quota, error: unknown): Refusal | Unclear {
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

function headersOf(said: Readonly<Record<string, unknown>>): { get(name: string): string | null } {
  return { get: (name) => (said[name] === undefined ? null : String(said[name])) };
}

const Limited = z.object({ errors: z.array(z.object({ type: z.string().optional(), message: z.string() })) });

/** GraphQL says that its allowance is used up with 200 and an error. */
function graphqlLimit(data: unknown): string | undefined {
  const { errors = [] } = Limited.safeParse(data).data ?? {};
  return errors.find(({ type, message }) => type === 'RATE_LIMITED' || /secondary rate limit/i.test(message))?.message;
}
