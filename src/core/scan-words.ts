/** §4.3, §4.4 the one table between the words of `sf scan` and the words of dataset.yaml. */
import type { Format, Runtime } from './vocabulary.js';

/** Formats that a scan reports; `undefined` where dataset.yaml has no word for it. */
export const FORMAT_OF_SCAN: Readonly<Record<string, Format | undefined>> = {
  delta: 'delta',
  iceberg: 'iceberg',
  parquet: 'parquet',
  csv: 'csv',
  tsv: 'csv',
  json: 'json',
  jsonl: 'json',
  ndjson: 'json',
  orc: 'orc',
  hudi: 'hudi',
  avro: 'avro',
  table: 'table',
  text: undefined,
  binaryfile: undefined,
  hdf5: undefined,
  hdf: undefined,
  feather: undefined,
  pickle: undefined,
  excel: undefined,
  xml: undefined,
  jdbc: undefined,
  sql: undefined,
  bigquery: undefined,
  snowflake: undefined,
  redshift: undefined,
  mongodb: undefined,
};

export const RUNTIME_OF_SCAN: Readonly<Record<string, Runtime | undefined>> = {
  spark: 'spark',
  pyspark: 'spark',
  python: 'python',
  pandas: 'python',
  polars: 'python',
  pyarrow: 'python',
  dask: 'dask',
  dbt: 'dbt',
  glue: 'glue',
};

const own = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined => (Object.hasOwn(table, word) ? table[word] : undefined);

export function formatOfScan(word: string): Format | undefined {
  return own(FORMAT_OF_SCAN, word.trim().toLowerCase());
}

export function runtimeOfScan(word: string): Runtime | undefined {
  return own(RUNTIME_OF_SCAN, word.trim().toLowerCase());
}
