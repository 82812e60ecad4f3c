/** §4.1 settings files made to hurt: each is read within its bounds, or not at all. */
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../analyzers/config/document.js';
import { exprOf } from '../../analyzers/config/expression.js';
import { composed } from '../../analyzers/config/hydra.js';

const long = (piece: string, times: number): string => piece.repeat(times);

describe('settings files', () => {
  it.each([
    ['a.yml', 'a: {b: 1}', { a: { b: 1 } }],
    ['a.json', '[1, 2]', undefined],
    ['a.json', '{', undefined],
    ['a.toml', 'a = 1', { a: 1 }],
    ['a.toml', 'a =', undefined],
    ['a.ini', '; no\n[a]\nb = c=d\n', { a: { b: 'c=d' } }],
    ['a.yml', `a: &a [${long('x, ', 10)}]\nb: &b [${long('*a, ', 100)}]\nc: [${long('*b, ', 100)}]`, undefined],
    ['a.json', `${long('{"a":', 50)}1${long('}', 50)}`, undefined],
    ['a.yml', `a: ${long('x', 300_000)}`, undefined],
    [
      'a.ini',
      `[DEFAULT]\n${long('k = v\n', 1)}${Array.from({ length: 200 }, (_, n) => `k${n} = v`).join('\n')}\n${Array.from({ length: 200 }, (_, n) => `[s${n}]`).join('\n')}`,
      undefined,
    ],
  ])('%s %#', (path, text, value) => {
    expect(readDocument(path, text).value).toEqual(value);
  });

  it('references that name references end', () => {
    const started = performance.now();
    const levels = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`k${n}`, long(`\${k${n + 1}}`, 200)]));
    expect(exprOf(levels).kind).toBe('dict');
    expect(performance.now() - started).toBeLessThan(2_000);
    const itself = { a: ['$', '{a}'].join('') };
    expect(exprOf(itself)).toMatchObject({ entries: [[{}, { kind: 'opaque', text: 'a' }]] });
  });

  it('references to much end', () => {
    const started = performance.now();
    const big = Array.from({ length: 10_000 }, (_, n) => n);
    const names = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`r${n}`, ['$', '{big}'].join('')]));
    expect(JSON.stringify(exprOf({ big, ...names })).length).toBeLessThan(2_000_000);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('a defaults list of many entries, and one of many groups, ends', () => {
    const started = performance.now();
    const keys = Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`k${n}`, n]));
    const many = new Map<string, unknown>([['conf/a.yaml', { defaults: Array(9_000).fill('_self_'), ...keys }]]);
    expect(composed(many, 'conf', 'a')).toEqual(keys);
    const group = `${long('a/', 1_000)}b`;
    const deep = new Map<string, unknown>([
      ['conf/a.yaml', { defaults: [{ [`g@${group}`]: 'x' }], y: 1 }],
      ['conf/g/x.yaml', { z: 1 }],
    ]);
    expect(composed(deep, 'conf', 'a')).toEqual({ y: 1 });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('a defaults list that names itself ends', () => {
    const documents = new Map<string, unknown>([
      ['conf/a.yaml', { defaults: ['b', 'b'], x: 1 }],
      ['conf/b.yaml', { defaults: ['a', 'a'], y: 2 }],
    ]);
    expect(composed(documents, 'conf', 'a')).toEqual({ x: 1, y: 2 });
    expect(composed(documents, 'conf', 'none')).toBeUndefined();
  });
});
