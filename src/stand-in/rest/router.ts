/** Finds the route of a path. `{name}` is one segment, `{name+}` may hold slashes. */
import { APP_ROUTES } from './app.js';
import { CHECK_ROUTES } from './checks.js';
import { COMMIT_ROUTES } from './commits.js';
import { GIT_ROUTES } from './git-data.js';
import { ISSUE_ROUTES } from './issues.js';
import { PEOPLE_ROUTES } from './people.js';
import { PULL_ROUTES } from './pulls.js';
import { REPOSITORY_ROUTES } from './repositories.js';
import { REVIEW_ROUTES } from './reviews.js';
import type { Route } from './route.js';

export type Found = { readonly route: Route; readonly params: Readonly<Record<string, string>> };
type Compiled = { readonly route: Route; readonly expression: RegExp; readonly names: readonly string[] };

/** Longer paths come before those whose open end would swallow them. */
const TABLE: readonly Compiled[] = [
  ...APP_ROUTES,
  ...CHECK_ROUTES,
  ...REPOSITORY_ROUTES,
  ...REVIEW_ROUTES,
  ...PULL_ROUTES,
  ...ISSUE_ROUTES,
  ...GIT_ROUTES,
  ...COMMIT_ROUTES,
  ...PEOPLE_ROUTES,
].map(compile);

export function findRoute(method: string, path: string): Found | undefined {
  for (const { route, expression, names } of TABLE) {
    const match = route.method === method ? expression.exec(path) : null;
    if (match === null) continue;
    const values = match.slice(1).map(decoded);
    if (values.includes(undefined)) return undefined;
    return { route, params: Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])) };
  }
  return undefined;
}

function compile(route: Route): Compiled {
  const names: string[] = [];
  const body = route.path.replace(/[.]/g, '\\.').replace(/\{(\w+)(\+?)\}/g, (_all, name: string, many: string) => {
    names.push(name);
    return many === '' ? '([^/]+)' : '(.+)';
  });
  return { route, names, expression: new RegExp(`^${body}/?$`) };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
