/** §4.1 Which runtime code is written for: a file by what it imports, a folder by what it declares. */
import type { RuntimeFinding } from '../../src/core/facts.js';
import type { Runtime } from '../../src/core/vocabulary.js';
import type { DependencyFacts } from './declared.js';

/** First part of a module's name. Exact: `geopandas` and `pandas_gbq` are not pandas. */
const MODULES: Readonly<Record<string, Runtime>> = {
  pyspark: 'spark',
  delta: 'spark',
  pandas: 'python',
  polars: 'python',
  modin: 'python',
  awswrangler: 'python',
  dask: 'dask',
  dask_cudf: 'dask',
  awsglue: 'glue',
};

const PACKAGES: Readonly<Record<string, Runtime>> = {
  pyspark: 'spark',
  'delta-spark': 'spark',
  'databricks-connect': 'spark',
  pandas: 'python',
  polars: 'python',
  'polars-lts-cpu': 'python',
  modin: 'python',
  awswrangler: 'python',
  dask: 'dask',
  'dask-expr': 'dask',
  'aws-glue-libs': 'glue',
  'aws-glue-sessions': 'glue',
};

/** An adapter brings dbt with it. */
const DBT =
  /^dbt-(?:core|fusion|athena|athena-community|bigquery|clickhouse|databricks|dremio|duckdb|exasol|fabric|firebolt|glue|greenplum|hive|impala|materialize|mysql|oracle|postgres|redshift|rockset|singlestore|snowflake|spark|sqlite|sqlserver|starrocks|synapse|teradata|trino|vertica)$/;

export type ImportingFile = { readonly path: string; readonly imports: readonly { readonly module: string; readonly line: number }[] };

/** `declared` holds facts by path; beside a compiled list its source counts. */
export function detectRuntimes(files: Iterable<ImportingFile>, declared: ReadonlyMap<string, DependencyFacts>): RuntimeFinding[] {
  const found: RuntimeFinding[] = [];
  for (const { path, imports } of files)
    found.push(
      ...firstOfEach(
        path,
        imports.map(({ module, line }) => ({ runtime: moduleRuntime(module), file: path, line })),
      ),
    );
  for (const [file, { packages }] of declared) {
    if (file.endsWith('.txt') && declared.has(file.replace(/\.txt$/, '.in'))) continue;
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
    found.push(
      ...firstOfEach(
        folder,
        packages.map(({ name, line }) => ({ runtime: packageRuntime(name), file, line })),
      ),
    );
  }
  return found;
}

function moduleRuntime(module: string): Runtime | undefined {
  const first = module.split('.')[0] ?? '';
  return Object.hasOwn(MODULES, first) ? MODULES[first] : undefined;
}

export function packageRuntime(name: string): Runtime | undefined {
  if (DBT.test(name)) return 'dbt';
  return Object.hasOwn(PACKAGES, name) ? PACKAGES[name] : undefined;
}

type Sighting = { readonly runtime: Runtime | undefined; readonly file: string; readonly line: number };

function firstOfEach(path: string, sightings: readonly Sighting[]): RuntimeFinding[] {
  const seen = new Map<Runtime, RuntimeFinding>();
  for (const { runtime, file, line } of sightings)
    if (runtime !== undefined && !seen.has(runtime)) seen.set(runtime, { path, runtime, evidence: { file, line } });
  return [...seen.values()];
}
