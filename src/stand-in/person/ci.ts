/** Another app that sets checks and statuses, such as GitHub Actions. */

import { registerApp } from '../acts/apps.js';
import { createRun, type RunChange, runAt, type StatusChange, setStatus, updateRun } from '../acts/checks.js';
import type { Actor, App } from '../state/accounts.js';
import type { World } from '../state/world.js';
import { PersonDesk } from './desk.js';

const ACTIONS_ID = 15_368;

export class Ci {
  readonly #world: World;
  readonly #desk: PersonDesk;
  readonly app: App;

  constructor(world: World, slug: string) {
    this.#world = world;
    this.app = world.botOf(slug) ?? registered(world, slug);
    this.#desk = new PersonDesk(world, this.app.bot);
  }

  async run(repository: string, sha: string, change: RunChange & { readonly name: string }): Promise<number> {
    const found = this.#desk.repository(repository);
    return this.#world.exclusively(found, async () => (await createRun(this.#world, found, this.#desk.actor, this.app, sha, change)).id);
  }

  async update(repository: string, runId: number, change: RunChange): Promise<void> {
    const found = this.#desk.repository(repository);
    await this.#world.exclusively(found, () => updateRun(this.#world, found, this.#desk.actor, runAt(found, runId), change));
  }

  /** The older kind, in the name of this app. */
  async status(repository: string, sha: string, change: StatusChange): Promise<void> {
    const found = this.#desk.repository(repository);
    await this.#world.exclusively(found, () => setStatus(this.#world, found, this.#actor(repository), sha, change));
  }

  #actor(repository: string): Actor {
    const owner = this.#desk.repository(repository).owner;
    const now = this.#world.now();
    const installation = {
      id: 0,
      app: this.app,
      account: owner,
      permissions: {},
      events: [],
      selection: 'all',
      repositories: new Set<number>(),
      suspended: undefined,
      createdAt: now,
      updatedAt: now,
    } as const;
    return { kind: 'app', account: this.app.bot, app: this.app, installation: { ...installation } };
  }
}

function registered(world: World, slug: string): App {
  const owner = [...world.accounts.values()][0] ?? {
    ...world.identity('O'),
    login: slug,
    kind: 'Organization',
    name: slug,
    email: '',
    createdAt: world.now(),
  };
  return registerApp(world, { slug, owner, ...(slug === 'github-actions' ? { id: ACTIONS_ID } : {}) });
}
