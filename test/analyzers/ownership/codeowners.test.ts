import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeownersPlace, ownerLookup, parseCodeowners } from '../../../analyzers/ownership/codeowners.js';
import { matchesPath } from '../../../analyzers/ownership/pattern.js';
import { printOwners } from '../../../src/cli/owners.js';

const MATCHES: readonly (readonly [string, string, string, boolean])[] = [
  ['a star owns everything', '*', 'jobs/daily/orders.py', true],
  ['a root star owns the first level', '/*', 'README.md', true],
  ['a root star stops at the first level', '/*', 'jobs/orders.py', false],
  ['an ending matches at any depth', '*.sql', 'models/marts/orders.sql', true],
  ['an ending is no other ending', '*.sql', 'models/orders.sqlx', false],
  ['a folder star owns its files', 'jobs/*', 'jobs/orders.py', true],
  ['a folder star stops at its files', 'jobs/*', 'jobs/daily/orders.py', false],
  ['a folder star starts at the root', 'jobs/*', 'lib/jobs/orders.py', false],
  ['a bare folder owns at any depth', 'jobs/', 'lib/jobs/daily/orders.py', true],
  ['a bare folder is no file', 'jobs/', 'lib/jobs', false],
  ['a rooted folder starts at the root', '/jobs/', 'lib/jobs/orders.py', false],
  ['a rooted folder owns what is below', '/jobs/', 'jobs/a/b/c.py', true],
  ['a bare name owns a file', 'Makefile', 'lib/Makefile', true],
  ['a bare name owns a folder', 'jobs', 'lib/jobs/orders.py', true],
  ['a name is no prefix', 'jobs', 'jobs2/orders.py', false],
  ['a middle slash anchors', 'lib/jobs', 'lib/jobs/orders.py', true],
  ['a middle slash anchors, so deeper fails', 'lib/jobs', 'x/lib/jobs/orders.py', false],
  ['two stars below a folder', 'jobs/**', 'jobs/a/b.py', true],
  ['two stars below a folder are not the folder', 'jobs/**', 'jobs', false],
  ['two stars in front', '**/logs', 'a/b/logs/x', true],
  ['two stars in the middle match nothing', '/sql/**/orders_v3', 'sql/orders_v3/query.sql', true],
  ['two stars in the middle match many', '/sql/**/orders_v3', 'sql/a/b/orders_v3/query.sql', true],
  ['the last part is whole', '/sql/**/orders_v3', 'sql/a/orders_v31/query.sql', false],
  ['a question mark is one character', 'a?.py', 'ab.py', true],
  ['case matters', 'Jobs/', 'jobs/x.py', false],
  ['a slash alone owns nothing', '/', 'README.md', false],
];

describe('one pattern and one path', () => {
  it.each(MATCHES)('%s', (_, pattern, path, expected) => {
    expect(matchesPath(pattern, path)).toBe(expected);
  });

  it('agrees with a plain recursive reading on any small pattern', () => {
    const part = fc.constantFrom('a', 'b', '*', '**', 'a*', '*b', '?', '*a*');
    const pattern = fc.tuple(fc.boolean(), fc.array(part, { minLength: 1, maxLength: 4 }), fc.boolean());
    const path = fc.array(fc.constantFrom('a', 'b', 'ab', 'ba'), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(pattern, path, ([rooted, parts, folder], segments) => {
        const text = `${rooted ? '/' : ''}${parts.join('/')}${folder ? '/' : ''}`;
        expect(matchesPath(text, segments.join('/'))).toBe(reference(text, segments));
      }),
      { numRuns: 2000 },
    );
  });

  it('a pattern of stars takes no exponential time', () => {
    const began = performance.now();
    expect(matchesPath(`/${'**/a*a*a*a*/'.repeat(200)}x`, 'aaaaaaaaaaaa/'.repeat(300))).toBe(false);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe('a file', () => {
  const owners = (text: string, path: string) => ownerLookup({ rules: parseCodeowners(text).rules })(path).owners;
  it.each([
    ['the last match wins', '* @a\n/jobs/ @org/data\n', 'jobs/x.py', ['@org/data']],
    ['a line without owners clears', '* @a\n/jobs/\n', 'jobs/x.py', []],
    ['an inline comment is no owner', 'jobs/ @a # and @b', 'jobs/x.py', ['@a']],
    ['an escaped space is part of the name', 'my\\ jobs/ @a', 'my jobs/x.py', ['@a']],
    ['byte order mark and CRLF', '\uFEFF* @a\r\njobs/ me@example.org\r\n', 'jobs/x.py', ['me@example.org']],
    ['a line that is not valid is skipped', '* @a\n!jobs/ @b\njobs/[ab].py @c\n\\#x @d\njobs/ nobody\n', 'jobs/a.py', ['@a']],
  ])('%s', (_, text, path, expected) => {
    expect(owners(text, path)).toEqual(expected);
  });

  it('names each line that it skipped', () => {
    const { flaws } = parseCodeowners('!a @b\n[Section]\n* app/bot\n* @ok\n');
    expect(flaws.map(({ reason, line }) => [reason, line])).toEqual([1, 2, 3].map((line) => ['invalid-codeowners-line', line]));
  });

  it('above 3 MB it is not used', () => {
    expect(parseCodeowners(`* @a\n${'#'.repeat(3 * 1024 * 1024)}`)).toMatchObject({ rules: [], flaws: [{ reason: 'too-large' }] });
    expect(parseCodeowners(`* @a\n#${'é'.repeat(1.6 * 1024 * 1024)}`).rules).toEqual([]);
  });

  it('is looked for in .github, the root, then docs', () => {
    expect(codeownersPlace(new Set(['docs/CODEOWNERS', 'CODEOWNERS']))).toBe('CODEOWNERS');
    expect(codeownersPlace(new Set(['docs/CODEOWNERS', '.github/CODEOWNERS', 'CODEOWNERS']))).toBe('.github/CODEOWNERS');
    expect(codeownersPlace(new Set(['src/CODEOWNERS']))).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, path) => {
        expect(Array.isArray(owners(text, path))).toBe(true);
      }),
    );
  });

  it('prints as JSON and as text', () => {
    const answers = [
      { path: 'jobs/a.py', owners: ['@org/data'], because: 'CODEOWNERS:1 jobs/' },
      { path: 'b.py', owners: [], because: 'no line of CODEOWNERS matches' },
    ];
    expect(JSON.parse(printOwners(answers, 'json'))).toEqual({ 'jobs/a.py': ['@org/data'], 'b.py': [] });
    expect(printOwners(answers, 'text')).toBe(
      'jobs/a.py  @org/data  (CODEOWNERS:1 jobs/)\nb.py  nobody  (no line of CODEOWNERS matches)\n',
    );
  });
});

/** The same rules written for reading only: tries everything. */
function reference(pattern: string, segments: readonly string[]): boolean {
  const parts = pattern.split('/').filter(Boolean);
  const folder = pattern.endsWith('/');
  const anchored = pattern.slice(0, -1).includes('/') || (pattern.startsWith('/') && pattern.length > 1);
  const full = [...(anchored ? [] : ['**']), ...parts, ...(folder ? ['**'] : [])];
  const exact = folder || parts.at(-1) === '**' || (anchored && parts.at(-1) === '*');
  const match = (p: readonly string[], s: readonly string[]): boolean => {
    const [head, ...rest] = p;
    if (head === undefined) return s.length === 0 || !exact;
    if (head === '**') return (rest.length === 0 ? s.length > 0 : match(rest, s)) || (s.length > 0 && match(p, s.slice(1)));
    const [first, ...others] = s;
    return first !== undefined && segment(head, first) && match(rest, others);
  };
  return match(full, segments);
}

function segment(part: string, text: string): boolean {
  if (part === '') return text === '';
  if (part[0] === '*') return segment(part.slice(1), text) || (text !== '' && segment(part, text.slice(1)));
  return text !== '' && (part[0] === '?' || part[0] === text[0]) && segment(part.slice(1), text.slice(1));
}
