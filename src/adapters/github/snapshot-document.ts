/** The one GraphQL document that a snapshot is read with, and what we understand of its answer. */
import * as z from 'zod';
import { ACTOR, ActorNode } from './people.js';

const COMMENT = `fullDatabaseId createdAt publishedAt lastEditedAt url body author { ${ACTOR} }`;
/** So many of the newest comments of each conversation on a line are read; of a longer one it is said that it is longer. */
const REPLIES = 20;

/** Each connection of a pull request that is paged to its end, with what is read of its nodes. */
const NODES = {
  labels: 'name',
  commits: 'commit { oid tree { oid } parents(first: 10) { totalCount nodes { oid } } signature { isValid } }',
  reviews: `fullDatabaseId state submittedAt lastEditedAt body author { ${ACTOR} } commit { oid }`,
  reviewThreads: `isResolved began: comments(first: 1) { nodes { ${COMMENT} } }
    newest: comments(last: ${REPLIES}) { totalCount nodes { ${COMMENT} } }`,
  comments: COMMENT,
  timelineItems: `__typename
    ... on ReadyForReviewEvent { createdAt actor { ${ACTOR} } }
    ... on ConvertToDraftEvent { createdAt actor { ${ACTOR} } }
    ... on BaseRefChangedEvent { createdAt actor { ${ACTOR} } }
    ... on AutomaticBaseChangeSucceededEvent { createdAt actor { ${ACTOR} } }
    ... on ClosedEvent { createdAt actor { ${ACTOR} } }
    ... on ReopenedEvent { createdAt actor { ${ACTOR} } }
    ... on LabeledEvent { createdAt actor { ${ACTOR} } label { name } }
    ... on UnlabeledEvent { createdAt actor { ${ACTOR} } label { name } }
    ... on HeadRefForcePushedEvent { createdAt actor { ${ACTOR} } }
    ... on RenamedTitleEvent { createdAt actor { ${ACTOR} } }
    ... on RemovedFromMergeQueueEvent { createdAt actor { ${ACTOR} } }`,
} as const;
export type Connection = keyof typeof NODES;
export const CONNECTIONS = [
  'labels',
  'commits',
  'reviews',
  'reviewThreads',
  'comments',
  'timelineItems',
] as const satisfies readonly Connection[];

const EVENTS = [
  'READY_FOR_REVIEW_EVENT',
  'CONVERT_TO_DRAFT_EVENT',
  'BASE_REF_CHANGED_EVENT',
  'AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT',
  'CLOSED_EVENT',
  'REOPENED_EVENT',
  'LABELED_EVENT',
  'UNLABELED_EVENT',
  'HEAD_REF_FORCE_PUSHED_EVENT',
  'RENAMED_TITLE_EVENT',
  'REMOVED_FROM_MERGE_QUEUE_EVENT',
];
const FURTHER: Partial<Record<Connection, string>> = { timelineItems: `, itemTypes: [${EVENTS.join(', ')}]` };

function connection(name: Connection, after: string): string {
  return `${name}(first: 100${after}${FURTHER[name] ?? ''}) { pageInfo { hasNextPage endCursor } nodes { ${NODES[name]} } }`;
}

export const SNAPSHOT = `query ($owner: String!, $repo: String!, $number: Int!, $base: String!) {
  repository(owner: $owner, name: $repo) {
    databaseId nameWithOwner isPrivate isArchived isDisabled isLocked
    mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed
    defaultBranchRef { name }
    mergeQueue(branch: $base) { id }
    pullRequest(number: $number) {
      id url state isDraft locked title body lastEditedAt createdAt closedAt mergedAt
      headRefOid headRefName baseRefName baseRefOid mergeable mergeStateStatus reviewDecision isInMergeQueue
      author { ${ACTOR} } editor { ${ACTOR} } mergedBy { ${ACTOR} }
      mergeCommit { oid }
      headRepository { databaseId }
      baseRef { target { oid } }
      ${CONNECTIONS.map((name) => connection(name, '')).join('\n      ')}
    }
  }
}`;

/** The pages after the first of one connection. */
export function furtherPages(name: Connection): string {
  return `query ($pull: ID!, $after: String!) { node(id: $pull) { ... on PullRequest { ${connection(name, ', after: $after')} } } }`;
}

const Oid = z.object({ oid: z.string() });
const at = z.string();
export const Page = z.object({
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
  nodes: z.array(z.unknown()),
});

export const Answer = z.object({
  repository: z.object({
    databaseId: z.number(),
    nameWithOwner: z.string(),
    isPrivate: z.boolean(),
    isArchived: z.boolean(),
    isDisabled: z.boolean(),
    isLocked: z.boolean(),
    mergeCommitAllowed: z.boolean(),
    squashMergeAllowed: z.boolean(),
    rebaseMergeAllowed: z.boolean(),
    defaultBranchRef: z.object({ name: z.string() }).nullish(),
    mergeQueue: z.object({ id: z.string() }).nullish(),
    pullRequest: z.object({
      id: z.string(),
      url: z.string(),
      state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
      isDraft: z.boolean(),
      locked: z.boolean(),
      title: z.string(),
      body: z.string(),
      lastEditedAt: at.nullish(),
      createdAt: at,
      closedAt: at.nullish(),
      mergedAt: at.nullish(),
      headRefOid: z.string(),
      headRefName: z.string(),
      baseRefName: z.string(),
      baseRefOid: z.string(),
      mergeable: z.enum(['MERGEABLE', 'CONFLICTING', 'UNKNOWN']),
      mergeStateStatus: z.string(),
      reviewDecision: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'REVIEW_REQUIRED']).nullish(),
      isInMergeQueue: z.boolean(),
      author: ActorNode,
      editor: ActorNode,
      mergedBy: ActorNode,
      mergeCommit: Oid.nullish(),
      headRepository: z.object({ databaseId: z.number().nullish() }).nullish(),
      baseRef: z.object({ target: Oid.nullish() }).nullish(),
      labels: Page.nullish(),
      commits: Page.nullish(),
      reviews: Page.nullish(),
      reviewThreads: Page.nullish(),
      comments: Page.nullish(),
      timelineItems: Page.nullish(),
    }),
  }),
});
export type PullRequestNode = z.infer<typeof Answer>['repository']['pullRequest'];

const BigId = z.union([z.string(), z.number(), z.bigint()]).transform(Number);
export const LabelNode = z.object({ name: z.string() });
export const CommitNode = z.object({
  commit: z.object({
    oid: z.string(),
    tree: Oid,
    parents: z.object({ totalCount: z.number(), nodes: z.array(Oid) }),
    signature: z.object({ isValid: z.boolean() }).nullish(),
  }),
});
export const ReviewNode = z.object({
  fullDatabaseId: BigId,
  state: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING']),
  submittedAt: at.nullish(),
  lastEditedAt: at.nullish(),
  body: z.string(),
  author: ActorNode,
  commit: Oid.nullish(),
});
export const CommentNode = z.object({
  fullDatabaseId: BigId,
  createdAt: at,
  publishedAt: at.nullish(),
  lastEditedAt: at.nullish(),
  url: z.string(),
  body: z.string(),
  author: ActorNode,
});
export const ThreadNode = z.object({
  isResolved: z.boolean(),
  began: z.object({ nodes: z.array(CommentNode) }),
  newest: z.object({ totalCount: z.number(), nodes: z.array(CommentNode) }),
});
export const EventNode = z.object({
  __typename: z.string(),
  createdAt: at,
  actor: ActorNode,
  label: z.object({ name: z.string() }).optional(),
});
