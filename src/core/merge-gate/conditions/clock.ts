/** §8.3 condition 10: the waiting time, counted from the last thing that somebody could have objected to. */
import { MS_PER_DAY, MS_PER_HOUR } from '../../numbers.js';
import { instant } from '../../time.js';
import type { SnapshotEvent, SnapshotReview } from '../snapshot.js';
import { type Condition, given, type Outcome, pass, recorded, unknown, wait } from './condition.js';
import { isSame, isUs, standingOf } from './people.js';
import type { PullRequestRecord, Scene } from './scene.js';

export const CLOCK_CONDITIONS: readonly Condition[] = [
  {
    number: 10,
    id: 'clock/due',
    condition: 'The waiting time has passed since the last change or objection',
    passes: '`merge.auto_after_hours` since the latest start, with a whole working day where the settings ask for one; or a person decides',
    waits: 'it runs; a rebuild with the same content does not move it',
    unknown: 'a time, the timeline, reviews or threads could not be read',
    judge: clockDue,
  },
];

/** A moment at which the clock starts again, and what happened then. */
type Start = { readonly at: string; readonly what: string };

/**
 * Starts at the latest of: opened, the content's last change, owners told, hold lifted, words put back, objection answered
 * (all of our record); ready for review, retargeted, reopened, renamed by somebody, hold label taken off (the forge's
 * timeline); a review that was no approval, a conversation on a line. A time later than now counts as now: our clock and
 * the forge's differ. Commit dates are free text and never read.
 */
function clockDue(scene: Scene): Outcome {
  const { merge, settings } = scene.ledger;
  return recorded(scene, (pull) =>
    given(scene.snapshot.timeline, 'the timeline', (timeline) =>
      given(scene.snapshot.reviews, 'reviews', (reviews) =>
        given(scene.snapshot.threads, 'conversations', (threads) => {
          if (merge.kind === 'person') return pass('an approval decides');
          const conversations = threads
            .filter(({ by }) => standingOf(by, scene) !== 'does-not-count')
            .map(({ at }) => ({ at, what: 'conversation begun' }));
          const starts = [
            ...ourStarts(pull, scene),
            ...timeline.flatMap((event) => eventStart(event, scene)),
            ...reviewStarts(reviews, scene),
            ...conversations,
          ];
          return fromStarts(starts, scene.now, (start) => dueAt(start, merge.afterHours, settings.merge.working_day));
        }),
      ),
    ),
  );
}

function fromStarts(starts: readonly Start[], now: number, dueOf: (start: number) => number): Outcome {
  const unread = starts.find(({ at }) => Number.isNaN(Date.parse(at)));
  if (unread || Number.isNaN(now)) return unknown(`the time of "${unread?.what ?? 'now'}" could not be read`);
  const last = starts.reduce((latest, start) => (Date.parse(start.at) > Date.parse(latest.at) ? start : latest));
  const start = Math.min(Date.parse(last.at), now);
  // To the second, and never before: somebody looks again exactly then.
  const due = Math.ceil(dueOf(start) / 1000) * 1000;
  const counted = `counted from ${instant(start)} (${last.what})`;
  return now >= due ? pass(`due since ${instant(due)}, ${counted}`) : wait(`due at ${instant(due)}, ${counted}`, instant(due));
}

function ourStarts(pull: PullRequestRecord, { snapshot }: Scene): readonly Start[] {
  const times: readonly (readonly [string, string | undefined])[] = [
    ['opened', snapshot.pullRequest.openedAt],
    ['opened', pull.opened_at],
    ['content changed', pull.content_changed_at],
    ['owners told', pull.notified?.at],
    ['hold lifted', pull.hold_lifted_at],
    ['title and description put back', pull.words_restored_at],
    ...(pull.answered ?? []).map(({ at }) => ['objection answered', at] as const),
  ];
  return times.flatMap(([what, at]) => (at === undefined ? [] : [{ at, what }]));
}

function eventStart(event: SnapshotEvent, scene: Scene): readonly Start[] {
  const what = eventWords(event, scene);
  return what === undefined ? [] : [{ at: event.at, what }];
}

function eventWords({ kind, by, label = '' }: SnapshotEvent, scene: Scene): string | undefined {
  if (kind === 'ready') return 'ready for review';
  if (kind === 'base-changed') return 'retargeted';
  if (kind === 'reopened') return 'reopened';
  if (kind === 'renamed') return isUs(by, scene) ? undefined : 'title changed';
  return kind === 'unlabeled' && isHoldLabel(label, scene) ? 'hold label taken off' : undefined;
}

export function isHoldLabel(label: string, { ledger }: Scene): boolean {
  return ledger.settings.merge.hold_labels.some((hold) => isSameLabel(hold, label));
}

/** The forge compares labels without their case. */
export function isSameLabel(a = '', b = ''): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Changes that were asked for and the same person's answer to that: an objection that ended is younger than the content. */
function reviewStarts(reviews: readonly SnapshotReview[], scene: Scene): readonly Start[] {
  const objections = reviews.filter(({ state }) => state === 'CHANGES_REQUESTED' || state === 'DISMISSED');
  const objectors = objections.map(({ by }) => by).filter((by) => standingOf(by, scene) !== 'does-not-count');
  return reviews.filter(({ by }) => objectors.some((objector) => isSame(objector, by))).map(({ at }) => ({ at, what: 'reviewed' }));
}

/** With `wholeDay` no earlier than the end of the first working day (UTC) that begins after the start. */
function dueAt(start: number, hours: number, wholeDay: boolean): number {
  const due = start + hours * MS_PER_HOUR;
  if (!wholeDay) return due;
  let day = Math.ceil(start / MS_PER_DAY) * MS_PER_DAY;
  while ([0, 6].includes(new Date(day).getUTCDay())) day += MS_PER_DAY;
  return Math.max(due, day + MS_PER_DAY);
}
