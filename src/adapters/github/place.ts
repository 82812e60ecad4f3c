/** A repository as the routes of GitHub's API name it. */
import type { RepositoryRow } from '../../core/repo.js';

export type Place = Pick<RepositoryRow, 'id' | 'name' | 'installation'>;

export function routed({ name }: Pick<Place, 'name'>): { readonly owner: string; readonly repo: string } {
  const at = name.indexOf('/');
  return { owner: name.slice(0, at), repo: name.slice(at + 1) };
}
