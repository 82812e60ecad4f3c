/** §4.1 docs/techniques.md: what the scan follows and finds, each with the cases that show it. */
import { existsSync, readFileSync } from 'node:fs';
import { GENERATED, type Page } from '../page.js';
import { table } from '../page-markdown.js';

const T = 'targets/cases.md';
const F = 'targets/followed-cases.md';
const D = 'targets/decided-cases.md';
const M = 'targets/made-cases.md';
const W = 'sinks/cases.md';
const C = 'config/cases.md';
const R = 'runs/cases.md';
const S = 'runtimes/spark/cases.md';
const G = 'runtimes/glue/cases.md';
const P = 'runtimes/python/cases.md';
const N = 'notebooks/cases.md';
const A = 'schedules/airflow/cases.md';

/** A technique, the casebook below `analyzers`, and how the heading of its case begins; no heading stands for the whole book. */
type Row = readonly [technique: string, book: string, heading?: string];

const GROUPS: Readonly<Record<string, readonly Row[]>> = {
  'Where the text of a target comes from': [
    ['constants of a module, imports across files', T, 'Constants of other files'],
    ['a repository that is a package itself', F, 'A repository that is a package'],
    ['f-strings, `%`, `.format`, `os.path.join`', T, 'Constants of other files'],
    ['`+`, `.join`, returns of small functions', F, 'Text is put together'],
    ['pathlib, UPath, AnyPath', F, 'pathlib, UPath'],
    ['names beside a file, its name and its end', M, 'A file beside another'],
    ['files that are listed: `glob`, `rglob`, `iterdir`, `listdir`', M, 'Files that a program lists'],
    ['numbers that are added up', M, 'Numbers are added up'],
    ['attributes, defaults of dataclasses and constructors', F, 'Defaults of a dataclass'],
    ['fields that a mapping fills: pydantic, `**settings`, `cls(…)`', M, 'A mapping fills'],
    ['defaults of a base class that subclasses read', F, 'A base class has a default'],
    ['a base class that writes what its subclasses say', T, 'A base class writes'],
    ['methods that a subclass overrides', W, 'A method that a subclass overrides'],
    ['several instances of one class', W, 'Of several instances each'],
    ['what a method sets before another writes', D, 'What a method sets'],
    ['dictionaries', F, 'Entries of a dictionary'],
    ['dictionaries below others, put together, as objects; named tuples', M, 'A mapping below another'],
    ['loops over literal lists', T, 'A list that is looped over'],
    ['loops over pairs, dictionaries and `zip`', T, 'What one turn of a loop'],
    ['format, mode and columns of a turn', T, 'What a loop says of format'],
    ['functions and classes in a dictionary or list', T, 'Functions and classes in'],
    ['lists under other names, and behind their loops', F, 'A list under another name'],
    ['attributes that are made of themselves', T, 'An attribute that is made of itself'],
    ['attributes that are set on an instance from outside', D, 'An attribute that is set on'],
    ['branches of an `if`', T, 'Branches of one `if`'],
    ['imports and defs in branches', D, 'Imports and defs in branches'],
    ['branches that a parameter decides', D, 'Of branches that ask'],
    ['branches that the ending of a path decides', D, 'The ending of a path'],
    ['filters in loops and comprehensions', D, 'A filter lets through'],
    ['what a loop adds up, and carries to its next turn', D, 'What a loop adds up'],
    ['`global` and `nonlocal`', D, 'A name that a called function'],
    ['cases of a `match`', T, 'Cases of a `match`'],
    ['`or`, and what a helper gives instead of nothing', T, 'Of `or`, and of a helper'],
    ['parameters through call sites', T, "A helper's dataset"],
    ['helpers of helpers, across files', F, 'A parameter comes through'],
    ['instances that a module makes', F, 'An instance that a module'],
    ['closures', F, 'A function made by another'],
    ['writers in variables', S, 'A writer kept in a variable'],
    ['argparse', T, 'Job arguments stay named holes'],
    ['click, getResolvedOptions, environment', F, 'Options of click'],
    ['typer', F, 'A command of typer'],
    ['widgets of Databricks', F, 'A widget of a notebook'],
    ['YAML, JSON, TOML, INI', C, 'YAML, JSON, TOML'],
    ['a settings file for each environment', C, 'Of a file or key for each environment'],
    ['Hydra', C, 'Hydra puts'],
  ],
  'What a job is given from outside': [
    ['operators of Airflow', R, 'A task of Airflow submits'],
    ['EMR, Databricks, Dataproc; Step Functions', R, 'Steps of EMR'],
    ['Glue jobs of Terraform', R, 'A Glue job that a task starts'],
    ['modules of Terraform: what is given, chosen and uploaded', R, 'A module of Terraform decides'],
    ['what modules of Terraform hand out', R, 'What a module of Terraform hands out'],
    ['pods that Airflow starts', R, 'Pods that Airflow'],
    ['Glue jobs of SAM, triggers, the Scheduler of EventBridge', R, 'A template of SAM'],
    ['functions that an operator calls', R, 'A function is given its arguments'],
    ['spark-submit in shells, Makefiles, workflows and crontabs', R, 'Shell, Makefile'],
    ['scripts that gcloud submits', R, 'A script that gcloud submits'],
    ['arguments through helpers of other files', R, 'An argument comes through helpers'],
    ['images, compose files', R, "An image's command"],
    ['modules of Terraform that are called twice', 'datasets-cases.md', 'A module of Terraform that is called twice'],
    ['`for_each`, `count` and `for` of Terraform', 'datasets-cases.md', 'Each instance of `for_each`'],
    ['Databricks bundles', R, 'Jobs in a bundle'],
    ["variables and schedules of a bundle's production target", 'datasets-cases.md', 'A job of a bundle of Databricks'],
    ['jobs of Databricks in Terraform', 'datasets-cases.md', 'A job of Databricks in Terraform'],
    ['programs that a workflow calls: make, shell, npm; a matrix', 'datasets-cases.md', "A workflow's step starts a script"],
    ['parameters of deployments of Prefect', 'datasets-cases.md', 'Parameters of a deployment'],
    ['pools, threads, task queues, `map`', W, 'A function is called by a pool'],
    ['subprocesses', R, 'A process that a program starts'],
    ['notebooks that a notebook runs', R, 'A notebook that another one runs'],
    ['CDK in TypeScript', R, 'An app of the AWS CDK in TypeScript'],
    ['CDK in Python', R, 'An app of the AWS CDK in Python'],
  ],
  'What writes and reads': [
    ['writers of Spark: format, mode, partitions', S, 'A chained writer'],
    ['`writeTo`, `saveAsTable`, `insertInto`', S, 'A table name is a target'],
    ['a path in an option', S, 'The path may stand in an option'],
    ["a table's dataset and project in options", S, 'A table of BigQuery lies'],
    ['`saveAsTextFile`; streams that run once', S, 'An RDD writes text'],
    ['merges of DeltaTable', S, 'A Delta table that is merged'],
    ['merges of a DeltaTable in a variable', S, 'A Delta table kept'],
    ['Hudi', S, 'A Hive table says'],
    ['SQL: INSERT, MERGE; no temporary views, no text that is not executed', S, 'SQL text writes and reads'],
    ['SQL: one query into several tables', S, 'One query that goes'],
    ['SQL: CTAS, CLONE, tables that are paths', S, 'SQL: a table made by a query'],
    ['SQL: DELETE, UPDATE, TRUNCATE', S, 'Statements that change'],
    ['where a table lies', S, 'DDL, and the path'],
    ['dynamic frames of Glue', G, 'A dynamic frame'],
    ['`getSink`', G, 'A sink is told'],
    ['awswrangler, deltalake', P, 'awswrangler and deltalake'],
    ['pandas', P, 'Methods of frames write'],
    ['open files, writers of Excel, Zarr and Arrow', P, 'What is written through an open file'],
    ['what is written under one name and moved to another', M, 'What one function writes'],
    ['Polars, eager and lazy', P, 'Polars writes at once'],
    ['Dask', P, 'Dask is Dask'],
    ['bags and arrays of Dask', P, 'Bags and arrays'],
    ['pyiceberg', P, 'A table of a pyiceberg'],
    ['notebooks of Jupyter', N, 'A notebook of Jupyter'],
    ['exports of Databricks, SQL cells, `%run`', N, 'An exported notebook'],
    ["`%run` from the workspace's root", N, 'A notebook named from the workspace'],
    ['loads of BigQuery, exports of Vaex, datasets of Arrow', P, 'Loads of BigQuery'],
    ['tables that a pipeline of Databricks keeps', S, 'A table that a pipeline keeps'],
    ['tables of a pipeline without a name', S, 'A table of a pipeline without a name'],
    ['statements of a pipeline of Databricks', S, 'Statements of a pipeline'],
    ['formats that the maker of a table says', S, 'A table that the repository says how it keeps'],
    ['Snowpark', S, 'Snowpark writes'],
    ['files of SQL that a job runs', 'datasets-cases.md', 'A file of SQL that a job runs'],
    ['models of dbt', 'dbt/cases.md'],
  ],
  'What is no dataset': [
    ['tests', T, 'What tests write'],
    ['buffers, temporary folders', P, 'Text given back'],
    ['reports', P, 'A frame made on the spot'],
    ['temporary tables', S, 'In SQL a temporary view'],
    ['views of other files', S, 'A view is read by those'],
    ['plots, models', F, 'What is looked at by a person'],
    ['columns, console sinks', S, 'A column function'],
  ],
  'When it runs, and whose it is': [
    ['Airflow 2 and 3', A],
    ['tasks made by functions under `@task` of other files', A, 'A function under @task of another file'],
    ['`override`, `partial` and `expand` of tasks', 'datasets-cases.md', 'A function under @task writes for each call'],
    ['CronJobs that start one script', 'datasets-cases.md', 'CronJobs that start one script'],
    ['Cosmos', A, 'A DAG made of a dbt project'],
    ['factories and loops of DAGs', A, 'What a loop says'],
    ['which DAG of a loop or factory gives which dataset', 'datasets-cases.md', 'A dataset has the schedule of the DAG'],
    ['dag-factory', 'schedules/dag-factory/cases.md'],
    ['gusty', 'schedules/gusty/cases.md'],
    ['Dagster', 'schedules/dagster/cases.md'],
    ['a cron that is asked for (`get_cron_schedule`)', 'schedules/dagster/cases.md', 'The cron of partitions'],
    ['factories and loops of schedules', 'schedules/dagster/cases.md', 'A function makes schedules'],
    ['Prefect', 'schedules/prefect/cases.md'],
    ['flows of the first version of Prefect', 'schedules/prefect/cases.md', 'A flow of the first version'],
    ['EventBridge', 'infrastructure/cases.md'],
    ['triggers of Glue', 'infrastructure/cases.md', 'A trigger of Glue'],
    ['crontab', 'schedules/crontab/cases.md'],
    ['CronJob', 'schedules/kubernetes/cases.md'],
    ['CronWorkflow of Argo', 'schedules/kubernetes/cases.md', 'A CronWorkflow of Argo runs'],
    ['triggers of Data Factory and Synapse', 'schedules/data-factory/cases.md'],
    ["jobs of Google's Cloud Scheduler", 'infrastructure/cases.md', "A job of Google's Cloud Scheduler"],
    ['GitHub Actions', 'schedules/github-actions/cases.md'],
    ['which writer speaks for a dataset', 'datasets-cases.md'],
    ['CODEOWNERS', 'ownership/cases.md'],
  ],
};

export function pages(): readonly Page[] {
  const what =
    'Every row leads to the smallest source that shows it, with what is found there. Where a value is not known, it is said: see [how a target came about](scanning.md).';
  const parts = Object.entries(GROUPS).map(([title, rows]) => `## ${title}\n\n${table(['', 'shown by'], rows.map(cells))}`);
  return [
    { path: 'docs/techniques.md', content: `${[`<!-- ${GENERATED} -->`, '# What the scan follows', what, ...parts].join('\n\n')}\n` },
  ];
}

/** A heading that is no longer there is an error: the page would lead nowhere. */
function cells([technique, book, begins]: Row): readonly string[] {
  const path = `analyzers/${book}`;
  if (!existsSync(path)) throw new Error(`docs/techniques.md: there is no ${path}`);
  const [, title = book] = /^# (.+)$/m.exec(readFileSync(path, 'utf8')) ?? [];
  if (begins === undefined) return [technique, `[${title}](../${path})`];
  const heading = readFileSync(path, 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`## ${begins}`))
    ?.slice(3);
  if (heading === undefined) throw new Error(`docs/techniques.md: no case of ${path} begins with "${begins}"`);
  return [technique, `[${heading}](../${path}#${anchorOf(heading)})`];
}

/** What a forge makes of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}
