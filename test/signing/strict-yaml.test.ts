import { describe, expect, it } from 'vitest';
import { readingOf } from '../../src/core/signing/plain-scalars.js';
import { MAX_YAML_BYTES, readStrictYaml } from '../../src/core/signing/strict-yaml.js';
import { pythonWith, runPython } from '../python.js';

const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  ['an anchor', 'a: &x 1\nb: 2\n', /anchor or a tag in line 1/],
  ['an alias', 'a: &x [1]\nb: *x\n', /anchor/],
  ['a tag', 'a: !!str 1\n', /anchor or a tag|tag/],
  ['a custom tag', 'a: !python/object:os.system x\n', /tag/i],
  ['a repeated key', 'a: 1\na: 2\n', /unique|twice/i],
  ['a key repeated in another spelling', 'a: 1\n"a": 2\n', /unique|twice/i],
  ['a merge key', 'a: {b: 1}\n<<: {c: 2}\n', /disagree/],
  ['a number as a key', '1: a\n', /key/],
  ['a list as a key', '[1]: a\n', /key|single line/],
  ['a dotless exponent', 'a: 1e3\n', /disagree on "1e3"/],
  ['any exponent', 'a: 1.5e+3\n', /disagree/],
  ['NO', 'a: NO\n', /disagree on "NO" in line 1/],
  ['on as a key', 'on: 1\n', /disagree/],
  ['a date', 'a: 2026-02-22\n', /disagree/],
  ['a time', 'a: 12:30:45\n', /disagree/],
  ['octal', 'a: 017\n', /disagree/],
  ['new octal', 'a: 0o17\n', /disagree/],
  ['underscores', 'a: 1_000\n', /disagree/],
  ['infinity', 'a: .inf\n', /disagree/],
  ['a whole number beyond a double', 'a: 12345678901234567890\n', /double/],
  ['two documents', 'a: 1\n---\nb: 2\n', /more than one/],
  ['no document', '', /no document/],
  ['a directive', '%YAML 1.1\n---\na: 1\n', /directive/],
  ['a line separator that ends a comment for PyYAML', 'a: 1\n# x\u2028b: 2\n', /U\+2028 in line 2/],
  ['a next-line character', 'a: 1\n# x\u0085b: 2\n', /U\+0085/],
  ['a lone carriage return', 'a: 1 # x\rb: 2\n', /U\+000d/],
  ['a NUL', 'a: "\u0000"\n', /U\+0000/],
  ['half a character', 'a: "\ud800"\n', /half a character/],
  ['half a character in an escape', 'a: "\\ud800"\n', /half a character/],
  ['half a character in a key', '"\\ud800": 1\n', /half a character/],
  ['the key __proto__', '"__proto__": {a: 1}\n', /__proto__/],
  ['broken YAML', 'a: [1\n', /./],
  ['more than a megabyte', `# ${'x'.repeat(MAX_YAML_BYTES)}\na: 1\n`, /larger than/],
  ['a hundred thousand brackets', '['.repeat(100_000), /deeper/],
  ['a hundred thousand dashes', '- '.repeat(100_000), /deeper/],
  ['a hundred thousand question marks', '? '.repeat(100_000), /deeper/],
  ['a staircase', Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), /deeper/],
];

describe('readStrictYaml', () => {
  it.each(REFUSED)('refuses %s', (_, text, because) => {
    const read = readStrictYaml(text, 'policy_bundle.yaml');
    expect(read.ok).toBe(false);
    if (!read.ok) expect(read.problem.what).toMatch(because);
  });

  it.each([
    ['words, numbers and quoted strings', 'a: word\nb: -1.5\nc: "NO"\nd: [x, "1e3"]\n', { a: 'word', b: -1.5, c: 'NO', d: ['x', '1e3'] }],
    ['what a person writes without quotes', 'expected: 02:00 ET daily\ngrace: 30m\n', { expected: '02:00 ET daily', grace: '30m' }],
    ['null in its two spellings and as nothing', 'a: null\nb: ~\nc:\n', { a: null, b: null, c: null }],
    ['block scalars', 'a: |\n  x\n  y\n', { a: 'x\ny\n' }],
    ['Windows line ends', 'a: 1\r\nb: "x"\r\n', { a: 1, b: 'x' }],
    ['comments and blanks', '# one\n\na: 1 # two\n', { a: 1 }],
  ])('reads %s', (_, text, value) => {
    expect(readStrictYaml(text)).toEqual({ ok: true, value });
  });

  it('agrees with PyYAML on every plain scalar it lets through', () => {
    const python = pythonWith('yaml');
    if (!python) return;
    const atoms = [
      '0',
      '1',
      '7',
      '12',
      '59',
      '60',
      ':',
      '.',
      '-',
      '+',
      '_',
      'e',
      'E',
      'x',
      'o',
      'b',
      'inf',
      'nan',
      'T',
      'Z',
      '2026',
      '02',
      'y',
      'no',
      'On',
      '~',
      'null',
      'TRUE',
      '=',
      '<<',
    ];
    const words = atoms.flatMap((a) => atoms.flatMap((b) => ['', ...atoms].flatMap((c) => ['', '7'].map((d) => a + b + c + d))));
    const kept = [...new Set(words)].flatMap((word) => {
      const read = readStrictYaml(`k: ${word}\n`);
      return read.ok && readingOf(word) !== 'ambiguous' ? [{ text: `k: ${word}\n`, value: read.value }] : [];
    });
    const script = 'import json,sys,yaml\nprint(json.dumps([yaml.safe_load(t) for t in json.load(sys.stdin)], default=str))';
    const seen: unknown = JSON.parse(runPython(python, script, JSON.stringify(kept.slice(0, 12_000).map(({ text }) => text))));
    expect(seen).toEqual(kept.slice(0, 12_000).map(({ value }) => value));
    expect(kept.length).toBeGreaterThan(5000);
  }, 120_000);
});
