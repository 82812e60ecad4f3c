/** §4.4 the urn of any target is valid or null, and does not depend on the order the targets came in. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assignUrns, decideUrn, type UrnCandidate } from '../../../src/core/decide/urn.js';
import { matchesGlob } from '../../../src/core/glob.js';
import { DEFAULT_SETTINGS } from '../../../src/core/settings.js';
import { DatasetUrn } from '../../../src/core/urn.js';

const settings = DEFAULT_SETTINGS;
const word = fc.constantFrom(
  'orders',
  'sales',
  'hr',
  'gold',
  'raw',
  '{x}',
  '{table}',
  'dt=2026-02-08',
  'v2',
  '2026',
  'part-0.parquet',
  'Orders',
  'a b',
);
const target = fc.oneof(
  fc.array(word, { minLength: 1, maxLength: 5 }).map((parts) => `s3://lake/${parts.join('/')}`),
  fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
  fc.array(fc.constantFrom('orders', 'sales', '{catalog}', 'main'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.')),
);
const urnsOf = (candidates: readonly UrnCandidate[]) => assignUrns(candidates, settings).map((decision) => decision.value);
const targets = (...all: string[]) => all.map((each) => ({ target: each }));

describe('assignUrns', () => {
  test.each([
    ['one target written twice is one urn', ['s3://lake/gold/orders/', 's3a://lake/gold/orders'], ['ds://gold/orders', 'ds://gold/orders']],
    [
      'partitions of one table are one urn',
      ['s3://l/gold/orders/dt={a}', 's3://l/gold/orders/dt={b}'],
      ['ds://gold/orders', 'ds://gold/orders'],
    ],
    ['dated files of one folder are one urn', ['out/sales/o_2026-01.csv', 'out/sales/o_2026-02.csv'], ['ds://sales/o', 'ds://sales/o']],
    ['both places move', ['s3://l/gold/sales/orders', 's3://l/gold/hr/orders'], ['ds://gold/sales_orders', 'ds://gold/hr_orders']],
    ['as far as needed', ['s3://l/gold/a/x/orders', 's3://l/gold/b/x/orders'], ['ds://gold/a_x_orders', 'ds://gold/b_x_orders']],
    ['buckets tell apart', ['s3://a/gold/orders', 's3://b/gold/orders'], ['ds://gold/a_orders', 'ds://gold/b_orders']],
    ['an unknown bucket may be the known one', ['{bucket}/gold/orders', 's3://b/gold/orders'], ['ds://gold/orders', 'ds://gold/orders']],
    ['a table may be what lies at the path', ['gold.orders', 's3://b/gold/orders'], ['ds://gold/orders', 'ds://gold/orders']],
    ['an unknown catalog may be none', ['{c}.gold.orders', 'gold.orders', '{w}.{l}.gold.orders'], Array(3).fill('ds://gold/orders')],
    ['catalogs that are known tell apart', ['a.gold.orders', 'b.gold.orders'], ['ds://gold/a_orders', 'ds://gold/b_orders']],
    ['a table with something before its name is another', ['{out}_orders', '{in}/orders', '{x}.orders'], [null, null, null]],
    [
      'as far as words tell them apart',
      ['sales.{env}_orders', 'hr.sales.orders', 's3://b/sales/orders'],
      ['ds://sales/orders', 'ds://sales/hr_orders', 'ds://sales/b_orders'],
    ],
    ['and is the same as itself', ['{out}_orders', '{in}_orders'], ['ds://default/orders', 'ds://default/orders']],
    ['a year that a hole goes on with', ['out/sales/o_2026-{month}.csv'], ['ds://sales/o']],
    ['a year in a table', ['sales.census_2020'], ['ds://sales/census_2020']],
    ['a folder here is not the one in a bucket', ['out/gold/o', 's3://b/out/gold/o'], ['ds://gold/out_o', 'ds://gold/b_out_o']],
    ['holes called differently are one hole', ['{in}/gold/orders', '{out}/gold/orders'], ['ds://gold/orders', 'ds://gold/orders']],
    ['two formats in one folder', ['out/sales/o.csv', 'out/sales/o.json'], ['ds://sales/csv_out_o', 'ds://sales/json_out_o']],
  ])('%s', (_, given, expected) => {
    expect(urnsOf(targets(...given))).toEqual(expected);
  });

  test('a committed urn holds for every writer of the place and is never given to another', () => {
    const got = urnsOf([
      { target: 's3://l/gold/sales/orders', committed: 'ds://gold/orders' },
      { target: 's3://l/gold/sales/orders/dt={d}' },
      { target: 's3://l/gold/hr/orders' },
    ]);
    expect(got).toEqual(['ds://gold/orders', 'ds://gold/orders', 'ds://gold/hr_orders']);
  });

  test('of two committed urns for one place each file keeps its own, and another writer gets the first', () => {
    const place = 's3://l/gold/orders';
    const given = [{ target: place, committed: 'ds://b/orders' }, { target: place }, { target: place, committed: 'ds://a/orders' }];
    expect(urnsOf(given)).toEqual(['ds://b/orders', 'ds://a/orders', 'ds://a/orders']);
  });

  test('a committed urn is no word about a place of another repository, however its place is spelled', () => {
    const got = urnsOf([
      { target: 's3://l/gold/orders', repository: 'a' },
      { target: 's3://l/gold/orders/v2', repository: 'b', committed: 'ds://a/mine' },
    ]);
    expect(got).toEqual(['ds://gold/orders', 'ds://a/mine']);
  });

  describe('what has a record', () => {
    const place = 's3://l/gold/orders';
    const holder = { target: place, location: place, repository: 'a' };
    const holdings = new Map([['ds://gold/orders', { repository: 'a', location: place }]] as const);
    const assigned = (...candidates: readonly UrnCandidate[]) => assignUrns(candidates, settings, holdings).map(({ value }) => value);

    test.each<[string, readonly UrnCandidate[]]>([
      ['another place of that name', [{ target: 's3://x/gold/orders', repository: 'b' }]],
      ['the same place', [{ target: place, location: place, repository: 'b' }]],
      ['a committed claim to its urn', [{ target: 's3://x/gold/mine', repository: 'b', committed: 'ds://gold/orders' }]],
      ['a committed name for its place', [{ target: `${place}/v2`, repository: 'b', committed: 'ds://a/a' }]],
      ['several of them', [1, 2, 3].map((each) => ({ target: `s3://x${each}/gold/orders`, repository: 'b' }))],
    ])('is called as before beside %s of another repository', (_, others) => {
      for (const candidates of [
        [holder, ...others],
        [...others, holder],
      ]) {
        const got = assigned(...candidates);
        const at = candidates.indexOf(holder);
        expect(got[at]).toBe('ds://gold/orders');
        expect(got.toSpliced(at, 1)).not.toContain('ds://gold/orders');
      }
    });

    test('keeps its urn where its data moved', () => {
      const moved = { ...holder, target: 's3://new/gold/orders', location: 's3://new/gold/orders' };
      const other = { target: 's3://x/gold/orders', repository: 'b' };
      expect(assigned(moved, other)).toEqual(['ds://gold/orders', 'ds://gold/x_orders']);
    });

    test('may be called otherwise by its own repository alone', () => {
      expect(assigned({ ...holder, committed: 'ds://sales/orders' })).toEqual(['ds://sales/orders']);
    });
  });

  test('folders that differ never share a urn', () => {
    const folder = fc.array(fc.constantFrom('sales', 'hr', 'gold', 'orders', 'lines'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.uniqueArray(
          folder.map((parts) => `s3://lake/${parts.join('/')}`),
          { maxLength: 15 },
        ),
        (given) => {
          const got = urnsOf(targets(...given)).filter((urn) => urn !== null);
          expect(new Set(got).size).toBe(got.length);
        },
      ),
    );
  });

  test('every answer is a valid urn or null, and null alone stays null', () => {
    fc.assert(
      fc.property(fc.array(target, { maxLength: 12 }), (given) => {
        const got = urnsOf(targets(...given));
        for (const urn of got) expect(urn === null || DatasetUrn.safeParse(urn).success).toBe(true);
        const alone = given.map((each) => decideUrn(each, { settings }).value);
        for (const [index, urn] of got.entries()) if (alone[index] === null) expect(urn).toBeNull();
      }),
    );
  });

  test('the order of the targets does not matter', () => {
    const shuffled = fc
      .array(target, { minLength: 2, maxLength: 12 })
      .chain((given) => fc.tuple(fc.constant(given), fc.shuffledSubarray([...given.keys()], { minLength: given.length })));
    fc.assert(
      fc.property(shuffled, ([given, order]) => {
        const straight = urnsOf(targets(...given));
        const mixed = urnsOf(order.map((index) => ({ target: given[index] ?? '' })));
        expect(mixed).toEqual(order.map((index) => straight[index]));
      }),
    );
  });

  test('any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const { value, because } = decideUrn(text, { settings });
        expect(value === null || DatasetUrn.safeParse(value).success).toBe(true);
        expect(because.length).toBeLessThan(1000);
      }),
    );
  });
});

describe('matchesGlob', () => {
  test.each([
    ['s3://lake/*/orders', 's3://lake/gold/orders', true],
    ['s3://lake/*/orders', 's3://lake/gold/eu/orders', false],
    ['s3://lake/**/orders', 's3://lake/gold/eu/orders', true],
    ['main.*.orders', 'main.sales.orders', true],
    ['main.*.orders', 'main.sales.eu.orders', false],
    ['*', '', true],
    ['orders', 'Orders', false],
    ['a.c', 'abc', false],
  ])('%s on %s: %s', (glob, text, expected) => {
    expect(matchesGlob(glob, text)).toBe(expected);
  });

  test('many stars on a long text end soon', () => {
    expect(matchesGlob(`${'**a'.repeat(30)}b`, 'a'.repeat(2000))).toBe(false);
  });
});
