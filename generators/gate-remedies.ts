/** §8.3 what a reader can do about a condition that does not hold, where somebody can. */
import type { ConditionName } from '../src/core/merge-gate/conditions/names.js';

/** By the condition's id; Markdown of our own. */
export const REMEDIES: Readonly<Partial<Record<string, string>>> = {
  'switches/off': 'whoever set the switch takes it back',
  'switches/automatic': 'merge it yourself, or set `merge.automatic`',
  'settings/read': 'mend `.github/autopilot.yml` on the default branch',
  'owner/known': 'name an owner in CODEOWNERS',
  'repository/open': 'an admin opens the repository',
  'pull-request/unlocked': 'unlock the conversation',
  'pull-request/base': 'set the base branch back',
  'head/recorded': 'approve what is there: the approval then counts for exactly that; or take the other commits off the branch again',
  'approval/given': 'a person with write approves it',
  'approval/staging': 'staging runs come with a later version; until then whoever may merge here merges it by hand, which puts it in force',
  'hold/label': 'take the label off, after putting it on again where it is gone; the waiting time starts again',
  'hold/command': 'somebody with write says `/autopilot resume`; the waiting time starts again',
  'hold/title': 'change `merge.hold_title`',
  'hold/draft': 'mark it ready for review',
  'reviews/changes-requested': 'the reviewer approves, or the review is dismissed',
  'reviews/decision': 'somebody whom its rules name approves it',
  'threads/resolved': 'whoever began it, or somebody with write, resolves the conversation',
  'comments/answered': 'its author, or somebody with write, says `/autopilot proceed`; the waiting time starts again',
  'checks/required': 'see what the check says',
  'checks/others': 'see what the check says',
  'checks/any': 'a repository without checks sets `merge.allow_no_checks`',
  'merge/method': 'set `merge.method` to one that is allowed here',
  'rules/open': 'let our App merge there, or merge it yourself',
  'rules/known': 'merge it yourself',
  'rules/no-bypass': 'take our App off the list of those who may pass by',
} satisfies Partial<Record<ConditionName, string>>;
