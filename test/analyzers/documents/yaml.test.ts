import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readYaml } from '../../../analyzers/documents/yaml.js';

const bomb = [
  'a0: &a0 [x, x, x, x, x, x, x, x, x]',
  ...Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(8)}*a${n}]`),
].join('\n');
const wide = `base: &base {${Array.from({ length: 2000 }, (_, n) => `k${n}: ${n}`).join(', ')}}\nall:\n${'  - *base\n'.repeat(900)}`;

const merged = `base: &base {${Array.from({ length: 4000 }, (_, n) => `k${n}: ${n}`).join(', ')}}\nmodels:\n${'  - {<<: *base, name: m}\n'.repeat(900)}`;

describe('YAML of somebody else', () => {
  it.each([
    ['aliases that multiply', bomb, 'too-large'],
    ['aliases that expand to too much', wide, 'too-large'],
    ['merge keys that copy what they name', merged, 'too-large'],
    ['an alias inside what it names', 'a: &a {b: *a}', 'too-large'],
    ['brackets without end', '['.repeat(200_000), 'too-deep'],
    ['nested brackets that close', `a: ${'['.repeat(900)}${']'.repeat(900)}`, 'too-deep'],
    ['a hundred and one levels', `a: ${'['.repeat(100)}${']'.repeat(100)}`, 'too-deep'],
    ['a hundred levels', `a: ${'['.repeat(99)}${']'.repeat(99)}`, undefined],
    ['sequences in one line', '- '.repeat(200_000), 'too-deep'],
    ['mappings that go ever deeper', Array.from({ length: 1200 }, (_, n) => `${' '.repeat(n)}k:`).join('\n'), 'too-deep'],
    ['blank lines', '\n'.repeat(900_000), 'too-large'],
    ['more than four megabytes', 'x'.repeat(4 * 1024 * 1024 + 1), 'too-large'],
    ['no YAML', 'a: b: c', 'broken-yaml'],
    ['lines of @ in a mapping', `a: b\n${'@\n'.repeat(50_000)}`, 'broken-yaml'],
    ['lines without a value in a mapping', `a: b\n${'x\n'.repeat(50_000)}`, 'broken-yaml'],
    ['elements that are @', `[${'@,'.repeat(40_000)}]`, 'broken-yaml'],
    ['elements that are a dash', `[${'- ,'.repeat(60_000)}]`, 'broken-yaml'],
    ['documents without number', '--- a\n'.repeat(11_000), 'too-large'],
    ['ends of documents', '...\n'.repeat(11_000), 'too-large'],
    ['a list that does not end', `[${'a,'.repeat(170_000)}`, 'too-large'],
    ['lists that do not end', `${'[a,a,'.repeat(90)}${'a,'.repeat(170_000)}`, 'too-large'],
    ['quotes behind quotes', '"'.repeat(300_000), 'too-large'],
    ['tags behind tags', '!a '.repeat(100_000), 'too-large'],
    ['anchors behind anchors', '&a '.repeat(100_000), 'too-large'],
    ['aliases behind aliases', '*a '.repeat(100_000), 'too-large'],
    ['directives', '%a\n'.repeat(75_000), 'broken-yaml'],
  ])('%s ends soon', (_, text, reason) => {
    const began = performance.now();
    expect(readYaml(text).flaws[0]?.reason).toBe(reason);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('takes a lone dash for a text, where the file would be no YAML else', () => {
    const text = 'a: !Split [-, !Ref x]\nb: [x, -]\nc: |\n  [-, y]\n';
    expect(readYaml(text)).toEqual({ documents: [{ a: ['-', 'x'], b: ['x', '-'], c: '["-", y]\n' }], flaws: [] });
    expect(readYaml('c: |\n  [-, y]\n').documents).toEqual([{ c: '[-, y]\n' }]);
  });

  it('takes tags of others, several documents, and many uses of one anchor', () => {
    const text = `a: !Ref x\n---\nb: &b {c: 1}\nd: {<<: *b, e: 2}\nf: [${'*b, '.repeat(200)}*b]\n`;
    const { documents, flaws } = readYaml(text);
    expect(flaws).toEqual([]);
    expect(documents).toMatchObject([{ a: 'x' }, { d: { c: 1, e: 2 } }]);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', ':', ' ', '\n', '-', '[', ']', '{', '}', '&', '*', '!', '"', "'", '|', '?', ','),
          maxLength: 60,
        }),
        (text) => {
          expect(Array.isArray(readYaml(text).documents)).toBe(true);
        },
      ),
    );
  });
});
