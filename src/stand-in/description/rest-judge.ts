/** Holds a REST call and its answer to GitHub's own description. */
import { descriptionFile, listOf, type Members, membersOf } from './files.js';
import { type RestMatch, type Route, routesOf } from './routes.js';
import { schemaCheck } from './schema-check.js';
import { undeclaredKeys } from './undeclared.js';

/** `path` begins behind the prefix of the API (`/api/v3`) and carries the query. */
export type RestCall = { readonly method: string; readonly path: string; readonly body?: unknown };

export type RestJudge = {
  readonly operationIds: readonly string[];
  /** Operations that a version of Enterprise Server lacks, as `get /path`. */
  readonly missingInEnterprise: Readonly<Record<string, readonly string[]>>;
  readonly match: (method: string, pathname: string) => RestMatch | undefined;
  /** What GitHub's description says against the call; empty when nothing. */
  readonly checkRequest: (call: RestCall) => readonly string[];
  /** The same for an answer; `body` is the parsed JSON, undefined for none. */
  readonly checkResponse: (call: RestCall, status: number, body: unknown) => readonly string[];
};

export function restJudge(): RestJudge {
  const document = descriptionFile('rest.json');
  const routes = routesOf(document);
  const check = schemaCheck(document);
  const checkText = schemaCheck(
    { parameters: Object.fromEntries(routes.all.map((route) => [keyOf(route), parameterSchemas(route)])), ...document },
    { fromText: true },
  );
  const find = ({ method, path }: RestCall) => routes.find(method, pathnameOf(path));
  const missing = Object.entries(membersOf(document.missingInEnterprise)).map(([version, names]) => [version, listOf(names).map(String)]);

  return {
    operationIds: routes.all.map(({ operationId }) => operationId),
    missingInEnterprise: Object.fromEntries(missing),
    match: (method, pathname) => routes.find(method, pathname)?.match,
    checkRequest: (call) => {
      const found = find(call);
      if (!found) return [unknownOperation(call)];
      const { route, match } = found;
      const query = queryOf(call.path);
      const parameters = [
        ...checkText(`#/parameters/${keyOf(route)}/path`, { ...match.pathParameters }, `${route.operationId} path`),
        ...checkText(`#/parameters/${keyOf(route)}/query`, query, `${route.operationId} query`),
      ];
      return [...parameters, ...bodyComplaints(route, call.body, document, check)];
    },
    checkResponse: (call, status, body) => {
      const found = find(call);
      return found ? responseComplaints(found.route, status, body, check) : [unknownOperation(call)];
    },
  };
}

function unknownOperation({ method, path }: RestCall): string {
  return `${method.toUpperCase()} ${pathnameOf(path)} is no operation of the description; add it to the list of the script that cuts it`;
}

function bodyComplaints(route: Route, body: unknown, document: Members, check: ReturnType<typeof schemaCheck>): readonly string[] {
  const { operationId, operation, pointer } = route;
  const where = `${operationId} request`;
  if (operation.body === undefined) {
    return body === undefined || (Object.keys(membersOf(body)).length === 0 && !Array.isArray(body))
      ? []
      : [`${where} has a body, but none is described`];
  }
  if (body === undefined) return operation.bodyRequired === true ? [`${where} has no body`] : [];
  const undeclared = undeclaredKeys(document, operation.body, body).map((key) => `${where}${key} is not declared`);
  return [...undeclared, ...check(`${pointer}/body`, body, where)];
}

function responseComplaints(
  { operationId, operation, pointer }: Route,
  status: number,
  body: unknown,
  check: ReturnType<typeof schemaCheck>,
): readonly string[] {
  const where = `${operationId} ${status}`;
  const described = membersOf(operation.responses)[String(status)];
  if (status >= 400) {
    const own = membersOf(described).schema === undefined ? errorSchema(body) : `${pointer}/responses/${status}/schema`;
    const message = typeof membersOf(body).message === 'string' ? [] : [`${where} carries no message`];
    return [...message, ...check(own, body, where)];
  }
  if (described === undefined)
    return [`${where} is not described; described are ${Object.keys(membersOf(operation.responses)).join(', ')}`];
  if (membersOf(described).schema !== undefined) return check(`${pointer}/responses/${status}/schema`, body, where);
  return body === undefined || body === null || body === '' ? [] : [`${where} has a body, but none is described`];
}

/** GitHub leaves many error statuses undescribed; their bodies have one of two forms. */
function errorSchema(body: unknown): string {
  return `#/components/schemas/${membersOf(body).errors === undefined ? 'basic-error' : 'validation-error'}`;
}

/** Path and query parameters as two schemas that allow nothing else. */
function parameterSchemas({ operation }: Route): Members {
  const parameters = listOf(operation.parameters).map(membersOf);
  const schemaOf = (place: string) => {
    const own = parameters.filter((parameter) => parameter.in === place);
    return {
      type: 'object',
      properties: Object.fromEntries(own.map(({ name, schema }) => [String(name), schema])),
      required: own.filter(({ required }) => required === true).map(({ name }) => name),
      additionalProperties: false,
    };
  };
  return { path: schemaOf('path'), query: schemaOf('query') };
}

function keyOf({ operationId }: Route): string {
  return operationId.replaceAll('/', ':');
}

function pathnameOf(path: string): string {
  return path.split('?')[0] ?? path;
}

function queryOf(path: string): Readonly<Record<string, string>> {
  const at = path.indexOf('?');
  return Object.fromEntries(new URLSearchParams(at < 0 ? '' : path.slice(at + 1)));
}
