/**
 * §14.5 what each webhook gives us to do: one table, event and action to tasks.
 * Of a payload only what a row names is read, and only to find out what to look at: the present state is asked for afresh.
 */
import * as z from 'zod';
import type { BotTask } from './bot-task.js';
import { BRANCH_PREFIX, GATE_CHECK } from './pull-request.js';
import {
  CheckRun,
  CheckSuite,
  commentTasks,
  isOurs,
  lookAtAll,
  misplaced,
  nothing,
  PullRequest,
  Push,
  pullRequestTasks,
  RepositoryEdited,
  Review,
  ReviewComment,
  type Self,
  Status,
  synced,
} from './webhook-payloads.js';

export type EventRow = {
  readonly event: string;
  /** Empty: the event has no actions. */
  readonly actions: readonly string[];
  /** Every App gets it, or it is among the events of app.yml. */
  readonly delivered: 'always' | 'subscribed';
  /** A sentence for docs/webhooks.md. */
  readonly says: string;
  readonly read: (payload: unknown, self: Self) => readonly BotTask[];
};

/** What a delivery asks for. Never empty: nothing has a reason too. */
export function tasksOf(event: string, action: string | undefined, payload: unknown, self: Self): readonly BotTask[] {
  const rows = EVENT_TABLE.filter((row) => row.event === event);
  if (rows.length === 0) return nothing(`${event} is no event that we listen to`);
  const row = rows.find(({ actions }) => (action === undefined ? actions.length === 0 : actions.includes(action)));
  if (!row) return nothing(`${event}.${action ?? '(none)'} asks nothing of us`);
  try {
    return row.read(payload, self);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const paths = error.issues.map(({ path }) => path.join('.'));
    return nothing(`its payload could not be read at ${paths.join(', ')}`);
  }
}

export const EVENT_TABLE: readonly EventRow[] = [
  {
    event: 'push',
    actions: [],
    delivered: 'subscribed',
    says: `the default branch: scan, and look back at what our merges did there; a branch \`${BRANCH_PREFIX}*\`, unless we pushed: look at the pull request of its head; any other: nothing`,
    read: (payload, self) => {
      const { ref, after, deleted, repository, sender } = Push.parse(payload);
      if (ref === `refs/heads/${repository.default_branch}`) {
        if (deleted) return nothing('the default branch was deleted');
        return [{ kind: 'scan', repository: repository.id, because: 'the default branch moved' }];
      }
      if (!ref.startsWith(`refs/heads/${BRANCH_PREFIX}`)) return nothing('a push to a branch that is not ours to watch');
      if (isOurs(sender, self)) return nothing('we pushed this ourselves');
      const because = deleted ? 'a branch of ours was deleted' : 'somebody pushed to a branch of ours';
      return [{ kind: 'look', repository: repository.id, ...(deleted ? {} : { head: after }), because }];
    },
  },
  {
    event: 'pull_request',
    actions: [
      ...['opened', 'edited', 'synchronize', 'ready_for_review', 'converted_to_draft', 'labeled', 'unlabeled', 'locked', 'unlocked'],
      ...['review_requested', 'review_request_removed', 'assigned', 'unassigned', 'milestoned', 'demilestoned'],
      ...['auto_merge_enabled', 'auto_merge_disabled', 'enqueued', 'dequeued'],
    ],
    delivered: 'subscribed',
    says: 'unless we did it: look at the pull request',
    read: (payload, self) => pullRequestTasks(PullRequest.parse(payload), self, 'the pull request was changed'),
  },
  {
    event: 'pull_request',
    actions: ['closed'],
    delivered: 'subscribed',
    says: 'look at the pull request, whoever closed or merged it',
    read: (payload) => {
      const { repository, pull_request } = PullRequest.parse(payload);
      return [
        { kind: 'look', repository: repository.id, pullRequest: pull_request.number, because: 'the pull request was closed or merged' },
      ];
    },
  },
  {
    event: 'pull_request',
    actions: ['reopened'],
    delivered: 'subscribed',
    says: 'unless we did it: take the bootstrap up again, then look at the pull request',
    read: (payload, self) => {
      const { repository, pull_request, sender } = PullRequest.parse(payload);
      if (isOurs(sender, self)) return nothing('we did this ourselves');
      const at = { repository: repository.id, pullRequest: pull_request.number };
      return [
        { kind: 'reopen', ...at },
        { kind: 'look', ...at, because: 'the pull request was reopened' },
      ];
    },
  },
  {
    event: 'pull_request_review',
    actions: ['submitted', 'edited', 'dismissed'],
    delivered: 'subscribed',
    says: 'look at the pull request; a review that begins with `/autopilot` is told where commands are read',
    read: (payload, self) => {
      const { review, ...about } = Review.parse(payload);
      return [...misplaced(payload, review, about, self), ...pullRequestTasks(about, self, 'a review was given or changed')];
    },
  },
  {
    event: 'pull_request_review_comment',
    actions: ['created', 'edited', 'deleted'],
    delivered: 'subscribed',
    says: 'look at the pull request; a comment that begins with `/autopilot` is told where commands are read',
    read: (payload, self) => {
      const { comment, ...about } = ReviewComment.parse(payload);
      return [...misplaced(payload, comment, about, self), ...pullRequestTasks(about, self, 'a line was commented on')];
    },
  },
  {
    event: 'pull_request_review_thread',
    actions: ['resolved', 'unresolved'],
    delivered: 'subscribed',
    says: 'look at the pull request',
    read: (payload, self) => pullRequestTasks(PullRequest.parse(payload), self, 'a conversation was resolved or opened again'),
  },
  {
    event: 'issue_comment',
    actions: ['created', 'edited', 'deleted'],
    delivered: 'subscribed',
    says: 'unless we wrote it: a command when it begins with `/autopilot` (an edited one is answered, never obeyed); on a pull request also look at it',
    read: (payload, self) => commentTasks(payload, self),
  },
  {
    event: 'check_run',
    // One that is made with its conclusion may never be told of as completed.
    actions: ['created', 'completed'],
    delivered: 'subscribed',
    says: 'unless it is our own check: look at the pull requests of its head; on a merge of ours: look back at it',
    read: (payload, self) => {
      const { check_run, repository } = CheckRun.parse(payload);
      // Whose check it is decides, not the sender: of a run that our push started the sender is we.
      if (check_run.app?.id === self.appId) return nothing('a check run of our own');
      return [{ kind: 'look', repository: repository.id, head: check_run.head_sha, because: 'a check began or ended' }];
    },
  },
  {
    event: 'check_run',
    actions: ['rerequested'],
    delivered: 'subscribed',
    says: `for \`${GATE_CHECK}\`: look at the pull requests of its head`,
    read: (payload, self) => {
      const { check_run, repository } = CheckRun.parse(payload);
      if (check_run.app?.id !== self.appId || check_run.name !== GATE_CHECK) return nothing('a check run that is not ours to repeat');
      return [{ kind: 'look', repository: repository.id, head: check_run.head_sha, because: 'somebody asked for the gate again' }];
    },
  },
  {
    event: 'check_suite',
    actions: ['completed'],
    delivered: 'subscribed',
    says: 'unless it is our own: look at the pull requests of its head; on a merge of ours: look back at it',
    read: (payload, self) => {
      const { check_suite, repository } = CheckSuite.parse(payload);
      if (check_suite.app?.id === self.appId) return nothing('a check suite of our own');
      return [{ kind: 'look', repository: repository.id, head: check_suite.head_sha, because: 'the checks of an app ended' }];
    },
  },
  {
    event: 'check_suite',
    actions: ['rerequested'],
    delivered: 'subscribed',
    says: 'for our own: look at the pull requests of its head',
    read: (payload, self) => {
      const { check_suite, repository } = CheckSuite.parse(payload);
      if (check_suite.app?.id !== self.appId) return nothing('a check suite that is not ours to repeat');
      return [{ kind: 'look', repository: repository.id, head: check_suite.head_sha, because: 'somebody asked for the gate again' }];
    },
  },
  {
    event: 'status',
    actions: [],
    delivered: 'subscribed',
    says: 'look at the pull requests of its commit; on a merge of ours: look back at it',
    read: (payload) => {
      const { sha, repository } = Status.parse(payload);
      return [{ kind: 'look', repository: repository.id, head: sha, because: 'a commit status changed' }];
    },
  },
  {
    event: 'branch_protection_rule',
    actions: ['created', 'edited', 'deleted'],
    delivered: 'subscribed',
    says: 'look at every pull request of the repository',
    read: (payload) => lookAtAll(payload, 'a branch protection rule changed'),
  },
  {
    event: 'repository_ruleset',
    actions: ['created', 'edited', 'deleted'],
    delivered: 'subscribed',
    says: 'look at every pull request of the repository; a ruleset of the organisation is seen by the hourly sweep',
    read: (payload) => lookAtAll(payload, 'a ruleset changed'),
  },
  {
    event: 'installation',
    actions: ['created', 'deleted', 'suspend', 'unsuspend', 'new_permissions_accepted'],
    delivered: 'always',
    says: 'read again what the App is installed on',
    read: (payload) => [synced(payload)],
  },
  {
    event: 'installation_repositories',
    actions: ['added', 'removed'],
    delivered: 'always',
    says: 'read again what the App is installed on; what was added is scanned',
    read: (payload) => [synced(payload)],
  },
  {
    event: 'installation_target',
    actions: ['renamed'],
    delivered: 'always',
    says: 'read again what the App is installed on',
    read: (payload) => [synced(payload)],
  },
  {
    event: 'repository',
    actions: ['renamed', 'transferred', 'archived', 'unarchived', 'privatized', 'publicized'],
    delivered: 'subscribed',
    says: 'read again what the App is installed on, then look at every pull request of the repository',
    read: (payload) => [synced(payload), ...lookAtAll(payload, 'the repository changed')],
  },
  {
    event: 'repository',
    actions: ['created', 'deleted'],
    delivered: 'subscribed',
    says: 'read again what the App is installed on',
    read: (payload) => [synced(payload)],
  },
  {
    event: 'repository',
    actions: ['edited'],
    delivered: 'subscribed',
    says: 'where the default branch is another: read again what the App is installed on, scan, look at every pull request; else nothing',
    read: (payload) => {
      const { repository, changes } = RepositoryEdited.parse(payload);
      if (!changes?.default_branch) return nothing('nothing of the repository that we go by was edited');
      return [
        synced(payload),
        { kind: 'scan', repository: repository.id, because: 'another branch is the default now' },
        ...lookAtAll(payload, 'another branch is the default now'),
      ];
    },
  },
  ...(['ping', 'github_app_authorization', 'security_advisory'] as const).map(
    (event): EventRow => ({
      event,
      actions: event === 'ping' ? [] : event === 'github_app_authorization' ? ['revoked'] : ['published', 'updated', 'withdrawn'],
      delivered: 'always',
      says: 'nothing',
      read: () => nothing(`every App gets ${event}; there is nothing to do`),
    }),
  ),
];
