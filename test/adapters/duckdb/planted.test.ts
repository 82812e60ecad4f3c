/** decision 0001 customer values: whatever a personal column is called and stored as, nothing that is produced holds a value of it. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { draftBaseline } from '../../../generators/baseline.js';
import { draftPolicy, printPolicy } from '../../../generators/policy-bundle.js';
import { planPullRequest } from '../../../generators/pull-request.js';
import { renderJson } from '../../../generators/render/json.js';
import { pullRequestInput, SCENARIOS } from '../../../scripts/pull-request-scenarios.js';
import { renderProfile } from '../../../src/cli/profile.js';
import { decideProfiling } from '../../../src/core/decide/profiling.js';
import { DEFAULT_SETTINGS } from '../../../src/core/settings.js';
import { type MadeLake, makeLake } from './made-lake.js';

const open: MadeLake[] = [];
afterEach(() => {
  for (const made of open.splice(0)) made.remove();
});

const STAMP = { now: '2026-02-15T10:35:00Z', bootstrapId: 'boot-2026-02-15-001' };

/** Every document and printout that comes of a dataset whose rows are `select`, seven days of it. */
async function producedFrom(select: string, folder = (day: number) => `dt=2026-02-0${day}`): Promise<readonly string[]> {
  const made = await makeLake();
  open.push(made);
  for (let day = 1; day <= 7; day += 1) await made.write(`lake/gold/orders/${folder(day)}/a.parquet`, select.replaceAll('$D', String(day)));
  const listing = await made.lake.list('s3://lake/gold/orders', 'parquet', []);
  const { value: plan } = decideProfiling(listing);
  const measurements = await made.lake.measure(listing, plan);
  const [scenario] = SCENARIOS;
  if (scenario === undefined) throw new Error('no scenario');
  const input = pullRequestInput(scenario);
  const baseline = draftBaseline({ urn: input.manifest.urn, stamp: STAMP, plan, measurements, settings: DEFAULT_SETTINGS });
  const bundle = draftPolicy({ manifest: input.manifest, baseline, level: 'volume_baseline', settings: DEFAULT_SETTINGS, stamp: STAMP });
  const { body } = planPullRequest({ ...input, baseline, bundle });
  return [renderJson(baseline), printPolicy(bundle), body, renderProfile(listing.location, baseline), JSON.stringify(measurements)];
}

const TYPES = ['BIGINT', 'DOUBLE', 'DECIMAL(21,1)', 'DECIMAL(38,0)', 'UBIGINT', 'HUGEINT', 'VARCHAR'] as const;
const NUMBER_NAMES = [
  'phone',
  'mobile_phone',
  'telefon',
  'Téléphone',
  'numer_telefonu',
  'телефон',
  '電話番号',
  'ssn',
  'customer_ssn4',
  'card_num',
  'kreditkartennummer',
  'kontonummer',
  'pesel',
  'cpf',
  'iban_digits',
  'passport_no',
  'nhs',
  'salary',
  'account_number',
  'c17',
  'wert',
  'b',
];
const DATE_NAMES = ['geburtsdatum', 'dob', 'birth_date', 'date_naissance', 'fecha_nacimiento', '生年月日', 'c18', 'stichtag'];
/** Names that say nothing: there the shape of the values has to. */
const UNNAMED = new Set(['c17', 'wert', 'b', 'c18', 'stichtag']);
/** All between 4.9 and 5.1 thousand million: no figure of a document lies there unless it came out of the column. */
const isPlanted = (value: number) => Math.abs(value - 5e9) < 1e8;
/** Digests are left out: `5e9` somewhere in sixty-four hexadecimal digits is no figure. */
const numbersIn = (text: string) =>
  (text.replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256').match(/[0-9]+(?:\.[0-9]+)?(?:e\+?[0-9]+)?/gi) ?? []).map(Number);

describe('a planted personal column', () => {
  it('of any number type, any name and any share of nulls leaves no number near its values', async () => {
    const column = fc.record({
      name: fc.constantFrom(...NUMBER_NAMES),
      type: fc.constantFrom(...TYPES),
      nulls: fc.constantFrom(0, 2, 5),
      distinct: fc.constantFrom(3, 50, 100_000),
    });
    const columns = fc.uniqueArray(column, { minLength: 1, maxLength: 12, selector: ({ name }) => name.toLowerCase() });
    await fc.assert(
      fc.asyncProperty(columns, async (planted) => {
        const list = planted.map(({ name, type, nulls, distinct }) => {
          const value = `CAST(${5e9} + (i * 7919 + $D) % ${distinct} AS ${type})`;
          return `${nulls === 0 ? value : `CASE WHEN i % ${nulls} = 0 THEN NULL ELSE ${value} END`} AS "${name}"`;
        });
        for (const text of await producedFrom(`SELECT ${list.join(', ')}, i % 9 AS quantity FROM range(300) t(i)`)) {
          expect(numbersIn(text).filter(isPlanted)).toEqual([]);
        }
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it('of dates or times leaves no date near its values', async () => {
    const column = fc.record({
      name: fc.constantFrom(...DATE_NAMES),
      type: fc.constantFrom('DATE', 'TIMESTAMP', 'TIMESTAMPTZ', 'VARCHAR'),
      nulls: fc.constantFrom(0, 3),
    });
    const columns = fc.uniqueArray(column, { minLength: 1, maxLength: 6, selector: ({ name }) => name });
    await fc.assert(
      fc.asyncProperty(columns, async (planted) => {
        const list = planted.map(({ name, type, nulls }) => {
          const value = `CAST(DATE '1951-01-01' + CAST((i * 7919) % 9000 AS INTEGER) AS ${type})`;
          return `${nulls === 0 ? value : `CASE WHEN i % ${nulls} = 0 THEN NULL ELSE ${value} END`} AS "${name}"`;
        });
        for (const text of await producedFrom(`SELECT ${list.join(', ')}, i % 9 AS quantity FROM range(300) t(i)`)) {
          expect(text.match(/19[5-7][0-9]-/g) ?? []).toEqual([]);
        }
      }),
      { numRuns: 6 },
    );
  }, 120_000);

  it('that only its name gives away leaves nothing either', async () => {
    const named = [...NUMBER_NAMES, 'latitude', 'homeLongitude', 'gehalt', 'customer_id', 'konto_nr'].filter((name) => !UNNAMED.has(name));
    const numbers = named.map(
      (name, i) => `CAST(777000.5 + (i * 7919 + ${i}) % 90 / 8.0 AS ${i % 2 === 0 ? 'DOUBLE' : 'DECIMAL(12,3)'}) AS "${name}"`,
    );
    const dates = DATE_NAMES.filter((name) => !UNNAMED.has(name)).map((name) => `DATE '2025-06-01' + CAST(i % 50 AS INTEGER) AS "${name}"`);
    for (const text of await producedFrom(`SELECT ${[...numbers, ...dates].join(', ')}, i % 9 AS quantity FROM range(300) t(i)`)) {
      expect(numbersIn(text).filter((value) => Math.abs(value - 777_000) < 100)).toEqual([]);
      expect(text.match(/2025-0[67]-/g) ?? []).toEqual([]);
    }
  });

  it('does not take the other columns with it', async () => {
    const [baseline] = await producedFrom(
      `SELECT 5000000000 + i AS telefon, i % 9 AS quantity, i / 4.0 AS total, TIMESTAMP '2026-02-0$D' + INTERVAL (i) MINUTE AS created_at FROM range(300) t(i)`,
    );
    expect(baseline).toMatch(/"name": "quantity"[\s\S]*"numeric": \{ "min": 0, "max": 8/);
    expect(baseline).toContain('"max": 74.75');
    expect(baseline).toContain('"2026-02-01T00:00:00.000Z"');
  });
});

describe('partition values', () => {
  it.each([
    ['an address', (day: number) => `email=jane.doe${day}@example.com`],
    ['an address behind a day', (day: number) => `dt=2026-02-0${day}-jane.doe@example.com`],
    ['a name', (day: number) => `customer=jane doe${day}`],
    ['a name below a country', (day: number) => `country=DE/user=jane.doe${day}`],
    ['a date of birth', (day: number) => `geburtsdatum=1951-02-0${day}`],
    ['a folder without a key', (day: number) => `jane.doe${day}`],
  ])('%s stands in no document', async (_, folder) => {
    for (const text of await producedFrom('SELECT i % 9 AS quantity FROM range(300) t(i)', folder)) {
      expect(text.match(/jane|example\.com|1951/g) ?? []).toEqual([]);
    }
  });
});
