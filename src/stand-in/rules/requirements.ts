/** What branch protection and rulesets ask of one branch, in one list. */
import type { Json, JsonObject } from '../json.js';
import { flagAt, listAt, numberAt, textAt, textsAt } from '../json.js';
import type { Actor, BypassActor, Rule, Ruleset } from '../state/accounts.js';
import type { Allowed, Protection, Repository, RequiredCheck } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { matches } from './pattern.js';

type Source = { readonly kind: 'protection'; readonly protection: Protection } | { readonly kind: 'ruleset'; readonly ruleset: Ruleset };
type Demand =
  | { readonly kind: 'checks'; readonly strict: boolean; readonly required: readonly RequiredCheck[] }
  | {
      readonly kind: 'reviews';
      readonly count: number;
      readonly codeOwners: boolean;
      readonly dismissStale: boolean;
      readonly lastPush: boolean;
      readonly methods: readonly string[] | undefined;
    }
  | { readonly kind: 'restricted'; readonly allowed: Allowed }
  | { readonly kind: 'workflows'; readonly paths: readonly string[] }
  | { readonly kind: 'other'; readonly type: string; readonly parameters: JsonObject }
  | {
      readonly kind: 'conversations' | 'signatures' | 'linear' | 'no-force' | 'no-delete' | 'locked' | 'queue' | 'no-create' | 'no-update';
    };
export type Requirement = Demand & { readonly source: Source };

const ROLE_IDS: Readonly<Record<number, 'maintain' | 'write' | 'admin'>> = { 2: 'maintain', 4: 'write', 5: 'admin' };
const PLAIN = {
  required_signatures: 'signatures',
  required_linear_history: 'linear',
  non_fast_forward: 'no-force',
  deletion: 'no-delete',
  merge_queue: 'queue',
  creation: 'no-create',
  update: 'no-update',
} as const;

export function protectionOf(repository: Repository, branch: string): Protection | undefined {
  return repository.protections.get(branch) ?? [...repository.protections.values()].find(({ pattern }) => matches(pattern, branch));
}

export function rulesetsOf(world: World, repository: Repository, branch: string): readonly Ruleset[] {
  const all = [...repository.rulesets, ...(world.organisation(repository.owner.login)?.rulesets ?? [])];
  const ref = `refs/heads/${branch}`;
  const means = (pattern: string): boolean =>
    pattern === '~ALL' || (pattern === '~DEFAULT_BRANCH' && branch === repository.defaultBranch) || matches(pattern, ref);
  return all.filter((set) => set.target === 'branch' && set.include.some(means) && !set.exclude.some(means));
}

export function activeRulesetsOf(world: World, repository: Repository, branch: string): readonly Ruleset[] {
  return rulesetsOf(world, repository, branch).filter(({ enforcement }) => enforcement === 'active');
}

/** All requirements; with an actor, without those this actor may pass by. */
export function requirementsOf(
  world: World,
  repository: Repository,
  branch: string,
  actor?: Actor,
  through: 'push' | 'pull' = 'push',
): readonly Requirement[] {
  const protection = protectionOf(repository, branch);
  const fromProtection =
    protection === undefined
      ? []
      : demandsOfProtection(protection).map((one) => ({ ...one, source: { kind: 'protection', protection } as const }));
  const fromRulesets = activeRulesetsOf(world, repository, branch).flatMap((ruleset) =>
    ruleset.rules.map((rule) => ({ ...demandOf(rule), source: { kind: 'ruleset', ruleset } as const })),
  );
  const all: readonly Requirement[] = [...fromProtection, ...fromRulesets];
  return actor === undefined ? all : all.filter((one) => !passesBy(world, repository, actor, one, through));
}

export function isAllowed(world: World, actor: Actor, allowed: Allowed): boolean {
  if (actor.kind === 'app') return allowed.apps.includes(actor.app.slug);
  if (allowed.users.includes(actor.account.login)) return true;
  const teams = [...world.organisations.values()].flatMap((org) => [...org.teams.values()]);
  return teams.some((team) => allowed.teams.includes(team.slug) && team.members.has(actor.account.login));
}

function demandsOfProtection(protection: Protection): readonly Demand[] {
  const { checks, reviews } = protection;
  return [
    ...(checks === undefined ? [] : [{ kind: 'checks', strict: checks.strict, required: checks.required } as const]),
    ...(reviews === undefined
      ? []
      : [
          {
            kind: 'reviews',
            count: reviews.count,
            codeOwners: reviews.codeOwners,
            dismissStale: reviews.dismissStale,
            lastPush: reviews.lastPushApproval,
            methods: undefined,
          } as const,
        ]),
    ...(protection.conversationResolution ? [{ kind: 'conversations' } as const] : []),
    ...(protection.signatures ? [{ kind: 'signatures' } as const] : []),
    ...(protection.linearHistory ? [{ kind: 'linear' } as const] : []),
    ...(protection.allowForcePushes ? [] : [{ kind: 'no-force' } as const]),
    ...(protection.allowDeletions ? [] : [{ kind: 'no-delete' } as const]),
    ...(protection.lockBranch ? [{ kind: 'locked' } as const] : []),
    ...(protection.restrictions === undefined ? [] : [{ kind: 'restricted', allowed: protection.restrictions } as const]),
  ];
}

function demandOf({ type, parameters = {} }: Rule): Demand {
  if (type in PLAIN && isPlain(type)) return { kind: PLAIN[type] };
  if (type === 'required_status_checks') {
    const required = (listAt(parameters, 'required_status_checks') ?? []).map((one: Json) => ({
      context: textAt(one, 'context') ?? '',
      appId: numberAt(one, 'integration_id') ?? null,
    }));
    return { kind: 'checks', strict: flagAt(parameters, 'strict_required_status_checks_policy') ?? false, required };
  }
  if (type === 'pull_request') {
    return {
      kind: 'reviews',
      count: numberAt(parameters, 'required_approving_review_count') ?? 0,
      codeOwners: flagAt(parameters, 'require_code_owner_review') ?? false,
      dismissStale: flagAt(parameters, 'dismiss_stale_reviews_on_push') ?? false,
      lastPush: flagAt(parameters, 'require_last_push_approval') ?? false,
      methods: textsAt(parameters, 'allowed_merge_methods'),
    };
  }
  if (type === 'workflows')
    return { kind: 'workflows', paths: (listAt(parameters, 'workflows') ?? []).map((one) => textAt(one, 'path') ?? '') };
  return { kind: 'other', type, parameters };
}

function isPlain(type: string): type is keyof typeof PLAIN {
  return Object.hasOwn(PLAIN, type);
}

function passesBy(world: World, repository: Repository, actor: Actor, one: Requirement, through: 'push' | 'pull'): boolean {
  if (one.source.kind === 'ruleset') {
    return one.source.ruleset.bypass.some((who) => (who.mode === 'always' || through === 'pull') && isActor(world, repository, actor, who));
  }
  const { protection } = one.source;
  if (one.kind === 'no-force' || one.kind === 'no-delete') return false;
  if (one.kind === 'reviews' && protection.reviews !== undefined && isAllowed(world, actor, protection.reviews.bypass)) return true;
  return !protection.enforceAdmins && actor.kind === 'person' && world.may(actor.account, repository, 'admin');
}

function isActor(world: World, repository: Repository, actor: Actor, { actorType, actorId }: BypassActor): boolean {
  if (actorType === 'Integration') return actor.kind === 'app' && actor.app.id === actorId;
  if (actor.kind === 'app') return false;
  const organisation = world.organisation(repository.owner.login);
  if (actorType === 'OrganizationAdmin') return organisation?.members.get(actor.account.login) === 'admin';
  if (actorType === 'Team')
    return [...(organisation?.teams.values() ?? [])].some((team) => team.id === actorId && team.members.has(actor.account.login));
  const role = ROLE_IDS[actorId ?? 0];
  return actorType === 'RepositoryRole' && role !== undefined && world.may(actor.account, repository, role);
}
