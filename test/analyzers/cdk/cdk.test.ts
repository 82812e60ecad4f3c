/** §4.1 apps of the AWS CDK: when their machines and jobs run; files made to hurt end within their bounds. */
import { describe, expect, it } from 'vitest';
import { readCdk } from '../../../analyzers/cdk/read.js';
import { buildProgram } from '../../../analyzers/targets/program.js';
import { extractTypeScript } from '../../../analyzers/typescript/extract.js';
import { openTypeScript } from '../../../src/main/read-typescript.js';

const IMPORTS = `import * as cdk from 'aws-cdk-lib';
import { aws_events as events, aws_events_targets as targets, aws_glue as glue, aws_scheduler as scheduler, aws_stepfunctions as sfn, aws_stepfunctions_tasks as tasks } from 'aws-cdk-lib';
`;

function read(body: string) {
  const app = `${IMPORTS}export class S extends cdk.Stack { constructor(scope: Construct, id: string) { super(scope, id);\n${body}\n} }\nnew S(new cdk.App(), 's');\n`;
  return readCdk(buildProgram(new Map([['lib/s.ts', extractTypeScript(app)]]))).facts;
}

describe('when a rule runs', () => {
  it.each([
    ["schedule: events.Schedule.cron({ minute: '0', hour: '4' })", 'cron(0 4 * * ? *)'],
    ["schedule: events.Schedule.cron({ minute: '0', weekDay: 'MON-FRI' })", 'cron(0 * ? * MON-FRI *)'],
    ['schedule: events.Schedule.rate(cdk.Duration.minutes(15))', 'rate(15 minutes)'],
    ["schedule: events.Schedule.expression('rate(1 day)')", 'rate(1 day)'],
  ])('%s', (given, written) => {
    const { triggers } = read(`new events.Rule(this, 'R', { ${given} });`);
    expect(triggers).toMatchObject([{ asWritten: written, id: 'R', enabled: true, platform: 'eventbridge' }]);
  });

  it('is off where it says so, and a rule for events is no schedule', () => {
    expect(
      read("new events.Rule(this, 'R', { enabled: false, schedule: events.Schedule.expression('rate(1 day)') });").triggers,
    ).toMatchObject([{ enabled: false }]);
    expect(read("new events.Rule(this, 'R', { eventPattern: { source: ['aws.s3'] } });").triggers).toEqual([]);
  });
});

describe('a machine', () => {
  it('holds the tasks its definition is made of, and no others', () => {
    const { machines, starts } = read(`
      const one = new tasks.GlueStartJobRun(this, 'One', { glueJobName: 'one' });
      const two = new tasks.GlueStartJobRun(this, 'Two', { glueJobName: 'two' });
      const three = new tasks.GlueStartJobRun(this, 'Three', { glueJobName: 'three' });
      const both = new sfn.Parallel(this, 'Both');
      both.branch(one);
      new sfn.StateMachine(this, 'A', { definition: both.next(new sfn.Succeed(this, 'Done')) });
      new sfn.StateMachine(this, 'B', { definition: two });`);
    expect(machines.map(({ starts: held }) => held.map(({ job }) => job))).toEqual([['one'], ['two']]);
    expect(starts.map(({ job }) => job)).toEqual(['three']);
  });

  it('says what it gives to a step of EMR, and is read as a text of States Language', () => {
    const { machines } = read(`
      const step = new tasks.EmrAddStep(this, 'Step', { clusterId: 'c', name: 'n', jar: 'command-runner.jar', args: ['spark-submit', 's3://code/load.py', '--out', 's3://shop'] });
      new sfn.StateMachine(this, 'A', { definition: step });
      new sfn.CfnStateMachine(this, 'B', { definitionString: JSON.stringify({ StartAt: 'X', States: { X: { Type: 'Task', Resource: 'arn:aws:states:::glue:startJobRun.sync', Parameters: { JobName: 'x' } } } }) });`);
    expect(machines).toMatchObject([{ starts: [{ script: 's3://code/load.py' }] }, { starts: [{ id: 'X', job: 'x' }] }]);
  });
});

describe('a name of another file', () => {
  it.each(['lib/names.ts', 'lib/names/index.ts'])('is found in %s', (path) => {
    const stack = `${IMPORTS}import { JOB } from './names';
class S extends cdk.Stack { constructor(scope: Construct, id: string) { super(scope, id);
  new glue.CfnJob(this, 'J', { name: JOB, command: { scriptLocation: 's3://code/x.py' } });
} }
`;
    const files = new Map([
      ['lib/stack.ts', extractTypeScript(stack)],
      [path, extractTypeScript("export const JOB = 'nightly';\n")],
    ]);
    expect(readCdk(buildProgram(files)).facts.jobs.map(({ names }) => names.at(-1))).toEqual(['nightly']);
  });
});

describe('production', () => {
  it('of a class made for each environment, its machine holds its own task, and its arguments fill the script', () => {
    const { machines, jobs } = readCdk(
      buildProgram(
        new Map([
          [
            'a.ts',
            extractTypeScript(`${IMPORTS}class S extends cdk.Stack { constructor(scope: Construct, id: string, stage: string) { super(scope, id);
  const job = new glue.CfnJob(this, 'J', { name: \`job-\${stage}\`, command: { scriptLocation: 's3://code/x.py' }, defaultArguments: { '--stage': stage } });
  const task = new tasks.GlueStartJobRun(this, 'T', { glueJobName: \`job-\${stage}\` });
  new sfn.StateMachine(this, 'M', { definition: task });
} }
new S(app, 'dev', 'dev');
new S(app, 'prod', 'prod');
`),
          ],
        ]),
      ),
    ).facts;
    expect(jobs.map(({ names }) => names.at(-1))).toEqual(['job-dev', 'job-prod']);
    expect(machines.map(({ starts }) => starts.map(({ job }) => job))).toEqual([['job-dev'], ['job-prod']]);
  });

  it.each([
    ["process.env.STAGE === 'prod' ? 's3://live' : 's3://dev'", 's3://live'],
    ["stage !== 'prod' ? 's3://dev' : 's3://live'", 's3://live'],
    ['isProd ? "s3://live" : "s3://dev"', 's3://live'],
  ])('%s', (expression, value) => {
    const { jobs } = read(
      `const lake = ${expression};\nnew glue.CfnJob(this, 'J', { command: { scriptLocation: 's3://code/x.py' }, defaultArguments: { '--lake': lake } });`,
    );
    expect([...(jobs[0]?.arguments ?? [])].map(([name, template]) => [name, template.parts])).toEqual([['lake', [value]]]);
  });
});

const long = (piece: string, times: number): string => piece.repeat(times);

describe('made to hurt', () => {
  it.each([
    ['300,000 brackets', long('(', 300_000)],
    ['100,000 strings added up', `const x = ${long("'a' + ", 60_000)}'b';`],
    ['a chain of 50,000 calls', `x${long('.a()', 50_000)};`],
    ['arrow functions that the parser has to guess at', `const x = ${long('async (a = ', 60)}`],
    ['type arguments that it has to guess at', `${long('a<', 300)}${long('a,', 100_000)}`],
    [
      'methods that every object of the parser has',
      `${IMPORTS}class S { m() { const a = this.toString(); new glue.CfnJob(this, a.constructor(a.hasOwnProperty(a)), { name: a.toString() }); } }`,
    ],
    ['nested templates', `${long('`${', 150)}x${long('}`', 150)};`],
    ['5,000 arrow functions in each other', `const f = ${long('(a) => ', 5_000)}1;`],
    ['an unclosed text', `const x = \`${long('a\n', 100_000)}`],
    [
      'constructs in loops of loops',
      `${IMPORTS}${long('for (const a of [1,2,3,4,5,6,7,8,9]) ', 60)} new glue.CfnJob(this, 'J', { name: 'x' });`,
    ],
    [
      'methods that call each other',
      `${IMPORTS}class S { ${Array.from({ length: 400 }, (_, n) => `m${n}(a) { this.m${(n + 1) % 400}(a); this.m${(n + 3) % 400}(a); new glue.CfnJob(this, a, {}); }`).join('\n')} }`,
    ],
    ['more than a file may have', long('const x = 1;\n', 60_000)],
  ])('%s', async (_name, text) => {
    const started = performance.now();
    const facts = await openTypeScript()(text);
    readCdk(buildProgram(new Map([['a.ts', facts]])));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
