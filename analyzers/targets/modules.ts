/** Which file of the repository a module name means. */
import { groupPairs } from '../pairs.js';

export type Modules = {
  /** Dotted suffix of a module's path to the paths that end so. */
  readonly table: ReadonlyMap<string, readonly string[]>;
  readonly paths: ReadonlySet<string>;
  /** What the root of the repository is called where it is a package itself. */
  readonly roots: readonly string[];
  /** What was found before, by the folder that it was seen from and the name. */
  readonly found: Map<string, string | undefined>;
};

/** `repository`: a package at its root has the name of the folder that it is cloned into. */
export function modulesOf(paths: readonly string[], repository = ''): Modules {
  const names = [repository, repository.split(/__|\//).at(-1) ?? ''].map((name) => name.replaceAll(/[-.]/g, '_'));
  const roots = [...new Set(names)].filter((name) => /^[A-Za-z]\w+$/.test(name));
  return { table: moduleTable(paths), paths: new Set(paths), roots, found: new Map() };
}

/** A module of the repository by its name from the root, where the root is the package that the name begins with. */
export function inRoot({ roots }: Modules, module: string): string | undefined {
  const root = roots.find((one) => module.startsWith(`${one}.`));
  return root && module.slice(root.length + 1);
}

function moduleTable(paths: readonly string[]): Map<string, string[]> {
  const pairs: [string, string][] = [];
  for (const path of paths) for (const name of suffixesOf(path)) pairs.push([name, path]);
  return groupPairs(pairs);
}

/** The file a module name means, seen from a file: beside it, from the root, else the nearest common folder wins, a tie is nobody. */
export function findModule(modules: Modules, from: string, module: string, level: number): string | undefined {
  const { found } = modules;
  const key = `${from.slice(0, from.lastIndexOf('/') + 1)} ${level} ${module}`;
  if (!found.has(key)) found.set(key, searchModule(modules, from, module, level));
  return found.get(key);
}

function searchModule(modules: Modules, from: string, module: string, level: number): string | undefined {
  const { table, paths } = modules;
  if (level > 0) {
    const base = relativeBase(from, module, level);
    return ['.py', '/__init__.py', '.ts', '/index.ts'].map((end) => `${base}${end}`.replace(/^\//, '')).find((path) => paths.has(path));
  }
  const candidates = table.get(module) ?? [];
  if (candidates.length === 0) {
    const inside = inRoot(modules, module)?.replaceAll('.', '/');
    return inside && [`${inside}.py`, `${inside}/__init__.py`].find((path) => paths.has(path));
  }
  if (candidates.length === 1) return candidates[0];
  const file = module.replaceAll('.', '/');
  const folder = from.includes('/') ? `${from.slice(0, from.lastIndexOf('/'))}/` : '';
  const sure = [`${folder}${file}`, file]
    .flatMap((path) => [`${path}.py`, `${path}/__init__.py`])
    .find((path) => candidates.includes(path));
  if (sure !== undefined) return sure;
  const near = candidates.map((path) => ({ path, shared: sharedFolders(path, from), depth: path.split('/').length }));
  near.sort((a, b) => b.shared - a.shared || a.depth - b.depth);
  const [best, next] = near;
  return best && next && (best.shared !== next.shared || best.depth !== next.depth) ? best.path : undefined;
}

/** The path without its ending that a relative import means. */
export function relativeBase(from: string, module: string, level: number): string {
  return [...from.split('/').slice(0, -level), ...(module === '' ? [] : module.split('.'))].join('/');
}

/** What `modulePath` may be asked that has another answer where a file of this path is there or not. */
export function namesOfModule(path: string): readonly string[] {
  const base = path.replace(/\.(?:pyi?|ipynb|ts)$/, '');
  const folder = base.replace(/(?:^|\/)(?:__init__|index)$/, '');
  return [base, folder, ...suffixesOf(path)];
}

/** `a/b/c.py` can be imported as `c`, `b.c` and `a.b.c`; `__init__` is its folder; a notebook counts by its name. */
function suffixesOf(path: string): readonly string[] {
  const parts = path.replace(/\.(?:py|ipynb)$/, '').split('/');
  if (parts.at(-1) === '__init__') parts.pop();
  return parts.map((_, from) => parts.slice(from).join('.')).toReversed();
}

function sharedFolders(a: string, b: string): number {
  const [as, bs] = [a.split('/').slice(0, -1), b.split('/').slice(0, -1)];
  let shared = 0;
  while (shared < as.length && as[shared] === bs[shared]) shared += 1;
  return shared;
}
