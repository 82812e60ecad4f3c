/**
 * Files made to hurt, as many bytes as an attacker would send, through the scan and its workers: each gives what it writes or the
 * skips that its row names, and the next file is read as if nothing had been. The deadline is the workers' own: who is silent for
 * longer is given up.
 */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobId } from '../../src/adapters/git/blob-id.js';
import { openHcl } from '../../src/adapters/hcl.js';
import { openJinja } from '../../src/adapters/minijinja/engine.js';
import { type PythonReader, pythonReader } from '../../src/adapters/tree-sitter/read-python.js';
import type { UnresolvedReason } from '../../src/core/vocabulary.js';
import { scanRepository } from '../../src/flows/scan-repo.js';
import { openTypeScript } from '../../src/main/read-typescript.js';
import type { RepoSource } from '../../src/ports.js';

const WORKER = pathToFileURL('dist/src/adapters/tree-sitter/worker.js');
const WRITE = 'df.write.parquet("s3://shop/orders")\n';
const MB = 1024 * 1024;
const long = (piece: string, times: number): string => piece.repeat(times);
const utf16 = (text: string, mark: readonly number[]): Buffer => Buffer.concat([Buffer.from(mark), Buffer.from(text, 'utf16le')]);
/** Whole notebooks differ in their outputs. */
const notebook = (output: number): string =>
  JSON.stringify({
    cells: [{ cell_type: 'code', source: [WRITE], outputs: [{ data: { 'image/png': long('A', output) } }], execution_count: 1 }],
    nbformat: 4,
  });
const nested = (depth: number): string =>
  `${Array.from({ length: depth }, (_, level) => `${' '.repeat(level)}if x:\n`).join('')}${' '.repeat(depth)}f()\n`;

type Hostile = { readonly file?: string; readonly says: string | Uint8Array; readonly size?: number };
/** Whether its write is found, and all that may be said of the file. */
type Answer = { readonly found: boolean; readonly skips: readonly UnresolvedReason[]; readonly mayBeLate?: true };
type Row = readonly [name: string, hostile: Hostile, answer: Answer];

const found = (...skips: readonly UnresolvedReason[]): Answer => ({ found: true, skips });
const skipped = (...skips: readonly UnresolvedReason[]): Answer => ({ found: false, skips });
/** Of what takes a parser long a machine that is busy may say so. */
const orLate = (answer: Answer): Answer => ({ ...answer, mayBeLate: true });

const SIZES: readonly Row[] = [
  ['300,000 brackets', { says: `${WRITE}${long('(', 300_000)}\n` }, found('line-too-long')],
  ['a chain of 100,000 calls', { says: `${WRITE}x${long('.a()', 100_000)}\n` }, found('line-too-long')],
  ['a chain of 4,000 calls', { says: `${WRITE}x${long('.a()', 4_000)}\n` }, orLate(found('too-deep'))],
  ['a chain of 32,000 calls, one a line', { says: `${WRITE}x = (x\n${long('.a()\n', 32_000)})\n` }, orLate(found('too-deep', 'too-large'))],
  [
    'a chain of 16,000 calls that ends in a write',
    { says: `(df.write\n${long('.a()\n', 16_000)}.parquet("s3://shop/orders"))\n` },
    orLate(skipped('too-deep')),
  ],
  ['300,000 nested calls', { says: `${WRITE}${long('f(', 300_000)}${long(')', 300_000)}\n` }, found('line-too-long')],
  [
    '32,000 nested calls, one a line',
    { says: `${WRITE}${long('f(\n', 32_000)}${long(')', 15_000)}\n${long(')', 17_000)}\n` },
    orLate(found('too-large')),
  ],
  ['100,000 strings added up', { says: `${WRITE}x = ${long('"b"+', 100_000)}"b"\n` }, found('line-too-long')],
  ['100,000 strings added up, one a line', { says: `${WRITE}x = (${long('"b"+\n', 100_000)}"b")\n` }, orLate(found())],
  ['2,000 nested ifs', { says: `${WRITE}${nested(2_000)}` }, skipped('too-large')],
  ['900 nested ifs', { says: `${WRITE}${nested(900)}` }, orLate(found('parse-error'))],
  ['a list of a million numbers on one line', { says: `${WRITE}x = [${long('1234, ', 1_000_000)}]\n` }, skipped('too-large')],
  [
    '16,000 comments behind a line that only another parser reads',
    { says: `print -x\ndef f():\n${long('#\n', 16_000)}    pass\n${WRITE}` },
    orLate(found()),
  ],
  ['240,000 lines of nothing but a backslash', { says: `${WRITE}${long('\\\n', 240_000)}` }, orLate(found('line-too-long'))],
  [
    'lines of nothing but a backslash among empty ones',
    { says: `${WRITE}${long(`${long('\\\n', 20)}${long('\n', 979)}`, 240)}` },
    orLate(found('line-too-long')),
  ],
  ['2 million lines', { says: `${WRITE}${long('x = 1\n', 2_000_000)}` }, skipped('too-large')],
  ['300,000 lines', { says: `${WRITE}${long('x = 1\n', 300_000)}` }, orLate(found('too-large'))],
  ['an unclosed text of 4 MB', { says: `${WRITE}x = """${long('a b c\n', 700_000)}` }, skipped('too-large')],
  ['an unclosed text of 400 KB', { says: `x = 1\n${WRITE}y = """${long('a b c\n', 65_000)}` }, orLate(found('parse-error'))],
  ['1 MB of junk', { says: `${WRITE}${long('\u0001)]}\u00ff$?`\\\n', 90_000)}` }, orLate(found('parse-error', 'too-large'))],
  ['a text of 40 MB', { says: `${WRITE}x = "${long('a', 40 * MB)}"\n` }, skipped('too-large')],
  ['a line of 1 GB, of which no byte is read', { says: WRITE, size: 1024 * MB }, skipped('too-large')],
  ['30,000 calls', { says: `${WRITE}${long('df.to_csv(x)\n', 30_000)}` }, orLate(found('dynamic-target', 'parse-timeout', 'too-large'))],
  ['a notebook of 50 MB', { file: 'a.ipynb', says: notebook(50 * MB) }, skipped('too-large')],
  ['a notebook whose picture has 15 MB', { file: 'a.ipynb', says: notebook(15 * MB) }, found()],
];

const LETTERS: readonly Row[] = [
  ['a mark of byte order', { says: `\uFEFF${WRITE}` }, found()],
  ['letters of Latin-1', { says: Buffer.from(`# caf\u00e9 \u00ff\n${WRITE}`, 'latin1') }, found()],
  ['carriage returns', { says: WRITE.replaceAll('\n', '\r\n') }, found()],
  ['a lone carriage return', { says: `x = 1\r${WRITE}` }, found('parse-error')],
  ['letters beyond 16 bits', { says: `x = "\u{1F600}\u{20000}"\n${WRITE}` }, found()],
  ['NUL and the end of a file of DOS', { says: `x = 1\0\n${WRITE}\u001a` }, found('parse-error')],
  ['UTF-16 by its mark', { says: utf16(WRITE, [0xff, 0xfe]) }, found()],
  ['UTF-16 the other way round', { says: utf16(WRITE, [0xff, 0xfe]).swap16() }, found()],
  ['UTF-16 without a mark', { says: utf16(WRITE, []) }, found()],
  ['Python 2', { says: `print "x"\nexec "y"\n${WRITE}` }, found()],
  ['an exported notebook', { says: `# Databricks notebook source\n# MAGIC %md\n# MAGIC (\n\n# COMMAND ----------\n${WRITE}` }, found()],
  ['magics', { says: `%matplotlib inline\n!pip install x\n${WRITE}` }, found('parse-error')],
  ['merge markers', { says: `<<<<<<< ours\n${WRITE}=======\n>>>>>>> theirs\n` }, found('parse-error')],
  ['a template', { says: `{% for x in xs %}\n{{ x }} = 1\n${WRITE}{% endfor %}\n` }, found('parse-error')],
];

const DOUBLED = Array.from({ length: 6 }, (_, level) => `  a${level + 1} = concat(${Array(8).fill(`local.a${level}`).join(', ')})\n`).join(
  '',
);
/** Each of many names at each of many depths: turns that nobody can write out. */
const LOOPS = [
  'from airflow.operators.bash import BashOperator\nP = [1, 1]\n',
  ...Array.from(
    { length: 60 },
    (_, depth) => `${' '.repeat(depth)}for ${Array.from({ length: 60 }, (_, name) => `v${depth}_${name}`).join(', ')} in P:\n`,
  ),
  `${' '.repeat(60)}BashOperator(task_id="a", bash_command="spark-submit a.py")\n`,
].join('');
const bucket = (value: string): string => `resource "aws_s3_bucket" "b" {\n  bucket = ${value}\n}\n`;

/** Beside the programs: files that tell of tables and jobs. */
const DECLARED: readonly Row[] = [
  [
    'SQL from 130,000 tables',
    { file: 'x.sql', says: `CREATE TABLE a.b LOCATION 's3://a/b';\nSELECT * FROM ${Array(130_000).fill('a').join(',')};\n` },
    skipped(),
  ],
  [
    'Terraform that joins 200,000 words',
    { file: 'main.tf', says: bucket(`join("", [${Array(200_000).fill('1').join(',')}])`) },
    skipped('too-large'),
  ],
  [
    'Terraform with a text of 30,000 lines',
    { file: 'main.tf', says: bucket(`<<EOT\n${long('a line of text\n', 30_000)}EOT`) },
    skipped('too-large'),
  ],
  [
    'a template whose script is joined of 120,000 words',
    {
      file: 't.json',
      says: JSON.stringify({
        Resources: {
          J: { Type: 'AWS::Glue::Job', Properties: { Command: { ScriptLocation: { 'Fn::Join': ['', Array(120_000).fill('')] } } } },
        },
      }),
    },
    skipped(),
  ],
  ['sixty loops in loops around a task', { file: 'dags/deep.py', says: LOOPS }, skipped('parse-timeout')],
  [
    'lists of Terraform that double',
    { file: 'main.tf', says: `locals {\n  a0 = ["a", "b", "c", "d"]\n${DOUBLED}}\n${bucket('join("", local.a6)')}` },
    skipped(),
  ],
];

let reader: PythonReader;
beforeAll(() => {
  expect(existsSync(WORKER), 'npm run build makes the worker').toBe(true);
  reader = pythonReader({ workersFrom: 0, workerFile: WORKER });
});
afterAll(() => reader.close());

function sourceOf(files: readonly { readonly path: string; readonly bytes: Uint8Array; readonly size: number }[]): RepoSource {
  const entries = files.map(({ path, bytes, size }) => ({ path, sha: blobId(bytes), size }));
  const read: RepoSource['read'] = async function* (wanted) {
    for (const entry of wanted) {
      const file = files.find(({ path }) => path === entry.path);
      if (file?.bytes.length !== entry.size) throw new Error(`${entry.path} is read, for all its size`);
      yield { ...entry, bytes: file.bytes };
    }
  };
  return { name: 'shop', commit: null, list: async () => entries, read };
}

describe.each([
  ['sizes', SIZES],
  ['letters', LETTERS],
  ['declarations', DECLARED],
])('hostile %s', (_what, rows) => {
  it.each(rows)('%s', async (_name, { file = 'a.py', says, size }, { found, skips, mayBeLate }) => {
    const bytes = Buffer.from(says);
    const next = Buffer.from('import pandas as pd\npd.DataFrame().to_parquet("s3://shop/next")\n');
    const source = sourceOf([
      { path: file, bytes, size: size ?? bytes.length },
      { path: 'next.py', bytes: next, size: next.length },
    ]);
    const facts = { load: () => new Map<string, string>(), save: () => undefined };
    const { writes, unresolved } = await scanRepository(source, {
      facts,
      readPython: reader.read,
      openJinja,
      parseHcl: openHcl(),
      readTypeScript: openTypeScript(),
    });

    expect(writes.filter((one) => one.file === 'next.py').map(({ targets }) => targets)).toEqual([['s3://shop/next']]);
    const seen = {
      found: writes.some((one) => one.file === file && one.targets.includes('s3://shop/orders')),
      skips: [...new Set(unresolved.filter((one) => one.file === file).map(({ reason }) => reason))].sort(),
    };
    const isLate = !seen.found && seen.skips.includes('parse-timeout');
    // Before it is parsed, something may have been said of it already.
    if (mayBeLate && isLate) expect(seen.skips.filter((skip) => ![...skips, 'parse-timeout'].includes(skip))).toEqual([]);
    else expect(seen).toEqual({ found, skips });
  });
});
