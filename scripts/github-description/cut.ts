/** Cuts GitHub's OpenAPI documents down to what is needed: the operations, the events, and the examples that serve as templates. */
import { type Json, toJson } from '../../src/core/json.js';
import { bareSchema, type Members, membersOf, referencesIn, shareRepeated } from './schemas.js';

const PREFIX = '#/components/schemas/';
/** Used for statuses that an operation does not describe. */
const ALWAYS = ['basic-error', 'validation-error'];

/** A document from which parts are taken, and which knows where a reference leads. */
export type Source = { readonly document: Members; readonly follow: (value: Json | undefined) => Members };

export function sourceOf(text: string): Source {
  const document = membersOf(JSON.parse(text));
  const follow = (value: Json | undefined): Members => {
    const members = membersOf(value);
    const reference = members.$ref;
    if (typeof reference !== 'string') return members;
    const steps = reference.replace(/^#\//, '').split('/');
    return follow(steps.reduce<Json | undefined>((at, step) => membersOf(at)[step], document));
  };
  return { document, follow };
}

/** Operations by path and method, with only the schemas they reach. */
export function cutOperations(source: Source, wanted: Readonly<Record<string, readonly string[]>>): Json {
  const paths = Object.entries(wanted).map(([path, methods]) => {
    const item = source.follow(membersOf(source.document.paths)[path]);
    return [path, Object.fromEntries(methods.map((method) => [method, cutOperation(source, item, `${method} ${path}`)]))] as const;
  });
  const operations = Object.fromEntries(paths);
  const schemas = reachable(source, [...referencesIn(operations), ...ALWAYS.map((name) => PREFIX + name)]);
  return { paths: operations, components: { schemas: shareRepeated(schemas) } };
}

/** Payload schemas by event and action. */
export function cutEvents(source: Source, wanted: readonly string[]): Json {
  const events = Object.values(membersOf(source.document.webhooks)).flatMap((item) => {
    const operation = source.follow(membersOf(item).post);
    const event = membersOf(operation['x-github']).subcategory;
    if (typeof event !== 'string' || !wanted.includes(event)) return [];
    const [, action = ''] = String(operation.operationId).split('/');
    return [{ event, action: action.replaceAll('-', '_'), schema: bareSchema(contentSchema(source.follow(operation.requestBody)) ?? {}) }];
  });
  const missing = wanted.filter((event) => !events.some((found) => found.event === event));
  if (missing.length > 0) throw new Error(`GitHub's description has no event ${missing.join(', ')}`);
  const byEvent = wanted.map((event) => [
    event,
    Object.fromEntries(events.filter((found) => found.event === event).map(({ action, schema }) => [action, schema])),
  ]);
  const table = Object.fromEntries(byEvent);
  return { events: table, components: { schemas: shareRepeated(reachable(source, referencesIn(table))) } };
}

/** GitHub's own example of each named response, by operation. */
export function cutExamples(source: Source, wanted: readonly (readonly [operation: string, status: string])[]): Json {
  const operations = allOperations(source);
  return Object.fromEntries(
    wanted.map(([name, status]) => {
      const response = source.follow(membersOf(membersOf(operations.get(name)).responses)[status]);
      const examples = Object.values(membersOf(jsonContent(response).examples));
      const value = source.follow(examples[0]).value;
      if (value === undefined) throw new Error(`GitHub's description has no example for ${status} of ${name}`);
      return [name, value];
    }),
  );
}

/** Names of wanted operations that a description, of an Enterprise Server say, does not have. */
export function missingOperations(source: Source, wanted: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return Object.entries(wanted).flatMap(([path, methods]) => {
    const item = membersOf(membersOf(source.document.paths)[path]);
    return methods.filter((method) => item[method] === undefined).map((method) => `${method} ${path}`);
  });
}

function allOperations({ document }: Source): ReadonlyMap<string, Json> {
  const operations = Object.values(membersOf(document.paths)).flatMap((item) => Object.values(membersOf(item)));
  return new Map(operations.map((operation) => [String(membersOf(operation).operationId), operation]));
}

function cutOperation(source: Source, item: Members, name: string): Json {
  const method = name.split(' ')[0] ?? '';
  const operation = membersOf(item[method]);
  if (typeof operation.operationId !== 'string') throw new Error(`GitHub's description has no ${name}`);
  const parameters = [item.parameters, operation.parameters].flatMap((list) => (Array.isArray(list) ? list : []));
  const body = contentSchema(source.follow(operation.requestBody));
  const responses = Object.entries(membersOf(operation.responses)).map(([status, response]) => {
    const schema = contentSchema(source.follow(response));
    return [status, schema === undefined ? {} : { schema: bareSchema(schema) }];
  });
  return {
    operationId: operation.operationId,
    parameters: parameters.map((parameter: Json) => cutParameter(source.follow(parameter))),
    ...(body === undefined ? {} : { body: bareSchema(body), bodyRequired: source.follow(operation.requestBody).required === true }),
    responses: Object.fromEntries(responses),
  };
}

function cutParameter(parameter: Members): Json {
  return toJson({
    name: parameter.name,
    in: parameter.in,
    required: parameter.required === true ? true : undefined,
    slashes: parameter['x-multi-segment'] === true ? true : undefined,
    schema: bareSchema(parameter.schema ?? {}),
  });
}

/** The media type that is JSON: the plain one where there are several. */
function jsonContent(holder: Members): Members {
  const content = Object.entries(membersOf(holder.content));
  const [, found] = content.find(([type]) => type === 'application/json') ?? content.find(([type]) => type.endsWith('json')) ?? [];
  return membersOf(found);
}

function contentSchema(holder: Members): Json | undefined {
  return jsonContent(holder).schema;
}

function reachable(source: Source, references: readonly string[]): Members {
  const schemas = membersOf(membersOf(source.document.components).schemas);
  const found = new Map<string, Json>();
  const waiting = [...references];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const name = next.slice(PREFIX.length);
    if (found.has(name)) continue;
    const schema = schemas[name];
    if (!next.startsWith(PREFIX) || schema === undefined) throw new Error(`GitHub's description refers to ${next}, which is not there`);
    found.set(name, bareSchema(schema));
    waiting.push(...referencesIn(found.get(name)));
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
