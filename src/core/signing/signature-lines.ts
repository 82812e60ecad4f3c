/** decision 0001 the two signature fields as places in a file's text: attach them, or take them out, and touch no other byte. */
import { isMap, isScalar, parseDocument } from 'yaml';
import type { Problem } from '../problem.js';
import { policyDigest, UNSIGNED } from './digest.js';
import { readStrictYaml } from './strict-yaml.js';

export type Attached = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: Problem };

/** The bundle with its signature. `digest` is what was signed; it must be this text's own. */
export function attachSignature(bundleText: string, jws: string, digest: string): Attached {
  const refused = (what: string): Attached => ({ ok: false, problem: { kind: 'usage', what, remedy: 'Draft the policy bundle again.' } });
  if (!/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(jws)) return refused('The signature is no compact JWS.');
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) return refused('The digest is not sha256 and 64 hexadecimal digits.');
  const before = readStrictYaml(bundleText, 'The policy bundle');
  if (!before.ok) return before;
  if (policyDigest(before.value) !== digest) return refused('The digest is not the one of this policy bundle.');
  const bare = detachSignature(bundleText);
  const place = signaturePlace(bare);
  if (!place || place.jwsLine) return refused('The policy bundle has no line of its own for security.signature.');
  const lineEnd = bare.indexOf('\n', place.end);
  const end = lineEnd < 0 ? bare.length : lineEnd;
  const newline = bare.slice(0, end).endsWith('\r') ? '\r\n' : '\n';
  const rest = bare.slice(place.end, end).replace(/\r$/, '');
  const text = `${bare.slice(0, place.start)}"${digest}"${rest}${newline}${place.indent}signature_jws: "${jws}"${newline === '\r\n' ? '\r' : ''}${bare.slice(end)}`;
  const after = readStrictYaml(text);
  return after.ok && policyDigest(after.value) === digest
    ? { ok: true, text }
    : refused('Attaching the signature would change the policy.');
}

/** The bundle as it was before it was signed. A text without such lines comes back as it is. */
export function detachSignature(bundleText: string): string {
  const place = signaturePlace(bundleText);
  if (!place) return bundleText;
  const unsigned = `"${UNSIGNED}"`;
  if (!place.jwsLine) return bundleText.slice(0, place.start) + unsigned + bundleText.slice(place.end);
  const [from, to] = place.jwsLine;
  if (from >= place.end) return bundleText.slice(0, place.start) + unsigned + bundleText.slice(place.end, from) + bundleText.slice(to);
  return bundleText.slice(0, from) + bundleText.slice(to, place.start) + unsigned + bundleText.slice(place.end);
}

type Place = {
  readonly start: number;
  readonly end: number;
  readonly indent: string;
  /** The whole line of `signature_jws`, its line end included. */
  readonly jwsLine?: readonly [number, number];
};

/** Found by the parser, not by a pattern: a comment or a string that looks like a signature is none. */
function signaturePlace(text: string): Place | undefined {
  if (!readStrictYaml(text).ok) return undefined;
  const root = parseDocument(text, { version: '1.2', uniqueKeys: false }).contents;
  const security = isMap(root) ? root.get('security', true) : undefined;
  if (!isMap(security) || security.flow) return undefined;
  const signature = lineOf(text, security, 'signature');
  if (!signature) return undefined;
  const jws = lineOf(text, security, 'signature_jws');
  if (!jws) return security.has('signature_jws') ? undefined : signature;
  const lineStart = jws.start - jws.head.length;
  const lineEnd = text.indexOf('\n', jws.end);
  const end = lineEnd < 0 ? text.length : lineEnd + 1;
  return text.slice(jws.end, end).trim() === '' ? { ...signature, jwsLine: [lineStart, end] } : undefined;
}

function lineOf(text: string, map: { get(key: string, keep: true): unknown }, key: string) {
  const node = map.get(key, true);
  if (!isScalar(node) || !node.range || typeof node.value !== 'string') return undefined;
  const [start, end] = node.range;
  const head = text.slice(text.lastIndexOf('\n', start) + 1, start);
  const indent = /^ */.exec(head)?.[0] ?? '';
  if (head !== `${indent}${key}: ` || text.slice(start, end).includes('\n') || !/^["'A-Za-z]/.test(text.slice(start, end)))
    return undefined;
  return { start, end, indent, head };
}
