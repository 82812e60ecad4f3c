/** Users, organisations, teams, memberships, and how much of the hour is left. */
import { notFound, refusal } from '../errors.js';
import { organisationFullJson, publicUserJson, teamFullJson, teamJson, userJson } from '../render/accounts.js';
import { apiUrl } from '../render/links.js';
import type { Organisation, Team } from '../state/accounts.js';
import { fullName } from '../state/repositories.js';
import { type Call, has, NO_CONTENT, ok, pageOf, type Route, route } from './route.js';

export const PEOPLE_ROUTES: readonly Route[] = [
  route('GET', '/users/{username}', (call) => {
    const account = call.world.account(call.params.username ?? '');
    if (account === undefined) throw notFound();
    return ok(publicUserJson(call.world, account));
  }),
  route('GET', '/orgs/{org}', (call) => ok(organisationFullJson(call.world, organisationOf(call)))),
  route('GET', '/orgs/{org}/members', (call) => {
    const organisation = permitted(call, { members: 'read' });
    const accounts = [...organisation.members.keys()].flatMap((login) => call.world.account(login) ?? []);
    return pageOf(call, accounts, (one) => userJson(call.world, one));
  }),
  route('GET', '/orgs/{org}/members/{username}', (call) => {
    if (!permitted(call, { members: 'read' }).members.has(call.params.username ?? '')) throw notFound();
    return NO_CONTENT;
  }),
  route('GET', '/orgs/{org}/memberships/{username}', (call) => {
    const organisation = permitted(call, { members: 'read' });
    const account = call.world.account(call.params.username ?? '');
    const role = account && organisation.members.get(account.login);
    if (account === undefined || role === undefined) throw notFound();
    return ok({
      url: apiUrl(call.world, 'orgs', organisation.account.login, 'memberships', account.login),
      state: 'active',
      role,
      organization_url: apiUrl(call.world, 'orgs', organisation.account.login),
      organization: organisationFullJson(call.world, organisation),
      user: userJson(call.world, account),
    });
  }),
  route('GET', '/orgs/{org}/teams', (call) =>
    pageOf(call, [...permitted(call, { members: 'read' }).teams.values()], (team) => teamJson(call.world, team)),
  ),
  route('GET', '/orgs/{org}/teams/{team_slug}', (call) => ok(teamFullJson(call.world, teamOf(call)))),
  route('GET', '/orgs/{org}/teams/{team_slug}/members', (call) => {
    const { org, members } = teamOf(call);
    const below = [...(call.world.organisation(org)?.teams.values() ?? [])].filter(({ parent }) => parent === call.params.team_slug);
    const logins = new Set([...members.keys(), ...below.flatMap((team) => [...team.members.keys()])]);
    return pageOf(
      call,
      [...logins].flatMap((login) => call.world.account(login) ?? []),
      (one) => userJson(call.world, one),
    );
  }),
  route('GET', '/orgs/{org}/teams/{team_slug}/memberships/{username}', (call) => {
    const team = teamOf(call);
    const username = call.params.username ?? '';
    const role = team.members.get(username);
    if (role === undefined) throw notFound();
    return ok({ url: apiUrl(call.world, 'organizations', team.org, 'team', team.id, 'memberships', username), role, state: 'active' });
  }),
  route('GET', '/orgs/{org}/properties/values', (call) => {
    const organisation = permitted(call, { organization_custom_properties: 'read' });
    const repositories = [...call.world.repositories.values()].filter(({ owner }) => owner.id === organisation.account.id);
    return pageOf(call, repositories, (one) => ({
      repository_id: one.id,
      repository_name: one.name,
      repository_full_name: fullName(one),
      properties: [...one.properties].map(([property_name, value]) => ({ property_name, value })),
    }));
  }),
];

function organisationOf(call: Call): Organisation {
  const organisation = call.world.organisation(call.params.org ?? '');
  if (organisation === undefined) throw notFound();
  return organisation;
}

function permitted(call: Call, needs: Readonly<Record<string, 'read'>>): Organisation {
  const organisation = organisationOf(call);
  const { caller } = call;
  if (caller.kind === 'installation') {
    const isHere = caller.installation.account.id === organisation.account.id;
    if (isHere && has(caller.permissions, needs)) return organisation;
    throw refusal(403, 'Resource not accessible by integration', {
      'x-accepted-github-permissions': Object.entries(needs)
        .map(([name, level]) => `${name}=${level}`)
        .join(','),
    });
  }
  if (caller.kind === 'person' && organisation.members.has(caller.account.login)) return organisation;
  throw notFound();
}

function teamOf(call: Call): Team {
  const team = permitted(call, { members: 'read' }).teams.get(call.params.team_slug ?? '');
  if (team === undefined) throw notFound();
  return team;
}
