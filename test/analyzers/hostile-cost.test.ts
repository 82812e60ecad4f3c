/** Programs in which each place asks about all others: what that costs is paid for where it is done, so that a file ends with its budget. */
import { beforeAll, describe, expect, it } from 'vitest';
import { linkSites } from '../../analyzers/link.js';
import { extractSource } from '../../analyzers/syntax/extract.js';
import type { ParsePython } from '../../analyzers/syntax/node.js';
import { openParser } from '../../src/adapters/tree-sitter/parse.js';

let parse: ParsePython;
beforeAll(async () => {
  parse = await openParser();
});

const HEAD = 'import pandas as pd\ndf = pd.DataFrame()\n';
const times = (count: number, of: (n: number) => string): string => Array.from({ length: count }, (_, n) => of(n)).join('');
const JOB = 'class Job:\n  def run(self):\n    df.to_parquet(self.path)\n';

const ROWS: readonly (readonly [name: string, source: string])[] = [
  [
    '3,000 places that may set an attribute, and a use behind each',
    `${JOB}job = Job()\n${times(3_000, (n) => `if c${n}:\n  job.path = "s3://shop/a${n}"\njob.run()\n`)}`,
  ],
  [
    '7,000 places that may set an attribute, and a use behind each',
    `${JOB}job = Job()\n${times(7_000, (n) => `if c${n}:\n  job.path = "s3://shop/a${n}"\njob.run()\n`)}`,
  ],
  [
    '4,000 uses of a method that asks 2,000 others',
    `class Job:\n${times(2_000, (n) => `  def m${n}(self):\n    return self.m${n + 1}\n`)}  def w(self):\n    df.to_parquet(self.path)\njob = Job()\njob.path = "s3://shop/a"\n${'job.m0()\n'.repeat(4_000)}`,
  ],
  [
    '9,000 texts that each go on from the one before',
    `x = "s3://a"\n${times(9_000, (n) => `if x == "s3://a${n}":\n  x = x + "${n}"\n  df.to_parquet(x)\n`)}`,
  ],
  [
    '3,000 loops that add to a list, each with a loop over it',
    `L = [1, 2, 3]\nn = []\n${'for y in L:\n  n.append("s3://shop/" + str(y))\n  for z in n:\n    df.to_parquet(z)\n'.repeat(3_000)}`,
  ],
  [
    '6,000 defs that bind a name of the file anew, each called behind the one before',
    `P = "s3://x"\n${times(6_000, (n) => `def s${n}():\n  global P\n  if q${n}:\n    P = P + "/${n}"\n  df.to_parquet(P)\ns${n}()\n`)}`,
  ],
];

describe('what each place of a file asks about all others', () => {
  it.each(ROWS)('%s', (_name, source) => {
    const files = new Map([
      ['job.py', extractSource('py', `${HEAD}${source}`, parse)],
      ['next.py', extractSource('py', `${HEAD}df.to_parquet("s3://shop/orders")\n`, parse)],
    ]);
    const before = process.cpuUsage();
    const { program, writes, unresolved } = linkSites(files);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
    expect(8_000_000 - program.work.total).toBeLessThan(250_000);
    const told = [...writes, ...unresolved].filter(({ file }) => file === 'job.py');
    expect(told.length).toBeGreaterThan(0);
    expect(writes.filter(({ file }) => file === 'next.py').map(({ targets }) => targets)).toEqual([['s3://shop/orders']]);
  });
});
