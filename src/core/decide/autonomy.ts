/** §8.3 whether a repository's own rules let a Tier-3 change merge alone, and what would help where they do not. */
import type { Decision } from '../evidence.js';
import type { BranchRules, MergeMethod, Reading } from '../merge-gate/snapshot.js';

export type Autonomy =
  | { readonly kind: 'alone' }
  /** Never by itself. `helps`: what a person could do about it, in the order of least effort. */
  | { readonly kind: 'never'; readonly helps: readonly string[] }
  | { readonly kind: 'unknown' };

/** `method`: how we would merge. No rule is ever bypassed, also where our App could. */
export function decideAutonomy(rules: Reading<BranchRules>, branch: string, method: MergeMethod): Decision<Autonomy> {
  if (!rules.ok)
    return { value: { kind: 'unknown' }, rule: 'autonomy/unread', because: `the rules of ${branch} could not be read: ${rules.because}` };
  const [obstacle] = obstaclesOf(rules.value, branch, method);
  if (!obstacle)
    return { value: { kind: 'alone' }, rule: 'autonomy/alone', because: `nothing in the rules of ${branch} asks for a person` };
  return { value: { kind: 'never', helps: obstacle.helps }, rule: obstacle.rule, because: obstacle.because };
}

type Obstacle = { readonly rule: string; readonly because: string; readonly helps: readonly string[] };

function obstaclesOf(rules: BranchRules, branch: string, method: MergeMethod): readonly Obstacle[] {
  const { approvals, codeOwnerApproval, lastPushApproval, closedToUs, methods, linearHistory } = rules;
  const found: Obstacle[] = [];
  if (approvals > 0 || codeOwnerApproval || lastPushApproval) {
    found.push({
      rule: 'autonomy/review-required',
      because: `${branch} asks for ${approvals > 1 ? `${approvals} approving reviews` : 'an approving review'}${codeOwnerApproval ? ' of a code owner' : ''}`,
      helps: [
        'approve it with one click: it then merges as soon as its waiting time is over',
        'scope the rule by path, so that changes which touch only `signal_factory/` need no review',
      ],
    });
  }
  if (closedToUs) {
    found.push({
      rule: 'autonomy/restricted',
      because: `only some may merge into ${branch}, and this App is not among them`,
      helps: ['merge it by hand once the gate is green', 'add the App to those who may merge there'],
    });
  }
  if ((methods && !methods.includes(method)) || (linearHistory && method === 'merge')) {
    found.push({
      rule: 'autonomy/method',
      because: `${branch} does not allow the merge method ${method}`,
      helps: ['set `merge.method` to one that it allows'],
    });
  }
  return found;
}
