/** §8.2 the proof in a pull request: what will be checked, what it would have said on the profiled days, and the data itself. */
import type { Baseline } from '../src/core/artifacts/baseline.js';
import { NOT_NULL_SUPPORT_ROWS, REFINE_AFTER_RUNS, REQUIRED_NULL_RATE } from '../src/core/numbers.js';
import { type BacktestRow, backtest } from './backtest.js';
import { isRequired, type NullHistory, nullHistories } from './null-rules.js';
import type { PullRequestInput } from './pull-request.js';
import { code, codes, count, percent, sparkline, table, text } from './render/markdown.js';

/** More would be a wall; the others are in the fold. */
const MAX_SPARKLINES = 5;
const MAX_LEFT_OUT = 3;

export function checksPart(input: PullRequestInput): string {
  const { baseline } = input;
  const rows = backtest(input.bundle, baseline);
  const later = `*Not checked yet:* ${notYet(input).join('; ')}.`;
  const leftOut = consideredAndLeftOut(baseline);
  const considered =
    leftOut.length > 0
      ? `\n\n*Considered and left out:* ${leftOut.slice(0, MAX_LEFT_OUT).join('; ')}${leftOut.length > MAX_LEFT_OUT ? `; and ${leftOut.length - MAX_LEFT_OUT} more` : ''}.`
      : '';
  if (rows.length === 0) return `**What will be checked:** nothing of the data yet. ${nothingRead(input)}\n\n${later}`;
  const head = `**What will be checked, and what would have happened** (${sampleWords(baseline)})`;
  const lines = [...grouped(rows, baseline), ...rows.filter(({ check }) => check.kind === 'volume').map((row) => volumeLine(row, input))];
  return `${head}\n\n${table(['check', 'seen in the data', 'would have fired'], lines)}\n\n${heldOut(input)}${later}${considered}`;
}

export function dataPart(input: PullRequestInput): string {
  const { baseline } = input;
  const days = (baseline.partitions ?? []).map(({ rows }) => rows);
  const rows =
    days.length > 1
      ? `rows a partition \`${sparkline(days)}\` ${count(Math.min(...days))} to ${count(Math.max(...days))}`
      : `${count(baseline.profiling_metadata.total_rows_sampled)} rows read`;
  const moving = nullHistories(baseline).filter(({ days: seen }) => seen.length > 1 && seen.some(({ rate }) => rate !== seen[0]?.rate));
  const nulls = moving
    .slice(0, MAX_SPARKLINES - 1)
    .map(
      ({ column, days: seen }) =>
        `${code(column.name, 60)} \`${sparkline(seen.map(({ rate }) => rate))}\` to ${percent(Math.max(...seen.map(({ rate }) => rate)))}`,
    );
  const missing =
    nulls.length > 0
      ? `\n\nMissing values over the same partitions: ${nulls.join(', ')}${moving.length > nulls.length ? ` (${moving.length - nulls.length} more below)` : ''}`
      : '';
  return `**The data** · ${rows} · ${personal(baseline)}${missing}${historyNote(input)}`;
}

/** One line per column, for the fold. */
export function columnLines({ baseline, bundle }: PullRequestInput): readonly string[] {
  const shown = nullHistories(baseline).map(({ column, days }) => {
    const required = bundle.contract_lite.required_fields.includes(column.name) ? 'required' : '';
    const trail = days.some(({ rate }) => rate !== days[0]?.rate) ? `\`${sparkline(days.map(({ rate }) => rate))}\`` : '';
    const pii = baseline.pii_scan.columns_with_pii.includes(column.name) ? 'looks personal' : '';
    return `| ${code(column.name, 80)} | ${code(column.canonical_type ?? column.type, 80)} | ${percent(column.null_rate)} | ${trail} | ${[required, pii].filter((word) => word !== '').join(', ')} |`;
  });
  return ['| column | type | missing | by partition | |', '|:--|:--|:--|:--|:--|', ...shown];
}

/** Near misses of the rules, each with the figure that decided. Names are escaped here. */
function consideredAndLeftOut(baseline: Baseline): readonly string[] {
  const histories = nullHistories(baseline);
  const unproven = histories.filter((history) => isRequired(history) && history.nulls === 0 && history.rows < NOT_NULL_SUPPORT_ROWS);
  const rows = Math.max(0, ...unproven.map((history) => history.rows));
  const tooFew = `${codes(unproven.map(({ column }) => column.name))} never missing, because ${count(rows)} rows are too few to promise it (${count(NOT_NULL_SUPPORT_ROWS)} would do)`;
  const oneDay = histories.flatMap((history) => {
    const worst = [...history.days].sort((a, b) => b.rate - a.rate)[0];
    if (isRequired(history) || history.column.null_rate >= REQUIRED_NULL_RATE || !worst) return [];
    return [`${code(history.column.name, 60)} required, because ${code(worst.partition, 60)} lacks ${percent(worst.rate)} of it`];
  });
  return [...oneDay, ...(unproven.length > 0 ? [tooFew] : [])];
}

function grouped(rows: readonly BacktestRow[], baseline: Baseline): readonly (readonly string[])[] {
  const histories = new Map(nullHistories(baseline).map((history) => [history.column.name, history]));
  const missing = rows.flatMap(({ check, ...said }) => (check.kind === 'missing' ? [{ ...check, ...said }] : []));
  const limits = [...new Set(missing.map(({ atMost }) => atMost))].sort((a, b) => a - b);
  const schema = rows.filter(({ check }) => check.kind === 'schema').map((row) => schemaLine(row, baseline));
  const nulls = limits.map((limit) => {
    const group = missing.filter(({ atMost }) => atMost === limit);
    const seen = group.flatMap(({ column }) => histories.get(column) ?? []);
    return [
      `${codes(group.map(({ column }) => column))}: ${limit === 0 ? 'no value missing' : `at most ${percent(limit)} missing`}`,
      seenWords(seen),
      firedWords(group),
    ];
  });
  return [...schema, ...nulls];
}

function schemaLine(row: BacktestRow, { schema, profiling_metadata: { partitions_sampled: sampled } }: Baseline): readonly string[] {
  return [`schema is these ${schema?.column_count ?? 0} columns`, `same in ${sampled} of ${row.asked} partitions`, firedWords([row])];
}

function volumeLine(row: BacktestRow, { bundle, baseline }: PullRequestInput): readonly string[] {
  const { volume } = bundle;
  const alarms = baseline.volume?.expected_false_alarm_rate;
  const days = (baseline.partitions ?? []).map(({ rows }) => rows);
  const band = volume
    ? `rows a partition from ${count(Math.max(volume.anomaly_lower_bound, volume.min_rows_per_partition))} to ${count(volume.anomaly_upper_bound)}, from week 2`
    : '';
  const honest = alarms === undefined ? '' : `; on a normal day about ${percent(alarms)} chance of a false alarm`;
  return [
    band,
    `${days.length > 0 ? `${count(Math.min(...days))} to ${count(Math.max(...days))}` : 'borrowed from other datasets'}${honest}`,
    firedWords([row]),
  ];
}

function seenWords(histories: readonly NullHistory[]): string {
  const rates = histories.map(({ column }) => column.null_rate);
  const worst = histories.flatMap(({ days }) => days.map(({ rate }) => rate));
  const overall = Math.max(0, ...rates) === 0 ? 'none missing' : `${rates.slice(0, 8).map(percent).join(', ')} missing`;
  return worst.length > 0 && Math.max(...worst) > 0 ? `${overall}; worst partition ${percent(Math.max(...worst))}` : overall;
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
  return `Each rule was also made without each partition in turn and then tried on it: it held ${kept} of ${tested} times.${which}\n\n`;
}

function notYet({ bundle, manifest }: PullRequestInput): readonly string[] {
  return [
    ...(bundle.volume ? [] : [`row counts (from week 2, needs ${REFINE_AFTER_RUNS} real runs)`]),
    `lateness (from week 3, against ${text(manifest.slo.freshness.expected_update_by, 80)})`,
    `values and personal data (from week 4${bundle.pii.detection.length > 0 ? '' : ', by a change of its own'})`,
  ];
}

function sampleWords({
  profiling_metadata: { partitions_sampled: partitions, date_range: range, total_rows_sampled: rows },
}: Baseline): string {
  const days = range ? `, ${range[0]} to ${range[1]}` : '';
  return `${partitions} partition${partitions === 1 ? '' : 's'}${days}, ${count(rows)} rows`;
}

function nothingRead({ manifest }: PullRequestInput): string {
  return `No data could be read at ${code(manifest.storage.gold)}, so nothing is claimed about it: the first run’s schema is taken down, not judged.`;
}

function personal({ pii_scan: scan, schema }: Baseline): string {
  if (!schema) return 'personal data: not looked for, nothing could be read';
  const found = Object.entries(scan.pii_patterns_detected).map(
    ([column, { pattern, confidence }]) => `${code(column, 60)} (${pattern}, ${percent(confidence)})`,
  );
  const doubtful = Object.entries(scan.needs_a_look ?? {}).map(
    ([column, { pattern, confidence }]) => `${code(column, 60)} (${pattern}, ${percent(confidence)}, please check)`,
  );
  const sampled =
    scan.values_sampled === undefined
      ? ''
      : `, ${count(scan.values_sampled)} values a column read: up to ${percent(Math.min(1, 3 / Math.max(1, scan.values_sampled)))} may have gone unseen`;
  const all = [...found, ...doubtful];
  if (all.length === 0) return `nothing looks personal${sampled}`;
  return `looks personal: ${all.slice(0, 8).join(', ')}${all.length > 8 ? ` and ${all.length - 8} more` : ''}${sampled}`;
}

function historyNote({ baseline, bundle, manifest }: PullRequestInput): string {
  const { is_synthetic: isSynthetic, provisional, confidence, partitions_sampled: sampled } = baseline.profiling_metadata;
  const until = bundle.bootstrap.auto_refine_until;
  if (!isSynthetic && !provisional) return '';
  const volume = !isSynthetic
    ? ''
    : baseline.volume && baseline.volume.alerting !== 'off'
      ? ` Its row counts are borrowed from other ${manifest.tier} datasets.`
      : ' Row counts raise no alarm until then.';
  return `\n\n**Little history:** ${sampled} partition${sampled === 1 ? '' : 's'}, so this baseline is ${isSynthetic ? 'synthetic' : 'provisional'} (confidence ${confidence}) and is replaced at the ${REFINE_AFTER_RUNS}th real run${until ? `, not before ${until.slice(0, 10)}` : ''}.${volume}`;
}
