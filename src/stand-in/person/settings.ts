/** What a person does on settings pages: of a repository, its rules and people, and of an installed app. */
import { randomBytes } from 'node:crypto';
import { requestRun, runAt } from '../acts/checks.js';
import { suspend, uninstall, unsuspend } from '../acts/installations.js';
import { setMembership } from '../acts/organisations.js';
import {
  changeSelection,
  deleteRepository,
  editRepository,
  renameRepository,
  setArchived,
  setProtection,
  setRole,
  setRuleset,
  setVisibility,
  transferRepository,
} from '../acts/repositories.js';
import { refusal } from '../errors.js';
import type { Json } from '../json.js';
import type { Installation, Role } from '../state/accounts.js';
import type { Protection, Repository } from '../state/repositories.js';
import { nodeIdOf } from '../state/world.js';
import type { PersonDesk } from './desk.js';
import { type RulesetSeed, rulesetOf } from './seed.js';

export type ProtectionOrder = Partial<Omit<Protection, 'nodeId' | 'pattern' | 'checks' | 'reviews'>> & {
  readonly checks?: Partial<NonNullable<Protection['checks']>>;
  readonly reviews?: Partial<NonNullable<Protection['reviews']>>;
};

export class PersonSettings {
  readonly #desk: PersonDesk;

  constructor(desk: PersonDesk) {
    this.#desk = desk;
  }

  rename(repository: string, name: string): Promise<void> {
    return this.#desk.act(repository, 'admin', (found) => renameRepository(this.#desk.world, found, this.#desk.actor, name));
  }

  transfer(repository: string, owner: string): Promise<void> {
    return this.#desk.act(repository, 'admin', (found) => {
      const account = this.#desk.world.account(owner);
      if (account === undefined) throw new Error(`There is no account ${owner}.`);
      transferRepository(this.#desk.world, found, this.#desk.actor, account);
    });
  }

  archive(repository: string, archived = true): Promise<void> {
    return this.#desk.act(repository, 'admin', (found) => setArchived(this.#desk.world, found, this.#desk.actor, archived));
  }

  setVisibility(repository: string, visibility: 'public' | 'private'): Promise<void> {
    return this.#desk.act(repository, 'admin', (found) => setVisibility(this.#desk.world, found, this.#desk.actor, visibility));
  }

  deleteRepository(repository: string): Promise<void> {
    return this.#desk.act(repository, 'admin', (found) => deleteRepository(this.#desk.world, found, this.#desk.actor));
  }

  editRepository(
    repository: string,
    change: { readonly defaultBranch?: string; readonly topics?: readonly string[]; readonly description?: string },
  ): Promise<void> {
    return this.#desk.act(repository, 'admin', (found) => editRepository(this.#desk.world, found, this.#desk.actor, change));
  }

  /** Which ways of merging the buttons offer. */
  setMerging(repository: string, merge: Partial<Repository['merge']>): Promise<void> {
    return this.#desk.act(repository, 'admin', (found) => {
      found.merge = { ...found.merge, ...merge };
    });
  }

  setProperty(repository: string, name: string, value: string | readonly string[] | null): Promise<void> {
    return this.#desk.act(repository, 'admin', (found) => {
      found.properties.set(name, value);
    });
  }

  setRole(repository: string, login: string, role: Role): Promise<void> {
    return this.#desk.act(repository, 'admin', (found) => {
      const member = this.#desk.world.account(login);
      if (member === undefined) throw new Error(`There is no account ${login}.`);
      setRole(this.#desk.world, found, this.#desk.actor, member, role);
    });
  }

  /** `undefined`: the person leaves. Only owners of the organisation may. */
  setMembership(org: string, login: string, role: 'admin' | 'member' | undefined): void {
    const { world, account, actor } = this.#desk;
    const organisation = world.organisation(org);
    const member = world.account(login);
    if (organisation === undefined || member === undefined) throw new Error(`There is no organisation ${org} or no account ${login}.`);
    if (organisation.members.get(account.login) !== 'admin') throw refusal(403, `${account.login} is no owner of ${org}.`);
    setMembership(world, organisation, actor, member, role);
  }

  /** `undefined` takes the protection away. */
  protect(repository: string, pattern: string, order: ProtectionOrder | undefined): Promise<void> {
    return this.#desk.act(repository, 'admin', (found) => {
      const protection = order === undefined ? undefined : protectionOf(nodeIdOf('BPR', this.#desk.world.nextId()), pattern, order);
      setProtection(this.#desk.world, found, this.#desk.actor, pattern, protection);
    });
  }

  /** A ruleset of this name, new or in place of the old one. */
  setRuleset(repository: string, seed: RulesetSeed): Promise<number> {
    return this.#desk.act(repository, 'admin', (found) => {
      const ruleset = rulesetOf(this.#desk.world, seed, { kind: 'Repository', name: repository });
      setRuleset(this.#desk.world, found, this.#desk.actor, seed.name, ruleset);
      return ruleset.id;
    });
  }

  deleteRuleset(repository: string, name: string): Promise<void> {
    return this.#desk.act(repository, 'admin', (found) => setRuleset(this.#desk.world, found, this.#desk.actor, name, undefined));
  }

  /** The button "Re-run" of a check, or one of the buttons its app put there. */
  rerunCheck(repository: string, runId: number): Promise<void> {
    return this.#desk.act(repository, 'write', (found) =>
      requestRun(this.#desk.world, found, this.#desk.actor, runAt(found, runId), 'rerequested'),
    );
  }

  clickCheckAction(repository: string, runId: number, identifier: string): Promise<void> {
    return this.#desk.act(repository, 'write', (found) =>
      requestRun(this.#desk.world, found, this.#desk.actor, runAt(found, runId), 'requested_action', identifier),
    );
  }

  suspendInstallation(app: string, account: string): void {
    suspend(this.#desk.world, this.#installation(app, account), this.#desk.account);
  }

  unsuspendInstallation(app: string, account: string): void {
    unsuspend(this.#desk.world, this.#installation(app, account), this.#desk.account);
  }

  uninstall(app: string, account: string): void {
    uninstall(this.#desk.world, this.#installation(app, account), this.#desk.account);
  }

  selectRepositories(app: string, account: string, repositories: readonly string[]): void {
    const chosen = repositories.map((name) => this.#desk.repository(name));
    changeSelection(this.#desk.world, this.#installation(app, account), this.#desk.account, chosen);
  }

  /** What the form of `/settings/apps/new` answers with: the code that is exchanged for the app. */
  submitManifest(manifest: Json): string {
    const code = randomBytes(20).toString('hex');
    this.#desk.world.manifests.set(code, { owner: this.#desk.account, manifest });
    return code;
  }

  #installation(app: string, account: string): Installation {
    const found = [...this.#desk.world.installations.values()].find((one) => one.app.slug === app && one.account.login === account);
    if (found === undefined) throw new Error(`${app} is not installed at ${account}.`);
    return found;
  }
}

export function protectionOf(nodeId: string, pattern: string, order: ProtectionOrder): Protection {
  const { checks, reviews, ...rest } = order;
  return {
    nodeId,
    pattern,
    enforceAdmins: false,
    conversationResolution: false,
    signatures: false,
    linearHistory: false,
    restrictions: undefined,
    allowForcePushes: false,
    allowDeletions: false,
    lockBranch: false,
    ...rest,
    checks: checks === undefined ? undefined : { strict: false, required: [], ...checks },
    reviews:
      reviews === undefined
        ? undefined
        : {
            count: 1,
            codeOwners: false,
            dismissStale: false,
            lastPushApproval: false,
            bypass: { users: [], teams: [], apps: [] },
            ...reviews,
          },
  };
}
