/** §7.3 the certification state record, also written as `_certified_metadata.json` beside the pointer. */
import * as z from 'zod';
import { DatasetUrn } from '../urn.js';
import { CERTIFICATION_STATUSES, ENFORCEMENT_MODELS } from '../vocabulary.js';
import { BootstrapId, Instant, Location, Sha256 } from './fields.js';

export const CertifiedView = z.strictObject({
  dataset_urn: DatasetUrn,
  certified_view_name: z.string().min(1),
  current_certified_version: z.string().regex(/^v[0-9]+$/),
  last_certified_at: Instant,
  certification_status: z.enum(CERTIFICATION_STATUSES),
  staleness_sla_hours: z.number().positive(),
  bootstrap_id: BootstrapId,
  enforcement_model: z.enum(ENFORCEMENT_MODELS),
  policy_bundle_version: z.string().min(1),
  policy_bundle_location: Location,
  /** The pointer itself: what version v0 stands for. */
  pointer: z.strictObject({ gold: Location, partition: z.string().min(1).optional(), schema_fingerprint: Sha256 }).optional(),
});
export type CertifiedView = z.infer<typeof CertifiedView>;
