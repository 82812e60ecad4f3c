/** The base branch as it stands now, seen from one merge: what came after it, what the folder holds, and what checks say. */
import * as z from 'zod';
import type { Aftermath } from '../../core/merge-gate/setbacks.js';
import { type Governed, readRules } from './branch-rules.js';
import type { Reader } from './client.js';
import { readRef } from './git-writes.js';
import { readChecks } from './head-checks.js';
import { type Place, routed } from './place.js';
import { reading } from './reading.js';
import { findFolder, readCommit } from './trees.js';

export type AftermathOf = {
  readonly merge: string;
  /** The commit that the merged change was made on: the folder as it was before. */
  readonly madeOn: string;
  readonly folder: string;
};
type Looking = Pick<Governed, 'appId' | 'slug' | 'branch'>;

/** Undefined where the branch is gone. */
export async function readAftermath(
  reader: Reader,
  place: Place,
  { appId, slug, branch }: Looking,
  { merge, madeOn, folder }: AftermathOf,
): Promise<Aftermath | undefined> {
  const head = await readRef(reader, place, branch);
  if (head === undefined) return undefined;
  const [parent] = (await readCommit(reader, place, merge)).parents;
  const checksOf = (sha: string | undefined) => reading(async () => (sha === undefined ? [] : readChecks(reader, place, sha, appId)));
  const [commits, before, merged, now, checksBefore, checksMerged, rules] = await Promise.all([
    head === merge ? [] : commitsSince(reader, place, merge, head),
    contentOf(reader, place, madeOn, folder),
    contentOf(reader, place, merge, folder),
    contentOf(reader, place, head, folder),
    checksOf(parent),
    checksOf(merge),
    reading(() => readRules(reader, place, { appId, slug, branch, hasMergeQueue: false })),
  ]);
  const checks = { before: checksBefore, merged: checksMerged, now: head === merge ? checksMerged : await checksOf(head) };
  return {
    head,
    commits,
    folder: { ...(before ? { before } : {}), ...(merged ? { merged } : {}), ...(now ? { now } : {}) },
    checks,
    rules,
  };
}

async function contentOf(reader: Reader, place: Place, commit: string, folder: string): Promise<string | undefined> {
  return findFolder(reader, place, (await readCommit(reader, place, commit)).tree, folder);
}

const Commits = z
  .object({ commits: z.array(z.object({ sha: z.string(), commit: z.object({ message: z.string() }) })) })
  .transform(({ commits }) => commits.map(({ sha, commit: { message } }) => ({ sha, message })));
/** What lies beyond is seen in the folder's content alone. */
const MOST = 1000;

async function commitsSince(reader: Reader, place: Place, from: string, to: string): Promise<Aftermath['commits']> {
  const params = { ...routed(place), basehead: `${from}...${to}` };
  const route = 'GET /repos/{owner}/{repo}/compare/{basehead}';
  return (await reader.list({ as: place.installation, route, params }, Commits, MOST)).items;
}
