/** What the reviews of a pull request amount to. */
import { filesBetween } from '../git/diff.js';
import type { PullIssue, Repository, Review } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { isOwner, ownersOf, readOwners } from './codeowners.js';
import { requirementsOf } from './requirements.js';

export type ReviewDecision = 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED';

/** The last word of each reviewer: comments do not take back an approval. */
export function latestOpinions(pull: PullIssue): readonly Review[] {
  const latest = new Map<number, Review>();
  for (const review of pull.pull.reviews) {
    if (review.state === 'APPROVED' || review.state === 'CHANGES_REQUESTED' || review.state === 'DISMISSED')
      latest.set(review.author.id, review);
  }
  return [...latest.values()];
}

export async function reviewDecision(world: World, repository: Repository, issue: PullIssue): Promise<ReviewDecision | undefined> {
  const opinions = latestOpinions(issue).filter(({ author }) => counts(world, repository, author.login));
  if (opinions.some(({ state }) => state === 'CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  const approvals = opinions.filter(({ state }) => state === 'APPROVED');
  const reviews = requirementsOf(world, repository, issue.pull.base.ref).filter((one) => one.kind === 'reviews');
  const count = Math.max(0, ...reviews.map((one) => one.count));
  const missing = reviews.some((one) => one.codeOwners) ? await missingOwners(world, repository, issue) : [];
  if (approvals.length < count || missing.length > 0) return 'REVIEW_REQUIRED';
  if (reviews.some((one) => one.lastPush) && approvals.every(({ author }) => author.login === pusherOf(repository, issue)?.login))
    return 'REVIEW_REQUIRED';
  return approvals.length > 0 ? 'APPROVED' : undefined;
}

/** The owners, one text per owned path without an owner's approval. */
export async function missingOwners(world: World, repository: Repository, issue: PullIssue): Promise<readonly string[]> {
  const base = repository.git.refs.get(`refs/heads/${issue.pull.base.ref}`) ?? issue.pull.base.sha;
  const owners = await readOwners(world, repository, base);
  if (owners === undefined) return [];
  const merge = await repository.git.mergeBase(base, issue.pull.head.sha);
  const files = await filesBetween(
    repository.git,
    await repository.git.treeOf(merge ?? base),
    await repository.git.treeOf(issue.pull.head.sha),
  );
  const approvers = latestOpinions(issue).filter(({ state }) => state === 'APPROVED');
  const missing = new Set<string>();
  for (const { path } of files) {
    const of = ownersOf(owners, path);
    const isApproved = approvers.some(({ author }) => of.some((owner) => isOwner(world, owner, author.login)));
    if (of.length > 0 && !isApproved) missing.add(of.join(' or '));
  }
  return [...missing];
}

function pusherOf(repository: Repository, issue: PullIssue): { readonly login: string } | undefined {
  return repository.authors.get(issue.pull.head.sha);
}

function counts(world: World, repository: Repository, login: string): boolean {
  const account = world.account(login);
  return account !== undefined && account.kind === 'User' && world.may(account, repository, 'write');
}
