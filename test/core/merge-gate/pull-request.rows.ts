/** §8.3 rows of conditions 6 to 9. */
import { judgedDigest } from '../../../src/core/signing/judged.js';
import {
  all,
  approved,
  BASE,
  BUNDLE_PATH,
  byPerson,
  type Change,
  commits,
  DRAFT,
  FOLDER,
  file,
  forgotten,
  HEAD,
  ledger,
  noted,
  OPENED,
  ofNextYear,
  ok,
  PLAN,
  person,
  pull,
  repository,
  review,
  reviewed,
  rules,
  sha,
  snapshot,
  TREE,
  UNSIGNED_BUNDLE,
  unread,
} from './passing-gate.js';
import { type Row, rowsAbout } from './row.js';

const installation = rowsAbout('forge/installation');
const same = rowsAbout('repository/same');
const open = rowsAbout('repository/open');
const isOpen = rowsAbout('pull-request/open');
const unlocked = rowsAbout('pull-request/unlocked');
const ours = rowsAbout('pull-request/ours');
const known = rowsAbout('pull-request/known');
const noFork = rowsAbout('pull-request/no-fork');
const base = rowsAbout('pull-request/base');
const head = rowsAbout('head/recorded');
const written = rowsAbout('commits/ours');
const verified = rowsAbout('commits/verified');
const tree = rowsAbout('content/tree');
const paths = rowsAbout('content/paths');
const modes = rowsAbout('content/modes');
const digest = rowsAbout('content/digest');

const STRANGE = sha('9');
const THEIR_SIDE = sha('6');
const draft = { sha: DRAFT, tree: sha('e'), parents: [BASE], verified: true } as const;
const signing = { sha: HEAD, tree: TREE, parents: [DRAFT], verified: true } as const;

/** Somebody's commit on top of ours, with this tree. */
const pushed = (by: { readonly tree?: string; readonly verified?: boolean; readonly parents?: readonly string[] } = {}): Change => {
  const commit = { sha: STRANGE, tree: TREE, parents: [HEAD], verified: true, ...by };
  return all(pull({ head: STRANGE }), snapshot({ headCommit: commit }), commits(draft, signing, commit));
};
const another =
  (change: { readonly path?: string; readonly mode?: string }): Change =>
  (gate) => {
    const { changes } = gate.snapshot;
    const extra = { path: `${FOLDER}/notes.md`, mode: '100644', sha: sha('8'), content: 'Hello\n', ...change };
    return changes.ok ? snapshot({ changes: ok([...changes.value, extra]) })(gate) : gate;
  };
const modeOfBundle =
  (mode: string): Change =>
  (gate) => {
    const { changes } = gate.snapshot;
    return changes.ok
      ? snapshot({ changes: ok(changes.value.map((each) => (each.path === BUNDLE_PATH ? { ...each, mode } : each))) })(gate)
      : gate;
  };
const adaOnStrange = all(byPerson, reviewed(review(person('ada', 'write'), 'APPROVED', { commit: STRANGE })));
const adaRecorded = noted({ approvals: [{ by: 'ada', at: OPENED, judged_digest: PLAN.judgedDigest }] });
const changedByPerson = all(adaOnStrange, pushed({ tree: sha('7') }));
const commentAdded = file(`${FOLDER}/dataset.yaml`, (text) => `${text}# ours\n`);
const adaApprovedIt: Change = (gate) => {
  const { changes } = gate.snapshot;
  const files = changes.ok ? changes.value.map(({ path, content = '' }) => ({ path, content })) : [];
  return noted({ approvals: [{ by: 'ada', at: OPENED, judged_digest: judgedDigest(files) }] })(gate);
};
/** A person added the file, and another one approved exactly that. */
const addedByPerson = (path: string): Change => all(changedByPerson, another({ path }), adaApprovedIt);
const shownTwice = { 'commits/ours': 'unknown', 'commits/verified': 'unknown' } as const;
const foreign = { 'commits/ours': 'block' } as const;

export const pullRequestRows: readonly Row[] = [
  installation('pass', 'the App is installed', (gate) => gate),
  installation('block', 'the App was suspended', snapshot({ installation: ok({ suspended: true }) })),
  installation('unknown', 'the forge does not say whether the App is installed', snapshot({ installation: unread })),
  same('pass', 'the repository was renamed, and keeps its number', repository({ name: 'acme/pipelines' }), {
    seen: 'was called acme/data-pipelines',
  }),
  same('block', 'another repository took the name', all(repository({ id: 813 }), pull({ headRepositoryId: 813 })), { seen: '813' }),
  open('pass', 'the repository is open', (gate) => gate),
  open('block', 'the repository was archived', repository({ archived: true }), { seen: 'archived' }),
  open('block', 'the repository was disabled', repository({ disabled: true })),
  open('block', 'the repository is locked', repository({ locked: true })),
  isOpen('pass', 'the pull request is open', (gate) => gate),
  isOpen('block', 'somebody merged it already', pull({ state: 'merged', mergedAt: OPENED, mergedBy: { login: 'ana', isBot: false } }), {
    seen: 'merged by ana',
  }),
  isOpen('block', 'somebody closed it', pull({ state: 'closed', closedBy: { login: 'ana', isBot: false } }), { seen: 'closed by ana' }),
  isOpen('unknown', 'the forge has a new word for it', pull({ state: ofNextYear('paused') }), { seen: 'paused' }),
  unlocked('pass', 'people can comment', (gate) => gate),
  unlocked('block', 'nobody can comment any more', pull({ locked: true })),
  ours('pass', 'our bot opened it', (gate) => gate),
  ours('block', 'a person opened it under our name', pull({ author: { id: 9, login: 'autopilot', isBot: false } })),
  ours('block', 'its author is gone', pull({ author: { login: 'ghost', isBot: false } }), { seen: 'no number' }),
  known('pass', 'number and branch are the recorded ones', (gate) => gate),
  known('block', 'another pull request of ours', pull({ number: 8 }), { seen: '#8' }),
  known('block', 'another branch', pull({ headRef: 'autopilot/other/dataset' })),
  known('unknown', 'no number was noted', forgotten('number')),
  noFork('pass', 'the branch lies in the repository', (gate) => gate),
  noFork('block', 'the branch lies in a fork', pull({ headRepositoryId: 999 }), { seen: '999' }),
  noFork('block', 'the fork is gone', (gate) => {
    const { headRepositoryId: _gone, ...rest } = gate.snapshot.pullRequest;
    return snapshot({ pullRequest: rest })(gate);
  }),
  base('pass', 'the base is the recorded one', (gate) => gate),
  base('block', 'it merges into another branch now', pull({ baseRef: 'develop' }), { seen: 'develop' }),
  base('block', 'the organisation has another default branch now', repository({ defaultBranch: 'trunk' }), { seen: 'trunk' }),
  base('unknown', 'no base was noted', forgotten('base_branch')),

  head('pass', 'the head is ours', (gate) => gate),
  head('pass', 'a person pushed, and our record notes who approved it', all(adaOnStrange, adaRecorded, pushed()), { seen: 'was approved' }),
  head(
    'pass',
    'an approved push of a person is never pushed over',
    all(adaOnStrange, adaRecorded, pushed(), pull({ mergeState: 'BEHIND' })),
    {
      also: { 'merge/state': 'block' },
      decides: 'wait',
    },
  ),
  head('pass', 'nor proposed again, though an input changed', all(adaOnStrange, adaRecorded, pushed(), ledger({ inputs: ok('changed') })), {
    also: { 'base/inputs': 'block' },
    decides: 'wait',
  }),
  head('pass', 'its title is theirs as well', all(adaOnStrange, adaRecorded, pushed(), pull({ title: 'Mine' })), { decides: 'go' }),
  head('block', 'a person approved that head, but our record does not say which content', all(adaOnStrange, pushed()), { also: foreign }),
  head('pass', 'a person pushed without a change, and approved that content before', all(byPerson, adaRecorded, pushed())),
  head('block', 'a person pushed', pushed({ tree: sha('7') }), { seen: 'somebody pushed', also: { ...foreign, 'content/tree': 'block' } }),
  head('block', 'a person pushed to a pull request that a person decides about, and nobody approved it', all(byPerson, pushed()), {
    also: { ...foreign, 'approval/given': 'block' },
  }),
  head('block', 'approved was the head before the push', all(approved, pushed()), { also: { ...foreign, 'approval/given': 'block' } }),
  head(
    'block',
    'an approval never makes a foreign head merge by the clock',
    all(reviewed(review(person('ada', 'write'), 'APPROVED', { commit: STRANGE })), pushed()),
    { also: foreign },
  ),
  head('block', '“Update branch” put the base branch into it', pushed({ parents: [HEAD, BASE] }), {
    seen: 'ours again when that commit is taken off',
    also: foreign,
    decides: 'wait',
  }),
  head(
    'block',
    'a merge of a branch of their own is no “Update branch”',
    all(pushed({ parents: [HEAD, THEIR_SIDE] }), (gate) => {
      const { headCommit } = gate.snapshot;
      return commits(draft, signing, { ...draft, sha: THEIR_SIDE }, headCommit)(gate);
    }),
    { seen: 'somebody pushed', also: foreign },
  ),
  head(
    'block',
    'the branch was set back to an older commit of ours',
    all(pull({ head: DRAFT }), snapshot({ headCommit: draft }), commits(draft)),
    {
      seen: 'set back',
      also: { 'content/tree': 'block' },
    },
  ),
  head('block', 'a head that our record points at, but never wrote', noted({ written: [DRAFT] }), { also: foreign }),
  written('pass', 'all commits are ours', (gate) => gate),
  written('block', 'a person’s commit lies below ours', commits({ ...draft, sha: STRANGE }, { ...draft, parents: [STRANGE] }, signing), {
    seen: '1 of 3',
  }),
  written('unknown', 'the commits end elsewhere: the branch moved while it was read', commits(draft), {
    seen: 'not in the head',
    also: { 'commits/verified': 'unknown' },
  }),
  written('unknown', 'the commits could not be read', snapshot({ commits: unread }), {
    also: { 'commits/verified': 'unknown', 'merge/up-to-date': 'unknown' },
  }),
  written('unknown', 'the head was verified in one place and not in the other', commits(draft, { ...signing, verified: false }), {
    seen: 'two ways',
    also: { 'commits/verified': 'unknown' },
  }),
  written('unknown', 'a commit of ours is missing from the list', commits(signing), {
    seen: DRAFT,
    also: { 'commits/verified': 'unknown' },
  }),
  written('unknown', 'there are no commits', commits(), { also: { 'commits/verified': 'unknown' } }),
  verified('pass', 'all are verified', (gate) => gate),
  verified(
    'pass',
    'one is not, a person approved, and no rule asks for it',
    all(approved, commits({ ...draft, verified: false }, signing)),
  ),
  verified('block', 'one is not verified', commits({ ...draft, verified: false }, signing), { seen: DRAFT }),
  verified(
    'block',
    'a person approved, and a rule asks for signatures',
    all(approved, rules({ signatures: true }), commits({ ...draft, verified: false }, signing)),
  ),
  verified('unknown', 'commits without their rules', snapshot({ rules: unread }), {
    also: {
      'reviews/decision': 'unknown',
      'checks/required': 'unknown',
      'merge/up-to-date': 'unknown',
      'merge/method': 'unknown',
      'rules/open': 'unknown',
      'rules/known': 'unknown',
      'rules/no-bypass': 'unknown',
    },
  }),

  tree('pass', 'the tree is ours', (gate) => gate),
  tree(
    'block',
    'the head holds another tree than we wrote',
    all(snapshot({ headCommit: { ...signing, tree: sha('7') } }), commits(draft, { ...signing, tree: sha('7') })),
    { seen: sha('7') },
  ),
  tree('unknown', 'another commit was shown for the head', snapshot({ headCommit: draft }), { seen: 'was shown', also: shownTwice }),
  paths('pass', 'the three documents', (gate) => gate),
  paths('block', 'a fourth file in the folder, though a person approved it', addedByPerson(`${FOLDER}/notes.md`)),
  paths('block', 'a fourth file in the folder, and nobody to approve it', another({}), { also: { 'content/digest': 'block' } }),
  paths('block', 'a file beside the folder, though a person approved it', addedByPerson(`${FOLDER}_copy/dataset.yaml`)),
  paths('block', 'a workflow', addedByPerson('.github/workflows/ci.yml'), { seen: 'ci.yml' }),
  paths('block', 'a CODEOWNERS in the folder', addedByPerson(`${FOLDER}/CODEOWNERS`)),
  paths('block', 'a way out of the folder', addedByPerson(`${FOLDER}/../../job.py`)),
  paths('block', 'nothing at all is changed', snapshot({ changes: ok([]) }), {
    also: {
      'content/digest': 'block',
      'proposal/no-model': 'unknown',
      'bundle/valid': 'block',
      'bundle/level': 'block',
      'bundle/in-force': 'block',
      'signature/valid': 'block',
      'schema/bundle': 'block',
    },
  }),
  modes('pass', 'plain files', (gate) => gate),
  modes('block', 'a symbolic link', modeOfBundle('120000'), { seen: '120000' }),
  modes('block', 'a submodule', modeOfBundle('160000')),
  modes('block', 'an executable', modeOfBundle('100755')),
  modes('block', 'a file that is gone', modeOfBundle('000000')),
  digest(
    'pass',
    'the content before it was signed',
    file(BUNDLE_PATH, () => UNSIGNED_BUNDLE),
    {
      also: { 'signature/valid': 'wait' },
      decides: 'wait',
    },
  ),
  digest('pass', 'a person changed a comment, and a person approved it', all(changedByPerson, commentAdded, adaApprovedIt)),
  digest('block', 'one byte of a comment differs', commentAdded),
  digest('block', 'our head with other bytes, though a person approved it', all(approved, commentAdded, adaApprovedIt)),
  digest('block', 'a file has another path', another({ path: `${FOLDER}/baseline.json` })),
];
