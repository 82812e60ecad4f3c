/** §8.3 conditions 11 to 14: nobody holds it, asked for changes, waits for an answer or said anything against it. */

import { matchesGlob } from '../../glob.js';
import type { Person, SnapshotComment, SnapshotEvent } from '../snapshot.js';
import { isHoldLabel, isSameLabel } from './clock.js';
import { block, type Condition, given, listed, type Outcome, pass, plural, recorded, unknown } from './condition.js';
import { latestDecisions, standingOf } from './people.js';
import { isAnswered, isOpen, isPassersBy, lastOf, openRemarks, remarkOf, saysHold } from './remarks.js';
import type { Scene } from './scene.js';

export const OBJECTION_CONDITIONS: readonly Condition[] = [
  {
    number: 11,
    id: 'hold/label',
    condition: 'No label holds it',
    passes: 'none of `merge.hold_labels`',
    blocks: 'one of them, whoever put it there; or one that was put on and is gone, though nobody took it off',
    unknown: 'the timeline could not be read',
    judge: noHoldLabel,
  },
  {
    number: 11,
    id: 'hold/command',
    condition: 'Nobody said hold',
    passes: 'no hold in our record, and no `/autopilot hold` that our record does not know yet',
    blocks: 'somebody said it, and nobody lifted it',
    unknown: 'comments, or the role of who said it, could not be read',
    judge: noHold,
  },
  {
    number: 11,
    id: 'hold/title',
    condition: 'The title holds nothing back',
    passes: 'it does not match `merge.hold_title`',
    blocks: 'it does',
    judge: titleIsFree,
  },
  {
    number: 11,
    id: 'hold/draft',
    condition: 'It is no draft',
    passes: 'ready for review',
    blocks: 'a draft',
    judge: noDraft,
  },
  {
    number: 11,
    id: 'hold/queue',
    condition: 'Nobody took it out of the merge queue',
    passes: 'nobody but a bot, or a hold was lifted since then',
    blocks: 'a person did: `/autopilot resume` lets it in again',
    unknown: 'the timeline could not be read',
    judge: notTakenOut,
  },
  {
    number: 12,
    id: 'reviews/changes-requested',
    condition: 'Nobody’s latest review asks for changes',
    passes: 'no reviewer with read (public repositories: triage) whose latest decision asks for changes',
    blocks: 'one, whatever the rules of the branch let pass',
    unknown: 'reviews or a role could not be read, or a review says a word that is not known',
    judge: noChangesRequested,
  },
  {
    number: 12,
    id: 'reviews/decision',
    condition: 'The approvals that the branch asks for are there',
    passes: 'the rules ask for none, or the forge says APPROVED',
    blocks: 'REVIEW_REQUIRED, CHANGES_REQUESTED, or no decision while the rules ask for one',
    unknown: 'the rules could not be read, or the forge says another word',
    judge: decisionTaken,
  },
  {
    number: 13,
    id: 'threads/resolved',
    condition: 'Every conversation on a line is resolved',
    passes:
      'none is open, on any page, whether or not the rules ask for it; one of somebody who may not object also where `proceed` of somebody with write answered it',
    blocks: 'one is open, whoever began it',
    unknown: 'they could not be read',
    judge: threadsResolved,
  },
  {
    number: 14,
    id: 'comments/answered',
    condition: 'No comment waits for an answer',
    passes:
      'no comment of a person with read (public repositories: triage), also as a reply in a conversation that is resolved, but commands and those answered with `proceed`',
    blocks:
      'one that nobody answered, or that was edited after the answer; a review or the beginning of a conversation that was edited; a conversation too long to be read whole',
    unknown: 'comments, conversations or a role could not be read',
    judge: commentsAnswered,
  },
];

function noHoldLabel(scene: Scene): Outcome {
  const holding = scene.snapshot.pullRequest.labels.filter((label) => isHoldLabel(label, scene));
  if (holding.length > 0) return block(`held by the label ${listed(holding)}`);
  return given(scene.snapshot.timeline, 'the timeline', (timeline) => {
    const gone = goneLabel(timeline, scene);
    if (!gone) return pass('none');
    const whose = `${gone.by.login} put on the hold label ${gone.label} at ${gone.at}, and nobody took it off`;
    return block(`${whose}: it was deleted or renamed; put it on again and take it off`);
  });
}

/**
 * A hold label that was put on and went without being taken off. A label that is deleted or renamed leaves every pull request
 * and tells none of them when: there is no time for the clock to count from. Where the forge shows the event with the new name
 * of a label that was renamed, it is one that never held.
 */
function goneLabel(timeline: readonly SnapshotEvent[], scene: Scene): SnapshotEvent | undefined {
  const marks = timeline.filter(({ label = '' }) => isHoldLabel(label, scene));
  return marks.find(
    ({ kind, label }, index) =>
      kind === 'labeled' && !marks.slice(index).some((later) => later.kind === 'unlabeled' && isSameLabel(later.label, label)),
  );
}

/** The record orders a hold against a merge; a comment that came a moment ago may not have reached it yet. */
function noHold(scene: Scene): Outcome {
  return recorded(scene, ({ hold, hold_lifted_at: lifted }) => {
    if (hold) return block(`held by ${hold.by} since ${hold.at}`);
    return given(scene.snapshot.comments, 'comments', (comments) => {
      const said = comments.filter((comment) => isHolding(comment, lifted));
      const holding = said.find(({ by }) => standingOf(by, scene) === 'counts');
      if (holding) return block(`held by ${holding.by.login} since ${lastOf(holding)}, said in a comment`);
      const unseen = said.find(({ by }) => standingOf(by, scene) === 'unseen');
      return unseen ? unknown(`whether ${unseen.by.login} may hold it could not be read`) : pass('nobody');
    });
  });
}

/** One that says hold since a hold was lifted last, also where it was edited to say so, which is not obeyed. */
export function isHolding(comment: SnapshotComment, lifted = ''): boolean {
  return saysHold(comment.text) && !(Date.parse(lastOf(comment)) <= Date.parse(lifted));
}

function titleIsFree({ snapshot, ledger }: Scene): Outcome {
  const glob = ledger.settings.merge.hold_title;
  if (glob === undefined) return pass('the settings name no title that holds');
  const { title } = snapshot.pullRequest;
  return matchesGlob(glob.toLowerCase(), title.toLowerCase()) ? block(`held by its title: ${title}`) : pass('the title holds nothing back');
}

function noDraft({ snapshot }: Scene): Outcome {
  return snapshot.pullRequest.draft ? block('it is a draft') : pass('ready for review');
}

/** Who may take it out of the queue may write, so that nobody's standing has to be asked for. */
function notTakenOut(scene: Scene): Outcome {
  return recorded(scene, ({ hold_lifted_at: lifted }) =>
    given(scene.snapshot.timeline, 'the timeline', (timeline) => {
      const taken = takenOut(timeline, lifted);
      return taken ? block(`${taken.by.login} took it out of the merge queue at ${taken.at}`) : pass('nobody');
    }),
  );
}

/** The last time that a person took it out of the merge queue, if no hold was lifted since. */
export function takenOut(timeline: readonly SnapshotEvent[], lifted = ''): SnapshotEvent | undefined {
  return timeline.findLast(({ kind, by, at }) => kind === 'left-queue' && !by.isBot && !(Date.parse(at) <= Date.parse(lifted)));
}

const REVIEW_WORDS: readonly string[] = ['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING'];

/** Of each reviewer the latest decision counts: dismissed and asked for again is asked for. */
function noChangesRequested(scene: Scene): Outcome {
  return given(scene.snapshot.reviews, 'reviews', (reviews) => {
    const odd = reviews.find(({ state, at }) => !REVIEW_WORDS.includes(state) || Number.isNaN(Date.parse(at)));
    if (odd) return unknown(`a review of ${odd.by.login} could not be understood: ${odd.state} at ${odd.at}`);
    const asking = latestDecisions(reviews).filter(({ state }) => state === 'CHANGES_REQUESTED');
    return byStanding(asking, scene, 'asked for changes', `${plural(reviews.length, 'review')}, none asks for changes`);
  });
}

/** The forge counts approvals by the rules; without rules that ask, it may say nothing at all. */
function decisionTaken({ snapshot }: Scene): Outcome {
  return given(snapshot.rules, 'the rules of the base branch', (rules) => {
    const asked = rules.approvals > 0 || rules.codeOwnerApproval || rules.lastPushApproval;
    const decision: string | undefined = snapshot.pullRequest.reviewDecision;
    if (decision === 'APPROVED') return pass('approved');
    if (decision === undefined)
      return asked ? block(`the branch asks for ${plural(Math.max(1, rules.approvals), 'approval')}`) : pass('none is asked for');
    if (decision === 'REVIEW_REQUIRED') return block('the branch asks for an approving review, and it is not there yet');
    if (decision === 'CHANGES_REQUESTED') return block('a reviewer asked for changes');
    return unknown(`the forge says ${decision}`);
  });
}

/** One of a passer-by stops it too, until somebody with write has looked: nobody else could stop a fleet for good. */
function threadsResolved(scene: Scene): Outcome {
  return given(scene.snapshot.threads, 'conversations', (threads) => {
    const passersBy = threads.filter((thread) => isPassersBy(thread, scene));
    const open = threads.filter((thread) => isOpen(thread) && !(passersBy.includes(thread) && isAnswered(remarkOf(thread), scene)));
    if (open.length === 0) return pass(`${plural(threads.length, 'conversation')}, all resolved or answered`);
    const whose = open.map((thread) => `${thread.by.login} at ${thread.url}`);
    const ends = open.every((thread) => passersBy.includes(thread))
      ? '; begun by somebody who may not object here: somebody with write resolves it or says `/autopilot proceed`'
      : '';
    return block(`${plural(open.length, 'open conversation')}: ${listed(whose, 2)}${ends}`);
  });
}

function commentsAnswered(scene: Scene): Outcome {
  return given(scene.snapshot.comments, 'comments', (comments) =>
    given(scene.snapshot.reviews, 'reviews', () =>
      given(scene.snapshot.threads, 'conversations', (threads) => {
        const all = comments.length + threads.reduce((sum, { replies }) => sum + replies.length, 0);
        const long = threads.find(({ unread }) => unread > 0);
        const did = long
          ? `said something, or it is in ${long.url}, too long to be read whole: somebody with write does,`
          : 'said something';
        const open = openRemarks(scene).map(({ by, last }) => ({ by, at: last }));
        return byStanding(open, scene, did, `${plural(all, 'comment')}, none waits for an answer`);
      }),
    ),
  );
}

function byStanding(words: readonly { readonly by: Person; readonly at: string }[], scene: Scene, did: string, otherwise: string): Outcome {
  const [counting] = words.filter(({ by }) => standingOf(by, scene) === 'counts');
  if (counting) return block(`${counting.by.login} ${did} at ${counting.at}`);
  const [unseen] = words.filter(({ by }) => standingOf(by, scene) === 'unseen');
  return unseen ? unknown(`${unseen.by.login} ${did}, and their role could not be read`) : pass(otherwise);
}
