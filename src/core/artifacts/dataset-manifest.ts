/** §4.4 `dataset.yaml`: who a dataset is, who owns it, where it lives, when it is due. */
import * as z from 'zod';
import { SourceRef } from '../evidence.js';
import { DatasetUrn } from '../urn.js';
import { ENFORCEMENT_MODELS, FORMATS, PLATFORMS, RUNTIMES, TIERS } from '../vocabulary.js';
import { Author, BootstrapId, Count, Duration, Instant, Location, Sha256, UpdateBy } from './fields.js';

/** Beside the specification's fields: where each generated value comes from. */
export const FieldEvidence = z.strictObject({
  field: z.string().min(1),
  because: z.string().min(1),
  rule: z.string().min(1),
  source: SourceRef.optional(),
});
export type FieldEvidence = z.infer<typeof FieldEvidence>;

export const DatasetManifest = z.strictObject({
  urn: DatasetUrn,
  owner_team: z.string().min(1),
  tier: z.enum(TIERS),
  runtime: z.enum(RUNTIMES),
  storage: z.strictObject({
    format: z.enum(FORMATS),
    bronze: Location.optional(),
    silver: Location.optional(),
    gold: Location,
    staging: Location.optional(),
    quarantine: Location.optional(),
    partition_key: z.string().min(1).optional(),
  }),
  orchestration: z
    .strictObject({
      platform: z.enum(PLATFORMS),
      dag_id: z.string().min(1),
      task_id: z.string().min(1).optional(),
      schedule: z.string().min(1).optional(),
      timezone: z.string().min(1).optional(),
    })
    .optional(),
  slo: z.strictObject({
    freshness: z.strictObject({
      expected_update_by: UpdateBy,
      grace_period: Duration,
      max_staleness_hours: z.number().positive(),
    }),
    volume: z.strictObject({
      min_rows_per_partition: Count,
      anomaly_threshold_pct: z.number().positive(),
    }),
  }),
  enforcement_model: z.enum(ENFORCEMENT_MODELS),
  openlineage: z.strictObject({
    enabled: z.boolean(),
    namespace: z.string().min(1),
    job_name: z.string().min(1),
  }),
  /** §9 the post-write model's pointer to its contract, staging place and the calls that run it. */
  contract: z.strictObject({ location: Location, digest: Sha256 }).optional(),
  hooks: z.array(z.strictObject({ on: z.enum(['after_write']), run: z.string().min(1) })).optional(),
  metadata: z.strictObject({ created_at: Instant, created_by: Author, bootstrap_id: BootstrapId }),
  evidence: z.array(FieldEvidence).optional(),
});
export type DatasetManifest = z.infer<typeof DatasetManifest>;
