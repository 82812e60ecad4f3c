/** §5.4 value patterns of the PII scan. Every regex is RE2 text (no look-around, no back-reference): DuckDB and JavaScript read the same string, without regard to case. Long repeats are unbounded: a bound of 120 makes RE2 build the class 120 times; callers cut the value instead. */
import type { PiiPattern } from '../vocabulary.js';

export type Recogniser = {
  /** Full match of the trimmed value, enough on its own. */
  readonly value: string;
  /** Full match that counts only where the name speaks for the pattern: bare digits, a street without a house number. */
  readonly valueWithName: string;
  /** Share of unrelated values that would match by chance; the evidence is the rate over it. */
  readonly chance: number;
  readonly chanceWithName: number;
};

const EMAIL = "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\\.)+(?:[A-Za-z]{2,24}|xn--[A-Za-z0-9-]+)";

/** Area without 000 and 666 (9xx is an ITIN), group without 00, serial without 0000. */
const SSN_AREA = '(?:00[1-9]|0[1-9][0-9]|[1-57-9][0-9]{2}|6[0-57-9][0-9]|66[0-57-9])';
const SSN_GROUP = '(?:0[1-9]|[1-9][0-9])';
const SSN_SERIAL = '(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})';
const SSN_DELIMITED = `${SSN_AREA}(?:-${SSN_GROUP}-| ${SSN_GROUP} )${SSN_SERIAL}`;

/** North American numbers with separators, or an international one with its plus. */
const NANP = '(?:\\+?1[ .-]?)?(?:\\([2-9][0-9]{2}\\) ?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}(?: ?(?:x|ext\\.?) ?[0-9]{1,6})?';
const INTERNATIONAL = '\\+[1-9](?:[ ().-]{0,2}[0-9]){6,14}';
const ANY_PHONE = '\\+?[(]?[0-9](?:[ ()./-]{0,2}[0-9]){6,14}(?: ?(?:x|ext\\.?) ?[0-9]{1,6})?';

const STREET_TYPE =
  '(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|circle|cir|place|pl|square|sq|terrace|ter|trail|trl|parkway|pkwy|highway|hwy|way|alley|plaza|loop|row|mews|close|crescent|crossing|gardens)';
const HOUSE_NUMBER = '[0-9]{1,6}[A-Za-z]?(?:[-/][0-9]{1,4})?';
const NUMBER_FIRST = `${HOUSE_NUMBER},? +(?:[\\p{L}0-9.'’-]+ +){1,5}${STREET_TYPE}\\.?(?:[ ,#].*)?`;
const PO_BOX = '(?:p\\.? ?o\\.? ?box) +[0-9]{1,7}.*';
/** Musterstraße 12, Rue de Rivoli 8, Calle Mayor 3. */
const NUMBER_LAST = `[\\p{L}][\\p{L}.'’ -]+ ${HOUSE_NUMBER}(?:[ ,].*)?`;
const NUMBER_THEN_WORDS = `${HOUSE_NUMBER},? +[\\p{L}][\\p{L}0-9.,'’# -]+`;

export const RECOGNISERS: Readonly<Record<PiiPattern, Recogniser>> = {
  EMAIL: { value: EMAIL, valueWithName: EMAIL, chance: 0.001, chanceWithName: 0.001 },
  PHONE: { value: `(?:${NANP}|${INTERNATIONAL})`, valueWithName: `(?:${ANY_PHONE})`, chance: 0.05, chanceWithName: 0.36 },
  SSN: {
    value: SSN_DELIMITED,
    valueWithName: `(?:${SSN_DELIMITED}|${SSN_AREA}${SSN_GROUP}${SSN_SERIAL})`,
    chance: 0.001,
    chanceWithName: 0.89,
  },
  ADDRESS: {
    value: `(?:${NUMBER_FIRST}|${PO_BOX})`,
    valueWithName: `(?:${NUMBER_FIRST}|${PO_BOX}|${NUMBER_LAST}|${NUMBER_THEN_WORDS})`,
    chance: 0.01,
    chanceWithName: 0.05,
  },
};

/** The regex that counts for a column whose name says `name`. */
export function valuePattern(pattern: PiiPattern, name: -1 | 0 | 1): string {
  return name === 1 ? RECOGNISERS[pattern].valueWithName : RECOGNISERS[pattern].value;
}
