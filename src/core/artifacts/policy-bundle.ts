/** §6.5 `policy_bundle.yaml`: what every run is checked against. */
import * as z from 'zod';
import { DatasetUrn } from '../urn.js';
import { CONFIDENCES, ENRICHMENT_LEVELS, GATES, PII_ACTIONS, PII_PATTERNS, RULE_ORIGINS } from '../vocabulary.js';
import { Author, BootstrapId, Count, Duration, Instant, Rate, Sha256, UpdateBy } from './fields.js';

/** Per rule: on how much it rests and who proposed it. */
export const RuleSupport = z.strictObject({
  rule: z.string().min(1),
  origin: z.enum(RULE_ORIGINS),
  confidence: z.enum(CONFIDENCES),
  rows: Count,
  partitions: Count,
  violations: Count,
  /** Partitions the rule was tested on without having been fitted on them, and how many kept it. */
  held_out: z.strictObject({ partitions: Count, kept: Count }),
});
export type RuleSupport = z.infer<typeof RuleSupport>;

export const PolicyBundle = z.strictObject({
  version: z.literal('2.0'),
  dataset_urn: DatasetUrn,
  bootstrap_id: BootstrapId,
  generated_by: Author,
  enrichment_level: z.enum(ENRICHMENT_LEVELS),
  bundle_version: z
    .string()
    .regex(/^[1-9][0-9]*\.[0-9]+$/)
    .optional(),
  security: z.strictObject({
    /** The digest of the document without `security.signature*`; never proof on its own. */
    signature: Sha256,
    /** The proof: an ES256 JWS over the statement of `core/signing/statement.ts`. */
    signature_jws: z.string().min(1).optional(),
    minimum_enforcement: z.strictObject({
      pii_detection: z.enum(['required', 'optional']),
      schema_validation: z.enum(['required', 'optional']),
    }),
    validation_enabled: z.boolean(),
  }),
  schema: z.strictObject({
    mode: z.enum(['strict', 'additive']),
    registry: z.enum(['auto', 'none']),
    baseline_fingerprint: Sha256,
    constraints: z.array(z.strictObject({ field: z.string().min(1), type: z.string().min(1), nullable: z.boolean() })),
  }),
  contract_lite: z.strictObject({
    required_fields: z.array(z.string().min(1)),
    invariants: z.array(z.string().min(1)),
    max_null_rates: z.record(z.string(), Rate).optional(),
  }),
  pii: z.strictObject({
    detection: z.array(z.strictObject({ pattern: z.enum(PII_PATTERNS), action: z.enum(PII_ACTIONS) })),
    scan_columns: z.array(z.string().min(1)),
  }),
  freshness: z.strictObject({
    expected_update_by: UpdateBy,
    grace_period: Duration,
    partition_key: z.string().min(1).optional(),
  }),
  volume: z
    .strictObject({
      min_rows_per_partition: Count,
      /** The figures of the baseline; checked only where there are no calibrated ones. */
      anomaly_lower_bound: z.number().min(0),
      anomaly_upper_bound: z.number().min(0),
      calibrated_lower_bound: z.number().min(0).optional(),
      calibrated_upper_bound: z.number().min(0).optional(),
    })
    .optional(),
  performance: z.strictObject({
    gate_timeout_ms: z.int().positive(),
    total_validation_budget_pct: z.number().positive().max(100),
    pii_scan_timeout_ms: z.int().positive(),
    sampling_rate: z.number().positive().max(1),
  }),
  bootstrap: z.strictObject({
    baseline_source: BootstrapId,
    baseline_confidence: z.enum(CONFIDENCES),
    auto_refine_until: Instant.optional(),
    progressive_schedule: z.strictObject({
      week_1: z.array(z.enum(GATES)),
      week_2: z.array(z.enum(GATES)),
      week_3: z.array(z.enum(GATES)),
      week_4: z.array(z.enum(GATES)),
    }),
  }),
  support: z.array(RuleSupport).optional(),
});
export type PolicyBundle = z.infer<typeof PolicyBundle>;
