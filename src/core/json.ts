/** A JSON value, and the doors from unknown and typed values to it. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a text says as JSON; `undefined` for none and for what is no JSON, which a schema then refuses. */
export function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Entries of a plain object; `undefined` for anything that is none. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.entries(value) : undefined;
}

/** The value as JSON, absent members left out; throws on what JSON cannot say, which is a bug of the caller. */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(toJson);
  const entries = entriesOf(value);
  if (!entries) throw new Error(`not a JSON value: ${String(value)}`);
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined).map(([key, member]) => [key, toJson(member)]));
}
