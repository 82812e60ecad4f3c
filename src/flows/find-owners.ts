/** §4.3 who owns paths of a repository, by its CODEOWNERS file. */
import { ownerLookup } from '../../analyzers/ownership/codeowners.js';
import type { RepoSource } from '../ports.js';
import { readOwners } from './read-declarations.js';

export type PathOwners = {
  readonly path: string;
  readonly owners: readonly string[];
  /** The line that decided (`.github/CODEOWNERS:12 /jobs/`), or why none did. */
  readonly because: string;
};

/** In the order of the paths. */
export async function findOwners(source: RepoSource, paths: readonly string[]): Promise<readonly PathOwners[]> {
  const { codeowners } = await readOwners({ source, listing: await source.list() });
  const ownersOf = ownerLookup(codeowners);
  return paths.map((path) => {
    const { owners, rule } = ownersOf(path);
    if (codeowners.file === undefined) return { path, owners, because: 'there is no CODEOWNERS file' };
    return { path, owners, because: rule ? `${codeowners.file}:${rule.line} ${rule.pattern}` : `no line of ${codeowners.file} matches` };
  });
}
