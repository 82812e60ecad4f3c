/** Packed facts say what was packed, and a text that is not whole says nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Expr, emptyFacts, type Param, type PythonFacts, type Step } from '../../analyzers/python/facts.js';
import { packFacts, unpackFacts } from '../../analyzers/python/packed.js';
import { extractSource } from '../../analyzers/syntax/extract.js';
import { openParser } from '../../src/adapters/tree-sitter/parse.js';

const BLOCK = /^```(?:python|py) \S+\n([\s\S]*?)^```$/gm;

/** Every part read, as plain values. */
function plain(facts: PythonFacts | undefined): unknown {
  return JSON.parse(JSON.stringify(facts ? { ...facts, calls: [...facts.calls] } : null));
}

const line = fc.integer({ min: 1, max: 9_999 });
const name = fc.string({ unit: 'binary', maxLength: 6 });
const text = (kind: 'text') => name.map((value): Expr => ({ kind, value }));
const { expr } = fc.letrec<{ expr: Expr; step: Step; param: Param }>((tie) => ({
  expr: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text('text'),
    fc.oneof(fc.integer(), fc.boolean(), fc.constant(null)).map((value): Expr => ({ kind: 'const', value })),
    name.map((of): Expr => ({ kind: 'name', name: of })),
    name.map((of): Expr => ({ kind: 'opaque', text: of })),
    fc.record({ kind: fc.constant('chain' as const), root: tie('expr'), steps: fc.array(tie('step'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('cat' as const), parts: fc.array(tie('expr'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('choice' as const), of: fc.array(tie('expr'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('list' as const), items: fc.array(tie('expr'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('dict' as const), entries: fc.array(fc.tuple(tie('expr'), tie('expr')), { maxLength: 2 }) }),
    fc.record({ kind: fc.constant('op' as const), op: name, left: tie('expr'), right: tie('expr') }),
    fc.record({ kind: fc.constant('spread' as const), of: tie('expr') }),
    fc.record({ kind: fc.constant('each' as const), body: tie('expr'), names: fc.array(name, { maxLength: 2 }), over: tie('expr') }),
    fc.record({ kind: fc.constant('lambda' as const), params: fc.array(tie('param'), { maxLength: 2 }), body: tie('expr') }),
  ),
  step: fc.oneof(
    fc.record({ kind: fc.constant('attr' as const), name, line }),
    fc.record({ kind: fc.constant('sub' as const), key: tie('expr') }),
    fc.record({
      kind: fc.constant('call' as const),
      line,
      endLine: line,
      args: fc.array(tie('expr'), { maxLength: 2 }),
      keywords: fc.array(fc.record({ name, value: tie('expr') }), { maxLength: 2 }),
    }),
  ),
  param: fc.record(
    {
      name,
      default: tie('expr'),
      line,
      annotation: name,
      star: fc.constantFrom('args' as const, 'kwargs' as const, 'keyword_only' as const),
    },
    { requiredKeys: ['name'] },
  ),
}));

test('any expression comes back as it was', () => {
  const empty = emptyFacts([]);
  fc.assert(
    fc.property(expr, expr, line, (value, key, at) => {
      const bind = { scope: 0, block: 0, pos: 3, line: at, name: 'x', how: 'assign' as const, value };
      const facts: PythonFacts = { ...empty, binds: [bind, { ...bind, how: 'for', index: 0, annotation: '', key }] };
      expect(plain(unpackFacts(packFacts(facts)))).toEqual(plain(facts));
    }),
    { numRuns: 500 },
  );
});

test('every example of the casebooks comes back as it was', async () => {
  const parse = await openParser(5_000);
  const books = readdirSync('analyzers', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('cases.md'));
  const sources = books.flatMap((book) =>
    [...readFileSync(join('analyzers', book), 'utf8').matchAll(BLOCK)].map(([, source = '']) => source),
  );
  expect(sources.length).toBeGreaterThan(150);
  for (const source of sources) {
    const facts = extractSource('py', source, parse);
    expect(plain(unpackFacts(packFacts(facts)))).toEqual(plain(facts));
  }
});

test('a text that was cut is none', async () => {
  const packed = packFacts(extractSource('py', 'BASE = "s3://lake"\ndf.to_parquet(BASE + "/x")\n', await openParser(5_000)));
  expect(unpackFacts(packed)).toBeDefined();
  for (let length = 0; length < packed.length; length++) expect(unpackFacts(packed.slice(0, length))).toBeUndefined();
});
