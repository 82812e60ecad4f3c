/** §4.1 job arguments: what Terraform, CloudFormation and state machines say fills the holes of the scripts that they run. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readYaml } from '../../../analyzers/documents/yaml.js';
import { readInfrastructure, readJson, readTemplates } from '../../../analyzers/infrastructure/index.js';
import { SHORT_FORMS } from '../../../analyzers/infrastructure/short-forms.js';
import { linkSites } from '../../../analyzers/link.js';
import { readSchedules } from '../../../analyzers/schedules/index.js';
import { extractSource } from '../../../analyzers/syntax/extract.js';
import type { ParsePython } from '../../../analyzers/syntax/node.js';
import { openHcl } from '../../../src/adapters/hcl.js';
import { openParser } from '../../../src/adapters/tree-sitter/parse.js';

let parsePython: ParsePython;
beforeAll(async () => {
  parsePython = await openParser(5_000);
});
const parseHcl = openHcl();

const ARGPARSE = `import argparse
import pandas as pd

parser = argparse.ArgumentParser()
parser.add_argument("--source")
parser.add_argument("--target-path", default="s3://somewhere/else")
args = parser.parse_args()
pd.read_parquet(args.source).to_parquet(args.target_path)
`;
const GLUE = `import sys
from awsglue.utils import getResolvedOptions

args = getResolvedOptions(sys.argv, ["lake", "table"])
df.write.mode("overwrite").parquet(args["lake"] + "/" + args["table"])
`;

async function scan(files: Readonly<Record<string, string>>) {
  const terraform = [];
  const told = [];
  for (const [path, text] of Object.entries(files)) {
    if (path.endsWith('.tf')) terraform.push({ path, text, blocks: undefined, ...(await parseHcl(text)) });
    else if (!path.endsWith('.py'))
      told.push(path.endsWith('.json') ? readJson(path, text) : readTemplates(path, readYaml(text, SHORT_FORMS).documents, text));
  }
  const { facts: infrastructure } = readInfrastructure(told, terraform);
  const python = Object.entries(files).filter(([path]) => path.endsWith('.py'));
  const facts = new Map(python.map(([path, text]) => [path, extractSource('py', text, parsePython)]));
  const { program, infrastructure: all, writes, reads } = linkSites(facts, { infrastructure });
  const { schedules, unresolved } = readSchedules({ program, infrastructure: all, declared: [], paths: [] });
  return { targets: writes.flatMap((write) => write.targets), reads: reads.flatMap((read) => read.targets), writes, schedules, unresolved };
}

describe('a job of Terraform', () => {
  it('gives its arguments to the script it runs', async () => {
    const job = `resource "aws_glue_job" "orders" {
  name = "orders"
  command { script_location = "s3://\${var.code}/jobs/orders.py" }
  default_arguments = { "--lake" = "s3://\${var.lake}/gold", "--table" = "orders" }
}`;
    const { targets, writes } = await scan({ 'infra/main.tf': job, 'jobs/orders.py': GLUE });
    expect(targets).toEqual(['s3://{lake}/gold/orders']);
    expect(writes[0]?.via).toContainEqual({ file: 'infra/main.tf', line: 1 });
  });

  it('two jobs of one script are two datasets, each with its own arguments', async () => {
    const job = (table: string, lake: string) => `resource "aws_glue_job" "${table}" {
  command { script_location = "jobs/any.py" }
  default_arguments = { "--lake" = "s3://${lake}", "--table" = "${table}" }
}`;
    const { targets } = await scan({ 'main.tf': `${job('orders', 'a')}\n${job('refunds', 'b')}\n`, 'jobs/any.py': GLUE });
    expect(targets).toEqual(['s3://a/orders', 's3://b/refunds']);
  });

  it('is made by a module as often as the module is called', async () => {
    const { targets, schedules } = await scan({
      'modules/job/main.tf': `variable "script" {}
variable "arguments" {}
resource "aws_glue_job" "this" {
  name = var.script
  command { script_location = "s3://code/\${var.script}" }
  default_arguments = merge(var.arguments, { "--TempDir" = "s3://tmp" })
}
resource "aws_glue_trigger" "this" {
  name = "every night"
  type = "SCHEDULED"
  schedule = "cron(0 2 * * ? *)"
  actions { job_name = aws_glue_job.this.name }
}`,
      'live/main.tf': `module "orders" {
  source    = "../modules/job"
  script    = "orders.py"
  arguments = { "--lake" = "s3://\${module.lake.bucket}", "--table" = "orders" }
}`,
      'jobs/orders.py': GLUE,
    });
    expect(targets).toEqual(['s3://{module.lake.bucket}/orders']);
    expect(schedules).toMatchObject([{ platform: 'glue', schedule: '0 2 * * *', enabled: true }]);
  });

  it('never runs where production switches its schedule off', async () => {
    const rule = (count: string) => `resource "aws_cloudwatch_event_rule" "r" {
  name = "r"
  count = ${count}
  schedule_expression = "rate(1 day)"
}`;
    const of = async (count: string) =>
      (await scan({ 'main.tf': rule(count) })).schedules.map(({ schedule, enabled }) => [schedule, enabled]);
    expect(await of('terraform.workspace == "main" ? 1 : 0')).toEqual([['0 0 * * *', true]]);
    expect(await of('terraform.workspace == "main" ? 0 : 1')).toEqual([[null, false]]);
    expect(await of('var.on ? 1 : 0')).toEqual([['0 0 * * *', true]]);
  });
});

const MACHINE = `{
  "StartAt": "Both",
  "States": { "Both": { "Type": "Parallel", "End": true, "Branches": [{ "StartAt": "Clean", "States": {
    "Clean": { "Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "End": true,
      "Parameters": { "JobName": "\${clean_job}", "Arguments": { "--lake": "\${lake_uri}/silver", "--table.$": "$.table" } } } } },
    { "StartAt": "Load", "States": {
    "Load": { "Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "End": true, "Parameters": {
      "Subnets": \${subnets}, "Overrides": { "ContainerOverrides": [{ "Command": ["load.py", "--source", "\${lake_uri}/raw", "--target-path=\${lake_uri}/loaded"] }] } } } } }] } }
}`;

describe('a state machine', () => {
  const files = {
    'machines/night.json': MACHINE,
    'live/main.tf': `resource "aws_glue_job" "clean" {
  command { script_location = "clean.py" }
  default_arguments = { "--lake" = "s3://default", "--table" = "orders" }
}
resource "aws_sfn_state_machine" "night" {
  name = "night"
  definition = templatefile("../machines/night.json", { clean_job = aws_glue_job.clean.name, lake_uri = module.lake.uri })
}
resource "aws_scheduler_schedule" "night" {
  name = "nightly"
  schedule_expression = "cron(30 1 ? * 2-6 *)"
  schedule_expression_timezone = "Europe/Paris"
  target { arn = aws_sfn_state_machine.night.arn }
}`,
    'jobs/clean.py': GLUE,
    'jobs/load.py': ARGPARSE,
  };

  it('says more than the defaults of the job it starts, and names the script of a container', async () => {
    const { targets, reads } = await scan(files);
    expect(targets).toEqual(['{lake_uri}/silver/{table}', '{lake_uri}/loaded']);
    expect(reads).toEqual(['{lake_uri}/raw']);
  });

  it('runs when its schedule says, with its tasks; a week begins on Sunday there', async () => {
    const { schedules } = await scan(files);
    expect(schedules).toMatchObject([
      {
        id: 'nightly',
        schedule: '30 1 * * 1-5',
        timezone: 'Europe/Paris',
        tasks: [
          { id: 'Clean', runs: 'clean.py' },
          { id: 'Load', runs: 'load.py' },
        ],
      },
    ]);
  });
});

describe('a template of CloudFormation', () => {
  const template = `AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Lake: {Type: String}
Resources:
  Orders:
    Type: AWS::Glue::Job
    Properties:
      Command: {ScriptLocation: !Sub "s3://\${Code}/jobs/orders.py"}
      DefaultArguments:
        "--lake": !Join ["", ["s3://", !Ref Lake, "/gold"]]
        "--table": orders
  Nightly:
    Type: AWS::Glue::Trigger
    Properties:
      Type: SCHEDULED
      Schedule: cron(0 3 * * ? *)
      Actions: [{JobName: !Ref Orders}]
`;

  it('fills the script of its job and says when it runs', async () => {
    const { targets, schedules } = await scan({ 'stack.yaml': template, 'jobs/orders.py': GLUE });
    expect(targets).toEqual(['s3://{Lake}/gold/orders']);
    expect(schedules).toMatchObject([{ id: 'Nightly', line: 12, schedule: '0 3 * * *', tasks: [{ runs: 's3://{Code}/jobs/orders.py' }] }]);
  });
});

describe('without a job', () => {
  it('the default stands, and an argument of another script fills nothing', async () => {
    const other = `resource "aws_glue_job" "x" {
  command { script_location = "jobs/other.py" }
  default_arguments = { "--target-path" = "s3://lake/wrong" }
}`;
    const { targets, reads } = await scan({ 'main.tf': other, 'jobs/load.py': ARGPARSE, 'jobs/other.py': 'x = 1\n' });
    expect(targets).toEqual(['s3://somewhere/else']);
    expect(reads).toEqual(['{source}']);
  });
});
