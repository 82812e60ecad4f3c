/** Comments, reviews, commits and events of a pull request of the world, in the order they happened. */
import { commitsOf } from '../../render/pull.js';
import type { Comment, PullIssue, Reaction, Repository, Review, Thread, TimelineEvent } from '../../state/repositories.js';
import type { CommentView, Entry, ThreadView } from '../view.js';
import { personOf } from './rows.js';

const SIGNS: Readonly<Record<Reaction['content'], string>> = {
  '+1': '👍',
  '-1': '👎',
  laugh: '😄',
  confused: '😕',
  heart: '❤️',
  hooray: '🎉',
  rocket: '🚀',
  eyes: '👀',
};

/** What an event says after the name of who did it. */
const WORDS: Readonly<Record<string, (detail: Readonly<Record<string, string>>) => string>> = {
  LabeledEvent: ({ label }) => `added the label ${label}`,
  UnlabeledEvent: ({ label }) => `took off the label ${label}`,
  ClosedEvent: () => 'closed this',
  ReopenedEvent: () => 'reopened this',
  MergedEvent: ({ commit = '' }) => `merged this as ${commit.slice(0, 7)}`,
  RenamedTitleEvent: ({ from, to }) => `changed the title from “${from}” to “${to}”`,
  BaseRefChangedEvent: ({ previousRefName, currentRefName }) => `changed the base from ${previousRefName} to ${currentRefName}`,
  ReadyForReviewEvent: () => 'marked this as ready for review',
  ConvertToDraftEvent: () => 'made this a draft',
  HeadRefForcePushedEvent: ({ before = '', after = '' }) => `force-pushed from ${before.slice(0, 7)} to ${after.slice(0, 7)}`,
  HeadRefDeletedEvent: ({ headRefName }) => `deleted the branch ${headRefName}`,
  ReviewRequestedEvent: ({ user, team }) => `asked ${user ?? team} for a review`,
  ReviewRequestRemovedEvent: ({ user }) => `no longer asks ${user ?? 'a team'} for a review`,
  ReviewDismissedEvent: ({ message }) => (message === undefined ? 'dismissed a review' : `dismissed a review: ${message}`),
};

type Placed = { readonly order: number; readonly entry: Entry };

export async function entriesOf(repository: Repository, issue: PullIssue): Promise<readonly Entry[]> {
  const { reviews, threads } = issue.pull;
  const all: readonly Placed[] = [
    ...(await commitEntries(repository, issue)),
    ...issue.timeline.map((event) => ({ order: orderOf(event.nodeId), entry: eventEntry(event) })),
    ...issue.comments.map(
      (comment) => ({ order: comment.id, entry: { kind: 'comment', at: comment.createdAt, comment: commentView(comment) } }) as const,
    ),
    ...reviews.flatMap((review) => {
      const started = threads.filter(({ comments }) => comments[0]?.reviewId === review.id);
      // An answer in a thread is a review of its own; it is shown there.
      const isAnswer = review.state === 'COMMENTED' && review.body === '' && started.length === 0;
      return isAnswer ? [] : [{ order: review.id, entry: reviewEntry(review, started) }];
    }),
  ];
  return all.toSorted((a, b) => Date.parse(a.entry.at) - Date.parse(b.entry.at) || a.order - b.order).map(({ entry }) => entry);
}

export function threadView({ nodeId, path, line, outdated, resolvedBy, comments }: Thread): ThreadView {
  return { key: nodeId, path, line, isOutdated: outdated, resolvedBy: resolvedBy?.login, comments: comments.map(commentView) };
}

/** Ids grow with time, which orders what happened within one second of the clock. */
function orderOf(nodeId: string): number {
  return Number(Buffer.from(nodeId.split('_kw')[1] ?? '', 'base64url').toString()) || 0;
}

async function commitEntries(repository: Repository, issue: PullIssue): Promise<readonly Placed[]> {
  const entries: Placed[] = [];
  for (const [index, sha] of (await commitsOf(repository, issue)).entries()) {
    const commit = await repository.git.objects.commit(sha);
    if (commit === undefined) continue;
    const author = repository.authors.get(sha)?.login ?? commit.author.name;
    const isVerified = repository.verified.has(sha);
    entries.push({ order: index, entry: { kind: 'commit', at: commit.committer.date, sha, message: commit.message, author, isVerified } });
  }
  return entries;
}

function eventEntry({ type, actor, createdAt, detail }: TimelineEvent): Entry {
  return { kind: 'event', at: createdAt, actor: personOf(actor), says: WORDS[type]?.(detail) ?? type };
}

function reviewEntry(review: Review, threads: readonly Thread[]): Entry {
  const { nodeId, author, body, submittedAt, edited, state } = review;
  const comment = {
    key: nodeId,
    author: personOf(author),
    at: submittedAt,
    body,
    isEdited: edited !== undefined,
    hiddenAs: undefined,
    reactions: [],
  };
  return { kind: 'review', at: submittedAt, state, comment, threads: threads.map(threadView) };
}

function commentView({ nodeId, author, createdAt, body, edited, minimized, reactions }: Comment): CommentView {
  const contents = [...new Set(reactions.map(({ content }) => content))];
  return {
    key: nodeId,
    author: personOf(author),
    at: createdAt,
    body,
    isEdited: edited !== undefined,
    hiddenAs: minimized,
    reactions: contents.map((content) => ({
      sign: SIGNS[content],
      by: reactions.filter((one) => one.content === content).map(({ user }) => user.login),
    })),
  };
}
