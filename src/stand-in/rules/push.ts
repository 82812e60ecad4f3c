/** What a branch's rules say to a change of its reference that is no merge of a pull request. */
import type { Actor } from '../state/accounts.js';
import type { Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { contextsOf, outcomeFor } from './checks.js';
import { isAllowed, type Requirement, requirementsOf } from './requirements.js';

export type RefChange = { readonly branch: string; readonly before: string | undefined; readonly after: string | undefined };

/** The violations, in GitHub's words; empty when the push is allowed. */
export async function pushViolations(world: World, repository: Repository, actor: Actor, change: RefChange): Promise<readonly string[]> {
  const found: string[] = [];
  for (const one of requirementsOf(world, repository, change.branch, actor)) {
    const message = await violation(world, repository, actor, change, one);
    if (message !== undefined) found.push(message);
  }
  return [...new Set(found)];
}

async function violation(
  world: World,
  repository: Repository,
  actor: Actor,
  change: RefChange,
  one: Requirement,
): Promise<string | undefined> {
  const { before, after } = change;
  if (after === undefined) return one.kind === 'no-delete' ? 'Cannot delete this protected branch' : undefined;
  if (before === undefined) return one.kind === 'no-create' ? 'Cannot create ref due to creations being restricted.' : undefined;
  switch (one.kind) {
    case 'no-force':
      return (await repository.git.isAncestor(before, after)) ? undefined : 'Cannot force-push to this branch';
    case 'reviews':
      return 'Changes must be made through a pull request.';
    case 'checks': {
      const contexts = contextsOf(world, repository, after);
      const missing = one.required.find((required) => outcomeFor(contexts, required) !== 'success');
      return missing && `Required status check "${missing.context}" is expected.`;
    }
    case 'signatures':
      return (await repository.git.between(before, after)).every((sha) => repository.verified.has(sha))
        ? undefined
        : 'Commits must have verified signatures.';
    case 'linear': {
      for (const sha of await repository.git.between(before, after)) {
        if (((await repository.git.objects.commit(sha))?.parents.length ?? 0) > 1) return 'This branch must not contain merge commits.';
      }
      return undefined;
    }
    case 'restricted':
      return isAllowed(world, actor, one.allowed) ? undefined : "You're not authorized to push to this branch.";
    case 'locked':
      return 'Cannot change this locked branch';
    case 'queue':
      return 'Changes must be made through the merge queue';
    case 'no-update':
      return 'Cannot update this protected ref.';
    case 'other':
      return world.knobs.unmetRules.has(one.type) ? `Rule "${one.type}" is not satisfied.` : undefined;
    default:
      return undefined;
  }
}
