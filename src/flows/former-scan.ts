/** §4.1 How the scan before this one linked the repository, and what has changed since: its links are gone through again. */
import type { Changes } from '../../analyzers/kept.js';
import { type Round, readRounds, writeRounds } from '../../analyzers/kept-text.js';
import { unpackFacts } from '../../analyzers/python/packed.js';
import { pythonKind } from '../../analyzers/read-file.js';
import { answersOf } from '../../analyzers/targets/program.js';
import type { FileEntry } from '../core/repo.js';
import type { FactsCache } from '../ports.js';
import { factsKey } from './python-files.js';
import { sealed, unsealed } from './sealed.js';

export type FormerScan = { readonly rounds: readonly Round[]; readonly changes: Changes };

type Kept = { readonly paths: readonly string[]; readonly rounds: string };

/** `files`: the Python files that are there now. */
export function formerScan(cache: FactsCache, name: string, files: ReadonlyMap<string, FileEntry>): FormerScan | undefined {
  const kept: Kept | undefined = unsealed(cache.load([keyOf(name)]).get(keyOf(name)));
  const rounds = kept && readRounds(kept.rounds);
  if (!kept || !rounds) return undefined;
  const formerPaths = new Set(kept.paths);
  const moved = [...kept.paths.filter((path) => !files.has(path)), ...[...files.keys()].filter((path) => !formerPaths.has(path))];
  return { rounds, changes: { formerNames: namesIn(cache), moved } };
}

/** Out of the cache, once for each file. */
function namesIn(cache: FactsCache): Changes['formerNames'] {
  const known = new Map<string, readonly string[] | undefined>();
  return (path, sha) => {
    // A file of SQL has no names for others.
    if (pythonKind(path) === undefined) return [];
    const key = factsKey({ path, sha });
    if (known.has(key)) return known.get(key);
    const text = cache.load([key]).get(key);
    const facts = text === undefined ? undefined : unpackFacts(text);
    const names = facts && answersOf(facts);
    known.set(key, names);
    return names;
  };
}

export function keepScan(cache: FactsCache, name: string, paths: Iterable<string>, rounds: readonly Round[]): void {
  const kept: Kept = { paths: [...paths], rounds: writeRounds(rounds) };
  cache.save([{ key: keyOf(name), value: sealed(kept) }]);
}

function keyOf(name: string): string {
  return `links/${name}`;
}
