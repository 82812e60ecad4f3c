/** The name git gives to bytes. Git does not compare it with what it reads: whoever trusts a name has to. */
import { createHash } from 'node:crypto';

export function blobId(bytes: Uint8Array, algorithm: 'sha1' | 'sha256' = 'sha1'): string {
  return createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** Whether the bytes are those that the name stands for; a repository may use either hash. */
export function isBlob(sha: string, bytes: Uint8Array): boolean {
  return blobId(bytes, sha.length === 64 ? 'sha256' : 'sha1') === sha;
}
