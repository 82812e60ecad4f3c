/** Tells every app that is installed there and asked for it that something happened. */
import type { JsonObject } from '../json.js';
import { installationJson, organisationJson, userJson } from '../render/accounts.js';
import { issueJson } from '../render/issue.js';
import { pullJson } from '../render/pull.js';
import { organisationOf, repositoryHookJson, repositoryStubJson } from '../render/repository.js';
import type { Account, Installation, Organisation } from '../state/accounts.js';
import { type Issue, isPull, type PullIssue, type Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';

export type Happening = {
  readonly event: string;
  readonly action?: string;
  readonly sender: Account;
  readonly body: JsonObject;
  /** Only this app hears of it. */
  readonly appId?: number;
};

export function emit(world: World, repository: Repository, happening: Happening): void {
  const organization = organisationOf(world, repository);
  const about: JsonObject = {
    ...(happening.action === undefined ? {} : { action: happening.action }),
    ...happening.body,
    repository: repositoryHookJson(world, repository),
    ...(organization === undefined ? {} : { organization }),
    sender: userJson(world, happening.sender),
  };
  for (const installation of world.installations.values()) {
    if (!world.covers(installation, repository) || !hears(installation, happening)) continue;
    send(world, installation, happening, { ...about, installation: stub(installation) }, repository.id);
  }
}

/** What concerns an organisation and no repository. */
export function emitOrganisation(world: World, organisation: Organisation, happening: Happening): void {
  for (const installation of world.installations.values()) {
    if (installation.account.id !== organisation.account.id || !hears(installation, happening)) continue;
    const about = { ...happening.body, organization: organisationJson(world, organisation), sender: userJson(world, happening.sender) };
    send(world, installation, happening, { action: happening.action, ...about, installation: stub(installation) }, undefined);
  }
}

/** Apps hear of their own installations whatever they asked for. */
export function emitInstallation(world: World, installation: Installation, action: string, sender: Account): void {
  const repositories = world.repositoriesOf(installation).map(repositoryStubJson);
  const body = {
    action,
    installation: installationJson(world, installation),
    ...(action === 'suspend' || action === 'unsuspend' ? {} : { repositories }),
    ...(action === 'created' ? { requester: null } : {}),
    sender: userJson(world, sender),
  };
  send(world, installation, { event: 'installation', action, sender, body }, body, undefined);
}

export function emitInstallationRepositories(
  world: World,
  installation: Installation,
  { added, removed }: { readonly added: readonly Repository[]; readonly removed: readonly Repository[] },
  sender: Account,
): void {
  const action = added.length > 0 ? 'added' : 'removed';
  const body = {
    action,
    installation: installationJson(world, installation),
    repository_selection: installation.selection,
    repositories_added: added.map(repositoryStubJson),
    repositories_removed: removed.map(repositoryStubJson),
    requester: null,
    sender: userJson(world, sender),
  };
  send(world, installation, { event: 'installation_repositories', action, sender, body }, body, undefined);
}

export async function emitPull(
  world: World,
  repository: Repository,
  issue: PullIssue,
  action: string,
  sender: Account,
  more: JsonObject = {},
): Promise<void> {
  if (!isHeard(world, repository, 'pull_request')) return;
  const pull_request = await pullJson(world, repository, issue, 'UNKNOWN');
  emit(world, repository, { event: 'pull_request', action, sender, body: { number: issue.number, pull_request, ...more } });
}

/** `pull_request` or `issues`, whichever it is. */
export async function emitThing(
  world: World,
  repository: Repository,
  issue: Issue,
  action: string,
  sender: Account,
  more: JsonObject = {},
): Promise<void> {
  if (isPull(issue)) return emitPull(world, repository, issue, action, sender, more);
  emit(world, repository, { event: 'issues', action, sender, body: { issue: issueJson(world, repository, issue), ...more } });
}

/** So that what nobody hears is not worked out. */
export function isHeard(world: World, repository: Repository, event: string): boolean {
  return [...world.installations.values()].some((one) => world.covers(one, repository) && one.events.includes(event));
}

function hears(installation: Installation, { event, appId }: Happening): boolean {
  if (installation.suspended !== undefined) return false;
  if (appId !== undefined) return installation.app.id === appId;
  return installation.events.includes(event);
}

function send(world: World, installation: Installation, happening: Happening, payload: JsonObject, repositoryId: number | undefined): void {
  if (installation.app.webhook === undefined) return;
  const { event, action } = happening;
  world.outbox.add({ app: installation.app, event, action, installationId: installation.id, repositoryId, payload });
}

function stub(installation: Installation): JsonObject {
  return { id: installation.id, node_id: Buffer.from(`Integration:${installation.id}`).toString('base64') };
}
