/** §4.4 Tables of a catalog that infrastructure makes: `aws_glue_catalog_table`, `databricks_sql_table`, `AWS::Glue::Table`. */
import type { SourceRef } from '../../src/core/evidence.js';
import type { DeclaredTable } from '../../src/core/facts.js';
import { printTemplate } from '../templates/template.js';
import { at, listIn, type Told, textIn, wordIn } from './told.js';

/** What the kinds of infrastructure tell alike, whatever they call it. */
type ToldTable = {
  /** The catalog or database, where one is named, and the table. */
  readonly names: readonly (Told | undefined)[];
  readonly location: Told | undefined;
  /** The first one that says something counts. */
  readonly formats: readonly (Told | undefined)[];
  readonly partitions: readonly (Told | undefined)[];
};

function catalogTable(place: SourceRef, { names, location, formats, partitions }: ToldTable): readonly DeclaredTable[] {
  const where = textIn(location);
  if (!textIn(names.at(-1)) || !where || printTemplate(where) === '') return [];
  return [
    {
      name: names
        .flatMap((told) => textIn(told) ?? [])
        .map(printTemplate)
        .join('.'),
      location: printTemplate(where),
      format: formats.map((told) => formatIn(wordIn(told) ?? '')).find((format) => format !== undefined) ?? 'table',
      partitionBy: partitions.flatMap((told) => wordIn(told) ?? []),
      at: place,
    },
  ];
}

export function terraformTable(type: string, told: Told, place: SourceRef): readonly DeclaredTable[] {
  if (type === 'aws_glue_catalog_table') {
    const stored = at(told, 'storage_descriptor');
    return catalogTable(place, {
      names: [at(told, 'database_name'), at(told, 'name')],
      location: at(stored, 'location'),
      formats: [
        at(told, 'parameters', 'table_type'),
        at(told, 'parameters', 'classification'),
        at(stored, 'input_format'),
        at(stored, 'ser_de_info', 'serialization_library'),
      ],
      partitions: listIn(at(told, 'partition_keys')).map((key) => at(key, 'name')),
    });
  }
  if (type !== 'databricks_sql_table') return [];
  return catalogTable(place, {
    names: [at(told, 'catalog_name'), at(told, 'schema_name'), at(told, 'name')],
    location: at(told, 'storage_location'),
    formats: [at(told, 'data_source_format')],
    partitions: listIn(at(told, 'partitions')),
  });
}

export function cloudFormationTable(properties: Told, place: SourceRef): readonly DeclaredTable[] {
  const input = at(properties, 'TableInput');
  const stored = at(input, 'StorageDescriptor');
  return catalogTable(place, {
    names: [at(properties, 'DatabaseName'), at(input, 'Name')],
    location: at(stored, 'Location'),
    formats: [
      at(input, 'Parameters', 'table_type'),
      at(input, 'Parameters', 'classification'),
      at(stored, 'InputFormat'),
      at(stored, 'SerdeInfo', 'SerializationLibrary'),
    ],
    partitions: listIn(at(input, 'PartitionKeys')).map((key) => at(key, 'Name')),
  });
}

const FORMATS = ['iceberg', 'delta', 'hudi', 'parquet', 'orc', 'avro', 'json', 'csv'] as const;

/** A word, or the name of a class that reads such files. */
function formatIn(text: string): string | undefined {
  const known = text.toLowerCase();
  return FORMATS.find((format) => known.includes(format));
}
