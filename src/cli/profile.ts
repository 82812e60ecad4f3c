/** `sf profile`: a look at one dataset's data, without a bootstrap. */
import { Argument, Command, Option } from 'commander';
import { draftBaseline } from '../../generators/baseline.js';
import { renderJson } from '../../generators/render/json.js';
import { sparkline } from '../../generators/render/markdown.js';
import type { Baseline, BaselineColumn } from '../core/artifacts/baseline.js';
import type { DataListing, ProfilingPlan } from '../core/measurements.js';
import { PARTITIONS_PROFILED, SYNTHETIC_BELOW_DAYS } from '../core/numbers.js';
import { ProblemError } from '../core/problem.js';
import { DEFAULT_SETTINGS } from '../core/settings.js';
import { type DatasetUrn, printUrn, urnWord } from '../core/urn.js';
import { FORMATS, type Format } from '../core/vocabulary.js';
import type { Clock, Lake } from '../ports.js';
import { aligned, plain } from './output.js';

export type ProfileWorld = {
  /** A lake over a folder of this machine. */
  readonly openLake: (root: string) => Promise<Lake>;
  readonly clock: Clock;
  readonly print: (text: string) => void;
};
type Options = { readonly data: string; readonly format: 'text' | 'json'; readonly partitionBy?: string; readonly as: Format };

export function profileCommand(world: ProfileWorld): Command {
  return new Command('profile')
    .addArgument(new Argument('<location>', 's3://bucket/key, catalog name or path below the lake folder'))
    .requiredOption('--data <folder>', 'the lake folder: s3://bucket/key lies at folder/bucket/key')
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .option('--partition-by <columns>', 'partition columns, where the folders do not say')
    .addOption(new Option('--as <format>', 'storage format of the files').choices(FORMATS).default('table'))
    .addHelpText('after', '\nExample:\n  $ sf profile s3://lake/gold/orders --data ./lake --format json\n')
    .action(async (location: string, options: Options) => {
      const lake = await world.openLake(options.data);
      const listing = await lake.list(location, options.as, options.partitionBy?.split(',') ?? []);
      if (!listing.exists) throw nothingThere(location);
      const plan = lookPlan(listing);
      const measurements = await lake.measure(listing, plan);

      const now = world.clock.now();
      const stamp = { now, bootstrapId: `boot-${now.slice(0, 10)}-000` };
      const baseline = draftBaseline({ urn: urnOf(location), stamp, plan, measurements, settings: DEFAULT_SETTINGS });

      world.print(options.format === 'json' ? renderJson(baseline) : renderProfile(location, baseline));
    });
}

/** The newest seven; what they are good for is a bootstrap's decision, here only the label depends on it. */
function lookPlan({ partitions }: DataListing): ProfilingPlan {
  const newest = partitions.slice(-PARTITIONS_PROFILED);
  const enough = newest.length >= PARTITIONS_PROFILED ? 'full' : 'provisional';
  const isEmpty = newest.every(({ rows }) => rows === 0);
  return {
    kind: isEmpty || newest.length < SYNTHETIC_BELOW_DAYS ? 'synthetic' : enough,
    engine: 'duckdb',
    sampleFraction: 1,
    partitions: newest,
  };
}

/** A name for the document's head; a registration decides the real one. */
function urnOf(location: string): DatasetUrn {
  const words = location.split(/[/.:]+/).flatMap((part) => urnWord(part) ?? []);
  return printUrn({ namespace: words.at(-2) ?? 'local', name: words.at(-1) ?? 'dataset' });
}

export function renderProfile(location: string, baseline: Baseline): string {
  const { profiling_metadata: meta, partitions = [], pii_scan: pii, schema, volume } = baseline;
  const rows = partitions.map((partition) => partition.rows);
  const listed = Object.entries(pii.pii_patterns_detected).map(
    ([column, { pattern, confidence }]) => `  ${shown(column)} ${pattern} ${confidence}`,
  );
  const doubtful = Object.entries(pii.needs_a_look ?? {}).map(
    ([column, { pattern, confidence }]) => `  ${shown(column)} ${pattern} ${confidence}, needs a look`,
  );
  const found = [...listed, ...doubtful];
  return [
    `${shown(location)}: ${meta.total_rows_sampled} rows in ${meta.partitions_sampled} partitions, confidence ${meta.confidence}`,
    `rows a day  ${sparkline(rows)}  ${rows.length === 0 ? '' : `${Math.min(...rows)} to ${Math.max(...rows)}`}`,
    ...(volume === undefined ? [] : [`volume band ${bandWords(volume)}`]),
    ...(meta.left_out ?? []).map(({ partition, reason }) => `left out    ${shown(partition)}: ${shown(reason)}`),
    '',
    schema ? aligned(columnRows(schema.columns)) : 'not one row yet, so no column is claimed',
    '',
    'personal data',
    ...(found.length === 0 ? [`  none among ${pii.values_sampled ?? 0} distinct values that were looked at`] : found),
    '',
  ].join('\n');
}

function columnRows(columns: readonly BaselineColumn[]): readonly (readonly string[])[] {
  return columns.map((column) => [
    shown(column.name),
    column.canonical_type ?? column.type,
    `${percent(column.null_rate)} null`,
    distinctText(column),
    boundsText(column),
  ]);
}

/** The band that would be checked. */
function bandWords({ calibrated_bounds: calibrated, anomaly_lower_bound, anomaly_upper_bound }: NonNullable<Baseline['volume']>): string {
  const { lower, upper } = calibrated ?? { lower: anomaly_lower_bound, upper: anomaly_upper_bound };
  return `${Math.max(0, lower)} to ${upper}`;
}

function distinctText({ distinct }: BaselineColumn): string {
  return distinct === undefined ? '' : `${distinct.method === 'theta' ? '~' : ''}${distinct.estimate} distinct`;
}

function boundsText({ numeric, temporal, histogram, suppressed }: BaselineColumn): string {
  if (suppressed !== undefined) return `(${suppressed.replace('_', ' ')})`;
  if (numeric !== undefined) return `${numeric.min} to ${numeric.max} ${sparkline(histogram?.counts ?? [])}`;
  return temporal === undefined ? '' : `${temporal.min} to ${temporal.max}`;
}

function percent(rate: number): string {
  return `${Number((rate * 100).toPrecision(3))} %`;
}

/** Names come out of files: no control character reaches the terminal. */
function shown(text: string): string {
  return plain(text).slice(0, 200);
}

function nothingThere(location: string): ProblemError {
  return new ProblemError({ kind: 'no', what: `There is no data at ${location}.`, remedy: 'Check the location and --data.' });
}
