/** §4.1 Hydra: the files of a defaults list put together, each under the group it is of. */
import { isMap, listOf, textOf, type YamlMap } from '../documents/yaml.js';

const MAX_FILES = 60;
const MAX_NESTING = 6;
/** A list of defaults names a handful of groups. */
const MAX_ENTRIES = 200;

export type Documents = ReadonlyMap<string, unknown>;

/** `folder` has no slash at its end. */
export function composed(documents: Documents, folder: string, name: string): YamlMap | undefined {
  const whole = { left: MAX_FILES };
  return compose(documents, { folder, name, depth: 0 }, whole);
}

type Place = { readonly folder: string; readonly name: string; readonly depth: number };

function compose(documents: Documents, { folder, name, depth }: Place, whole: { left: number }): YamlMap | undefined {
  const path = [`${name}.yaml`, `${name}.yml`]
    .map((file) => (folder === '' ? file : `${folder}/${file}`))
    .find((one) => documents.has(one));
  const own = path === undefined ? undefined : documents.get(path);
  if (!isMap(own) || depth > MAX_NESTING || whole.left-- <= 0) return undefined;
  const { defaults, ...rest } = own;
  const listed = listOf(defaults).slice(0, MAX_ENTRIES);
  const entries = listed.filter((entry, index) => entry !== '_self_' || listed.indexOf(entry) === index);
  let merged: YamlMap = {};
  for (const entry of entries) {
    if (entry === '_self_') merged = deeper(merged, rest);
    else merged = deeper(merged, addition(documents, entry, { folder, name, depth }, whole));
  }
  return entries.includes('_self_') ? merged : deeper(merged, rest);
}

/** `db: postgres` is `db/postgres.yaml` under `db`; `- base` is beside; `@_global_` is under nothing. */
function addition(documents: Documents, entry: unknown, { folder, depth }: Place, whole: { left: number }): YamlMap {
  const pair = isMap(entry) ? Object.entries(entry)[0] : undefined;
  const [written, option] = pair ?? ['', entry];
  const chosen = textOf(option);
  if (chosen === undefined) return {};
  const [group = '', target] = written
    .replace(/^(?:override|optional)\s+/, '')
    .replace(/^\//, '')
    .split('@');
  const found =
    compose(documents, { folder: [folder, group].filter(Boolean).join('/'), name: chosen.replace(/^\//, ''), depth: depth + 1 }, whole) ??
    {};
  const under = (target ?? group).split(/[/.]/).filter((part) => part !== '' && part !== '_global_' && part !== '_here_');
  if (under.length > MAX_NESTING) return {};
  return under.reduceRight<YamlMap>((inner, key) => ({ [key]: inner }), found);
}

function deeper(base: YamlMap, over: YamlMap): YamlMap {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const before = merged.get(key);
    merged.set(key, isMap(before) && isMap(value) ? deeper(before, value) : value);
  }
  return Object.fromEntries(merged);
}
