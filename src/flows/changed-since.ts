/** §14.2 One repository as it was and as it is: facts of both through the same cache, and which files differ by their content. */
import type { RepoFacts } from '../core/facts.js';
import type { FileEntry } from '../core/repo.js';
import type { RepoSource } from '../ports.js';
import { type ScanPorts, scanRepository } from './scan-repo.js';

export type FileChange = { readonly path: string; readonly change: 'added' | 'modified' | 'deleted' | 'renamed'; readonly from?: string };
export type TwoScans = { readonly before: RepoFacts; readonly after: RepoFacts; readonly files: FileChange[] };

/** `renames`: new path to old path, as git sees them; one counts where the old path is gone and the new one was not there. */
export async function scanTwice(
  { before, after }: { readonly before: RepoSource; readonly after: RepoSource },
  renames: ReadonlyMap<string, string>,
  ports: ScanPorts,
): Promise<TwoScans> {
  const was = await before.list();
  const files = changedFiles(was, await withShas(after, new Set(was.map(({ path }) => path))), renames);
  return { before: await scanRepository(before, ports), after: await scanRepository(after, ports), files };
}

/** A folder learns what its bytes are called only by reading: what cannot be read stays nameless, and so is not what it was. */
async function withShas(source: RepoSource, compared: ReadonlySet<string>): Promise<readonly FileEntry[]> {
  const listing = await source.list();
  const shas = new Map<string, string>();
  for await (const { path, sha } of source.read(listing.filter(({ path, sha }) => sha === '' && compared.has(path)))) shas.set(path, sha);
  return listing.map((entry) => ({ ...entry, sha: shas.get(entry.path) ?? entry.sha }));
}

export function changedFiles(
  before: readonly FileEntry[],
  after: readonly FileEntry[],
  renames: ReadonlyMap<string, string>,
): FileChange[] {
  const old = new Map(before.map(({ path, sha }) => [path, sha]));
  const now = new Map(after.map(({ path, sha }) => [path, sha]));
  const moved = new Map([...renames].filter(([to, from]) => now.has(to) && !old.has(to) && old.has(from) && !now.has(from)));
  const movedFrom = new Set(moved.values());
  const changes = [...now].flatMap(([path, sha]): FileChange[] => {
    const from = moved.get(path);
    if (from !== undefined) return [{ path, change: 'renamed', from }];
    if (!old.has(path)) return [{ path, change: 'added' }];
    return old.get(path) === sha ? [] : [{ path, change: 'modified' }];
  });
  const deleted = [...old.keys()].filter((path) => !now.has(path) && !movedFrom.has(path));
  return [...changes, ...deleted.map((path): FileChange => ({ path, change: 'deleted' }))].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
