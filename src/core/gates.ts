/** §6.4, §6.5 what each gate checks, as data: `docs/gates.md` and the evaluation read the same table. */
import type { PolicyBundle } from './artifacts/policy-bundle.js';
import { ENRICHMENT_LEVELS, type EnforcementModel, type Gate } from './vocabulary.js';

/** The parts of a bundle that say whether a gate has anything to check. */
export type GatedBundle = Pick<PolicyBundle, 'enrichment_level' | 'schema' | 'contract_lite' | 'pii' | 'freshness' | 'volume'>;

export type GateRow = {
  readonly title: string;
  /** Where the rule stands in policy_bundle.yaml. */
  readonly section: string;
  readonly input: string;
  readonly pass: string;
  readonly fail: string;
  readonly skip: string;
  /** What a failure does to the data. */
  readonly effect: Readonly<Record<EnforcementModel, string>>;
  /** Whether the bundle holds what the gate checks; a gate without its section is never active. */
  readonly hasSection: (bundle: GatedBundle) => boolean;
};

const alarmOnly = {
  inline_sdk: 'the write goes on; an alarm is raised',
  post_write: 'the version is certified; an alarm is raised',
} as const;
const holdVersion = {
  inline_sdk: 'the write is refused before anything is published; an alarm is raised',
  post_write: 'the version stays in staging; the certified pointer does not move; an alarm is raised',
} as const;

const reaches = (bundle: GatedBundle, level: (typeof ENRICHMENT_LEVELS)[number]) =>
  ENRICHMENT_LEVELS.indexOf(bundle.enrichment_level) >= ENRICHMENT_LEVELS.indexOf(level);

export const GATE_TABLE: Readonly<Record<Gate, GateRow>> = {
  G1_RESOLUTION: {
    title: 'Resolution',
    section: 'dataset_urn',
    input: 'the urn or the place that the run wrote, the registry, the newest signed bundle',
    pass: 'the place belongs to exactly one registered dataset and its bundle carries a valid signature',
    fail: 'no or several registered datasets claim the place, or no bundle verifies',
    skip: 'never',
    effect: {
      inline_sdk: 'nothing else is checked; the job runs on and an alarm is raised',
      post_write: 'nothing else is checked; the last verified bundle reports only and an alarm is raised',
    },
    hasSection: () => true,
  },
  G2_IDENTITY: {
    title: 'Identity',
    section: 'dataset.yaml: owner_team, orchestration, openlineage.job_name',
    input: 'the name of the job that ran and the team it runs for',
    pass: 'job and team are those of the manifest',
    fail: 'another job wrote the dataset, or its team is not the owner',
    skip: 'the runner gives no job name',
    effect: alarmOnly,
    hasSection: () => true,
  },
  G3_SCHEMA: {
    title: 'Schema',
    section: 'schema',
    input: 'columns, types and declared nullability of what was written',
    pass: 'strict: the canonical fingerprint is the baseline one; additive: every known column is there with its type; constraints hold',
    fail: 'a column is gone, has another type or breaks a constraint; in strict mode also a new column',
    skip: 'the format declares no schema (csv, json) and the run wrote no rows',
    effect: holdVersion,
    hasSection: () => true,
  },
  G4_CONTRACT: {
    title: 'Contract',
    section: 'contract_lite.invariants',
    input: 'the rows of the partitions that the run wrote, sampled at performance.sampling_rate',
    pass: 'no row makes an invariant false; unknown (null) counts as kept',
    fail: 'at least one row makes an invariant false',
    skip: 'no invariants, no rows, or an invariant names a column that G3 already missed',
    effect: {
      inline_sdk: 'the rows go to quarantine, the others are written; an alarm is raised',
      post_write: 'the version stays in staging, the rows are copied to quarantine; an alarm is raised',
    },
    hasSection: (bundle) => bundle.contract_lite.invariants.length > 0,
  },
  G5_FRESHNESS: {
    title: 'Freshness',
    section: 'freshness',
    input: 'the time of the last certified write and the clock',
    pass: 'a write finished before the expected time plus its grace',
    fail: 'expected time and grace are over and nothing was written since the time before',
    skip: 'the cadence cannot be read, or the schedule is paused',
    effect: alarmOnly,
    hasSection: (bundle) => reaches(bundle, 'freshness_slo'),
  },
  G5_PII: {
    title: 'Personal data',
    section: 'pii',
    input: 'the text columns under pii.scan_columns and new text columns, within pii_scan_timeout_ms',
    pass: 'every value that matches a pattern was treated by its action: tokenize, mask or redact',
    fail: 'a pattern is found in a column that no action covers, or an action could not be carried out',
    skip: 'no pattern is configured, or the time is over before the first sample (recorded as not checked)',
    effect: {
      inline_sdk: 'the action is carried out before the write; where it cannot be, the write is refused',
      post_write: 'the action is carried out in staging before certification; where it cannot be, the version stays there',
    },
    hasSection: (bundle) => bundle.pii.detection.length > 0,
  },
  G6_VOLUME: {
    title: 'Volume',
    section: 'volume',
    input: 'rows of each partition that the run completed',
    pass: 'the count lies inside the calibrated bounds (the anomaly bounds where there are none) and is not under min_rows_per_partition',
    fail: 'the count lies outside the band or under the floor',
    skip: 'the baseline says alerting: off, or the partition is still being written',
    effect: alarmOnly,
    hasSection: (bundle) => bundle.volume !== undefined,
  },
  DQ_CHECKS: {
    title: 'Data quality',
    section: 'contract_lite.max_null_rates',
    input: 'null rates, distributions and references of the partitions that the run wrote',
    pass: 'every rate and distribution keeps its limit and every reference is found',
    fail: 'a rate or distance is over its limit, or a reference is missing',
    skip: 'no rule, or fewer rows than the rule was fitted for',
    effect: alarmOnly,
    hasSection: (bundle) => Object.keys(bundle.contract_lite.max_null_rates ?? {}).length > 0,
  },
};
