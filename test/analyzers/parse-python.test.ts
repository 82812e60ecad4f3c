/** Our own Python parser gives the facts that tree-sitter gives, or leaves the file to it. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { extractSource } from '../../analyzers/syntax/extract.js';
import type { ParsePython } from '../../analyzers/syntax/node.js';
import { parsePythonSource } from '../../analyzers/syntax/parse-python.js';
import { openTreeSitter } from '../../src/adapters/tree-sitter/parse.js';
import { projectFiles } from '../project-files.js';
import { program } from './python-programs.js';

let parse: ParsePython;
beforeAll(async () => {
  parse = await openTreeSitter(5_000);
});

const own: ParsePython = (source, use) => {
  const root = parsePythonSource(source);
  return root ? use(root) : undefined;
};
const factsOf = (source: string, by: ParsePython): string => JSON.stringify(extractSource('py', source, by), undefined, 1);
const isTaken = (source: string): boolean => parsePythonSource(source) !== undefined;

/** What stands here is read by our own parser. */
const TAKEN: readonly string[] = [
  '',
  '\n  \n# alone',
  'x = 1 # behind',
  '\ufeffx = 1'.slice(1),
  'x = 0xFF + 0o17 + 0b11 + 1_000 + 1. + .5 + 1e5 + 2j + 3.5J + 0777 + 5L\n',
  'a = rb"\\"" + u\'x\' + """tri"ple\n\\"""" + BR\'\'\'x\'\'\'\n',
  'q = "a" f"{x}b" \'c\' \\\n  "d"\n',
  'f"{x!r:>{width}.{n}} {{y}} {z=} {d[\'k\']:%Y-%m-%d} {f(a, b=1):#x} {a != b} {x: >10}"\n',
  'f"{x["a"]}" f"{f"{y}"}" f"""{\n  g(1)\n}\n"""\n',
  'rf"\\d{x}\\{y}" f"\\N{DASH}{x}" f"\\{x}"\n',
  '(a := b if c else d)\nwhile chunk := read(1): pass\n',
  'x = lambda: (yield)\ny = lambda a, *b, c=f(1), **d: a if b else c\nz = lambda *, k: k\n',
  'x = *a, b\nfirst, *rest = y\n(c, *d), [e, f.g, h[0]] = z\nfor i, (j, k) in m: pass\n',
  'g(*a, *f(x).y(), k=1, **h(z))\nv = [*a.b(), c]\nw = {*s, t}\n',
  'a = b = c = d\nx: int = f(1)\ny: List[Dict[str, Any]]\nself.z: "str" = None\nq += r\n',
  'x: A[b].c | None = f(1)\n',
  'return_ = not a in b and c is not d or -e ** -f < g <= h\n',
  'x = a & b ^ c | d << 2 @ e // f % g\n',
  'x = [i async for i in f(y) if a if b]\ny = {k: v for k, v in z}\ng(i for i in h(1))\n',
  'x = a[1:2, ::3, ...]\ny = b[:, None]\nz = c[f(1):]\n',
  'async def f(a, /, b: int, *, c: str = "x", **k) -> None:\n  async with g() as h, i(): await j\n  async for k in l: yield k\n',
  '@a.b(c)\n# between\n@d\nclass A(B, metaclass=C):\n  """doc"""\n  x = 1\n  def f(self): return self.x\n',
  'def f[T: int, *U, **V](a: T): pass\nclass A[T](B): pass\ntype X[T] = List[T]\n',
  'with open(a) as b, c.d(e) as (f, g): pass\nwith (open(a) as b, d): pass\nwith (a): pass\nwith a if b else c as d: pass\n',
  'try:\n  a\nexcept (A, B) as e:\n  b\nexcept* C: c\nelse:\n  d\nfinally:\n  e\n',
  'for x in y:\n  break\nelse:\n  f(1)\nwhile x:\n  continue\nelse: g(2)\n',
  'if a:\n  b\n  # in\n # out\nelif c: d; e;\nelse:\n\tf(1)\n',
  'def f():\n  if x:\n    a\n    # c0\n  # c1\n # c2\nb\n',
  'match f(x):\n  case [a, *b] if g(a): h(1)\n  case {"k": 1 | 2, **r}: pass\n  case A.B(c, d=-1) | (None as n): pass\n  case _: pass\n',
  'match (x):\n    case 1: pass\nmatch(y)\nmatch[z] = 1\nmatch.a = 2\ntype(x)\ntype = 3\ncase = _\nprint = exec\n',
  'type(x).y = f(1)\n',
  'print(a, file=b)\nprint "a %s" % f(1), b,\nprint >>c, d\nprint\nexec code in ns\nraise A, "b"\n',
  'from . import (a as b, c,)\nfrom .x.y import *\nfrom ...z import q\nimport a.b as c, d\nfrom __future__ import annotations\n',
  'global a, b\ndel c[0], d\nassert f(1), "m"\nraise A(1) from b\n',
  'x = (1 +\n  2)\ny = f(\n# c\na,\nb\n)\n',
  'def f():\n    x = g(\n  a,\nb)\n',
  'x = 1 \\\n  + 2\nif a and \\\n   b: pass\n',
  'x = 1\r\nif x:\r\n  f("a")\r\n  # c\r\n\r\ny = """a\r\nb"""\r\n',
  '\fx = 1\nif x:\n\f  y = f(1)\n',
  'größe = naïve("ü𝒳")  # 𝒳\nx = größe.µ("ä")\n',
  'x = yield\ny = yield from z\nawait (yield a, b)\n',
  'def f():\n  return *a, b\n  return\n  return (yield)\n',
];

/** What stands here is left to tree-sitter: it is broken, or tree-sitter reads it in a way of its own. */
const LEFT: readonly string[] = [
  'x = (1\n',
  'x = 1)\n',
  'x = "a\n',
  'x = """a\n',
  'x = "a\\',
  'x = f"a\\',
  'x = f"{a}\\',
  'x = rf"""\\',
  'x = f"{a:\\',
  'x = f"\\N{',
  'x = f"{a!',
  'x = f"{a',
  'x = \\',
  'x = (\\',
  'if x:\ny = 1\n',
  'if x:\n    a\n  b\n',
  '  x = 1\n',
  'x = a b\n',
  'x = 1if y else 2\n',
  'def f(a, (b, c)): pass\n',
  'print -x\n',
  '`x`\n',
  't"{x}"\n',
  'f"{x:=5}"\n',
  'f"}"\n',
  'f"{x\n}"\n',
  'v = [*f(x)]\n',
  'print(*f(x), sep="")\n',
  'x = *f(y), 1\n',
  'a, \nb = 1\n',
  'x: A[b](c) = 1\n',
  'def f():\n    x = (a +\nb)\n',
  'x = \0\n',
  'x\u00a0= 1\n',
  'x = 1\r\ry = 2\n',
  '\\\nx = 1\n',
  'class A:\n# nothing\n',
  'async = 1\n',
  'lambda (a, b): a\n',
  'match x:\n  pass\n',
  '?\n',
];

/** Sources that a parser could hang or overflow on. */
const HOSTILE: readonly string[] = [
  '('.repeat(1_000_000),
  '['.repeat(1_000_000),
  'f('.repeat(500_000),
  `x = ${'a+'.repeat(500_000)}a\n`,
  `x = ${'a.b'.repeat(300_000)}\n`,
  `x = ${'a**'.repeat(300_000)}a\n`,
  `x = ${'not '.repeat(300_000)}a\n`,
  `x = ${'- '.repeat(300_000)}a\n`,
  `${'x = '.repeat(200_000)}1\n`,
  `x: ${'A|'.repeat(300_000)}A[b] = 1\n`,
  `x = ${'lambda: '.repeat(100_000)}1\n`,
  `x = ${'a if b else '.repeat(100_000)}c\n`,
  `x = ${'f"{'.repeat(200_000)}\n`,
  `x = ${'"a" '.repeat(200_000)}\n`,
  `x = a${'[0]'.repeat(300_000)}\n`,
  `x = f${'()'.repeat(300_000)}\n`,
  Array.from({ length: 1_000 }, (_, depth) => `${' '.repeat(depth)}if x:\n`).join(''),
  'if x: '.repeat(200_000),
  `if x: pass\n${'elif x: pass\n'.repeat(80_000)}`,
  'match x:\n'.repeat(100_000),
  'match (a\n'.repeat(100_000),
  '\\\n'.repeat(500_000),
  `${'#\n'.repeat(500_000)}`,
  `"""${'\\"""'.repeat(250_000)}`,
  `${' '.repeat(1_000_000)}x`,
  `if x:\n  a\n${'  # c\n'.repeat(150_000)}`,
];

function pythonOfProject(): readonly (readonly [string, string])[] {
  const python = projectFiles().filter((path) => path.endsWith('.py'));
  const pages = projectFiles().filter((path) => path.endsWith('cases.md'));
  return [
    ...python.map((path) => [path, readFileSync(path, 'utf8')] as const),
    ...pages.flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/^```py(?:thon)?[^\n]*\n([\s\S]*?)^```$/gm)].map(
        ([, body = ''], at) => [`${path}#${at}`, body] as const,
      ),
    ),
  ];
}

describe('our own parser and tree-sitter', () => {
  it('say the same of every Python text of the project', () => {
    const texts = pythonOfProject();
    expect(texts.length).toBeGreaterThan(100);
    const taken = texts.filter(([, text]) => isTaken(text));
    for (const [name, text] of taken) expect(factsOf(text, own), name).toBe(factsOf(text, parse));
    expect(taken.length / texts.length).toBeGreaterThan(0.98);
  });

  it.each(TAKEN)('say the same: %j', (source) => {
    expect(isTaken(source)).toBe(true);
    expect(factsOf(source, own)).toBe(factsOf(source, parse));
  });

  it.each(LEFT)('the one leaves to the other: %j', (source) => {
    expect(isTaken(source)).toBe(false);
  });

  it('say the same of programs that nobody wrote', () => {
    fc.assert(
      fc.property(program, (source) => {
        if (isTaken(source)) expect(factsOf(source, own)).toBe(factsOf(source, parse));
      }),
      { numRuns: 400 },
    );
  });

  it('our own takes most of those', () => {
    const sources = fc.sample(program, { numRuns: 200, seed: 1 });
    expect(sources.filter(isTaken).length).toBeGreaterThan(130);
  });

  it.each(HOSTILE.map((source) => [source.slice(0, 12), source] as const))('our own ends on %j again and again', (_name, source) => {
    const before = process.cpuUsage();
    parsePythonSource(source);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_500);
  });
});
