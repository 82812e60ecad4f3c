/** §4.1 Values in the cache that are taken as they are: with their digest, so that what was cut or changed counts as absent. */
import { sha256 } from '../core/signing/digest.js';

export function sealed(value: unknown): string {
  const text = JSON.stringify(value);
  return `${sha256(text)} ${text}`;
}

/** Our own value, or nothing. */
export function unsealed<T>(value: string | undefined): T | undefined {
  const end = value?.indexOf(' ') ?? -1;
  const text = value?.slice(end + 1) ?? '';
  return end > 0 && value?.slice(0, end) === sha256(text) ? JSON.parse(text) : undefined;
}
