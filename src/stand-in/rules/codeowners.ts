/** CODEOWNERS: who owns a path, and what is wrong in the file. */
import type { Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import { ownsPath } from './pattern.js';

export type OwnerLine = { readonly line: number; readonly source: string; readonly pattern: string; readonly owners: readonly string[] };
export type OwnersError = {
  readonly line: number;
  readonly column: number;
  readonly source: string;
  readonly kind: string;
  readonly suggestion: string | null;
  readonly path: string;
};
export type OwnersFile = { readonly path: string; readonly lines: readonly OwnerLine[]; readonly errors: readonly OwnersError[] };

const PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

export async function readOwners(world: World, repository: Repository, commit: string): Promise<OwnersFile | undefined> {
  const tree = await repository.git.treeOf(commit);
  for (const path of PLACES) {
    const entry = await repository.git.entryAt(tree, path);
    const text = entry && (await repository.git.objects.blob(entry.sha))?.toString('utf8');
    if (text !== undefined) return parse(world, repository, path, text);
  }
  return undefined;
}

/** The owners of the last line that matches; a line without owners takes them away. */
export function ownersOf({ lines }: OwnersFile, path: string): readonly string[] {
  return lines.findLast(({ pattern }) => ownsPath(pattern, path))?.owners ?? [];
}

export function isOwner(world: World, owner: string, login: string): boolean {
  const name = owner.replace(/^@/, '');
  const [org = '', slug] = name.split('/');
  if (slug !== undefined) return world.organisation(org)?.teams.get(slug)?.members.has(login) ?? false;
  return name.toLowerCase() === login.toLowerCase() || world.account(login)?.email === owner;
}

function parse(world: World, repository: Repository, path: string, text: string): OwnersFile {
  const errors: OwnersError[] = [];
  const lines = text.split('\n').flatMap((source, index) => {
    const bare = source.replace(/(^|\s)#.*$/, '').trim();
    if (bare === '') return [];
    const [pattern = '', ...words] = bare.split(/\s+/);
    const wrong = (kind: string, word: string): number =>
      errors.push({ line: index + 1, column: source.indexOf(word) + 1, source, kind, suggestion: null, path });
    if (/^!|\[|^\\#/.test(pattern)) {
      wrong('Invalid pattern', pattern);
      return [];
    }
    const owners = words.filter((word) => {
      const known = isKnown(world, repository, word);
      if (!known) wrong(/^@|@/.test(word) ? 'Unknown owner' : 'Invalid owner', word);
      return known;
    });
    return [{ line: index + 1, source, pattern, owners }];
  });
  return { path, lines, errors };
}

function isKnown(world: World, repository: Repository, owner: string): boolean {
  const [first = '', slug] = owner.replace(/^@/, '').split('/');
  if (!owner.startsWith('@')) return [...world.accounts.values()].some(({ email, kind }) => kind === 'User' && email === owner);
  if (slug !== undefined) {
    const team = world.organisation(first)?.teams.get(slug);
    const role = team?.repositories.get(repository.id);
    return team !== undefined && !team.secret && (role === 'write' || role === 'maintain' || role === 'admin');
  }
  const account = world.account(first);
  return account !== undefined && world.may(account, repository, 'write');
}
