/** §4.4 rows of orchestration and slo. */
import { decideOrchestration } from '../../../src/core/decide/orchestration.js';
import { decideSlo, fillVolume } from '../../../src/core/decide/slo.js';
import type { DatasetFacts, Schedule } from '../../../src/core/facts.js';
import { Settings } from '../../../src/core/settings.js';
import type { Tier } from '../../../src/core/vocabulary.js';
import type { Row } from './row.js';

const settings = Settings.parse({});

type Run = DatasetFacts['schedules'][number];
export function run(id: string, schedule: string | null, more: Partial<Schedule> = {}): Run {
  return {
    schedule: {
      file: `dags/${id}.py`,
      line: 3,
      platform: 'airflow',
      id,
      schedule,
      scheduleAsWritten: schedule,
      timezone: 'UTC',
      enabled: true,
      tasks: [],
      ...more,
    },
    task: { id: 'load', writes: [0] },
  };
}
const entry = (dag_id: string, schedule?: string) => ({
  platform: 'airflow',
  dag_id,
  task_id: 'load',
  ...(schedule ? { schedule, timezone: 'UTC' } : {}),
});
const orchestration = (says: string, runs: readonly Run[], rule: string, value: unknown, because: string): Row => ({
  says,
  decide: () => decideOrchestration(runs),
  rule,
  value,
  because,
});

export const orchestrationRows: readonly Row[] = [
  orchestration('no schedule', [], 'orchestration/none', undefined, 'no schedule'),
  orchestration('switched off', [run('orders', '0 2 * * *', { enabled: false })], 'orchestration/disabled', undefined, 'switched off'),
  orchestration('one schedule', [run('orders', '0 2 * * *')], 'orchestration/only', entry('orders', '0 2 * * *'), '0 2 * * *'),
  orchestration(
    'the tightest gap wins',
    [run('all', '0 4 * * 1'), run('daily', '0 6 * * *')],
    'orchestration/tightest-gap',
    entry('daily', '0 6 * * *'),
    '24 hours',
  ),
  orchestration(
    'one that is off does not compete',
    [run('daily', '0 6 * * *', { enabled: false }), run('weekly', '0 4 * * 1')],
    'orchestration/only',
    entry('weekly', '0 4 * * 1'),
    'weekly',
  ),
  orchestration(
    'equal gaps: the first id',
    [run('b', '0 6 * * *'), run('a', '0 7 * * *')],
    'orchestration/tightest-gap',
    entry('a', '0 7 * * *'),
    'a runs',
  ),
  orchestration(
    'started by something else',
    [run('orders', null, { scheduleAsWritten: 'MultiWeekTimetable(num_weeks=4)' })],
    'orchestration/no-cron',
    entry('orders'),
    'MultiWeek',
  ),
  orchestration('as written is no cron', [run('orders', 'rate(3 minutes)')], 'orchestration/no-cron', entry('orders'), 'rate(3 minutes)'),
];

const slo = (says: string, tier: Tier, schedule: string | undefined, rule: string, by: string, hours: number, timezone = 'UTC'): Row => ({
  says,
  decide: () => {
    const decision = decideSlo(tier, schedule === undefined ? undefined : { schedule, timezone }, settings);
    return { ...decision, value: decision.value.freshness };
  },
  rule,
  value: { expected_update_by: by, grace_period: { TIER_1: '30m', TIER_2: '1h', TIER_3: '2h' }[tier], max_staleness_hours: hours },
  because: by,
});

export const sloRows: readonly Row[] = [
  slo('daily', 'TIER_1', '0 2 * * *', 'slo/from-schedule', '02:00 America/New_York daily', 24, 'America/New_York'),
  slo('daily, lower tier', 'TIER_2', '30 5 * * *', 'slo/from-schedule', '05:30 UTC daily', 36),
  slo('hourly', 'TIER_3', '5 * * * *', 'slo/from-schedule', '00:05 UTC hourly', 48),
  slo('every quarter of an hour', 'TIER_3', '*/15 * * * *', 'slo/from-schedule', '00:00 UTC every 15 minutes', 48),
  slo('every six hours', 'TIER_1', '0 */6 * * *', 'slo/from-schedule', '00:00 UTC every 6 hours', 24),
  slo('twice a day', 'TIER_1', '0 2,9 * * *', 'slo/from-schedule', '02:00 UTC at 02:00,09:00 daily', 24),
  slo('weekdays leave a long weekend', 'TIER_1', '0 2 * * 1-5', 'slo/staleness-from-gap', '02:00 UTC on weekdays', 72),
  slo('weekly', 'TIER_1', '0 2 * * MON', 'slo/staleness-from-gap', '02:00 UTC weekly on Mon', 168),
  slo('monthly', 'TIER_3', '0 2 1 * *', 'slo/staleness-from-gap', '02:00 UTC monthly on day 1', 744),
  slo('quarterly', 'TIER_3', '0 2 1 1,4,7,10 *', 'slo/staleness-from-gap', '02:00 UTC on day 1 in Jan,Apr,Jul,Oct', 2208),
  slo('no schedule, Tier-1', 'TIER_1', undefined, 'slo/no-schedule', '06:00 UTC daily', 24),
  slo('no schedule, Tier-2', 'TIER_2', undefined, 'slo/no-schedule', '12:00 UTC daily', 36),
  slo('no cron, Tier-3', 'TIER_3', '@once', 'slo/no-schedule', '18:00 UTC daily', 48),
  slo('a day that never comes', 'TIER_3', '0 0 30 2 *', 'slo/no-schedule', '18:00 UTC daily', 48),
  ...(
    [
      ['the share of an average partition, in two digits', 'TIER_1', 142_350, 'slo/volume-from-profile', 100_000],
      ['Tier-3 asks for half', 'TIER_3', 200, 'slo/volume-from-profile', 100],
      ['never more than the average', 'TIER_1', 1, 'slo/volume-from-profile', 1],
      ['an empty dataset', 'TIER_1', 0, 'slo/volume-from-profile', 0],
      ['nothing counted', 'TIER_1', undefined, 'slo/volume-unknown', 0],
    ] as const
  ).map(
    ([says, tier, avg, rule, floor]): Row => ({
      says,
      decide: () => {
        const decision = fillVolume(decideSlo(tier, undefined, settings).value, avg, settings, tier);
        return { ...decision, value: decision.value.volume };
      },
      // Two days may have been counted: what is said must hold of them as well.
      ...(avg === undefined ? { because: 'too few days with rows' } : {}),
      rule,
      value: { min_rows_per_partition: floor, anomaly_threshold_pct: tier === 'TIER_3' ? 60 : 40 },
    }),
  ),
];
