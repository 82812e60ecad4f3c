import { describe, expect, it } from 'vitest';
import { posixCron } from '../../../analyzers/infrastructure/aws-schedule.js';

describe('schedules of AWS as POSIX cron', () => {
  it.each([
    ['cron(0 6 * * ? *)', '0 6 * * *'],
    ['cron(0 18 ? * MON-FRI *)', '0 18 * * MON-FRI'],
    ['cron(0 18 ? * 2-6 *)', '0 18 * * 1-5'],
    ['cron(0 18 ? * 1 *)', '0 18 * * 0'],
    ['cron(00 01 01,08,15,23 * ? *)', '0 1 1,8,15,23 * *'],
    ['cron(0/15 * * * ? *)', '*/15 * * * *'],
    ['cron(*/5 * * * ? *)', '*/5 * * * *'],
    ['rate(1 minute)', '* * * * *'],
    ['rate(3 minutes)', '*/3 * * * *'],
    ['rate(6 hours)', '0 */6 * * *'],
    ['rate(1 day)', '0 0 * * *'],
  ])('%s is %s', (written, cron) => expect(posixCron(written)).toBe(cron));

  it.each([
    'cron(0 11 ? * MON-FRI *))',
    'cron(0 6 * * *)',
    'cron(0 6 L * ? *)',
    'cron(0 6 ? * 6#3 *)',
    'rate(7 minutes)',
    'at(2026-01-01T00:00:00)',
    '',
  ])('%s has none', (written) => expect(posixCron(written)).toBeUndefined());
});
