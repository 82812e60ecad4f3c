/** Which operation of GitHub's description a method and a path belong to, also where a reference or a file path holds slashes. */
import { listOf, type Members, membersOf } from './files.js';
import { step } from './schema-check.js';

export type RestMatch = { readonly operationId: string; readonly pathParameters: Readonly<Record<string, string>> };
export type Route = { readonly operationId: string; readonly method: string; readonly pointer: string; readonly operation: Members };
export type Routes = {
  readonly all: readonly Route[];
  readonly find: (method: string, pathname: string) => { readonly route: Route; readonly match: RestMatch } | undefined;
};

/** GitHub's prose lets their last part be left out: the root folder, the default branch. */
const LAST_MAY_BE_ABSENT: readonly unknown[] = ['repos/get-content', 'repos/download-tarball-archive'];

export function routesOf(document: Members): Routes {
  const rows = Object.entries(membersOf(document.paths)).flatMap(([path, item]) =>
    Object.entries(membersOf(item)).map(([method, found]) => {
      const operation = membersOf(found);
      const route = { operationId: String(operation.operationId), method, pointer: `#/paths/${step(path)}/${method}`, operation };
      return { route, ...pattern(path, operation) };
    }),
  );
  // More fixed words first: `/commits/{ref}/status` before `/commits/{ref}`, whose ref takes slashes.
  rows.sort((a, b) => b.fixed - a.fixed);
  return {
    all: rows.map(({ route }) => route),
    find: (method, pathname) => {
      const wanted = method.toLowerCase();
      for (const { route, names, expression } of rows) {
        const values = route.method === wanted ? expression.exec(pathname) : null;
        if (values === null) continue;
        const pathParameters = Object.fromEntries(names.map((name, index) => [name, decoded(values[index + 1] ?? '')]));
        return { route, match: { operationId: route.operationId, pathParameters } };
      }
      return undefined;
    },
  };
}

function pattern(
  path: string,
  operation: Members,
): { readonly expression: RegExp; readonly names: readonly string[]; readonly fixed: number } {
  const slashes = listOf(operation.parameters)
    .map(membersOf)
    .filter((parameter) => parameter.in === 'path' && parameter.slashes === true)
    .map(({ name }) => name);
  const parts = path.split('/').slice(1);
  const names = parts.flatMap((part) => (part.startsWith('{') ? [part.slice(1, -1)] : []));
  const source = parts.map((part) => {
    if (!part.startsWith('{')) return `/${part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`;
    return slashes.includes(part.slice(1, -1)) ? '/(.+)' : '/([^/]+)';
  });
  const last = LAST_MAY_BE_ABSENT.includes(operation.operationId) ? '(?:/(.*))?' : (source.at(-1) ?? '');
  return { expression: new RegExp(`^${source.slice(0, -1).join('')}${last}$`), names, fixed: parts.length - names.length };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
