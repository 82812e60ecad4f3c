import { describe, expect, it } from 'vitest';
import { quartzCron } from '../../../analyzers/infrastructure/quartz.js';

describe('schedules of Quartz as POSIX cron', () => {
  it.each([
    ['0 30 6 * * ?', '30 6 * * *'],
    ['44 05 6 * * ?', '5 6 * * *'],
    ['0 0 8 ? * 2-6 *', '0 8 * * 1-5'],
    ['0 0 8 ? * MON-FRI', '0 8 * * MON-FRI'],
    ['0 0 8 ? * mon,wed', '0 8 * * MON,WED'],
    ['0 0 8 ? * 1', '0 8 * * 0'],
    ['0 0 8 ? * 7', '0 8 * * 6'],
    ['0 0 8 ? * 6-2', '0 8 * * 5-6,0-1'],
    ['0 0 8 ? * SAT-SUN', '0 8 * * 6-6,0'],
    ['0 0/15 * * * ?', '*/15 * * * *'],
    ['0 5/15 * * * ?', '5-59/15 * * * *'],
    ['0 */10 * ? * *', '*/10 * * * *'],
    ['0 0 22-2 * * ?', '0 22-23,0-2 * * *'],
    ['0 0 1/6 * * ?', '0 1-23/6 * * *'],
    ['0 0 3 1,15 JAN-MAR ?', '0 3 1,15 JAN-MAR *'],
    ['0 0 3 1 1/3 ?', '0 3 1 */3 *'],
  ])('%s is %s', (written, cron) => expect(quartzCron(written)).toBe(cron));

  it.each([
    '0 0 8 L * ?',
    '0 0 8 ? * 6L',
    '0 0 8 15W * ?',
    '0 0 8 ? * 6#3',
    '0 0 8 1 * MON',
    '0 0 8 * * ? 2027',
    '0/30 * * * * ?',
    '* 0 8 * * ?',
    '0 8 * * *',
    '0 60 8 * * ?',
    '0 0 8 ? * 8',
    '0 0/0 8 * * ?',
    '{cron}',
    '',
  ])('%s has none', (written) => expect(quartzCron(written)).toBeUndefined());
});
