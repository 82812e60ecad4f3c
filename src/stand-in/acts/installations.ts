/** An app is installed, suspended, let in again, taken away. */
import type { Account, App, Installation } from '../state/accounts.js';
import type { Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { emitInstallation } from '../webhooks/emit.js';

export function install(
  world: World,
  app: App,
  account: Account,
  repositories: readonly Repository[] | 'all',
  sender: Account,
): Installation {
  const now = world.now();
  const { id } = world.identity('IN');
  const installation: Installation = {
    id,
    app,
    account,
    permissions: { metadata: 'read', ...app.permissions },
    events: app.events,
    selection: repositories === 'all' ? 'all' : 'selected',
    repositories: new Set(repositories === 'all' ? [] : repositories.map((one) => one.id)),
    suspended: undefined,
    createdAt: now,
    updatedAt: now,
  };
  world.installations.set(id, installation);
  emitInstallation(world, installation, 'created', sender);
  return installation;
}

export function uninstall(world: World, installation: Installation, sender: Account): void {
  emitInstallation(world, installation, 'deleted', sender);
  world.installations.delete(installation.id);
}

export function suspend(world: World, installation: Installation, sender: Account): void {
  if (installation.suspended !== undefined) return;
  installation.suspended = { at: world.now(), by: sender };
  installation.updatedAt = world.now();
  emitInstallation(world, installation, 'suspend', sender);
}

export function unsuspend(world: World, installation: Installation, sender: Account): void {
  if (installation.suspended === undefined) return;
  installation.suspended = undefined;
  installation.updatedAt = world.now();
  emitInstallation(world, installation, 'unsuspend', sender);
}
