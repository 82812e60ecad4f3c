/** An organisation's settings (`--org-config`, later `.github/autopilot.yml`). Every default is a number of the specification. */
import * as z from 'zod';
import { Duration } from './artifacts/fields.js';
import { CatalogSettings } from './catalog-settings.js';
import * as numbers from './numbers.js';
import { DatasetUrn } from './urn.js';
import { FORMATS, LAYERS, PII_ACTIONS, PII_PATTERNS } from './vocabulary.js';

/** A `*` stands for any run of characters but `/` and `.`, `**` for any run. */
const Glob = z.string().min(1);

const SloDefaults = z.strictObject({
  grace_period: Duration,
  max_staleness_hours: z.number().positive(),
  anomaly_threshold_pct: z.number().positive(),
  /** Floor for rows in a partition as a share of the average row count. */
  min_rows_share: z.number().min(0).max(1),
});

const tierSlo = (grace_period: string, max_staleness_hours: number, anomaly_threshold_pct: number, min_rows_share: number) =>
  SloDefaults.default({ grace_period, max_staleness_hours, anomaly_threshold_pct, min_rows_share });

export const Settings = z.strictObject({
  /** False: nothing is scanned, opened or merged any more. */
  enabled: z.boolean().default(true),
  /** Urns that are TIER_1 (§4.3), or the path of a critical-datasets.yaml beside this file. */
  critical_datasets: z.union([z.array(DatasetUrn), z.string().min(1)]).optional(),
  /** First match wins: a target (URL, path, catalog name) to its urn. */
  urn: z.array(z.strictObject({ target: Glob, urn: DatasetUrn })).default([]),
  /** Where a catalog name's data lives; `{name}` takes what the n-th `*` matched as {1}, {2} … */
  locations: z.array(z.strictObject({ table: Glob, location: z.string().min(1), format: z.enum(FORMATS).optional() })).default([]),
  /** Table catalogs of production that say where a name lies; the first that has it answers. */
  catalogs: z.array(CatalogSettings).max(10).default([]),
  /** Extra path or schema segments that mean a layer. */
  layers: z.partialRecord(z.enum(LAYERS), z.array(z.string().min(1))).default({}),
  /** Namespace to domain, where it is not the namespace itself (§5.5). */
  domains: z.record(z.string(), z.string().min(1)).default({}),
  /** Values for named holes in targets. */
  holes: z.record(z.string(), z.string()).default({}),
  /** What production is called (decision 0001 environment). */
  production: z
    .strictObject({ dbt_target: z.string().min(1).default('prod'), dbt_database: z.string().optional(), dbt_schema: z.string().optional() })
    .default({ dbt_target: 'prod' }),
  owner_fallback: z.string().min(1).optional(),
  slo: z
    .strictObject({
      TIER_1: tierSlo('30m', 24, 40, 0.7),
      TIER_2: tierSlo('1h', 36, 40, 0.7),
      TIER_3: tierSlo('2h', 48, 60, 0.5),
    })
    .prefault({}),
  pii_actions: z
    .record(z.enum(PII_PATTERNS), z.enum(PII_ACTIONS))
    .default({ EMAIL: 'tokenize', PHONE: 'mask', SSN: 'redact', ADDRESS: 'mask' }),
  /** False: no bound, histogram or enumeration of any column leaves the profiler (decision 0001 customer values). */
  show_values: z.boolean().default(true),
  folder: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/)
    .default('signal_factory'),
  lineage_namespace: z.string().min(1).default('airflow://prod'),
  merge: z
    .strictObject({
      auto_after_hours: z.number().positive().default(numbers.AUTO_MERGE_AFTER_HOURS),
      on_approval: z.boolean().default(false),
      /** False: nothing merges alone. */
      automatic: z.boolean().default(true),
      /** Checks that must have passed on the head, beside those that the forge's rules name. */
      required_checks: z.array(z.string().min(1)).default([]),
      /** A repository without any check still merges alone. */
      allow_no_checks: z.boolean().default(false),
      /** A required check that was skipped counts as passed. */
      allow_skipped_checks: z.boolean().default(false),
      /** The waiting time must hold a whole working day (UTC, Monday to Friday). */
      working_day: z.boolean().default(false),
      /** Labels that stop a merge. */
      hold_labels: z.array(z.string().min(1)).default(['autopilot/hold']),
      /** A title that matches stops a merge; a glob. */
      hold_title: Glob.optional(),
      /** Bots whose reviews count as a person's, by login. */
      trusted_bots: z.array(z.string().min(1)).default([]),
      per_hour: z
        .strictObject({
          repository: z.int().positive().default(10),
          installation: z.int().positive().default(60),
          owner: z.int().positive().default(20),
        })
        .prefault({}),
      /** So many merges of ours within 24 hours that were taken back, or made the base branch red, stop all merging alone. */
      setbacks: z.int().positive().default(2),
      method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
    })
    .prefault({}),
  /** How fast pull requests are opened. */
  pace: z
    .strictObject({
      open_per_repository: z.int().positive().default(numbers.OPEN_PER_REPOSITORY),
      per_repository_and_hour: z.int().positive().default(numbers.OPENED_PER_REPOSITORY_AND_HOUR),
      /** Writes that notify people, per installation and hour; the forge allows 500 and people need the rest. */
      content_per_hour: z.int().positive().default(numbers.CONTENT_PER_HOUR),
      /** Commands of one person that are answered within an hour, per installation; those beyond are carried out in silence. */
      answers_per_person_and_hour: z.int().min(0).default(numbers.ANSWERS_PER_PERSON_AND_HOUR),
    })
    .prefault({}),
  profiling: z
    .strictObject({
      slots: z.int().positive().default(numbers.PROFILING_SLOTS),
      memory_limit_mb: z.int().positive().default(2048),
    })
    .prefault({}),
  tiers: z.strictObject({ tier_2_above_consumers: z.int().min(0).default(numbers.TIER_2_ABOVE_CONSUMERS) }).prefault({}),
});
export type Settings = z.infer<typeof Settings>;

export const DEFAULT_SETTINGS: Settings = Settings.parse({});
