/** §4.3 The parameters of calls in their order, `self` and the frame of a method left out: where a word stands that no keyword names. */
import type { Place, Verb } from './verb.js';

/** Only of those that take a word without its keyword; what is named behind `*` in the library is not listed. */
const SIGNATURES: Readonly<Record<string, string>> = {
  'spark.write.parquet': 'path mode partitionBy compression',
  'spark.write.orc': 'path mode partitionBy compression',
  'spark.write.csv': 'path mode compression sep',
  'spark.write.json': 'path mode compression dateFormat',
  'spark.write.text': 'path compression lineSep',
  'spark.write.xml': 'path rowTag mode attributePrefix',
  'spark.write.save': 'path format mode partitionBy',
  'spark.write.saveAsTable': 'name format mode partitionBy',
  'spark.write.insertInto': 'tableName overwrite',
  'spark.write.jdbc': 'url table mode properties',
  'spark.write.start': 'path format outputMode partitionBy queryName',
  'spark.write.toTable': 'tableName format outputMode partitionBy queryName',
  'spark.read.load': 'path format schema',
  'spark.read.jdbc': 'url table column',
  'pandas.to_parquet': 'path engine compression index partition_cols storage_options',
  'pandas.to_csv': 'path_or_buf sep na_rep float_format columns header index index_label mode encoding',
  'pandas.to_json':
    'path_or_buf orient date_format double_precision force_ascii date_unit default_handler lines compression index indent storage_options mode',
  'pandas.to_hdf': 'path_or_buf key mode complevel complib append',
  'pandas.to_sql': 'name con schema if_exists index',
  'pandas.to_gbq': 'destination_table project_id chunksize reauth if_exists',
  'dask.to_parquet': 'path compression write_index append overwrite ignore_divisions partition_on',
  'dask.to_csv': 'filename single_file encoding mode',
  'dask.to_hdf': 'path_or_buf key mode append',
  'dask.to_sql': 'name uri schema if_exists index',
  'pyspark.to_parquet': 'path mode partition_cols compression index_col',
  'pyspark.to_orc': 'path mode partition_cols index_col',
  'pyspark.to_delta': 'path mode partition_cols index_col',
  'pyspark.to_table': 'name format mode partition_cols index_col',
  'pyspark.to_spark_io': 'path format mode partition_cols index_col',
  'pyspark.to_csv': 'path sep na_rep columns header quotechar date_format escapechar num_files mode partition_cols index_col',
  'pyspark.to_json': 'path compression num_files mode orient lines partition_cols index_col',
  'pandas_gbq.to_gbq': 'dataframe destination_table project_id chunksize reauth if_exists',
  'pyarrow.write_to_dataset': 'table root_path partition_cols filesystem',
  'awswrangler.sql.to_sql': 'df con table schema mode',
  'awswrangler.athena.to_iceberg': 'df database table temp_path index table_location partition_cols',
};

type Words = Pick<Verb, 'target'> & Partial<Pick<Verb, 'modeKeyword' | 'formatKeyword' | 'partition' | 'within' | 'adds' | 'replaces'>>;

/** `before`: arguments that stand before those of the signature, as the frame does in the function of a method. */
export function signed<T extends Words>(verb: T, signature: string, before = 0): T {
  const names = (Object.hasOwn(SIGNATURES, signature) ? SIGNATURES[signature] : undefined)?.split(' ') ?? [];
  const placed = (of: Place): Place => {
    const at = names.findIndex((name) => of.keywords.includes(name));
    return of.at !== undefined || at < 0 ? of : { ...of, at: at + before };
  };
  const { target, modeKeyword, formatKeyword, partition, within, adds, replaces } = verb;
  return {
    ...verb,
    target: placed(target),
    ...(modeKeyword ? { modeKeyword: placed(modeKeyword) } : {}),
    ...(formatKeyword ? { formatKeyword: placed(formatKeyword) } : {}),
    ...(partition ? { partition: placed(partition) } : {}),
    ...(within ? { within: placed(within) } : {}),
    ...(adds ? { adds: placed(adds) } : {}),
    ...(replaces ? { replaces: placed(replaces) } : {}),
  };
}
