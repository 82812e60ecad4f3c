/** §4.1 What files other than Python jobs say: owners, dbt projects, schedules. Each reader has one call here. */

import { placed } from '../../analyzers/flaw.js';
import type { LinkedSites, RepoParts } from '../../analyzers/link.js';
import { codeownersPlace, parseCodeowners } from '../../analyzers/ownership/codeowners.js';
import type { PythonFacts } from '../../analyzers/python/facts.js';
import type { Codeowners, Unresolved } from '../core/facts.js';
import type { FileEntry } from '../core/repo.js';
import type { RepoSource } from '../ports.js';

/** What is known by then: facts of the Python files by path, and the linked sites a schedule's tasks may point at. */
export type ReadSoFar = { readonly loaded: ReadonlyMap<string, PythonFacts>; readonly sites: LinkedSites };
export type Declarations = Pick<RepoParts, 'dbt' | 'schedules' | 'codeowners' | 'unresolved'>;

export async function readDeclarations(source: RepoSource, listing: readonly FileEntry[], _soFar: ReadSoFar): Promise<Declarations> {
  const owners = await readOwners(source, listing);
  return { dbt: [], schedules: [], codeowners: owners.codeowners, unresolved: owners.unresolved };
}

async function readOwners(
  source: RepoSource,
  listing: readonly FileEntry[],
): Promise<{ readonly codeowners: Codeowners; readonly unresolved: readonly Unresolved[] }> {
  const place = codeownersPlace(new Set(listing.map(({ path }) => path)));
  const entry = listing.find(({ path }) => path === place);
  if (place === undefined || !entry) return { codeowners: { rules: [] }, unresolved: [] };
  const { rules, flaws } = parseCodeowners(await readText(source, entry));
  return { codeowners: { file: place, rules }, unresolved: placed(place, flaws) };
}

async function readText(source: RepoSource, entry: FileEntry): Promise<string> {
  for await (const file of source.read([entry])) return new TextDecoder().decode(file.bytes);
  return '';
}
