/** Pull requests, reviews and review comments as the REST API shows them. */
import { type FileChange, filesBetween } from '../git/diff.js';
import type { JsonObject } from '../json.js';
import { type Mergeable, mergeableOf, mergeStateOf } from '../rules/mergeable.js';
import type { PullIssue, Repository, Review, ReviewComment, Thread } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { teamJson, userJson } from './accounts.js';
import { associationOf, labelsJson, reactionsJson } from './issue.js';
import { pageUrl, repoUrl } from './links.js';
import { repositoryOfPullJson } from './repository.js';

export function pullSimpleJson(world: World, repository: Repository, issue: PullIssue): JsonObject {
  const { pull } = issue;
  const url = repoUrl(world, repository, 'pulls', issue.number);
  const page = pageUrl(world, repository, 'pull', issue.number);
  const issueUrl = repoUrl(world, repository, 'issues', issue.number);
  const statuses = repoUrl(world, repository, 'statuses', pull.head.sha);
  const assignees = [...issue.assignees].map((one) => userJson(world, one));
  return {
    url,
    id: pull.id,
    node_id: pull.nodeId,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: userJson(world, issue.author),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closed?.at ?? null,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.commit ?? repository.git.refs.get(`refs/pull/${issue.number}/merge`) ?? null,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: [...pull.requestedUsers].map((one) => userJson(world, one)),
    requested_teams: teamsJson(world, repository, pull.requestedTeams),
    // Here, and only here, a label without a description has an empty one.
    labels: labelsJson(world, repository, issue).map((label) => ({ ...label, description: label.description ?? '' })),
    milestone: null,
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repoUrl(world, repository, 'pulls', 'comments')}{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    head: endJson(world, pull.head.repository, pull.head.ref, pull.head.sha),
    base: endJson(world, repository, pull.base.ref, pull.base.sha),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repoUrl(world, repository, 'pulls', 'comments')}{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: associationOf(world, repository, issue.author),
    auto_merge:
      pull.autoMerge === undefined
        ? null
        : { enabled_by: userJson(world, pull.autoMerge.by), merge_method: pull.autoMerge.method, commit_title: null, commit_message: null },
    active_lock_reason: null,
  };
}

/** With `seen`, what is known of its mergeability is not asked for: a webhook leaves before GitHub has worked it out. */
export async function pullJson(world: World, repository: Repository, issue: PullIssue, seen?: Mergeable): Promise<JsonObject> {
  const { pull } = issue;
  const mergeable = seen ?? (await mergeableOf(world, repository, issue));
  const files = await filesOf(repository, issue);
  const commits = await commitsOf(repository, issue);
  const state = await mergeStateOf(world, repository, issue, mergeable);
  return {
    ...pullSimpleJson(world, repository, issue),
    merged: pull.merged !== undefined,
    mergeable: mergeable === 'UNKNOWN' ? null : mergeable === 'MERGEABLE',
    rebaseable: mergeable === 'UNKNOWN' ? null : mergeable === 'MERGEABLE',
    mergeable_state: state.toLowerCase(),
    merged_by: pull.merged === undefined ? null : userJson(world, pull.merged.by),
    comments: issue.comments.length,
    review_comments: pull.threads.reduce((total, thread) => total + thread.comments.length, 0),
    maintainer_can_modify: pull.maintainerCanModify,
    commits: commits.length,
    additions: files.reduce((total, file) => total + file.additions, 0),
    deletions: files.reduce((total, file) => total + file.deletions, 0),
    changed_files: files.length,
  };
}

/** The commits a pull request shows, oldest first; after the merge those it had. */
export async function commitsOf(repository: Repository, { pull }: PullIssue): Promise<readonly string[]> {
  const base = await mergeBaseOf(repository, pull);
  return repository.git.between(base, pull.head.sha);
}

export async function filesOf(repository: Repository, { pull }: PullIssue): Promise<readonly FileChange[]> {
  const { before, after } = await treesOf(repository, pull);
  return filesBetween(repository.git, before, after);
}

export async function treesOf(
  repository: Repository,
  pull: PullIssue['pull'],
): Promise<{ readonly before: string; readonly after: string }> {
  const base = await mergeBaseOf(repository, pull);
  return { before: await repository.git.treeOf(base ?? ''), after: await repository.git.treeOf(pull.head.sha) };
}

export async function mergeBaseOf(repository: Repository, pull: PullIssue['pull']): Promise<string | undefined> {
  if (pull.frozen !== undefined) return pull.frozen.mergeBase;
  return repository.git.mergeBase(repository.git.refs.get(`refs/heads/${pull.base.ref}`) ?? pull.base.sha, pull.head.sha);
}

export function reviewJson(world: World, repository: Repository, issue: PullIssue, review: Review): JsonObject {
  const page = `${pageUrl(world, repository, 'pull', issue.number)}#pullrequestreview-${review.id}`;
  const url = repoUrl(world, repository, 'pulls', issue.number);
  return {
    id: review.id,
    node_id: review.nodeId,
    user: userJson(world, review.author),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: url,
    author_association: associationOf(world, repository, review.author),
    _links: { html: { href: page }, pull_request: { href: url } },
    submitted_at: review.submittedAt,
    commit_id: review.commit,
  };
}

export function reviewCommentJson(
  world: World,
  repository: Repository,
  issue: PullIssue,
  thread: Thread,
  comment: ReviewComment,
): JsonObject {
  const url = repoUrl(world, repository, 'pulls', 'comments', comment.id);
  const page = `${pageUrl(world, repository, 'pull', issue.number)}#discussion_r${comment.id}`;
  const pull = repoUrl(world, repository, 'pulls', issue.number);
  const line = thread.line ?? 1;
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: comment.nodeId,
    diff_hunk: `@@ -${line},1 +${line},1 @@`,
    path: thread.path,
    commit_id: comment.commit,
    original_commit_id: comment.commit,
    user: userJson(world, comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: page,
    pull_request_url: pull,
    author_association: associationOf(world, repository, comment.author),
    _links: { self: { href: url }, html: { href: page }, pull_request: { href: pull } },
    reactions: reactionsJson(`${url}/reactions`, comment.reactions),
    start_line: null,
    original_start_line: null,
    start_side: null,
    original_line: line,
    side: thread.side,
    original_position: line,
    ...(thread.outdated ? {} : { line, position: line }),
    subject_type: thread.line === undefined ? 'file' : 'line',
    ...(comment.inReplyTo === undefined ? {} : { in_reply_to_id: comment.inReplyTo }),
  };
}

export function teamsJson(world: World, repository: Repository, slugs: Iterable<string>): readonly JsonObject[] {
  const teams = world.organisation(repository.owner.login)?.teams;
  return [...slugs].flatMap((slug) => {
    const team = teams?.get(slug);
    return team === undefined ? [] : [teamJson(world, team)];
  });
}

function endJson(world: World, repository: Repository, ref: string, sha: string): JsonObject {
  const gone = world.repositories.get(repository.id) === undefined;
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: userJson(world, repository.owner),
    repo: gone ? null : repositoryOfPullJson(world, repository),
  };
}

/** As check runs and suites name the pull requests of their commit. */
export function pullStubJson(world: World, repository: Repository, issue: PullIssue): JsonObject {
  const end = (one: Repository, ref: string, sha: string): JsonObject => ({
    ref,
    sha,
    repo: { id: one.id, url: repoUrl(world, one), name: one.name },
  });
  return {
    url: repoUrl(world, repository, 'pulls', issue.number),
    id: issue.pull.id,
    number: issue.number,
    head: end(issue.pull.head.repository, issue.pull.head.ref, issue.pull.head.sha),
    base: end(repository, issue.pull.base.ref, issue.pull.base.sha),
  };
}
