/** §4.3 Functions of libraries that take SQL text or the name of a table: part of the table of verbs. */
import { signed } from './signatures.js';
import { frame, place, reads, type Verb } from './verb.js';

/** A database that nobody can tell from its connection. */
const DATABASE = 'jdbc';
/** Tables that a catalog of the lake knows. */
const CATALOG = 'table';

const query = (api: string, format: string, at: Verb['target'], more: Partial<Verb> = {}): Verb =>
  reads(api, format, at, { sql: {}, ...more });

/** A query whose answer goes to files: it writes these and reads what the query names. */
function unloads(api: string, tables: string, more: Partial<Verb>): Verb {
  return frame(api, 'parquet', place(1, 'path'), {
    mode: 'create',
    partition: place(undefined, 'partitioned_by', 'partition_cols'),
    also: query(api, tables, place(0, 'sql'), more),
  });
}

function frameFunctions(): Record<string, Verb> {
  const verbs: Record<string, Verb> = {};
  for (const module of ['pandas', 'modin.pandas', 'pyspark.pandas', 'dask.dataframe', 'geopandas']) {
    const family = module.split('.')[0] ?? module;
    const of: Partial<Verb> = family === 'dask' ? { runtime: 'dask' } : family === 'pyspark' ? { runtime: 'spark' } : {};
    verbs[`${module}.read_sql`] = query(`${family}.read_sql`, DATABASE, place(0, 'sql'), { ...of, within: place(undefined, 'schema') });
    verbs[`${module}.read_sql_query`] = query(`${family}.read_sql_query`, DATABASE, place(0, 'sql'), of);
    verbs[`${module}.read_sql_table`] = reads(`${family}.read_sql_table`, DATABASE, place(0, 'table_name', 'table'), {
      ...of,
      within: place(family === 'dask' ? undefined : 2, 'schema'),
    });
    verbs[`${module}.read_gbq`] = query(`${family}.read_gbq`, CATALOG, place(0, 'query_or_table', 'query'), of);
  }
  return verbs;
}

/** Engines that the AWS SDK for pandas has alike. */
function engineFunctions(): Record<string, Verb> {
  const verbs: Record<string, Verb> = {};
  for (const engine of ['redshift', 'postgresql', 'mysql', 'sqlserver', 'oracle']) {
    const api = `awswrangler.${engine}`;
    const within = place(undefined, 'schema');
    verbs[`${api}.read_sql_query`] = query(`${api}.read_sql_query`, engine, place(0, 'sql'));
    verbs[`${api}.read_sql_table`] = reads(`${api}.read_sql_table`, engine, place(0, 'table'), { within });
    const write = frame(`${api}.to_sql`, engine, place(2, 'table'), { within, mode: 'append', modeKeyword: place(undefined, 'mode') });
    verbs[`${api}.to_sql`] = signed(write, 'awswrangler.sql.to_sql');
  }
  return verbs;
}

/** What is read by a name or written as a table belongs to the program: values of it, or tables of a file of DuckDB's own. */
const OWN_TABLES = { whyNotTables: 'database' } as const;

function duckdbFunctions(): Record<string, Verb> {
  const verbs: Record<string, Verb> = {};
  for (const name of ['sql', 'query', 'execute', 'from_query'])
    verbs[`duckdb.${name}`] = query(`duckdb.${name}`, 'duckdb', place(0, 'query'), { sql: OWN_TABLES });
  const files = { read_parquet: 'parquet', from_parquet: 'parquet', read_csv: 'csv', from_csv_auto: 'csv', read_json: 'json' };
  for (const [name, format] of Object.entries(files))
    verbs[`duckdb.${name}`] = reads(`duckdb.${name}`, format, place(0, 'path_or_buffer', 'file_glob', 'name'));
  return verbs;
}

export const SQL_FUNCTIONS: Readonly<Record<string, Verb>> = {
  ...frameFunctions(),
  ...engineFunctions(),
  ...duckdbFunctions(),
  'pandas_gbq.read_gbq': query('pandas_gbq.read_gbq', CATALOG, place(0, 'query_or_table')),
  'google.cloud.bigquery.query': query('bigquery.query', CATALOG, place(0, 'query')),
  'google.cloud.bigquery.query_and_wait': query('bigquery.query', CATALOG, place(0, 'query')),
  'polars.read_database': query('polars.read_database', DATABASE, place(0, 'query')),
  'polars.read_database_uri': query('polars.read_database_uri', DATABASE, place(0, 'query')),
  'connectorx.read_sql': query('connectorx.read_sql', DATABASE, place(1, 'query')),
  'awswrangler.athena.read_sql_query': query('awswrangler.athena.read_sql_query', CATALOG, place(0, 'sql'), {
    within: place(1, 'database'),
  }),
  'awswrangler.athena.read_sql_table': reads('awswrangler.athena.read_sql_table', CATALOG, place(0, 'table'), {
    within: place(1, 'database'),
  }),
  'awswrangler.athena.start_query_execution': query('awswrangler.athena.start_query_execution', CATALOG, place(0, 'sql'), {
    within: place(1, 'database'),
  }),
  'awswrangler.athena.unload': unloads('awswrangler.athena.unload', CATALOG, { within: place(2, 'database') }),
  'awswrangler.redshift.unload': unloads('awswrangler.redshift.unload', 'redshift', {}),
  'awswrangler.athena.to_iceberg': signed(
    frame('awswrangler.athena.to_iceberg', 'iceberg', place(2, 'table'), {
      within: place(1, 'database'),
      mode: 'append',
      modeKeyword: place(undefined, 'mode'),
      partition: place(undefined, 'partition_cols'),
    }),
    'awswrangler.athena.to_iceberg',
  ),
};

/** Functions that open a connection which has the functions of a module. */
export const CONNECTIONS: Readonly<Record<string, string>> = {
  'duckdb.connect': 'duckdb',
  'duckdb.cursor': 'duckdb',
  'google.cloud.bigquery.Client': 'google.cloud.bigquery',
};

/** Names that say nothing by themselves: much other code has them too. */
export const COMMON_NAMES: ReadonlySet<string> = new Set(['sql', 'query', 'execute']);
