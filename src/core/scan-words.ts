/** §4.3, §4.4 the one table between the words of `sf scan` and the words of dataset.yaml. */
import type { Format } from './vocabulary.js';

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
  zarr: undefined,
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

/** The word of dataset.yaml for one of a scan; a scan's word may be anything a job says. */
export function formatOfScan(word: string): Format | undefined {
  const plain = word.trim().toLowerCase();
  return Object.hasOwn(FORMAT_OF_SCAN, plain) ? FORMAT_OF_SCAN[plain] : undefined;
}
