/** §8.3 rows of conditions 20 to 22. */
import {
  all,
  approved,
  BUNDLE_PATH,
  file,
  forgotten,
  ledger,
  noted,
  ok,
  PLAN,
  proposing,
  pull,
  record,
  signed,
  UNSIGNED_BUNDLE,
  unread,
} from './passing-gate.js';
import { type Row, rowsAbout } from './row.js';

const valid = rowsAbout('bundle/valid');
const level = rowsAbout('bundle/level');
const inForce = rowsAbout('bundle/in-force');
const signature = rowsAbout('signature/valid');
const schema = rowsAbout('schema/unchanged');
const named = rowsAbout('schema/bundle');
const words = rowsAbout('words/intact');
const inStore = (storedBundle: string) =>
  all(
    file(BUNDLE_PATH, () => UNSIGNED_BUNDLE),
    noted({ signed_in: 'store' }),
    ledger({ storedBundle }),
  );
const otherSchema = `sha256:${'0'.repeat(64)}`;
const unprofiled = ledger({ schema: ok({}) });
const brokenBundle = {
  'content/digest': 'block',
  'proposal/no-model': 'unknown',
  'bundle/level': 'block',
  'bundle/in-force': 'block',
  'signature/valid': 'block',
  'schema/bundle': 'block',
} as const;

export const policyRows: readonly Row[] = [
  valid('pass', 'whole and about this dataset', (gate) => gate),
  valid(
    'block',
    'no YAML',
    file(BUNDLE_PATH, () => '{'),
    { also: brokenBundle },
  ),
  valid(
    'block',
    'no bundle',
    file(BUNDLE_PATH, () => 'version: "2.0"\n'),
    { seen: 'dataset_urn', also: brokenBundle },
  ),
  valid('block', 'about another dataset', record({ dataset_urn: 'ds://curated/orders_other' }), { also: { 'signature/valid': 'block' } }),
  valid('block', 'of another bootstrap', record({ bootstrap_id: 'boot-2026-11-24-002' })),
  level(
    'pass',
    'a volume band that a person approved',
    all(
      approved,
      proposing((text) => text.replace('enrichment_level: contract_lite', 'enrichment_level: volume_baseline')),
    ),
  ),
  level(
    'block',
    'a volume band in the file, whatever our record says',
    proposing((text) => text.replace('enrichment_level: contract_lite', 'enrichment_level: volume_baseline')),
  ),
  inForce('pass', 'in force', (gate) => gate),
  inForce(
    'block',
    'switched off',
    proposing((text) => text.replace('validation_enabled: true', 'validation_enabled: false')),
  ),
  signature('pass', 'in the head', (gate) => gate, { seen: 'signed with the key' }),
  signature('pass', 'in the config store alone', inStore(signed())),
  signature(
    'wait',
    'not signed yet',
    file(BUNDLE_PATH, () => UNSIGNED_BUNDLE),
    { decides: 'wait' },
  ),
  signature(
    'block',
    'for another repository',
    file(BUNDLE_PATH, () => signed({ repository_id: '813' })),
  ),
  signature(
    'block',
    'for another tier',
    file(BUNDLE_PATH, () => signed({ tier: 'TIER_2' })),
  ),
  signature(
    'block',
    'the digest alone',
    file(BUNDLE_PATH, (text) => text.replace(/signature_jws: ".*"/, 'signature_jws: "e30.e30.e30"')),
  ),
  signature('block', 'the store’s copy is not signed', inStore(UNSIGNED_BUNDLE)),
  signature(
    'block',
    'the store holds another policy',
    inStore(signed({}, UNSIGNED_BUNDLE.replace('gate_timeout_ms: 10000', 'gate_timeout_ms: 99999'))),
  ),
  signature('block', 'the store’s copy is no YAML', inStore('{')),
  signature(
    'unknown',
    'the store’s copy could not be read',
    all(
      file(BUNDLE_PATH, () => UNSIGNED_BUNDLE),
      noted({ signed_in: 'store' }),
    ),
  ),

  schema('pass', 'the same, in upper case', (gate) => {
    const { schema: read } = gate.ledger;
    return read.ok ? ledger({ schema: ok({ ...read.value, now: read.value.now?.toUpperCase() ?? '' }) })(gate) : gate;
  }),
  schema(
    'pass',
    'nothing was profiled',
    all(
      unprofiled,
      proposing((text) => text.replace('mode: strict', 'mode: additive')),
    ),
  ),
  schema('wait', 'the data is gone', (gate) => {
    const { schema: read } = gate.ledger;
    return read.ok ? ledger({ schema: ok({ profiled: read.value.profiled ?? '' }) })(gate) : gate;
  }),
  schema(
    'block',
    'the data has other columns now',
    (gate) => {
      const { schema: read } = gate.ledger;
      return read.ok ? ledger({ schema: ok({ ...read.value, now: otherSchema }) })(gate) : gate;
    },
    { seen: otherSchema, decides: 'schema-changed' },
  ),
  schema('unknown', 'the data could not be read', ledger({ schema: unread }), { also: { 'schema/bundle': 'unknown' } }),
  named(
    'pass',
    'nothing was profiled, and nothing is judged',
    all(
      unprofiled,
      proposing((text) => text.replace('mode: strict', 'mode: additive')),
    ),
  ),
  named('block', 'nothing was profiled, and the bundle is strict', unprofiled),
  named(
    'block',
    'the bundle names another schema',
    proposing((text) => text.replace(/baseline_fingerprint: .*/, `baseline_fingerprint: "${otherSchema}"`)),
  ),
  words('pass', 'line ends and the last blank are the forge’s', pull({ body: `${PLAN.body.replaceAll('\n', '\r\n')}\r\n` })),
  words(
    'block',
    'the description was edited',
    pull({ body: `${PLAN.body}\nReviewed.`, editor: { id: 5, login: 'mallory', isBot: false } }),
    { seen: 'mallory', decides: 'restore-words' },
  ),
  words('unknown', 'no digest was noted', forgotten('words_digest')),
];
