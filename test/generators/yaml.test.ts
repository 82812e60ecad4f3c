import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { printYaml } from '../../generators/render/yaml.js';
import { readStrictYaml } from '../../src/core/signing/strict-yaml.js';
import { pythonWith, runPython } from '../python.js';

const TRAPS = [
  'NO',
  'on',
  'y',
  '~',
  '',
  ' ',
  '2026-02-22',
  '2026-02-22T00:00:00Z',
  '0o17',
  '017',
  '1e3',
  '1.5e3',
  '12:30:45',
  '1_000',
  '<<',
  '=',
  '0x1f',
  '.inf',
  '-.5',
  '+1',
  '- a',
  'a: b',
  'a #b',
  '#',
  '@x',
  '`',
  '!tag',
  '&a',
  '*a',
  '%YAML',
  '---',
  '...',
  '\u2028',
  '\u0085',
  '\ufeff',
  'a\nb',
  'tab\t',
  '\u0000',
  '"',
  "'",
  '\\',
  'null',
  'true',
  'é',
  '🦆',
  'Infinity',
  '1.',
  '.5',
  '0b1',
  '1:2',
];

const word = fc.oneof(
  fc.constantFrom(...TRAPS),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const key = word.filter((text) => text !== '__proto__');
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger()).map((value) => (value === 0 ? 0 : value));
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    word,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
})).value;

/** Objects without a prototype compare unequal; JSON has none. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('printYaml', () => {
  it.each([
    ['a word stays bare', { tier: 'TIER_1' }, 'tier: TIER_1\n'],
    ['everything else is quoted', { urn: 'ds://curated/orders' }, 'urn: "ds://curated/orders"\n'],
    ['what YAML 1.1 takes for a boolean is quoted', { no: 'NO' }, '"no": "NO"\n'],
    ['a date is quoted', { a: '2026-02-22' }, 'a: "2026-02-22"\n'],
    ['words in a list share a line', { week_1: ['G1_RESOLUTION', 'G2_IDENTITY'] }, 'week_1: [G1_RESOLUTION, G2_IDENTITY]\n'],
    [
      'mappings in a list start at the dash',
      {
        a: [
          { field: 'id', size: 1 },
          { field: 'at', size: 2 },
        ],
      },
      'a:\n  - field: id\n    size: 1\n  - field: at\n    size: 2\n',
    ],
    ['nothing is [] or {}', { a: [], b: {} }, 'a: []\nb: {}\n'],
    ['absent members are left out', { a: 1, b: undefined }, 'a: 1\n'],
    ['a small number has no exponent', { a: 1e-7 }, 'a: 0.0000001\n'],
    ['a large one neither', { a: 1.5e21 }, 'a: 1500000000000000000000.0\n'],
    ['minus zero is zero', { a: -0 }, 'a: 0\n'],
  ])('%s', (_, document, expected) => {
    expect(printYaml(document)).toBe(expected);
  });

  it('names the schema in the first line and keeps comments on one line', () => {
    const text = printYaml({ a: 1, b: 2 }, { schema: 'dataset', about: ['first\nsecond: 3'], above: { b: 'why\u2028x: 1' } });
    expect(text).toBe(
      '# yaml-language-server: $schema=https://signal-factory.example/schemas/dataset.schema.json\n# first second: 3\na: 1\n\n# why x: 1\nb: 2\n',
    );
  });

  it('gives back any JSON document under YAML 1.1 and 1.2', () => {
    fc.assert(
      fc.property(json, (document) => {
        const text = printYaml(document);
        expect(plain(parse(text, { version: '1.2' }))).toEqual(plain(document));
        expect(plain(parse(text, { version: '1.1' }))).toEqual(plain(document));
      }),
      { numRuns: 1500 },
    );
  });

  it('is accepted by the strict reader whatever it prints', () => {
    fc.assert(
      fc.property(json, (document) => {
        const read = readStrictYaml(printYaml(document));
        // Large whole numbers and lone surrogates are beyond what may be signed.
        if (!read.ok) expect(read.problem.what).toMatch(/does not fit a double|surrogate/);
        else expect(plain(read.value)).toEqual(plain(document));
      }),
      { numRuns: 1500 },
    );
  });

  it('gives PyYAML the same document', () => {
    const python = pythonWith('yaml');
    if (!python) return;
    const documents = [
      ...TRAPS.map((text) => ({ [text]: [text, { [text]: text }] })),
      ...fc.sample(json, { numRuns: 400, seed: 7 }),
    ].filter((document) => !/\\ud[89a-f]/.test(JSON.stringify(document)));
    const script = 'import json,sys,yaml\nprint(json.dumps([yaml.safe_load(t) for t in json.load(sys.stdin)]))';
    const read: unknown = JSON.parse(runPython(python, script, JSON.stringify(documents.map((document) => printYaml(document)))));
    expect(read).toEqual(plain(documents));
    expect(documents.length).toBeGreaterThan(200);
  });
});
