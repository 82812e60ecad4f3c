/** The nodes of a snapshot as the merge gate names them. */
import * as z from 'zod';
import type {
  Actor,
  Person,
  PullRequestSnapshot,
  Reading,
  SnapshotComment,
  SnapshotCommit,
  SnapshotEvent,
  SnapshotReview,
  SnapshotThread,
} from '../../core/merge-gate/snapshot.js';
import { COMMAND_WITHIN_CHARACTERS } from '../../core/slash-command.js';
import type { Reader } from './client.js';
import { peopleOf } from './people.js';
import type { Place } from './place.js';
import { CommentNode, CommitNode, EventNode, LabelNode, ReviewNode, ThreadNode } from './snapshot-document.js';
import type { Pages } from './snapshot-pages.js';

/** Where GitHub stops listing the commits of a pull request. */
const COMMITS = 250;

const KINDS: Readonly<Record<string, SnapshotEvent['kind']>> = {
  ReadyForReviewEvent: 'ready',
  ConvertToDraftEvent: 'drafted',
  BaseRefChangedEvent: 'base-changed',
  AutomaticBaseChangeSucceededEvent: 'base-changed',
  ClosedEvent: 'closed',
  ReopenedEvent: 'reopened',
  LabeledEvent: 'labeled',
  UnlabeledEvent: 'unlabeled',
  HeadRefForcePushedEvent: 'force-pushed',
  RenamedTitleEvent: 'renamed',
  RemovedFromMergeQueueEvent: 'left-queue',
};

/** Every node understood, or none: one that is not could be the one that matters. */
function each<T>(part: Reading<readonly unknown[]>, schema: z.ZodType<T>): Reading<readonly T[]> {
  if (!part.ok) return part;
  const parsed = z.array(schema).safeParse(part.value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, because: `GitHub's answer is not as described: ${issue?.path.join('.')}: ${issue?.message}` };
}

function mapped<T, U>(part: Reading<readonly T[]>, to: (node: T) => U): Reading<readonly U[]> {
  return part.ok ? { ok: true, value: part.value.map(to) } : part;
}

export function labelsOf(part: Reading<readonly unknown[]>): Reading<readonly string[]> {
  return mapped(each(part, LabelNode), ({ name }) => name);
}

export function commitsOf(part: Reading<readonly unknown[]>): Reading<readonly SnapshotCommit[]> {
  const nodes = each(part, CommitNode);
  if (nodes.ok && nodes.value.length >= COMMITS) return { ok: false, because: `GitHub lists no more than ${COMMITS} commits` };
  return mapped(nodes, ({ commit }) => ({
    sha: commit.oid,
    tree: commit.tree.oid,
    parents: commit.parents.nodes.map(({ oid }) => oid),
    verified: commit.signature?.isValid ?? false,
  }));
}

export function eventsOf(part: Reading<readonly unknown[]>): Reading<readonly SnapshotEvent[]> {
  const nodes = each(part, EventNode);
  const unknown = nodes.ok ? nodes.value.find(({ __typename: name }) => !KINDS[name]) : undefined;
  if (unknown) return { ok: false, because: `GitHub showed an event that was not asked for: ${unknown.__typename}` };
  return mapped(nodes, ({ __typename: name, createdAt, actor, label }) => ({
    kind: KINDS[name] ?? 'renamed',
    at: createdAt,
    by: actor,
    ...(label ? { label: label.name } : {}),
  }));
}

type Said = Pick<PullRequestSnapshot, 'reviews' | 'threads' | 'comments'>;

/** Reviews, threads and comments, with the role of each person asked once. */
export async function readSaid(reader: Reader, place: Place, pages: Pages): Promise<Said> {
  const reviews = each(pages.reviews, ReviewNode);
  const threads = each(pages.reviewThreads, ThreadNode);
  const comments = each(pages.comments, CommentNode);
  const actors: readonly Actor[] = [
    ...(reviews.ok ? reviews.value.map(({ author }) => author) : []),
    ...(threads.ok ? threads.value.flatMap(({ began, newest }) => [...began.nodes, ...newest.nodes]).map(({ author }) => author) : []),
    ...(comments.ok ? comments.value.map(({ author }) => author) : []),
  ];
  const person = await peopleOf(reader, place, actors);
  return {
    reviews: mapped(
      reviews,
      (review): SnapshotReview => ({
        id: review.fullDatabaseId,
        by: person(review.author),
        state: review.state,
        at: review.submittedAt ?? '',
        ...editOf(review),
        ...(review.commit ? { commit: review.commit.oid } : {}),
        text: beginningOf(review.body),
      }),
    ),
    threads: mapped(threads, (thread) => threadOf(thread, person)),
    comments: mapped(comments, (comment) => commentOf(comment, person)),
  };
}

type PersonOf = (actor: Actor) => Person;

function commentOf(comment: z.infer<typeof CommentNode>, person: PersonOf): SnapshotComment {
  return {
    id: comment.fullDatabaseId,
    by: person(comment.author),
    at: saidAt(comment),
    ...editOf(comment),
    url: comment.url,
    text: beginningOf(comment.body),
  };
}

/** What is written for a review that is not sent yet is nowhere to be read until it is. */
function saidAt({ createdAt, publishedAt }: z.infer<typeof CommentNode>): string {
  return publishedAt ?? createdAt;
}

function editOf({ lastEditedAt }: { readonly lastEditedAt?: string | null | undefined }): { readonly editedAt?: string } {
  return lastEditedAt ? { editedAt: lastEditedAt } : {};
}

/** Blanks at the end say nothing. Those at the beginning stay: how far a command is indented counts. */
function beginningOf(body: string): string {
  return body.trimEnd().slice(0, COMMAND_WITHIN_CHARACTERS);
}

function threadOf({ isResolved, began, newest }: z.infer<typeof ThreadNode>, person: PersonOf): SnapshotThread {
  const [first] = began.nodes;
  const replies = newest.nodes.filter(({ fullDatabaseId }) => fullDatabaseId !== first?.fullDatabaseId);
  return {
    resolved: isResolved,
    id: first?.fullDatabaseId ?? 0,
    by: person(first?.author ?? { login: 'ghost', isBot: false }),
    at: first ? saidAt(first) : '',
    ...(first ? editOf(first) : {}),
    url: first?.url ?? '',
    replies: replies.map((reply) => commentOf(reply, person)),
    unread: Math.max(0, newest.totalCount - 1 - replies.length),
  };
}
