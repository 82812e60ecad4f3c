/** §4.1 commands: which script they run, and how its words are read; texts made to hurt end within their bounds. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readCommand } from '../../../analyzers/infrastructure/command-line.js';
import { commandsIn } from '../../../analyzers/infrastructure/described.js';
import { interpolated, toldOf } from '../../../analyzers/infrastructure/told.js';
import { linkSites } from '../../../analyzers/link.js';
import { commandFacts, mayStartScripts } from '../../../analyzers/runs/files.js';
import { extractSource } from '../../../analyzers/syntax/extract.js';
import type { ParsePython } from '../../../analyzers/syntax/node.js';
import { readingsOf } from '../../../analyzers/targets/declared-arguments.js';
import { sharedText } from '../../../analyzers/templates/alternatives.js';
import { withJinja } from '../../../analyzers/templates/jinja-holes.js';
import { literal, printTemplate, type Template } from '../../../analyzers/templates/template.js';
import { openParser } from '../../../src/adapters/tree-sitter/parse.js';

let parse: ParsePython;
beforeAll(async () => {
  parse = await openParser();
});

const startsIn = (file: Parameters<typeof commandFacts>[0]) => commandFacts(file).starts;

const printed = (given: ReadonlyMap<string, Template> | undefined): Record<string, string> =>
  Object.fromEntries([...(given ?? [])].map(([name, value]) => [name, printTemplate(value)]));

describe('a command', () => {
  it.each([
    ['python jobs/load.py --day 1', 'jobs/load.py', { day: '1' }],
    ['python3 -u jobs/load.py --day=1 --full', 'jobs/load.py', { day: '1' }],
    ['python -m jobs.load --day 1', 'jobs.load', { day: '1' }],
    ['poetry run python jobs/load.py', 'jobs/load.py', {}],
    ['uv run jobs/load.py', 'jobs/load.py', {}],
    ['./load.py --day 1', './load.py', { day: '1' }],
    ['spark-submit --py-files a.py,b.py --jars x.jar --verbose jobs/load.py --day 1', 'jobs/load.py', { day: '1' }],
    ['/opt/spark/bin/spark-submit --conf spark.shop.out=s3://x jobs/load.py', 'jobs/load.py', { 'spark.shop.out': 's3://x' }],
    ['papermill in.ipynb out.ipynb -p day 1', 'in.ipynb', { day: '1' }],
    ['aws s3 cp jobs/load.py s3://code/', undefined, {}],
    ['git add jobs/load.py', undefined, {}],
    ['python -c "import jobs"', undefined, {}],
  ])('%s', (text, script, given) => {
    const command = readCommand([literal(text)]);
    expect([command.script, printed(command.arguments)]).toEqual([script, given]);
  });

  it.each([
    ['A=b C="d e" python x.py', { A: 'b', C: 'd e' }],
    ['docker run -e A=b --env C=d image python x.py', { A: 'b', C: 'd' }],
    ['python x.py A=b', {}],
  ])('gives variables: %s', (text, environment) => expect(printed(readCommand([literal(text)]).environment)).toEqual(environment));
});

describe('words are read as the script declares them', () => {
  const ARGPARSE = `
p.add_argument("source")
p.add_argument("-o", "--out-path", dest="target")
p.add_argument("--dry-run", action="store_true")
p.add_argument("--tables", nargs="+")
p.add_argument("--pair", nargs=2)
`;
  const CLICK =
    '@click.command()\n@click.option("--out", "-o")\n@click.option("--fast/--slow")\n@click.argument("day")\ndef main(out, fast, day): pass\n';
  const TYPER = 'import typer\n@app.command()\ndef main(source: str, out: str = typer.Option("x", "--to"), full: bool = False): pass\n';
  it.each([
    [ARGPARSE, '--dry-run s3://raw -o s3://gold', [{ source: 's3://raw', target: 's3://gold' }]],
    [ARGPARSE, 's3://raw --out-path=s3://gold', [{ source: 's3://raw', target: 's3://gold' }]],
    [
      ARGPARSE,
      's3://raw --tables a b',
      [
        { source: 's3://raw', tables: 'a' },
        { source: 's3://raw', tables: 'b' },
      ],
    ],
    [ARGPARSE, '--unknown x s3://raw', [{ source: 's3://raw', unknown: 'x' }]],
    [CLICK, '--fast -o s3://gold 2026-01-01', [{ out: 's3://gold', day: '2026-01-01' }]],
    [TYPER, '--full s3://raw --to s3://gold', [{ source: 's3://raw', out: 's3://gold' }]],
  ])('%s %s', (source, text, readings) => {
    const { arguments: named, words = [] } = readCommand([literal(`python x.py ${text}`)]);
    const found = readingsOf(extractSource('py', source, parse), { arguments: named, words });
    const plain = found.map(({ arguments: given }) => Object.entries(printed(given)).filter(([name]) => !name.startsWith('argv_')));
    for (const [index, reading] of readings.entries()) expect(Object.fromEntries(plain[index] ?? [])).toMatchObject(reading);
    expect(found).toHaveLength(readings.length);
  });

  it('by their place, as the program sees them', () => {
    const [reading] = readingsOf(extractSource('py', '', parse), { arguments: new Map(), words: [literal('a'), literal('b')] });
    expect(printed(reading?.arguments)).toEqual({ argv_1: 'a', argv_2: 'b' });
  });
});

describe('a description', () => {
  it.each([
    [
      'a list of the States Language',
      { EntryPoint: 's3://c/x.py', 'EntryPointArguments.$': "States.Array('--out', 's3://shop', $.day)" },
      ['--out', 's3://shop', '{day}'],
    ],
    ['a container', { command: ['python', 'x.py'], args: ['--out', 'a b'] }, ['--out', 'a b']],
    ['a shell in a container', { command: ['sh', '-c', 'python x.py --out a && true'] }, ['--out', 'a']],
  ])('%s', (_name, description, words) => {
    const [command] = commandsIn(toldOf(description, interpolated));
    expect(command?.words?.map(printTemplate)).toEqual(words);
  });
});

describe('what may be several texts', () => {
  it.each([
    [['s3://a/jobs/x.py', 's3://b/jobs/x.py'], 's3://{one}/jobs/x.py'],
    [['s3://a/dev', 's3://a/prod'], 's3://a/{one}'],
    [['a', 'a/a'], 'a{one}'],
    [['dev', 'prod'], '{one}'],
  ])('%s', (texts, shared) => expect(printTemplate(sharedText(texts.map(literal), 'one'))).toBe(shared));
});

describe('Jinja in a text', () => {
  it.each([
    ['s3://x/{{ ds }}', 's3://x/{ds}'],
    ['s3://x/{{ macros.ds_add(ds, -1) }}/{{ var.value.zone }}', 's3://x/{macros}/{zone}'],
    ['{{ dag_run.conf["day"] }}', '{dag_run}'],
    ['no {braces}', 'no {braces}'],
  ])('%s', (text, shown) => expect(printTemplate(withJinja(literal(text)))).toBe(shown));
});

const long = (piece: string, times: number): string => piece.repeat(times);

describe('made to hurt', () => {
  const within = (work: () => unknown): void => {
    const started = performance.now();
    work();
    expect(performance.now() - started).toBeLessThan(3_000);
  };

  it.each([
    ['run.sh', `python x.py ${long('"a"', 200_000)}\n`],
    ['run.sh', long('python x.py --a b\n', 20_000)],
    ['run.sh', `python x.py ${long('$(', 100_000)}\n`],
    ['run.sh', `${long('A="$A$A$A$A"\n', 5_000)}python x.py $A\n`],
    ['Makefile', `${long('A := $(A)$(A)\n', 5_000)}run:\n\tpython x.py $(A)\n`],
    ['Makefile', `run:${long(' \\\n', 100_000)}\n\tpython x.py\n`],
    ['Dockerfile', `ENV ${long('A=b \\\n', 50_000)}\nCMD python x.py\n`],
    ['Dockerfile', `ENV ${long('a', 500_000)}\nCMD python x.py\n`],
    ['Dockerfile', `CMD ${long('[', 100_000)} python x.py`],
    ['crontab', `${long('* ', 100_000)} python x.py\n`],
    ['k8s.yaml', `${long(' \n', 200_000)}command: x.py\n`],
  ])('%s', (path, text) => within(() => (mayStartScripts(path, text) ? startsIn({ path, text, documents: [] }) : [])));

  it('descriptions of many levels and many commands', () =>
    within(() => {
      let deep: unknown = { command: 'python x.py' };
      for (let level = 0; level < 1_000; level++) deep = { steps: [deep] };
      expect(commandsIn(toldOf(deep, interpolated))).toEqual([]);
      const many = Array.from({ length: 50_000 }, () => ({ command: 'python x.py --a b' }));
      expect(commandsIn(toldOf(many, interpolated)).length).toBeLessThanOrEqual(200);
    }));

  it('operators in loops of loops, made by helpers of helpers', () =>
    within(() => {
      const loops = Array.from(
        { length: 8 },
        (_, depth) => `${' '.repeat(depth)}for v${depth} in range_of(${depth}) or list("abcdefghij"):\n`,
      ).join('');
      const helpers = Array.from(
        { length: 60 },
        (_, n) => `def h${n}(a):\n  h${(n + 1) % 60}(a)\n  h${(n + 7) % 60}(a)\n  BashOperator(bash_command=f"python job.py --out {a}")\n`,
      ).join('');
      const dag = `from airflow import DAG\n${helpers}${loops}${' '.repeat(8)}BashOperator(bash_command=f"python job.py --out {v0}{v7}")\n`;
      const job = 'p.add_argument("--out")\ndf.write.parquet(p.parse_args().out)\n';
      const files = new Map([
        ['dag.py', extractSource('py', dag, parse)],
        ['job.py', extractSource('py', job, parse)],
      ]);
      expect(linkSites(files).writes).toHaveLength(1);
    }));
});
