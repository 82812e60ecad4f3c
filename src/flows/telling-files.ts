/** §4.1 Files that a reader may want by their names, without those whose bytes it knows to tell it nothing. */
import type { FileEntry, SourceFile } from '../core/repo.js';
import type { FactsCache, RepoSource } from '../ports.js';

export type TellingFiles = { readonly source: RepoSource; readonly facts: FactsCache };

/** `read` answers whether a file tells anything; `reader` is its name in the cache. A file that tells nothing is not read again. */
export async function readTelling(
  { source, facts }: TellingFiles,
  { reader, entries }: { readonly reader: string; readonly entries: readonly FileEntry[] },
  read: (file: SourceFile) => boolean | Promise<boolean>,
): Promise<void> {
  // The verdict hangs on the path too, and a folder does not know its bytes before it reads them.
  const keyOf = ({ path, sha }: FileEntry): string => `quiet/${reader}/${sha}/${path}`;
  const quiet = facts.load(entries.filter(({ sha }) => sha !== '').map(keyOf));
  const shas = new Map(entries.map(({ path, sha }) => [path, sha]));
  const found: { key: string; value: string }[] = [];
  for await (const file of source.read(entries.filter((entry) => !quiet.has(keyOf(entry))))) {
    const tells = await read(file);
    if (!tells && shas.get(file.path) !== '') found.push({ key: keyOf(file), value: '' });
  }
  if (found.length > 0) facts.save(found);
}
