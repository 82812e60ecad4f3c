/** §10.1 what a proposal follows from: when it differs, the proposal is made again; line numbers that moved are no difference. */

import { toJson } from './json.js';
import type { Registration } from './registration.js';
import { canonicalText, sha256 } from './signing/digest.js';

export function materialDigest({ manifest, facts }: Pick<Registration, 'manifest' | 'facts'>): string {
  const { evidence: _, metadata: __, ...said } = manifest;
  return sha256(canonicalText(toJson({ said, partitionBy: facts.partitionBy, owners: facts.owners.teams })));
}
