/** §6.3-§6.5 drafts and prints `policy_bundle.yaml`: what the profiled data demonstrably kept, and no more. */
import { type Baseline, otherSchemas } from '../src/core/artifacts/baseline.js';
import type { DatasetManifest } from '../src/core/artifacts/dataset-manifest.js';
import { PolicyBundle, type RuleSupport } from '../src/core/artifacts/policy-bundle.js';
import type { Stamp } from '../src/core/evidence.js';
import * as numbers from '../src/core/numbers.js';
import type { Settings } from '../src/core/settings.js';
import { UNSIGNED } from '../src/core/signing/digest.js';
import { bandInForce, calibratedBand, sigmaBand, volumeStatistics } from '../src/core/statistics/volume.js';
import { later } from '../src/core/time.js';
import { type Confidence, ENRICHMENT_LEVELS, type EnrichmentLevel } from '../src/core/vocabulary.js';
import { isNeverNull, isRequired, maxNullRate, type NullHistory, nullHistories, nullSupport, usefulNullRate } from './null-rules.js';
import { printYaml } from './render/yaml.js';

export type PolicyInput = {
  readonly manifest: DatasetManifest;
  readonly baseline: Baseline;
  readonly level: EnrichmentLevel;
  readonly settings: Pick<Settings, 'pii_actions'>;
  readonly stamp: Stamp;
};

/**
 * Stands for a schema nobody could read yet. With it the mode is `additive` and nothing is required:
 * the schema gate has nothing to judge by and takes down what the first run shows instead of failing it.
 */
export const UNVERIFIED = 'sha256:UNVERIFIED';

export function draftPolicy(input: PolicyInput): PolicyBundle {
  const { manifest, baseline, level, stamp } = input;
  const histories = nullHistories(baseline);
  const { freshness } = manifest.slo;
  const volume = reaches(level, 'volume_baseline') ? volumeOf(manifest, baseline) : undefined;
  const pii = piiOf(input);
  return {
    version: '2.0',
    dataset_urn: manifest.urn,
    bootstrap_id: stamp.bootstrapId,
    generated_by: 'autopilot',
    enrichment_level: level,
    bundle_version: '1.0',
    security: {
      signature: UNSIGNED,
      minimum_enforcement: {
        pii_detection: pii.detection.length > 0 ? 'required' : 'optional',
        schema_validation: baseline.schema ? 'required' : 'optional',
      },
      validation_enabled: true,
    },
    schema: {
      mode: baseline.schema ? 'strict' : 'additive',
      registry: 'auto',
      baseline_fingerprint: baseline.schema?.canonical_fingerprint ?? UNVERIFIED,
      constraints: histories.map((history) => ({
        field: history.column.name,
        type: history.column.type,
        nullable: !(isRequired(history) && isNeverNull(history)),
      })),
    },
    contract_lite: contractOf(histories, level),
    pii,
    freshness: {
      expected_update_by: freshness.expected_update_by,
      grace_period: freshness.grace_period,
      ...(manifest.storage.partition_key ? { partition_key: manifest.storage.partition_key } : {}),
    },
    ...(volume ? { volume } : {}),
    performance: {
      gate_timeout_ms: numbers.GATE_TIMEOUT_MS,
      total_validation_budget_pct: numbers.VALIDATION_BUDGET_PCT,
      pii_scan_timeout_ms: numbers.PII_SCAN_TIMEOUT_MS,
      sampling_rate: 1,
    },
    bootstrap: bootstrapOf(baseline, stamp),
    support: supportOf(histories, baseline, level, volume),
  };
}

export function printPolicy(bundle: PolicyBundle): string {
  return printYaml(PolicyBundle.parse(bundle), {
    schema: 'policy-bundle',
    about: ['policy_bundle.yaml v2.0: what every run is checked against. Once it is signed, changing a value breaks the signature.'],
    above: {
      security: 'The gateway signs what was approved: signature is the digest of all the rest, signature_jws the proof.',
      schema:
        bundle.schema.mode === 'strict'
          ? 'Checked from week 1.'
          : 'Nothing could be read yet: from week 1 the schema of the first run is taken down, not judged.',
      contract_lite:
        'required_fields had fewer than 0.1 % missing, over all rows and on every profiled day. max_null_rates raise an alarm from week 4.',
      pii: bundle.pii.detection.length > 0 ? 'Carried out from week 4.' : 'Empty at this level: nothing is looked for.',
      freshness: reaches(bundle.enrichment_level, 'freshness_slo')
        ? 'Checked from week 3.'
        : 'Checked from week 3 at the earliest, once enough runs in a row kept it.',
      volume: bundle.volume
        ? `Checked from week 2 ${bandInForce(bundle.volume).by === 'calibrated' ? 'by the calibrated bounds; the anomaly bounds are the figures of the baseline' : 'by the anomaly bounds'}.`
        : '',
      performance: 'What the checks may cost a run.',
      bootstrap: 'Which baseline this rests on, and when each gate may begin.',
      support: 'On how much each rule rests: held_out counts days the rule was not fitted on.',
    },
    onOneLine: ['constraints', 'detection', 'support'],
  });
}

/** The columns whose missing values are bounded at this level: required ones, and from the full contract on all. A bound that says nothing is none. */
function boundedColumns(histories: readonly NullHistory[], level: EnrichmentLevel): readonly NullHistory[] {
  const wanted = histories.filter((history) => isRequired(history) || (reaches(level, 'full_contract') && history.rows > 0));
  return wanted.filter((history) => isNeverNull(history) || usefulNullRate(history) !== undefined);
}

function contractOf(histories: readonly NullHistory[], level: EnrichmentLevel): PolicyBundle['contract_lite'] {
  const bounds = boundedColumns(histories, level).filter((history) => !isNeverNull(history));
  return {
    required_fields: histories.filter(isRequired).map(({ column }) => column.name),
    invariants: [],
    ...(bounds.length > 0
      ? { max_null_rates: Object.fromEntries(bounds.map((history) => [history.column.name, maxNullRate(history)])) }
      : {}),
  };
}

/** §6.4 nothing before the full contract. Patterns to watch are the organisation's, columns to scan the profile's. */
function piiOf({ baseline, level, settings }: PolicyInput): PolicyBundle['pii'] {
  if (!reaches(level, 'full_contract')) return { detection: [], scan_columns: [] };
  const patterns = Object.entries(settings.pii_actions).map(([pattern, action]) => ({ pattern, action }));
  return PolicyBundle.shape.pii.parse({ detection: patterns, scan_columns: baseline.pii_scan.columns_with_pii });
}

/** §5.5 without history, or with alerting off, no bounds at any level. */
function volumeOf(manifest: DatasetManifest, { volume }: Baseline): PolicyBundle['volume'] {
  if (!volume || volume.alerting === 'off') return undefined;
  const { calibrated_bounds: calibrated } = volume;
  return {
    min_rows_per_partition: manifest.slo.volume.min_rows_per_partition,
    anomaly_lower_bound: volume.anomaly_lower_bound,
    anomaly_upper_bound: volume.anomaly_upper_bound,
    ...(calibrated ? { calibrated_lower_bound: Math.max(0, calibrated.lower), calibrated_upper_bound: calibrated.upper } : {}),
  };
}

function bootstrapOf(baseline: Baseline, stamp: Stamp): PolicyBundle['bootstrap'] {
  const { confidence, is_synthetic: isSynthetic, provisional } = baseline.profiling_metadata;
  const day = stamp.now.slice(0, 10);
  const refineAt = later(`${day}T00:00:00Z`, numbers.REFINE_AFTER_RUNS * numbers.MS_PER_DAY);
  return {
    baseline_source: baseline.bootstrap_id,
    baseline_confidence: confidence,
    ...(isSynthetic || provisional ? { auto_refine_until: refineAt } : {}),
    progressive_schedule: {
      week_1: ['G1_RESOLUTION', 'G2_IDENTITY', 'G3_SCHEMA'],
      week_2: ['G6_VOLUME'],
      week_3: ['G5_FRESHNESS'],
      week_4: ['G4_CONTRACT', 'G5_PII', 'DQ_CHECKS'],
    },
  };
}

function supportOf(
  histories: readonly NullHistory[],
  baseline: Baseline,
  level: EnrichmentLevel,
  volume: PolicyBundle['volume'],
): RuleSupport[] {
  const ceiling = baseline.profiling_metadata.confidence;
  const nulls = boundedColumns(histories, level).map((history) => nullSupport(history, ceiling));
  return [
    ...(baseline.schema ? [schemaSupport(baseline, ceiling)] : []),
    ...nulls,
    ...(volume ? [volumeSupport(baseline, volume, ceiling)] : []),
  ];
}

/** One fingerprint is fitted on any day alone; a day with another schema was left out by the profiler and counts against it. */
function schemaSupport(baseline: Baseline, ceiling: Confidence): RuleSupport {
  const { partitions_sampled: sampled, total_rows_sampled: rows } = baseline.profiling_metadata;
  const different = otherSchemas(baseline.profiling_metadata).length;
  return {
    rule: 'schema',
    origin: 'heuristic',
    confidence: different > 0 && ceiling === 'HIGH' ? 'MEDIUM' : ceiling,
    rows,
    partitions: sampled + different,
    violations: different,
    held_out: { partitions: sampled > 1 ? sampled + different : 0, kept: sampled > 1 ? sampled : 0 },
  };
}

/** Each day against the band that the others would have given. */
function volumeSupport(baseline: Baseline, volume: NonNullable<PolicyBundle['volume']>, ceiling: Confidence): RuleSupport {
  const days = (baseline.partitions ?? []).map(({ rows }) => rows);
  const folds = days.length > 2 ? days : [];
  const kept = folds.filter((rows, index) => {
    const others = volumeStatistics(days.filter((_, at) => at !== index));
    if (!others) return false;
    const band = calibratedBand(others) ?? sigmaBand(others, baseline.volume?.k);
    return rows >= band.lower && rows <= band.upper;
  }).length;
  const { lower, upper } = bandInForce(volume);
  return {
    rule: 'volume',
    origin: 'heuristic',
    confidence: kept < folds.length && ceiling === 'HIGH' ? 'MEDIUM' : ceiling,
    rows: baseline.profiling_metadata.total_rows_sampled,
    partitions: days.length,
    violations: days.filter((rows) => rows < lower || rows > upper).length,
    held_out: { partitions: folds.length, kept },
  };
}

function reaches(level: EnrichmentLevel, wanted: EnrichmentLevel): boolean {
  return ENRICHMENT_LEVELS.indexOf(level) >= ENRICHMENT_LEVELS.indexOf(wanted);
}
