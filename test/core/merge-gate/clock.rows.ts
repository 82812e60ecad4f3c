/** §8.3 rows of condition 10: the waiting time, and the approval in its place. */
import {
  all,
  approved,
  bot,
  byPerson,
  type Change,
  conversation,
  DUE,
  FOLDER,
  file,
  HOUR_LATER,
  ledger,
  merging,
  NOW,
  noted,
  OPENED,
  ok,
  PLAN,
  person,
  pull,
  repository,
  review,
  reviewed,
  sha,
  snapshot,
  threads,
  timeline,
  US,
  unread,
} from './passing-gate.js';
import { type Row, rowsAbout } from './row.js';

const clock = rowsAbout('clock/due');
const approval = rowsAbout('approval/given');
const staging = rowsAbout('approval/staging');
const ada = person('ada', 'write');
const ben = person('ben', 'read', 22);
const at = (now: string) => ledger({ now });
const happened = (kind: 'ready' | 'base-changed' | 'reopened' | 'unlabeled' | 'renamed', more: object = {}): Change =>
  timeline({ kind, at: HOUR_LATER, by: { id: 5, login: 'ana', isBot: false }, ...more });
const isPublic = repository({ isPrivate: false });
const waived = (judged_digest: string) => ({ waivers: [{ by: 'ana', at: OPENED, judged_digest }] });
const tier1 = all(approved, ledger({ merge: { kind: 'person', slaBusinessDays: 5, stagingReport: 'required', onApproval: true } }));
const unseenRole = { id: 33, login: 'cyd', isBot: false, role: unread } as const;
const recordedFor = (judged_digest: string) => noted({ approvals: [{ by: 'ada', at: OPENED, judged_digest }] });
const NEXT = '2026-11-27T15:00:00Z';

export const clockRows: readonly Row[] = [
  clock('pass', '48 hours to the second', at(DUE), { seen: 'opened' }),
  clock('pass', 'our own rename is nobody’s change', timeline({ kind: 'renamed', at: HOUR_LATER, by: US })),
  clock('pass', 'any label but a hold label was taken off', happened('unlabeled', { label: 'data' })),
  clock('pass', 'a passer-by’s conversation in a public repository', all(isPublic, threads(conversation(true, ben, { at: HOUR_LATER })))),
  clock('wait', 'a second less', at('2026-11-26T14:04:59Z'), { seen: DUE, decides: 'wait' }),
  clock('wait', 'a fraction of a second less', noted({ content_changed_at: '2026-11-24T20:00:00.400Z' }), {
    seen: 'due at 2026-11-26T20:00:01Z',
  }),
  clock('wait', 'the content changed an hour into the second day', noted({ content_changed_at: HOUR_LATER }), { seen: NEXT }),
  clock('wait', 'it was ready for review only then', happened('ready'), { seen: NEXT }),
  clock('wait', 'it was retargeted and set back', happened('base-changed'), { seen: NEXT }),
  clock('wait', 'it was reopened', happened('reopened'), { seen: NEXT }),
  clock('wait', 'the hold was lifted then', noted({ hold_lifted_at: HOUR_LATER }), { seen: NEXT }),
  clock('wait', 'the hold label was taken off then', happened('unlabeled', { label: 'Autopilot/Hold' }), { seen: NEXT }),
  clock('wait', 'a person changed the title and changed it back', happened('renamed'), { seen: NEXT }),
  clock('wait', 'title and description were put back then', noted({ words_restored_at: HOUR_LATER }), { seen: NEXT }),
  clock('wait', 'the owners were told only then', noted({ notified: { at: HOUR_LATER, who: ['@acme/data-platform'] } }), { seen: NEXT }),
  clock('wait', 'the last objection was answered then', noted({ answered: [{ comment: 500, by: 'ada', at: HOUR_LATER }] }), { seen: NEXT }),
  clock('wait', 'a review that asked for changes was dismissed', reviewed(review(ben, 'DISMISSED')), { seen: NEXT }),
  clock(
    'wait',
    'who asked for changes approved later',
    reviewed(review(ada, 'CHANGES_REQUESTED', { id: 1, at: OPENED }), review(ada, 'APPROVED')),
    { seen: NEXT },
  ),
  clock('wait', 'a conversation begun then is resolved', threads(conversation(true, ben, { at: HOUR_LATER })), { seen: NEXT }),
  clock('wait', 'the latest of many', all(happened('ready'), noted({ hold_lifted_at: '2026-11-26T10:00:00Z' })), {
    seen: '2026-11-28T10:00:00Z',
  }),
  clock('wait', 'a time that is later than now counts as now', noted({ hold_lifted_at: '2027-01-01T00:00:00Z' }), {
    seen: 'due at 2026-11-28T20:00:00Z',
  }),
  clock('wait', 'the organisation waits longer', ledger({ merge: { kind: 'auto', afterHours: 72 } }), { seen: '2026-11-27T14:05:00Z' }),
  clock(
    'wait',
    'a weekend is no working day',
    all(merging({ working_day: true }), noted({ content_changed_at: '2026-11-27T17:00:00Z' }), at('2026-11-30T12:00:00Z')),
    {
      seen: 'due at 2026-12-01T00:00:00Z',
    },
  ),
  clock(
    'pass',
    'a weekend and the Monday after it',
    all(merging({ working_day: true }), noted({ content_changed_at: '2026-11-27T17:00:00Z' }), at('2026-12-01T00:00:00Z')),
  ),
  clock(
    'pass',
    'from Tuesday midnight two working days',
    all(merging({ working_day: true }), noted({ content_changed_at: '2026-11-25T00:00:00Z' }), at('2026-11-27T00:00:00Z')),
  ),
  clock('unknown', 'a time that is none', noted({ content_changed_at: 'yesterday' })),
  clock('unknown', 'the timeline could not be read', snapshot({ timeline: unread }), {
    seen: '403',
    also: { 'hold/label': 'unknown', 'hold/queue': 'unknown' },
  }),

  approval('pass', 'a person with write approved the head', approved, { seen: 'ada' }),
  approval('pass', 'a person approved this content before it was signed', all(byPerson, recordedFor(PLAN.judgedDigest))),
  approval('block', 'nobody has', byPerson, { seen: 'nobody', decides: 'wait' }),
  approval('block', 'approved was another content', all(byPerson, recordedFor('sha256:before')), { seen: 'before the last change' }),
  approval('block', 'approved was an older head', all(byPerson, reviewed(review(ada, 'APPROVED', { commit: sha('a') })))),
  approval('block', 'the approval says for no head', all(byPerson, reviewed({ id: 1, by: ada, state: 'APPROVED', at: HOUR_LATER }))),
  approval('block', 'a reader’s approval', all(byPerson, reviewed(review(ben, 'APPROVED'))), { seen: 'with write' }),
  approval(
    'block',
    'a bot’s approval',
    all(byPerson, merging({ trusted_bots: ['reviewer'] }), reviewed(review(bot('reviewer[bot]'), 'APPROVED'))),
  ),
  approval('block', 'our own approval', all(byPerson, reviewed(review({ ...US, isBot: false }, 'APPROVED')))),
  approval(
    'block',
    'our own approval in our own record',
    all(
      byPerson,
      pull({ author: { ...US, login: 'AutoPilot' } }),
      noted({ approvals: [{ by: 'Autopilot[bot]', at: OPENED, judged_digest: PLAN.judgedDigest }] }),
    ),
  ),
  approval('block', 'it was dismissed', all(byPerson, recordedFor(PLAN.judgedDigest), reviewed(review(ada, 'DISMISSED')))),
  approval(
    'block',
    'who approved may no longer write',
    all(byPerson, recordedFor(PLAN.judgedDigest), reviewed(review(person('ada', 'read'), 'APPROVED', { commit: sha('a') }))),
  ),
  approval(
    'block',
    'the content changed after it',
    all(
      byPerson,
      recordedFor(PLAN.judgedDigest),
      file(`${FOLDER}/dataset.yaml`, (text) => `${text}# more\n`),
    ),
    {
      also: { 'content/digest': 'block' },
    },
  ),
  approval(
    'pass',
    'a later comment takes no approval away',
    all(byPerson, reviewed(review(ada, 'APPROVED'), review(ada, 'COMMENTED', { id: 901, at: NOW }))),
  ),
  approval('unknown', 'the role of who approved could not be read', all(byPerson, reviewed(review(unseenRole, 'APPROVED'))), {
    seen: 'cyd',
  }),
  approval('unknown', 'the reviews could not be read', all(byPerson, snapshot({ reviews: unread })), {
    also: { 'clock/due': 'unknown', 'reviews/changes-requested': 'unknown', 'comments/answered': 'unknown' },
  }),
  staging('pass', 'Tier-1 with a waiver for this content', all(tier1, ledger(waived(PLAN.judgedDigest))), { seen: 'ana waived' }),
  staging('block', 'Tier-1 without a staging report', tier1, { seen: 'no staging report for this content' }),
  staging('block', 'the waiver is for other content', all(tier1, ledger(waived('sha256:before')))),
  staging(
    'unknown',
    'the content could not be read',
    all(tier1, (gate) => {
      const { changes: read } = gate.snapshot;
      return read.ok ? snapshot({ changes: ok(read.value.map(({ content: _unread, ...rest }) => rest)) })(gate) : gate;
    }),
    {
      also: {
        'approval/given': 'unknown',
        'content/digest': 'unknown',
        'bundle/valid': 'unknown',
        'bundle/level': 'unknown',
        'bundle/in-force': 'unknown',
        'signature/valid': 'unknown',
        'schema/bundle': 'unknown',
      },
    },
  ),
];
