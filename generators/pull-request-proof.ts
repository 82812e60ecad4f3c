/** §8.2 the proof in a pull request: what will be checked, from when, and what it would have said on the profiled partitions. */
import type { Baseline } from '../src/core/artifacts/baseline.js';
import type { PolicyBundle } from '../src/core/artifacts/policy-bundle.js';
import { NOT_NULL_SUPPORT_ROWS, REFINE_AFTER_RUNS, REQUIRED_NULL_RATE, SIGMA_COMPUTED } from '../src/core/numbers.js';
import { type BandInForce, bandInForce, falseAlarmRate } from '../src/core/statistics/volume.js';
import type { Gate } from '../src/core/vocabulary.js';
import { type BacktestRow, backtest } from './backtest.js';
import { isNeverNull, isRequired, maxNullRate, type NullHistory, nullHistories, usefulNullRate } from './null-rules.js';
import type { PullRequestInput } from './pull-request-input.js';
import { code, codes, count, ours, percent, range, table, text } from './render/markdown.js';

const MAX_LEFT_OUT = 3;
const MAX_NAMES = 6;

export function checksPart(input: PullRequestInput): string {
  const { baseline } = input;
  const rows = backtest(input.bundle, baseline);
  const later = `*Not checked yet:* ${notYet(input).join('; ')}.`;
  const leftOut = [...sigmaLeftOut(input.bundle, baseline), ...consideredAndLeftOut(baseline)];
  const considered =
    leftOut.length > 0
      ? `\n\n*Considered and left out:* ${leftOut.slice(0, MAX_LEFT_OUT).join('; ')}${leftOut.length > MAX_LEFT_OUT ? `; and ${leftOut.length - MAX_LEFT_OUT} more` : ''}.`
      : '';
  if (rows.length === 0) return `**What will be checked:** nothing of the data yet. ${nothingRead(input)}\n\n${later}`;
  const head = `**What will be checked, and what would have happened** (${sampleWords(baseline)})`;
  const lines = [
    ...rows.filter(({ check }) => check.kind === 'schema').map((row) => schemaLine(row, baseline)),
    ...missingLines(rows, input),
    ...rows.filter(({ check }) => check.kind === 'volume').map((row) => volumeLine(row, input)),
  ];
  return `${head}\n\n${table(['check', 'would have fired', 'seen in the data'], lines)}\n\n${heldOut(input)}${later}${considered}`;
}

/** Near misses of the rules, each with the figure that decided. Names are escaped here. */
function consideredAndLeftOut(baseline: Baseline): readonly string[] {
  const histories = nullHistories(baseline);
  const isWide = (history: NullHistory) => !isNeverNull(history) && usefulNullRate(history) === undefined;
  const required = histories.filter(isRequired);
  const wide = required.filter(isWide);
  const unproven = required.filter((history) => history.nulls === 0 && history.rows < NOT_NULL_SUPPORT_ROWS && !isWide(history));
  const oneDay = histories.flatMap((history) => {
    const worst = [...history.days].sort((a, b) => b.rate - a.rate)[0];
    if (isRequired(history) || history.column.null_rate >= REQUIRED_NULL_RATE || !worst) return [];
    return [`${code(history.column.name, 60)} required, because ${code(worst.partition, 60)} lacks ${percent(worst.rate)} of it`];
  });
  return [...oneDay, ...(wide.length > 0 ? [tooWide(wide)] : []), ...(unproven.length > 0 ? [tooFew(unproven)] : [])];
}

/** So few rows a day that only the loss of most of a column could be told from chance. */
function tooWide(histories: readonly NullHistory[]): string {
  const names = codes(
    histories.map(({ column }) => column.name),
    3,
  );
  const least = Math.min(...histories.flatMap(({ days, rows }) => (days.length > 0 ? days.map((day) => day.rows) : [rows])));
  const limit = Math.max(...histories.map(maxNullRate));
  return `any limit on missing values of ${names}, because with ${count(least)} ${least === 1 ? 'row' : 'rows'} in a partition it would lie at ${percent(limit)} and say nothing`;
}

function tooFew(histories: readonly NullHistory[]): string {
  const rows = Math.max(0, ...histories.map((history) => history.rows));
  const names = codes(
    histories.map(({ column }) => column.name),
    3,
  );
  return `an alarm at the first missing value of ${names}, because ${count(rows)} ${rows === 1 ? 'row is' : 'rows are'} too few to promise that (${count(NOT_NULL_SUPPORT_ROWS)} would do)`;
}

type Missing = Extract<BacktestRow['check'], { readonly kind: 'missing' }> & Pick<BacktestRow, 'asked' | 'fired'>;

/** Required columns together, as far as they begin in the same week; the others by their limit. Each one's own limit is in the fold. */
function missingLines(rows: readonly BacktestRow[], { bundle, baseline }: PullRequestInput): readonly (readonly string[])[] {
  const histories = new Map(nullHistories(baseline).map((history) => [history.column.name, history]));
  const required = new Set(bundle.contract_lite.required_fields);
  const groups = new Map<string, Missing[]>();
  for (const { check, asked, fired } of rows) {
    if (check.kind !== 'missing') continue;
    const rule = required.has(check.column) ? 'filled' : `at most ${percent(check.atMost)} missing`;
    const key = `${rule}${fromWeek(bundle, check.atMost === 0 ? 'G3_SCHEMA' : 'DQ_CHECKS')}`;
    groups.set(key, [...(groups.get(key) ?? []), { ...check, asked, fired }]);
  }
  return [...groups].map(([rule, group]) => {
    const names = group.map(({ column }) => column);
    const words = rule.startsWith('filled') ? ` ${names.length === 1 ? 'is' : 'are'} ${rule}` : `: ${rule}`;
    return [
      `${codes(names, MAX_NAMES)}${words}`,
      firedWords(group),
      seenWords(
        group.flatMap(({ column }) => histories.get(column) ?? []),
        names.length,
      ),
    ];
  });
}

/** The week in which a gate may begin, where it is not the first. */
function fromWeek({ bootstrap: { progressive_schedule: schedule } }: PullRequestInput['bundle'], gate: Gate): string {
  const week = [schedule.week_1, schedule.week_2, schedule.week_3, schedule.week_4].findIndex((gates) => gates.includes(gate)) + 1;
  return week > 1 ? `, from week ${week}` : '';
}

function schemaLine(row: BacktestRow, { schema, profiling_metadata: { partitions_sampled: sampled } }: Baseline): readonly string[] {
  const columns = schema?.column_count ?? 0;
  return [
    `schema is ${columns === 1 ? 'this 1 column' : `these ${columns} columns`}`,
    firedWords([row]),
    `same in ${sampled} of ${row.asked} partition${row.asked === 1 ? '' : 's'}`,
  ];
}

function volumeLine(row: BacktestRow, { bundle, baseline }: PullRequestInput): readonly string[] {
  const { volume } = bundle;
  const days = (baseline.partitions ?? []).map(({ rows }) => rows);
  const band = volume ? bandInForce(volume) : undefined;
  return [
    band ? `${range(band.lower, band.upper)} rows a partition${fromWeek(bundle, 'G6_VOLUME')}` : '',
    firedWords([row]),
    `${days.length > 0 ? range(Math.min(...days), Math.max(...days)) : 'borrowed from other datasets'}${alarmWords(baseline, band)}`,
  ];
}

/** How often a normal day is called wrong; of borrowed counts and of days that were all the same nobody can say. */
function alarmWords({ volume }: Baseline, band: BandInForce | undefined): string {
  if (!volume || !band || volume.method === 'synthetic_median') return '';
  const { avg_row_count: mean, stddev_row_count: sd, n = 0 } = volume;
  const rate = falseAlarmRate({ mean, sd, n }, band);
  if (rate !== undefined) return `; a normal day has about ${percent(rate)} chance of a false alarm`;
  return n > 1 ? '; no two of them differed, so how often a normal day does is not known' : '';
}

/** The specification's own bounds, with the figure that speaks against them. */
function sigmaLeftOut({ volume: bounds }: PolicyBundle, { volume }: Baseline): readonly string[] {
  if (!bounds || bandInForce(bounds).by !== 'calibrated' || volume?.expected_false_alarm_rate === undefined) return [];
  const { anomaly_lower_bound: lower, anomaly_upper_bound: upper } = bounds;
  return [
    `the narrower ${range(lower, upper)} rows (mean ± ${volume.k ?? SIGMA_COMPUTED} sigma, as baseline.json has it), because it calls ${percent(volume.expected_false_alarm_rate)} of normal days wrong`,
  ];
}

function seenWords(histories: readonly NullHistory[], columns: number): string {
  const lacking = histories.filter(({ nulls }) => nulls > 0);
  if (lacking.length === 0) return 'none missing';
  const shown = lacking.slice(0, 3).map(({ column }) => `${code(column.name, 60)} ${percent(column.null_rate)}`);
  const more = lacking.length > shown.length ? ` and ${lacking.length - shown.length} more` : '';
  const others = lacking.length < columns ? ', no other' : '';
  const worst = Math.max(...lacking.flatMap(({ column, days }) => [column.null_rate, ...days.map(({ rate }) => rate)]));
  const rates = columns === 1 ? percent(lacking[0]?.column.null_rate ?? 0) : `${shown.join(', ')}${more}`;
  return `${rates} missing${others}; worst partition ${percent(worst)}`;
}

function firedWords(rows: readonly Pick<BacktestRow, 'asked' | 'fired'>[]): string {
  const fired = [...new Set(rows.flatMap((row) => row.fired))];
  const asked = Math.max(0, ...rows.map((row) => row.asked));
  if (asked === 0) return 'no partition to ask';
  return `${fired.length} of ${asked}${fired.length > 0 ? `: ${codes(fired, 3)}` : ''}`;
}

function heldOut({ bundle }: PullRequestInput): string {
  const folds = (bundle.support ?? []).filter((rule) => rule.held_out.partitions > 0);
  const tested = folds.reduce((sum, rule) => sum + rule.held_out.partitions, 0);
  const kept = folds.reduce((sum, rule) => sum + rule.held_out.kept, 0);
  if (tested === 0) return '';
  const broken = folds.filter((rule) => rule.held_out.kept < rule.held_out.partitions).map((rule) => rule.rule);
  const which = broken.length > 0 ? ` Not always: ${codes(broken, 3)}.` : '';
  return `Made without each partition in turn and tried on it, the rules held ${kept} of ${tested} times.${which}\n\n`;
}

/** §6.4 Tier-3 ends with freshness; rules about values and personal data come to the others by a change of their own. */
function notYet({ bundle, manifest }: PullRequestInput): readonly string[] {
  const due = text(manifest.slo.freshness.expected_update_by, 80);
  const complete = bundle.enrichment_level === 'full_contract' || bundle.enrichment_level === 'advanced';
  const values =
    bundle.contract_lite.invariants.length > 0
      ? []
      : [complete ? `values (no rule is proposed, ${ours('invariants')} is empty)` : 'values'];
  const own = manifest.tier === 'TIER_3' ? ' (not part of Tier-3)' : complete ? '' : ' (from week 4, by a change of its own)';
  const people = bundle.pii.detection.length > 0 ? 'personal data (from week 4)' : 'personal data';
  return [
    ...(bundle.volume ? [] : [`row counts (from week 2, needs ${REFINE_AFTER_RUNS} real runs)`]),
    `lateness (from week 3, against ${due})`,
    complete ? [people, ...values].join('; ') : `${[...values, people].join(' and ')}${own}`,
  ];
}

function sampleWords({
  profiling_metadata: { partitions_sampled: partitions, date_range: range, total_rows_sampled: rows },
}: Baseline): string {
  const days = range ? (range[0] === range[1] ? `, ${range[0]}` : `, ${range[0]} to ${range[1]}`) : '';
  return `${partitions} partition${partitions === 1 ? '' : 's'}${days}, ${count(rows)} ${rows === 1 ? 'row' : 'rows'}`;
}

function nothingRead({ manifest, baseline }: PullRequestInput): string {
  const gold = code(manifest.storage.gold);
  const why = (baseline.partitions ?? []).length > 0 ? `What lies at ${gold} holds not one row yet` : `Nothing lies at ${gold} yet`;
  return `${why}, so nothing is claimed about it: the first run’s schema is taken down, not judged.`;
}
