/** What is kept of a file that is not loaded: every name it calls or derives from is in it, whatever stands around. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { calledNames, mayCallOneOf } from '../../analyzers/python/called-names.js';

it.each([
  ['a call', 'publish(df)', ['publish']],
  ['a method', 'self.tables.publish (df)', ['publish']],
  ['a call that goes on in the next line', 'publish \\\n  (df)', ['publish']],
  ['bases of a class', 'class Orders(base.Table, Owned):\n  pass', ['Table', 'Owned', 'Orders']],
  ['an import under another name', 'from lib import (save as s,\n  load  as l)', ['save', 'load']],
  ['another name for a function', 'w = lib.io.save  # as df\nv = save', ['save']],
  ['what is given its first arguments', 'w = functools.partial( lib.publish, 1)', ['publish', 'partial']],
  ['a call within a call', 'run(publish(df), other(1))', ['run', 'publish', 'other']],
])('%s', (_says, text, names) => {
  const called = calledNames(text);
  expect(names.filter((name) => !mayCallOneOf([name])(called))).toEqual([]);
  expect(mayCallOneOf(['absent', 'df'])(called)).toBe(false);
});

it('loses no call, wherever it stands', () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary-ascii' }), name), { minLength: 1, maxLength: 40 }), (pieces) => {
      const called = calledNames(pieces.map(([before, one]) => `${before}\n${one}(`).join(''));
      expect(pieces.filter(([, one]) => !mayCallOneOf([one])(called))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

/** A name in forty characters or so, as files of ordinary density have them. */
it('is small, and wrong about one name in a hundred at most', () => {
  const text = Array.from({ length: 400 }, (_, n) => `    result_${n} = call_${n}(value, other=${n})\n`).join('');
  const called = calledNames(text);
  const wrong = Array.from({ length: 5_000 }, (_, n) => `absent_${n}`).filter((name) => mayCallOneOf([name])(called));
  expect(called.length).toBeLessThanOrEqual(1_024);
  expect(wrong.length).toBeLessThan(50);
});
