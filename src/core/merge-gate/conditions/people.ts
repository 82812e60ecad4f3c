/** §8.3 who among the people around a pull request counts, and which review of each is the latest. */
import { type Person, type Reading, ROLES, type Role, type SnapshotReview } from '../snapshot.js';
import type { Scene } from './scene.js';

/** `unseen`: whether they count could not be asked. */
export type Standing = 'counts' | 'does-not-count' | 'unseen';

/**
 * Objecting is cheap: read is enough in a private repository, triage in a public one, where everybody has read.
 * Bots never count, except those that the settings trust; ourselves never.
 */
export function standingOf(by: Person, scene: Scene): Standing {
  if (isUs(by, scene)) return 'does-not-count';
  if (by.isBot) return isTrusted(by.login, scene) ? 'counts' : 'does-not-count';
  return mayObject(by, scene.snapshot.repository);
}

export function mayObject({ role }: Person, { isPrivate }: { readonly isPrivate: boolean }): Standing {
  return atLeast(role, isPrivate ? 'read' : 'triage');
}

/** Approving is not cheap: a human with write or more. */
export function approverStanding(by: Person, scene: Scene): Standing {
  return by.isBot || isUs(by, scene) ? 'does-not-count' : atLeast(by.role, 'write');
}

/** Of each reviewer the newest review that decides; a comment takes no decision back. */
export function latestDecisions(reviews: readonly SnapshotReview[]): readonly SnapshotReview[] {
  const deciding = reviews.filter(({ state }) => state !== 'COMMENTED' && state !== 'PENDING');
  return deciding.filter((review) => !deciding.some((other) => isSame(other.by, review.by) && isNewer(other, review)));
}

export function isSame(a: Person, b: Person): boolean {
  return a.id !== undefined && b.id !== undefined ? a.id === b.id : a.login.toLowerCase() === b.login.toLowerCase();
}

export function isUs(by: { readonly id?: number }, { ledger }: Scene): boolean {
  return by.id === ledger.app.botId;
}

function isNewer(a: SnapshotReview, b: SnapshotReview): boolean {
  const [first, second] = [Date.parse(a.at), Date.parse(b.at)];
  return first === second ? a.id > b.id : first > second;
}

function isTrusted(login: string, { ledger }: Scene): boolean {
  return ledger.settings.merge.trusted_bots.some((trusted) => bareLogin(trusted) === bareLogin(login));
}

/** The forge writes the same bot with and without its mark, depending on where one asks. */
export function bareLogin(login: string): string {
  return login.toLowerCase().replace(/\[bot\]$/, '');
}

function atLeast(role: Reading<Role>, least: Role): Standing {
  if (!role.ok) return 'unseen';
  const rank = ROLES.indexOf(role.value);
  if (rank < 0) return 'unseen';
  return rank >= ROLES.indexOf(least) ? 'counts' : 'does-not-count';
}
