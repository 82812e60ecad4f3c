/** Who judges what goes over the wire, and what becomes of a violation. */
import { graphqlJudge } from './description/graphql-judge.js';
import { restJudge } from './description/rest-judge.js';
import { webhookJudge } from './description/webhook-judge.js';
import type { Json, JsonObject } from './json.js';
import { once } from './once.js';

export type JudgedRequest = {
  readonly method: string;
  /** Without the prefix of an Enterprise server. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  readonly body: Json;
};
export type JudgedResponse = JudgedRequest & { readonly status: number; readonly responseBody: Json };
export type Judge = {
  request(call: JudgedRequest): readonly string[];
  response(call: JudgedResponse): readonly string[];
  webhook(event: string, payload: JsonObject): readonly string[];
  document(text: string): readonly string[];
};
export type Violation = { readonly where: string; readonly messages: readonly string[] };

/** GitHub's own descriptions, compiled once for the whole process. */
export const githubJudge: () => Judge = once(() => {
  const rest = restJudge();
  const webhooks = webhookJudge();
  const documents = graphqlJudge();
  return {
    request: ({ method, path, query, body }) => rest.checkRequest({ method, path: path + query, body }),
    response: ({ method, path, query, body, status, responseBody }) =>
      rest.checkResponse({ method, path: path + query, body }, status, responseBody),
    webhook: (event, payload) => webhooks.check(event, payload),
    document: (text) => documents.check(text),
  };
});
