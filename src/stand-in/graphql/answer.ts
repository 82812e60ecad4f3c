/** Answers a GraphQL request: parsed, checked against GitHub's schema, carried out by the objects here. */
import { execute, GraphQLError, type GraphQLFieldResolver, parse, validate } from 'graphql';
import { githubSchema } from '../description/graphql-judge.js';
import { refusal } from '../errors.js';
import type { Effect } from '../faults.js';
import { isObject, type Json, type JsonObject, objectAt, textAt } from '../json.js';
import type { Answer, Call } from '../rest/route.js';
import { asRefusal } from './node.js';
import { rootNode } from './root.js';

export async function graphqlAnswer(call: Call, effects: readonly Effect[]): Promise<Answer> {
  if (call.caller.kind === 'nobody') throw refusal(401, 'This endpoint requires you to be authenticated.');
  if (call.caller.kind === 'app') throw refusal(403, 'Resource not accessible by integration');
  const text = textAt(call.body, 'query');
  if (call.method !== 'POST' || text === undefined)
    return failed([{ message: 'A query attribute must be specified and must be a string.' }]);
  const result = await carriedOut(call, text);
  const faults = effects.flatMap((one) =>
    one.kind === 'graphql-error' ? [{ type: one.type, message: one.message, path: [], locations: [] }] : [],
  );
  const errors = [...result.errors, ...faults];
  const isEmpty = effects.some((one) => one.kind === 'graphql-error' && one.withoutData);
  return { status: 200, body: { data: isEmpty ? null : result.data, ...(errors.length === 0 ? {} : { errors }) } };
}

async function carriedOut(call: Call, text: string): Promise<{ readonly data: Json; readonly errors: readonly JsonObject[] }> {
  const schema = githubSchema();
  try {
    const document = parse(text);
    const wrong = validate(schema, document);
    if (wrong.length > 0) return { data: undefined, errors: wrong.map(errorJson) };
    const result = await execute({
      schema,
      document,
      rootValue: rootNode(call),
      variableValues: objectAt(call.body, 'variables') ?? {},
      operationName: textAt(call.body, 'operationName'),
      fieldResolver,
      typeResolver: (value) => (isObject(value) ? textAt(value, '__typename') : undefined),
    });
    const data: Json = JSON.parse(JSON.stringify(result.data ?? null));
    return { data, errors: (result.errors ?? []).map(errorJson) };
  } catch (error) {
    if (error instanceof GraphQLError) return { data: undefined, errors: [errorJson(error)] };
    throw error;
  }
}

const fieldResolver: GraphQLFieldResolver<unknown, unknown> = async (source, args, _context, info) => {
  const field: unknown = hasField(source, info.fieldName) ? source[info.fieldName] : undefined;
  if (field === undefined) {
    const message = `The stand-in GitHub has no resolver for ${info.parentType.name}.${info.fieldName}.`;
    throw new GraphQLError(message, { extensions: { type: 'NOT_IMPLEMENTED' } });
  }
  if (typeof field !== 'function') return field;
  try {
    const value: unknown = await field(args);
    return value === undefined ? null : value;
  } catch (error) {
    throw asRefusal(error);
  }
};

function hasField(source: unknown, name: string): source is Readonly<Record<string, unknown>> {
  return typeof source === 'object' && source !== null && name in source;
}

function errorJson(error: GraphQLError): JsonObject {
  const { type, code } = error.extensions;
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(typeof code === 'string' ? { extensions: { code } } : {}),
    ...(error.path === undefined ? {} : { path: error.path }),
    locations: (error.locations ?? []).map(({ line, column }) => ({ line, column })),
    message: error.message,
  };
}

function failed(errors: readonly JsonObject[]): Answer {
  return { status: 200, body: { errors } };
}
