/** The timeline of a pull request: its events, comments, reviews and commits, oldest first. */

import { pageUrl } from '../render/links.js';
import { commitsOf } from '../render/pull.js';
import type { PullIssue, Repository, TimelineEvent } from '../state/repositories.js';
import { nodeIdOf } from '../state/world.js';
import { accountNode, teamNode } from './accounts.js';
import { commitNodeAt, refNode } from './commit.js';
import { commentNode, labelNode } from './issue.js';
import { type Arguments, connection, type Node, type Reader } from './node.js';
import { reviewNode } from './reviews.js';

type Item = { readonly type: string; readonly at: string; readonly show: () => unknown };

export async function timelineNode(reader: Reader, repository: Repository, issue: PullIssue, args: Arguments): Promise<Node> {
  const items = [...(await commitItems(reader, repository, issue)), ...saidItems(reader, repository, issue)].toSorted(
    (a, b) => Date.parse(a.at) - Date.parse(b.at),
  );
  const { itemTypes, since } = args;
  const wanted = items
    .filter(({ type }) => !Array.isArray(itemTypes) || itemTypes.includes(constantOf(type)))
    .filter(({ at }) => typeof since !== 'string' || Date.parse(at) >= Date.parse(since));
  const updatedAt = issue.updatedAt;
  return connection(wanted, args, ({ show }) => show(), {
    updatedAt,
    filteredCount: wanted.length,
    pageCount: wanted.length,
    beforeFocusCount: 0,
    afterFocusCount: 0,
    totalCount: items.length,
  });
}

export function pullCommitNode(reader: Reader, repository: Repository, issue: PullIssue, sha: string): Node {
  const url = `${pageUrl(reader.world, repository, 'pull', issue.number)}/commits/${sha}`;
  return {
    __typename: 'PullRequestCommit',
    id: nodeIdOf('PURC', `${issue.pull.id}:${sha}`),
    url,
    resourcePath: new URL(url).pathname,
    commit: () => commitNodeAt(reader, repository, sha),
    pullRequest: () => reader.make.pull(repository, issue),
  };
}

export function eventNode(reader: Reader, repository: Repository, issue: PullIssue, event: TimelineEvent): Node {
  const { detail, type } = event;
  const { pull } = issue;
  const commit = (name: string) => () => (detail[name] === undefined ? null : commitNodeAt(reader, repository, detail[name]));
  const label = repository.labels.get(detail.label ?? '');
  const review = pull.reviews.find(({ nodeId }) => nodeId === detail.review);
  return {
    __typename: type,
    id: event.nodeId,
    createdAt: event.createdAt,
    actor: () => accountNode(reader.world, event.actor),
    pullRequest: () => reader.make.pull(repository, issue),
    closable: () => reader.make.pull(repository, issue),
    labelable: () => reader.make.pull(repository, issue),
    subject: () => reader.make.pull(repository, issue),
    url: `${pageUrl(reader.world, repository, 'pull', issue.number)}#event-${event.nodeId}`,
    label:
      label === undefined
        ? { __typename: 'Label', id: event.nodeId, name: detail.label ?? '', color: 'ededed', description: null, isDefault: false }
        : labelNode(label),
    previousTitle: detail.from ?? '',
    currentTitle: detail.to ?? '',
    previousRefName: detail.previousRefName ?? '',
    currentRefName: detail.currentRefName ?? '',
    headRefName: pull.head.ref,
    mergeRefName: pull.base.ref,
    stateReason: null,
    closer: null,
    duplicateOf: null,
    ref: () => refNode(reader, repository, `refs/heads/${pull.head.ref}`),
    mergeRef: () => refNode(reader, repository, `refs/heads/${pull.base.ref}`),
    headRef: () => refNode(reader, repository, `refs/heads/${pull.head.ref}`),
    commit: commit('commit'),
    beforeCommit: commit('before'),
    afterCommit: commit('after'),
    requestedReviewer: () => reviewerNode(reader, repository, detail),
    previousReviewState: detail.previousReviewState ?? 'APPROVED',
    dismissalMessage: detail.message ?? null,
    review: () => (review === undefined ? null : reviewNode(reader, repository, issue, review)),
  };
}

function saidItems(reader: Reader, repository: Repository, issue: PullIssue): readonly Item[] {
  return [
    ...issue.timeline.map((event) => ({ type: event.type, at: event.createdAt, show: () => eventNode(reader, repository, issue, event) })),
    ...issue.comments.map((comment) => ({
      type: 'IssueComment',
      at: comment.createdAt,
      show: () => commentNode(reader, repository, issue, comment),
    })),
    ...issue.pull.reviews.map((review) => ({
      type: 'PullRequestReview',
      at: review.submittedAt,
      show: () => reviewNode(reader, repository, issue, review),
    })),
  ];
}

async function commitItems(reader: Reader, repository: Repository, issue: PullIssue): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (const sha of await commitsOf(repository, issue)) {
    const commit = await repository.git.objects.commit(sha);
    items.push({
      type: 'PullRequestCommit',
      at: commit?.committer.date ?? issue.createdAt,
      show: () => pullCommitNode(reader, repository, issue, sha),
    });
  }
  return items;
}

/** `ReadyForReviewEvent` is asked for as `READY_FOR_REVIEW_EVENT`. */
function constantOf(type: string): string {
  return type.replace(/(?!^)([A-Z])/g, '_$1').toUpperCase();
}

function reviewerNode(reader: Reader, repository: Repository, detail: Readonly<Record<string, string>>): Node | null {
  const account = reader.world.account(detail.user ?? '');
  if (account !== undefined) return accountNode(reader.world, account);
  const team = reader.world.organisation(repository.owner.login)?.teams.get(detail.team ?? '');
  return team === undefined ? null : teamNode(reader.world, team);
}
