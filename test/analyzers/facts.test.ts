/** Which files are worth parsing, the cells of notebooks, and the grammar that was measured. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { linkSites } from '../../analyzers/link.js';
import { notebookCells } from '../../analyzers/notebooks/cells.js';
import { FRAME_METHODS } from '../../analyzers/python/frame-verbs.js';
import { mayTouchData } from '../../analyzers/python/prefilter.js';
import { SPARK_READ, SPARK_WRITE } from '../../analyzers/python/spark-verbs.js';
import { MODULE_FUNCTIONS } from '../../analyzers/python/verbs.js';
import { extractPython } from '../../analyzers/syntax/extract.js';
import type { ParsePython } from '../../analyzers/syntax/node.js';
import { openParser } from '../../src/adapters/tree-sitter/parse.js';

let parse: ParsePython;
beforeAll(async () => {
  parse = await openParser(5_000);
});

it('the byte filter keeps a call of every verb of the table', () => {
  const calls = [
    ...Object.keys(FRAME_METHODS).map((name) => `frame.${name}(path)`),
    ...Object.keys(MODULE_FUNCTIONS).map((name) =>
      /^(?:duckdb|dask\.bag|dlt|pyspark\.pipelines|google\.cloud\.bigquery)\./.test(name)
        ? `import ${name.slice(0, name.lastIndexOf('.'))}\n${name}(path)`
        : name.includes('arquet.')
          ? `pq.${name.slice(name.lastIndexOf('.') + 1)}(path)`
          : `m.${name.slice(name.lastIndexOf('.') + 1)}(path)`,
    ),
    ...Object.keys(SPARK_WRITE).map((name) => `df.write.${name}(path)`),
    ...Object.keys(SPARK_READ).map((name) => `spark.read.${name}(path)`),
    'df.write \\\n  .parquet(path)',
    '(df.write\n .parquet(path))',
    'spark.sql(text)',
  ];
  expect(calls.filter((call) => !mayTouchData(call) && !/\bm\.(?:dataset|write_table|read_table)\(/.test(call))).toEqual([]);
  expect(mayTouchData('response.json()\nlog.write(text)\n')).toBe(false);
});

it('a notebook tells raw line, cell and line in the cell', () => {
  const notebook = {
    cells: [
      { cell_type: 'markdown', source: ['# "x": [\n'] },
      {
        cell_type: 'code',
        outputs: [{ text: ['{"cells": []}'] }],
        source: ['%pip install x\n', 'df.write.parquet("s3://shop/a")\n', 'df.write.parquet("s3://shop/b")'],
      },
    ],
  };
  const json = JSON.stringify(notebook, null, 1);
  const { writes } = linkSites(new Map([['job.ipynb', extractPython('ipynb', Buffer.from(json), parse)]]));
  const rawLine = (text: string): number => json.split('\n').findIndex((line) => line.includes(text)) + 1;
  expect(writes.map(({ line, cell, targets }) => ({ line, cell, targets }))).toEqual([
    { line: rawLine('shop/a'), cell: [1, 2], targets: ['s3://shop/a'] },
    { line: rawLine('shop/b'), cell: [1, 3], targets: ['s3://shop/b'] },
  ]);
});

it('cells of anything are found without a throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => Array.isArray(notebookCells(text))),
    { numRuns: 200 },
  );
  expect(notebookCells('[{"cells": [')).toEqual([]);
});

it('the grammar is the one that was measured', () => {
  const digest = createHash('sha256').update(readFileSync('node_modules/tree-sitter-python/tree-sitter-python.wasm')).digest('hex');
  expect(digest).toBe('16108b50df4ee9a30168794252ab55e7c93bfc5765d7fa0aa3e335752c515f47');
});
