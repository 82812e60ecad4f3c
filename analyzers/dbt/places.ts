/** §4.4 Models and sources of dbt that have a place of their own in the lake, in the words of the adapters. */
import type { DbtModel, DeclaredTable } from '../../src/core/facts.js';
import { mapOf, textOf, type YamlMap } from '../documents/yaml.js';
import type { DbtSource } from './facts.js';

/** Where the data of a model lies: the whole place, or a folder in which the table has its own. */
export function placeOfModel(config: YamlMap, relation: string): string | undefined {
  const whole = [
    config.external_location,
    config.custom_location,
    mapOf(config.properties).external_location,
    mapOf(config.properties).location,
  ];
  const external = textOf(config.materialized) === 'external' ? config.location : undefined;
  const place = [external, ...whole].map((value) => textOf(value)).find((text) => text !== undefined && isPlace(text));
  if (place !== undefined) return unquoted(place);
  const root = textOf(config.location_root);
  return root !== undefined && isPlace(root)
    ? `${root.replace(/(?<!\/)\/+$/, '')}/${relation.slice(relation.lastIndexOf('.') + 1)}`
    : undefined;
}

export function formatOfModel(config: YamlMap): string {
  return textOf(config.file_format) ?? textOf(config.format) ?? textOf(config.table_type) ?? 'table';
}

/** Every name that the model may have in production, at its place. */
export function declaredModel({ relation, relationWhen, partitionBy, at, dataset }: DbtModel, config: YamlMap): readonly DeclaredTable[] {
  const location = dataset ? placeOfModel(config, relation) : undefined;
  if (location === undefined) return [];
  const format = formatOfModel(config);
  return [relation, ...Object.values(relationWhen)].map((name) => ({ name, location, format, partitionBy, at }));
}

/** `external: {location: …}` of the external tables package, `external_location` of DuckDB. */
export function declaredSources(sources: readonly DbtSource[]): readonly DeclaredTable[] {
  return sources.flatMap(({ database, schema, file, tables }) =>
    tables.flatMap(({ name, identifier, location, format = 'table' }) => {
      if (location === undefined || !isPlace(location)) return [];
      const filled = location.replaceAll('{name}', name).replaceAll('{identifier}', identifier).replaceAll('{schema}', schema);
      const at = { file, line: 1 };
      return [{ name: [database, schema, identifier].join('.'), location: unquoted(filled), format, partitionBy: [], at }];
    }),
  );
}

function isPlace(text: string): boolean {
  return /^'?(?:\w+:\/\/|\/|\{)/.test(text);
}

/** A value that is SQL has the quotes of SQL: `"'s3://lake/orders'"`. */
function unquoted(text: string): string {
  return text.replace(/^'(.*)'$/, '$1');
}
