/** §4.3 who owns paths of a repository, by its CODEOWNERS file. */
import { ownersOf } from '../../analyzers/ownership/codeowners.js';
import type { RepoSource } from '../ports.js';
import { readOwners } from './read-declarations.js';

export type PathOwners = {
  readonly path: string;
  readonly owners: readonly string[];
  /** The line that decided: `.github/CODEOWNERS:12 /jobs/`. */
  readonly rule?: string;
};

/** In the order of the paths. */
export async function findOwners(source: RepoSource, paths: readonly string[]): Promise<readonly PathOwners[]> {
  const { codeowners } = await readOwners({ source, listing: await source.list() });
  return paths.map((path) => {
    const { owners, rule } = ownersOf(codeowners, path);
    return { path, owners, ...(rule ? { rule: `${codeowners.file ?? 'CODEOWNERS'}:${rule.line} ${rule.pattern}` } : {}) };
  });
}
