/** Who judges what goes over the wire, and what becomes of a violation. */
import type { Json, JsonObject } from './json.js';

export type JudgedRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Json;
};
export type JudgedResponse = JudgedRequest & { readonly status: number; readonly responseBody: Json };
export type Judge = {
  request(call: JudgedRequest): readonly string[];
  response(call: JudgedResponse): readonly string[];
  webhook(event: string, payload: JsonObject): readonly string[];
};
export type Violation = { readonly where: string; readonly messages: readonly string[] };

export const NO_JUDGE: Judge = { request: () => [], response: () => [], webhook: () => [] };
