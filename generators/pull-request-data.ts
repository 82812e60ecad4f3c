/** §8.2 the data in a pull request: rows, missing values, what looks personal, how much history there is; figures, no values. */
import type { Baseline } from '../src/core/artifacts/baseline.js';
import { decideConfidence } from '../src/core/decide/profiling.js';
import { REFINE_AFTER_RUNS } from '../src/core/numbers.js';
import { upperRate } from '../src/core/proportions.js';
import { nullHistories } from './null-rules.js';
import type { PullRequestInput } from './pull-request-input.js';
import { code, count, percent, range, sentence, sparkline } from './render/markdown.js';

/** More would be a wall; the others are in the fold. */
const MAX_SPARKLINES = 5;
const MAX_COLUMNS = 8;
/** With fewer values the limit of what may have been missed says nothing. */
const FEW_VALUES = 20;

export function dataPart(input: PullRequestInput): string {
  const { baseline } = input;
  if (!baseline.schema) return historyNote(input);
  const days = (baseline.partitions ?? []).map(({ rows }) => rows);
  const rows =
    days.length > 1
      ? `${range(Math.min(...days), Math.max(...days))} ${Math.max(...days) === 1 ? 'row' : 'rows'} a partition \`${sparkline(days)}\``
      : `${rowsOf(baseline.profiling_metadata.total_rows_sampled)} read`;
  const personal = personalColumns(baseline);
  const doubtful = doubtfulColumns(baseline);
  const parts = [
    `**The data** · ${rows}${personal === '' && doubtful === '' ? ` · ${nothingPersonal(baseline)}` : ''}`,
    personal === '' ? '' : `**Looks personal:** ${personal}. Nothing in this change treats ${treated(input)}.`,
    doubtful === '' ? '' : `**Needs a look, whether it is personal:** ${doubtful}.`,
    missingWords(baseline),
    historyNote(input),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function missingWords(baseline: Baseline): string {
  const histories = nullHistories(baseline).filter(({ nulls }) => nulls > 0);
  if (histories.length === 0) return '';
  const shown = [...histories].sort((a, b) => b.column.null_rate - a.column.null_rate).slice(0, MAX_SPARKLINES - 1);
  const words = shown.map(({ column, days }) => {
    const line = days.length > 1 ? ` \`${sparkline(days.map(({ rate }) => rate))}\`` : '';
    return `${code(column.name, 60)} ${percent(column.null_rate)}${line}`;
  });
  const more = histories.length - shown.length;
  return `Missing values: ${words.join(', ')}${more > 0 ? ` (${more} more below)` : ''}`;
}

/** One line per column, for the fold. */
export function columnLines({ baseline, bundle }: PullRequestInput): readonly string[] {
  const forbidden = new Set(bundle.schema.constraints.filter(({ nullable }) => !nullable).map(({ field }) => field));
  const limits = new Map(Object.entries(bundle.contract_lite.max_null_rates ?? {}));
  const shown = nullHistories(baseline).map(({ column, days, nulls }) => {
    const required = bundle.contract_lite.required_fields.includes(column.name) ? 'required' : '';
    const trail = nulls > 0 && days.length > 1 ? ` \`${sparkline(days.map(({ rate }) => rate))}\`` : '';
    const limit = limits.get(column.name);
    const alarm = forbidden.has(column.name)
      ? 'at the first one'
      : limit === undefined
        ? required
          ? 'none: too few rows'
          : ''
        : `above ${percent(limit)}`;
    const pii = personalNote(baseline, column.name);
    const notes = [required, pii].filter((word) => word !== '').join(', ');
    return `| ${code(column.name, 80)} | ${code(column.canonical_type ?? column.type, 80)} | ${percent(column.null_rate)}${trail} | ${alarm} | ${notes} |`;
  });
  return ['| column | type | missing | alarm | |', '|:--|:--|:--|:--|:--|', ...shown];
}

function personalNote({ pii_scan: scan }: Baseline, column: string): string {
  if (scan.columns_with_pii.includes(column)) return 'looks personal';
  return Object.hasOwn(scan.needs_a_look ?? {}, column) ? 'needs a look' : '';
}

function personalColumns({ pii_scan: scan }: Baseline): string {
  const found = Object.entries(scan.pii_patterns_detected).map(
    ([column, { pattern, confidence }]) => `${code(column, 60)} (${pattern}, ${percent(confidence)} sure)`,
  );
  return listed(found);
}

function doubtfulColumns({ pii_scan: scan }: Baseline): string {
  const doubtful = Object.entries(scan.needs_a_look ?? {}).map(([column, { pattern, confidence }]) =>
    pattern === 'NAME'
      ? `${code(column, 60)} (called like the name of a person)`
      : `${code(column, 60)} (${pattern}, ${percent(confidence)} sure)`,
  );
  return listed(doubtful);
}

function listed(all: readonly string[]): string {
  return `${all.slice(0, MAX_COLUMNS).join(', ')}${all.length > MAX_COLUMNS ? ` and ${all.length - MAX_COLUMNS} more` : ''}`;
}

/** What was looked at bounds what can have been missed: no hit in m of many values leaves a share of up to 3/m, at 95 %. */
function nothingPersonal({ pii_scan: { looked_at: lookedAt = {} }, schema }: Baseline): string {
  const exact = new Map(schema?.columns.map(({ name, distinct }) => [name, distinct?.method === 'exact' ? distinct.estimate : undefined]));
  const columns = Object.entries(lookedAt).flatMap(([name, { values, matched }]) =>
    values > 0 ? [{ name, values, matched, all: values >= (exact.get(name) ?? Number.POSITIVE_INFINITY) }] : [],
  );
  const [one] = columns;
  if (!one) return 'nothing looks personal: no column of text to look into';
  const [hit] = columns.filter(({ matched }) => matched > 0).sort((a, b) => b.matched / b.values - a.matched / a.values);
  if (hit)
    return `no column looks personal; of ${count(hit.values)} different values of ${code(hit.name, 60)} ${count(hit.matched)} could be: please check`;
  const sampled = columns.filter(({ all }) => !all).map(({ values }) => values);
  const least = Math.min(...sampled);
  const unseen =
    sampled.length === 0
      ? ''
      : least < FEW_VALUES
        ? ', too few to be sure'
        : `; at most ${percent(upperRate(0, least))} of ${columns.length === 1 ? 'them' : 'a column'} can be (95 %)`;
  const where =
    columns.length === 1
      ? `${one.all ? 'all ' : ''}${count(one.values)} different ${one.values === 1 ? 'value' : 'values'} of ${code(one.name, 60)}`
      : sampled.length === 0
        ? `all values of ${columns.length} columns of text`
        : `${range(Math.min(...columns.map(({ values }) => values)), Math.max(...columns.map(({ values }) => values)))} different values of each of ${columns.length} columns of text`;
  return `nothing looks personal: no hit among ${where}${unseen}`;
}

function treated({ bundle }: PullRequestInput): string {
  return bundle.pii.detection.length > 0 ? 'them before week 4' : 'them';
}

function rowsOf(rows: number): string {
  return `${count(rows)} ${rows === 1 ? 'row' : 'rows'}`;
}

function historyNote({ baseline, bundle, manifest }: PullRequestInput): string {
  const {
    is_synthetic: isSynthetic,
    provisional,
    confidence,
    partitions_sampled: sampled,
    total_rows_sampled: rows,
  } = baseline.profiling_metadata;
  const until = bundle.bootstrap.auto_refine_until;
  if (!isSynthetic && !provisional) {
    const { because } = decideConfidence({ kind: 'full', partitions: sampled, rows });
    return confidence === 'HIGH' ? '' : `**Few rows:** the confidence of this baseline is ${confidence}, because ${sentence(because)}.`;
  }
  const volume = !isSynthetic
    ? ''
    : baseline.volume && baseline.volume.alerting !== 'off'
      ? ` Its row counts are borrowed from other ${manifest.tier} datasets.`
      : ' Row counts raise no alarm until then.';
  const counted = `${sampled === 0 ? 'no' : sampled} partition${sampled === 1 ? '' : 's'}${sampled > 0 && rows === 0 ? ' without a row' : ''}`;
  return `**Little history:** ${counted}, so this baseline is ${isSynthetic ? 'synthetic' : 'provisional'} (confidence ${confidence}) and is replaced at the ${REFINE_AFTER_RUNS}th real run${until ? `, not before ${until.slice(0, 10)}` : ''}.${volume}`;
}
