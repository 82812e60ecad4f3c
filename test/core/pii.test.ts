/** §5.4 PII: what is listed, what needs a look, and above all what is neither. */
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { assessPii, holdsPersonalData, piiConfidence } from '../../src/core/pii/assess.js';
import { isIdentifierName, nameEvidence, nameWords } from '../../src/core/pii/names.js';
import { isPersonName } from '../../src/core/pii/person-names.js';
import { isPersonalName } from '../../src/core/pii/personal-names.js';
import { RECOGNISERS, valuePattern } from '../../src/core/pii/recognisers.js';
import { suppressionOf } from '../../src/core/pii/suppression.js';
import type { PiiPattern } from '../../src/core/vocabulary.js';
import { PII_PATTERNS } from '../../src/core/vocabulary.js';

const numbers = (n: number, make: (i: number) => string) => Array.from({ length: n }, (_, i) => make(i));
const pad = (n: number, width: number) => String(n).padStart(width, '0');
/** Well spread digits without chance: the same values every time. */
const digits = (i: number, width: number) => pad(Number((BigInt(i + 1) * 2654435761n * 40503n) % 10n ** BigInt(width)), width);
const STREETS = ['Main St', 'Oak Avenue', 'Elm Street Apt 4', 'W 5th Ave', 'Sunset Blvd, Los Angeles, CA 90028', 'King Road'];

/** Full match of distinct values, as DuckDB does it. */
function verdict(name: string, values: readonly string[]): { readonly found: readonly string[]; readonly doubtful: readonly string[] } {
  const distinct = [...new Set(values.map((value) => value.trim()))];
  const assessed = PII_PATTERNS.map((pattern) => {
    const evidence = nameEvidence(name, pattern);
    const regex = new RegExp(`^(?:${valuePattern(pattern, evidence)})$`, 'iu');
    const matched = distinct.filter((value) => regex.test(value)).length;
    return { pattern, verdict: assessPii({ column: name, pattern, sampled: distinct.length, matched, name: evidence }).value };
  });
  const of = (wanted: string) => assessed.filter((one) => one.verdict === wanted).map(({ pattern }) => pattern);
  return { found: of('listed'), doubtful: of('needs_a_look') };
}

const POSITIVE: readonly (readonly [string, PiiPattern, readonly string[]])[] = [
  ['email', 'EMAIL', numbers(100, (i) => `user.${i}@example.com`)],
  ['contact', 'EMAIL', numbers(100, (i) => `first+tag${i}@sub.example.co.uk`)],
  ['EmailAddress', 'EMAIL', numbers(100, (i) => `USER${i}@EXAMPLE.ORG`)],
  ['phone', 'PHONE', numbers(100, (i) => `${2125550000 + i}`)],
  ['mobileNumber', 'PHONE', numbers(100, (i) => `+49 170 ${pad(1000000 + i * 37, 7)}`)],
  ['c7', 'PHONE', numbers(100, (i) => `(212) 555-${pad(i, 4)}`)],
  ['c8', 'PHONE', numbers(100, (i) => `+1-415-555-${pad(i, 4)} x${i}`)],
  ['ssn', 'SSN', numbers(100, (i) => `${pad(100 + i, 3)}-45-${pad(1000 + i, 4)}`)],
  ['c9', 'SSN', numbers(100, (i) => `${pad(100 + i, 3)}-45-${pad(1000 + i, 4)}`)],
  ['customer_ssn', 'SSN', numbers(100, (i) => `${pad(100 + i, 3)}45${pad(1000 + i, 4)}`)],
  ['tax_id', 'SSN', numbers(100, (i) => `9${pad(i, 2)}-70-${pad(1000 + i, 4)}`)],
  ['shipping_addr', 'ADDRESS', numbers(120, (i) => `${i + 1} ${STREETS[i % STREETS.length]}`)],
  ['c10', 'ADDRESS', numbers(120, (i) => `${i + 1} ${STREETS[i % STREETS.length]}`)],
  ['street', 'ADDRESS', numbers(100, (i) => `Musterstraße ${i + 1}, 10115 Berlin`)],
  ['billingAddress', 'ADDRESS', numbers(100, (i) => `PO Box ${i + 100}`)],
];

const NEGATIVE: readonly (readonly [string, readonly string[]])[] = [
  ['order_id', numbers(200, (i) => `ORD-${digits(i, 10)}`)],
  ['order_number', numbers(200, (i) => digits(i, 10))],
  ['reference', numbers(200, (i) => digits(i, 9))],
  ['session', numbers(200, (i) => digits(i, 9))],
  ['zip', numbers(200, (i) => pad(10000 + i * 17, 5))],
  ['zip_plus_four', numbers(200, (i) => `${pad(10000 + i * 17, 5)}-${pad(i, 4)}`)],
  ['ip_addr', numbers(200, (i) => `10.${i}.${(i * 7) % 256}.${(i * 13) % 256}`)],
  ['mac_addr', numbers(200, (i) => `00:1A:2B:3C:4D:${pad(i % 100, 2)}`)],
  ['email_sent', ['true', 'false']],
  ['email_count', numbers(200, String)],
  ['email_hash', numbers(200, (i) => digits(i, 18))],
  ['created_epoch', numbers(200, (i) => String(1700000000 + i * 61))],
  ['created_ms', numbers(200, (i) => String(1700000000000 + i * 61))],
  ['latitude', numbers(200, (i) => (40 + i / 997).toFixed(6))],
  ['longitude', numbers(200, (i) => `-${(70 + i / 997).toFixed(6)}`)],
  ['uuid', numbers(200, (i) => `3f2504e0-4f89-11d3-9a0c-${digits(i, 12)}`)],
  ['version', numbers(200, (i) => `${i % 9}.${i % 31}.${i}`)],
  ['day', numbers(200, (i) => `2024-${pad(1 + (i % 12), 2)}-${pad(1 + (i % 28), 2)}`)],
  ['at', numbers(200, (i) => `2024-01-01 ${pad(i % 24, 2)}:${pad(i % 60, 2)}:00`)],
  ['sku', numbers(200, (i) => `${pad(i, 3)}-${pad(i % 90, 2)}-AB${pad(i, 2)}`)],
  ['isbn', numbers(200, (i) => `978${digits(i, 10)}`)],
  ['price', numbers(200, (i) => `${i}.99`)],
  ['product_name', numbers(200, (i) => `${i % 12} pack of screws, type ${i}`)],
  ['dimensions', numbers(200, (i) => `${i + 1} x ${i + 2} x ${i + 3} cm`)],
  ['handle', numbers(200, (i) => `@user${i}`)],
  ['url', numbers(200, (i) => `https://example.com/a?b=${i}@c`)],
  ['city', ['Main', 'Way', 'Plaza', 'Berlin', 'Paris', ...numbers(50, (i) => `Town ${i}`)]],
  ['flight', numbers(200, (i) => `LH ${100 + i}`)],
  ['phone_model', numbers(200, (i) => `Phone ${i} Pro`)],
  ['device_os', numbers(50, (i) => `Android ${i}`)],
  ['duration', numbers(200, (i) => `${i % 24}:${pad(i % 60, 2)}:${pad((i * 7) % 60, 2)}`)],
  ['contract_number', numbers(200, (i) => digits(i, 9))],
];

describe('columns that hold personal data', () => {
  it.each(POSITIVE)('%s is %s', (name, pattern, values) => expect(verdict(name, values).found).toContain(pattern));
});
describe('columns that only look so', () => {
  it.each(NEGATIVE)('%s is none', (name, values) => expect(verdict(name, values)).toEqual({ found: [], doubtful: [] }));
});

describe('names', () => {
  it.each([
    ['shippingAddr_2', ['shipping', 'addr', '2']],
    ['HTTPServerID', ['http', 'server', 'id']],
    ['größe', ['größe']],
    ['__', []],
  ])('%s splits into %j', (name, words) => expect(nameWords(name)).toEqual(words));
  it.each<readonly [string, PiiPattern, number]>([
    ['customer_email', 'EMAIL', 1],
    ['e-mail', 'EMAIL', 1],
    ['is_email_verified', 'EMAIL', -1],
    ['ip_addr', 'ADDRESS', -1],
    ['email_addr', 'ADDRESS', -1],
    ['email_addr', 'EMAIL', 1],
    ['tax_id', 'SSN', 1],
    ['order_id', 'SSN', -1],
    ['national_id', 'SSN', 1],
    ['total', 'PHONE', -1],
    ['delay', 'PHONE', 0],
  ])('%s for %s: %i', (name, pattern, evidence) => expect(nameEvidence(name, pattern)).toBe(evidence));
  it.each([
    ['order_id', true],
    ['userUUID', true],
    ['card_num', true],
    ['customer_id_old', true],
    ['konto_nummer', true],
    ['id_count', false],
    ['valid', false],
    ['amount', false],
  ])('%s points at one thing: %s', (name, is) => expect(isIdentifierName(name)).toBe(is));
});

describe('names of people', () => {
  it.each([
    ['full_name', true],
    ['firstName', true],
    ['LASTNAME', true],
    ['surname', true],
    ['customer_name', true],
    ['passenger_full_name_2', true],
    ['name', false],
    ['product_name', false],
    ['file_name', false],
    ['full_name_hash', false],
    ['last_name_changed_at', false],
    ['customer_name_count', false],
    ['names_total', false],
    ['username', false],
  ])('%s names a person: %s', (name, is) => expect(isPersonName(name)).toBe(is));
});

describe('names of personal columns', () => {
  it.each(
    (
      'phone PhoneNumber customerphone phone2 mobile_phone telefon Telefonnummer téléphone teléfono numer_telefonu handy celular телефон_клиента 電話番号 手机号 휴대폰 फोन هاتف ' +
      'ssn ssn_last4 sozialversicherungsnummer numero_securite_sociale cpf pesel снилс 身份证号 card_num creditCardNumber kreditkarte kontonummer iban ' +
      'geburtsdatum date_of_birth dob birth_year date_naissance fecha_nacimiento data_nascita fødselsdato doğum_tarihi день_рождения 生年月日 ' +
      'passport_no reisepass lat home_longitude salary gehalt email_id ip_addr'
    ).split(' '),
  )('%s is one', (name) => expect(isPersonalName(name)).toBe(true));
  it.each(
    'amount total delay_minutes departure_hour distance orders phone_count is_email_valid birth_rate mobile_sessions card_type eta run_seconds quantity created_at updated_at price größe'.split(
      ' ',
    ),
  )('%s is none', (name) => expect(isPersonalName(name)).toBe(false));
});

describe('confidence', () => {
  const email = { column: 'email', pattern: 'EMAIL', name: 1 } as const;
  it('is never above the lower bound of the share that matches', () => {
    for (const matched of [1, 10, 500, 900, 1000])
      expect(piiConfidence({ ...email, sampled: 1000, matched })).toBeLessThanOrEqual(matched / 1000);
  });
  it.each([
    ['pii/listed', 1000, 980],
    ['pii/needs-a-look', 1000, 600],
    ['pii/needs-a-look', 10, 10],
    ['pii/silent', 1000, 20],
    ['pii/silent', 0, 0],
  ])('%s: %i values, %i matches', (rule, sampled, matched) => expect(assessPii({ ...email, sampled, matched }).rule).toBe(rule));
  it('treats a column that is named so as personal even without a value to judge by', () => {
    expect(holdsPersonalData([{ ...email, sampled: 0, matched: 0 }])).toBe(true);
    expect(holdsPersonalData([{ ...email, name: 0, sampled: 1000, matched: 3 }])).toBe(false);
  });
});

describe('suppressionOf', () => {
  const plain = { name: 'amount', canonicalType: 'int64', pii: [], values: 1000, distinct: 10, showValues: true };
  it.each([
    [plain, undefined],
    [{ ...plain, showValues: false }, 'switched_off'],
    [{ ...plain, name: 'phone', pii: [{ column: 'phone', pattern: 'PHONE', sampled: 9, matched: 0, name: 1 }] }, 'pii'],
    [{ ...plain, name: 'order_id' }, 'identifier'],
    [{ ...plain, name: 'geburtsdatum', canonicalType: 'date' }, 'pii'],
    [{ ...plain, name: 'c1', canonicalType: 'float64', shape: { sampled: 10, longNumbers: 5, oldDates: 0 } }, 'identifier'],
    [{ ...plain, name: 'c1', canonicalType: 'float64', shape: { sampled: 10, longNumbers: 4, oldDates: 0 } }, undefined],
    [{ ...plain, name: 'c1', canonicalType: 'date', shape: { sampled: 10, longNumbers: 0, oldDates: 1 } }, 'pii'],
    [{ ...plain, name: 'c1', canonicalType: 'date', shape: { sampled: 11, longNumbers: 0, oldDates: 1 } }, undefined],
    [{ ...plain, distinct: 950 }, 'identifier'],
    [{ ...plain, canonicalType: 'float64', distinct: 950 }, undefined],
    [{ ...plain, name: 'note', canonicalType: 'string', averageLength: 200 }, 'free_text'],
    [{ ...plain, values: 19 }, 'few_rows'],
  ] as const)('row %#', (column, why) => expect(suppressionOf(column)).toBe(why));
});

describe('the patterns in DuckDB', () => {
  it('match exactly what they match in JavaScript', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const values = [
      ...POSITIVE.flatMap(([, , all]) => all.slice(0, 20)),
      ...NEGATIVE.flatMap(([, all]) => all.slice(0, 20)),
      'Ünïcode@x.de',
      '１２３-45-6789',
      'ſtreet 1',
      '',
    ];
    for (const [pattern, { value, valueWithName }] of Object.entries(RECOGNISERS)) {
      for (const regex of [value, valueWithName]) {
        const result = await connection.runAndReadAll(
          "SELECT regexp_full_match(v, $1, 'i') AS m FROM (SELECT unnest($2::VARCHAR[]) AS v)"
            .replace('$1', `'${regex.replaceAll("'", "''")}'`)
            .replace('$2', `[${values.map((v) => `'${v.replaceAll("'", "''")}'`).join(',')}]`),
        );
        const js = new RegExp(`^(?:${regex})$`, 'iu');
        const differing = result.getRowObjectsJS().flatMap((row, i) => (row.m === js.test(values[i] ?? '') ? [] : [values[i]]));
        expect(differing, pattern).toEqual([]);
      }
    }
    connection.closeSync();
    instance.closeSync();
  });
});
