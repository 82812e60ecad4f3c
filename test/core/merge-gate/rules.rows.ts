/** §8.3 rows of conditions 15 to 19. */
import {
  APP,
  all,
  approved,
  approvedToBeMergedByHand,
  BASE,
  checked,
  commits,
  conversation,
  DRAFT,
  HEAD,
  ledger,
  merging,
  ofNextYear,
  ok,
  person,
  pull,
  RULES,
  repository,
  rules,
  sha,
  snapshot,
  TREE,
  threads,
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
const ci = (conclusion?: string) => ({ name: 'ci / test', appId: 15368, ours: false, ...(conclusion === undefined ? {} : { conclusion }) });
const other = (conclusion?: string) => ({ name: 'lint', appId: 2, ours: false, ...(conclusion === undefined ? {} : { conclusion }) });
const gateCheck = { name: 'autopilot/gate', appId: APP.id };
const ownCheckRequired = rules({ requiredChecks: [...RULES.requiredChecks, gateCheck] });
const blocked = pull({ mergeState: 'BLOCKED' });
const MOVED = sha('6');
const moved = snapshot({ base: { head: MOVED, tree: sha('f') } });
const strict = rules({ upToDate: true });
const openThread = threads(conversation(false, person('ben', 'read')));

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
    'pass',
    'BLOCKED only by our own check, with every conversation resolved',
    all(blocked, rules({ requiredChecks: [gateCheck], conversations: true }), threads(conversation(true, person('ben', 'read')))),
  ),
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
  state('pass', 'BLOCKED only by the merge queue', all(blocked, rules({ mergeQueue: true })), { seen: 'takes it next' }),
  state(
    'wait',
    'BLOCKED by the merge queue and an open conversation',
    all(blocked, rules({ mergeQueue: true, conversations: true }), openThread),
    {
      seen: 'conversations are open',
      also: { 'threads/resolved': 'block' },
    },
  ),
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
  queue('wait', 'nothing is proposed again while it is queued', all(pull({ inMergeQueue: true }), ledger({ inputs: ok('changed') })), {
    also: { 'base/inputs': 'block' },
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
];
