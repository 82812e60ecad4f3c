/** The entries of git trees, by the listing GitHub gives whole or by walking down where it would be too long. */
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import type { Reader } from './client.js';
import { type Place, routed } from './place.js';

export type TreeEntry = {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size?: number | undefined;
};

const Entry = z.object({ path: z.string(), mode: z.string(), type: z.string(), sha: z.string(), size: z.number().optional() });
const Tree = z.object({ tree: z.array(Entry), truncated: z.boolean() });
const Commit = z.object({
  sha: z.string(),
  tree: z.object({ sha: z.string() }),
  parents: z.array(z.object({ sha: z.string() })),
  verification: z.object({ verified: z.boolean() }).optional(),
});
export type CommitFacts = { readonly sha: string; readonly tree: string; readonly parents: readonly string[]; readonly verified: boolean };

const LISTING_BYTES = 64 * 1024 * 1024;
/** Subtrees asked one by one at most, and entries of a repository at most. */
const WALKS = 2000;
const ENTRIES = 1_000_000;

export async function readCommit(reader: Reader, place: Place, sha: string): Promise<CommitFacts> {
  const params = { ...routed(place), commit_sha: sha };
  const route = 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}';
  const commit = await reader.get({ as: place.installation, route, params, immutable: true }, Commit);
  const parents = commit.parents.map((parent) => parent.sha);
  return { sha: commit.sha, tree: commit.tree.sha, parents, verified: commit.verification?.verified ?? false };
}

/** Everything below a tree but the trees themselves, in git's order. */
export async function listTree(reader: Reader, place: Place, tree: string): Promise<readonly TreeEntry[]> {
  const walk = { asked: 0, entries: 0 };
  const below = async (sha: string, prefix: string): Promise<readonly TreeEntry[]> => {
    walk.asked += 1;
    if (walk.asked > WALKS || walk.entries > ENTRIES) throw tooLarge(place);
    const whole = await readTree(reader, place, sha, true);
    if (!whole.truncated) {
      const entries = whole.tree.filter(({ type }) => type !== 'tree');
      walk.entries += entries.length;
      return prefix === '' ? entries : entries.map((entry) => ({ ...entry, path: `${prefix}${entry.path}` }));
    }
    const level = await readTree(reader, place, sha, false);
    if (level.truncated) throw tooLarge(place);
    const parts: TreeEntry[] = [];
    for (const entry of level.tree) {
      if (entry.type === 'tree') for (const deeper of await below(entry.sha, `${prefix}${entry.path}/`)) parts.push(deeper);
      else parts.push({ ...entry, path: `${prefix}${entry.path}` });
    }
    return parts;
  };
  return below(tree, '');
}

/** The tree at a folder; undefined where there is none. Only the levels on the way are read. */
export async function findFolder(reader: Reader, place: Place, tree: string, folder: string): Promise<string | undefined> {
  let at: string | undefined = tree;
  for (const name of folder.split('/').filter((part) => part !== '')) {
    if (at === undefined) return undefined;
    const level: z.infer<typeof Tree> = await readTree(reader, place, at, false);
    if (level.truncated) throw tooLarge(place);
    at = level.tree.find((entry) => entry.path === name && entry.type === 'tree')?.sha;
  }
  return at;
}

/** What differs between two trees: the entry as it stands in `to`, or mode 000000 where it is gone. Equal subtrees are not looked into. */
export async function compareTrees(reader: Reader, place: Place, from: string | undefined, to: string): Promise<readonly TreeEntry[]> {
  if (from === to) return [];
  const old = new Map((from === undefined ? [] : await listTree(reader, place, from)).map((entry) => [entry.path, entry]));
  const changes: TreeEntry[] = [];
  for (const entry of await listTree(reader, place, to)) {
    const before = old.get(entry.path);
    old.delete(entry.path);
    if (before?.sha !== entry.sha || before.mode !== entry.mode) changes.push(entry);
  }
  for (const { path, type } of old.values()) changes.push({ path, type, mode: '000000', sha: '0'.repeat(40) });
  return changes.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

function readTree(reader: Reader, place: Place, sha: string, recursive: boolean): Promise<z.infer<typeof Tree>> {
  const params = { ...routed(place), tree_sha: sha, ...(recursive ? { recursive: '1' } : {}) };
  const route = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
  return reader.get({ as: place.installation, route, params, immutable: true, maxBytes: LISTING_BYTES }, Tree);
}

function tooLarge({ name }: Place): ProblemError {
  return new ProblemError({
    kind: 'world',
    what: `${name} holds more files than GitHub lists.`,
    remedy: 'Leave the repository out in .github/autopilot.yml, or scan a clone with `sf scan`.',
  });
}
