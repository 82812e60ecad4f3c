/** The events of an issue or pull request as the REST timeline lists them. */
import type { JsonObject } from '../json.js';
import type { Issue, Repository, TimelineEvent } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { userJson } from './accounts.js';
import { commentJson } from './issue.js';
import { repoUrl } from './links.js';
import { teamsJson } from './pull.js';

const WORDS: Readonly<Record<string, string>> = {
  LabeledEvent: 'labeled',
  UnlabeledEvent: 'unlabeled',
  ClosedEvent: 'closed',
  ReopenedEvent: 'reopened',
  MergedEvent: 'merged',
  RenamedTitleEvent: 'renamed',
  BaseRefChangedEvent: 'base_ref_changed',
  ReadyForReviewEvent: 'ready_for_review',
  ConvertToDraftEvent: 'convert_to_draft',
  HeadRefForcePushedEvent: 'head_ref_force_pushed',
  HeadRefDeletedEvent: 'head_ref_deleted',
  ReviewRequestedEvent: 'review_requested',
  ReviewRequestRemovedEvent: 'review_request_removed',
  ReviewDismissedEvent: 'review_dismissed',
  AddedToMergeQueueEvent: 'added_to_merge_queue',
  RemovedFromMergeQueueEvent: 'removed_from_merge_queue',
};

export function timelineJson(world: World, repository: Repository, issue: Issue): readonly JsonObject[] {
  const comments = issue.comments.map((comment) => ({
    at: comment.createdAt,
    json: { ...commentJson(world, repository, issue, comment), event: 'commented', actor: userJson(world, comment.author) },
  }));
  const events = issue.timeline.map((event) => ({ at: event.createdAt, json: eventJson(world, repository, event) }));
  return [...comments, ...events].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).map(({ json }) => json);
}

function eventJson(world: World, repository: Repository, event: TimelineEvent): JsonObject {
  const id = Number(Buffer.from(event.nodeId.split('_kw')[1] ?? '', 'base64url').toString());
  const label = event.detail.label === undefined ? undefined : repository.labels.get(event.detail.label);
  return {
    id,
    node_id: event.nodeId,
    url: repoUrl(world, repository, 'issues', 'events', id),
    actor: userJson(world, event.actor),
    event: WORDS[event.type] ?? event.type,
    commit_id: event.detail.commit ?? null,
    commit_url: event.detail.commit === undefined ? null : repoUrl(world, repository, 'commits', event.detail.commit),
    created_at: event.createdAt,
    performed_via_github_app: null,
    ...(label === undefined ? {} : { label: { name: label.name, color: label.color } }),
    ...requestOf(world, repository, event),
    ...(event.type === 'RenamedTitleEvent' ? { rename: { from: event.detail.from, to: event.detail.to } } : {}),
  };
}

/** Who was asked for a review, or is no longer, and by whom. */
function requestOf(world: World, repository: Repository, event: TimelineEvent): JsonObject {
  if (event.type !== 'ReviewRequestedEvent' && event.type !== 'ReviewRequestRemovedEvent') return {};
  const { user, team } = event.detail;
  const account = user === undefined ? undefined : world.account(user);
  return {
    review_requester: userJson(world, event.actor),
    ...(account === undefined ? {} : { requested_reviewer: userJson(world, account) }),
    ...(team === undefined ? {} : { requested_team: teamsJson(world, repository, [team])[0] }),
  };
}
