/** Everything the stand-in knows, and how things are found in it. */
import { ApiError, refusal } from '../errors.js';
import { instant, type Json, type JsonObject } from '../json.js';
import type { Account, Actor, App, Installation, Organisation, Role } from './accounts.js';
import { ROLES } from './accounts.js';
import { Knobs } from './knobs.js';
import { type CheckRun, fullName, isPull, type PullIssue, type Repository } from './repositories.js';

export type Clock = { now(): string };
/** A webhook on its way to one app, as it was when the thing happened. */
export type Outgoing = {
  readonly app: App;
  readonly event: string;
  readonly action: string | undefined;
  readonly installationId: number | undefined;
  readonly repositoryId: number | undefined;
  readonly payload: JsonObject;
};
export type Outbox = { add(outgoing: Outgoing): void };

export class World {
  readonly clock: Clock;
  readonly directory: string;
  readonly knobs = new Knobs();
  readonly outbox: Outbox;
  /** Where it is reached; known once it listens. */
  url = 'http://127.0.0.1';
  readonly accounts = new Map<string, Account>();
  readonly organisations = new Map<string, Organisation>();
  readonly apps = new Map<number, App>();
  readonly installations = new Map<number, Installation>();
  readonly repositories = new Map<number, Repository>();
  /** Manifests a person sent in, by the code that is exchanged for the app. */
  readonly manifests = new Map<string, { readonly owner: Account; readonly manifest: Json }>();
  /** Signed links to archives, good for five real minutes. */
  readonly archives = new Map<string, { readonly repository: Repository; readonly sha: string; readonly expiresAt: number }>();
  /** Old full names of repositories that were renamed or moved. */
  readonly formerNames = new Map<string, number>();
  readonly #locks = new Map<number, Promise<unknown>>();
  #lastId = 1000;

  constructor(clock: Clock, directory: string, outbox: Outbox) {
    this.clock = clock;
    this.outbox = outbox;
    this.directory = directory;
  }

  now(): string {
    return instant(this.clock.now());
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** An id and a GraphQL id that names its kind, as GitHub's do. */
  identity(kind: string): { readonly id: number; readonly nodeId: string } {
    const id = this.nextId();
    return { id, nodeId: nodeIdOf(kind, id) };
  }

  account(login: string): Account | undefined {
    return this.accounts.get(login.toLowerCase());
  }

  repository(owner: string, name: string): Repository | undefined {
    const wanted = `${owner}/${name}`.toLowerCase();
    return [...this.repositories.values()].find((one) => fullName(one).toLowerCase() === wanted);
  }

  /** The repository that once had this name. */
  formerly(owner: string, name: string): Repository | undefined {
    const id = this.formerNames.get(`${owner}/${name}`.toLowerCase());
    return id === undefined ? undefined : this.repositories.get(id);
  }

  organisation(login: string): Organisation | undefined {
    return this.organisations.get(login.toLowerCase());
  }

  covers(installation: Installation, repository: Repository): boolean {
    if (installation.account.id !== repository.owner.id) return false;
    return installation.selection === 'all' || installation.repositories.has(repository.id);
  }

  repositoriesOf(installation: Installation): readonly Repository[] {
    return [...this.repositories.values()].filter((one) => this.covers(installation, one));
  }

  pulls(repository: Repository): readonly PullIssue[] {
    return [...repository.issues.values()].filter(isPull);
  }

  /** The highest role that ownership, the organisation, its teams or an invitation give. */
  roleOf(account: Account, repository: Repository): Role {
    if (account.id === repository.owner.id) return 'admin';
    const organisation = this.organisation(repository.owner.login);
    const membership = organisation?.members.get(account.login);
    if (membership === 'admin') return 'admin';
    const teams = [...(organisation?.teams.values() ?? [])].filter((team) => team.members.has(account.login));
    const roles: readonly Role[] = [
      repository.visibility === 'public' ? 'read' : 'none',
      repository.roles.get(account.login) ?? 'none',
      membership === undefined || organisation === undefined ? 'none' : organisation.basePermission,
      ...teams.map((team) => team.repositories.get(repository.id) ?? 'none'),
    ];
    return roles.reduce((best, role) => (ROLES.indexOf(role) > ROLES.indexOf(best) ? role : best), 'none');
  }

  may(account: Account, repository: Repository, least: Role): boolean {
    return ROLES.indexOf(this.roleOf(account, repository)) >= ROLES.indexOf(least);
  }

  botOf(slug: string): App | undefined {
    return [...this.apps.values()].find((app) => app.slug === slug);
  }

  /** One change of a repository at a time, so that what is checked still holds when it is done. */
  async exclusively<T>(repository: Repository, act: () => Promise<T>): Promise<T> {
    const before = this.#locks.get(repository.id) ?? Promise.resolve();
    const mine = before.then(act, act);
    this.#locks.set(
      repository.id,
      mine.catch(() => undefined),
    );
    return mine;
  }

  runsOn(repository: Repository, sha: string): readonly CheckRun[] {
    return repository.suites.filter((suite) => suite.headSha === sha).flatMap((suite) => suite.runs);
  }
}

export function nodeIdOf(kind: string, key: number | string): string {
  return `${kind}_kw${Buffer.from(String(key)).toString('base64url')}`;
}

/** Things that are written to an archived repository are refused. */
export function assertWritable(repository: Repository): void {
  if (repository.archived) throw refusal(403, 'Repository was archived so is read-only.');
  if (repository.disabled)
    throw new ApiError(403, { message: 'Repository access blocked', block: { reason: 'unavailable', created_at: null } });
}

export function appOf(actor: Actor): App | undefined {
  return actor.kind === 'app' ? actor.app : undefined;
}
