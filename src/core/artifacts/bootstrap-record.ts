/** §3.1 the bootstrap state record: one per dataset, the truth about where it stands. */
import * as z from 'zod';
import { DatasetUrn } from '../urn.js';
import { BOOTSTRAP_STATES, ENFORCEMENT_MODELS, RUNTIMES, STEP_STATUSES, TIERS } from '../vocabulary.js';
import { BootstrapId, Count, Instant, Location } from './fields.js';

const status = z.enum(STEP_STATUSES);
const step = { status, completed_at: Instant.optional(), artifact: Location.optional() };
const GitSha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

export const BootstrapRecord = z.strictObject({
  dataset_urn: DatasetUrn,
  bootstrap_id: BootstrapId,
  tier: z.enum(TIERS),
  current_step: z.enum(BOOTSTRAP_STATES),
  started_at: Instant,
  steps: z.strictObject({
    registration: z.strictObject(step),
    profiling: z.strictObject({
      ...step,
      profiling_job_id: z.string().min(1).optional(),
      days_sampled: Count.optional(),
      rows_sampled: Count.optional(),
    }),
    policy_config: z.strictObject({
      ...step,
      pr_url: z.string().min(1).optional(),
      generated_by: z.string().min(1).optional(),
      awaiting_approval_from: z.string().min(1).optional(),
    }),
    certification_init: z.strictObject(step),
  }),
  enforcement_model: z.enum(ENFORCEMENT_MODELS),
  runtime_detected: z.enum(RUNTIMES),
  /** Grows by one with every write; a writer that read another one is refused. */
  rev: Count.optional(),
  counters: z.strictObject({ profiling_retries: Count, policy_attempts: Count, profile_rounds: Count }).optional(),
  /** Why the bootstrap stands where it stands, for a person. */
  reason: z.string().min(1).optional(),
  /** What went wrong last, when something did. */
  problem: z.strictObject({ kind: z.enum(['usage', 'world', 'no']), what: z.string().min(1), remedy: z.string().min(1) }).optional(),
  /** The repository the dataset's change goes to, as its scan named it. */
  repository: z.string().min(1).optional(),
  pull_request: z
    .strictObject({
      branch: z.string().min(1),
      /** The tip we wrote last, and every tip we ever wrote: any other one belongs to a person. */
      head: GitSha,
      written: z.array(GitSha),
      judged_digest: z.string().min(1),
      opened_at: Instant,
      approvals: z.array(z.strictObject({ by: z.string().min(1), at: Instant, judged_digest: z.string().min(1) })),
      /** The judged content that was approved, by whom or by the clock. */
      approved_digest: z.string().min(1).optional(),
      merged_as: GitSha.optional(),
    })
    .optional(),
  finished_at: Instant.optional(),
});
export type BootstrapRecord = z.infer<typeof BootstrapRecord>;
