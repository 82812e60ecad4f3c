/** Files made to hurt: each gets facts or a named flaw within a second, and the next file is read as if nothing had been. */
import { beforeAll, describe, expect, it } from 'vitest';
import { mapOf, readYaml } from '../../analyzers/documents/yaml.js';
import { NO_INFRASTRUCTURE } from '../../analyzers/infrastructure/facts.js';
import { readTerraform } from '../../analyzers/infrastructure/terraform.js';
import { linkSites } from '../../analyzers/link.js';
import { ownerLookup, parseCodeowners } from '../../analyzers/ownership/codeowners.js';
import { unpackFacts } from '../../analyzers/python/packed.js';
import { readSchedules } from '../../analyzers/schedules/index.js';
import { sqlEffects } from '../../analyzers/sql/statements.js';
import { extractPython, extractSource, factsText } from '../../analyzers/syntax/extract.js';
import type { ParsePython } from '../../analyzers/syntax/node.js';
import { openHcl } from '../../src/adapters/hcl.js';
import { NO_CACHE } from '../../src/adapters/local/facts-cache.js';
import { openParser, openTreeSitter } from '../../src/adapters/tree-sitter/parse.js';
import { readStrictYaml } from '../../src/core/signing/strict-yaml.js';
import type { UnresolvedReason } from '../../src/core/vocabulary.js';
import { readInfrastructureOf } from '../../src/flows/read-infrastructure.js';
import { openTypeScript } from '../../src/main/read-typescript.js';
import { sourceOf } from './hostile-scan.js';

let parse: ParsePython;
beforeAll(async () => {
  parse = await openParser();
});

const WRITE = 'df.write.parquet("s3://shop/orders")\n';
const long = (piece: string, times: number): string => piece.repeat(times);

/** Name, source, whether the write in it is found, and what the flaws say. */
const ROWS: readonly (readonly [string, string, boolean, readonly UnresolvedReason[]])[] = [
  ['300,000 brackets on one line', `${long('(', 300_000)}\n${WRITE}`, true, ['line-too-long']],
  ['100,000 calls in one chain', `x${long('.a()', 100_000)}\n${WRITE}`, true, ['line-too-long']],
  ['a chain of 4,000 calls', `x${long('.a()', 4_000)}\n${WRITE}`, true, ['too-deep']],
  ['300,000 nested calls', `${long('f(', 300_000)}${long(')', 300_000)}\n${WRITE}`, true, ['line-too-long']],
  ['4,000 nested calls over many lines', `${long('f(\n', 4_000)}${long(')\n', 4_000)}${WRITE}`, false, ['too-large']],
  ['100,000 strings added up', `${long('"b"+', 100_000)}"b"\n${WRITE}`, true, ['line-too-long']],
  ['4,000 strings added up', `x = ${long('"b"+', 4_000)}"b"\n${WRITE}`, true, []],
  [
    '500 nested ifs',
    `${Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}if x:\n`).join('')}${' '.repeat(500)}f()\n`,
    false,
    [],
  ],
  ['a list of 200,000 numbers on one line', `x = [${long('1, ', 200_000)}]\n${WRITE}`, true, ['line-too-long']],
  ['NUL, form feed and a lone carriage return', `\0\f\r${WRITE}`, true, ['parse-error']],
  ['merge markers', `<<<<<<< ours\n${WRITE}=======\n>>>>>>> theirs\n`, true, ['parse-error']],
  ['carriage returns', WRITE.replaceAll('\n', '\r\n'), true, []],
  ['a mark of byte order', `\uFEFF${WRITE}`, true, []],
];

describe('hostile files', () => {
  it.each(ROWS)('%s', (_name, source, found, reasons) => {
    const started = performance.now();
    const facts = extractSource('py', source, parse);
    const { writes } = linkSites(new Map([['job.py', facts]]));
    expect(performance.now() - started).toBeLessThan(3_000);

    // What is given up is named.
    const seen = writes.some(({ targets }) => targets.includes('s3://shop/orders'));
    expect({ seen, reasons: facts.flaws.map(({ reason }) => reason) }).toEqual({ seen: found, reasons });
    const next = linkSites(new Map([['next.py', extractSource('py', WRITE, parse)]]));
    expect(next.writes.map(({ targets }) => targets)).toEqual([['s3://shop/orders']]);
  });

  it('an unclosed text of 400 KB is given up, or read to its end where that takes no time', () => {
    const facts = extractSource('py', `${WRITE}x = """${long('a b c\n', 65_000)}`, parse);
    const seen = linkSites(new Map([['job.py', facts]])).writes.length > 0;
    expect({ seen, reasons: facts.flaws.map(({ reason }) => reason) }).toEqual({
      seen,
      reasons: [seen ? 'parse-error' : 'parse-timeout'],
    });
  });

  it.each([
    [
      'each of which hands down a name',
      (n: number) => `class C${n}(C${n - 1}):\n  p = "s3://shop/c${n}"\n  def w(self): df.to_parquet(self.p)\n`,
    ],
    [
      'each of which asks the next',
      (n: number) => `class C${n}(C${n - 1}):\n  p = C${n + 1}.p + "a"\n  def w(self): df.to_parquet(self.p)\n`,
    ],
    [
      'all children of one',
      (n: number) => `class C${n}(Base):\n  p = "s3://shop/c${n}"\nclass D${n}(C${n}):\n  def w(self): df.to_parquet(self.p)\n`,
    ],
  ])('800 classes, %s, end within the budget of a file, and what was not looked at is named', (_name, piece) => {
    const source = `import pandas as pd\ndf = pd.DataFrame()\n${Array.from({ length: 800 }, (_, n) => piece(n)).join('')}`;
    const files = new Map([
      ['a/job.py', extractSource('py', source, parse)],
      ['b/next.py', extractSource('py', WRITE, parse)],
    ]);
    const { program, writes, unresolved } = linkSites(files, { steps: 1_000_000 });
    // One site may still be at work when the budget ends; it has a budget of its own.
    expect(1_000_000 - program.work.total).toBeLessThan(250_000);
    const given = unresolved.filter(({ file, reason }) => file === 'a/job.py' && reason === 'parse-timeout');
    expect(given.length + writes.filter(({ file }) => file === 'a/job.py').length).toBeGreaterThan(0);
    expect(given.length === 1 || writes.filter(({ file }) => file === 'a/job.py').length >= 800).toBe(true);
    expect(writes.filter(({ file }) => file === 'b/next.py')).toHaveLength(1);
  });

  it('says of every file that it was not looked at once the repository has cost too much', () => {
    const facts = extractSource('py', WRITE, parse);
    const { writes, unresolved } = linkSites(
      new Map([
        ['a.py', facts],
        ['b.py', facts],
        ['c.py', facts],
      ]),
      { steps: 60 },
    );
    expect(writes.length).toBeLessThan(3);
    expect(writes.length + unresolved.filter(({ reason }) => reason === 'parse-timeout').length).toBe(3);
  });

  it('gives 800 DAGs of one file their own tasks, at the cost of one look at each', () => {
    const dag = (n: number) => `with DAG("dag_${n}", schedule="@daily"):\n    PythonOperator(task_id="load_${n}", python_callable=f)\n`;
    const source = `from airflow import DAG\nfrom airflow.operators.python import PythonOperator\n${Array.from({ length: 800 }, (_, n) => dag(n)).join('')}`;
    const { program } = linkSites(new Map([['dags.py', extractSource('py', source, parse)]]));
    const before = program.work.total;
    const { schedules, unresolved } = readSchedules({ program, infrastructure: NO_INFRASTRUCTURE, declared: [], paths: [] });
    expect(before - program.work.total).toBeLessThan(800 * 60);
    expect(unresolved).toEqual([]);
    expect(schedules.map(({ id, tasks }) => [id, tasks.map((task) => task.id)])).toEqual(
      Array.from({ length: 800 }, (_, n) => [`dag_${n}`, [`load_${n}`]]),
    );
  });

  it('names the DAGs that were not looked at', () => {
    const source = `from airflow import DAG\n${Array.from({ length: 50 }, (_, n) => `DAG("dag_${n}", schedule="@daily")\n`).join('')}`;
    const { program } = linkSites(new Map([['dags.py', extractSource('py', source, parse)]]), { steps: 60 });
    const { schedules, unresolved } = readSchedules({ program, infrastructure: NO_INFRASTRUCTURE, declared: [], paths: [] });
    expect(schedules.length).toBeLessThan(50);
    expect(unresolved.map(({ reason }) => reason)).toEqual(['parse-timeout']);
  });

  it('asks 9,000 owner rules about 300 files', () => {
    const stars = Array.from({ length: 9_000 }, (_, n) => `*a*b*${n % 10}*c*d @acme/team\n/jobs/*/*a*b*${n % 7}* @acme/team\n`).join('');
    const ownerOf = ownerLookup({ rules: parseCodeowners(`*.py @acme/data\n${stars}`).rules });
    for (let n = 0; n < 300; n++) expect(ownerOf(`jobs/a1b2c3d4/ab${n}abcabcabcabc.py`).owners.length).toBe(1);
  });

  it.each([
    ['a quote that is escaped and never closed', `'${long("\\'", 100_000)}`],
    ['comments that open and never close', long('/* ', 60_000)],
    ['quotes in pairs', long("''", 100_000)],
    ['an open quote behind lines that end in a backslash', `'${long("\\\n'a", 50_000)}`],
  ])('reads the statements before %s in one walk', (_name, text) => {
    expect(sqlEffects(`INSERT INTO shop.orders SELECT 1;\n${text}`).map(({ target }) => target)).toEqual(['shop.orders']);
  });

  it('reads Terraform whose values are made of each other twenty times over, and whose expressions never end', () => {
    const locals = Array.from({ length: 10 }, (_, n) => [`v${n}`, long(`\${local.v${n + 1}}`, 20)]);
    const body = { name: `\${local.v0}`, description: `\${${long('? ', 50_000)}}`, tags: long('"${', 20_000), role_arn: 'role' };
    const blocks = { locals: [Object.fromEntries(locals)], resource: { aws_glue_job: { load: [body] } } };
    const { facts } = readTerraform([{ path: 'main.tf', blocks, text: '' }]);
    expect(facts.jobs.length).toBeLessThan(2);
  });

  describe('Terraform that multiplies', () => {
    const job = (script: string) => ({ resource: { aws_glue_job: { load: [{ name: 'load', command: [{ script_location: script }] }] } } });
    const module = (source: string, count: number) => ({
      module: Object.fromEntries(Array.from({ length: count }, (_, n) => [`m${n}`, [{ source, path: `\${var.path}/${n}` }]])),
    });
    const grown = (of: (before: string) => string): unknown => [
      Object.fromEntries([['v0', 's3://shop'], ...Array.from({ length: 7 }, (_, n) => [`v${n + 1}`, of(`local.v${n}`)])]),
    ];
    it.each([
      ['values of values by twenties', { 'a/main.tf': { locals: grown((v) => long(`\${${v}}`, 20)), ...job(`\${local.v7}`) } }, []],
      [
        'lists of lists by twenties',
        { 'a/main.tf': { locals: grown((v) => `\${[${long(`${v}, `, 20)}]}`), ...job(`\${local.v7}`) } },
        ['parse-timeout'],
      ],
      [
        'names that mean each other',
        {
          'a/main.tf': {
            locals: [
              Object.fromEntries(
                Array.from({ length: 40 }, (_, n) => [`v${n}`, Array.from({ length: 40 }, (_, m) => `\${local.v${m}}`).join('')]),
              ),
            ],
            ...job(`\${local.v7}`),
          },
        },
        [],
      ],
      [
        'a module that is called 3,000 times',
        {
          'a/main.tf': module('./m', 3_000),
          'a/m/main.tf': {
            resource: { aws_glue_job: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`j${n}`, [{ name: `j\${var.path}` }]])) },
          },
        },
        ['parse-timeout'],
      ],
      [
        'modules of modules',
        {
          'a/main.tf': module('./m', 80),
          'a/m/main.tf': module('./m', 80),
          'a/m/m/main.tf': module('./m', 80),
          'a/m/m/m/main.tf': job('x'),
        },
        ['parse-timeout'],
      ],
    ])('%s is given up by name, and what else is declared is read', (_name, files: Readonly<Record<string, unknown>>, reasons) => {
      const next = { 'z/main.tf': { locals: [{ base: 's3://shop/code' }], ...job(`\${local.base}/load.py`) } };
      const all = Object.entries({ ...files, ...next }).map(([path, blocks]) => ({ path, blocks, text: '' }));
      const { facts, unresolved } = readTerraform(all);
      expect(facts.jobs.filter(({ at }) => at.file === 'z/main.tf').map(({ script }) => script)).toEqual(['s3://shop/code/load.py']);
      expect(unresolved.map(({ file, reason }) => [file, reason])).toEqual(reasons.map((reason) => ['a/main.tf', reason]));
    });
  });

  it('gives each of 3,000 jobs the file that is put where its script lies', () => {
    const named = (of: (n: number) => unknown) => Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`n${n}`, [of(n)]]));
    const resource = {
      aws_s3_object: named((n) => ({ bucket: 'code', key: `jobs/${n}.py`, source: `src/job_${n}.py` })),
      aws_glue_job: named((n) => ({ command: [{ script_location: `s3://code/jobs/${n}.py` }] })),
    };
    const { facts } = readTerraform([{ path: 'main.tf', blocks: { resource }, text: '' }]);
    expect(facts.jobs.map(({ script }) => script)).toEqual(Array.from({ length: 3_000 }, (_, n) => `src/job_${n}.py`));
  });

  it.each([
    ['quotes', '"', 'too-large'],
    ['brackets that close nothing', ']', 'broken-yaml'],
    ['braces that close nothing', '}', 'broken-yaml'],
  ])('names a document of 400,000 %s', (_name, sign, reason) => {
    expect(readYaml(`a: 1\n${long(sign, 400_000)}`).flaws).toMatchObject([{ reason }]);
  });

  it('reads as many keys as fit, and still refuses one that stands twice', () => {
    const keys = Array.from({ length: 49_000 }, (_, n) => `k${n}: 1\n`).join('');
    expect(readStrictYaml(keys).ok).toBe(true);
    expect(readStrictYaml(`${keys}k7: 2\n`)).toMatchObject({ ok: false });
    expect(readYaml(keys).flaws).toEqual([]);
    expect(readStrictYaml(`{${Array.from({ length: 90_000 }, (_, n) => `k${n}: 1`).join(', ')}}`)).toMatchObject({ ok: false });
  });

  it.each([
    ['20,000 aliases of one text', `a: &a b\n${Array.from({ length: 20_000 }, (_, n) => `k${n}: *a\n`).join('')}`, 20_001],
    ['15,000 anchors, each named once', Array.from({ length: 15_000 }, (_, n) => `k${n}: &a${n} b\nj${n}: *a${n}\n`).join(''), 30_000],
    ['one anchor made anew 15,000 times', Array.from({ length: 15_000 }, (_, n) => `k${n}: &a b\nj${n}: *a\n`).join(''), 30_000],
    [
      '8,000 mappings that are merged into others',
      Array.from({ length: 8_000 }, (_, n) => `k${n}: &a${n} { c: b }\nj${n}:\n  <<: *a${n}\n`).join(''),
      16_000,
    ],
    ['70,000 keys', Array.from({ length: 70_000 }, (_, n) => `k${n}: b\n`).join(''), 70_000],
    ['30,000 lines of texts, of 3 MB', Array.from({ length: 30_000 }, (_, n) => `k${n}: ${long('words ', 16)}\n`).join(''), 30_000],
  ])('reads %s', (_name, text, keys) => {
    const { documents, flaws } = readYaml(text);
    expect(flaws).toEqual([]);
    expect(Object.keys(mapOf(documents[0])).length).toBe(keys);
    for (const [key, value] of Object.entries(mapOf(documents[0])))
      if (key.startsWith('j')) expect(value).toEqual(mapOf(documents[0])[key.replace('j', 'k')]);
  });

  it.each([
    [
      'a text of 100 KB that is named 10,000 times',
      `a: &a ${long('b', 100_000)}\n${Array.from({ length: 10_000 }, (_, n) => `k${n}: *a\n`).join('')}`,
    ],
    ['140,000 keys', Array.from({ length: 140_000 }, (_, n) => `k${n}: b\n`).join('')],
  ])('says of %s what is too much of it', (_name, text) => {
    expect(readYaml(text).flaws).toMatchObject([
      { reason: 'too-large', text: expect.stringMatching(/^aliases expand|^more than 500000 texts/) },
    ]);
  });

  it('names a file that is too large to read', () => {
    const facts = extractPython('py', new Uint8Array(2_000_001), parse);
    expect(facts.flaws.map(({ reason }) => reason)).toEqual(['too-large']);
  });

  it('gives each name of many its own element of a list that is written out', () => {
    const names = Array.from({ length: 200 }, (_, n) => `a${n}`).join(', ');
    const row = `[${long('1, ', 200)}]`;
    const rows = Array.from({ length: 200 }, () => row).join(',\n');
    const source = `${names} = [${rows}]\n`;
    const facts = extractSource('py', `${long(source, 4)}a, b = "s3://shop/orders", 2\ndf.write.parquet(a)\n`, parse);
    expect(JSON.stringify(facts).length).toBeLessThan(10_000_000);
    expect(linkSites(new Map([['job.py', facts]])).writes.map(({ targets }) => targets)).toEqual([['s3://shop/orders']]);
    const spread = extractSource('py', `${names} = [*x, ${rows}]\n`, parse);
    expect(spread.binds.map(({ value }) => value.kind)).toEqual(Array.from({ length: 200 }, () => 'opaque'));
  });

  it('names a file that has more to say than it is long', () => {
    const texts = long(`a${long(', a', 199)} = f("${long('b', 19_000)}")\n`, 10);
    const facts = unpackFacts(factsText({ kind: 'py', bytes: Buffer.from(texts) }, parse));
    expect(facts?.flaws.map(({ reason }) => reason)).toEqual(['too-large']);
  });

  it('names a file that the scanner fails on', () => {
    const failing: ParsePython = () => {
      throw new RangeError('Invalid string length');
    };
    const facts = unpackFacts(factsText({ kind: 'py', bytes: Buffer.from(WRITE) }, failing));
    expect(facts?.flaws).toEqual([
      { reason: 'scan-fault', line: 1, text: 'the scanner failed on this file: RangeError: Invalid string length' },
    ]);
  });

  it('names a parse that took too long', async () => {
    const hasty = await openTreeSitter(0);
    const facts = extractSource('py', long('x = [1, 2, 3]\n', 30_000), hasty);
    expect(facts.flaws.map(({ reason }) => reason)).toEqual(['parse-timeout']);
  });

  it('reads UTF-16 by its mark', () => {
    const bytes = new Uint8Array([0xff, 0xfe, ...Buffer.from(WRITE, 'utf16le')]);
    const { writes } = linkSites(new Map([['job.py', extractPython('py', bytes, parse)]]));
    expect(writes).toHaveLength(1);
  });

  it('ends on names that mean each other', () => {
    const sources = {
      'a.py': 'from b import X\nY = X\ndf.write.parquet(Y)\n',
      'b.py': 'from a import Y\nX = Y\n',
      'c.py': 'def f(p):\n    f(p + p)\n    df.write.parquet(p)\nf(f)\n',
    };
    const files = new Map(Object.entries(sources).map(([path, source]) => [path, extractSource('py', source, parse)]));
    expect(linkSites(files).writes.length).toBeGreaterThanOrEqual(2);
  });
});

const CRON_JOB = 'apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: load }\nspec: { schedule: "0 6 * * *" }\n';
const FACTORY = 'load:\n  schedule: "0 6 * * *"\n  tasks:\n    a: { operator: BashOperator, bash_command: python jobs/load.py }\n';
const dag = (schedule: string, before = ''): string => `from airflow import DAG\n${before}DAG("load", schedule=${schedule})\n`;
const workflow = (cron: string): string =>
  `on:\n  schedule:\n    - cron: "${cron}"\njobs: { load: { runs-on: x, steps: [{ run: python jobs/load.py }] } }\n`;
const rule = (schedule: string): string =>
  JSON.stringify({
    Resources: { Load: { Type: 'AWS::Events::Rule', Properties: { Name: 'load', ScheduleExpression: schedule, State: 'ENABLED' } } },
  });
const machine = (states: unknown): string => JSON.stringify({ StartAt: 'a', States: states });
const start = (name: string): unknown => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::states:startExecution',
  Parameters: { StateMachineArn: name },
});
const states = (count: number, of: (n: number) => unknown): unknown =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`s${n}`, of(n)]));
const deepJson = (depth: number): string => `${long('{"a":[', depth)}1${long(']}', depth)}`;

/** Name, files, and what is told of them at least: a schedule as its cron or text, or the reason of a row that names what was given up. */
const SCHEDULE_ROWS: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
  ['a cron of 100,000 fields', { 'd.py': dag(`"${long('1 ', 100_000)}"`) }, /too-long/],
  ['a cron with a list of 60,000 minutes', { 'd.py': dag(`"${long('1,', 60_000)}1 * * * *"`) }, /too-long/],
  ['a cron of ranges and steps that mean nothing', { 'd.py': dag('"99-1/0 */0 0-0/999999999 *-* ?/L#W"') }, /99-1/],
  ['a cron of spaces', { 'd.py': dag(`"0${long(' ', 90_000)}6 * * *"`) }, /line-too-long/],
  ['a cron of letters from everywhere and a NUL', { 'd.py': dag('"\\u0000 \u202e６ * * *"') }, /./],
  ['a preset by the name of a built-in', { 'd.py': dag('"constructor"') }, /^constructor$/],
  ['a preset that is a prototype', { 'd.py': dag('"@__proto__"') }, /^@__proto__$/],
  ['a timetable in 3,000 timetables', { 'd.py': dag(`${long('T(', 3_000)}"0 6 * * *"${long(')', 3_000)}`) }, /./],
  [
    'a workflow of 5,000 crons and 400 steps',
    {
      '.github/workflows/x.yml': [
        'on:',
        '  schedule:',
        ...Array.from({ length: 5_000 }, (_, at) => `    - cron: "${at % 60} ${at % 24} * * *"`),
        'jobs:',
        '  load:',
        '    steps:',
        ...Array.from({ length: 400 }, (_, at) => `      - run: python jobs/load.py ${at}`),
      ].join('\n'),
    },
    /too-many-values/,
  ],
  ['a timetable of 20,000 crons', { 'd.py': dag(`MultipleCronTriggerTimetable(${long('"0 6 * * *", ', 20_000)})`) }, /line-too-long/],
  ['a schedule that is a list of 50,000 datasets', { 'd.py': dag(`[${long('Dataset("s3://a"), ', 50_000)}]`) }, /./],
  [
    'a schedule that is 2,000 choices',
    { 'd.py': dag('S', Array.from({ length: 2_000 }, (_, n) => `if x${n}:\n    S = "${n % 60} 6 * * *"\n`).join('')) },
    /./,
  ],
  ['a schedule that means itself', { 'd.py': dag('S', 'S = T\nT = S\nS = S + T\n') }, /./],
  [
    'a schedule at the end of 3,000 names',
    { 'd.py': dag('s3000', `s0 = "0 6 * * *"\n${Array.from({ length: 3_000 }, (_, n) => `s${n + 1} = s${n}\n`).join('')}`) },
    /./,
  ],
  [
    'a DAG with 3,000 tasks in a loop',
    {
      'd.py': `${dag('"@daily"').replace('DAG(', 'with DAG(').replace(/\)\n$/, '):\n')}    for x in range(3000):\n        BashOperator(task_id=f"t{x}", bash_command="python jobs/load.py")\n`,
    },
    /^0 0 \* \* \*$/,
  ],
  ['a crontab of 30,000 lines', { 'jobs.cron': long('0 6 * * * python jobs/load.py\n', 15_000) }, /^0 6 \* \* \*$/],
  ['a crontab line of 400 KB', { 'jobs.cron': `0 6 * * * ${long('python jobs/load.py && ', 17_000)}\n` }, /^0 6 \* \* \*$/],
  ['a crontab of 400 KB of stars', { 'jobs.cron': `${long('* ', 200_000)}\n0 6 * * * python jobs/load.py\n` }, /./],
  ['a crontab of 400 KB of spaces', { 'jobs.cron': `${long(' ', 400_000)}x\n0 6 * * * python jobs/load.py\n` }, /^0 6 \* \* \*$/],
  ['a crontab of locks in locks', { 'jobs.cron': `0 6 * * * ${long('flock -w 1 -w ', 20_000)}\n` }, /^0 6 \* \* \*$/],
  ['a crontab of 200,000 empty lines', { 'jobs.cron': `${long('\n', 200_000)}0 6 * * * python jobs/load.py\n` }, /^0 6 \* \* \*$/],
  ['a CronJob behind 90,000 empty lines', { 'k.yaml': `${long('\n', 90_000)}${CRON_JOB}` }, /^0 6 \* \* \*$/],
  [
    'a CronJob behind 400,000 dashes and blanks',
    { 'k.yaml': `# ${long('- ', 200_000)}\n${long(' \n', 40_000)}${CRON_JOB}` },
    /^0 6 \* \* \*$/,
  ],
  ['a CronJob behind 400,000 empty lines', { 'k.yaml': `${long('\n', 400_000)}${CRON_JOB}` }, /too-large/],
  [
    'a template of CloudFormation with 15,000 resources',
    {
      't.yaml': `Resources:\n${Array.from({ length: 15_000 }, (_, n) => `  K${n}: {}\n`).join('')}  R:\n    Type: AWS::Events::Rule\n    Properties: { ScheduleExpression: cron(0 6 * * ? *) }\n`,
    },
    /^0 6 \* \* \*$/,
  ],
  ...['!', '-', 'a?b:'].map((sign): (typeof SCHEDULE_ROWS)[number] => [
    `250 KB of ${sign} beside a file of Terraform that says when`,
    {
      'a.tf': `x = ${long(sign, 250_000 / sign.length)}1\n`,
      'b.tf': 'resource "aws_cloudwatch_event_rule" "r" {\n  schedule_expression = "cron(0 6 * * ? *)"\n}\n',
    },
    /^0 6 \* \* \*$/,
  ]),
  ['4,000 CronJobs in one file', { 'k.yaml': long(`---\n${CRON_JOB}`, 4_000) }, /^0 6 \* \* \*$/],
  [
    'a CronJob with 20,000 containers',
    {
      'k.yaml': `${CRON_JOB.replace(/\}\n$/, '')}, jobTemplate: { spec: { template: { spec: { containers: [${long('{ name: a, command: [python, a.py] }, ', 9_000)}] } } } } }\n`,
    },
    /^0 6 \* \* \*|too-/,
  ],
  ['a CronJob 2,000 levels deep', { 'k.yaml': `${CRON_JOB}x: ${long('{ a: ', 2_000)}1${long(' }', 2_000)}\n` }, /too-deep/],
  [
    'a CronJob that multiplies by aliases',
    {
      'k.yaml': `a: &a [${long('x, ', 99)}x]\nb: &b [${long('*a, ', 99)}*a]\nc: &c [${long('*b, ', 99)}*b]\nd: [${long('*c, ', 99)}*c]\n${CRON_JOB}`,
    },
    /too-large/,
  ],
  ['a chart of 60,000 braces', { 'k.yaml': `${CRON_JOB}# ${long('{{', 60_000)}\n` }, /./],
  ['a chart of 20,000 values', { 'k.yaml': `${CRON_JOB}labels:\n${long('  x: {{ .Values.a | quote }}\n', 12_000)}` }, /^0 6 \* \* \*$/],
  [
    'a factory of 5,000 DAGs',
    {
      'f.yml': Array.from({ length: 5_000 }, (_, n) => FACTORY.replace('load:', `load${n}:`).replace(/ +bash_command.*\}/, '}'))
        .join('')
        .slice(0, 500_000),
    },
    /^0 6 \* \* \*|too-large/,
  ],
  [
    'a factory with 8,000 tasks',
    { 'f.yml': `${FACTORY}${Array.from({ length: 8_000 }, (_, n) => `    t${n}: { operator: BashOperator }\n`).join('')}` },
    /^0 6 \* \* \*$/,
  ],
  [
    'a factory whose schedule is nested 90 deep',
    { 'f.yml': FACTORY.replace('"0 6 * * *"', `${long('{ __or__: [', 45)}x${long('] }', 45)}`) },
    /./,
  ],
  [
    'a factory whose schedule is nested 900 deep',
    { 'f.yml': FACTORY.replace('"0 6 * * *"', `${long('{ __or__: [', 450)}x${long('] }', 450)}`) },
    /too-deep/,
  ],
  ['a factory whose schedule is 20,000 datasets', { 'f.yml': FACTORY.replace('"0 6 * * *"', `[${long('"s3://a", ', 20_000)}]`) }, /s3:/],
  ['a factory whose key is a prototype', { 'f.yml': FACTORY.replace('load:', '__proto__:') }, /^0 6 \* \* \*$/],
  [
    'a workflow of 9,000 crons',
    { '.github/workflows/w.yml': workflow('0 6 * * *').replace(/ {4}- cron.*\n/, long('    - cron: "0 6 * * *"\n', 9_000)) },
    /^0 6 \* \* \*/,
  ],
  ['a workflow with a cron of 400 KB', { '.github/workflows/w.yml': workflow(long('1 ', 200_000)) }, /./],
  ['a rule with a cron of 400 KB', { 'e.json': rule(`cron(${long('1,', 200_000)}1 * * * ? *)`) }, /1,1/],
  ['a rule of 200,000 brackets', { 'e.json': rule(`cron(${long('(', 200_000)}`) }, /cron/],
  ['a rate beyond all numbers', { 'e.json': rule(`rate(${long('9', 400)} minutes)`) }, /rate/],
  ['a rate of nothing', { 'e.json': rule('rate(0 minutes)') }, /rate\(0/],
  [
    '1,500 rules that start one job by one name',
    {
      'e.json': JSON.stringify({
        Resources: states(1_500, (n) => ({
          Type: 'AWS::Events::Rule',
          Properties: { Name: `r${n}`, ScheduleExpression: 'rate(1 hour)', Targets: [{ Arn: `arn:aws:states:x:y:stateMachine:m${n}` }] },
        })),
      }),
    },
    /^0 \* \* \* \*$/,
  ],
  ['a template 20,000 levels deep', { 'e.json': rule('rate(1 hour)').replace('"ENABLED"', deepJson(20_000)) }, /^0 \* \* \* \*$|too-deep/],
  ['a template of broken JSON', { 'e.json': rule('rate(1 hour)').slice(0, -3) }, /broken-json/],
  [
    'machines that start each other in circles',
    {
      'a.json': machine(states(40, () => start('b'))),
      'b.json': machine(states(40, () => start('a'))),
      'e.json': rule('rate(1 hour)').replace('"State"', '"Targets":[{"Arn":"arn:aws:states:x:y:stateMachine:a"}],"State"'),
    },
    /^0 \* \* \* \*$/,
  ],
  [
    'a machine of 9,000 states',
    { 'm.json': machine(states(9_000, () => ({ Type: 'Pass' }))), 'e.json': rule('rate(1 hour)') },
    /^0 \* \* \* \*$/,
  ],
  ['a machine of 4,000 tasks', { 'm.json': machine(states(4_000, () => start('x'))), 'e.json': rule('rate(1 hour)') }, /^0 \* \* \* \*$/],
  [
    'a machine 20,000 levels deep',
    { 'm.json': machine({ a: 1 }).replace('1', deepJson(20_000)), 'e.json': rule('rate(1 hour)') },
    /^0 \* \* \* \*$/,
  ],
];

/** A grammar that looks ahead from each line over all that follow: what it is given has few of them. */
describe('lines by thousands that only tree-sitter reads', () => {
  it.each([
    ['comments', `print -x\ndef f():\n${long('#\n', 16_000)}    pass\n`],
    ['backslashes alone', `${long('\\\n', 30_000)}x = 1\n`],
    ['backslashes among empty lines', `${long(`${long('\\\n', 20)}${long('\n', 979)}`, 200)}x = 1\n`],
  ])('%s', async (_name, text) => {
    const parseAll = await openTreeSitter(60_000);
    const before = process.cpuUsage();
    const { binds, scopes } = extractSource('py', text, parseAll);
    expect(binds.length + scopes.length).toBeGreaterThan(1);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_500);
  });
});

describe('hostile schedules', () => {
  it.each(SCHEDULE_ROWS)('%s', async (_name, files, expected) => {
    const source = sourceOf(files);
    const parseHcl = openHcl();
    const before = process.cpuUsage();
    const python = Object.entries(files).filter(([path]) => path.endsWith('.py'));
    const { program } = linkSites(new Map(python.map(([path, text]) => [path, extractSource('py', text, parse)])));
    const listing = await source.list();
    const infrastructure = await readInfrastructureOf({ source, facts: NO_CACHE }, listing, { parseHcl, readTypeScript: openTypeScript() });
    const { schedules, unresolved } = readSchedules({
      program,
      infrastructure: infrastructure.facts,
      declared: infrastructure.declared,
      paths: listing.map(({ path }) => path),
    });
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(3_000);

    const flaws = python.flatMap(([path]) => program.units.get(path)?.facts.flaws ?? []);
    const told = [
      ...schedules.map(({ schedule }) => schedule ?? 'never'),
      ...[...unresolved, ...infrastructure.unresolved, ...flaws].map(({ reason }) => reason),
    ];
    expect(told.filter((one) => expected.test(one)).slice(0, 1), told.slice(0, 5).join(' | ').slice(0, 300)).toHaveLength(1);
  });
});
