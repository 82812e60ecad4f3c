/** §8.3 rows of conditions 15 to 22. */
import {
  APP,
  all,
  approved,
  approvedToBeMergedByHand,
  BASE,
  BUNDLE_PATH,
  checked,
  commits,
  DRAFT,
  file,
  forgotten,
  HEAD,
  ledger,
  merging,
  noted,
  OPENED,
  ofNextYear,
  ok,
  PLAN,
  person,
  proposing,
  pull,
  RULES,
  record,
  repository,
  rules,
  sha,
  signed,
  snapshot,
  TREE,
  threads,
  UNSIGNED_BUNDLE,
  unread,
} from './passing-gate.js';
import { type Row, rowsAbout } from './row.js';

const required = rowsAbout('checks/required');
const others = rowsAbout('checks/others');
const any = rowsAbout('checks/any');
const mergeable = rowsAbout('merge/mergeable');
const state = rowsAbout('merge/state');
const upToDate = rowsAbout('merge/up-to-date');
const inputs = rowsAbout('base/inputs');
const method = rowsAbout('merge/method');
const queue = rowsAbout('merge/queue');
const open = rowsAbout('rules/open');
const known = rowsAbout('rules/known');
const bypass = rowsAbout('rules/no-bypass');
const valid = rowsAbout('bundle/valid');
const level = rowsAbout('bundle/level');
const inForce = rowsAbout('bundle/in-force');
const signature = rowsAbout('signature/valid');
const schema = rowsAbout('schema/unchanged');
const named = rowsAbout('schema/bundle');
const words = rowsAbout('words/intact');

const ci = (conclusion?: string) => ({ name: 'ci / test', appId: 15368, ours: false, ...(conclusion === undefined ? {} : { conclusion }) });
const other = (conclusion?: string) => ({ name: 'lint', appId: 2, ours: false, ...(conclusion === undefined ? {} : { conclusion }) });
const gateCheck = { name: 'autopilot/gate', appId: APP.id };
const ownCheckRequired = rules({ requiredChecks: [...RULES.requiredChecks, gateCheck] });
const blocked = pull({ mergeState: 'BLOCKED' });
const MOVED = sha('6');
const moved = snapshot({ base: { head: MOVED, tree: sha('f') } });
const strict = rules({ upToDate: true });
const openThread = threads({ resolved: false, by: person('ben', 'read'), at: OPENED, url: 'https://github.example/t' });
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

export const ruleRows: readonly Row[] = [
  required('pass', 'a rule names our own check, which never waits for itself', ownCheckRequired),
  required('pass', 'skipped, where the settings allow it', all(checked(ci('skipped')), merging({ allow_skipped_checks: true }))),
  required(
    'pass',
    'a name that the settings ask for',
    all(checked(ci('success'), other('success')), merging({ required_checks: ['lint'] })),
  ),
  required('wait', 'a name that the settings ask for is missing', merging({ required_checks: ['lint'] }), {
    seen: 'lint has not registered',
  }),
  required('wait', 'our check of the name in another App', rules({ requiredChecks: [{ ...gateCheck, appId: 999 }] })),
  required('wait', 'a check of ours is no evidence', rules({ requiredChecks: [{ name: 'autopilot/scan' }] })),
  required('block', 'a required check failed', checked(ci('failure')), { seen: 'ci / test: failure', also: { 'checks/others': 'block' } }),
  required('block', 'neutral is not passed', checked(ci('neutral'))),
  required(
    'block',
    'without an App, every App’s check of the name counts',
    all(rules({ requiredChecks: [{ name: 'ci / test' }] }), checked(ci('success'), { ...ci('skipped'), appId: 3 })),
  ),
  required('unknown', 'a required check ended with a word that is not known', checked(ci('superseded')), {
    also: { 'checks/others': 'unknown' },
  }),
  others('pass', 'skipped and neutral do no harm', checked(ci('success'), other('skipped'), { ...other('neutral'), name: 'docs' })),
  others('wait', 'another check runs', checked(ci('success'), other()), { seen: 'lint runs' }),
  ...['failure', 'error', 'timed_out', 'cancelled', 'action_required', 'stale', 'startup_failure'].map((word) =>
    others('block', `another check ended with ${word}`, checked(ci('success'), other(word)), { seen: `lint: ${word}` }),
  ),
  others('unknown', 'another check ended with a word that is not known', checked(ci('success'), other('superseded'))),
  any('pass', 'none, where the settings allow it', all(rules({ requiredChecks: [] }), checked(), merging({ allow_no_checks: true }))),
  any('wait', 'only our own check', all(rules({ requiredChecks: [] }), checked({ ...gateCheck, ours: true, conclusion: 'success' }))),
  any('unknown', 'checks could not be read', snapshot({ checks: unread }), {
    also: { 'checks/required': 'unknown', 'checks/others': 'unknown' },
  }),

  mergeable('pass', 'no conflict', (gate) => gate),
  mergeable('block', 'a conflict', pull({ mergeable: 'CONFLICTING', mergeState: 'DIRTY' }), {
    also: { 'merge/state': 'block' },
    decides: 'rebuild',
  }),
  mergeable('unknown', 'the forge computes it', pull({ mergeable: 'UNKNOWN' })),
  state('pass', 'hooks run before the merge', pull({ mergeState: 'HAS_HOOKS' })),
  state('pass', 'a check that is not required has not passed', pull({ mergeState: 'UNSTABLE' })),
  state('pass', 'BLOCKED only by our own check', all(blocked, ownCheckRequired), { seen: 'autopilot/gate' }),
  state(
    'wait',
    'BLOCKED by our own check and an open conversation',
    all(blocked, rules({ requiredChecks: [gateCheck], conversations: true }), openThread),
    {
      seen: 'conversations are open',
      also: { 'threads/resolved': 'block' },
    },
  ),
  state(
    'wait',
    'BLOCKED with our own check set: some rule was not told',
    all(blocked, ownCheckRequired, checked(ci('success'), { ...gateCheck, ours: true, conclusion: 'success' })),
    {
      seen: 'every rule that is known is met',
    },
  ),
  state(
    'pass',
    'BLOCKED by our own check, and what only keeps us out keeps no person out',
    all(approvedToBeMergedByHand, blocked, rules({ requiredChecks: [gateCheck], closedToUs: true, unmodelled: ['attribution'] })),
  ),
  state('wait', 'BLOCKED by an App that only others may pass', all(blocked, rules({ requiredChecks: [gateCheck], closedToUs: true })), {
    seen: 'only others',
    also: { 'rules/open': 'block' },
  }),
  state('wait', 'BLOCKED by a rule that nobody knows', all(blocked, rules({ requiredChecks: [gateCheck], unmodelled: ['attribution'] })), {
    seen: 'attribution',
    also: { 'rules/known': 'block' },
  }),
  state('wait', 'BLOCKED and no rule that is known is unmet', blocked, { seen: 'every rule that is known is met' }),
  state('wait', 'DRAFT', all(pull({ mergeState: 'DRAFT', draft: true })), { also: { 'hold/draft': 'block' } }),
  state('block', 'BEHIND', pull({ mergeState: 'BEHIND' }), { decides: 'rebuild' }),
  state('block', 'DIRTY, and its checks failed on the old base', all(pull({ mergeState: 'DIRTY' }), checked(ci('failure'))), {
    also: { 'checks/required': 'block', 'checks/others': 'block' },
    decides: 'rebuild',
  }),
  state('block', 'BEHIND while somebody holds it', all(pull({ mergeState: 'BEHIND', labels: ['autopilot/hold'] })), {
    also: { 'hold/label': 'block' },
    decides: 'wait',
  }),
  state('unknown', 'a word of next year', pull({ mergeState: 'QUARANTINED' }), { seen: 'QUARANTINED' }),
  state('unknown', 'UNKNOWN', pull({ mergeState: 'UNKNOWN' })),
  mergeable('unknown', 'the forge has a new word for it', pull({ mergeable: ofNextYear('PROBABLY') })),
  inputs('unknown', 'whether an input changed is said in a new word', ledger({ inputs: ok(ofNextYear('similar')) })),
  upToDate('pass', 'it stands on the base’s head', strict),
  upToDate('pass', 'the base moved, and no rule minds', moved),
  upToDate('block', 'the base moved, and a rule minds', all(moved, strict), { decides: 'rebuild' }),
  upToDate(
    'block',
    'behind, though the forge says BLOCKED for our own check',
    all(moved, blocked, rules({ upToDate: true, requiredChecks: [gateCheck] })),
    {
      also: { 'merge/state': 'wait' },
      decides: 'rebuild',
    },
  ),
  upToDate('unknown', 'commits without their parents’ base', all(strict, snapshot({ commits: unread })), {
    also: { 'commits/ours': 'unknown', 'commits/verified': 'unknown' },
  }),

  inputs('pass', 'the base moved, what it was made from is the same', moved, { seen: MOVED }),
  inputs('block', 'an input changed', ledger({ inputs: ok('changed') }), { decides: 'inputs-changed' }),
  inputs(
    'block',
    'an input changed while a person’s commit is there',
    all(
      ledger({ inputs: ok('changed') }),
      commits(
        { sha: sha('9'), tree: TREE, parents: [BASE], verified: true },
        { sha: DRAFT, tree: sha('e'), parents: [sha('9')], verified: true },
        { sha: HEAD, tree: TREE, parents: [DRAFT], verified: true },
      ),
    ),
    {
      also: { 'commits/ours': 'block' },
      decides: 'wait',
    },
  ),
  inputs('unknown', 'whether an input changed could not be told', ledger({ inputs: unread })),

  method('pass', 'squash', merging({ method: 'squash' })),
  method('block', 'the repository does not allow it', merging({ method: 'rebase' }), { seen: 'rebase' }),
  method('block', 'the rules do not allow it', rules({ methods: ['squash'] })),
  method(
    'block',
    'rebase while signatures are required',
    all(merging({ method: 'rebase' }), repository({ methods: ['rebase'] }), rules({ signatures: true })),
    { seen: 'signatures' },
  ),
  method('block', 'a merge commit while history must be linear', rules({ linearHistory: true })),
  method('pass', 'not allowed, but a person merges it', all(approvedToBeMergedByHand, rules({ methods: ['squash'] }))),
  queue('pass', 'the base branch has a merge queue', rules({ mergeQueue: true })),
  queue('wait', 'it is in the merge queue', pull({ inMergeQueue: true })),
  queue('wait', 'nothing is pushed while it is queued', all(pull({ inMergeQueue: true, mergeState: 'BEHIND' })), {
    also: { 'merge/state': 'block' },
    decides: 'wait',
  }),
  open('pass', 'open to us', (gate) => gate),
  open('pass', 'only others may merge, and one of them does', all(approvedToBeMergedByHand, rules({ closedToUs: true }))),
  open('block', 'only others may merge', rules({ closedToUs: true })),
  known('pass', 'a rule that nobody knows, but the forge says CLEAN', rules({ unmodelled: ['attribution'] }), { seen: 'attribution' }),
  known(
    'pass',
    'a rule that nobody knows, and a person merges it',
    all(approvedToBeMergedByHand, pull({ mergeState: 'UNSTABLE' }), rules({ unmodelled: ['attribution'] })),
  ),
  known(
    'block',
    'a rule that nobody knows, and the forge says UNSTABLE',
    all(pull({ mergeState: 'UNSTABLE' }), rules({ unmodelled: ['attribution'] })),
  ),
  known('block', 'a rule that nobody knows, and we could pass by', rules({ unmodelled: ['attribution'], bypass: true }), {
    also: { 'rules/no-bypass': 'block' },
  }),
  bypass('pass', 'we could pass by, and everything is met', rules({ bypass: true }), { seen: 'taken away' }),
  bypass(
    'pass',
    'we could pass by, and a person merges it',
    all(approvedToBeMergedByHand, moved, rules({ bypass: true, upToDate: true })),
    { also: { 'merge/up-to-date': 'block' } },
  ),
  bypass('block', 'we could pass by a check that runs', all(rules({ bypass: true }), checked(ci())), {
    also: { 'checks/required': 'wait', 'checks/others': 'wait' },
  }),
  bypass('block', 'we could pass by a missing approval', rules({ bypass: true, approvals: 1 }), { also: { 'reviews/decision': 'block' } }),
  bypass(
    'block',
    'we could pass by unverified commits, though a person approved',
    all(
      approved,
      rules({ bypass: true, signatures: true }),
      commits({ sha: DRAFT, tree: TREE, parents: [BASE], verified: false }, { sha: HEAD, tree: TREE, parents: [DRAFT], verified: true }),
    ),
    {
      also: { 'commits/verified': 'block' },
    },
  ),
  bypass('block', 'we could pass by an old base', all(moved, rules({ bypass: true, upToDate: true })), {
    also: { 'merge/up-to-date': 'block' },
    decides: 'rebuild',
  }),
  bypass('block', 'we could pass by a closed branch', rules({ bypass: true, closedToUs: true }), { also: { 'rules/open': 'block' } }),
  bypass('block', 'we could pass by a linear history', rules({ bypass: true, linearHistory: true }), { also: { 'merge/method': 'block' } }),

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
