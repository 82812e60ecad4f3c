/** Issues, comments, labels, reactions as the REST API shows them. */
import type { JsonObject } from '../json.js';
import type { Account } from '../state/accounts.js';
import { type Comment, type Issue, type Label, REACTIONS, type Reaction, type Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { appJson, userJson } from './accounts.js';
import { pageUrl, repoUrl } from './links.js';

export function labelJson(world: World, repository: Repository, label: Label): JsonObject {
  return {
    id: label.id,
    node_id: label.nodeId,
    url: repoUrl(world, repository, 'labels', label.name),
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function labelsJson(world: World, repository: Repository, issue: Issue): readonly JsonObject[] {
  return [...issue.labels].flatMap((name) => {
    const label = repository.labels.get(name);
    return label === undefined ? [] : [labelJson(world, repository, label)];
  });
}

export function issueJson(world: World, repository: Repository, issue: Issue): JsonObject {
  const url = repoUrl(world, repository, 'issues', issue.number);
  const page = pageUrl(world, repository, issue.pull === undefined ? 'issues' : 'pull', issue.number);
  const assignees = [...issue.assignees].map((one) => userJson(world, one));
  return {
    url,
    repository_url: repoUrl(world, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    id: issue.id,
    node_id: issue.nodeId,
    number: issue.number,
    title: issue.title,
    user: userJson(world, issue.author),
    labels: labelsJson(world, repository, issue),
    state: issue.state,
    locked: issue.locked,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closed?.at ?? null,
    author_association: associationOf(world, repository, issue.author),
    active_lock_reason: null,
    ...(issue.pull === undefined
      ? {}
      : {
          draft: issue.pull.draft,
          pull_request: {
            url: repoUrl(world, repository, 'pulls', issue.number),
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: issue.pull.merged?.at ?? null,
          },
        }),
    body: issue.body,
    closed_by: issue.closed === undefined ? null : userJson(world, issue.closed.by),
    reactions: reactionsJson(`${url}/reactions`, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: issue.app === undefined ? null : appJson(world, issue.app),
    state_reason: issue.stateReason,
  };
}

export function commentJson(world: World, repository: Repository, issue: Issue, comment: Comment): JsonObject {
  const url = repoUrl(world, repository, 'issues', 'comments', comment.id);
  return {
    url,
    html_url: `${pageUrl(world, repository, issue.pull === undefined ? 'issues' : 'pull', issue.number)}#issuecomment-${comment.id}`,
    issue_url: repoUrl(world, repository, 'issues', issue.number),
    id: comment.id,
    node_id: comment.nodeId,
    user: userJson(world, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(world, repository, comment.author),
    body: comment.body,
    reactions: reactionsJson(`${url}/reactions`, comment.reactions),
    performed_via_github_app: comment.app === undefined ? null : appJson(world, comment.app),
  };
}

export function reactionJson(world: World, reaction: Reaction): JsonObject {
  return {
    id: reaction.id,
    node_id: reaction.nodeId,
    user: userJson(world, reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

export function reactionsJson(url: string, reactions: readonly Reaction[]): JsonObject {
  const count = (content: string): number => reactions.filter((one) => one.content === content).length;
  return { url, total_count: reactions.length, ...Object.fromEntries(REACTIONS.map((content) => [content, count(content)])) };
}

/** What GitHub calls an author; it says nothing about what they may do. */
export function associationOf(world: World, repository: Repository, account: Account): string {
  if (account.id === repository.owner.id) return 'OWNER';
  if (account.kind === 'Bot') return 'CONTRIBUTOR';
  if (world.organisation(repository.owner.login)?.members.has(account.login)) return 'MEMBER';
  return repository.roles.has(account.login) ? 'COLLABORATOR' : 'NONE';
}
