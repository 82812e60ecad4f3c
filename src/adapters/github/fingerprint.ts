/** A SHA-1 of values, in git's form: what a dry run calls things that were not made. */
import { createHash } from 'node:crypto';

export function fingerprint(...values: readonly unknown[]): string {
  return createHash('sha1').update(JSON.stringify(values)).digest('hex');
}
