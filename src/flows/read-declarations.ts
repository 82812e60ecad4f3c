/** §4.1 What files other than Python jobs say: owners, dbt projects, schedules. Each reader has one call here. */

import { type LinkedDbt, linkDbt } from '../../analyzers/dbt/link.js';
import { readSql } from '../../analyzers/dbt/template.js';
import { readPackages, readProject, readProperties } from '../../analyzers/dbt/yaml-files.js';
import { type DependencyFacts, dependencyKind, readDependencies } from '../../analyzers/dependencies/declared.js';
import { detectRuntimes } from '../../analyzers/dependencies/runtimes.js';
import { unlessFault } from '../../analyzers/fault.js';
import { placed } from '../../analyzers/flaw.js';
import type { LinkedSites, RepoParts } from '../../analyzers/link.js';
import { codeownersPlace, parseCodeowners } from '../../analyzers/ownership/codeowners.js';
import type { PythonFacts } from '../../analyzers/python/facts.js';
import { linkTasks } from '../../analyzers/schedules/link-tasks.js';
import type { ReadSchedules } from '../../analyzers/schedules/reader.js';
import { declaredTables, isDdl } from '../../analyzers/sql/declared.js';
import type { Codeowners, DeclaredTable, Unresolved } from '../core/facts.js';
import type { FileEntry } from '../core/repo.js';
import type { RenderJinja } from '../core/template-engine.js';
import type { RepoSource } from '../ports.js';
import { readTelling, type TellingFiles } from './telling-files.js';

/** What is known by then: facts of the Python files by path, the linked sites, and the schedules whose tasks may point at them. */
export type ReadSoFar = {
  readonly loaded: ReadonlyMap<string, PythonFacts>;
  readonly sites: LinkedSites;
  readonly schedules: ReadSchedules;
};
export type Declarations = Pick<RepoParts, 'runtimes' | 'dbt' | 'schedules' | 'codeowners' | 'unresolved' | 'declared'>;
/** `openJinja` is asked only where there is a dbt project. */
type Source = TellingFiles & { readonly listing: readonly FileEntry[]; readonly openJinja: () => Promise<RenderJinja> };

export async function readDeclarations(from: Source, { loaded, sites, schedules: read }: ReadSoFar): Promise<Declarations> {
  const owners = await readOwners(from);
  const dbt = await readDbt(from, loaded);
  const declared = await readDeclared(from);
  const tables = await readTables(from);
  const importing = [...loaded].map(([path, { imports }]) => ({ path, imports }));
  const paths = from.listing.map(({ path }) => path);
  return {
    runtimes: detectRuntimes(importing, declared),
    dbt: dbt.models,
    schedules: linkTasks(read.schedules, sites, paths),
    codeowners: owners.codeowners,
    declared: [...tables.declared, ...dbt.declared],
    unresolved: [...owners.unresolved, ...dbt.unresolved, ...flawsOf(declared), ...tables.unresolved, ...read.unresolved],
  };
}

export async function readOwners({
  source,
  listing,
}: Pick<Source, 'source' | 'listing'>): Promise<{ readonly codeowners: Codeowners; readonly unresolved: readonly Unresolved[] }> {
  const place = codeownersPlace(new Set(listing.map(({ path }) => path)));
  const [text] = await readTexts(
    source,
    listing.filter(({ path }) => path === place),
  );
  if (place === undefined || !text) return { codeowners: { rules: [] }, unresolved: [] };
  const { rules, flaws } = parseCodeowners(text[1]);
  return { codeowners: { file: place, rules }, unresolved: placed(place, flaws) };
}

/** What each folder says it depends on, by the file that says so. */
async function readDeclared({ source, listing }: Pick<Source, 'source' | 'listing'>): Promise<ReadonlyMap<string, DependencyFacts>> {
  const entries = listing.filter(({ path }) => dependencyKind(path) !== undefined);
  const texts = await readTexts(source, entries);
  return new Map(
    texts.flatMap(([path, text]) => {
      const kind = dependencyKind(path);
      return kind ? [[path, readDependencies(kind, text)] as const] : [];
    }),
  );
}

function flawsOf(declared: ReadonlyMap<string, DependencyFacts>): readonly Unresolved[] {
  return [...declared].flatMap(([path, { flaws }]) => placed(path, flaws));
}

/** Tables that files of DDL give a place. What lies in a dbt project is a template of dbt's. */
async function readTables({
  source,
  facts,
  listing,
}: Pick<Source, 'source' | 'facts' | 'listing'>): Promise<Pick<RepoParts, 'declared' | 'unresolved'>> {
  const roots = projectRoots(listing);
  const all = listing.filter(({ path }) => isDdl(path) && !roots.some((root) => path.startsWith(root)));
  const wanted = all.filter(({ size }) => size <= MAX_DDL);
  const large = all.filter(({ size }) => size > MAX_DDL);
  const found = await readTelling({ source, facts }, { reader: 'tables', entries: wanted }, ({ path, bytes }) =>
    tablesIn(path, new TextDecoder().decode(bytes)),
  );
  const unresolved = large.map(({ path, size }) => ({ file: path, line: 1, reason: 'too-large' as const, text: `${size} bytes` }));
  return {
    declared: found.flatMap(({ table }) => table ?? []),
    unresolved: [...unresolved, ...found.flatMap(({ fault }) => fault ?? [])],
  };
}

type Tables = { readonly table?: DeclaredTable; readonly fault?: Unresolved };

function tablesIn(path: string, text: string): readonly Tables[] {
  const found = unlessFault(path, () => declaredTables(path, text));
  return 'fault' in found ? [found] : found.value.map((table) => ({ table }));
}

/** Larger ones are data, not declarations. */
const MAX_DDL = 512 * 1024;
const PROJECT = /(?:^|\/)dbt_project\.ya?ml$/;
const DBT_TEXT = /\.(?:sql|ya?ml)$/;
const PACKAGES = /(?:^|\/)(?:packages|dependencies)\.ya?ml$/;

export async function readDbt(
  { source, listing, openJinja }: Omit<Source, 'facts'>,
  python: ReadonlyMap<string, PythonFacts>,
): Promise<LinkedDbt> {
  const roots = projectRoots(listing);
  if (roots.length === 0) return { models: [], sources: [], declared: [], unresolved: [] };
  const below = listing.filter(({ path }) => roots.some((root) => path.startsWith(root)));
  const texts = await readTexts(
    source,
    below.filter(({ path }) => DBT_TEXT.test(path)),
  );
  const those = <T>(wanted: (path: string) => boolean, read: (text: string) => T): ReadonlyMap<string, T> =>
    new Map(texts.filter(([path]) => wanted(path)).map(([path, text]) => [path, read(text)]));
  return linkDbt(
    {
      projects: those((path) => PROJECT.test(path), readProject),
      packages: those((path) => PACKAGES.test(path), readPackages),
      properties: those((path) => !PROJECT.test(path) && !PACKAGES.test(path) && /\.ya?ml$/.test(path), readProperties),
      sql: those((path) => path.endsWith('.sql'), readSql),
      python,
      seeds: below.filter(({ path }) => path.endsWith('.csv')).map(({ path }) => path),
    },
    { render: await openJinja() },
  );
}

function projectRoots(listing: readonly FileEntry[]): readonly string[] {
  return listing.filter(({ path }) => PROJECT.test(path)).map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/') + 1)));
}

async function readTexts(source: RepoSource, entries: readonly FileEntry[]): Promise<(readonly [string, string])[]> {
  const found: (readonly [string, string])[] = [];
  for await (const file of source.read(entries)) found.push([file.path, new TextDecoder().decode(file.bytes)]);
  return found;
}
