/** A signed policy for the tests, made with a fresh key. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { printYaml } from '../../generators/render/yaml.js';
import { policyDigest } from '../../src/core/signing/digest.js';
import { KeySet } from '../../src/core/signing/keys.js';
import { attachSignature } from '../../src/core/signing/signature-lines.js';
import { type PolicyStatement, printStatement } from '../../src/core/signing/statement.js';
import { readStrictYaml } from '../../src/core/signing/strict-yaml.js';

export const ORDERS = {
  version: '2.0',
  dataset_urn: 'ds://curated/orders_enriched',
  bootstrap_id: 'boot-2026-02-15-001',
  generated_by: 'autopilot',
  enrichment_level: 'contract_lite',
  bundle_version: '1.0',
  security: {
    signature: 'sha256:UNSIGNED',
    minimum_enforcement: { pii_detection: 'required', schema_validation: 'required' },
    validation_enabled: true,
  },
  schema: {
    mode: 'strict',
    registry: 'auto',
    baseline_fingerprint: `sha256:${'a1'.repeat(32)}`,
    constraints: [{ field: 'order_total', type: 'DECIMAL', nullable: false }],
  },
  contract_lite: { required_fields: ['order_id', 'customer_id'], invariants: ['order_total > 0'], max_null_rates: { email: 0.0525 } },
  pii: { detection: [{ pattern: 'EMAIL', action: 'tokenize' }], scan_columns: ['email'] },
  freshness: { expected_update_by: '02:00 ET daily', grace_period: '30m', partition_key: 'dt' },
  performance: { gate_timeout_ms: 10000, total_validation_budget_pct: 5, pii_scan_timeout_ms: 10000, sampling_rate: 1 },
  bootstrap: {
    baseline_source: 'boot-2026-02-15-001',
    baseline_confidence: 'HIGH',
    progressive_schedule: {
      week_1: ['G1_RESOLUTION', 'G2_IDENTITY', 'G3_SCHEMA'],
      week_2: ['G6_VOLUME'],
      week_3: ['G5_FRESHNESS'],
      week_4: [],
    },
  },
};

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { kty, crv, x, y } = pair.publicKey.export({ format: 'jwk' });
const kid = await calculateJwkThumbprint({ kty: kty ?? '', crv: crv ?? '', x: x ?? '', y: y ?? '' });
export const KEYS = KeySet.parse({ keys: [{ kty, crv, x, y, kid, use: 'sig', alg: 'ES256' }] });
export const KID = kid;

/** A compact JWS over any header and payload. */
export function jwsOf(header: string, payload: string): string {
  const input = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  const signature = sign('sha256', Buffer.from(input), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

export function statementFor(text: string, changes: Partial<PolicyStatement> = {}): PolicyStatement {
  const read = readStrictYaml(text);
  if (!read.ok) throw new Error(read.problem.what);
  return {
    type: 'sf-policy-statement/1',
    urn: 'ds://curated/orders_enriched',
    bootstrap_id: 'boot-2026-02-15-001',
    bundle_version: '1.0',
    repository_id: 'R_812',
    tier: 'TIER_3',
    digest: policyDigest(read.value),
    iat: 1_771_149_600,
    ...changes,
  };
}

export const HEADER = JSON.stringify({ alg: 'ES256', kid });
export const UNSIGNED_TEXT = printYaml(ORDERS, { schema: 'policy-bundle', about: ['made by a test'] });

/** The text with the JWS for this statement attached. */
export function signedWith(changes: Partial<PolicyStatement> = {}, header = HEADER, text = UNSIGNED_TEXT): string {
  const jws = jwsOf(header, printStatement(statementFor(text, changes)));
  const attached = attachSignature(text, jws, statementFor(text).digest);
  if (!attached.ok) throw new Error(attached.problem.what);
  return attached.text;
}
