/** §4.3 The calls that read or write data, as one table: detection, the byte filter and the casebooks come from it. */
import type { Runtime } from '../../src/core/vocabulary.js';
import { daskFunction, FRAME_METHODS, PARTITION_COLS } from './frame-verbs.js';
import { signed } from './signatures.js';
import { SPARK_READ, SPARK_WRITE, SPARK_WRITE_TO } from './spark-verbs.js';
import { COMMON_NAMES, SQL_FUNCTIONS } from './sql-verbs.js';
import { frame, type Place, place, reads, type Verb } from './verb.js';

/** What opens a table of an Iceberg catalog by its name, and methods of such a table: the mode of each write, none for a read. */
export const ICEBERG_OPENINGS: readonly string[] = ['load_table', 'create_table', 'create_table_if_not_exists'];
export const ICEBERG_TABLE: Readonly<Record<string, string | undefined>> = {
  append: 'append',
  overwrite: 'overwrite',
  dynamic_partition_overwrite: 'overwrite',
  upsert: 'merge',
  scan: undefined,
};

const EXISTING = place(undefined, 'existing_data_behavior');

/** Readers that are functions of a module: `pd.read_csv(target)`; which module decides the runtime. */
const READERS: Readonly<Record<string, readonly [string, Place]>> = {
  read_parquet: ['parquet', place(0, 'path', 'source')],
  read_csv: ['csv', place(0, 'filepath_or_buffer', 'urlpath', 'path', 'source')],
  read_json: ['json', place(0, 'path_or_buf', 'path_or_buffer', 'url_path', 'path', 'source')],
  read_ndjson: ['json', place(0, 'source')],
  read_orc: ['orc', place(0, 'path')],
  read_feather: ['feather', place(0, 'path')],
  read_pickle: ['pickle', place(0, 'filepath_or_buffer')],
  read_excel: ['excel', place(0, 'io', 'source')],
  read_hdf: ['hdf5', place(0, 'path_or_buf', 'pattern')],
  read_table: ['csv', place(0, 'filepath_or_buffer', 'urlpath')],
  read_fwf: ['text', place(0, 'filepath_or_buffer')],
  read_sas: ['sas', place(0, 'filepath_or_buffer')],
  read_delta: ['delta', place(0, 'source', 'path')],
  read_avro: ['avro', place(0, 'source')],
  read_ipc: ['arrow', place(0, 'source')],
  scan_parquet: ['parquet', place(0, 'source')],
  scan_csv: ['csv', place(0, 'source')],
  scan_ndjson: ['json', place(0, 'source')],
  scan_ipc: ['arrow', place(0, 'source')],
  scan_delta: ['delta', place(0, 'source')],
  scan_iceberg: ['iceberg', place(0, 'source')],
};

const FRAME_MODULES: Readonly<Record<string, Runtime>> = {
  pandas: 'python',
  polars: 'python',
  modin: 'python',
  'modin.pandas': 'python',
  geopandas: 'python',
  cudf: 'python',
  'dask.dataframe': 'dask',
  dask_cudf: 'dask',
  'pyspark.pandas': 'spark',
  'databricks.koalas': 'spark',
};

function moduleFunctions(): Record<string, Verb> {
  const verbs: Record<string, Verb> = {};
  for (const [module, runtime] of Object.entries(FRAME_MODULES)) {
    const family = module.split('.')[0] ?? module;
    for (const [name, [format, target]] of Object.entries(READERS)) {
      const table = family === 'pyspark' && name === 'read_table';
      verbs[`${module}.${name}`] = reads(`${family}.${name}`, table ? 'table' : format, target, { runtime });
    }
  }
  for (const name of ['to_parquet', 'to_csv', 'to_json', 'to_orc', 'to_hdf']) {
    const verb = daskFunction(name, place(1, 'path', 'filename'));
    if (verb) verbs[`dask.dataframe.${name}`] = verb;
  }
  for (const format of ['parquet', 'csv', 'json', 'orc', 'excel', 'deltalake']) {
    const kind = format === 'deltalake' ? 'delta' : format;
    verbs[`awswrangler.s3.to_${format}`] = frame(`awswrangler.s3.to_${format}`, kind, place(1, 'path'), {
      modeKeyword: place(undefined, 'mode'),
      partition: PARTITION_COLS,
      registers: { database: place(undefined, 'database'), table: place(undefined, 'table') },
    });
    verbs[`awswrangler.s3.read_${format}`] = reads(`awswrangler.s3.read_${format}`, kind, place(0, 'path'));
  }
  return verbs;
}

/** Functions of bags and arrays. */
function daskFunctions(): Record<string, Verb> {
  const of: Partial<Verb> = { runtime: 'dask' };
  const verbs: Record<string, Verb> = {
    'dask.bag.read_text': reads('dask.read_text', 'text', place(0, 'urlpath'), of),
    'dask.bag.read_avro': reads('dask.read_avro', 'avro', place(0, 'urlpath'), of),
    'dask.array.from_zarr': reads('dask.from_zarr', 'zarr', place(0, 'url'), of),
  };
  const places: Readonly<Record<string, Place>> = {
    'dask.bag.to_textfiles': place(1, 'path'),
    'dask.bag.to_avro': place(1, 'filename'),
    'dask.bag.avro.to_avro': place(1, 'filename'),
    'dask.array.to_zarr': place(1, 'url'),
    'dask.array.to_hdf5': place(0, 'filename'),
  };
  for (const [name, target] of Object.entries(places)) {
    const last = name.slice(name.lastIndexOf('.') + 1);
    const verb = daskFunction(last, target);
    if (verb) verbs[name] = verb;
  }
  return verbs;
}
/** Of what comes a table keeps one row for each key. */
const APPLIES_CHANGES: readonly string[] = [
  'apply_changes',
  'create_auto_cdc_flow',
  'apply_changes_from_snapshot',
  'create_auto_cdc_from_snapshot_flow',
];

/** Tables that a pipeline of Databricks keeps as a function says, by the decorator over that. */
function declarativeTables(): Record<string, Verb> {
  const verbs: Record<string, Verb> = {};
  for (const module of ['dlt', 'pyspark.pipelines']) {
    const verb = (name: string, target: Place, of: Partial<Verb>): void => {
      verbs[`${module}.${name}`] = frame(`${module}.${name}`, 'delta', target, { runtime: 'spark', ...of });
    };
    const kept = { partition: place(undefined, 'partition_cols'), located: place(undefined, 'path') };
    for (const name of ['table', 'materialized_view']) verb(name, place(undefined, 'name'), { ...kept, namesDef: true });
    verb('append_flow', place(undefined, 'target'), { mode: 'append' });
    for (const name of ['create_streaming_table', 'create_streaming_live_table', 'create_target_table']) verb(name, place(0, 'name'), kept);
    for (const name of APPLIES_CHANGES) verb(name, place(0, 'target'), { mode: 'merge' });
  }
  return verbs;
}
/** Methods of a client that the file makes itself. */
function bigqueryLoads(): Record<string, Verb> {
  const loads = Object.entries(FRAME_METHODS).filter(([name]) => name.startsWith('load_table_from_'));
  return Object.fromEntries(loads.map(([name, verb]) => [`google.cloud.bigquery.${name}`, verb]));
}
const DASK_FUNCTIONS = daskFunctions();

/** Functions by the qualified name that the file's imports give them. */
export const MODULE_FUNCTIONS: Readonly<Record<string, Verb>> = {
  ...moduleFunctions(),
  ...DASK_FUNCTIONS,
  ...SQL_FUNCTIONS,
  ...declarativeTables(),
  ...bigqueryLoads(),
  'pandas_gbq.to_gbq': signed(
    frame('pandas_gbq.to_gbq', 'table', place(1, 'destination_table'), { modeKeyword: place(undefined, 'if_exists') }),
    'pandas_gbq.to_gbq',
  ),
  'deltalake.write_deltalake': frame('deltalake.write_deltalake', 'delta', place(0, 'table_or_uri'), {
    mode: 'error',
    modeKeyword: place(undefined, 'mode'),
    partition: PARTITION_COLS,
  }),
  'deltalake.writer.write_deltalake': frame('deltalake.write_deltalake', 'delta', place(0, 'table_or_uri'), {
    mode: 'error',
    modeKeyword: place(undefined, 'mode'),
    partition: PARTITION_COLS,
  }),
  'pyarrow.parquet.write_table': frame('pyarrow.write_table', 'parquet', place(1, 'where'), { mode: 'overwrite' }),
  'pyarrow.parquet.ParquetWriter': frame('pyarrow.ParquetWriter', 'parquet', place(0, 'where'), { mode: 'overwrite' }),
  'pyarrow.orc.write_table': frame('pyarrow.write_table', 'orc', place(1, 'where'), { mode: 'overwrite' }),
  'pyarrow.csv.write_csv': frame('pyarrow.write_csv', 'csv', place(1, 'output_file'), { mode: 'overwrite' }),
  'pyarrow.csv.read_csv': reads('pyarrow.read_csv', 'csv', place(0, 'input_file')),
  'pyarrow.feather.write_feather': frame('pyarrow.write_feather', 'feather', place(1, 'dest'), { mode: 'overwrite' }),
  'pyarrow.parquet.write_to_dataset': signed(
    frame('pyarrow.write_to_dataset', 'parquet', place(1, 'root_path'), { modeKeyword: EXISTING, partition: PARTITION_COLS }),
    'pyarrow.write_to_dataset',
  ),
  'pyarrow.dataset.write_dataset': frame('pyarrow.write_dataset', 'parquet', place(1, 'base_dir'), {
    mode: 'error',
    modeKeyword: EXISTING,
    formatKeyword: place(undefined, 'format'),
    partition: place(undefined, 'partitioning'),
  }),
  'pyarrow.parquet.read_table': reads('pyarrow.read_table', 'parquet', place(0, 'source')),
  'pyarrow.parquet.ParquetFile': reads('pyarrow.ParquetFile', 'parquet', place(0, 'source')),
  'pyarrow.parquet.ParquetDataset': reads('pyarrow.ParquetDataset', 'parquet', place(0, 'path_or_paths')),
  'pyarrow.dataset.dataset': reads('pyarrow.dataset', 'parquet', place(0, 'source')),
};

/** Glue's own frames: the last names of the call. */
export const GLUE_VERBS: Readonly<Record<string, 'write' | 'read'>> = {
  write_dynamic_frame_from_options: 'write',
  write_dynamic_frame_from_catalog: 'write',
  write_dynamic_frame: 'write',
  write_data_frame: 'write',
  write_data_frame_from_catalog: 'write',
  create_dynamic_frame: 'read',
  create_dynamic_frame_from_options: 'read',
  create_dynamic_frame_from_catalog: 'read',
  create_data_frame: 'read',
  create_data_frame_from_options: 'read',
  create_data_frame_from_catalog: 'read',
};
/** Endings after `write_dynamic_frame.` and its like. */
export const GLUE_ENDINGS: ReadonlySet<string> = new Set(['from_options', 'from_catalog', 'from_jdbc_conf']);

/** Every last name a call of interest may have. */
const CALL_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(SPARK_WRITE),
  ...Object.keys(SPARK_READ),
  ...Object.keys(SPARK_WRITE_TO),
  ...Object.keys(ICEBERG_TABLE),
  ...Object.keys(FRAME_METHODS),
  ...Object.keys(MODULE_FUNCTIONS).map((name) => name.slice(name.lastIndexOf('.') + 1)),
  ...Object.keys(GLUE_VERBS),
  ...GLUE_ENDINGS,
  'writeFrame',
  'execute',
  'toDF',
  'sql',
]);

export function isVerbName(name: string): boolean {
  return CALL_NAMES.has(name);
}

/** Those that count on something known alone. */
const ONLY_OF_KNOWN: ReadonlySet<string> = new Set([
  ...[...Object.keys(SQL_FUNCTIONS), 'dask.bag.read_text'].map((name) => name.slice(name.lastIndexOf('.') + 1)),
  ...Object.keys(ICEBERG_TABLE).filter((name) => !Object.hasOwn(SPARK_WRITE_TO, name)),
]);

/** Whether a call of something unknown may be this verb, so that a method of the repository with its name is not meant for sure. */
export function isVerbOfUnknown(name: string): boolean {
  return CALL_NAMES.has(name) && (!ONLY_OF_KNOWN.has(name) || name === 'sql' || name === 'execute');
}

/** Names that mark a call by themselves, for the byte filter: those that common code has too stand behind `.write` or `.read`. */
export const DISTINCT_NAMES: readonly string[] = [
  ...new Set([
    'saveAsTable',
    'insertInto',
    'writeTo',
    ...Object.keys(FRAME_METHODS),
    ...Object.keys(MODULE_FUNCTIONS).map((name) => name.slice(name.lastIndexOf('.') + 1)),
    ...Object.keys(GLUE_VERBS),
    'getSink',
    'writeFrame',
  ]),
].filter((name) => name !== 'dataset' && name !== 'table' && name !== 'read_table' && name !== 'read_text' && !COMMON_NAMES.has(name));
