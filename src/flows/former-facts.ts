/** §4.1 What the former scan of a repository said, for as long as its files are the same. */
import type { RepoFacts } from '../core/facts.js';
import type { FileEntry } from '../core/repo.js';
import { sha256 } from '../core/signing/digest.js';
import type { FactsCache } from '../ports.js';
import { sealed, unsealed } from './sealed.js';

export type FormerFacts = { readonly known: RepoFacts | undefined; readonly save: (facts: RepoFacts) => void };
type Kept = { readonly of: string; readonly facts: RepoFacts };
const NEVER: FormerFacts = { known: undefined, save: () => undefined };

/** A folder that does not tell what is in its files has no former scan. */
export function formerFacts(cache: FactsCache, name: string, listing: readonly FileEntry[]): FormerFacts {
  if (listing.some(({ sha }) => sha === '')) return NEVER;
  const key = `scan/${name}`;
  const of = digestOf(listing);
  const kept: Kept | undefined = unsealed(cache.load([key]).get(key));
  return {
    known: kept?.of === of ? fromCache(kept.facts) : undefined,
    save: (facts) => {
      const value: Kept = { of, facts };
      cache.save([{ key, value: sealed(value) }]);
    },
  };
}

function digestOf(listing: readonly FileEntry[]): string {
  const lines = listing.map(({ path, sha, size }) => `${sha} ${size} ${path}\0`);
  return sha256(lines.toSorted().join(''));
}

function fromCache(facts: RepoFacts): RepoFacts {
  const { seen, parsed, cached } = facts.files;
  return { ...facts, files: { seen, parsed: 0, cached: parsed + cached } };
}
