/** A repository as the REST API and webhooks show it: short, usual and full. */
import type { JsonObject } from '../json.js';
import type { Role } from '../state/accounts.js';
import { fullName, type Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { organisationJson, rolePermissions, userJson } from './accounts.js';
import { pageUrl, repoUrl } from './links.js';

const TEMPLATES: Readonly<Record<string, string>> = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

export function repositoryJson(world: World, repository: Repository, role?: Role): JsonObject {
  const url = repoUrl(world, repository);
  const page = pageUrl(world, repository);
  const open = [...repository.issues.values()].filter(({ state }) => state === 'open').length;
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: fullName(repository),
    private: repository.visibility !== 'public',
    owner: userJson(world, repository.owner),
    html_url: page,
    description: repository.description,
    fork: repository.parent !== undefined,
    url,
    ...Object.fromEntries(Object.entries(TEMPLATES).map(([name, path]) => [name, url + path])),
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    git_url: page.replace(/^https?/, 'git'),
    ssh_url: `git@${new URL(world.url).host}:${fullName(repository)}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    homepage: repository.homepage,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: false,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: repository.archived,
    disabled: repository.disabled,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: repository.topics,
    visibility: repository.visibility,
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: repository.defaultBranch,
    ...(role === undefined ? {} : { permissions: rolePermissions(role) }),
  };
}

/** With the settings that only the repository's own address shows. */
export function repositoryFullJson(world: World, repository: Repository, role: Role): JsonObject {
  const organisation = world.organisation(repository.owner.login);
  const { parent, merge } = repository;
  return {
    ...repositoryJson(world, repository, role),
    temp_clone_token: '',
    ...mergeSettings(repository),
    allow_update_branch: merge.updateBranch,
    custom_properties: Object.fromEntries(repository.properties),
    ...(organisation === undefined ? {} : { organization: userJson(world, organisation.account) }),
    ...(parent === undefined ? {} : { parent: repositoryJson(world, parent), source: repositoryJson(world, parent) }),
    network_count: 0,
    subscribers_count: 0,
  };
}

/** As a pull request shows the repositories of its two ends. */
export function repositoryOfPullJson(world: World, repository: Repository): JsonObject {
  return { ...repositoryJson(world, repository), ...mergeSettings(repository) };
}

/** As webhooks show it. */
export function repositoryHookJson(world: World, repository: Repository): JsonObject {
  return { ...repositoryJson(world, repository), custom_properties: Object.fromEntries(repository.properties) };
}

/** As `installation` events list it. */
export function repositoryStubJson(repository: Repository): JsonObject {
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: fullName(repository),
    private: repository.visibility !== 'public',
  };
}

export function organisationOf(world: World, repository: Repository): JsonObject | undefined {
  const organisation = world.organisation(repository.owner.login);
  return organisation && organisationJson(world, organisation);
}

function mergeSettings({ merge }: Repository): JsonObject {
  return {
    allow_squash_merge: merge.squash,
    allow_merge_commit: merge.commit,
    allow_rebase_merge: merge.rebase,
    allow_auto_merge: merge.auto,
    delete_branch_on_merge: merge.deleteBranch,
    allow_update_branch: merge.updateBranch,
    use_squash_pr_title_as_default: false,
    squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
    squash_merge_commit_message: 'COMMIT_MESSAGES',
    merge_commit_title: 'MERGE_MESSAGE',
    merge_commit_message: 'PR_TITLE',
  };
}
