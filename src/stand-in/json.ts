/** JSON as it arrives and leaves, and how a value of a wanted type is taken out of it. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function textAt(value: Json, key: string): string | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
}

export function numberAt(value: Json, key: string): number | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'number' ? found : undefined;
}

export function flagAt(value: Json, key: string): boolean | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'boolean' ? found : undefined;
}

export function listAt(value: Json, key: string): readonly Json[] | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return isList(found) ? found : undefined;
}

export function objectAt(value: Json, key: string): JsonObject | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : undefined;
}

export function textsAt(value: Json, key: string): readonly string[] | undefined {
  return listAt(value, key)?.filter((one) => typeof one === 'string');
}

export function isOneOf<Word extends string>(words: readonly Word[], value: unknown): value is Word {
  return words.some((word) => word === value);
}

/** The seconds-exact form GitHub writes: no milliseconds. */
export function instant(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19)}Z`;
}
