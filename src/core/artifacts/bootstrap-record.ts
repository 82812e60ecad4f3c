/** §3.1 the bootstrap state record: one per dataset, the truth about where it stands. */
import * as z from 'zod';
import { DatasetUrn } from '../urn.js';
import { BOOTSTRAP_STATES, ENFORCEMENT_MODELS, RUNTIMES, STEP_STATUSES, TIERS } from '../vocabulary.js';
import { BootstrapId, Count, Instant, Location } from './fields.js';

const status = z.enum(STEP_STATUSES);
const step = { status, completed_at: Instant.optional(), artifact: Location.optional() };
const GitSha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

const by = { by: z.string().min(1), at: Instant };
/** What only a pull request on a forge has; a branch on a laptop needs none of it. */
const onForge = {
  /** The forge's number of the pull request. Until it is set, none was opened. */
  number: z.int().positive().optional(),
  /** The branch it merges into. */
  base_branch: z.string().min(1).optional(),
  /** Digest of title and body as we wrote them: a reviewer who saw other words approved something else. */
  words_digest: z.string().min(1).optional(),
  /** When title or body were put back after somebody else changed them. */
  words_restored_at: Instant.optional(),
  /** When the people who could object were told, and who they are. */
  notified: z.strictObject({ at: Instant, who: z.array(z.string().min(1)) }).optional(),
  /** Somebody said stop. Written to this record, so that the store orders it against a merge. */
  hold: z.strictObject(by).optional(),
  /** When a hold was last lifted; the clock starts again there. */
  hold_lifted_at: Instant.optional(),
  /** Comments that were answered with `proceed`. */
  answered: z.array(z.strictObject({ comment: z.int().positive(), ...by })).optional(),
  /** Where the signature was put: on the branch, or only into the config store where a push would drop approvals. */
  signed_in: z.enum(['branch', 'store']).optional(),
  /** The head that a merge was meant for, noted before the call. */
  merge_intent: z.strictObject({ head: GitSha, at: Instant }).optional(),
  merged_by: z.enum(['clock', 'approval', 'person']).optional(),
  /** The check run that shows the gate: for which head, and the digest of what it shows. */
  gate: z.strictObject({ head: GitSha, check_run: z.int().positive(), digest: z.string().min(1) }).optional(),
};

/** A merge of ours was taken back, or a check of the base branch failed on it: by which commit, and when that was seen. */
const Setback = z.strictObject({
  kind: z.enum(['reverted', 'red']),
  at: Instant,
  merge: GitSha,
  commit: GitSha,
  check: z.string().min(1).optional(),
});
export type Setback = z.infer<typeof Setback>;

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
  /** The forge's number of that repository, which survives a rename; absent on a laptop. */
  repository_id: z.int().positive().optional(),
  pull_request: z
    .strictObject({
      branch: z.string().min(1),
      /** The tip we wrote last, and every tip we ever wrote: any other one belongs to a person. */
      head: GitSha,
      written: z.array(GitSha),
      /** The commit our head was made on, and the tree of our head. */
      base_sha: GitSha,
      tree: GitSha,
      judged_digest: z.string().min(1),
      opened_at: Instant,
      /** The clock of §8.3 counts from the last change of what is judged, not from the last commit. */
      content_changed_at: Instant,
      /** Digest of what the proposal was made from (`materialDigest`). */
      inputs_digest: z.string().min(1),
      approvals: z.array(z.strictObject({ by: z.string().min(1), at: Instant, judged_digest: z.string().min(1) })),
      /** The judged content that was approved, by whom or by the clock. */
      approved_digest: z.string().min(1).optional(),
      merged_as: GitSha.optional(),
      ...onForge,
    })
    .optional(),
  /** What merges of ours did to the base branch; outlives the pull request, so that a later proposal does not forget it. */
  setbacks: z.array(Setback).optional(),
  finished_at: Instant.optional(),
});
export type BootstrapRecord = z.infer<typeof BootstrapRecord>;
