/** decision 0001 the small statement that is signed in place of the bundle: which policy, whose, for which repository, when. */
import * as z from 'zod';
import { BootstrapId } from '../artifacts/fields.js';
import { toJson } from '../json.js';
import { DatasetUrn } from '../urn.js';
import { TIERS } from '../vocabulary.js';
import { canonicalText } from './digest.js';

export const PolicyStatement = z.strictObject({
  type: z.literal('sf-policy-statement/1'),
  urn: DatasetUrn,
  bootstrap_id: BootstrapId,
  bundle_version: z.string().regex(/^[1-9][0-9]*\.[0-9]+$/),
  /** The forge's own number or name of the repository: a bundle copied elsewhere is not signed there. */
  repository_id: z.string().min(1).max(400),
  tier: z.enum(TIERS),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  /** Seconds since 1970, UTC. Week 1 begins at the first version's. */
  iat: z.int().positive(),
});
export type PolicyStatement = z.infer<typeof PolicyStatement>;

/** The bytes that are signed. */
export function printStatement(statement: PolicyStatement): string {
  return canonicalText(toJson(PolicyStatement.parse(statement)));
}
