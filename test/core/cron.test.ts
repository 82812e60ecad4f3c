/** §4.4 cron: what is read, what is refused, and how far apart its runs are. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addBusinessDays } from '../../src/core/business-days.js';
import { cadence, longestGapMinutes, parseCron } from '../../src/core/cron.js';
import { mergeDueAt } from '../../src/core/decide/merge.js';

const HOUR = 60;
const DAY = 24 * HOUR;

describe('cron', () => {
  test.each([
    ['* * * * *', '00:00 every 1 minutes', 1],
    ['0 * * * *', '00:00 hourly', HOUR],
    ['30 5 * * *', '05:30 daily', DAY],
    ['0 8-18/2 * * 1-5', '08:00 at 08:00,10:00,12:00,14:00,16:00,18:00 on weekdays', 62 * HOUR],
    ['0 0 * * 7', '00:00 weekly on Sun', 7 * DAY],
    ['0 0 * * sun,wed', '00:00 weekly on Sun,Wed', 4 * DAY],
    ['0 */8 * * MON', '00:00 every 8 hours on Mon', 7 * DAY - 16 * HOUR],
    ['0 0 1 * *', '00:00 monthly on day 1', 31 * DAY],
    ['0 0 1,15 * *', '00:00 monthly on days 1,15', 17 * DAY],
    ['0 0 1 jan *', '00:00 on day 1 in Jan', 366 * DAY],
    ['0 0 29 2 *', '00:00 on day 29 in Feb', 1461 * DAY],
    ['0 0 13 * 5', '00:00 on day 13 or Fri', 7 * DAY],
  ])('%s', (text, words, gap) => {
    const cron = parseCron(text);
    const said = cron && cadence(cron);
    expect([`${said?.time} ${said?.words}`, cron && longestGapMinutes(cron)]).toEqual([words, gap]);
  });

  test.each([
    '',
    '@daily',
    '0 6 * * ? *',
    '0 0 L * *',
    '60 0 * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 * 13 *',
    '*/0 * * * *',
    '5-1 * * * *',
    'rate(1 day)',
    '0 0 * * MON#1',
  ])('refuses %s', (text) => {
    expect(parseCron(text)).toBeUndefined();
  });

  test('never throws, and a gap is never shorter than a minute', () => {
    fc.assert(fc.property(fc.string(), (text) => (parseCron(text)?.minutes.length ?? 1) > 0));
    const field = (low: number, high: number) => fc.oneof(fc.constant('*'), fc.integer({ min: low, max: high }).map(String));
    fc.assert(
      fc.property(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7), (...fields) => {
        const cron = parseCron(fields.join(' '));
        const gap = cron && longestGapMinutes(cron);
        expect(cron).toBeDefined();
        expect(gap === undefined || gap >= 1).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe('business days', () => {
  test.each([
    ['Monday and five', '2026-02-16T10:00:00Z', 5, '2026-02-23T10:00:00Z'],
    ['Friday and one', '2026-02-20T10:00:00Z', 1, '2026-02-23T10:00:00Z'],
    ['Saturday counts as Monday', '2026-02-21T10:00:00Z', 1, '2026-02-24T10:00:00Z'],
    ['ten are two weeks', '2026-02-18T23:59:00Z', 10, '2026-03-04T23:59:00Z'],
  ])('%s', (_, from, days, to) => {
    expect(addBusinessDays(from, days)).toBe(to);
  });

  test('§8.3 when a merge is due', () => {
    expect(mergeDueAt('2026-02-20T10:00:00Z', { kind: 'auto', afterHours: 48 })).toBe('2026-02-22T10:00:00Z');
    expect(mergeDueAt('2026-02-20T10:00:00Z', { kind: 'person', slaBusinessDays: 5, stagingReport: 'none', onApproval: false })).toBe(
      '2026-02-27T10:00:00Z',
    );
  });
});
