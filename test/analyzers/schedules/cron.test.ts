import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awsCron, isCron, posixCron } from '../../../analyzers/schedules/cron.js';

describe('text of a scheduler', () => {
  it.each([
    ['@daily', '0 0 * * *'],
    ['daily', '0 0 * * *'],
    ['@weekly', '0 0 * * 0'],
    ['@quarterly', '0 0 1 */3 *'],
    ['0  5 * * MON', '0 5 * * MON'],
    ['@once', undefined],
    ['@continuous', undefined],
    ['0 6 * * ? *', undefined],
    ['61 * * * *', undefined],
    ['every day', undefined],
    ['0 {hour} * * *', undefined],
  ])('%s is %s', (text, cron) => {
    expect(posixCron(text)).toBe(cron);
  });
});

describe('AWS', () => {
  it.each([
    ['week days count from Sunday = 1', 'cron(0 6 ? * 2-6 *)', '0 6 * * 1-5'],
    ['names are safe', 'cron(0 18 ? * MON-FRI *)', '0 18 * * MON-FRI'],
    ['a list of days', 'cron(30 1 ? * 1,7 *)', '30 1 * * 0,6'],
    ['a step from a day', 'cron(0 0 ? * 2/2 *)', '0 0 * * 1-6/2'],
    ['leading zeros go', 'cron(00 01 01,08 * ? *)', '0 1 1,8 * *'],
    ['an open step from the start', 'cron(0/15 * * * ? *)', '*/15 * * * *'],
    ['an open step from elsewhere', 'cron(5/15 * * * ? *)', '5-59/15 * * * *'],
    ['one bracket too many', 'cron(0 11 ? * MON-FRI *))', undefined],
    ['five fields are not its form', 'cron(0 11 * * *)', undefined],
    ['one year only', 'cron(0 11 1 1 ? 2027)', undefined],
    ['the last day has no cron', 'cron(0 11 L * ? *)', undefined],
    ['a rate in minutes', 'rate(5 minutes)', '*/5 * * * *'],
    ['a rate of one', 'rate(1 day)', '0 0 * * *'],
    ['a rate of hours', 'rate(12 hours)', '0 */12 * * *'],
    ['a rate that divides nothing', 'rate(7 minutes)', undefined],
  ])('%s: %s', (_, expression, cron) => {
    expect(awsCron(expression)).toBe(cron);
  });

  it('gives valid crons only, whatever it is given', () => {
    const field = fc.stringMatching(/^[0-9*?,/LW#A-Z-]{1,6}$/);
    fc.assert(
      fc.property(fc.array(field, { minLength: 4, maxLength: 7 }), (fields) => {
        const cron = awsCron(`cron(${fields.join(' ')})`);
        expect(cron === undefined || isCron(cron)).toBe(true);
      }),
    );
  });
});
