/** Branch protection and rulesets as the REST API and webhooks show them. */
import type { JsonObject } from '../json.js';
import { activeRulesetsOf, protectionOf } from '../rules/requirements.js';
import type { Ruleset } from '../state/accounts.js';
import { type Allowed, fullName, type Protection, type Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { appJson, teamJson, userJson } from './accounts.js';
import { apiUrl, pageUrl, repoUrl } from './links.js';

export function protectionJson(world: World, repository: Repository, branch: string, protection: Protection): JsonObject {
  const url = repoUrl(world, repository, 'branches', branch, 'protection');
  const { checks, reviews, restrictions } = protection;
  return {
    url,
    ...(checks === undefined ? {} : { required_status_checks: requiredChecksJson(url, protection) }),
    ...(reviews === undefined ? {} : { required_pull_request_reviews: requiredReviewsJson(world, url, protection) }),
    ...(restrictions === undefined
      ? {}
      : {
          restrictions: {
            url: `${url}/restrictions`,
            users_url: `${url}/restrictions/users`,
            teams_url: `${url}/restrictions/teams`,
            apps_url: `${url}/restrictions/apps`,
            ...allowedJson(world, restrictions),
          },
        }),
    required_signatures: { url: `${url}/required_signatures`, enabled: protection.signatures },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: { enabled: protection.linearHistory },
    allow_force_pushes: { enabled: protection.allowForcePushes },
    allow_deletions: { enabled: protection.allowDeletions },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: protection.conversationResolution },
    lock_branch: { enabled: protection.lockBranch },
    allow_fork_syncing: { enabled: false },
  };
}

export function requiredChecksJson(url: string, { checks }: Protection): JsonObject {
  return {
    url: `${url}/required_status_checks`,
    strict: checks?.strict ?? false,
    contexts: (checks?.required ?? []).map(({ context }) => context),
    contexts_url: `${url}/required_status_checks/contexts`,
    checks: (checks?.required ?? []).map(({ context, appId }) => ({ context, app_id: appId })),
  };
}

export function requiredReviewsJson(world: World, url: string, { reviews }: Protection): JsonObject {
  return {
    url: `${url}/required_pull_request_reviews`,
    dismiss_stale_reviews: reviews?.dismissStale ?? false,
    require_code_owner_reviews: reviews?.codeOwners ?? false,
    require_last_push_approval: reviews?.lastPushApproval ?? false,
    required_approving_review_count: reviews?.count ?? 0,
    ...(reviews === undefined ? {} : { bypass_pull_request_allowances: allowedJson(world, reviews.bypass) }),
  };
}

export function protectionRuleJson(world: World, repository: Repository, protection: Protection): JsonObject {
  const { checks, reviews, restrictions } = protection;
  const level = (on: boolean): string => (on ? (protection.enforceAdmins ? 'everyone' : 'non_admins') : 'off');
  return {
    id: Number.parseInt(Buffer.from(protection.nodeId).toString('hex').slice(-8), 16),
    repository_id: repository.id,
    name: protection.pattern,
    created_at: repository.createdAt,
    updated_at: world.now(),
    pull_request_reviews_enforcement_level: level(reviews !== undefined),
    required_approving_review_count: reviews?.count ?? 0,
    dismiss_stale_reviews_on_push: reviews?.dismissStale ?? false,
    require_code_owner_review: reviews?.codeOwners ?? false,
    authorized_dismissal_actors_only: false,
    ignore_approvals_from_contributors: false,
    require_last_push_approval: reviews?.lastPushApproval ?? false,
    required_status_checks: (checks?.required ?? []).map(({ context }) => context),
    required_status_checks_enforcement_level: level(checks !== undefined),
    strict_required_status_checks_policy: checks?.strict ?? false,
    signature_requirement_enforcement_level: level(protection.signatures),
    linear_history_requirement_enforcement_level: level(protection.linearHistory),
    admin_enforced: protection.enforceAdmins,
    allow_force_pushes_enforcement_level: level(protection.allowForcePushes),
    allow_deletions_enforcement_level: level(protection.allowDeletions),
    merge_queue_enforcement_level: 'off',
    required_deployments_enforcement_level: 'off',
    required_conversation_resolution_level: level(protection.conversationResolution),
    authorized_actors_only: restrictions !== undefined,
    authorized_actor_names: [...(restrictions?.users ?? []), ...(restrictions?.teams ?? []), ...(restrictions?.apps ?? [])],
    lock_branch_enforcement_level: level(protection.lockBranch),
  };
}

export function rulesetJson(world: World, repository: Repository, ruleset: Ruleset): JsonObject {
  const isOrg = ruleset.source.kind === 'Organization';
  const self = isOrg
    ? apiUrl(world, 'orgs', ruleset.source.name, 'rulesets', ruleset.id)
    : repoUrl(world, repository, 'rulesets', ruleset.id);
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: ruleset.target,
    source_type: ruleset.source.kind,
    source: isOrg ? ruleset.source.name : fullName(repository),
    enforcement: ruleset.enforcement,
    node_id: ruleset.nodeId,
    _links: { self: { href: self }, html: { href: pageUrl(world, repository, 'rules', ruleset.id) } },
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
    conditions: { ref_name: { include: ruleset.include, exclude: ruleset.exclude } },
    rules: ruleset.rules.map(({ type, parameters }) => (parameters === undefined ? { type } : { type, parameters })),
    bypass_actors: ruleset.bypass.map(({ actorId, actorType, mode }) => ({ actor_id: actorId, actor_type: actorType, bypass_mode: mode })),
    current_user_can_bypass: 'never',
  };
}

/** In lists rules and who may pass by are left out. */
export function rulesetStubJson(world: World, repository: Repository, ruleset: Ruleset): JsonObject {
  const {
    rules: _rules,
    conditions: _conditions,
    bypass_actors: _actors,
    current_user_can_bypass: _can,
    ...stub
  } = rulesetJson(world, repository, ruleset);
  return stub;
}

export function branchRulesJson(world: World, repository: Repository, branch: string): readonly JsonObject[] {
  return activeRulesetsOf(world, repository, branch).flatMap((ruleset) =>
    ruleset.rules.map(({ type, parameters }) => ({
      type,
      ruleset_source_type: ruleset.source.kind,
      ruleset_source: ruleset.source.kind === 'Organization' ? ruleset.source.name : fullName(repository),
      ruleset_id: ruleset.id,
      ...(parameters === undefined ? {} : { parameters }),
    })),
  );
}

/** The short form that a branch carries. */
export function branchProtectionStub(world: World, repository: Repository, branch: string): JsonObject {
  const protection = protectionOf(repository, branch);
  const required = protection?.checks?.required ?? [];
  return {
    protected: isProtected(world, repository, branch),
    protection: {
      enabled: protection !== undefined,
      required_status_checks: {
        enforcement_level: required.length === 0 ? 'off' : protection?.enforceAdmins === true ? 'everyone' : 'non_admins',
        contexts: required.map(({ context }) => context),
        checks: required.map(({ context, appId }) => ({ context, app_id: appId })),
      },
    },
    protection_url: repoUrl(world, repository, 'branches', branch, 'protection'),
  };
}

export function isProtected(world: World, repository: Repository, branch: string): boolean {
  return protectionOf(repository, branch) !== undefined || activeRulesetsOf(world, repository, branch).length > 0;
}

function allowedJson(world: World, { users, teams, apps }: Allowed): JsonObject {
  const allTeams = [...world.organisations.values()].flatMap((org) => [...org.teams.values()]);
  return {
    users: users.flatMap((login) => world.account(login) ?? []).map((one) => userJson(world, one)),
    teams: allTeams.filter(({ slug }) => teams.includes(slug)).map((team) => teamJson(world, team)),
    apps: [...world.apps.values()].filter(({ slug }) => apps.includes(slug)).map((app) => appJson(world, app)),
  };
}
