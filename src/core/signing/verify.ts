/** decision 0001 says whether a policy is what the gateway signed. The digest alone is never accepted. */
import * as z from 'zod';
import { type Json, parseJson } from '../json.js';
import { policyDigest } from './digest.js';
import { PolicyStatement, printStatement } from './statement.js';
import { readStrictYaml } from './strict-yaml.js';

/** Answers for one key: `unknown-key` when the set has no such kid. Called with canonical base64url decoded. */
export type CheckSignature = (kid: string, signingInput: string, signature: Uint8Array) => 'good' | 'bad' | 'unknown-key';

export type Verification =
  | { readonly ok: true; readonly statement: PolicyStatement; readonly kid: string }
  | { readonly ok: false; readonly because: string };

/** What the caller knows of the place the policy was found in; each is compared where it is given. */
export type Expected = Partial<Pick<PolicyStatement, 'urn' | 'repository_id' | 'tier'>>;

const SignedFields = z.object({
  dataset_urn: z.string(),
  bootstrap_id: z.string(),
  bundle_version: z.string(),
  security: z.object({ signature: z.string(), signature_jws: z.string() }),
});

export function verifyPolicyText(text: string, check: CheckSignature, expected: Expected = {}): Verification {
  const read = readStrictYaml(text, 'the policy bundle');
  return read.ok ? verifyPolicy(read.value, check, expected) : { ok: false, because: read.problem.what };
}

export function verifyPolicy(document: Json, check: CheckSignature, expected: Expected = {}): Verification {
  const fields = SignedFields.safeParse(document);
  if (!fields.success)
    return refused('the document is not signed: dataset_urn, bootstrap_id, bundle_version or security.signature_jws is missing');
  const { security, ...said } = fields.data;
  const opened = openStatement(security.signature_jws, check);
  if (!opened.ok) return opened;
  const { statement } = opened;
  const digest = policyDigest(document);
  if (statement.digest !== digest) return refused('the content is not what was signed');
  if (security.signature !== digest) return refused('security.signature is not the digest of this content');
  const claims: readonly (readonly [string, string, string | undefined])[] = [
    ['dataset urn', statement.urn, said.dataset_urn],
    ['bootstrap id', statement.bootstrap_id, said.bootstrap_id],
    ['bundle version', statement.bundle_version, said.bundle_version],
    ['dataset urn', statement.urn, expected.urn],
    ['repository', statement.repository_id, expected.repository_id],
    ['tier', statement.tier, expected.tier],
  ];
  const broken = claims.find(([, signed, here]) => here !== undefined && signed !== here);
  if (broken) return refused(`it was signed for ${broken[0]} ${broken[1]}, not for ${broken[2]}`);
  return opened;
}

/** The statement of a compact JWS, once its form, its header and its signature hold. */
export function openStatement(jws: string, check: CheckSignature): Verification {
  const segments = jws.split('.');
  const decoded = segments.map(decodeBase64Url);
  const [header, payload, signature] = decoded;
  if (segments.length !== 3 || !header || !payload || !signature)
    return refused('the signature is not a compact JWS in canonical base64url');
  const head = Header.safeParse(jsonOf(header));
  if (!head.success) return refused('the JWS header must be alg ES256 with a kid, and nothing else but typ');
  if (signature.length !== 64) return refused('an ES256 signature has 64 bytes');
  const verdict = check(head.data.kid, `${segments[0]}.${segments[1]}`, signature);
  if (verdict === 'unknown-key') return refused(`no key with the id ${head.data.kid} is trusted here`);
  if (verdict !== 'good') return refused('the signature does not fit the statement');
  const statement = PolicyStatement.safeParse(jsonOf(payload));
  if (!statement.success) return refused('what was signed is no policy statement');
  if (printStatement(statement.data) !== textOf(payload)) return refused('the statement is not in canonical form');
  return { ok: true, statement: statement.data, kid: head.data.kid };
}

const Header = z.strictObject({
  alg: z.literal('ES256'),
  kid: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
  typ: z.string().max(60).optional(),
});

/** Undefined for anything but the one spelling: no padding, no stray bits in the last character, no other letters. */
function decodeBase64Url(segment: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(segment) || segment.length > 100_000) return undefined;
  const bytes = Buffer.from(segment, 'base64url');
  return bytes.toString('base64url') === segment ? bytes : undefined;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** Undefined for what is no JSON; the schemas above refuse that. A duplicate header key shows in the form. */
function jsonOf(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  const value = parseJson(text);
  return JSON.stringify(value) === text ? value : undefined;
}

function refused(because: string): Verification {
  return { ok: false, because };
}
