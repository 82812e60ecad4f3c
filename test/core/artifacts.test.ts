/** Every document of the specification, judged twice: by zod and, through the published JSON Schema, by ajv. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { pages } from '../../scripts/pages/schemas.js';
import { DOCUMENTS } from '../../src/core/artifacts/schema-names.js';
import { entriesOf, type Json, toJson } from '../../src/core/json.js';
import { readStrictYaml } from '../../src/core/signing/strict-yaml.js';

const FIXTURES: Readonly<Record<string, string>> = {
  dataset: 'dataset.yaml',
  baseline: 'baseline.json',
  'policy-bundle': 'policy_bundle.yaml',
  'certified-view': 'certified_view.json',
  'bootstrap-record': 'bootstrap_record.json',
};

const Schema = z.object({
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  prefixItems: z.array(z.unknown()).optional(),
  anyOf: z.array(z.record(z.string(), z.unknown())).optional(),
});

const ajv = new Ajv2020({ strict: false, allErrors: false });
formats.default(ajv);

type Place = readonly (string | number)[];
type Row = { readonly path: Place; readonly required: boolean };

/** Every member and item of the document with what its schema says about it. */
function placesOf(value: Json, given: unknown, path: Place = []): readonly Row[] {
  const schema = Schema.parse(given ?? {});
  const chosen = schema.anyOf?.find((option) => ajv.validate(option, value));
  if (chosen) return placesOf(value, chosen, path);
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    return items.flatMap((item, index) => [
      { path: [...path, index], required: schema.prefixItems !== undefined },
      ...placesOf(item, schema.prefixItems?.[index] ?? schema.items, [...path, index]),
    ]);
  }
  return (entriesOf(value) ?? []).flatMap(([key, member]) => [
    { path: [...path, key], required: schema.required?.includes(key) === true && schema.properties !== undefined },
    ...placesOf(toJson(member), schema.properties?.[key] ?? schema.additionalProperties, [...path, key]),
  ]);
}

/** A copy with the member at the path replaced, or left out for `undefined`. */
function changed(value: Json, path: Place, change: (member: Json) => Json | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const step = (member: Json): Json | undefined => (rest.length === 0 ? change(member) : changed(member, rest, change));
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    return items.flatMap((item, index) => (index === key ? [step(item)].filter((one) => one !== undefined) : [item]));
  }
  const members = (entriesOf(value) ?? []).map(([name, member]) => [name, name === key ? step(toJson(member)) : toJson(member)] as const);
  return Object.fromEntries(members.flatMap(([name, member]) => (member === undefined ? [] : [[name, member]])));
}

const retyped = (member: Json): Json => (typeof member === 'string' ? 12345 : 'text');

describe.each(DOCUMENTS)('$name', ({ name, schema }) => {
  const text = readFileSync(`fixtures/contracts/${FIXTURES[name]}`, 'utf8');
  const document = toJson(FIXTURES[name]?.endsWith('.yaml') ? parse(text) : JSON.parse(text));
  const published = JSON.parse(pages().find(({ path }) => path === `schemas/${name}.schema.json`)?.content ?? '');
  const judge = ajv.compile(published);
  const verdicts = (value: Json) => ({ zod: schema.safeParse(value).success, ajv: judge(value) });
  const places = placesOf(document, published);

  it('accepts the example, and strict YAML reads it', () => {
    expect(schema.safeParse(document).error?.issues).toBeUndefined();
    expect(verdicts(document)).toEqual({ zod: true, ajv: true });
    if (FIXTURES[name]?.endsWith('.yaml')) expect(readStrictYaml(text)).toEqual({ ok: true, value: document });
  });

  it('names every field the schema has at its top', () => {
    const known = published.properties ?? published.anyOf[0].properties;
    expect(Object.keys(known).filter((key) => !places.some(({ path }) => path[0] === key))).toEqual([]);
  });

  it('refuses it without any one required field, and accepts it without any other', () => {
    const rows = places.filter(({ path }) => typeof path.at(-1) === 'string');
    const wrong = rows.filter(({ path, required }) => {
      const { zod, ajv } = verdicts(changed(document, path, () => undefined));
      return zod !== ajv || zod === required;
    });
    expect(wrong.map(({ path }) => path.join('.'))).toEqual([]);
    expect(rows.filter(({ required }) => required).length).toBeGreaterThan(9);
  });

  it('refuses it with any one field of another type', () => {
    const wrong = places.filter(({ path }) => {
      const { zod, ajv } = verdicts(changed(document, path, retyped));
      return zod || ajv;
    });
    expect(wrong.map(({ path }) => path.join('.'))).toEqual([]);
  });

  it('refuses a field it does not know, at any depth', () => {
    const objects = places.map(({ path }) => path).filter((path) => typeof path.at(-1) === 'string');
    const added = [[], ...objects].flatMap((path) => {
      const grown =
        path.length === 0
          ? toJson({ ...Object.fromEntries(entriesOf(document) ?? []), surprise: 1 })
          : changed(document, path, (member) =>
              entriesOf(member) ? toJson({ ...Object.fromEntries(entriesOf(member) ?? []), surprise: 'x' }) : member,
            );
      return JSON.stringify(grown) === JSON.stringify(document) ? [] : [{ path: path.join('.'), verdict: verdicts(grown) }];
    });
    expect(added.filter(({ verdict }) => verdict.zod || verdict.ajv).map(({ path }) => path)).toEqual([]);
    expect(added.length).toBeGreaterThan(0);
  });
});

describe('published schemas', () => {
  it.each(pages())('$path is what the code says', ({ path, content }) => {
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it.each(pages())('$path is flat, named and titled', ({ path, content }) => {
    const page = JSON.parse(content);
    expect(page.$id).toBe(`https://signal-factory.example/${path}`);
    expect(page.title.length).toBeGreaterThan(10);
    expect(content).not.toMatch(/"\$(?:ref|defs)"/);
  });
});
