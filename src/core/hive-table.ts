/** §4.4 what a table of the Hive metastore, or of the Glue Data Catalog that copies its model, says of where and how data lies. */
import { type CatalogTable, placeSaid } from './catalog-table.js';
import { formatOfScan } from './scan-words.js';
import type { Format } from './vocabulary.js';

export type HiveTable = {
  readonly type?: string | undefined;
  readonly location?: string | undefined;
  readonly inputFormat?: string | undefined;
  readonly serde?: string | undefined;
  readonly partitionKeys: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly serdeParameters: Readonly<Record<string, string>>;
};

/** Spark puts this behind the location of a table that Hive could not read, and the true one among the options. */
const PLACEHOLDER = /-__PLACEHOLDER__\/?$/;
const MAX_PARTITIONS = 32;

export function tableOfHive(hive: HiveTable): CatalogTable {
  if (/view/i.test(hive.type ?? '')) return { kind: 'view', partitionBy: [] };
  const isPlaceholder = PLACEHOLDER.test(hive.location ?? '');
  const location = placeSaid(isPlaceholder ? own(hive.serdeParameters, 'path') : hive.location);
  const format = formatOf(hive);
  return { kind: 'table', ...(location ? { location } : {}), ...(format ? { format } : {}), partitionBy: partitionsOf(hive) };
}

function formatOf({ parameters, inputFormat = '', serde = '' }: HiveTable): Format | undefined {
  const said = ['table_type', 'spark.sql.sources.provider', 'classification'].map((key) => formatOfScan(own(parameters, key) ?? ''));
  const named = said.find((format) => format !== undefined && format !== 'table');
  if (named) return named;
  const reader = /delta|iceberg|hudi|parquet|orc|avro/i.exec(inputFormat)?.[0] ?? /json|csv/i.exec(serde)?.[0];
  return reader === undefined ? undefined : formatOfScan(reader);
}

/** Spark keeps the partitions of such a table among its parameters, one by one. */
function partitionsOf({ partitionKeys, parameters }: HiveTable): readonly string[] {
  if (partitionKeys.length > 0) return partitionKeys.slice(0, MAX_PARTITIONS);
  const count = Math.min(Number(own(parameters, 'spark.sql.sources.schema.numPartCols') ?? 0) || 0, MAX_PARTITIONS);
  return Array.from({ length: Math.max(0, Math.trunc(count)) }, (_, at) =>
    own(parameters, `spark.sql.sources.schema.partCol.${at}`),
  ).filter((column) => column !== undefined);
}

function own(values: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}
