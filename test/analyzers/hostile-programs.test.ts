/** Programs made to hurt whoever follows their names: each gives a row or a named hole for few steps, and the next file is right. */
import { beforeAll, describe, expect, it } from 'vitest';
import { NO_INFRASTRUCTURE } from '../../analyzers/infrastructure/facts.js';
import { linkSites } from '../../analyzers/link.js';
import type { Expr, PythonFacts } from '../../analyzers/python/facts.js';
import { readSchedules } from '../../analyzers/schedules/index.js';
import { extractSource } from '../../analyzers/syntax/extract.js';
import type { ParsePython } from '../../analyzers/syntax/node.js';
import { modulesOf } from '../../analyzers/targets/modules.js';
import { openParser } from '../../src/adapters/tree-sitter/parse.js';

let parse: ParsePython;
beforeAll(async () => {
  parse = await openParser();
});

const HEAD = 'import pandas as pd\ndf = pd.DataFrame()\n';
const WRITE = `${HEAD}df.to_parquet("s3://shop/orders")\n`;
const times = (count: number, of: (n: number) => string, between = ''): string =>
  Array.from({ length: count }, (_, n) => of(n)).join(between);
/** `name0`, and each further one made of twenty of the one before. */
const grown = (first: string, of: (before: string) => string): string =>
  `${HEAD}v0 = ${first}\n${times(8, (n) => `v${n + 1} = ${of(`v${n}`)}\n`)}`;

const star = (count: number, last: string): Record<string, string> =>
  Object.fromEntries([
    ['job.py', `from m0 import *\n${HEAD}df.to_parquet(BASE + "/orders")\n`],
    ...Array.from({ length: count }, (_, n) => [
      `m${n}.py`,
      `${times(count, (other) => (other === n ? '' : `from m${other} import *\n`))}${n === count - 1 ? last : ''}`,
    ]),
  ]);
const nested = (levels: number, of: (name: string) => string): string =>
  Array.from({ length: levels }, (_, n) => `${of(`a${n}`)} for a${n} in `)
    .toReversed()
    .join('[');

/** Name, files, a row of which target or reason at least, and the steps that all of it may cost. */
const ROWS: readonly (readonly [string, Readonly<Record<string, string>>, RegExp, number])[] = [
  ['16 files that import everything of each other, and none has the name', star(16, ''), /^\{BASE\}\/orders$/, 3_000],
  [
    '16 files that import everything of each other, and the last has the name',
    star(16, 'BASE = "s3://shop"\n'),
    /^s3:\/\/shop\/orders$/,
    3_000,
  ],
  [
    'two files with the name in a function only, each importing everything of the other',
    { 'job.py': `from b import *\n${HEAD}def f():\n  X = 1\ndf.to_parquet(X)\n`, 'b.py': 'from job import *\ndef f():\n  X = 2\n' },
    /^dynamic-target$/,
    100,
  ],
  [
    'two files that add to a text of each other',
    { 'job.py': `from b import *\n${HEAD}X += "/a"\ndf.to_parquet(X)\n`, 'b.py': 'from job import *\nX += "/b"\n' },
    /\/b\/a/,
    3_000,
  ],
  [
    '40 functions that add to one text of the function around them, and call each other',
    {
      'job.py': `${HEAD}def outer():\n  path = "s3://shop"\n${times(
        40,
        (n) =>
          `  def put${n}(day):\n    nonlocal path\n    path += day\n    put${(n + 1) % 40}(day)\n    put${(n + 7) % 40}(day)\n    df.to_parquet(path)\n`,
      )}${times(40, (n) => `  put${n}("/${n}")\n`)}`,
    },
    /^\{path\}/,
    300_000,
  ],
  [
    'a notebook that runs the notebook that runs it',
    { 'job.py': `# MAGIC %run ./b\n\n${HEAD}df.to_parquet(X)\n`, 'b.py': '# MAGIC %run ./job\n' },
    /^dynamic-target$/,
    100,
  ],
  [
    '15,000 lines that add to a text',
    { 'job.py': `${HEAD}p = "s3://shop"\n${'p += "a"\n'.repeat(15_000)}df.to_parquet(p)\n` },
    /^\{\w+\}a{501}$/,
    3_000,
  ],
  [
    'eight lines that add to a member',
    {
      'job.py': `${HEAD}class A:\n  def __init__(self):\n    self.path = "s3://shop"\n${'    self.path += "/a"\n'.repeat(8)}  def w(self):\n    df.to_parquet(self.path)\n`,
    },
    /^\{path\}$/,
    1_000,
  ],
  [
    '2,000 methods that add to a member',
    {
      'job.py': `${HEAD}class A:\n  path = "s3://shop"\n${times(2_000, (n) => `  def m${n}(self):\n    self.path += "/a"\n`)}  def w(self):\n    df.to_parquet(self.path)\n`,
    },
    /^\{(?:self\.)?path\}/,
    5_000,
  ],
  [
    'texts of texts of texts in comprehensions',
    {
      'job.py': `${HEAD}for r in [${nested(6, (name) => `f"${`{${name}}`.repeat(20)}"`)}["s3://shop/x"]${']'.repeat(6)}:\n  df.to_parquet(r)\n`,
    },
    /^dynamic-target$/,
    8_000,
  ],
  [
    'a text that grows by twenties',
    { 'job.py': `${grown('"s3://shop"', (v) => times(20, () => v, ' + '))}df.to_parquet(v8)\n` },
    /^dynamic-target$/,
    250_000,
  ],
  [
    'lists of lists of lists in comprehensions',
    {
      'job.py': `${HEAD}for r in [${nested(7, (name) => `[${times(20, () => `*${name}`, ', ')}]`)}[["s3://shop/x"]]${']'.repeat(7)}:\n  df.to_parquet(r)\n`,
    },
    /^dynamic-target$/,
    8_000,
  ],
  [
    'a number of a thousand million digits',
    { 'job.py': `${HEAD}n = 5\ndf.to_parquet(f"s3://shop/{n:0999999999d}")\n` },
    /^s3:\/\/shop\/\{n\}$/,
    100,
  ],
  [
    'letters replaced by long texts five times',
    { 'job.py': `${HEAD}B = "${'a'.repeat(100)}"\ndf.to_parquet("s3://shop/a"${'.replace("a", B)'.repeat(5)})\n` },
    /^dynamic-target$/,
    2_000,
  ],
  ['a name of 19,000 letters', { 'job.py': `${HEAD}df.to_parquet("s3://shop/${'a'.repeat(19_000)}")\n` }, /^dynamic-target$/, 500],
];

describe('hostile programs', () => {
  it.each(ROWS)('%s', (_name, sources, expected, most) => {
    const all = Object.entries({ ...sources, 'next.py': WRITE });
    const files = new Map(all.map(([path, text]) => [path, extractSource('py', text, parse)]));
    const modules = modulesOf([...files.keys()]);
    const { program, writes, unresolved } = linkSites(files, { modules: { ...modules, table: new Patient(modules.table) } });
    const told = [...writes.flatMap(({ targets }) => targets), ...unresolved.map(({ reason }) => reason)];
    expect(told.filter((one) => expected.test(one)).slice(0, 1), told.join(' | ').slice(0, 300)).toHaveLength(1);
    expect(Math.max(...told.map(({ length }) => length))).toBeLessThan(5_000);
    expect(8_000_000 - program.work.total).toBeLessThan(most);
    expect(writes.filter(({ file }) => file === 'next.py').map(({ targets }) => targets)).toEqual([['s3://shop/orders']]);
  });
});

describe('a fault of the scanner in one file', () => {
  /** Facts whose names end in a value that cannot be had. */
  const broken = (text: string): PythonFacts => {
    const facts = extractSource('py', text, parse);
    const value: Expr = {
      kind: 'text',
      get value(): string {
        throw new RangeError('Invalid string length');
      },
    };
    return { ...facts, binds: facts.binds.map((bind) => (bind.name === 'BROKEN' ? { ...bind, value } : bind)) };
  };
  const fault = { line: 1, reason: 'scan-fault', text: 'the scanner failed on this file: RangeError: Invalid string length' };

  it('is a row of that file, and the others have theirs', () => {
    const files = new Map([
      ['a.py', broken(`${HEAD}BROKEN = 1\ndf.to_parquet(BROKEN)\n`)],
      ['b.py', extractSource('py', WRITE, parse)],
    ]);
    const { writes, unresolved } = linkSites(files);
    expect(unresolved).toEqual([{ file: 'a.py', ...fault }]);
    expect(writes.map(({ file, targets }) => [file, targets])).toEqual([['b.py', ['s3://shop/orders']]]);
  });

  it.each([
    ['from airflow import DAG\n', (schedule: string) => `DAG("load", schedule=${schedule})\n`],
    ['from dagster import ScheduleDefinition\n', (schedule: string) => `ScheduleDefinition(name="load", cron_schedule=${schedule})\n`],
  ])('leaves the schedules of other files: %s', (head, of) => {
    const files = new Map([
      ['a.py', broken(`${head}BROKEN = 1\n${of('BROKEN')}`)],
      ['b.py', extractSource('py', `${head}${of('"0 6 * * *"')}`, parse)],
    ]);
    const { program } = linkSites(files);
    const { schedules, unresolved } = readSchedules({ program, infrastructure: NO_INFRASTRUCTURE, declared: [], paths: [] });
    expect(unresolved).toEqual([{ file: 'a.py', ...fault }]);
    expect(schedules.map(({ file, schedule }) => [file, schedule])).toEqual([['b.py', '0 6 * * *']]);
  });
});

/** A table that fails whoever asks for ever. */
class Patient<K, V> extends Map<K, V> {
  #left = 20_000;
  override get(key: K): V | undefined {
    this.#left -= 1;
    if (this.#left < 0) throw new Error('asked too often');
    return super.get(key);
  }
}
