/** Files made to hurt: each gets facts or a named flaw within a second, and the next file is read as if nothing had been. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readYaml } from '../../analyzers/documents/yaml.js';
import { NO_INFRASTRUCTURE } from '../../analyzers/infrastructure/facts.js';
import { linkSites } from '../../analyzers/link.js';
import { ownerLookup, parseCodeowners } from '../../analyzers/ownership/codeowners.js';
import { extractPython, extractSource } from '../../analyzers/python/extract.js';
import { readSchedules } from '../../analyzers/schedules/index.js';
import type { ParsePython } from '../../analyzers/syntax/node.js';
import { openParser } from '../../src/adapters/tree-sitter/parse.js';
import { readStrictYaml } from '../../src/core/signing/strict-yaml.js';

let parse: ParsePython;
beforeAll(async () => {
  parse = await openParser();
});

const WRITE = 'df.write.parquet("s3://shop/orders")\n';
const long = (piece: string, times: number): string => piece.repeat(times);

/** Name, source, whether the write in it must still be found; else a flaw says why not, or other calls were read. */
const ROWS: readonly (readonly [string, string, boolean])[] = [
  ['300,000 brackets on one line', `${long('(', 300_000)}\n${WRITE}`, true],
  ['100,000 calls in one chain', `x${long('.a()', 100_000)}\n${WRITE}`, true],
  ['a chain of 4,000 calls', `x${long('.a()', 4_000)}\n${WRITE}`, true],
  ['300,000 nested calls', `${long('f(', 300_000)}${long(')', 300_000)}\n${WRITE}`, true],
  ['4,000 nested calls over many lines', `${long('f(\n', 4_000)}${long(')\n', 4_000)}${WRITE}`, false],
  ['100,000 strings added up', `${long('"b"+', 100_000)}"b"\n${WRITE}`, true],
  ['4,000 strings added up', `x = ${long('"b"+', 4_000)}"b"\n${WRITE}`, true],
  ['500 nested ifs', `${Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}if x:\n`).join('')}${' '.repeat(500)}f()\n`, false],
  ['an unclosed text of 400 KB', `${WRITE}x = """${long('a b c\n', 65_000)}`, false],
  ['a list of 200,000 numbers on one line', `x = [${long('1, ', 200_000)}]\n${WRITE}`, true],
  ['NUL, form feed and a lone carriage return', `\0\f\r${WRITE}`, false],
  ['merge markers', `<<<<<<< ours\n${WRITE}=======\n>>>>>>> theirs\n`, true],
  ['carriage returns', WRITE.replaceAll('\n', '\r\n'), true],
  ['a mark of byte order', `\uFEFF${WRITE}`, true],
];

describe('hostile files', () => {
  it.each(ROWS)('%s', (_name, source, found) => {
    const started = performance.now();
    const facts = extractSource('py', source, parse);
    const { writes } = linkSites(new Map([['job.py', facts]]));
    expect(performance.now() - started).toBeLessThan(3_000);

    // What is given up is named.
    const seen = writes.some(({ targets }) => targets.includes('s3://shop/orders'));
    expect(seen || (!found && facts.flaws.length > 0) || (!found && facts.calls.length > 0)).toBe(true);
    const next = linkSites(new Map([['next.py', extractSource('py', WRITE, parse)]]));
    expect(next.writes.map(({ targets }) => targets)).toEqual([['s3://shop/orders']]);
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

  it('reads as many keys as fit, and still refuses one that stands twice', () => {
    const keys = Array.from({ length: 49_000 }, (_, n) => `k${n}: 1\n`).join('');
    expect(readStrictYaml(keys).ok).toBe(true);
    expect(readStrictYaml(`${keys}k7: 2\n`)).toMatchObject({ ok: false });
    expect(readYaml(keys).flaws).toEqual([]);
    expect(readStrictYaml(`{${Array.from({ length: 90_000 }, (_, n) => `k${n}: 1`).join(', ')}}`)).toMatchObject({ ok: false });
  });

  it('names a file that is too large to read', () => {
    const facts = extractPython('py', new Uint8Array(2_000_001), parse);
    expect(facts.flaws.map(({ reason }) => reason)).toEqual(['too-large']);
  });

  it('names a parse that took too long', async () => {
    const hasty = await openParser(0);
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
