/** A repository's branches over GitHub's git data API. Commits are made by the App and signed by GitHub. */
import { ProblemError } from '../../core/problem.js';
import type { ChangedFile, FileEdit } from '../../core/pull-request.js';
import type { Forge, Urgent } from '../../ports.js';
import { refused } from './answers.js';
import { readBlob } from './blobs.js';
import type { Reader } from './client.js';
import { compareCommits } from './comparison.js';
import type { Gateway } from './gateway.js';
import { createCommit, createRef, createTree, forwardRef, readRef, swapRef } from './git-writes.js';
import type { Identify } from './identity.js';
import type { Place } from './place.js';
import { compareTrees, findFolder, listTree, readCommit, type TreeEntry } from './trees.js';

export type ForgeParts = {
  readonly reader: Reader;
  readonly gateway: Gateway;
  readonly identify: Identify;
  /** An Enterprise Server whose administrator has not switched on the signing of web commits. */
  readonly allowUnverified: boolean;
};

/** More than that is no proposal of ours: beyond it a file's SHA stands for its content. */
const CONTENTS = { files: 300, bytes: 1_000_000 };

export function createForge(parts: ForgeParts, place: Place): Forge {
  const { reader } = parts;
  const head = async (branch: string): Promise<string | undefined> => {
    const sha = await readRef(reader, place, branch);
    // GitHub says 404 for a repository that we may not see, too.
    if (sha === undefined) await parts.identify(place);
    return sha;
  };
  return {
    repository: place.name,
    head,
    readFolder: (commit, folder) => readFolder(reader, place, commit, folder),
    changed: async (from, to) => {
      const base = await compareCommits(reader, place, from, to);
      return withContents(reader, place, await compareTrees(reader, place, base?.tree, (await readCommit(reader, place, to)).tree));
    },
    commit: (parent, files, message, _at, how = {}) => commit(parts, place, { parent, files, message, ...how }),
    contains: async (branch, sha) => {
      const tip = await head(branch);
      if (tip === undefined || tip === sha) return tip !== undefined;
      const standing = (await compareCommits(reader, place, tip, sha))?.status;
      return standing === 'behind' || standing === 'identical';
    },
    point: async (branch, sha, expected) => {
      const standing = await head(branch);
      if (standing === sha) return { done: true };
      if (standing !== expected) return { done: false, head: standing };
      const outcome = await parts.gateway.perform(await pointing(parts, place, branch, { sha, expected }));
      if (outcome.done) return { done: true };
      const now = await head(branch);
      if (now === sha) return { done: true };
      if (now === expected) throw refused({ route: `to move ${branch} of ${place.name}` }, outcome);
      return { done: false, head: now };
    },
  };
}

async function pointing(
  parts: ForgeParts,
  place: Place,
  branch: string,
  to: { readonly sha: string; readonly expected: string | undefined },
) {
  const { sha, expected } = to;
  if (expected === undefined) return createRef(place, branch, sha);
  const { parents } = await readCommit(parts.reader, place, sha);
  if (parents.includes(expected)) return forwardRef(place, branch, sha);
  return swapRef(place, (await parts.identify(place)).node_id, branch, expected, sha);
}

async function commit(
  parts: ForgeParts,
  place: Place,
  { parent, files, message, ...how }: Urgent & { readonly parent: string; readonly files: readonly FileEdit[]; readonly message: string },
): Promise<{ readonly sha: string; readonly tree: string }> {
  const base = await readCommit(parts.reader, place, parent);
  const tree = await parts.gateway.perform({ ...createTree(place, base.tree, files), ...how });
  if (!tree.done) throw refused({ route: `the files for ${place.name}` }, tree);
  const made = await parts.gateway.perform({ ...createCommit(place, parent, tree.value, message), ...how });
  if (!made.done) throw refused({ route: `a commit in ${place.name}` }, made);
  const { sha, verification } = made.value;
  if (verification.verified || parts.allowUnverified) return { sha, tree: made.value.tree.sha };
  throw new ProblemError({
    kind: 'world',
    what: `GitHub did not sign the commit ${sha} in ${place.name} (${verification.reason}), and it is not used.`,
    remedy: 'Have the administrator of the server switch on the signing of web commits, then `sf bootstrap retry`.',
  });
}

async function readFolder(reader: Reader, place: Place, commitSha: string, folder: string): Promise<readonly FileEdit[]> {
  const root = await readCommit(reader, place, commitSha);
  const tree = await findFolder(reader, place, root.tree, folder);
  if (tree === undefined) return [];
  const entries = await listTree(reader, place, tree);
  if (entries.length > CONTENTS.files) {
    throw new ProblemError({
      kind: 'usage',
      what: `${folder} in ${place.name} holds ${entries.length} files at ${commitSha}, more than the ${CONTENTS.files} that are read there.`,
      remedy: 'Take what does not belong to the dataset out of that folder, then `sf bootstrap retry`.',
    });
  }
  const files: FileEdit[] = [];
  for (const { path, type, sha, size = 0 } of entries) {
    const bytes = type === 'blob' && size <= CONTENTS.bytes ? await readBlob(reader, place, sha, size) : undefined;
    // A submodule is no content of this repository; its commit stands for it.
    files.push({ path: `${folder}/${path}`, content: bytes?.toString('utf8') ?? sha });
  }
  return files;
}

async function withContents(reader: Reader, place: Place, changes: readonly TreeEntry[]): Promise<readonly ChangedFile[]> {
  const files: ChangedFile[] = [];
  for (const { path, mode, type, sha, size = 0 } of changes) {
    const isRead = type === 'blob' && mode !== '000000' && changes.length <= CONTENTS.files && size <= CONTENTS.bytes;
    const bytes = isRead ? await readBlob(reader, place, sha, size) : undefined;
    // A submodule is no content of this repository; its commit stands for it.
    files.push({ path, mode, content: bytes?.toString('utf8') ?? sha });
  }
  return files;
}
