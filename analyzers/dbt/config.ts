/** §4.1 The configuration of a node: the file beats its properties, they beat the folder, a deeper folder beats a higher one. */
import { isMap, mapOf, textsOf, type YamlMap } from '../documents/yaml.js';

/** Mappings that are values, not folders, when they stand without `+`. */
const MAPPING_VALUES = new Set(['meta', 'persist_docs', 'partition_by', 'grants', 'hooks', 'labels', 'docs', 'contract', 'column_types']);

/** `tree` is `models:` of the project file; `path` the project's name, the folders, then the model. */
export function folderConfig(tree: YamlMap, path: readonly string[]): YamlMap {
  const found: Record<string, unknown> = {};
  let level: YamlMap | undefined = tree;
  for (const part of [undefined, ...path]) {
    if (part !== undefined) {
      const next: unknown = level[part];
      level = isMap(next) ? next : undefined;
    }
    if (!level) break;
    merge(found, ownValues(level));
  }
  return found;
}

/** A key with `+` is a value; one without is a folder when it holds a mapping. */
function ownValues(level: YamlMap): YamlMap {
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(level)) {
    if (key.startsWith('+')) own[key.slice(1)] = value;
    else if (!isMap(value) || MAPPING_VALUES.has(key)) own[key] ??= value;
  }
  return own;
}

export function mergeConfig(...layers: readonly YamlMap[]): YamlMap {
  const found: Record<string, unknown> = {};
  for (const layer of layers) merge(found, layer);
  return found;
}

/** `meta` and `tags` are added up, everything else replaced. */
function merge(into: Record<string, unknown>, layer: YamlMap): void {
  for (const [key, value] of Object.entries(layer)) {
    if (key === 'meta') into.meta = { ...mapOf(into.meta), ...mapOf(value) };
    else if (key === 'tags') into.tags = [...new Set([...textsOf(into.tags), ...textsOf(value)])];
    else into[key] = value;
  }
}

/** Adapters have their own words for three keys. */
export function placeOf(config: YamlMap): { readonly database: unknown; readonly schema: unknown; readonly alias: unknown } {
  return {
    database: config.database ?? config.project ?? config.catalog ?? config.target_database,
    schema: config.schema ?? config.dataset ?? config.target_schema,
    alias: config.alias,
  };
}

/** Written as a boolean, as text, or with a Python capital. */
export function isEnabled(value: unknown): boolean {
  return typeof value === 'string' ? value.trim().toLowerCase() !== 'false' : value !== false;
}

/** Columns the table is partitioned by, in the forms of the adapters. */
export function partitionColumns(config: YamlMap): readonly string[] {
  const value = config.partition_by ?? config.partitioned_by ?? mapOf(config.properties).partitioned_by;
  const columns = Array.isArray(value) ? value : [isMap(value) ? value.field : value];
  return columns.filter((column) => typeof column === 'string');
}
