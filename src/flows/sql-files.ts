/** §4.3 Files of SQL are read where something runs them; of all others only the tables they declare are. */
import type { LinkedSites } from '../../analyzers/link.js';
import { isSqlFile, sqlFacts } from '../../analyzers/runs/sql-files.js';
import { fileOf, filesByName } from '../../analyzers/script-file.js';
import type { FileEntry } from '../core/repo.js';
import type { PythonFiles } from './python-files.js';

/** Larger ones are data, not statements. */
const MAX_BYTES = 512 * 1024;

export async function loadRunSql(
  { source, loaded }: Pick<PythonFiles, 'source' | 'loaded'>,
  listing: readonly FileEntry[],
  { infrastructure: { starts } }: Pick<LinkedSites, 'infrastructure'>,
): Promise<void> {
  const named = starts.flatMap(({ script, at }) => (script !== undefined && isSqlFile(script) ? [{ script, at }] : []));
  if (named.length === 0) return;
  const entries = new Map(listing.filter(({ path, size }) => isSqlFile(path) && size <= MAX_BYTES).map((entry) => [entry.path, entry]));
  const byName = filesByName([...entries.keys()]);
  const wanted = new Set(named.flatMap(({ script, at }) => fileOf(script, byName, at.file) ?? []));
  const open = [...wanted].toSorted().flatMap((path) => (loaded.has(path) ? [] : (entries.get(path) ?? [])));
  for await (const { path, bytes } of source.read(open)) loaded.set(path, sqlFacts(new TextDecoder().decode(bytes)));
}
