/** §14.2 `sf-explain/1`: what `sf scan --explain FILE:LINE --format json` prints, field by field. */
import * as z from 'zod';
import { SourceRef } from '../evidence.js';
import { HOLE_REASONS } from '../origin.js';
import { DatasetUrn } from '../urn.js';

/** One step towards a value: what it says, what the value is after it, and the steps it was made from. */
export const ExplainStep = z.strictObject({
  says: z.string(),
  value: z.string(),
  at: SourceRef.optional(),
  /** Of what stays unknown: the reason from a closed list. */
  unknown: z.enum(HOLE_REASONS).optional(),
  get from() {
    return z.array(ExplainStep);
  },
});
export type ExplainStep = z.infer<typeof ExplainStep>;

const Word = z.strictObject({ value: z.string(), says: z.string(), at: SourceRef.optional(), from: z.array(ExplainStep) });

const Decided = z.strictObject({
  urn: DatasetUrn.nullable(),
  location: z.string(),
  decisions: z.array(z.strictObject({ rule: z.string(), value: z.unknown(), because: z.string(), at: SourceRef.optional() })),
});

export const ExplainedSite = z.strictObject({
  effect: z.enum(['write', 'read']),
  api: z.string(),
  runtime: z.string(),
  at: SourceRef,
  /** From the call that reads or writes outwards, where another place decides the dataset. */
  calls: z.array(SourceRef),
  targets: z.array(z.strictObject({ target: z.string(), steps: z.array(ExplainStep) })),
  resolution: z.enum(['full', 'partial', 'none']),
  format: Word,
  /** Writes only. */
  mode: Word.optional(),
  partition_by: z.array(Word),
  dataset: z.strictObject({ is: z.boolean(), why_not: z.string().optional(), because: z.string() }),
  confidence: z.strictObject({ value: z.number().min(0).max(1), because: z.string() }),
  /** The datasets that come of it, each with the decisions about it. */
  datasets: z.array(Decided),
});
export type ExplainedSite = z.infer<typeof ExplainedSite>;

const ExplainedModel = z.strictObject({
  name: z.string(),
  relation: z.string(),
  relation_when: z.record(z.string(), z.string()),
  materialized: z.string(),
  dataset: z.boolean(),
  datasets: z.array(Decided),
});
export type ExplainedModel = z.infer<typeof ExplainedModel>;

export const ExplainReport = z.strictObject({
  schema: z.literal('sf-explain/1'),
  commit: z.string().nullable(),
  file: z.string(),
  line: z.int().min(1),
  sites: z.array(ExplainedSite),
  /** Where the file is that of a dbt model: what it makes. */
  model: ExplainedModel.optional(),
});
export type ExplainReport = z.infer<typeof ExplainReport>;
