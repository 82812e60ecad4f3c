/** decision 0001 a JSON Web Key Set as a judge of ES256 signatures. */
import { createPublicKey, verify } from 'node:crypto';
import * as z from 'zod';
import type { CheckSignature } from './verify.js';

const Coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** A public P-256 key as a JWKS carries it. Strict on purpose: a private part (`d`) in a key set is refused. */
export const PublicKey = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: Coordinate,
  y: Coordinate,
  kid: z.string().min(1),
  use: z.literal('sig').optional(),
  alg: z.literal('ES256').optional(),
});
export type PublicKey = z.infer<typeof PublicKey>;
export const KeySet = z.object({ keys: z.array(PublicKey) });
export type KeySet = z.infer<typeof KeySet>;

export function checkWith(keySet: KeySet): CheckSignature {
  return (kid, signingInput, signature) => {
    const known = keySet.keys.find((key) => key.kid === kid);
    if (!known) return 'unknown-key';
    try {
      const key = createPublicKey({ format: 'jwk', key: { kty: known.kty, crv: known.crv, x: known.x, y: known.y } });
      return verify('sha256', Buffer.from(signingInput, 'utf8'), { key, dsaEncoding: 'ieee-p1363' }, signature) ? 'good' : 'bad';
    } catch {
      // Coordinates that are no point of the curve: nothing can have been signed with it.
      return 'bad';
    }
  };
}
