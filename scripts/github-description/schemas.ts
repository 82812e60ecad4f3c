/** Schemas of an OpenAPI document: what of them is kept, what they refer to, and what they share. */
import { createHash } from 'node:crypto';
import { entriesOf, type Json, toJson } from '../../src/core/json.js';

export type Members = Readonly<Record<string, Json>>;

/** The keywords that decide about a value. Everything else is prose, examples and marks for documentation. */
const KEPT = [
  ...['$ref', 'type', 'nullable', 'enum', 'const', 'format', 'pattern', 'required'],
  ...['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems', 'maxProperties', 'minProperties'],
  ...['properties', 'patternProperties', 'additionalProperties', 'items', 'allOf', 'anyOf', 'oneOf', 'not'],
];
const MAPS = ['properties', 'patternProperties'];
const LISTS = ['allOf', 'anyOf', 'oneOf'];
const SINGLES = ['items', 'additionalProperties', 'not'];

/** Sub-schemas that come again are written once when they are at least this long. */
const SHARED_FROM_LENGTH = 150;

export function membersOf(value: unknown): Members {
  return Object.fromEntries((entriesOf(value) ?? []).map(([key, member]) => [key, toJson(member)]));
}

/** The schema with only the keywords that decide. */
export function bareSchema(schema: Json): Json {
  const members = entriesOf(schema);
  if (!members) return schema;
  const kept = members.filter(([key]) => KEPT.includes(key));
  return onEachChild(Object.fromEntries(kept.map(([key, value]) => [key, toJson(value)])), bareSchema);
}

/** Every component name that a value refers to, in any depth. */
export function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  return (entriesOf(value) ?? []).flatMap(([key, member]) =>
    key === '$ref' && typeof member === 'string' ? [member] : referencesIn(member),
  );
}

/** The components with every longer sub-schema that comes again moved to a component of its own. */
export function shareRepeated(components: Members): Members {
  const seen = new Map<string, number>();
  const count = (schema: Json): Json => {
    const text = JSON.stringify(schema);
    seen.set(text, (seen.get(text) ?? 0) + 1);
    // Inside a repeated schema nothing is counted again: it will be written once.
    return seen.get(text) === 1 ? onEachChild(schema, count) : schema;
  };
  for (const schema of Object.values(components)) onEachChild(schema, count);
  const shared = new Map<string, Json>();
  const replace = (schema: Json): Json => {
    const text = JSON.stringify(schema);
    if (text.length < SHARED_FROM_LENGTH || (seen.get(text) ?? 0) < 2) return onEachChild(schema, replace);
    const name = `shared-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
    if (!shared.has(name)) {
      shared.set(name, {});
      shared.set(name, onEachChild(schema, replace));
    }
    return { $ref: `#/components/schemas/${name}` };
  };
  const own = Object.entries(components).map(([name, schema]) => [name, onEachChild(schema, replace)] as const);
  return Object.fromEntries([...own, ...shared].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function onEachChild(schema: Json, visit: (child: Json) => Json): Json {
  const members = entriesOf(schema);
  if (!members) return schema;
  return Object.fromEntries(
    members.map(([key, raw]) => {
      const value = toJson(raw);
      if (MAPS.includes(key))
        return [key, Object.fromEntries(Object.entries(membersOf(value)).map(([name, child]) => [name, visit(child)]))];
      if (LISTS.includes(key) && Array.isArray(value)) return [key, value.map((child: Json) => visit(child))];
      return [key, SINGLES.includes(key) ? visit(value) : value];
    }),
  );
}
