/** Users, bots, organisations, teams and apps as GraphQL objects. */
import { accountPage, apiUrl } from '../render/links.js';
import type { Account, App, Team } from '../state/accounts.js';
import type { World } from '../state/world.js';
import { connection, type Node } from './node.js';

/** In GraphQL a bot's login is the app's slug, without `[bot]`. */
export function accountNode(world: World, account: Account): Node {
  const login = account.kind === 'Bot' ? account.login.replace('[bot]', '') : account.login;
  return {
    __typename: account.kind,
    id: account.nodeId,
    databaseId: account.id,
    login,
    name: account.name,
    email: account.kind === 'User' ? account.email : '',
    createdAt: account.createdAt,
    updatedAt: account.createdAt,
    avatarUrl: () => apiUrl(world, 'avatars', 'u', account.id),
    url: accountPage(world, account),
    resourcePath: new URL(accountPage(world, account)).pathname,
  };
}

export function appNode(world: World, app: App): Node {
  return {
    __typename: 'App',
    id: app.nodeId,
    databaseId: app.id,
    slug: app.slug,
    name: app.name,
    clientId: app.clientId,
    description: app.name,
    url: apiUrl(world, 'apps', app.slug),
    createdAt: app.createdAt,
    updatedAt: app.createdAt,
  };
}

export function teamNode(world: World, team: Team): Node {
  return {
    __typename: 'Team',
    id: team.nodeId,
    databaseId: team.id,
    slug: team.slug,
    name: team.name,
    description: team.description,
    combinedSlug: `${team.org}/${team.slug}`,
    url: apiUrl(world, 'orgs', team.org, 'teams', team.slug),
    members: (args: Readonly<Record<string, unknown>>) =>
      connection(
        [...team.members.keys()].flatMap((login) => world.account(login) ?? []),
        args,
        (account) => accountNode(world, account),
      ),
  };
}
