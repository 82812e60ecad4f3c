/** Files of a small data repository, each kind with texts that lead into each other: imports, helpers, job arguments, models, schedules. */

import type { Chance } from '../chance.js';
import { FLOWS } from './flows.js';
import { CRONS, type Kind, LAYERS, NAMES, oneOf } from './kind.js';
import { MERGES } from './merges.js';
import { SETTINGS } from './settings.js';

const MODES = ['append', 'overwrite', 'error'] as const;

export const KINDS: readonly [Kind, ...Kind[]] = [
  {
    name: 'constants',
    // Two modules of one name: which of them is meant hangs on who asks.
    paths: ['common/settings.py', 'settings.py', 'team_a/settings.py', 'team_b/common/settings.py'],
    text: (chance) => {
      const root = `s3://${oneOf(chance, ['lake', 'shop', 'other'])}`;
      const names = NAMES.filter(() => chance() < 0.6).map((name) => `"${name}": "${oneOf(chance, LAYERS)}/${name}"`);
      return `import os\nROOT = "${root}"\nSTAGE = os.environ.get("STAGE", "${oneOf(chance, ['', 'prod'])}")\nTABLES = {${names.join(', ')}}\n`;
    },
  },
  {
    name: 'helpers',
    paths: ['common/io.py', 'team_a/io.py', 'common/__init__.py'],
    text: (chance) => {
      const mode = oneOf(chance, MODES);
      const write = oneOf(chance, [
        'df.write.mode(mode).parquet(f"{ROOT}/{name}")',
        'df.write.format("delta").mode(mode).save(ROOT + "/" + name)',
        'df.to_parquet(ROOT + name)',
      ]);
      const body =
        chance() < 0.3
          ? `def write_out(df, name, mode="${mode}"):\n    ${write}\ndef publish(df, name):\n    write_out(df, name)\n`
          : `def publish(df, name, mode="${mode}"):\n    ${write}\n`;
      return `from common.settings import ROOT\n${body}class Job:\n    table = "${oneOf(chance, NAMES)}"\n    def save(self, df):\n        df.write.saveAsTable(f"${oneOf(chance, LAYERS)}.{self.table}")\n`;
    },
  },
  {
    name: 'jobs',
    paths: ['jobs/load.py', 'jobs/orders.py', 'team_a/load.py', 'team_b/load.py', 'jobs/tests/test_load.py', 'etl/a.py', 'etl/b.py'],
    text: jobText,
  },
  {
    name: 'notebooks',
    paths: ['notebooks/report.ipynb'],
    text: (chance) => {
      const source = [`spark.read.table("gold.${oneOf(chance, NAMES)}")\n`, `df.write.parquet("s3://lake/${oneOf(chance, NAMES)}")`];
      return JSON.stringify({ cells: [{ cell_type: 'code', source }], nbformat: 4, nbformat_minor: 5, metadata: {} }, null, 1);
    },
  },
  {
    name: 'DAGs',
    paths: ['dags/daily.py', 'dags/other.py'],
    text: (chance) =>
      `from airflow import DAG\nfrom airflow.operators.bash import BashOperator\nfrom common.settings import ROOT\n` +
      `with DAG("${oneOf(chance, ['daily', 'weekly'])}", schedule="${oneOf(chance, CRONS)}", catchup=${oneOf(chance, ['True', 'False'])}):\n` +
      `    BashOperator(task_id="load", bash_command="spark-submit ${oneOf(chance, ['jobs/load.py', 'jobs/orders.py', 'etl/a.py'])}")\n`,
  },
  {
    name: 'YAML of schedules',
    paths: ['dags/factory.yml', 'deploy/cron.yaml', '.github/workflows/run.yml'],
    text: (chance) => {
      const script = oneOf(chance, ['jobs/load.py', 'jobs/orders.py', 'team_a/load.py']);
      const cron = oneOf(chance, CRONS);
      return oneOf(chance, [
        `factory_dag:\n  schedule: "${cron}"\n  tasks:\n    load:\n      operator: airflow.operators.bash.BashOperator\n      bash_command: python ${script}\n`,
        `apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: load\nspec:\n  schedule: "${cron}"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - name: load\n              command: ["python", "${script}"]\n`,
        `name: run\non:\n  schedule:\n    - cron: "${cron}"\njobs:\n  load:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python ${script}\n`,
      ]);
    },
  },
  { name: 'Terraform', paths: ['infra/jobs.tf', 'infra/more.tf'], text: terraformText },
  {
    name: 'state machines',
    paths: ['infra/machine.json'],
    text: (chance) =>
      JSON.stringify({
        StartAt: 'Load',
        States: {
          Load: {
            Type: 'Task',
            Resource: 'arn:aws:states:::glue:startJobRun.sync',
            Parameters: { JobName: 'load', Arguments: { '--target': `s3://lake/${oneOf(chance, LAYERS)}/machine` } },
            End: true,
          },
        },
      }),
  },
  {
    name: 'CODEOWNERS',
    paths: ['.github/CODEOWNERS', 'CODEOWNERS'],
    text: (chance) => `* @shop/${oneOf(chance, ['data', 'platform'])}\n/jobs/ @shop/${oneOf(chance, NAMES)}\n`,
  },
  {
    name: 'requirements',
    paths: ['requirements.txt', 'etl/requirements.txt'],
    text: (chance) => `${oneOf(chance, ['pyspark==3.5.1', 'dask', 'polars>=1', 'pandas'])}\n`,
  },
  {
    name: 'dbt projects',
    paths: ['dbt/dbt_project.yml'],
    text: (chance) =>
      `name: shop\nversion: "1"\nprofile: shop\nmodels:\n  shop:\n    +materialized: ${oneOf(chance, ['table', 'view', 'incremental'])}\n    +schema: ${oneOf(chance, LAYERS)}\n`,
  },
  {
    name: 'dbt models',
    paths: ['dbt/models/orders.sql', 'dbt/models/returns.sql', 'dbt/models/sub/stock.sql'],
    text: (chance) =>
      `{{ config(materialized='${oneOf(chance, ['table', 'view', 'ephemeral'])}') }}\nselect * from {{ ${oneOf(chance, ["ref('orders')", "ref('stock')", "source('raw', 'visits')"])} }}\n`,
  },
  {
    name: 'dbt properties',
    paths: ['dbt/models/schema.yml'],
    text: (chance) =>
      `version: 2\nmodels:\n  - name: ${oneOf(chance, NAMES)}\n    meta: { owner: "@shop/${oneOf(chance, NAMES)}" }\nsources:\n  - name: raw\n    tables: [{ name: visits }]\n`,
  },
  ...SETTINGS,
  ...FLOWS,
  ...MERGES,
];

function jobText(chance: Chance): string {
  const [name, layer] = [oneOf(chance, NAMES), oneOf(chance, LAYERS)];
  const imports = oneOf(chance, [
    'from common.settings import ROOT, TABLES',
    'from settings import *',
    'import common.settings as settings',
    'from .settings import ROOT',
  ]);
  const write = oneOf(chance, [
    `from common.io import publish\npublish(df, "${name}")\n`,
    `from io import publish\npublish(df, TABLES["${name}"])\n`,
    `from common.io import Job\nclass Mine(Job):\n    table = "${name}"\nMine().save(df)\n`,
    `df.write.mode("${oneOf(chance, MODES)}").partitionBy("day").parquet(f"{ROOT}/${layer}/${name}")\n`,
    `import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument("--target")\nargs = parser.parse_args()\ndf.write.parquet(args.target)\n`,
    `import sys\nfrom awsglue.utils import getResolvedOptions\nargs = getResolvedOptions(sys.argv, ["target"])\ndf.write.parquet(args["target"])\n`,
    `for name in TABLES:\n    df.write.saveAsTable("${layer}." + name)\n`,
    `spark.sql(f"INSERT OVERWRITE TABLE ${layer}.${name} SELECT * FROM {settings.ROOT}")\n`,
    'def helper(x):\n    return x\n',
  ]);
  return `${imports}\nimport ${oneOf(chance, ['pandas', 'polars', 'pyspark', 'dask.dataframe as dd'])}\ndf = spark.read.parquet("s3://lake/${oneOf(chance, LAYERS)}/${oneOf(chance, NAMES)}")\n${write}`;
}

function terraformText(chance: Chance): string {
  const job = oneOf(chance, ['load', 'orders']);
  const script = oneOf(chance, ['jobs/load.py', 'jobs/orders.py', 'etl/a.py']);
  return `variable "bucket" {\n  default = "${oneOf(chance, ['lake', 'shop'])}"\n}
resource "aws_glue_job" "${job}" {
  name = "${job}"
  command {
    script_location = "s3://code/${script}"
  }
  default_arguments = {
    "--target" = "s3://\${var.bucket}/${oneOf(chance, LAYERS)}/${oneOf(chance, NAMES)}"
  }
}
resource "aws_glue_trigger" "${job}" {
  name     = "${job}"
  type     = "SCHEDULED"
  schedule = "cron(${oneOf(chance, ['0 6 * * ? *', '15 */2 * * ? *'])})"
  actions {
    job_name = aws_glue_job.${job}.name
  }
}
`;
}

/** What makes a file of any kind unreadable for a while. */
export const BREAKAGES = ['\ndef (:\n  x = [\n', '\n{{ broken\n: [\n', '\n"""unclosed', '\n\u0000\n', '\n}}}{{{ %% {% if %}\n'] as const;
