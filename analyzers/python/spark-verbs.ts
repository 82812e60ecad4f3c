/** §4.3 How Spark's writers and readers end: part of the table of verbs. */
import { signed } from './signatures.js';
import { type Place, place, type Verb } from './verb.js';

type Ending = Pick<Verb, 'format' | 'target' | 'modeKeyword' | 'partition' | 'formatKeyword' | 'replaces'> & {
  /** Its own format counts, whatever was said before: `.format("csv").parquet(p)` writes Parquet. */
  readonly isFixed?: true;
};

const WRITER = {
  formatKeyword: place(undefined, 'format'),
  modeKeyword: place(undefined, 'mode', 'outputMode'),
  partition: place(undefined, 'partitionBy'),
} as const;

const written = (ending: string, format: string, target: Place, more: Partial<Ending> = {}): readonly [string, Ending] => [
  ending,
  signed<Ending>({ ...WRITER, format, target, ...more }, `spark.write.${ending}`),
];
const files = (format: string): readonly [string, Ending] => written(format, format, place(0, 'path'), { isFixed: true });

/** Endings of a DataFrameWriter: `df.write…<ending>(target)`. */
export const SPARK_WRITE: Readonly<Record<string, Ending>> = Object.fromEntries([
  ...['parquet', 'csv', 'json', 'orc', 'text', 'xml'].map(files),
  written('save', '', place(0, 'path')),
  written('saveAsTable', '', place(0, 'name')),
  written('insertInto', 'table', place(0, 'tableName'), { replaces: place(undefined, 'overwrite') }),
  written('save_as_table', 'snowflake', place(0, 'table_name')),
  written('jdbc', 'jdbc', place(1, 'table'), { isFixed: true }),
  written('toTable', '', place(0, 'tableName')),
  written('start', '', place(0, 'path')),
]);

const read = (ending: string, format: string, target: Place, more: Partial<Ending> = {}): readonly [string, Ending] => [
  ending,
  signed<Ending>({ format, target, formatKeyword: place(undefined, 'format'), ...more }, `spark.read.${ending}`),
];
const OWN = { isFixed: true } as const;

/** Endings of a DataFrameReader: `spark.read…<ending>(target)`. */
export const SPARK_READ: Readonly<Record<string, Ending>> = Object.fromEntries([
  read('parquet', 'parquet', place(0, 'path', 'paths'), OWN),
  read('csv', 'csv', place(0, 'path'), OWN),
  read('json', 'json', place(0, 'path'), OWN),
  read('orc', 'orc', place(0, 'path'), OWN),
  read('text', 'text', place(0, 'paths', 'path'), OWN),
  read('xml', 'xml', place(0, 'path'), OWN),
  read('load', '', place(0, 'path')),
  read('table', 'table', place(0, 'tableName')),
  read('jdbc', 'jdbc', place(1, 'table'), OWN),
]);

/** Endings of `df.writeTo(table)`: the mode each one is. */
export const SPARK_WRITE_TO: Readonly<Record<string, string>> = {
  create: 'create',
  createOrReplace: 'overwrite',
  replace: 'overwrite',
  append: 'append',
  overwrite: 'overwrite',
  overwritePartitions: 'overwrite',
};
