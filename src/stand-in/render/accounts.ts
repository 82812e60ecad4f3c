/** People, organisations, teams, apps and installations as the REST API shows them. */
import type { JsonObject } from '../json.js';
import type { Account, App, Installation, Organisation, Permissions, Role, Team } from '../state/accounts.js';
import type { World } from '../state/world.js';
import { accountPage, apiUrl } from './links.js';

export function userJson(world: World, account: Account): JsonObject {
  const url = apiUrl(world, 'users', account.login);
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeId,
    avatar_url: apiUrl(world, 'avatars', 'u', account.id),
    gravatar_id: '',
    url,
    html_url: accountPage(world, account),
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.kind,
    user_view_type: 'public',
    site_admin: false,
  };
}

export function publicUserJson(world: World, account: Account): JsonObject {
  return {
    ...userJson(world, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: account.kind === 'User' ? account.email : null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}

/** The short form, as in webhooks and memberships. */
export function organisationJson(world: World, { account }: Organisation): JsonObject {
  const url = apiUrl(world, 'orgs', account.login);
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeId,
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: apiUrl(world, 'avatars', 'u', account.id),
    description: account.name,
  };
}

export function organisationFullJson(world: World, organisation: Organisation): JsonObject {
  const { account } = organisation;
  const owned = [...world.repositories.values()].filter(({ owner }) => owner.id === account.id);
  return {
    ...organisationJson(world, organisation),
    name: account.name,
    is_verified: false,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: owned.filter(({ visibility }) => visibility === 'public').length,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: accountPage(world, account),
    type: 'Organization',
    default_repository_permission: organisation.basePermission,
    created_at: account.createdAt,
    updated_at: account.createdAt,
    archived_at: null,
  };
}

/** The names of the older permission model, in which maintain and triage have no word. */
export function oldRole(role: Role): 'admin' | 'write' | 'read' | 'none' {
  return role === 'maintain' ? 'write' : role === 'triage' ? 'read' : role;
}

export function rolePermissions(role: Role): JsonObject {
  const levels: readonly Role[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];
  const reaches = (least: Role): boolean => levels.indexOf(role) >= levels.indexOf(least);
  return {
    admin: reaches('admin'),
    maintain: reaches('maintain'),
    push: reaches('write'),
    triage: reaches('triage'),
    pull: reaches('read'),
  };
}

export function teamSimpleJson(world: World, team: Team, role: Role = 'read'): JsonObject {
  const org = world.organisation(team.org);
  const url = apiUrl(world, 'organizations', org?.account.id ?? 0, 'team', team.id);
  const old = { admin: 'admin', maintain: 'maintain', write: 'push', triage: 'triage', read: 'pull', none: 'pull' }[role];
  return {
    id: team.id,
    node_id: team.nodeId,
    url,
    html_url: apiUrl(world, 'orgs', team.org, 'teams', team.slug),
    name: team.name,
    slug: team.slug,
    description: team.description,
    privacy: team.secret ? 'secret' : 'closed',
    notification_setting: 'notifications_enabled',
    permission: old,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization',
    organization_id: org?.account.id ?? 0,
  };
}

export function teamJson(world: World, team: Team, role: Role = 'read'): JsonObject {
  const parent = team.parent === undefined ? undefined : world.organisation(team.org)?.teams.get(team.parent);
  return {
    ...teamSimpleJson(world, team, role),
    permissions: rolePermissions(role),
    parent: parent === undefined ? null : teamSimpleJson(world, parent),
  };
}

export function teamFullJson(world: World, team: Team): JsonObject {
  const organisation = world.organisation(team.org);
  return {
    ...teamJson(world, team),
    members_count: team.members.size,
    repos_count: team.repositories.size,
    created_at: organisation?.account.createdAt ?? world.now(),
    updated_at: organisation?.account.createdAt ?? world.now(),
    organization: organisation === undefined ? null : organisationFullJson(world, organisation),
  };
}

export function permissionsJson(permissions: Permissions): JsonObject {
  return { ...permissions };
}

export function appJson(world: World, app: App): JsonObject {
  return {
    id: app.id,
    slug: app.slug,
    client_id: app.clientId,
    node_id: app.nodeId,
    owner: userJson(world, app.owner),
    name: app.name,
    description: app.name,
    external_url: app.webhook?.url === undefined || app.webhook.url === '' ? apiUrl(world, 'apps', app.slug) : app.webhook.url,
    html_url: apiUrl(world, 'apps', app.slug),
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: permissionsJson(app.permissions),
    events: app.events,
  };
}

/** GitHub's description of the list asks of an account all that a user and an enterprise have. */
export function listedInstallationJson(world: World, installation: Installation): JsonObject {
  const { name, login, createdAt } = installation.account;
  const account = { ...userJson(world, installation.account), name, slug: login, created_at: createdAt, updated_at: createdAt };
  return { ...installationJson(world, installation), account };
}

export function installationJson(world: World, installation: Installation): JsonObject {
  const { app, account } = installation;
  const isOrg = account.kind === 'Organization';
  return {
    id: installation.id,
    client_id: app.clientId,
    account: userJson(world, account),
    repository_selection: installation.selection,
    access_tokens_url: apiUrl(world, 'app', 'installations', installation.id, 'access_tokens'),
    repositories_url: apiUrl(world, 'installation', 'repositories'),
    html_url: isOrg
      ? apiUrl(world, 'organizations', account.login, 'settings', 'installations', installation.id)
      : apiUrl(world, 'settings', 'installations', installation.id),
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.kind,
    permissions: permissionsJson(installation.permissions),
    events: installation.events,
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspended === undefined ? null : userJson(world, installation.suspended.by),
    suspended_at: installation.suspended?.at ?? null,
  };
}
