/**
 * Finds keys that no schema declares. GitHub's bodies mostly allow further keys, so that a misspelt one would pass;
 * GitHub itself ignores it, and the caller never learns that it was not heard.
 */
import { isObject, listOf, type Members, membersOf } from './files.js';

/** Paths of the keys of `value` that are declared nowhere. */
export function undeclaredKeys(document: Members, schema: unknown, value: unknown): readonly string[] {
  return undeclared(document, [schema], value, '');
}

function undeclared(document: Members, given: readonly unknown[], value: unknown, at: string): readonly string[] {
  const schemas = given.flatMap((schema) => flattened(document, schema));
  if (Array.isArray(value)) {
    const items = schemas.flatMap(({ items: item }) => (item === undefined ? [] : [item]));
    return items.length === 0 ? [] : value.flatMap((entry, index) => undeclared(document, items, entry, `${at}/${index}`));
  }
  if (!isObject(value)) return [];
  const tables = schemas.map(({ properties }) => membersOf(properties));
  const open = schemas.flatMap(({ additionalProperties }) => (isObject(additionalProperties) ? [additionalProperties] : []));
  if (tables.every((table) => Object.keys(table).length === 0) && open.length === 0) return [];
  return Object.entries(membersOf(value)).flatMap(([key, member]) => {
    const declared = tables.filter((table) => Object.hasOwn(table, key)).map((table) => table[key]);
    if (declared.length === 0 && open.length === 0) return [`${at}/${key}`];
    return undeclared(document, declared.length > 0 ? declared : open, member, `${at}/${key}`);
  });
}

/** The schema with everything it is composed of, references followed. */
function flattened(document: Members, schema: unknown): readonly Members[] {
  const members = membersOf(schema);
  const target = typeof members.$ref === 'string' ? [targetOf(document, members.$ref)] : [];
  const parts = [...target, ...listOf(members.allOf), ...listOf(members.anyOf), ...listOf(members.oneOf)];
  return [members, ...parts.flatMap((part) => flattened(document, part))];
}

function targetOf(document: Members, reference: string): unknown {
  const steps = reference.replace(/^#\//, '').split('/');
  return steps.reduce<unknown>((at, name) => membersOf(at)[name], document);
}
