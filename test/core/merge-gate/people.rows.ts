/** §8.3 rows of conditions 11 to 14. */
import type { SnapshotComment, SnapshotEvent } from '../../../src/core/merge-gate/snapshot.js';
import {
  all,
  approved,
  bot,
  comment,
  commented,
  conversation,
  HEAD,
  HOUR_LATER,
  merging,
  NOW,
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
  snapshot,
  threads,
  timeline,
  US,
  unread,
} from './passing-gate.js';
import { type Row, rowsAbout } from './row.js';

const label = rowsAbout('hold/label');
const hold = rowsAbout('hold/command');
const title = rowsAbout('hold/title');
const noDraft = rowsAbout('hold/draft');
const queue = rowsAbout('hold/queue');
const changes = rowsAbout('reviews/changes-requested');
const decision = rowsAbout('reviews/decision');
const conversations = rowsAbout('threads/resolved');
const comments = rowsAbout('comments/answered');
const ada = person('ada', 'write');
const ben = person('ben', 'read', 22);
const isPublic = repository({ isPrivate: false });
const unseenRole = { id: 33, login: 'cyd', isBot: false, role: unread } as const;
const thread = (resolved: boolean, by = ben, ...replies: readonly SnapshotComment[]) => conversation(resolved, by, { replies });
const long = conversation(true, ben, { replies: [comment(US, 'Thank you.', { id: 720, at: OPENED })], unread: 3 });
const left = (by: SnapshotEvent['by'], at = OPENED): SnapshotEvent => ({ kind: 'left-queue', at, by });
const marked = (kind: 'labeled' | 'unlabeled', name = 'autopilot/hold'): SnapshotEvent => ({ kind, at: OPENED, by: ben, label: name });
const proceeded = (id: number, at = OPENED) => noted({ answered: [{ comment: id, by: 'ada', at }] });

export const peopleRows: readonly Row[] = [
  label('pass', 'a label like a hold label', pull({ labels: ['autopilot/holding'] })),
  label('block', 'the hold label', pull({ labels: ['autopilot/hold'] }), { seen: 'autopilot/hold' }),
  label('block', 'the hold label in capitals', pull({ labels: ['AUTOPILOT/HOLD'] })),
  label('block', 'a hold label of the organisation', all(merging({ hold_labels: ['freeze'] }), pull({ labels: ['freeze'] }))),
  label('pass', 'the hold label was taken off again', timeline(marked('labeled'), marked('unlabeled', 'Autopilot/Hold'))),
  label('pass', 'another label is gone', timeline(marked('labeled', 'data'))),
  label('block', 'the hold label is gone, though nobody took it off', timeline(marked('labeled')), {
    seen: `ben put on the hold label autopilot/hold at ${OPENED}, and nobody took it off: it was deleted or renamed; put it on again`,
  }),
  label(
    'block',
    'the hold label was renamed, which the event does not show',
    all(pull({ labels: ['holding'] }), timeline(marked('labeled'))),
  ),
  label('block', 'it was put on again after it was taken off', timeline(marked('labeled'), marked('unlabeled'), marked('labeled'))),
  label(
    'block',
    'another hold label was taken off',
    all(merging({ hold_labels: ['freeze', 'autopilot/hold'] }), timeline(marked('labeled'), marked('unlabeled', 'freeze'))),
  ),
  label('pass', 'it was deleted, made again, put on and taken off', timeline(marked('labeled'), marked('labeled'), marked('unlabeled'))),
  label('unknown', 'the timeline could not be read', snapshot({ timeline: unread }), {
    also: { 'clock/due': 'unknown', 'hold/queue': 'unknown' },
  }),
  hold(
    'block',
    'a comment from before the hold was lifted was edited to say hold',
    all(commented(comment(ben, '/autopilot hold', { at: OPENED, editedAt: HOUR_LATER })), noted({ hold_lifted_at: OPENED })),
    { seen: `ben since ${HOUR_LATER}` },
  ),
  hold(
    'pass',
    'a hold that was lifted',
    all(commented(comment(ben, '/autopilot hold', { at: OPENED })), noted({ hold_lifted_at: OPENED })),
  ),
  hold('pass', 'a passer-by of a public repository says hold', all(isPublic, commented(comment(ben, '/autopilot hold')))),
  hold('block', 'somebody said hold', noted({ hold: { by: 'ana', at: HOUR_LATER } }), { seen: `held by ana since ${HOUR_LATER}` }),
  hold('block', 'somebody said hold, and our record does not know it yet', commented(comment(ben, '\n/autopilot hold')), {
    seen: 'ben',
  }),
  hold(
    'block',
    'somebody said hold again after it was lifted',
    all(commented(comment(ben, '/autopilot HOLD', { at: NOW })), noted({ hold_lifted_at: OPENED })),
  ),
  hold('block', 'somebody said hold in capitals', commented(comment(ben, '/Autopilot hold')), { seen: 'ben' }),
  hold('unknown', 'whether they may say hold could not be read', commented(comment(unseenRole, '/autopilot hold')), { seen: 'cyd' }),
  title('pass', 'a title that the settings let pass', merging({ hold_title: 'wip**' })),
  title('block', 'a title that holds, whatever its case', merging({ hold_title: 'MAKE **' }), { seen: PLAN.title }),
  noDraft('pass', 'ready for review', (gate) => gate),
  noDraft('block', 'a draft', pull({ draft: true })),
  queue('pass', 'the queue itself or a bot took it out', timeline(left(US))),
  queue('pass', 'a hold was lifted after a person took it out', all(timeline(left(ada)), noted({ hold_lifted_at: OPENED }))),
  queue('block', 'a person took it out of the merge queue', timeline(left(ada)), {
    seen: `ada took it out of the merge queue at ${OPENED}`,
  }),
  queue(
    'block',
    'a person took it out again after the hold was lifted',
    all(timeline(left(ada), left(ada, NOW)), noted({ hold_lifted_at: OPENED })),
    { seen: NOW },
  ),
  queue('unknown', 'the timeline could not be read', snapshot({ timeline: unread }), {
    also: { 'clock/due': 'unknown', 'hold/label': 'unknown' },
  }),

  changes(
    'pass',
    'who asked for changes approved in the meantime',
    reviewed(review(ada, 'APPROVED', { id: 2 }), review(ada, 'CHANGES_REQUESTED', { id: 1, at: OPENED })),
    {
      also: { 'clock/due': 'wait' },
    },
  ),
  changes('pass', 'a passer-by of a public repository asks for changes', all(isPublic, reviewed(review(ben, 'CHANGES_REQUESTED')))),
  changes('pass', 'a bot asks for changes', reviewed(review(bot('linter'), 'CHANGES_REQUESTED'))),
  changes(
    'block',
    'a bot that the settings trust asks for changes',
    all(merging({ trusted_bots: ['Linter'] }), reviewed(review(bot('linter[bot]'), 'CHANGES_REQUESTED'))),
    {
      also: { 'clock/due': 'wait' },
    },
  ),
  changes('block', 'a reader of a private repository asks for changes', reviewed(review(ben, 'CHANGES_REQUESTED', { at: OPENED })), {
    seen: 'ben',
  }),
  changes(
    'block',
    'a triager of a public repository asks for changes',
    all(isPublic, reviewed(review(person('tess', 'triage'), 'CHANGES_REQUESTED', { at: OPENED }))),
  ),
  changes(
    'block',
    'asked for after an approval at the same second',
    reviewed(review(ada, 'APPROVED', { at: OPENED }), review(ada, 'CHANGES_REQUESTED', { id: 901, at: OPENED })),
  ),
  changes(
    'block',
    'one approves, another asks for changes',
    all(approved, reviewed(review(ada, 'APPROVED'), review(ben, 'CHANGES_REQUESTED', { id: 901 }))),
  ),
  changes(
    'block',
    'a comment takes no decision back',
    reviewed(review(ben, 'CHANGES_REQUESTED', { at: OPENED }), review(ben, 'COMMENTED', { id: 901, at: OPENED })),
  ),
  changes(
    'pass',
    'approved after asking for changes in the same second',
    reviewed(review(ada, 'APPROVED', { id: 902, at: OPENED }), review(ada, 'CHANGES_REQUESTED', { id: 901, at: OPENED })),
  ),
  changes(
    'unknown',
    'the role of who asks for changes could not be read',
    reviewed(review(unseenRole, 'CHANGES_REQUESTED', { at: OPENED })),
  ),
  changes('unknown', 'a review at a time that is none', reviewed(review(ada, 'APPROVED', { at: 'soon' }))),
  decision(
    'pass',
    'the rules ask for an approval, and the forge says it is there',
    all(rules({ approvals: 1 }), pull({ reviewDecision: 'APPROVED' })),
  ),
  decision('block', 'the rules ask for an approval, and the forge says nothing', rules({ approvals: 2 }), { seen: '2 approvals' }),
  decision('block', 'the rules ask for an owner of the code', rules({ codeOwnerApproval: true })),
  decision('block', 'the rules ask for an approval of the last push', rules({ lastPushApproval: true })),
  decision('block', 'REVIEW_REQUIRED, though our rules ask for nothing', pull({ reviewDecision: 'REVIEW_REQUIRED' })),
  decision('block', 'the forge says CHANGES_REQUESTED', pull({ reviewDecision: 'CHANGES_REQUESTED' })),

  decision('unknown', 'the forge has a new word for it', pull({ reviewDecision: ofNextYear('PARTLY_APPROVED') }), {
    seen: 'PARTLY_APPROVED',
  }),
  changes('unknown', 'a review has a new word', reviewed(review(ada, ofNextYear('VETOED'))), { seen: 'VETOED' }),
  changes(
    'unknown',
    'who asks for changes has a new role',
    reviewed(review({ ...ada, role: ok(ofNextYear('curator')) }, 'CHANGES_REQUESTED', { at: OPENED })),
  ),
  conversations('pass', 'all are resolved', threads(thread(true))),
  conversations('block', 'one is open', threads(thread(true), thread(false)), { seen: 'ben' }),
  conversations('block', 'a bot’s is open', threads(thread(false, bot('linter')))),
  conversations('block', 'a passer-by’s in a public repository: it says who can end it', all(isPublic, threads(thread(false))), {
    seen: 'somebody with write resolves it or says `/autopilot proceed`',
  }),
  conversations('pass', 'a passer-by’s, and somebody with write said proceed', all(isPublic, threads(thread(false)), proceeded(700))),
  conversations('pass', 'a bot’s, and somebody with write said proceed', all(threads(thread(false, bot('linter'))), proceeded(700))),
  conversations(
    'block',
    'a passer-by’s that was edited after somebody with write said proceed',
    all(isPublic, threads(conversation(false, ben, { editedAt: HOUR_LATER })), proceeded(700)),
  ),
  conversations('block', 'of somebody who may object, whatever else was said', all(threads(thread(false)), proceeded(700))),
  conversations('unknown', 'they could not be read', snapshot({ threads: unread }), {
    also: { 'clock/due': 'unknown', 'comments/answered': 'unknown' },
  }),

  comments('pass', 'a command', commented(comment(ben, '\n  /autopilot status\n'))),
  comments('block', 'a command with an objection below it', commented(comment(ben, '/autopilot status\nThis table is deprecated.'))),
  comments('block', 'a word of ours that nobody knows', commented(comment(ben, '/autopilot stop'))),
  comments('pass', 'a bot talks', commented(comment(bot('coverage'), 'Coverage is 80 %'))),
  comments('pass', 'we talk', commented(comment(US, 'It merges tomorrow.'))),
  comments('pass', 'a passer-by of a public repository', all(isPublic, commented(comment(ben, 'wait')))),
  comments(
    'pass',
    'it was answered',
    all(commented(comment(ben, 'wait', { at: OPENED })), noted({ answered: [{ comment: 500, by: 'ada', at: OPENED }] })),
  ),
  comments('pass', 'a review without a word, whose threads are resolved', reviewed(review(ben, 'COMMENTED', { text: ' \n' }))),
  comments(
    'pass',
    'who said something in a review approved later',
    reviewed(review(ben, 'COMMENTED', { text: 'hm', at: OPENED }), review(ben, 'APPROVED', { id: 901 })),
  ),
  comments(
    'block',
    'before the content changed last',
    all(commented(comment(ben, 'wait', { at: OPENED })), noted({ content_changed_at: '2026-11-24T16:00:00Z' })),
  ),
  comments(
    'block',
    'it was edited after it was answered',
    all(
      commented(comment(ben, 'wait', { at: OPENED, editedAt: HOUR_LATER })),
      noted({ answered: [{ comment: 500, by: 'ada', at: OPENED }] }),
    ),
    { seen: 'ben' },
  ),
  comments(
    'block',
    'a review was edited after it was answered',
    all(reviewed(review(ben, 'COMMENTED', { text: 'stop', at: OPENED, editedAt: HOUR_LATER })), proceeded(900)),
    { seen: `ben said something at ${HOUR_LATER}` },
  ),
  comments(
    'block',
    'a review was edited after its author approved',
    reviewed(review(ben, 'COMMENTED', { text: 'stop', at: OPENED, editedAt: NOW }), review(ben, 'APPROVED', { id: 901 })),
  ),
  comments(
    'pass',
    'a review was edited before its author approved',
    reviewed(review(ben, 'COMMENTED', { text: 'fine', at: OPENED, editedAt: HOUR_LATER }), review(ben, 'APPROVED', { id: 901, at: NOW })),
  ),
  comments('block', 'an approval was edited', reviewed(review(ben, 'APPROVED', { text: 'Do not merge this.', editedAt: NOW }))),
  comments(
    'block',
    'of two approvals the newer one was edited',
    reviewed(review(ben, 'APPROVED', { at: OPENED }), review(ben, 'APPROVED', { id: 901, text: 'stop', editedAt: NOW })),
  ),
  comments('pass', 'the words of an approval', reviewed(review(ben, 'APPROVED', { text: 'Good.' }))),
  comments('pass', 'an approval whose words were edited away', reviewed(review(ben, 'APPROVED', { editedAt: NOW }))),
  comments(
    'pass',
    'an approval that was edited, and answered since',
    all(reviewed(review(ben, 'APPROVED', { text: 'Do not merge this.', editedAt: HOUR_LATER, at: OPENED })), proceeded(900, NOW)),
    { also: { 'clock/due': 'wait' } },
  ),
  comments(
    'block',
    'a review that was dismissed was edited',
    reviewed(review(ben, 'DISMISSED', { text: 'It is deprecated still.', at: OPENED, editedAt: HOUR_LATER })),
  ),
  comments('pass', 'a review that was edited before it was sent', reviewed(review(ben, 'APPROVED', { text: 'Good.', editedAt: OPENED }))),
  comments(
    'block',
    'a time of an edit that is none',
    all(commented(comment(ben, 'wait', { at: OPENED, editedAt: 'soon' })), proceeded(500, NOW)),
    {
      also: { 'clock/due': 'wait' },
    },
  ),
  comments('block', 'a review of which only blanks were read', reviewed(review(ben, 'COMMENTED', { text: '\n'.repeat(300) }))),
  comments('block', 'a comment of which only blanks were read', commented(comment(ben, ' '.repeat(300)))),
  comments('block', 'a command with words after what was read', commented(comment(ben, `/autopilot status${'\n'.repeat(283)}`))),
  comments('block', 'a command that is quoted', commented(comment(ben, '> /autopilot proceed'))),
  comments('block', 'a command that only begins like ours', commented(comment(ben, '/autopilots hold'))),
  comments('block', 'our name without a verb', commented(comment(ben, '/autopilot\nwait'))),
  comments('block', 'words of a review without a decision', reviewed(review(ben, 'COMMENTED', { text: 'this table is deprecated' }))),
  comments(
    'block',
    'approved in the very second of its words',
    reviewed(review(ben, 'COMMENTED', { text: 'hm' }), review(ben, 'APPROVED', { id: 901 })),
  ),
  comments('block', 'a review whose words were not read', reviewed({ id: 1, by: ben, state: 'COMMENTED', at: HOUR_LATER, commit: HEAD })),
  comments('block', 'a triager of a public repository', all(isPublic, commented(comment(person('tess', 'triage'), 'wait')))),
  comments('block', 'a bot that the settings trust', all(merging({ trusted_bots: ['guard'] }), commented(comment(bot('guard'), 'stop')))),
  comments(
    'block',
    'a reply in a conversation that is resolved',
    threads(thread(true, ada, comment(ben, 'wait', { id: 710, at: OPENED }))),
    {
      seen: 'ben',
    },
  ),
  comments(
    'block',
    'a hold that was said there, where commands are not obeyed',
    threads(thread(true, ada, comment(ben, '/autopilot hold'))),
  ),
  comments(
    'pass',
    'a reply that was answered',
    all(threads(thread(true, ada, comment(ben, 'wait', { id: 710, at: OPENED }))), proceeded(710)),
  ),
  comments(
    'block',
    'a reply that was edited after the answer',
    all(threads(thread(true, ada, comment(ben, 'wait', { id: 710, at: OPENED, editedAt: HOUR_LATER }))), proceeded(710)),
  ),
  comments(
    'block',
    'a reply that was edited after its author approved',
    all(threads(thread(true, ada, comment(ben, 'stop', { at: OPENED, editedAt: NOW }))), reviewed(review(ben, 'APPROVED'))),
    { seen: `ben said something at ${NOW}` },
  ),
  comments('block', 'what began a conversation that is resolved was edited', threads(conversation(true, ben, { editedAt: HOUR_LATER })), {
    seen: 'ben',
  }),
  comments('pass', 'it was edited and answered', all(threads(conversation(true, ben, { editedAt: OPENED })), proceeded(700))),
  comments(
    'pass',
    'who replied approved later',
    all(threads(thread(true, ada, comment(ben, 'hm', { at: OPENED }))), reviewed(review(ben, 'APPROVED'))),
  ),
  comments('pass', 'a passer-by replies', all(isPublic, threads(thread(true, ada, comment(ben, 'wait'))))),
  comments(
    'block',
    'somebody who may object replies in a passer-by’s conversation that was answered',
    all(isPublic, threads(thread(false, ben, comment(ada, 'It is true.', { id: 710 }))), proceeded(700)),
  ),
  comments(
    'block',
    'a long conversation whose oldest reply that was read was edited after the answer',
    all(threads({ ...long, replies: [comment(US, 'Thank you.', { id: 720, at: OPENED, editedAt: HOUR_LATER })] }), proceeded(720)),
  ),
  comments('block', 'a conversation that is too long to be read whole', threads(long), { seen: 'too long to be read whole' }),
  comments('pass', 'a long conversation, and somebody with write said proceed', all(threads(long), proceeded(720))),
  comments('unknown', 'the role of who said it could not be read', commented(comment(unseenRole, 'wait'))),
  comments('unknown', 'they could not be read', snapshot({ comments: unread }), { also: { 'hold/command': 'unknown' } }),
];
