/** A person at a repository: who they are, what they may do there, one act at a time. */
import { refusal } from '../errors.js';
import type { Account, Actor, Role } from '../state/accounts.js';
import { fullName, type Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';

export class PersonDesk {
  readonly world: World;
  readonly account: Account;
  readonly actor: Actor;

  constructor(world: World, account: Account) {
    this.world = world;
    this.account = account;
    this.actor = { kind: 'person', account };
  }

  repository(name: string): Repository {
    const [owner = '', short = ''] = name.split('/');
    const repository = this.world.repository(owner, short) ?? this.world.formerly(owner, short);
    if (repository === undefined)
      throw new Error(`There is no repository ${name}; there are ${[...this.world.repositories.values()].map(fullName).join(', ')}.`);
    return repository;
  }

  /** Refused as GitHub's pages refuse: with a lower role the button is not there. */
  async act<T>(name: string, least: Role, act: (repository: Repository) => T | Promise<T>): Promise<T> {
    const repository = this.repository(name);
    if (!this.world.may(this.account, repository, least)) {
      throw refusal(403, `${this.account.login} is ${this.world.roleOf(this.account, repository)} of ${name}; this needs ${least}.`);
    }
    return this.world.exclusively(repository, async () => act(repository));
  }
}
