/** Commits that GitHub makes in somebody's name, and signs. */
import type { Identity } from '../git/objects.js';
import type { Account, Actor } from '../state/accounts.js';
import type { Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';

export type CommitParts = {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** Who wrote it when that is not the one who commits. */
  readonly author?: Account;
};

/** Committed by `web-flow`, GitHub's own account, and therefore verified. */
export function commitAs(world: World, repository: Repository, actor: Actor, { author = actor.account, ...parts }: CommitParts): string {
  const sha = repository.git.objects.writeCommit({ ...parts, author: identityOf(world, author), committer: webFlow(world) });
  repository.verified.add(sha);
  repository.authors.set(sha, author);
  return sha;
}

export function identityOf(world: World, account: Account): Identity {
  return { name: account.kind === 'Bot' ? account.login : account.name, email: account.email, date: world.now() };
}

export function webFlow(world: World): Identity {
  return { name: 'GitHub', email: 'noreply@github.com', date: world.now() };
}
