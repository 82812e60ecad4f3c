/** Commits and references changed through GraphQL, each against what the caller last saw. */
import { commitAs } from '../acts/commits.js';
import { assertAllowed, moveRef } from '../acts/refs.js';
import type { PathChange } from '../git/repository.js';
import type { Repository } from '../state/repositories.js';
import { assertWritable } from '../state/world.js';
import { commitNodeAt, refNode } from './commit.js';
import { actorOf, listOf, recordOf } from './input.js';
import { type Arguments, type Node, permit, type Reader, refuse, textArgument } from './node.js';

const ZERO = '0'.repeat(40);

export async function createCommitOnBranch(reader: Reader, input: Arguments): Promise<Node> {
  const { repository, branch } = branchOf(reader, recordOf(input.branch));
  permit(reader, repository, { contents: 'write' });
  const actor = actorOf(reader);
  return reader.world.exclusively(repository, async () => {
    assertWritable(repository);
    const ref = `refs/heads/${branch}`;
    const head = repository.git.refs.get(ref);
    if (head === undefined) throw refuse('NOT_FOUND', `No ref exists for branch "${branch}"`);
    const expected = textArgument(input, 'expectedHeadOid');
    if (expected !== head)
      throw refuse('STALE_DATA', `Expected branch to point to "${expected ?? ''}" but it did not. Pull and try again.`);
    const base = await repository.git.treeOf(head);
    const tree = await repository.git.changeTree(base, await changesIn(repository, base, recordOf(input.fileChanges)));
    if (tree === undefined) throw refuse('UNPROCESSABLE', 'A path in fileChanges is malformed.');
    const words = recordOf(input.message);
    const body = textArgument(words, 'body') ?? '';
    const headline = textArgument(words, 'headline') ?? '';
    const sha = commitAs(reader.world, repository, actor, {
      tree,
      parents: [head],
      message: body === '' ? headline : `${headline}\n\n${body}`,
    });
    await moveRef(reader.world, repository, actor, { ref, after: sha });
    return {
      clientMutationId: input.clientMutationId ?? null,
      commit: commitNodeAt(reader, repository, sha),
      ref: refNode(reader, repository, ref),
    };
  });
}

/** All of them or none. */
export async function updateRefs(reader: Reader, input: Arguments): Promise<Node> {
  const id = textArgument(input, 'repositoryId');
  const repository = [...reader.world.repositories.values()].find(({ nodeId }) => nodeId === id);
  if (repository === undefined) throw refuse('NOT_FOUND', `Could not resolve to a node with the global id of '${id ?? ''}'`);
  permit(reader, repository, { contents: 'write' });
  const actor = actorOf(reader);
  return reader.world.exclusively(repository, async () => {
    assertWritable(repository);
    const updates = listOf(input.refUpdates).map((one) => ({
      ref: textArgument(one, 'name') ?? '',
      before: textArgument(one, 'beforeOid'),
      after: textArgument(one, 'afterOid') ?? ZERO,
      force: one.force === true,
    }));
    for (const update of updates) await assertUpdate(reader, repository, update);
    for (const { ref, after, force } of updates)
      await moveRef(reader.world, repository, actor, { ref, after: after === ZERO ? undefined : after, force });
    return { clientMutationId: input.clientMutationId ?? null };
  });
}

type Update = { readonly ref: string; readonly before: string | undefined; readonly after: string; readonly force: boolean };

async function assertUpdate(reader: Reader, repository: Repository, { ref, before, after, force }: Update): Promise<void> {
  const current = repository.git.refs.get(ref);
  if (!/^refs\/(heads|tags)\/.+/.test(ref)) throw refuse('UNPROCESSABLE', `${ref} is not a qualified reference name.`);
  if (before !== undefined && before !== (current ?? ZERO)) {
    throw refuse('UNPROCESSABLE', `Reference ${ref} cannot be updated: expected ${before} but is at ${current ?? ZERO}.`);
  }
  if (after === ZERO && current === undefined) throw refuse('UNPROCESSABLE', `Reference ${ref} does not exist.`);
  if (after !== ZERO && (await repository.git.objects.commit(after)) === undefined)
    throw refuse('UNPROCESSABLE', `Object ${after} does not exist.`);
  const isForward = current === undefined || after === ZERO || (await repository.git.isAncestor(current, after));
  if (!isForward && !force) throw refuse('UNPROCESSABLE', `Reference ${ref} cannot be updated: not a fast forward.`);
  const branch = ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
  if (branch !== undefined)
    await assertAllowed(reader.world, repository, actorOf(reader), { branch, before: current, after: after === ZERO ? undefined : after });
}

function branchOf(reader: Reader, branch: Arguments): { readonly repository: Repository; readonly branch: string } {
  const id = textArgument(branch, 'id');
  if (id !== undefined) {
    const [repositoryId, ref] = Buffer.from(id.split('_kw')[1] ?? '', 'base64url')
      .toString()
      .split(/:(.*)/s);
    const repository = reader.world.repositories.get(Number(repositoryId));
    if (repository === undefined || ref === undefined)
      throw refuse('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
    return { repository, branch: ref.replace('refs/heads/', '') };
  }
  const name = textArgument(branch, 'repositoryNameWithOwner') ?? '';
  const repository = reader.world.repository(name.split('/')[0] ?? '', name.split('/')[1] ?? '');
  if (repository === undefined) throw refuse('NOT_FOUND', `Could not resolve to a Repository with the name '${name}'.`);
  return { repository, branch: (textArgument(branch, 'branchName') ?? '').replace('refs/heads/', '') };
}

/** New files are plain; a file that is there keeps its mode. */
async function changesIn(repository: Repository, base: string, changes: Arguments): Promise<readonly PathChange[]> {
  const made: PathChange[] = [];
  for (const one of listOf(changes.deletions)) {
    const path = textArgument(one, 'path') ?? '';
    if ((await repository.git.entryAt(base, path)) === undefined)
      throw refuse('FILE_NOT_FOUND', `A path was requested for deletion which does not exist as of commit oid \`${base}\``);
    made.push({ path, mode: '100644', sha: null });
  }
  for (const one of listOf(changes.additions)) {
    const path = textArgument(one, 'path') ?? '';
    const old = await repository.git.entryAt(base, path);
    const sha = repository.git.objects.write('blob', Buffer.from(textArgument(one, 'contents') ?? '', 'base64'));
    made.push({ path, mode: old?.mode.startsWith('100') === true ? old.mode : '100644', sha });
  }
  return made;
}
