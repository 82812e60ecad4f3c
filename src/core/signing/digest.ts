/** decision 0001 the digest of a policy: SHA-256 over RFC 8785 of everything parsed but `security.signature*`. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Json } from '../json.js';

/** What stands in `security.signature` until the gateway has signed. */
export const UNSIGNED = 'sha256:UNSIGNED';
const SIGNATURE_FIELDS: readonly string[] = ['signature', 'signature_jws'];

export function policyDigest(document: Json): string {
  return sha256(canonicalText(withoutSignature(document)));
}

/** RFC 8785. The library says `undefined` only for what JSON cannot hold. */
export function canonicalText(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('a JSON value has a canonical form');
  return text;
}

export function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;
}

function withoutSignature(document: Json): Json {
  if (!isObject(document)) return document;
  return mapMember(document, 'security', (security) =>
    isObject(security) ? Object.fromEntries(Object.entries(security).filter(([key]) => !SIGNATURE_FIELDS.includes(key))) : security,
  );
}

function mapMember(object: { readonly [key: string]: Json }, name: string, change: (value: Json) => Json): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, key === name ? change(value) : value]));
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
