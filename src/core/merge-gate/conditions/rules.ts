/** §8.3 conditions 16 to 19: the forge would merge it, in the way that was set, and no rule is passed by. */
import { mergesItself } from '../../decide/merge.js';
import { GATE_CHECK } from '../../pull-request.js';
import type { BranchRules } from '../snapshot.js';
import { isOwnCheck, requiredPassed } from './checks.js';
import { block, type Condition, given, listed, type Outcome, pass, unknown, wait } from './condition.js';
import type { Scene } from './scene.js';

export const RULE_CONDITIONS: readonly Condition[] = [
  {
    number: 16,
    id: 'merge/mergeable',
    condition: 'It merges without a conflict',
    passes: 'MERGEABLE',
    blocks: 'CONFLICTING: the branch is made again on top of the base',
    unknown: 'UNKNOWN, as long as the forge computes it, or another word',
    judge: mergeable,
  },
  {
    number: 16,
    id: 'merge/state',
    condition: 'The forge would let it merge',
    passes: 'CLEAN or HAS_HOOKS; UNSTABLE, since the checks decide; BLOCKED, when only our own check or the merge queue is still to come',
    waits: 'BLOCKED otherwise, with every rule that is known to be unmet; DRAFT',
    blocks: 'BEHIND or DIRTY: the branch is made again on top of the base',
    unknown: 'UNKNOWN, another word, or the rules could not be read',
    judge: mergeState,
  },
  {
    number: 16,
    id: 'merge/up-to-date',
    condition: 'It stands on the base branch’s newest commit, where that is a rule',
    passes: 'it does, or no rule asks for it',
    blocks: 'it does not: the branch is made again on top of the base',
    unknown: 'commits or rules could not be read',
    judge: upToDate,
  },
  {
    number: 17,
    id: 'base/inputs',
    condition: 'What it was made from is the same on the base branch',
    passes: 'jobs, owners, settings and registrations give the same proposal',
    blocks: 'one of them changed: the proposal is made again',
    unknown: 'that could not be told',
    judge: inputsSame,
  },
  {
    number: 18,
    id: 'merge/method',
    condition: 'The merge method is allowed',
    passes: '`merge.method` is allowed by the repository and the rules, or a person merges it',
    blocks: 'it is not; rebasing while signatures are required, a merge commit while history must be linear',
    unknown: 'the rules could not be read',
    judge: methodAllowed,
  },
  {
    number: 18,
    id: 'merge/queue',
    condition: 'It is not in the merge queue already',
    passes: 'it is not; with a queue it is handed to it instead of merged',
    waits: 'it is',
    judge: notQueued,
  },
  {
    number: 19,
    id: 'rules/open',
    condition: 'Our App may merge into the base branch',
    passes: 'no rule keeps it to others, or a person merges it',
    blocks: 'only others may push or merge there',
    unknown: 'the rules could not be read',
    judge: openToUs,
  },
  {
    number: 19,
    id: 'rules/known',
    condition: 'Every rule of the base branch is one that is understood',
    passes: 'all are, or the forge says CLEAN and would refuse us, or a person merges it',
    blocks: 'one is not, and the forge does not vouch for it',
    unknown: 'the rules could not be read',
    judge: rulesKnown,
  },
  {
    number: 19,
    id: 'rules/no-bypass',
    condition: 'No rule is passed by',
    passes: 'our App could pass by none; or it could, and every rule is met anyway, or a person merges it',
    blocks: 'our App could pass by a rule that is not met: the forge would not refuse for us',
    unknown: 'the rules could not be read',
    judge: nothingBypassed,
  },
];

const RULES = 'the rules of the base branch';

function mergeable({ snapshot }: Scene): Outcome {
  const word: string = snapshot.pullRequest.mergeable;
  if (word === 'MERGEABLE') return pass('no conflict');
  return word === 'CONFLICTING' ? block('it conflicts with the base branch') : unknown(`the forge says ${word}`);
}

/**
 * BLOCKED while the only thing unmet is our own required check would wait for itself: then the row passes, so that the
 * check can be set, and the forge is asked again before the merge. With our check set and still BLOCKED there is a rule
 * that nobody told us.
 */
function mergeState(scene: Scene): Outcome {
  const word = scene.snapshot.pullRequest.mergeState;
  if (word === 'CLEAN' || word === 'HAS_HOOKS') return pass(word);
  if (word === 'UNSTABLE') return pass('UNSTABLE: a check that is not required has not passed');
  if (word === 'BEHIND' || word === 'DIRTY') return block(`${word}: it has to be made again on top of the base branch`);
  if (word === 'DRAFT') return wait(word);
  if (word !== 'BLOCKED') return unknown(`the forge says ${word}`);
  return given(scene.snapshot.rules, RULES, (rules) => {
    const unmet = unmetRules(rules, scene);
    if (unmet.length > 0) return wait(`BLOCKED: ${unmet.join('; ')}`);
    if (rules.mergeQueue) return pass('BLOCKED only by the merge queue, which takes it next');
    const awaitsUs = rules.requiredChecks.some((each) => isOwnCheck(each, scene)) && !isOurCheckSet(scene);
    return awaitsUs ? pass(`BLOCKED only by ${GATE_CHECK}, which comes last`) : wait('BLOCKED, and every rule that is known is met');
  });
}

function isOurCheckSet({ snapshot }: Scene): boolean {
  return (
    !snapshot.checks.ok ||
    snapshot.checks.value.some(({ ours, name, conclusion }) => ours && name === GATE_CHECK && conclusion === 'success')
  );
}

/** The modelled rules that are not met, all but our own check, in words. */
function unmetRules(rules: BranchRules, scene: Scene): readonly string[] {
  const { snapshot } = scene;
  const asked = rules.approvals > 0 || rules.codeOwnerApproval || rules.lastPushApproval;
  const unresolved = !snapshot.threads.ok || snapshot.threads.value.some(({ resolved }) => resolved !== true);
  const unverified = !snapshot.commits.ok || snapshot.commits.value.some(({ verified }) => !verified);
  const table: readonly (readonly [boolean, string])[] = [
    [requiredPassed(scene).state !== 'pass', 'required checks have not passed'],
    [asked && snapshot.pullRequest.reviewDecision !== 'APPROVED', 'approvals are missing'],
    [rules.conversations && unresolved, 'conversations are open'],
    [rules.signatures && unverified, 'commits are not verified'],
    [rules.upToDate && !isUpToDate(scene), 'the branch is behind its base'],
    [methodAllowed(scene).state !== 'pass', 'the merge method is not allowed'],
    [openToUs(scene).state !== 'pass', 'only others may merge'],
    [rules.unmodelled.length > 0 && mergesItself(scene.ledger.merge), `not understood: ${listed(rules.unmodelled)}`],
  ];
  return table.flatMap(([isUnmet, words]) => (isUnmet ? [words] : []));
}

/** The branch reaches the base's head exactly when one of its commits has that as a parent. */
function isUpToDate({ snapshot }: Scene): boolean {
  return snapshot.commits.ok && snapshot.commits.value.some(({ parents }) => parents.includes(snapshot.base.head));
}

function upToDate(scene: Scene): Outcome {
  return given(scene.snapshot.rules, RULES, (rules) =>
    given(scene.snapshot.commits, 'the commits of the branch', () => {
      if (!rules.upToDate) return pass('no rule asks for it');
      const { head } = scene.snapshot.base;
      return isUpToDate(scene) ? pass(`on ${head}`) : block(`the base branch is at ${head} by now, and a rule asks to stand on it`);
    }),
  );
}

/** A base that moved is no harm; a proposal that no longer follows from it is. */
function inputsSame(scene: Scene): Outcome {
  return given(scene.ledger.inputs, 'what it was made from', (inputs) => {
    const { head } = scene.snapshot.base;
    const where = head === scene.pull?.base_sha ? 'the base branch has not moved' : `the base branch moved to ${head}`;
    if (inputs === 'same') return pass(`${where}, nothing it was made from changed`);
    return inputs === 'changed' ? block(`${where}, and what it was made from changed`) : unknown(`${where}: ${String(inputs)}`);
  });
}

/** What is not allowed is refused; another method is never tried instead. */
function methodAllowed({ snapshot, ledger }: Scene): Outcome {
  return given(snapshot.rules, RULES, (rules) => {
    if (!mergesItself(ledger.merge)) return pass('a person chooses it');
    const { method } = ledger.settings.merge;
    if (!snapshot.repository.methods.includes(method)) return block(`the repository does not allow ${method}`);
    if (rules.methods && !rules.methods.includes(method)) return block(`the rules of the base branch do not allow ${method}`);
    if (method === 'rebase' && rules.signatures) return block('rebase would take the signatures off the commits');
    if (method === 'merge' && rules.linearHistory) return block('the base branch takes no merge commits');
    return pass(method);
  });
}

function notQueued({ snapshot }: Scene): Outcome {
  return snapshot.pullRequest.inMergeQueue ? wait('it is in the merge queue') : pass('it is not');
}

function openToUs({ snapshot, ledger }: Scene): Outcome {
  return given(snapshot.rules, RULES, ({ closedToUs }) => {
    if (!closedToUs) return pass('open');
    return mergesItself(ledger.merge) ? block('only others may merge there') : pass('only others may, and a person merges it');
  });
}

/** Rules grow: one that nobody modelled counts as unmet, unless the forge itself says CLEAN and would refuse us. */
function rulesKnown({ snapshot, ledger }: Scene): Outcome {
  return given(snapshot.rules, RULES, ({ unmodelled, bypass }) => {
    if (unmodelled.length === 0) return pass('all are');
    if (!mergesItself(ledger.merge)) return pass(`not understood: ${listed(unmodelled)}; a person merges it, and the forge judges`);
    const vouched = !bypass && ['CLEAN', 'HAS_HOOKS'].includes(snapshot.pullRequest.mergeState);
    return vouched
      ? pass(`the forge says ${snapshot.pullRequest.mergeState} with ${listed(unmodelled)}`)
      : block(`not understood: ${listed(unmodelled)}`);
  });
}

/** A right to pass by is never asked for and never used. */
function nothingBypassed(scene: Scene): Outcome {
  return given(scene.snapshot.rules, RULES, (rules) => {
    if (!rules.bypass) return pass('the forge would refuse us');
    if (!mergesItself(scene.ledger.merge)) return pass('our App could pass by a rule, but a person merges it');
    const unmet = unmetRules(rules, scene);
    return unmet.length === 0
      ? pass('our App could pass by a rule; all are met, so it does not. The right should be taken away')
      : block(`our App could pass by rules that are not met: ${unmet.join('; ')}`);
  });
}
