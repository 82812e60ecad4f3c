/** Files made to hurt: each gets facts or a named flaw within a second, and the next file is read as if nothing had been. */
import { beforeAll, describe, expect, it } from 'vitest';
import { linkSites } from '../../analyzers/link.js';
import { extractPython, extractSource } from '../../analyzers/python/extract.js';
import type { ParsePython } from '../../analyzers/syntax/node.js';
import { openParser } from '../../src/adapters/tree-sitter/parse.js';

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
