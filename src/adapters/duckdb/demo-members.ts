/** The one table of the demo with personal data: MADE, from a member's number alone. */
import type { DemoTable } from './demo-tables.js';

const GIVEN =
  'Ada Bela Cleo Dario Edda Fabio Greta Hamid Ines Jonas Kaya Lorin Mira Nael Oona Pavel Quila Rosa Samir Tilda Udo Vera Wim Yara Zeno';
const FAMILY = 'Abendroth Birkhoff Castellan Dunmore Eastwell Farrow Gallimard Hollis Ibarra Juniper Kestrel Lindqvist Marlowe';
const STREETS = 'Windsock Contrail Altimeter Tailwind Longhaul Jetbridge Aileron Skylark Crosswind Waypoint Holding';
const KINDS = 'Street Avenue Road Lane Drive Boulevard';
const TOWNS = 'Port Meridian,Fort Halcyon,Lake Ember,Mount Cobalt,New Tamsin,Saint Orrin,Upper Vale';
const STATES = 'OH GA TX CO WA NY IL';
const AREAS = '212 312 404 303 206 512 617 702 801 919 503 314 216';
const AIRPORTS = 'ATL ORD DFW DEN PHX LAX SLC MSP DTW CLT';
const STATUSES = 'blue blue blue silver silver gold';

/** The nth word of a list, by any number. */
function pick(words: string, number: string, separator = ' '): string {
  const list = words.split(separator);
  return `[${list.map((word) => `'${word}'`).join(', ')}][1 + (${number}) % ${list.length}]`;
}

const NEWEST_MEMBERS = 2400;
const NEW_MEMBERS_A_DAY = 6;

/**
 * Reserved or never given out: mail domains of RFC 2606, phone lines 555-0100 to 555-0199 (kept for fiction), ZIP codes below
 * 00500, and numbers 9xx with a group of 10 to 49, which are neither social security (no 9xx) nor taxpayer numbers (group 50 up).
 */
const MEMBERS = `
  WITH numbered AS (
    SELECT range AS n, ${pick(GIVEN, 'range * 7 + range // 25')} AS given, ${pick(FAMILY, 'range * 5 + range // 13')} AS family
    FROM range(${NEWEST_MEMBERS} - ${NEW_MEMBERS_A_DAY} * (SELECT age FROM age))
  )
  SELECT 100000 + n AS member_id, given || ' ' || family AS full_name,
    lower(given || '.' || family) || n || '@' || ${pick('example.com example.org example.net', 'n // 3')} AS email,
    CASE WHEN n % 12 = 5 THEN NULL
      ELSE '+1-' || ${pick(AREAS, 'n // 100')} || '-555-01' || lpad(CAST((n * 37) % 100 AS VARCHAR), 2, '0') END AS phone,
    CASE WHEN n % 5 < 2 THEN NULL
      ELSE '9' || lpad(CAST((n * 29 + 11) % 100 AS VARCHAR), 2, '0') || '-' || (10 + (n * 17) % 40)
        || '-' || lpad(CAST(1 + (n * 7919) % 9998 AS VARCHAR), 4, '0') END AS ssn,
    (1 + (n * 83) % 980) || ' ' || ${pick(STREETS, 'n * 3')} || ' ' || ${pick(KINDS, 'n // 5')} || ', ' || ${pick(TOWNS, 'n // 2', ',')}
      || ', ' || ${pick(STATES, 'n // 2')} || ' 00' || (100 + (n * 61) % 400) AS shipping_address,
    ${pick(AIRPORTS, 'n * 3 + n // 7')} AS home_airport, ${pick(STATUSES, 'n * 5 + n // 6')} AS status,
    DATE '1998-01-05' + CAST((n * 13) % 1200 AS INTEGER) AS joined_on
  FROM numbered ORDER BY member_id`;

/** Reads `age`: how many days before the newest the partition is. */
export const DEMO_MEMBERS: DemoTable = {
  location: 's3://acme-lake/gold/loyalty_contacts',
  format: 'parquet',
  file: 'part-0.parquet',
  days: 7,
  everyDays: 1,
  arrivesAfterHours: 32.6,
  sql: MEMBERS,
};

export const MADE_DATA_NOTE = `# MADE DATA

No row of this table is about a person. Names, addresses and numbers are computed from the member's number:
mail addresses are under example.com, example.org and example.net (RFC 2606), phone lines are 555-0100 to 555-0199,
kept for fiction, ZIP codes are below 00500, which is not in use, and the social security numbers begin with 9 and
have a group of 10 to 49: never issued, neither as social security nor as taxpayer numbers.
`;
