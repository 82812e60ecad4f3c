/** What GitHub answers when it refuses: status and body of every kind of error. */
import type { JsonObject } from './json.js';

const DOCS = 'https://docs.github.com/rest';

export type FieldError = { readonly resource: string; readonly field?: string; readonly code: string; readonly message?: string };

export class ApiError extends Error {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, body: JsonObject, headers: Readonly<Record<string, string>> = {}) {
    super(typeof body.message === 'string' ? body.message : `HTTP ${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export function refusal(status: number, message: string, headers: Readonly<Record<string, string>> = {}): ApiError {
  return new ApiError(status, { message, documentation_url: DOCS, status: String(status) }, headers);
}

export function notFound(): ApiError {
  return refusal(404, 'Not Found');
}

export function conflict(message: string): ApiError {
  return refusal(409, message);
}

export function unprocessable(message: string): ApiError {
  return refusal(422, message);
}

/** 422 with the list of fields that are wrong. */
export function invalid(...errors: readonly FieldError[]): ApiError {
  return new ApiError(422, {
    message: 'Validation Failed',
    errors: errors.map((one) => ({ ...one })),
    documentation_url: DOCS,
    status: '422',
  });
}

export function inaccessible(accepted: Readonly<Record<string, string>>): ApiError {
  const words = Object.entries(accepted).map(([name, level]) => `${name}=${level}`);
  return refusal(403, 'Resource not accessible by integration', { 'x-accepted-github-permissions': words.join(',') });
}
