/** §4.1 Files that a reader may want by their names, without those whose bytes it knows to tell it nothing. */
import type { FileEntry, SourceFile } from '../core/repo.js';
import type { FactsCache, RepoSource } from '../ports.js';

export type TellingFiles = { readonly source: RepoSource; readonly facts: FactsCache };

/** What `read` finds in the files; `reader` is its name in the cache. A file in which it finds nothing is not read again. */
export async function readTelling<T>(
  { source, facts }: TellingFiles,
  { reader, entries }: { readonly reader: string; readonly entries: readonly FileEntry[] },
  read: (file: SourceFile) => readonly T[] | Promise<readonly T[]>,
): Promise<readonly T[]> {
  // The verdict hangs on the path too, and a folder does not know its bytes before it reads them.
  const keyOf = ({ path, sha }: FileEntry): string => `quiet/${reader}/${sha}/${path}`;
  const quiet = facts.load(entries.filter(({ sha }) => sha !== '').map(keyOf));
  const shas = new Map(entries.map(({ path, sha }) => [path, sha]));
  const found: T[] = [];
  const empty: { key: string; value: string }[] = [];
  for await (const file of source.read(entries.filter((entry) => !quiet.has(keyOf(entry))))) {
    const told = await read(file);
    found.push(...told);
    if (told.length === 0 && shas.get(file.path) !== '') empty.push({ key: keyOf(file), value: '' });
  }
  if (empty.length > 0) facts.save(empty);
  return found;
}
