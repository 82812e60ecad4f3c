/** §4.1 The dbt projects of one repository: which file belongs to which, and the macros each one sees. */
import type { PythonFacts } from '../python/facts.js';
import { DBT_MACROS } from './dbt-macros.js';
import type { MacroFacts, PackagesFacts, ProjectFacts, PropertiesFacts, SqlFacts } from './facts.js';

/** Facts by path. Seeds are known by their paths alone. */
export type DbtFiles = {
  readonly projects: ReadonlyMap<string, ProjectFacts>;
  readonly packages: ReadonlyMap<string, PackagesFacts>;
  readonly properties: ReadonlyMap<string, PropertiesFacts>;
  readonly sql: ReadonlyMap<string, SqlFacts>;
  readonly python: ReadonlyMap<string, PythonFacts>;
  readonly seeds: readonly string[];
};

export type Project = {
  /** The folder of the project file, '' for the root. */
  readonly root: string;
  readonly file: string;
  readonly facts: ProjectFacts;
  readonly macros: ReadonlyMap<string, MacroFacts>;
  readonly sql: readonly (readonly [string, SqlFacts])[];
  readonly python: readonly (readonly [string, PythonFacts])[];
  readonly properties: readonly (readonly [string, PropertiesFacts])[];
  readonly seeds: readonly string[];
};

const INSTALLED = /(?:^|\/)(?:dbt_packages|dbt_modules|target|site-packages|node_modules)\//;

/** A copy of somebody else's project. */
export function isInstalled(path: string): boolean {
  return INSTALLED.test(path);
}

export function findProjects(files: DbtFiles): Project[] {
  const roots = [...files.projects]
    .filter(([path, facts]) => !INSTALLED.test(path) && facts.name !== '')
    .map(([file, facts]) => ({ file, facts, root: folderOf(file) }))
    .toSorted((a, b) => (a.file < b.file ? -1 : 1));
  const owner = ownerAmong(roots.map(({ root }) => root));
  const sql = groupBy(files.sql, owner);
  const python = groupBy(files.python, owner);
  const properties = groupBy(files.properties, owner);
  const seeds = grouped(files.seeds, owner);
  const macros = new Map(roots.map(({ root, facts }) => [root, ownMacros(root, facts, sql.get(root) ?? [])]));
  return roots.map(({ file, facts, root }) => ({
    root,
    file,
    facts,
    macros: new Map([
      ...DBT_MACROS,
      ...localPackages(root, files.packages).flatMap((local) => [...(macros.get(local) ?? [])]),
      ...(macros.get(root) ?? []),
    ]),
    sql: sql.get(root) ?? [],
    python: python.get(root) ?? [],
    properties: properties.get(root) ?? [],
    seeds: seeds.get(root) ?? [],
  }));
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** The nearest project folder above a path. */
function ownerAmong(roots: readonly string[]): (path: string) => string | undefined {
  const known = new Set(roots);
  return (path) => {
    if (INSTALLED.test(path)) return undefined;
    for (let folder = folderOf(path); ; folder = folderOf(folder)) {
      if (known.has(folder)) return folder;
      if (folder === '') return undefined;
    }
  };
}

function groupBy<T>(files: ReadonlyMap<string, T>, owner: (path: string) => string | undefined) {
  return grouped([...files], ([path]) => owner(path));
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string | undefined): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function ownMacros(root: string, facts: ProjectFacts, sql: readonly (readonly [string, SqlFacts])[]): ReadonlyMap<string, MacroFacts> {
  const macros = sql
    .filter(([path]) => facts.macroPaths.some((folder) => isBelow(path, join(root, folder))))
    .flatMap(([, file]) => file.macros);
  return new Map(macros.map((macro) => [macro.name, macro]));
}

function localPackages(root: string, packages: ReadonlyMap<string, PackagesFacts>): string[] {
  return ['packages.yml', 'dependencies.yml'].flatMap((name) =>
    (packages.get(join(root, name))?.locals ?? []).map((local) => normal(join(root, local))),
  );
}

export function join(root: string, path: string): string {
  return root === '' ? path : `${root}/${path}`;
}

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}

/** The path below the first of these folders that holds it, without the file's ending. */
export function pathBelow(path: string, root: string, folders: readonly string[]): readonly string[] | undefined {
  const folder = folders.map((name) => join(root, name)).find((name) => isBelow(path, name));
  if (folder === undefined) return undefined;
  const parts = path.slice(folder.length + 1).split('/');
  return [...parts.slice(0, -1), (parts.at(-1) ?? '').replace(/\.\w+$/, '')];
}
