/** Files of commands made to hurt: each gives what it starts or a row that names it, in a second, and what other files start is found. */
import { beforeAll, describe, expect, it } from 'vitest';
import { NO_INFRASTRUCTURE, type ProgramCall } from '../../analyzers/infrastructure/facts.js';
import { linkSites } from '../../analyzers/link.js';
import type { ParsePython } from '../../analyzers/syntax/node.js';
import { openParser } from '../../src/adapters/tree-sitter/parse.js';
import { long, scanOf, times } from './hostile-scan.js';

let parse: ParsePython;
beforeAll(async () => {
  parse = await openParser();
});

const scheduled = (job: string): string => `on:\n  schedule:\n    - cron: "0 1 * * *"\n${job}`;
const running = (...commands: readonly string[]): string =>
  scheduled(`jobs:\n  j:\n    steps:\n      - run: |\n${commands.map((one) => `          ${one}\n`).join('')}`);
const matrix = (told: string, run: string): string =>
  scheduled(`jobs:\n  j:\n    strategy:\n      matrix:\n${told}    steps:\n      - run: ${run}\n`);
const SCRIPT = (out: string): string =>
  `import argparse\np = argparse.ArgumentParser()\np.add_argument("--${out}")\nargs = p.parse_args()\ndf.write.parquet(args.${out})\n`;
/** What hurts nobody, and comes last. */
const OTHER = {
  '.github/workflows/other.yml': running('bash load.sh s3://real/orders'),
  'load.sh': 'python load.py --out $1\n',
  'load.py': SCRIPT('out'),
};
const A = '.github/workflows/a.yml';
const makefile = (text: string, target = ''): Readonly<Record<string, string>> => ({ Makefile: text, [A]: running(`make ${target}`) });
const names = (count: number): string => times(count, (n) => `t${n}`, ' ');
const steps = (count: number, run: string): string => long(`      - run: ${run}\n`, count);
const MATRIX = `    strategy: { matrix: { a: [${times(32, String, ', ')}] } }\n`;
const environment = (count: number, value: string): string => `env:\n${times(count, (n) => `  E${n}: "${value}"\n`)}`;
const jobs = (count: number, of: string): string => `jobs:\n${times(count, (n) => `  j${n}:\n${MATRIX}    steps:\n${of}`)}`;

/** Name, files, targets that are found beside those of the other files, and the rows that name what is not. */
type Row = readonly [string, Readonly<Record<string, string>>, readonly string[], readonly string[]];
const MADE = { 'made.py': SCRIPT('made') };
const TOO_MANY = `${A} too-many-values`;
const ROWS: readonly Row[] = [
  ['a target that needs another 200,000 times', makefile(`a: ${long('n ', 200_000)}\n\tpython made.py --made s3://m\n`), ['s3://m'], []],
  [
    '10,000 targets that need each other',
    makefile(`${names(10_000)}: ${names(10_000)}\n\tpython made.py --made s3://m\n`, 't1'),
    ['s3://m'],
    [],
  ],
  [
    '3,000 targets that stand in 3,000 lines',
    makefile(`${times(3_000, (n) => `t${n % 7}: t${n} t1 t2\n`)}t3:\n\tpython made.py --made s3://m\n`, 't1'),
    ['s3://m'],
    [],
  ],
  [
    '10,000 targets of 20,000 commands',
    makefile(`${names(10_000)}:\n\tpython made.py --made s3://m\n${long('\t\n', 20_000)}`, 't1'),
    ['s3://m'],
    [],
  ],
  [
    '12,000 values of which 12,000 more are made',
    {
      [A]: matrix(
        `        a: [${times(12_000, String)}]\n        include:\n${times(12_000, (n) => `          - a: x${n}\n`)}`,
        `python made.py --made s3://\${{ matrix.a }}`,
      ),
    },
    ['s3://{a}'],
    [],
  ],
  [
    '3,000 names more of each run',
    {
      [A]: matrix(
        `        a: [0, 1]\n        include:\n${times(3_000, (n) => `          - { a: 0, b${n}: x }\n`)}`,
        `python made.py --made s3://\${{ matrix.a }}`,
      ),
    },
    ['s3://0', 's3://1'],
    [],
  ],
  [
    '2,000 axes of six values',
    {
      [A]: matrix(
        times(2_000, (n) => `        a${n}: [1, 2, 3, 4, 5, 6]\n`),
        `python made.py --made s3://\${{ matrix.a1 }}`,
      ),
    },
    ['s3://{a1}'],
    [],
  ],
  [
    '9,000 axes of one value',
    {
      [A]: matrix(
        times(9_000, (n) => `        a${n}: [x]\n`),
        `python made.py --made s3://\${{ matrix.a1 }}`,
      ),
    },
    ['s3://x'],
    [],
  ],
  [
    '8,000 runs that are left out of 9,000',
    {
      [A]: matrix(
        `        a: [${times(9_000, String, ', ')}]\n        exclude:\n${times(8_990, (n) => `          - a: ${n}\n`)}`,
        `python made.py --made s3://\${{ matrix.a }}`,
      ),
    },
    ['s3://{a}'],
    [],
  ],
  [
    '1,000 variables in 32 runs of 500 steps that start nothing',
    { [A]: scheduled(`${environment(1_000, 'x')}${jobs(1, `${steps(499, 'echo')}${steps(1, 'python made.py --made s3://$E1')}`)}`) },
    ['s3://x'],
    [],
  ],
  [
    '3,000 variables of the matrix in 10 jobs of 32 runs',
    { [A]: scheduled(`${environment(3_000, `\${{ matrix.a }}x`)}${jobs(10, steps(1, 'python made.py --made s3://m'))}`) },
    ['s3://m'],
    [TOO_MANY],
  ],
  [
    '500 steps of 4,000 letters in 32 runs',
    { [A]: scheduled(jobs(1, `${steps(1, 'python made.py --made s3://m')}${steps(499, long('a; ', 1_300))}`)) },
    ['s3://m'],
    [TOO_MANY],
  ],
  [
    '600 scripts of one workflow',
    { [A]: scheduled(`jobs:\n${times(2, (n) => `  j${n}:\n    steps:\n${steps(300, 'python made.py --made s3://m')}`)}`) },
    ['s3://m'],
    [TOO_MANY],
  ],
  [
    'a program that is called 60 times, with 2,000 variables for each of 100 scripts',
    {
      [A]: running('bash main.sh'),
      'main.sh': long('bash a.sh\n', 60),
      'a.sh': `${times(2_000, (n) => `export a${n}=1\n`)}${long('python made.py --made s3://m\n', 100)}`,
    },
    ['s3://m'],
    ['a.sh too-many-values', TOO_MANY],
  ],
  [
    'a workflow that calls programs of programs of programs',
    {
      [A]: running(...Array.from({ length: 150 }, () => 'bash x.sh')),
      'x.sh': long('bash y.sh\n', 150),
      'y.sh': long('python made.py --made s3://m\n', 3),
    },
    ['s3://m'],
    [TOO_MANY],
  ],
  [
    '40 workflows that call a program of 400 KB',
    {
      ...Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`.github/workflows/a${n}.yml`, running('bash big.sh', 'bash big.sh')])),
      'big.sh': long('# what python x.py is for\n', 16_000),
    },
    [],
    Array.from({ length: 40 }, (_, n) => `.github/workflows/a${n}.yml too-many-values`),
  ],
];

describe('hostile commands', () => {
  it.each(ROWS)('%s', async (_name, files, targets, skips) => {
    const found = await scanOf({ ...files, ...MADE, ...OTHER }, parse);
    expect(found.cpu).toBeLessThan(2_000);
    expect([...new Set(found.targets)].toSorted()).toEqual(
      [...targets, 's3://real/orders', ...(targets.length === 0 ? ['{made}'] : [])].toSorted(),
    );
    expect([...new Set(found.skips)].filter((skip) => !skip.startsWith('made.py')).toSorted()).toEqual([...skips].toSorted());
    expect(found.schedules.filter(({ id }) => id === 'other').map(({ tasks }) => tasks.map(({ runs }) => runs))).toEqual([['load.py']]);
  });
});

it('is a row of the program that the scanner fails on, and the others are run', async () => {
  const other = { by: 'orchestrator', kind: 'shell', words: [], variables: new Map(), environment: new Map() } as const;
  const broken = {
    ...other,
    get words(): never {
      throw new RangeError('Maximum call stack size exceeded');
    },
  };
  const calls = [
    { ...other, path: 'b.sh', at: { file: A, line: 2 } },
    Object.defineProperties({ path: 'a.sh', at: { file: A, line: 1 } }, Object.getOwnPropertyDescriptors(broken)) as typeof broken &
      ProgramCall,
  ].toReversed();
  const programs = ['a.sh', 'b.sh'].map((path) => ({ path, kind: 'shell', text: 'python load.py --out s3://real/orders' }) as const);
  const { infrastructure, unresolved } = linkSites(new Map(), { infrastructure: { ...NO_INFRASTRUCTURE, calls, programs } });
  expect(infrastructure.starts.map(({ at, script }) => [at.file, script])).toEqual([['b.sh', 'load.py']]);
  expect(unresolved.map(({ file, reason }) => [file, reason])).toEqual([['a.sh', 'scan-fault']]);
});
