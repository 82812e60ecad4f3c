/** §4.4 `slo`: when a dataset is due and how many rows it must have, from its schedule, tier and profile. */
import type { DatasetManifest } from '../artifacts/dataset-manifest.js';
import { cadence, longestGapMinutes, parseCron } from '../cron.js';
import type { Decision } from '../evidence.js';
import { UNSCHEDULED_UPDATE_BY } from '../numbers.js';
import type { Settings } from '../settings.js';
import type { Tier } from '../vocabulary.js';

type Slo = DatasetManifest['slo'];

export function decideSlo(
  tier: Tier,
  orchestration: Pick<NonNullable<DatasetManifest['orchestration']>, 'schedule' | 'timezone'> | undefined,
  settings: Pick<Settings, 'slo'>,
): Decision<Slo> {
  const defaults = settings.slo[tier];
  const cron = orchestration?.schedule === undefined ? undefined : parseCron(orchestration.schedule);
  const gap = cron && longestGapMinutes(cron);
  // The floor is known after profiling (`fillVolume`); until then no number is claimed.
  const volume = { min_rows_per_partition: 0, anomaly_threshold_pct: defaults.anomaly_threshold_pct };
  const { grace_period } = defaults;
  if (!cron || gap === undefined) {
    const expected_update_by = UNSCHEDULED_UPDATE_BY[tier];
    return {
      value: { freshness: { expected_update_by, grace_period, max_staleness_hours: defaults.max_staleness_hours }, volume },
      rule: 'slo/no-schedule',
      because: `no cron is known, so the default of its tier holds: ${expected_update_by}, at most ${defaults.max_staleness_hours} hours old`,
    };
  }
  const { time, words } = cadence(cron);
  const expected_update_by = `${time} ${zone(orchestration?.timezone)} ${words}`;
  const gapHours = Math.ceil(gap / 60);
  if (gapHours > defaults.max_staleness_hours) {
    return {
      value: { freshness: { expected_update_by, grace_period, max_staleness_hours: gapHours }, volume },
      rule: 'slo/staleness-from-gap',
      because: `it runs ${expected_update_by}; two runs lie up to ${gapHours} hours apart, more than the ${defaults.max_staleness_hours} of its tier`,
    };
  }
  return {
    value: { freshness: { expected_update_by, grace_period, max_staleness_hours: defaults.max_staleness_hours }, volume },
    rule: 'slo/from-schedule',
    because: `it runs ${expected_update_by}; its tier allows ${defaults.max_staleness_hours} hours of age and ${grace_period} of grace`,
  };
}

function zone(timezone: string | undefined): string {
  const name = (timezone ?? '').trim().replace(/\s+/g, '_');
  return name === '' ? 'UTC' : name;
}

/** The volume fields once the rows of a partition are known; two digits, since the third would be noise. */
export function fillVolume(slo: Slo, avgRows: number | undefined, settings: Pick<Settings, 'slo'>, tier: Tier): Decision<Slo> {
  const share = settings.slo[tier].min_rows_share;
  if (avgRows === undefined || !Number.isFinite(avgRows)) {
    return {
      value: slo,
      rule: 'slo/volume-unknown',
      because: 'too few days with rows were counted to claim a floor',
    };
  }
  const min_rows_per_partition = Math.max(0, Math.min(twoDigits(avgRows * share), Math.floor(avgRows)));
  return {
    value: { ...slo, volume: { ...slo.volume, min_rows_per_partition } },
    rule: 'slo/volume-from-profile',
    because: `${Math.round(share * 100)} % of ${Math.round(avgRows)} rows in an average partition is about ${min_rows_per_partition}`,
  };
}

const twoDigits = (value: number) => Math.round(Number(value.toPrecision(2)));
