/** Writes to a repository's objects and references. Objects are seen by nobody until a reference points at them. */
import * as z from 'zod';
import type { FileEdit } from '../../core/pull-request.js';
import type { Reader } from './client.js';
import { fingerprint } from './fingerprint.js';
import type { Write } from './gateway.js';
import { type Place, routed } from './place.js';

export const BODY_OF_COMMIT = 60_000;
const Sha = z.object({ sha: z.string() });
const Ref = z.object({ object: Sha }).transform(({ object }) => object.sha);

/** The tree of `base` with these files put in, in one request. */
export function createTree(place: Place, base: string, files: readonly FileEdit[]): Write<string> {
  const tree = files.map(({ path, content }) => ({ path, mode: '100644', type: 'blob', content }));
  return {
    operation: 'create-tree',
    place,
    cost: 1,
    repeat: 'same',
    call: { route: 'POST /repos/{owner}/{repo}/git/trees', params: { ...routed(place), base_tree: base, tree } },
    files,
    answer: Sha.transform(({ sha }) => sha),
    landed: async () => undefined,
    pretended: fingerprint('tree', base, files),
  };
}

export const CommitAnswer = z.object({ sha: z.string(), tree: Sha, verification: z.object({ verified: z.boolean(), reason: z.string() }) });
export type CommitAnswer = z.infer<typeof CommitAnswer>;

/** Without author and committer, for only then GitHub signs it as the App. */
export function createCommit(place: Place, parent: string, tree: string, message: string): Write<CommitAnswer> {
  const sha = fingerprint('commit', parent, tree, message);
  return {
    operation: 'create-commit',
    place,
    cost: 1,
    repeat: 'same',
    call: { route: 'POST /repos/{owner}/{repo}/git/commits', params: { ...routed(place), message, tree, parents: [parent] } },
    texts: { message: BODY_OF_COMMIT },
    answer: CommitAnswer,
    landed: async () => undefined,
    pretended: { sha, tree: { sha: tree }, verification: { verified: true, reason: 'dry run' } },
  };
}

export function createRef(place: Place, branch: string, sha: string): Write<string> {
  return {
    operation: 'create-ref',
    place,
    cost: 1,
    repeat: 'pinned',
    call: { route: 'POST /repos/{owner}/{repo}/git/refs', params: { ...routed(place), ref: `refs/heads/${branch}`, sha } },
    answer: Ref,
    landed: standsAt(place, branch, sha),
    pretended: sha,
  };
}

/** Only forward: GitHub refuses it if the branch holds anything that `sha` does not. */
export function forwardRef(place: Place, branch: string, sha: string): Write<string> {
  const params = { ...routed(place), ref: `heads/${branch}`, sha, force: false };
  return {
    operation: 'update-ref',
    place,
    cost: 0,
    repeat: 'pinned',
    call: { route: 'PATCH /repos/{owner}/{repo}/git/refs/{ref}', params },
    answer: Ref,
    landed: standsAt(place, branch, sha),
    pretended: sha,
  };
}

const SWAP = `mutation ($repository: ID!, $updates: [RefUpdate!]!) {
  updateRefs(input: { repositoryId: $repository, refUpdates: $updates }) { clientMutationId }
}`;

/** From exactly `before` to `sha`, forward or not. */
export function swapRef(place: Place, nodeId: string, branch: string, before: string, sha: string): Write<string> {
  const updates = [{ name: `refs/heads/${branch}`, beforeOid: before, afterOid: sha, force: true }];
  return {
    operation: 'swap-ref',
    place,
    cost: 0,
    repeat: 'pinned',
    call: { mutation: SWAP, variables: { repository: nodeId, updates } },
    answer: z.unknown().transform(() => sha),
    landed: standsAt(place, branch, sha),
    pretended: sha,
  };
}

/** `expected` must be where it stands: a branch that moved on belongs to somebody. */
export function deleteRef(place: Place, nodeId: string, branch: string, expected: string): Write<true> {
  const updates = [{ name: `refs/heads/${branch}`, beforeOid: expected, afterOid: '0'.repeat(40), force: true }];
  return {
    operation: 'delete-ref',
    place,
    cost: 0,
    repeat: 'pinned',
    call: { mutation: SWAP, variables: { repository: nodeId, updates } },
    answer: z.unknown().transform(() => true as const),
    landed: async (reader) => ((await readRef(reader, place, branch)) === undefined ? true : undefined),
    pretended: true,
  };
}

export function readRef(reader: Reader, place: Place, branch: string): Promise<string | undefined> {
  const params = { ...routed(place), ref: `heads/${branch}` };
  return reader.find({ as: place.installation, route: 'GET /repos/{owner}/{repo}/git/ref/{ref}', params }, Ref);
}

function standsAt(place: Place, branch: string, sha: string) {
  return async (reader: Reader) => ((await readRef(reader, place, branch)) === sha ? sha : undefined);
}
