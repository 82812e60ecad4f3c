/** What every GraphQL object is made of: fields that are values or questions, pages of lists, refusals. */
import { GraphQLError } from 'graphql';
import { ApiError } from '../errors.js';
import type { Call } from '../rest/route.js';
import { canSee, has } from '../rest/route.js';
import type { Permissions } from '../state/accounts.js';
import type { PullIssue, Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';

export type Arguments = Readonly<Record<string, unknown>>;
/** A field is a value, or a function of its arguments. A field that is absent has no resolver, and says so. */
export type Node = { readonly [field: string]: unknown };
export type Reader = { readonly world: World; readonly call: Call; readonly make: Makers };
/** The objects that lead to each other in circles. */
export type Makers = {
  repository(repository: Repository): Node;
  pull(repository: Repository, issue: PullIssue): Node;
  commitAt(repository: Repository, sha: string): Promise<Node | null>;
};

export function refuse(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

/** What a REST call would have refused, in the words of GraphQL. */
export function asRefusal(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const type = { 403: 'FORBIDDEN', 404: 'NOT_FOUND' }[error.status] ?? 'UNPROCESSABLE';
  return refuse(type, error.message);
}

/** Refuses unless the token may see the repository and has one of these permissions. */
export function permit({ world, call }: Reader, repository: Repository, ...needs: readonly Permissions[]): void {
  const { caller } = call;
  if (!canSee(call, repository)) throw refuse('NOT_FOUND', 'Could not resolve to a Repository.');
  if (caller.kind === 'person') return;
  if (caller.kind !== 'installation') throw refuse('FORBIDDEN', 'Resource not accessible by integration');
  if (!world.covers(caller.installation, repository) || needs.length === 0) return;
  if (!needs.some((one) => has(caller.permissions, one))) throw refuse('FORBIDDEN', 'Resource not accessible by integration');
}

export function textArgument(args: Arguments, name: string): string | undefined {
  const value = args[name];
  return typeof value === 'string' ? value : undefined;
}

export function connection<T>(items: readonly T[], args: Arguments, show: (item: T) => unknown, more: Node = {}): Node {
  const { start, end } = bounds(items.length, args);
  const shown = items.slice(start, end);
  return {
    totalCount: items.length,
    nodes: () => shown.map(show),
    edges: () => shown.map((item, index) => ({ cursor: cursorOf(start + index), node: () => show(item) })),
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: shown.length === 0 ? null : cursorOf(start),
      endCursor: shown.length === 0 ? null : cursorOf(end - 1),
    },
    ...more,
  };
}

function bounds(length: number, { first, last, after, before }: Arguments): { readonly start: number; readonly end: number } {
  const size = typeof first === 'number' ? first : typeof last === 'number' ? last : undefined;
  if (size === undefined)
    throw refuse('MISSING_PAGINATION_BOUNDARIES', 'You must provide a `first` or `last` value to properly paginate the connection.');
  if (size < 0 || size > 100) {
    throw refuse('EXCESSIVE_PAGINATION', `Requesting ${size} records on the connection exceeds the \`first\` limit of 100 records.`);
  }
  const from = typeof after === 'string' ? indexOf(after) + 1 : 0;
  const to = typeof before === 'string' ? indexOf(before) : length;
  return typeof first === 'number'
    ? { start: from, end: Math.min(from + size, to) }
    : { start: Math.max(from, to - size), end: Math.max(from, to) };
}

function cursorOf(index: number): string {
  return Buffer.from(`cursor:v2:${index}`).toString('base64');
}

function indexOf(cursor: string): number {
  const index = /^cursor:v2:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('latin1'))?.[1];
  if (index === undefined) throw refuse('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
  return Number(index);
}
