/** Branch protection and rulesets as GraphQL objects. */

import { matches } from '../rules/pattern.js';
import type { Ruleset } from '../state/accounts.js';
import { fullName, type Protection, type Repository, type RequiredCheck } from '../state/repositories.js';
import { nodeIdOf, type World } from '../state/world.js';
import { appNode } from './accounts.js';
import { type Arguments, connection, type Node } from './node.js';

export function protectionNode(world: World, repository: Repository, protection: Protection): Node {
  const { checks, reviews, restrictions } = protection;
  const branches = [...repository.git.refs.keys()].filter(
    (ref) => ref.startsWith('refs/heads/') && matches(protection.pattern, ref.slice(11)),
  );
  return {
    __typename: 'BranchProtectionRule',
    id: protection.nodeId,
    databaseId: null,
    pattern: protection.pattern,
    isAdminEnforced: protection.enforceAdmins,
    requiresStatusChecks: checks !== undefined,
    requiresStrictStatusChecks: checks?.strict ?? false,
    requiredStatusCheckContexts: (checks?.required ?? []).map(({ context }) => context),
    requiredStatusChecks: () => (checks?.required ?? []).map((one) => requiredCheck(world, one)),
    requiresApprovingReviews: reviews !== undefined,
    requiredApprovingReviewCount: reviews?.count ?? 0,
    requiresCodeOwnerReviews: reviews?.codeOwners ?? false,
    dismissesStaleReviews: reviews?.dismissStale ?? false,
    requireLastPushApproval: reviews?.lastPushApproval ?? false,
    requiresConversationResolution: protection.conversationResolution,
    requiresCommitSignatures: protection.signatures,
    requiresLinearHistory: protection.linearHistory,
    restrictsPushes: restrictions !== undefined,
    restrictsReviewDismissals: false,
    blocksCreations: false,
    allowsForcePushes: protection.allowForcePushes,
    allowsDeletions: protection.allowDeletions,
    lockBranch: protection.lockBranch,
    lockAllowsFetchAndMerge: false,
    requiresDeployments: false,
    requiredDeploymentEnvironments: [],
    matchingRefs: (args: Arguments) =>
      connection(branches, args, (ref) => ({ __typename: 'Ref', name: ref.slice(11), prefix: 'refs/heads/' })),
  };
}

export function rulesetNode(repository: Repository, ruleset: Ruleset): Node {
  return {
    __typename: 'RepositoryRuleset',
    id: ruleset.nodeId,
    databaseId: ruleset.id,
    name: ruleset.name,
    target: ruleset.target.toUpperCase(),
    enforcement: ruleset.enforcement.toUpperCase(),
    createdAt: ruleset.createdAt,
    updatedAt: ruleset.updatedAt,
    source: { __typename: ruleset.source.kind, nameWithOwner: fullName(repository), login: ruleset.source.name, name: repository.name },
    conditions: {
      refName: { include: ruleset.include, exclude: ruleset.exclude },
      repositoryId: null,
      repositoryName: null,
      repositoryProperty: null,
    },
    bypassActors: (args: Arguments) =>
      connection(ruleset.bypass, args, (one) => ({
        id: nodeIdOf('RRBA', `${ruleset.id}:${one.actorType}:${one.actorId}`),
        bypassMode: one.mode.toUpperCase(),
        organizationAdmin: one.actorType === 'OrganizationAdmin',
        deployKey: one.actorType === 'DeployKey',
        repositoryRoleDatabaseId: one.actorType === 'RepositoryRole' ? one.actorId : null,
      })),
    rules: (args: Arguments) =>
      connection(ruleset.rules, args, (rule) => ({
        __typename: 'RepositoryRule',
        id: nodeIdOf('RRL', `${ruleset.id}:${rule.type}`),
        // A type younger than this schema breaks the enum, as it would break anybody's client.
        type: rule.type.toUpperCase(),
        parameters: null,
      })),
  };
}

function requiredCheck(world: World, { context, appId }: RequiredCheck): Node {
  const app = appId === null ? undefined : world.apps.get(appId);
  return { context, app: app === undefined ? null : appNode(world, app) };
}
