/** What a person does with code: commits, branches, force pushes. */
import { identityOf } from '../acts/commits.js';
import { moveRef } from '../acts/refs.js';
import { EMPTY_TREE, type Identity } from '../git/objects.js';
import type { PersonDesk } from './desk.js';
import { changesOf } from './seed.js';

export type PushOrder = {
  /** `null` removes the file. */
  readonly files?: Readonly<Record<string, string | Uint8Array | null>>;
  readonly message?: string;
  /** Commit to build on; the branch's head, or the default branch for a new one. */
  readonly onto?: string;
  readonly force?: boolean;
  /** What git was told, which proves nothing. */
  readonly author?: { readonly name: string; readonly email: string };
  /** Signed with a key GitHub knows. */
  readonly signed?: boolean;
};

export class PersonCode {
  readonly #desk: PersonDesk;

  constructor(desk: PersonDesk) {
    this.#desk = desk;
  }

  /** One commit pushed to a branch, which is made when it is not there. */
  push(repository: string, branch: string, order: PushOrder): Promise<string> {
    const { world, actor, account } = this.#desk;
    return this.#desk.act(repository, 'write', async (found) => {
      const { git } = found;
      const ref = `refs/heads/${branch}`;
      const parent = order.onto ?? git.refs.get(ref) ?? git.refs.get(`refs/heads/${found.defaultBranch}`);
      const tree = await git.changeTree(parent === undefined ? EMPTY_TREE : await git.treeOf(parent), changesOf(git, order.files ?? {}));
      if (tree === undefined) throw new Error('A path among the files is no path.');
      const who: Identity = { ...identityOf(world, account), ...order.author };
      const sha = git.objects.writeCommit({
        tree,
        parents: parent === undefined ? [] : [parent],
        author: who,
        committer: who,
        message: order.message ?? 'Change files',
      });
      if (order.signed === true) found.verified.add(sha);
      found.authors.set(sha, account);
      await moveRef(world, found, actor, { ref, after: sha, force: order.force ?? false });
      return sha;
    });
  }

  /** Moves a branch to any commit that is there. */
  forcePush(repository: string, branch: string, sha: string): Promise<void> {
    const { world, actor } = this.#desk;
    return this.#desk.act(repository, 'write', (found) =>
      moveRef(world, found, actor, { ref: `refs/heads/${branch}`, after: sha, force: true }),
    );
  }

  createBranch(repository: string, branch: string, from?: string): Promise<string> {
    const { world, actor } = this.#desk;
    return this.#desk.act(repository, 'write', async (found) => {
      const sha = await found.git.resolve(from ?? found.defaultBranch);
      if (sha === undefined) throw new Error(`There is no commit ${from ?? found.defaultBranch}.`);
      await moveRef(world, found, actor, { ref: `refs/heads/${branch}`, after: sha });
      return sha;
    });
  }

  tag(repository: string, name: string, sha: string): Promise<void> {
    const { world, actor } = this.#desk;
    return this.#desk.act(repository, 'write', (found) => moveRef(world, found, actor, { ref: `refs/tags/${name}`, after: sha }));
  }

  deleteBranch(repository: string, branch: string): Promise<void> {
    const { world, actor } = this.#desk;
    return this.#desk.act(repository, 'write', (found) => moveRef(world, found, actor, { ref: `refs/heads/${branch}`, after: undefined }));
  }

  /** What a clone with commits of its own pushes: the branch of that git directory, with its history. */
  pushFrom(repository: string, directory: string, branch: string, { force = false } = {}): Promise<string> {
    const { world, actor } = this.#desk;
    return this.#desk.act(repository, 'write', async (found) => {
      const kept = `refs/pushed/${world.nextId()}`;
      await found.git.fetch(directory, `+refs/heads/${branch}:${kept}`);
      const sha = found.git.refs.get(kept);
      if (sha === undefined) throw new Error(`${directory} has no branch ${branch}.`);
      await moveRef(world, found, actor, { ref: `refs/heads/${branch}`, after: sha, force });
      await found.git.deleteRef(kept);
      return sha;
    });
  }
}
