/** §8.3 what people said about a pull request that is no command and that they did not take back, and what of it nobody answered. */
import { isOnlyCommand, readCommand, wasCut } from '../../slash-command.js';
import type { Person, PullRequestSnapshot, Reading, SnapshotComment, SnapshotReview, SnapshotThread } from '../snapshot.js';
import { isSame, standingOf } from './people.js';
import type { Scene } from './scene.js';

/** Something a person said that is neither a command nor answered. `id` is what `answered` of our record names. */
export type Remark = {
  readonly id: number;
  readonly by: Person;
  readonly at: string;
  /** When it was written or edited last. */
  readonly last: string;
};

/**
 * Comments, replies in conversations and reviews that only comment: nobody need review such a pull request, so "wait, this
 * table is deprecated" must stop it. What was edited says something new: also a review that approved, and what began a
 * conversation, for the forge does not say whether it was resolved before. A review and what stands on a line is taken back
 * by an approval of the same person that is younger than its last word. What could not be read is left out: the gate says so.
 */
export function remarksIn(said: Pick<PullRequestSnapshot, 'comments' | 'reviews' | 'threads'>): readonly Remark[] {
  const [comments, reviews, threads] = [readOf(said.comments), readOf(said.reviews), readOf(said.threads)];
  const besideComments = [
    // Commands are not obeyed there: a hold is an objection still.
    ...threads.flatMap(({ replies }) => replies).filter(({ text }) => !isOnlyCommand(text) || saysHold(text)),
    ...threads.filter(isEdited),
    ...reviews.filter((review) => hasWords(review) && (review.state === 'COMMENTED' || isEdited(review))),
  ].map(remarkOf);
  return [
    ...comments.filter(({ text }) => !isOnlyCommand(text)).map(remarkOf),
    ...besideComments.filter((remark) => !isTakenBack(remark, reviews)),
    ...threads.flatMap(tooLong),
  ];
}

function readOf<T>(list: Reading<readonly T[]>): readonly T[] {
  return list.ok ? list.value : [];
}

/** It is answered by `proceed`, which has to be younger than its last word. */
export function openRemarks(scene: Scene): readonly Remark[] {
  return remarksIn(scene.snapshot)
    .filter(({ by }) => standingOf(by, scene) !== 'does-not-count')
    .filter((remark) => !isAnswered(remark, scene));
}

/** What `proceed` can answer: remarks, and the open conversations of people who may not object. */
export function answerable(scene: Scene): readonly Remark[] {
  const { threads } = scene.snapshot;
  const open = threads.ok ? threads.value.filter((thread) => isOpen(thread) && isPassersBy(thread, scene)) : [];
  return [...openRemarks(scene), ...open.map(remarkOf).filter((remark) => !isAnswered(remark, scene))];
}

export function isOpen({ resolved }: SnapshotThread): boolean {
  return resolved !== true;
}

export function isPassersBy({ by }: SnapshotThread, scene: Scene): boolean {
  return standingOf(by, scene) === 'does-not-count';
}

export function isAnswered({ id, last }: Pick<Remark, 'id' | 'last'>, { pull }: Scene): boolean {
  return (pull?.answered ?? []).some(({ comment, at }) => comment === id && Date.parse(at) >= Date.parse(last));
}

export function remarkOf(each: SnapshotReview | SnapshotComment | SnapshotThread): Remark {
  return { id: each.id, by: each.by, at: each.at, last: lastOf(each) };
}

type Dated = { readonly at: string; readonly editedAt?: string };

/** When it was said or edited last; a time that cannot be read is never early enough. */
export function lastOf({ at, editedAt = at }: Dated): string {
  return Date.parse(editedAt) <= Date.parse(at) ? at : editedAt;
}

function isEdited(each: Dated): boolean {
  return lastOf(each) !== each.at;
}

export function saysHold(text: string): boolean {
  const read = readCommand(text);
  return read.kind === 'command' && read.word === 'hold';
}

/** Not read, and cut off, is something said. */
function hasWords({ text }: SnapshotReview): boolean {
  return text === undefined || wasCut(text) || text.trim() !== '';
}

function isTakenBack({ by, last }: Remark, all: readonly SnapshotReview[]): boolean {
  return all.some((review) => review.state === 'APPROVED' && isSame(review.by, by) && Date.parse(review.at) > Date.parse(last));
}

/** Nobody in particular, so that only somebody with write can say that it was read. */
const SOMEBODY: Person = { login: 'somebody', isBot: false, role: { ok: true, value: 'write' } };

/** What lies between its beginning and its newest replies was not read: a person has to. */
function tooLong({ unread, replies: [oldest] }: SnapshotThread): readonly Remark[] {
  if (unread === 0) return [];
  return [oldest ? { ...remarkOf(oldest), by: SOMEBODY } : { id: 0, by: SOMEBODY, at: '', last: '' }];
}
