/** People come to an organisation and leave it. */
import { userJson } from '../render/accounts.js';
import { apiUrl } from '../render/links.js';
import type { Account, Actor, Organisation } from '../state/accounts.js';
import type { World } from '../state/world.js';
import { emitOrganisation } from '../webhooks/emit.js';

export function setMembership(
  world: World,
  organisation: Organisation,
  actor: Actor,
  member: Account,
  role: 'admin' | 'member' | undefined,
): void {
  const { login } = organisation.account;
  const was = organisation.members.get(member.login);
  if (role === undefined) {
    organisation.members.delete(member.login);
    for (const team of organisation.teams.values()) team.members.delete(member.login);
  } else organisation.members.set(member.login, role);
  if ((was === undefined) === (role === undefined)) return;
  const membership = {
    url: apiUrl(world, 'orgs', login, 'memberships', member.login),
    state: role === undefined ? 'inactive' : 'active',
    role: role ?? 'member',
    organization_url: apiUrl(world, 'orgs', login),
    user: userJson(world, member),
  };
  emitOrganisation(world, organisation, {
    event: 'organization',
    action: role === undefined ? 'member_removed' : 'member_added',
    sender: actor.account,
    body: { membership },
  });
}
