/** §4.3 Methods of data frames: part of the table of verbs. */
import { signed } from './signatures.js';
import { frame, type Place, place, reads, type Verb } from './verb.js';

const PATH = place(0, 'path', 'path_or_buf', 'path_or_buffer', 'filename');
export const PARTITION_COLS = place(undefined, 'partition_cols', 'partition_on', 'partition_by');
/** Where what is there may be added to. */
const ADDS = place(undefined, 'append');

/** As pandas has them, and libraries that are called like it. */
const METHODS: Readonly<Record<string, Verb>> = {
  to_parquet: frame('to_parquet', 'parquet', PATH, {
    mode: 'overwrite',
    modeKeyword: place(undefined, 'mode'),
    partition: PARTITION_COLS,
    adds: ADDS,
  }),
  to_csv: frame('to_csv', 'csv', PATH, { mode: 'overwrite', modeKeyword: place(undefined, 'mode') }),
  to_json: frame('to_json', 'json', PATH, { mode: 'overwrite', modeKeyword: place(undefined, 'mode') }),
  to_orc: frame('to_orc', 'orc', PATH, { mode: 'overwrite', partition: PARTITION_COLS }),
  to_pickle: frame('to_pickle', 'pickle', PATH, { mode: 'overwrite' }),
  to_feather: frame('to_feather', 'feather', PATH, { mode: 'overwrite' }),
  to_excel: frame('to_excel', 'excel', place(0, 'excel_writer'), { mode: 'overwrite' }),
  to_hdf: frame('to_hdf', 'hdf5', PATH, { mode: 'overwrite', modeKeyword: place(undefined, 'mode'), adds: ADDS }),
  to_textfiles: frame('to_textfiles', 'text', place(0, 'path'), { mode: 'overwrite' }),
  to_avro: frame('to_avro', 'avro', place(0, 'filename'), { mode: 'overwrite' }),
  to_zarr: frame('to_zarr', 'zarr', place(0, 'url', 'store'), { modeKeyword: place(undefined, 'mode') }),
  to_hdf5: frame('to_hdf5', 'hdf5', place(0, 'filename')),
  to_stata: frame('to_stata', 'stata', PATH, { mode: 'overwrite' }),
  to_sql: frame('to_sql', 'jdbc', place(0, 'name'), { modeKeyword: place(undefined, 'if_exists'), within: place(undefined, 'schema') }),
  to_gbq: frame('to_gbq', 'table', place(0, 'destination_table'), { modeKeyword: place(undefined, 'if_exists') }),
  to_delta: frame('to_delta', 'delta', place(0, 'path'), { modeKeyword: place(undefined, 'mode'), partition: PARTITION_COLS }),
  to_table: frame('to_table', 'table', place(0, 'name'), {
    modeKeyword: place(undefined, 'mode'),
    formatKeyword: place(undefined, 'format'),
    partition: PARTITION_COLS,
  }),
  to_spark_io: frame('to_spark_io', 'parquet', place(0, 'path'), {
    runtime: 'spark',
    mode: 'overwrite',
    modeKeyword: place(undefined, 'mode'),
    formatKeyword: place(undefined, 'format'),
    partition: PARTITION_COLS,
  }),
  write_parquet: frame('polars.write_parquet', 'parquet', place(0, 'file'), { mode: 'overwrite', partition: PARTITION_COLS }),
  write_csv: frame('polars.write_csv', 'csv', place(0, 'file'), { mode: 'overwrite' }),
  write_json: frame('polars.write_json', 'json', place(0, 'file'), { mode: 'overwrite' }),
  write_ndjson: frame('polars.write_ndjson', 'json', place(0, 'file'), { mode: 'overwrite' }),
  write_ipc: frame('polars.write_ipc', 'arrow', place(0, 'file'), { mode: 'overwrite' }),
  write_avro: frame('polars.write_avro', 'avro', place(0, 'file'), { mode: 'overwrite' }),
  write_delta: frame('polars.write_delta', 'delta', place(0, 'target'), { mode: 'error', modeKeyword: place(undefined, 'mode') }),
  write_iceberg: frame('polars.write_iceberg', 'iceberg', place(0, 'target'), { modeKeyword: place(1, 'mode') }),
  write_database: frame('polars.write_database', 'jdbc', place(0, 'table_name'), { modeKeyword: place(undefined, 'if_table_exists') }),
  sink_parquet: frame('polars.sink_parquet', 'parquet', place(0, 'path', 'target'), { mode: 'overwrite' }),
  sink_csv: frame('polars.sink_csv', 'csv', place(0, 'path', 'target'), { mode: 'overwrite' }),
  sink_ndjson: frame('polars.sink_ndjson', 'json', place(0, 'path', 'target'), { mode: 'overwrite' }),
  sink_ipc: frame('polars.sink_ipc', 'arrow', place(0, 'path', 'target'), { mode: 'overwrite' }),
  sink_delta: frame('polars.sink_delta', 'delta', place(0, 'target'), { modeKeyword: place(undefined, 'mode') }),
  export_parquet: frame('vaex.export_parquet', 'parquet', place(0, 'path'), { mode: 'overwrite' }),
  export_csv: frame('vaex.export_csv', 'csv', place(0, 'path'), { mode: 'overwrite' }),
  export_arrow: frame('vaex.export_arrow', 'arrow', place(0, 'to'), { mode: 'overwrite' }),
  export_hdf5: frame('vaex.export_hdf5', 'hdf5', place(0, 'path'), { mode: 'overwrite' }),
  // What is there is added to, unless the configuration of the job says otherwise.
  load_table_from_dataframe: frame('bigquery.load_table_from_dataframe', 'table', place(1, 'destination')),
  load_table_from_json: frame('bigquery.load_table_from_json', 'table', place(1, 'destination')),
  load_table_from_uri: frame('bigquery.load_table_from_uri', 'table', place(1, 'destination')),
  copy_into_table: frame('snowpark.copy_into_table', 'snowflake', place(0, 'table_name'), { mode: 'append' }),
  saveAsTextFile: frame('spark.rdd.saveAsTextFile', 'text', place(0, 'path'), { runtime: 'spark' }),
  textFile: reads('sparkContext.textFile', 'text', place(0, 'name'), { runtime: 'spark' }),
  wholeTextFiles: reads('sparkContext.wholeTextFiles', 'text', place(0, 'path'), { runtime: 'spark' }),
};

/** Methods of a data frame, whatever holds it: `x.<method>(target)`. */
export const FRAME_METHODS: Readonly<Record<string, Verb>> = signedAll('pandas', METHODS);

export type FrameLibrary = 'dask' | 'pyspark' | 'ray';

/** Methods of frames that are known to be of a library which has them otherwise than pandas. */
export const METHODS_OF: Readonly<Record<FrameLibrary, Readonly<Record<string, Verb>>>> = {
  dask: signedAll('dask', METHODS),
  pyspark: signedAll('pyspark', onSpark()),
  ray: ofRay(),
};

/** A method as a function: `dd.to_parquet(df, path)`, the frame before the rest. */
export function daskFunction(name: string, target: Place): Verb | undefined {
  const method = METHODS[name];
  return method && signed<Verb>({ ...method, api: `dask.${name}`, runtime: 'dask', target }, `dask.${name}`, 1);
}

function signedAll(library: string, methods: Readonly<Record<string, Verb>>): Readonly<Record<string, Verb>> {
  return Object.fromEntries(Object.entries(methods).map(([name, verb]) => [name, signed(verb, `${library}.${name}`)]));
}

/** pandas on Spark: folders of files, written anew where nothing is said. */
function onSpark(): Readonly<Record<string, Verb>> {
  const more: Partial<Verb> = {
    runtime: 'spark',
    mode: 'overwrite',
    modeKeyword: place(undefined, 'mode'),
    partition: PARTITION_COLS,
  };
  const named = ['to_parquet', 'to_csv', 'to_json', 'to_orc', 'to_delta', 'to_table', 'to_spark_io'];
  const methods = Object.entries(METHODS).filter(([name]) => named.includes(name));
  return Object.fromEntries(methods.map(([name, { adds: _, ...verb }]) => [name, { ...verb, ...more }]));
}

/** Ray adds files of new names to a folder. */
function ofRay(): Readonly<Record<string, Verb>> {
  const more: Partial<Verb> = { mode: 'append', modeKeyword: place(undefined, 'mode'), partition: PARTITION_COLS };
  const formats = ['parquet', 'csv', 'json'];
  return Object.fromEntries(formats.map((format) => [`write_${format}`, frame(`ray.write_${format}`, format, place(0, 'path'), more)]));
}
