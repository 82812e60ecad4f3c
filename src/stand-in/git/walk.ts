/** Answers about history and trees that need no process of git: where everything asked for lies loose on the disk, and the answer is plain. */
import { EMPTY_TREE, isFolder, type ObjectStore, type TreeEntry } from './objects.js';

const FARTHEST = 400;
export type PathStatus = 'added' | 'removed' | 'modified';

/** Undefined where only git can tell: packed commits, long histories. */
export function ancestry(objects: ObjectStore, ancestor: string, of: string): boolean | undefined {
  const seen = new Set<string>([of]);
  const queue = [of];
  for (let at = 0; at < queue.length; at += 1) {
    const sha = queue[at] ?? '';
    if (sha === ancestor) return true;
    const parents = objects.looseParents(sha);
    if (parents === undefined || queue.length > FARTHEST) return undefined;
    for (const parent of parents.filter((one) => !seen.has(one))) {
      seen.add(parent);
      queue.push(parent);
    }
  }
  return false;
}

/** The best common ancestor of two histories without merges. */
export function linearMergeBase(objects: ObjectStore, one: string, other: string): string | undefined {
  const line = lineOf(objects, one);
  const known = line === undefined ? undefined : new Set(line);
  return known === undefined ? undefined : lineOf(objects, other)?.find((sha) => known.has(sha));
}

/** Commits after `base` up to `head`, oldest first, where that is a line. */
export function linearBetween(objects: ObjectStore, base: string, head: string): readonly string[] | undefined {
  const line = lineOf(objects, head);
  const end = line?.indexOf(base) ?? -1;
  return end < 0 ? undefined : line?.slice(0, end).toReversed();
}

/**
 * The merge of three trees where no file was changed on both sides and neither side removed one. A removal may be half of a rename, which
 * git follows: then, and for content on both sides, undefined says to ask git.
 */
export async function plainMerge(objects: ObjectStore, base: string, ours: string, theirs: string): Promise<string | undefined> {
  const [old, mine, yours] = [await entries(objects, base), await entries(objects, ours), await entries(objects, theirs)];
  const merged: TreeEntry[] = [];
  for (const name of new Set([...old.keys(), ...mine.keys(), ...yours.keys()])) {
    const [before, one, other] = [old.get(name), mine.get(name), yours.get(name)];
    if (before !== undefined && (one === undefined || other === undefined)) return undefined;
    const entry = await mergedEntry(objects, before, one, other);
    if (entry === undefined) return undefined;
    merged.push(entry);
  }
  return objects.writeTree(merged);
}

/** Which paths differ, without looking for renames. */
export async function changedPaths(
  objects: ObjectStore,
  before: string,
  after: string,
  folder = '',
): Promise<readonly (readonly [string, PathStatus])[]> {
  if (before === after) return [];
  const [old, now] = [await entries(objects, before), await entries(objects, after)];
  const found: (readonly [string, PathStatus])[] = [];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [one, other] = [old.get(name), now.get(name)];
    if (one?.sha === other?.sha && one?.mode === other?.mode) continue;
    const path = `${folder}${name}`;
    const [oldTree, newTree] = [treeOf(one), treeOf(other)];
    if (oldTree !== EMPTY_TREE || newTree !== EMPTY_TREE) found.push(...(await changedPaths(objects, oldTree, newTree, `${path}/`)));
    const [wasFile, isFile] = [one !== undefined && !isFolder(one), other !== undefined && !isFolder(other)];
    if (wasFile || isFile) found.push([path, wasFile && isFile ? 'modified' : isFile ? 'added' : 'removed']);
  }
  return found;
}

async function mergedEntry(
  objects: ObjectStore,
  before: TreeEntry | undefined,
  one: TreeEntry | undefined,
  other: TreeEntry | undefined,
): Promise<TreeEntry | undefined> {
  if (isSame(one, other) || isSame(before, other)) return one;
  if (isSame(before, one)) return other;
  if (one === undefined || other === undefined || !isFolder(one) || !isFolder(other)) return undefined;
  const sha = await plainMerge(objects, treeOf(before), one.sha, other.sha);
  return sha === undefined ? undefined : { mode: one.mode, name: one.name, sha };
}

function isSame(one: TreeEntry | undefined, other: TreeEntry | undefined): boolean {
  return one?.sha === other?.sha && one?.mode === other?.mode;
}

function treeOf(entry: TreeEntry | undefined): string {
  return entry !== undefined && isFolder(entry) ? entry.sha : EMPTY_TREE;
}

async function entries(objects: ObjectStore, tree: string): Promise<ReadonlyMap<string, TreeEntry>> {
  return new Map(((await objects.tree(tree)) ?? []).map((entry) => [entry.name, entry]));
}

function lineOf(objects: ObjectStore, from: string): readonly string[] | undefined {
  const line: string[] = [];
  for (let sha: string | undefined = from; sha !== undefined; ) {
    const parents = objects.looseParents(sha);
    if (parents === undefined || parents.length > 1 || line.length > FARTHEST) return undefined;
    line.push(sha);
    [sha] = parents;
  }
  return line;
}
