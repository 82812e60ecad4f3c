/** Declarations of jobs made to hurt: each gives its schedules or a row that names what was left out, and the others are read. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { ParsePython } from '../../analyzers/syntax/node.js';
import { openParser } from '../../src/adapters/tree-sitter/parse.js';
import { long, scanOf, times } from './hostile-scan.js';

let parse: ParsePython;
beforeAll(async () => {
  parse = await openParser();
});

/** What hurts nobody, and comes last. */
const OTHER = {
  'z/main.tf': `resource "aws_glue_job" "load" {
  command { script_location = "jobs/load.py" }
}
resource "aws_glue_trigger" "other" {
  name     = "other"
  schedule = "cron(0 1 * * ? *)"
  actions { job_name = aws_glue_job.load.name }
}
`,
  'jobs/load.py': 'df.write.parquet("s3://real/orders")\n',
  'made.py': 'df.write.parquet("s3://m")\n',
};

const QUARTZ = 'schedule: { quartz_cron_expression: "0 0 1 * * ?" }';
const bundle = (variables: string, jobs: string): Readonly<Record<string, string>> => ({
  'a/databricks.yml': `bundle: { name: x }\n${variables === '' ? '' : `variables:\n${variables}`}resources:\n  jobs:\n${jobs}`,
});
const task = (key: string, of: string): string => `        - { task_key: ${key}, ${of} }\n`;
const made = (parameter: string): string =>
  `    j:\n      ${QUARTZ}\n      tasks:\n${task('t', `spark_python_task: { python_file: made.py, parameters: ["${parameter}"] }`)}`;
const machine = (name: string, state: string): string =>
  `resource "aws_sfn_state_machine" "${name}" {\n  name = "${name}"\n  definition = jsonencode({ StartAt = "a", States = { ${state} } })\n}\n`;
const start = (resource: string, parameters: string): string =>
  `{ Type = "Task", Resource = "arn:aws:states:::${resource}", Parameters = { ${parameters} } }`;
const glue = (n: number, start: string): string =>
  `resource "aws_glue_job" "j${n}" {\n  name = "j${n}"\n  command { script_location = "made.py" }\n}\nresource "aws_glue_trigger" "t${n}" {\n  name = "t${n}"\n  ${start}\n}\n`;

/** Name, files, the number of schedules and of tasks in them, and the rows that name what was left out. */
type Row = readonly [string, Readonly<Record<string, string>>, number, number, readonly string[]];
const ROWS: readonly Row[] = [
  [
    'six jobs whose 30 tasks start the next one, deeper than anybody looks',
    bundle(
      '',
      times(
        6,
        (n) =>
          `    j${n}:\n${n === 0 ? `      ${QUARTZ}\n` : ''}      tasks:\n${times(30, (t) =>
            task(
              `t${t}`,
              n === 5 ? 'spark_python_task: { python_file: made.py }' : `run_job_task: { job_id: "\${resources.jobs.j${n + 1}.id}" }`,
            ),
          )}`,
      ),
    ),
    1,
    0,
    ['a/databricks.yml too-many-values'],
  ],
  [
    'five machines whose 15 steps start the next one',
    {
      'a/main.tf': `${glue(0, '')}${times(5, (n) =>
        machine(
          `m${n}`,
          times(
            15,
            (s) =>
              `s${s} = ${n === 4 ? start('glue:startJobRun', 'JobName = "j0"') : start('states:startExecution', `StateMachineArn = aws_sfn_state_machine.m${n + 1}.arn`)}`,
            ', ',
          ),
        ),
      )}resource "aws_scheduler_schedule" "s" {\n  name = "s"\n  schedule_expression = "cron(0 1 * * ? *)"\n  target { arn = aws_sfn_state_machine.m0.arn }\n}\n`,
    },
    1,
    964,
    ['a/main.tf too-many-values'],
  ],
  [
    '2,000 triggers that start a machine of 100 tasks',
    {
      'a/main.tf': `${machine(
        'm',
        times(100, (s) => `s${s} = ${start('glue:startJobRun', 'JobName = "x"')}`, ', '),
      )}${times(
        2_000,
        (n) =>
          `resource "aws_scheduler_schedule" "s${n}" {\n  name = "s${n}"\n  schedule_expression = "cron(0 1 * * ? *)"\n  target { arn = aws_sfn_state_machine.m.arn }\n}\n`,
      )}`,
    },
    2_000,
    20_000,
    ['a/main.tf too-many-values'],
  ],
  [
    'variables that are made of 50 of the next one',
    bundle(
      times(7, (n) => `  v${n}: { default: "${n === 6 ? 's3://shop' : long(`\${var.v${n + 1}}`, 50)}" }\n`),
      made(`\${var.v0}`),
    ),
    1,
    1,
    [],
  ],
  [
    '2,000 variables that are made of six of the next one, in 2,000 jobs',
    bundle(
      times(2_000, (n) => `  v${n}: { default: "${long(`\${var.v${n + 1}}`, 6)}" }\n`),
      times(2_000, (n) => made(`\${var.v${n}}`).replace('j:', `j${n}:`)),
    ),
    2_000,
    2_000,
    [],
  ],
  [
    '3,600 jobs in two files, each with its trigger',
    Object.fromEntries(
      ['a', 'b'].map((folder, half) => [
        `${folder}/main.tf`,
        times(1_800, (at) =>
          ((n) => glue(n, `schedule = "cron(0 1 * * ? *)"\n  actions {\n    job_name = "j${n}"\n    arguments = { "--a" = "${n}" }\n  }`))(
            1_800 * half + at,
          ),
        ),
      ]),
    ),
    3_600,
    3_600,
    [],
  ],
  [
    '1,000 jobs of one name, and as many triggers',
    {
      'a/main.tf': times(1_000, (n) =>
        glue(n, `schedule = "cron(0 1 * * ? *)"\n  actions {\n    job_name = "x"\n    arguments = { "--a" = "${n}" }\n  }`).replace(
          `"j${n}"\n  command`,
          '"x"\n  command',
        ),
      ),
    },
    1_000,
    20_000,
    ['a/main.tf too-many-values'],
  ],
  [
    '1,500 jobs that follow each other, and 100 triggers of the first one',
    {
      'a/main.tf': `${times(1_500, (n) => glue(n, `predicate {\n    conditions { job_name = "j${n}" }\n  }\n  actions { job_name = "j${n + 1}" }`))}${times(
        100,
        (n) =>
          `resource "aws_glue_trigger" "s${n}" {\n  name = "s${n}"\n  schedule = "cron(0 1 * * ? *)"\n  actions { job_name = "j0" }\n}\n`,
      )}`,
    },
    100,
    10_000,
    [],
  ],
  [
    '1,900 tasks of one job, each at its line',
    {
      'a/main.tf': `resource "databricks_job" "j" {\n  name = "x"\n  schedule {\n    quartz_cron_expression = "0 0 1 * * ?"\n  }\n${times(1_900, (n) => `  task {\n    task_key = "t${n}"\n    spark_python_task {\n      python_file = "made.py"\n    }\n  }\n`)}${long('# \n', 100_000)}}\n`,
    },
    1,
    1_900,
    [],
  ],
  [
    '5,000 deployments of one file',
    {
      'a/prefect.yaml': `deployments:\n${times(5_000, (n) => `  - name: d${n}\n    entrypoint: made.py:main${n}\n    parameters: { out: s3://pf/${n} }\n    schedules: [{ cron: "0 3 * * *" }]\n`)}`,
    },
    5_000,
    5_000,
    [],
  ],
];

describe('hostile declarations of jobs', () => {
  it.each(ROWS)('%s', async (_name, files, schedules, tasks, skips) => {
    const found = await scanOf({ ...files, ...OTHER }, parse);
    const own = found.schedules.filter(({ file }) => file !== 'z/main.tf');
    expect([own.length, own.flatMap((one) => one.tasks).length]).toEqual([schedules, tasks]);
    expect([...new Set(found.skips)]).toEqual(skips);
    expect([...new Set(found.targets)].toSorted()).toEqual(['s3://m', 's3://real/orders']);
    expect(found.schedules.flatMap(({ id, tasks: [first] }) => (id === 'other' ? [first?.runs] : []))).toEqual(['jobs/load.py']);
    expect(found.cpu).toBeLessThan(2_500);
  });
});
