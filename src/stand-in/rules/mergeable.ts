/** Whether a pull request can be merged, and if not, everything that stands against it. */
import type { Actor } from '../state/accounts.js';
import type { PullIssue, Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { contextsOf, type Outcome, outcomeFor } from './checks.js';
import { isAllowed, type Requirement, requirementsOf } from './requirements.js';
import { missingOwners, reviewDecision } from './reviews.js';

export type MergeState = 'CLEAN' | 'BLOCKED' | 'BEHIND' | 'DIRTY' | 'UNSTABLE' | 'HAS_HOOKS' | 'UNKNOWN' | 'DRAFT';
export type Mergeable = 'MERGEABLE' | 'CONFLICTING' | 'UNKNOWN';
export type Blocker = { readonly message: string; readonly isBehind: boolean; readonly isRuleset: boolean };

const CHECK_WORDS: Readonly<Record<Outcome, string>> = {
  expected: 'is expected.',
  pending: 'is in progress.',
  failure: 'is failing.',
  error: 'is failing.',
  success: 'is successful.',
};

/** Each look uses up one of the times that GitHub says it does not know yet. */
export async function mergeableOf(world: World, repository: Repository, issue: PullIssue): Promise<Mergeable> {
  if (issue.state === 'open' && world.knobs.mergeableUnknown > 0) {
    world.knobs.mergeableUnknown -= 1;
    return 'UNKNOWN';
  }
  const base = repository.git.refs.get(`refs/heads/${issue.pull.base.ref}`);
  if (issue.pull.merged !== undefined || base === undefined) return 'UNKNOWN';
  const { kind } = await repository.git.merge(base, issue.pull.head.sha);
  return kind === 'tree' ? 'MERGEABLE' : 'CONFLICTING';
}

export async function mergeStateOf(world: World, repository: Repository, issue: PullIssue, mergeable: Mergeable): Promise<MergeState> {
  if (mergeable === 'UNKNOWN' || issue.state === 'closed') return 'UNKNOWN';
  if (mergeable === 'CONFLICTING') return 'DIRTY';
  if (issue.pull.draft) return 'DRAFT';
  const blockers = await blockersOf(world, repository, issue);
  if (blockers.some(({ isBehind }) => !isBehind)) return 'BLOCKED';
  if (blockers.length > 0) return 'BEHIND';
  const contexts = contextsOf(world, repository, issue.pull.head.sha);
  if (contexts.some(({ outcome }) => outcome !== 'success')) return 'UNSTABLE';
  return world.knobs.hasHooks ? 'HAS_HOOKS' : 'CLEAN';
}

/** Without an actor: for everybody, whoever might pass by. */
export async function blockersOf(world: World, repository: Repository, issue: PullIssue, actor?: Actor): Promise<readonly Blocker[]> {
  const found: Blocker[] = [];
  for (const requirement of requirementsOf(world, repository, issue.pull.base.ref, actor, 'pull')) {
    const messages = await unmet(world, repository, issue, requirement, actor);
    const isRuleset = requirement.source.kind === 'ruleset';
    found.push(...messages.map((message) => ({ message, isRuleset, isBehind: message.startsWith('Head branch is out of date') })));
  }
  return found;
}

async function unmet(
  world: World,
  repository: Repository,
  issue: PullIssue,
  one: Requirement,
  actor: Actor | undefined,
): Promise<readonly string[]> {
  const { head } = issue.pull;
  switch (one.kind) {
    case 'checks':
      return unmetChecks(world, repository, issue, one);
    case 'reviews':
      return unmetReviews(world, repository, issue, one);
    case 'conversations':
      return unresolved(issue);
    case 'signatures':
      return (await commitsOf(repository, issue)).every((sha) => repository.verified.has(sha))
        ? []
        : ['Commits must have verified signatures.'];
    case 'linear':
      return (await hasMerges(repository, issue)) ? ['This branch must not contain merge commits.'] : [];
    case 'workflows': {
      const contexts = contextsOf(world, repository, head.sha);
      const done = (path: string): boolean =>
        contexts.some(
          (context) =>
            context.outcome === 'success' && (context.name === path || (context.kind === 'run' && context.run.externalId === path)),
        );
      return one.paths.filter((path) => !done(path)).map((path) => `Required workflow "${path}" is expected.`);
    }
    case 'restricted':
      return actor === undefined || isAllowed(world, actor, one.allowed)
        ? []
        : ["You're not authorized to push to this branch. Visit https://docs.github.com/ for more information."];
    case 'locked':
      return ['Cannot change this locked branch.'];
    case 'queue':
      return issue.pull.queued === undefined ? ['Changes must be made through the merge queue'] : [];
    case 'no-update':
      return ['Cannot update this protected ref.'];
    case 'other':
      return world.knobs.unmetRules.has(one.type) ? [`Rule "${one.type}" is not satisfied.`] : [];
    default:
      return [];
  }
}

async function unmetChecks(
  world: World,
  repository: Repository,
  issue: PullIssue,
  one: Extract<Requirement, { kind: 'checks' }>,
): Promise<readonly string[]> {
  const contexts = contextsOf(world, repository, issue.pull.head.sha);
  const messages = one.required.flatMap((required) => {
    const outcome = outcomeFor(contexts, required);
    return outcome === 'success' ? [] : [`Required status check "${required.context}" ${CHECK_WORDS[outcome]}`];
  });
  const base = repository.git.refs.get(`refs/heads/${issue.pull.base.ref}`);
  const isBehind = one.strict && base !== undefined && !(await repository.git.isAncestor(base, issue.pull.head.sha));
  return isBehind ? [...messages, 'Head branch is out of date. Update it with the base branch and try again.'] : messages;
}

async function unmetReviews(
  world: World,
  repository: Repository,
  issue: PullIssue,
  one: Extract<Requirement, { kind: 'reviews' }>,
): Promise<readonly string[]> {
  const decision = await reviewDecision(world, repository, issue);
  const asks = one.count > 0 || one.codeOwners;
  const messages = one.source.kind === 'ruleset' && flagOfThreads(one) ? [...unresolved(issue)] : [];
  if (decision === 'CHANGES_REQUESTED' && asks) return [...messages, 'Changes have been requested by a reviewer with write access.'];
  if (decision !== 'REVIEW_REQUIRED') return messages;
  const owners = one.codeOwners ? await missingOwners(world, repository, issue) : [];
  if (owners.length > 0) return [...messages, `Waiting on code owner review from ${owners.join(', ')}.`];
  if (one.count === 0) return messages;
  return [
    ...messages,
    `At least ${one.count} approving review${one.count === 1 ? ' is' : 's are'} required by reviewers with write access.`,
  ];
}

function flagOfThreads(one: Requirement): boolean {
  if (one.source.kind !== 'ruleset') return false;
  const rule = one.source.ruleset.rules.find(({ type }) => type === 'pull_request');
  return rule?.parameters?.required_review_thread_resolution === true;
}

function unresolved(issue: PullIssue): readonly string[] {
  return issue.pull.threads.every(({ resolvedBy }) => resolvedBy !== undefined)
    ? []
    : ['A conversation must be resolved before this pull request can be merged.'];
}

async function commitsOf(repository: Repository, issue: PullIssue): Promise<readonly string[]> {
  return repository.git.between(repository.git.refs.get(`refs/heads/${issue.pull.base.ref}`), issue.pull.head.sha);
}

async function hasMerges(repository: Repository, issue: PullIssue): Promise<boolean> {
  for (const sha of await commitsOf(repository, issue))
    if (((await repository.git.objects.commit(sha))?.parents.length ?? 0) > 1) return true;
  return false;
}
