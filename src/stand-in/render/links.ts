/** Addresses: those of the API and those a person opens. */
import type { Account } from '../state/accounts.js';
import { fullName, type Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';

export function apiUrl(world: World, ...parts: readonly (string | number)[]): string {
  return [world.url, ...parts.map((part) => encodeURI(String(part)).replace(/[[\]#?]/g, (sign) => encodeURIComponent(sign)))].join('/');
}

export function repoUrl(world: World, repository: Repository, ...parts: readonly (string | number)[]): string {
  return apiUrl(world, 'repos', fullName(repository), ...parts);
}

export function pageUrl(world: World, repository: Repository, ...parts: readonly (string | number)[]): string {
  return apiUrl(world, fullName(repository), ...parts);
}

export function accountPage(world: World, account: Account): string {
  return account.kind === 'Bot' ? apiUrl(world, 'apps', account.login.replace('[bot]', '')) : apiUrl(world, account.login);
}
