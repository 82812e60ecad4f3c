/** §8.3 each way in which a merge that nobody watches has gone wrong somewhere, and that it is seen here. */
import { checkWith } from '../../../src/core/signing/keys.js';
import {
  all,
  BASE,
  BUNDLE_PATH,
  checked,
  comment,
  commented,
  commits,
  conversation,
  DRAFT,
  file,
  HEAD,
  HOUR_LATER,
  ledger,
  noted,
  OPENED,
  ok,
  PLAN,
  person,
  pull,
  repository,
  review,
  reviewed,
  rules,
  sha,
  signed,
  snapshot,
  TREE,
  threads,
  unread,
} from './passing-gate.js';
import { type Row, rowsAbout } from './row.js';

const THEIRS = sha('9');
const draft = { sha: DRAFT, tree: sha('e'), parents: [BASE], verified: true } as const;
const signing = { sha: HEAD, tree: TREE, parents: [DRAFT], verified: true } as const;
const ci = { name: 'ci / test', appId: 15368, ours: false } as const;
const ben = person('ben', 'read');
const openThread = conversation(false, ben);
const resolvedThreads = Array.from({ length: 100 }, () => ({ ...openThread, resolved: true }));
const errors = ['Something went wrong while executing your query'];
const everythingOfTheForge = (gate: Parameters<ReturnType<typeof snapshot>>[0]) => snapshot({ errors })(gate);

/** The tip was moved to a commit that is not ours. */
const moved = (
  commit: { readonly tree: string; readonly parents: readonly string[]; readonly verified: boolean },
  below: readonly (typeof draft | typeof signing)[],
) => {
  const theirs = { sha: THEIRS, ...commit };
  return all(pull({ head: THEIRS }), snapshot({ headCommit: theirs }), commits(...below, theirs));
};

export const checklistRows: readonly Row[] = [
  rowsAbout('head/recorded')(
    'block',
    'head moved between snapshot and merge',
    moved({ tree: sha('7'), parents: [HEAD], verified: true }, [draft, signing]),
    {
      also: { 'commits/ours': 'block', 'content/tree': 'block' },
    },
  ),
  rowsAbout('commits/ours')(
    'unknown',
    'head moved while the snapshot was read',
    commits(draft, signing, { sha: THEIRS, tree: TREE, parents: [HEAD], verified: true }),
    {
      also: { 'commits/verified': 'unknown' },
    },
  ),
  rowsAbout('commits/ours')(
    'block',
    'push by human with our e-mail',
    moved({ tree: sha('7'), parents: [HEAD], verified: false }, [draft, signing]),
    {
      also: { 'head/recorded': 'block', 'commits/verified': 'block', 'content/tree': 'block' },
    },
  ),
  rowsAbout('commits/ours')(
    'block',
    'push by human amending to the same tree',
    moved({ tree: TREE, parents: [DRAFT], verified: true }, [draft]),
    {
      also: { 'head/recorded': 'block' },
    },
  ),
  rowsAbout('pull-request/no-fork')(
    'block',
    'fork PR with our title and labels',
    pull({ author: { id: 9, login: 'mallory', isBot: false }, headRepositoryId: 999, number: 8 }),
    {
      also: { 'pull-request/ours': 'block', 'pull-request/known': 'block' },
    },
  ),
  rowsAbout('pull-request/ours')(
    'block',
    'PR by another app with our branch name',
    pull({ author: { id: 4101, login: 'autopilot', isBot: true }, number: 8 }),
    {
      also: { 'pull-request/known': 'block' },
    },
  ),
  rowsAbout('pull-request/base')('block', 'base retargeted', pull({ baseRef: 'release' })),
  rowsAbout('hold/label')('block', 'hold label in the last second', pull({ labels: ['autopilot', 'autopilot/hold'] })),
  rowsAbout('reviews/changes-requested')(
    'block',
    'CHANGES_REQUESTED then dismissed then re-requested',
    reviewed(review(ben, 'DISMISSED', { id: 1, at: OPENED }), review(ben, 'CHANGES_REQUESTED', { id: 2, at: HOUR_LATER })),
    { also: { 'clock/due': 'wait' } },
  ),
  rowsAbout('threads/resolved')('block', 'unresolved thread on page 2', threads(...resolvedThreads, openThread)),
  rowsAbout('checks/required')('wait', 'required check missing', checked({ ...ci, name: 'lint', conclusion: 'success' })),
  rowsAbout('checks/required')('wait', 'required check pending', checked(ci), { also: { 'checks/others': 'wait' } }),
  rowsAbout('checks/required')('block', 'required check skipped', checked({ ...ci, conclusion: 'skipped' })),
  rowsAbout('checks/required')('wait', 'required check from wrong app', checked({ ...ci, appId: 666, conclusion: 'success' }), {
    seen: 'only from others',
  }),
  rowsAbout('checks/required')(
    'block',
    'two check runs of the same name, old success and new failure',
    checked({ ...ci, conclusion: 'success' }, { ...ci, conclusion: 'failure' }),
    {
      also: { 'checks/others': 'block' },
    },
  ),
  rowsAbout('checks/any')('wait', 'zero checks', all(rules({ requiredChecks: [] }), checked())),
  rowsAbout('checks/any')('unknown', '403 on check-runs', snapshot({ checks: unread }), {
    seen: '403',
    also: { 'checks/required': 'unknown', 'checks/others': 'unknown' },
  }),
  rowsAbout('merge/mergeable')(
    'unknown',
    '`mergeable` UNKNOWN for ever',
    all(pull({ mergeable: 'UNKNOWN' }), ledger({ now: '2027-06-01T00:00:00Z' })),
  ),
  rowsAbout('base/inputs')(
    'block',
    'base moved with input change',
    all(snapshot({ base: { head: sha('6'), tree: sha('5') } }), ledger({ inputs: ok('changed') })),
    {
      decides: 'inputs-changed',
    },
  ),
  rowsAbout('base/inputs')('pass', 'base moved without input change', snapshot({ base: { head: sha('6'), tree: sha('5') } }), {
    decides: 'go',
  }),
  rowsAbout('signature/valid')(
    'block',
    'bundle byte-flip',
    file(BUNDLE_PATH, (text) => text.replace('sampling_rate: 1', 'sampling_rate: 0.1')),
    {
      also: { 'content/digest': 'block' },
    },
  ),
  rowsAbout('signature/valid')(
    'block',
    'valid signature of another URN',
    file(BUNDLE_PATH, () => signed({ urn: 'ds://curated/orders_other' })),
    { seen: 'orders_other' },
  ),
  rowsAbout('signature/valid')('block', 'expired key', ledger({ checkSignature: checkWith({ keys: [] }) }), { seen: 'trusted' }),
  rowsAbout('words/intact')('block', 'title edited', pull({ title: `${PLAN.title} (reviewed)` }), { decides: 'restore-words' }),
  rowsAbout('clock/due')('wait', 'clock skew', all(noted({ content_changed_at: '2026-11-26T20:00:07Z' })), {
    seen: 'due at 2026-11-28T20:00:00Z',
  }),
  rowsAbout('repository/same')(
    'block',
    'repo renamed, and another one has the name',
    all(repository({ id: 999 }), pull({ headRepositoryId: 999 })),
  ),
  rowsAbout('repository/same')('pass', 'repo renamed, same number', repository({ name: 'acme/lake' }), {
    seen: 'was called',
    decides: 'go',
  }),
  rowsAbout('forge/installation')('block', 'installation suspended mid-way', snapshot({ installation: ok({ suspended: true }) })),
  rowsAbout('comments/answered')(
    'unknown',
    'rate limit mid-way',
    snapshot({ comments: { ok: false, because: 'API rate limit exceeded' } }),
    {
      seen: 'rate limit',
      also: { 'hold/command': 'unknown' },
    },
  ),
  rowsAbout('comments/answered')('block', 'comment "wait" by a reader', commented(comment(ben, 'wait')), { seen: 'ben' }),
];

/** An answer in which one part failed says nothing about any part. */
export const PARTLY_FAILED = { says: 'GraphQL 200 with `errors`', change: everythingOfTheForge, seen: errors[0] ?? '' } as const;
