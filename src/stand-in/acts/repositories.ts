/** Repositories are renamed, moved, archived, made public, deleted; their rules and people change. */
import type { JsonObject } from '../json.js';
import { organisationJson, userJson } from '../render/accounts.js';
import { protectionRuleJson, rulesetJson } from '../render/rules.js';
import type { Account, Actor, Installation, Role, Ruleset } from '../state/accounts.js';
import { fullName, type Protection, type Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { emit, emitInstallationRepositories } from '../webhooks/emit.js';

export function renameRepository(world: World, repository: Repository, actor: Actor, name: string): void {
  const from = repository.name;
  world.formerNames.set(fullName(repository).toLowerCase(), repository.id);
  repository.name = name;
  world.formerNames.delete(fullName(repository).toLowerCase());
  tell(world, repository, actor, 'renamed', { changes: { repository: { name: { from } } } });
}

/** To an owner where the app may not be installed: then it is gone for the app. */
export function transferRepository(world: World, repository: Repository, actor: Actor, owner: Account): void {
  const before = repository.owner;
  const lost = [...world.installations.values()].filter((one) => world.covers(one, repository));
  world.formerNames.set(fullName(repository).toLowerCase(), repository.id);
  repository.owner = owner;
  const organisation = world.organisation(before.login);
  const from = organisation === undefined ? { user: userJson(world, before) } : { organization: organisationJson(world, organisation) };
  tell(world, repository, actor, 'transferred', { changes: { owner: { from } } });
  for (const installation of lost) {
    installation.repositories.delete(repository.id);
    emitInstallationRepositories(world, installation, { added: [], removed: [repository] }, actor.account);
  }
}

export function setArchived(world: World, repository: Repository, actor: Actor, archived: boolean): void {
  if (repository.archived === archived) return;
  repository.archived = archived;
  tell(world, repository, actor, archived ? 'archived' : 'unarchived', {});
}

export function setVisibility(world: World, repository: Repository, actor: Actor, visibility: 'public' | 'private'): void {
  if (repository.visibility === visibility) return;
  repository.visibility = visibility;
  tell(world, repository, actor, visibility === 'public' ? 'publicized' : 'privatized', {});
}

export function editRepository(
  world: World,
  repository: Repository,
  actor: Actor,
  change: { readonly defaultBranch?: string; readonly topics?: readonly string[]; readonly description?: string },
): void {
  const changes: Record<string, JsonObject> = {};
  if (change.defaultBranch !== undefined && change.defaultBranch !== repository.defaultBranch) {
    changes.default_branch = { from: repository.defaultBranch };
    repository.defaultBranch = change.defaultBranch;
  }
  if (change.topics !== undefined) {
    changes.topics = { from: repository.topics };
    repository.topics = change.topics;
  }
  if (change.description !== undefined) {
    changes.description = { from: repository.description };
    repository.description = change.description;
  }
  if (Object.keys(changes).length > 0) tell(world, repository, actor, 'edited', { changes });
}

export function deleteRepository(world: World, repository: Repository, actor: Actor): void {
  const covering = [...world.installations.values()].filter((one) => world.covers(one, repository));
  tell(world, repository, actor, 'deleted', {});
  world.repositories.delete(repository.id);
  for (const installation of covering) {
    installation.repositories.delete(repository.id);
    emitInstallationRepositories(world, installation, { added: [], removed: [repository] }, actor.account);
  }
}

export function announceRepository(world: World, repository: Repository, sender: Account): void {
  emit(world, repository, { event: 'repository', action: 'created', sender, body: {} });
}

export function setProtection(
  world: World,
  repository: Repository,
  actor: Actor,
  pattern: string,
  protection: Protection | undefined,
): void {
  const before = repository.protections.get(pattern);
  if (protection === undefined) repository.protections.delete(pattern);
  else repository.protections.set(pattern, protection);
  const shown = protection ?? before;
  if (shown === undefined) return;
  const action = protection === undefined ? 'deleted' : before === undefined ? 'created' : 'edited';
  const changes = action === 'edited' ? { changes: {} } : {};
  emit(world, repository, {
    event: 'branch_protection_rule',
    action,
    sender: actor.account,
    body: { ...changes, rule: protectionRuleJson(world, repository, shown) },
  });
}

export function setRuleset(world: World, repository: Repository, actor: Actor, name: string, ruleset: Ruleset | undefined): void {
  const at = repository.rulesets.findIndex((one) => one.name === name);
  const before = repository.rulesets[at];
  if (at >= 0) repository.rulesets.splice(at, 1);
  if (ruleset !== undefined) repository.rulesets.push(ruleset);
  const shown = ruleset ?? before;
  if (shown === undefined) return;
  const action = ruleset === undefined ? 'deleted' : before === undefined ? 'created' : 'edited';
  const changes = action === 'edited' ? { changes: {} } : {};
  emit(world, repository, {
    event: 'repository_ruleset',
    action,
    sender: actor.account,
    body: { ...changes, repository_ruleset: rulesetJson(world, repository, shown) },
  });
}

export function setRole(world: World, repository: Repository, actor: Actor, member: Account, role: Role): void {
  const before = repository.roles.get(member.login);
  if (role === 'none') repository.roles.delete(member.login);
  else repository.roles.set(member.login, role);
  const action = role === 'none' ? 'removed' : before === undefined ? 'added' : 'edited';
  const changes = action === 'edited' ? { changes: { permission: { from: before, to: role } } } : {};
  emit(world, repository, { event: 'member', action, sender: actor.account, body: { member: userJson(world, member), ...changes } });
}

export function changeSelection(world: World, installation: Installation, sender: Account, repositories: readonly Repository[]): void {
  const before = world.repositoriesOf(installation);
  installation.selection = 'selected';
  installation.repositories.clear();
  for (const one of repositories) installation.repositories.add(one.id);
  installation.updatedAt = world.now();
  const added = repositories.filter((one) => !before.includes(one));
  const removed = before.filter((one) => !repositories.includes(one));
  if (added.length > 0) emitInstallationRepositories(world, installation, { added, removed: [] }, sender);
  if (removed.length > 0) emitInstallationRepositories(world, installation, { added: [], removed }, sender);
}

function tell(world: World, repository: Repository, actor: Actor, action: string, body: JsonObject): void {
  repository.updatedAt = world.now();
  emit(world, repository, { event: 'repository', action, sender: actor.account, body });
}
