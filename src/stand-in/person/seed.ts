/** How a stand-in is filled before anything happens: people, organisations, repositories, apps. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AppInput, registerApp } from '../acts/apps.js';
import { install } from '../acts/installations.js';
import { announceRepository } from '../acts/repositories.js';
import { EMPTY_TREE } from '../git/objects.js';
import { GitRepository, type PathChange } from '../git/repository.js';
import type {
  Account,
  App,
  BypassActor,
  Installation,
  Organisation,
  Permissions,
  PropertyDefinition,
  Role,
  Rule,
  Ruleset,
  RulesetEnforcement,
  RulesetTarget,
  Team,
} from '../state/accounts.js';
import { fullName, type Repository } from '../state/repositories.js';
import { nodeIdOf, type World } from '../state/world.js';

export type Files = Readonly<Record<string, string | Uint8Array>>;
export type UserSeed = { readonly name?: string; readonly email?: string };
export type OrgSeed = {
  readonly members?: Readonly<Record<string, 'admin' | 'member'>>;
  readonly basePermission?: Role;
  readonly properties?: readonly PropertyDefinition[];
};
export type TeamSeed = {
  readonly org: string;
  readonly slug: string;
  readonly name?: string;
  readonly members?: readonly string[];
  /** Full names. */
  readonly repositories?: Readonly<Record<string, Role>>;
  readonly parent?: string;
  readonly secret?: boolean;
};
export type RepositorySeed = {
  /** First commit of the default branch. */
  readonly files?: Files;
  /** Branches and tags of this git directory instead. */
  readonly from?: string;
  readonly defaultBranch?: string;
  readonly visibility?: 'public' | 'private' | 'internal';
  readonly description?: string;
  readonly topics?: readonly string[];
  readonly properties?: Readonly<Record<string, string | readonly string[]>>;
  readonly roles?: Readonly<Record<string, Role>>;
  readonly merge?: Partial<Repository['merge']>;
  /** Full name of the repository this is a fork of. */
  readonly forkOf?: string;
};
export type AppSeed = {
  readonly slug: string;
  readonly name?: string;
  readonly id?: number;
  /** Login; the first organisation if absent. */
  readonly owner?: string;
  /** PEM. */
  readonly privateKey?: string;
  readonly webhook?: { readonly url: string; readonly secret: string };
  readonly permissions?: Permissions;
  readonly events?: readonly string[];
};
export type InstallSeed = {
  readonly app: string;
  readonly account: string;
  readonly repositories?: readonly string[] | 'all';
  readonly by?: string;
};
export type RulesetSeed = {
  readonly name: string;
  readonly target?: RulesetTarget;
  readonly enforcement?: RulesetEnforcement;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** As GitHub writes them; unknown types are let through. */
  readonly rules: readonly Rule[];
  readonly bypass?: readonly BypassActor[];
};

export class Seed {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  user(login: string, { name, email }: UserSeed = {}): Account {
    return this.#account(login, 'User', name ?? login, email ?? `${login}@example.com`);
  }

  org(login: string, { members = {}, basePermission = 'read', properties = [] }: OrgSeed = {}): Organisation {
    const account = this.#account(login, 'Organization', login, '');
    for (const member of Object.keys(members)) this.#person(member);
    const organisation: Organisation = {
      account,
      members: new Map(Object.entries(members)),
      teams: new Map(),
      properties: new Map(properties.map((one) => [one.name, one])),
      rulesets: [],
      basePermission,
    };
    this.#world.organisations.set(login.toLowerCase(), organisation);
    return organisation;
  }

  team({ org, slug, name, members = [], repositories = {}, parent, secret = false }: TeamSeed): Team {
    const organisation = this.organisation(org);
    for (const login of members) {
      this.#person(login);
      if (!organisation.members.has(login)) organisation.members.set(login, 'member');
    }
    const team: Team = {
      ...this.#world.identity('T'),
      org,
      slug,
      name: name ?? slug,
      description: '',
      secret,
      ...(parent === undefined ? {} : { parent }),
      members: new Map(members.map((login) => [login, 'member'])),
      repositories: new Map(Object.entries(repositories).map(([full, role]) => [this.repository(full).id, role])),
    };
    organisation.teams.set(slug, team);
    return team;
  }

  app(seed: AppSeed): App {
    const owner = seed.owner === undefined ? [...this.#world.organisations.values()][0]?.account : this.#world.account(seed.owner);
    const { owner: _login, ...rest } = seed;
    return registerApp(this.#world, { ...rest, owner: owner ?? this.user('app-owner') } satisfies AppInput);
  }

  /** Emits `installation.created` when the app has a hook. */
  install({ app, account, repositories = 'all', by }: InstallSeed): Installation {
    const found = this.#world.botOf(app);
    const target = this.#world.account(account);
    if (found === undefined || target === undefined) throw new Error(`There is no app ${app} or no account ${account}.`);
    const chosen = repositories === 'all' ? 'all' : repositories.map((name) => this.repository(name));
    return install(this.#world, found, target, chosen, by === undefined ? target : this.#person(by));
  }

  async repo(name: string, seed: RepositorySeed = {}): Promise<Repository> {
    const [login = '', short = ''] = name.split('/');
    const owner = this.#world.account(login) ?? this.user(login);
    const { id, nodeId } = this.#world.identity('R');
    const defaultBranch = seed.defaultBranch ?? 'main';
    const git = await GitRepository.create(join(this.#world.directory, `${id}-${short}.git`), defaultBranch);
    const parent = seed.forkOf === undefined ? undefined : this.repository(seed.forkOf);
    const from = parent?.git.directory ?? seed.from;
    if (from !== undefined) await takeOver(git, from);
    const now = this.#world.now();
    const repository: Repository = {
      id,
      nodeId,
      owner,
      name: short,
      git,
      description: seed.description ?? null,
      homepage: null,
      visibility: seed.visibility ?? 'private',
      archived: false,
      disabled: false,
      defaultBranch,
      parent,
      createdAt: now,
      updatedAt: now,
      pushedAt: now,
      topics: seed.topics ?? [],
      properties: new Map(Object.entries(seed.properties ?? {})),
      merge: { commit: true, squash: true, rebase: true, auto: false, deleteBranch: false, updateBranch: false, ...seed.merge },
      roles: new Map(Object.entries(seed.roles ?? {})),
      issues: new Map(),
      labels: new Map(),
      protections: new Map(),
      rulesets: [],
      suites: [],
      statuses: new Map(),
      verified: new Set(parent?.verified),
      authors: new Map(),
    };
    for (const member of Object.keys(seed.roles ?? {})) this.#person(member);
    if (seed.files !== undefined) await firstCommit(repository, owner, seed.files, now);
    this.#world.repositories.set(id, repository);
    announceRepository(this.#world, repository, owner);
    return repository;
  }

  /** A ruleset of a whole organisation. */
  orgRuleset(org: string, seed: RulesetSeed): Ruleset {
    const ruleset = rulesetOf(this.#world, seed, { kind: 'Organization', name: org });
    this.organisation(org).rulesets.push(ruleset);
    return ruleset;
  }

  organisation(login: string): Organisation {
    const organisation = this.#world.organisation(login);
    if (organisation === undefined) throw new Error(`There is no organisation ${login}; add it with seed.org.`);
    return organisation;
  }

  repository(name: string): Repository {
    const [owner = '', short = ''] = name.split('/');
    const repository = this.#world.repository(owner, short);
    if (repository === undefined)
      throw new Error(`There is no repository ${name}; there are ${[...this.#world.repositories.values()].map(fullName).join(', ')}.`);
    return repository;
  }

  #person(login: string): Account {
    return this.#world.account(login) ?? this.user(login);
  }

  #account(login: string, kind: Account['kind'], name: string, email: string): Account {
    const account: Account = {
      ...this.#world.identity(kind === 'User' ? 'U' : 'O'),
      login,
      kind,
      name,
      email,
      createdAt: this.#world.now(),
    };
    this.#world.accounts.set(login.toLowerCase(), account);
    return account;
  }
}

export function rulesetOf(world: World, seed: RulesetSeed, source: Ruleset['source']): Ruleset {
  const now = world.now();
  const id = world.nextId();
  return {
    id,
    nodeId: nodeIdOf('RRS', id),
    name: seed.name,
    target: seed.target ?? 'branch',
    enforcement: seed.enforcement ?? 'active',
    source,
    include: seed.include ?? ['~DEFAULT_BRANCH'],
    exclude: seed.exclude ?? [],
    rules: seed.rules,
    bypass: seed.bypass ?? [],
    createdAt: now,
    updatedAt: now,
  };
}

export function changesOf(git: GitRepository, files: Readonly<Record<string, string | Uint8Array | null>>): readonly PathChange[] {
  return Object.entries(files).map(([path, content]) => ({
    path,
    mode: '100644',
    sha: content === null ? null : git.objects.write('blob', typeof content === 'string' ? Buffer.from(content) : content),
  }));
}

async function takeOver(git: GitRepository, from: string): Promise<void> {
  const directory = existsSync(join(from, '.git')) ? join(from, '.git') : from;
  await git.fetch(directory, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*');
}

async function firstCommit(repository: Repository, owner: Account, files: Files, now: string): Promise<void> {
  const { git, defaultBranch } = repository;
  const tree = await git.changeTree(EMPTY_TREE, changesOf(git, files));
  if (tree === undefined) throw new Error('A path among the files is no path.');
  const who = { name: owner.name, email: owner.email === '' ? `${owner.login}@users.noreply.github.com` : owner.email, date: now };
  const parent = git.refs.get(`refs/heads/${defaultBranch}`);
  const sha = git.objects.writeCommit({
    tree,
    parents: parent === undefined ? [] : [parent],
    author: who,
    committer: who,
    message: 'First files',
  });
  git.setRef(`refs/heads/${defaultBranch}`, sha);
}
