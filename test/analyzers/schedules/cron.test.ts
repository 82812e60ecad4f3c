import { describe, expect, it } from 'vitest';
import { posixCron } from '../../../analyzers/schedules/cron.js';

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
