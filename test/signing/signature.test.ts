import { createHash, createPublicKey, verify as rawVerify } from 'node:crypto';
import { compactVerify, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { printYaml } from '../../generators/render/yaml.js';
import { type Json, toJson } from '../../src/core/json.js';
import { policyDigest } from '../../src/core/signing/digest.js';
import { judgedDigest } from '../../src/core/signing/judged.js';
import { checkWith } from '../../src/core/signing/keys.js';
import { attachSignature, detachSignature } from '../../src/core/signing/signature-lines.js';
import { printStatement } from '../../src/core/signing/statement.js';
import { verifyPolicyText } from '../../src/core/signing/verify.js';
import { pythonWith, runPython } from '../python.js';
import { HEADER, jwsOf, KEYS, KID, signedWith, statementFor, UNSIGNED_TEXT } from './signed-orders.js';

const check = checkWith(KEYS);
const SIGNED = signedWith();
const because = (text: string): string => {
  const verdict = verifyPolicyText(text, check);
  return verdict.ok ? 'accepted' : verdict.because;
};
const jwsIn = (text: string): string => /signature_jws: "([^"]+)"/.exec(text)?.[1] ?? '';
const withJws = (jws: string): string => SIGNED.replace(jwsIn(SIGNED), jws);

/** Every document that differs from this one in one place: a leaf changed, a member or item added or removed. */
function mutants(value: Json, path = '$'): readonly { readonly path: string; readonly value: Json }[] {
  if (value === null || typeof value === 'string')
    return [
      { path, value: `${value ?? ''}x` },
      { path, value: 7 },
    ];
  if (typeof value === 'number')
    return [
      { path, value: value + 1 },
      { path, value: String(value) },
    ];
  if (typeof value === 'boolean') return [{ path, value: !value }];
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    const inner = items.flatMap((item, index) =>
      mutants(item, `${path}[${index}]`).map((one) => ({
        path: one.path,
        value: items.map((kept, at) => (at === index ? one.value : kept)),
      })),
    );
    const removed = items.map((_, index) => ({ path: `${path}[-${index}]`, value: items.filter((__, at) => at !== index) }));
    return [...inner, ...removed, { path: `${path}[+]`, value: [...items, 'extra'] }];
  }
  const members = Object.entries(value);
  const inner = members.flatMap(([key, member]) =>
    mutants(member, `${path}.${key}`).map((one) => ({
      path: one.path,
      value: Object.fromEntries(members.map(([name, kept]) => [name, name === key ? one.value : kept])),
    })),
  );
  const removed = members.map(([key]) => ({
    path: `${path}.-${key}`,
    value: Object.fromEntries(members.filter(([name]) => name !== key)),
  }));
  return [...inner, ...removed, { path: `${path}.+`, value: { ...value, extra: 1 } }];
}

describe('verifyPolicy', () => {
  it('accepts what was signed and says what was signed', () => {
    const verdict = verifyPolicyText(SIGNED, check, { urn: 'ds://curated/orders_enriched', repository_id: 'R_812', tier: 'TIER_3' });
    expect(verdict).toEqual({ ok: true, kid: KID, statement: statementFor(UNSIGNED_TEXT) });
  });

  it('refuses every change of a value, every added and every removed member', () => {
    const all = mutants(toJson(parse(SIGNED)));
    const accepted = all.filter((mutant) => because(printYaml(mutant.value)) === 'accepted').map(({ path }) => path);
    expect(accepted).toEqual([]);
    expect(all.length).toBeGreaterThan(120);
  });

  it('accepts other comments, blanks, quotes and order of members', () => {
    const reordered = printYaml(Object.fromEntries(Object.entries(toJson(parse(SIGNED)) ?? {}).reverse()));
    for (const text of [
      `# a note\n\n${SIGNED}`,
      SIGNED.replaceAll('\n', '\r\n'),
      SIGNED.replace('tokenize', "'tokenize' # why"),
      reordered,
    ])
      expect(because(text)).toBe('accepted');
  });

  it.each([
    ['a digest alone', SIGNED.replace(/\n.*signature_jws.*/, ''), /not signed/],
    ['an unsigned draft', UNSIGNED_TEXT, /not signed/],
    [
      'a JWS with alg none',
      withJws(jwsOf(JSON.stringify({ alg: 'none', kid: KID }), printStatement(statementFor(UNSIGNED_TEXT)))),
      /alg ES256/,
    ],
    [
      'a JWS with alg HS256',
      withJws(jwsOf(JSON.stringify({ alg: 'HS256', kid: KID }), printStatement(statementFor(UNSIGNED_TEXT)))),
      /alg ES256/,
    ],
    ['a JWS without a kid', signedWith({}, '{"alg":"ES256"}'), /with a kid/],
    ['a key in the header', signedWith({}, JSON.stringify({ alg: 'ES256', kid: KID, jwk: KEYS.keys[0] })), /nothing else/],
    ['a critical extension', signedWith({}, JSON.stringify({ alg: 'ES256', kid: KID, crit: ['b64'], b64: false })), /nothing else/],
    ['a repeated header field', signedWith({}, `{"alg":"none","alg":"ES256","kid":"${KID}"}`), /alg ES256/],
    ['an unknown key', signedWith({}, JSON.stringify({ alg: 'ES256', kid: 'other' })), /no key with the id other/],
    ['the statement of another dataset', signedWith({ urn: 'ds://curated/customers' }), /dataset urn ds:\/\/curated\/customers/],
    ['the statement of another bootstrap', signedWith({ bootstrap_id: 'boot-2026-02-15-002' }), /bootstrap id/],
    ['the statement of another version', signedWith({ bundle_version: '1.1' }), /bundle version 1.1/],
    ['the statement of another content', signedWith({ digest: `sha256:${'0'.repeat(64)}` }), /not what was signed/],
    ['a statement that is not canonical', withJws(jwsOf(HEADER, JSON.stringify(statementFor(UNSIGNED_TEXT)))), /canonical form/],
    [
      'a statement with a member more',
      withJws(jwsOf(HEADER, JSON.stringify({ ...statementFor(UNSIGNED_TEXT), extra: 1 }))),
      /no policy statement/,
    ],
    ['another digest field', SIGNED.replace(/signature: "sha256:../, 'signature: "sha256:zz'), /security.signature is not/],
    ['two segments', withJws(jwsIn(SIGNED).split('.').slice(0, 2).join('.')), /compact JWS/],
    ['ambiguous YAML', `${SIGNED}extra: 1e3\n`, /disagree/],
  ])('refuses %s', (_, text, expected) => {
    expect(because(text)).toMatch(expected);
  });

  it.each([
    ['repository', { repository_id: 'R_813' }],
    ['tier', { tier: 'TIER_1' as const }],
    ['dataset urn', { urn: 'ds://curated/customers' }],
  ])('refuses a policy found in the place of another %s', (what, expected) => {
    expect(verifyPolicyText(SIGNED, check, expected)).toMatchObject({ ok: false, because: expect.stringContaining(`signed for ${what}`) });
  });

  it('refuses every other spelling of a base64url segment', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const segments = jwsIn(SIGNED).split('.');
    const spellings = segments.flatMap((segment, index) => {
      const last = alphabet.indexOf(segment.slice(-1));
      const stray = segment.length % 4 === 0 ? [] : [`${segment.slice(0, -1)}${alphabet[last ^ 1]}`];
      return [...stray, `${segment}=`, `${segment} `, segment.replace(/[-_]/, '+'), `${segment}A`].map((other) =>
        segments.map((kept, at) => (at === index ? other : kept)).join('.'),
      );
    });
    const different = spellings.filter((jws) => jws !== jwsIn(SIGNED));
    // The decoder alone would take stray bits for the same bytes.
    expect(different.length).toBeGreaterThan(10);
    expect(different.filter((jws) => because(withJws(jws)) === 'accepted')).toEqual([]);
  });
});

describe('others verify it too', () => {
  const [header = '', payload = '', signature = ''] = jwsIn(SIGNED).split('.');

  it('node:crypto, from the raw bytes', () => {
    const { kty, crv, x, y } = KEYS.keys[0] ?? { kty: '', crv: '', x: '', y: '' };
    const key = createPublicKey({ format: 'jwk', key: { kty, crv, x, y } });
    const verify = (input: string) =>
      rawVerify('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
    expect(verify(`${header}.${payload}`)).toBe(true);
    expect(verify(`${header}.${payload}A`)).toBe(false);
  });

  it('jose', async () => {
    const { kty, crv, x, y } = KEYS.keys[0] ?? { kty: '', crv: '', x: '', y: '' };
    const { payload: bytes } = await compactVerify(jwsIn(SIGNED), await importJWK({ kty, crv, x, y }, 'ES256'));
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual(statementFor(UNSIGNED_TEXT));
  });

  it("Python's cryptography, with PyYAML's own reading of the file", () => {
    const python = pythonWith('jose');
    if (!python) return;
    const script = `
import base64, hashlib, json, sys, yaml
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
given = json.load(sys.stdin)
document = yaml.safe_load(given['text'])
jws = document['security'].pop('signature_jws')
document['security'].pop('signature')
def bytes_of(text): return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))
header, payload, signature = jws.split('.')
number = lambda text: int.from_bytes(bytes_of(text), 'big')
key = ec.EllipticCurvePublicNumbers(number(given['key']['x']), number(given['key']['y']), ec.SECP256R1()).public_key()
raw = bytes_of(signature)
der = encode_dss_signature(int.from_bytes(raw[:32], 'big'), int.from_bytes(raw[32:], 'big'))
key.verify(der, (header + '.' + payload).encode(), ec.ECDSA(hashes.SHA256()))
# Enough of RFC 8785 for this document: its numbers print alike, its keys are ASCII.
text = json.dumps(document, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
print(json.dumps({'statement': json.loads(bytes_of(payload)), 'digest': 'sha256:' + hashlib.sha256(text.encode()).hexdigest()}))
`;
    const said: unknown = JSON.parse(runPython(python, script, JSON.stringify({ text: SIGNED, key: KEYS.keys[0] })));
    expect(said).toEqual({ statement: statementFor(UNSIGNED_TEXT), digest: statementFor(UNSIGNED_TEXT).digest });
  });
});

describe('attachSignature', () => {
  it('changes the two fields and no other line', () => {
    const before = UNSIGNED_TEXT.split('\n');
    const after = SIGNED.split('\n');
    expect(after.filter((line) => !before.includes(line)).map((line) => line.trim().split(':')[0])).toEqual(['signature', 'signature_jws']);
    expect(before.filter((line) => !after.includes(line)).map((line) => line.trim())).toEqual(['signature: "sha256:UNSIGNED"']);
    expect(after.length).toBe(before.length + 1);
  });

  it.each([
    ['a fresh text', UNSIGNED_TEXT],
    ['a comment behind the field', UNSIGNED_TEXT.replace('"sha256:UNSIGNED"', '"sha256:UNSIGNED" # set by the gateway')],
    ['Windows line ends', UNSIGNED_TEXT.replaceAll('\n', '\r\n')],
    ['a comment that looks like a signature', `# security:\n#   signature: "sha256:UNSIGNED"\n${UNSIGNED_TEXT}`],
    ['a text that was signed before', SIGNED],
  ])('detaching undoes it: %s', (_, text) => {
    const { digest } = statementFor(text);
    const attached = attachSignature(text, jwsIn(SIGNED), digest);
    expect(attached.ok && detachSignature(attached.text)).toBe(detachSignature(text));
    expect(attached.ok && because(attached.text)).toBe('accepted');
  });

  it.each([
    ['a digest of something else', UNSIGNED_TEXT, jwsIn(SIGNED), `sha256:${'0'.repeat(64)}`, /not the one of this policy/],
    ['no JWS', UNSIGNED_TEXT, 'x"\nvalidation_enabled: false', statementFor(UNSIGNED_TEXT).digest, /no compact JWS/],
    ['a bundle without the field', 'security: {a: 1}\n', jwsIn(SIGNED), policyDigest({ security: { a: 1 } }), /no line of its own/],
    ['a text that is not strict', 'a: NO\n', jwsIn(SIGNED), `sha256:${'0'.repeat(64)}`, /disagree/],
  ])('refuses %s', (_, text, jws, digest, expected) => {
    const attached = attachSignature(text, jws, digest);
    expect(attached.ok ? 'attached' : attached.problem.what).toMatch(expected);
  });
});

describe('judgedDigest', () => {
  const files = (policy: string, manifest = 'tier: TIER_3\n') => [
    { path: 'signal_factory/curated/orders/dataset.yaml', content: manifest },
    { path: 'signal_factory/curated/orders/policy_bundle.yaml', content: policy },
  ];

  it('is the same before and after signing, in any order of files', () => {
    expect(judgedDigest(files(SIGNED))).toBe(judgedDigest(files(UNSIGNED_TEXT)));
    expect(judgedDigest([...files(SIGNED)].reverse())).toBe(judgedDigest(files(SIGNED)));
    expect(judgedDigest(files(SIGNED))).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it.each([
    ['a comment in the policy', files(`# x\n${SIGNED}`)],
    ['a comment behind the JWS', files(SIGNED.replace(/(signature_jws: .*)/, '$1 # x'))],
    ['a value in the policy', files(SIGNED.replace('order_total > 0', 'order_total > 1'))],
    ['another file', files(SIGNED, 'tier: TIER_2\n')],
    ['a file more', [...files(SIGNED), { path: 'x', content: '' }]],
    ['a file less', files(SIGNED).slice(1)],
    ['a path', files(SIGNED).map((file) => ({ ...file, path: `x/${file.path}` }))],
    ['a broken policy', files(`${SIGNED}\na: [`)],
    ['signature lines outside of security', files(`${SIGNED}signature: "x"\n`)],
  ])('changes with %s', (_, changed) => {
    expect(judgedDigest(changed)).not.toBe(judgedDigest(files(SIGNED)));
  });

  it('is bound to the bytes it names', () => {
    const row = ['a.txt', `sha256:${createHash('sha256').update('x').digest('hex')}`];
    const expected = createHash('sha256')
      .update(JSON.stringify([row]))
      .digest('hex');
    expect(judgedDigest([{ path: 'a.txt', content: 'x' }])).toBe(`sha256:${expected}`);
  });
});
