/** What this policy would have said on the days that were profiled. Schema, missing values and row counts; nothing else is claimed. */
import { type Baseline, nullRateIn, otherSchemas } from '../src/core/artifacts/baseline.js';
import type { PolicyBundle } from '../src/core/artifacts/policy-bundle.js';
import { bandInForce } from '../src/core/statistics/volume.js';

export type BacktestRow = {
  readonly check:
    | { readonly kind: 'schema' }
    | { readonly kind: 'missing'; readonly column: string; readonly atMost: number }
    | { readonly kind: 'volume' };
  /** Partitions the check could be asked on, and those on which it would have raised an alarm. */
  readonly asked: number;
  readonly fired: readonly string[];
};

export function backtest(bundle: PolicyBundle, baseline: Baseline): readonly BacktestRow[] {
  const partitions = baseline.partitions ?? [];
  const read = partitions.filter((row) => (row.rows_read ?? row.rows) > 0);
  return [
    ...(baseline.schema ? [schemaRow(baseline)] : []),
    ...bounds(bundle).map(
      ({ column, atMost }): BacktestRow => ({
        check: { kind: 'missing', column, atMost },
        asked: read.length,
        fired: read.filter((row) => nullRateIn(row, column) > atMost).map(({ partition }) => partition),
      }),
    ),
    ...(bundle.volume ? [volumeRow(bundle.volume, partitions)] : []),
  ];
}

/** Columns with a limit on missing values: 0 where null is forbidden. */
function bounds(bundle: PolicyBundle): readonly { readonly column: string; readonly atMost: number }[] {
  const forbidden = bundle.schema.constraints.filter(({ nullable }) => !nullable).map(({ field }) => ({ column: field, atMost: 0 }));
  const limited = Object.entries(bundle.contract_lite.max_null_rates ?? {}).map(([column, atMost]) => ({ column, atMost }));
  return [...forbidden, ...limited.filter(({ column }) => !forbidden.some((other) => other.column === column))];
}

/** Days with another schema were left out of the profile: on those the check would have spoken. */
function schemaRow(baseline: Baseline): BacktestRow {
  const fired = otherSchemas(baseline.profiling_metadata);
  return { check: { kind: 'schema' }, asked: baseline.profiling_metadata.partitions_sampled + fired.length, fired };
}

function volumeRow(
  volume: NonNullable<PolicyBundle['volume']>,
  partitions: readonly { readonly partition: string; readonly rows: number }[],
): BacktestRow {
  const { lower, upper } = bandInForce(volume);
  const fired = partitions.filter(({ rows }) => rows < lower || rows > upper).map(({ partition }) => partition);
  return { check: { kind: 'volume' }, asked: partitions.length, fired };
}
