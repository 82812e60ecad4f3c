/** §4.1 Which settings files the programs of a repository may read: those they name, and all below a folder given to Hydra. */
import type { Expr, PythonFacts } from '../python/facts.js';
import { isConfigName } from './document.js';

const LOADERS = /^(?:yaml|ruamel|json|toml|tomli|tomllib|configparser|omegaconf|hydra|anyconfig|dynaconf)(?:\.|$)/;
const MAX_FILES = 300;
const FOREIGN = /(?:^|\/)(?:node_modules|vendor|\.venv|venv|site-packages|\.github)\/|(?:^|\/)package(?:-lock)?\.json$/;

/** `paths`: those small enough to be settings. */
export function wantedConfigs(loaded: ReadonlyMap<string, PythonFacts>, paths: readonly string[]): readonly string[] {
  const endings = new Set<string>();
  const folders = new Set<string>();
  // Who names a file need not be who reads it.
  if (![...loaded.values()].some(({ imports }) => imports.some(({ module }) => LOADERS.test(module)))) return [];
  for (const [path, facts] of loaded) {
    for (const ending of facts.index.settings) endings.add(ending);
    for (const folder of hydraFolders(path, facts)) folders.add(folder);
  }
  if (endings.size + folders.size === 0) return [];
  const named = new Set([...endings].filter((one) => !one.startsWith('.')));
  // What stands behind a hole is the end of a name.
  const open = [...endings].filter((one) => /^[._-]/.test(one));
  const isWanted = (path: string): boolean => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return named.has(name) || open.some((end) => name.endsWith(end)) || [...folders].some((folder) => path.startsWith(`${folder}/`));
  };
  return paths.filter((path) => isConfigName(path) && !FOREIGN.test(path) && isWanted(path)).slice(0, MAX_FILES);
}

function hydraFolders(path: string, facts: PythonFacts): readonly string[] {
  if (!facts.imports.some(({ module }) => module === 'hydra' || module.startsWith('hydra.'))) return [];
  return facts.scopes.flatMap(({ decorators }) => decorators.flatMap((one) => hydraPlace(path, one)?.folder ?? []));
}

export type HydraPlace = { readonly folder: string; readonly name: string };

/** `@hydra.main(config_path="conf", config_name="config")`: the folder lies beside the file. */
export function hydraPlace(path: string, decorator: Expr): HydraPlace | undefined {
  if (decorator.kind !== 'chain' || decorator.root.kind !== 'name' || !/^(?:hydra|main)$/.test(decorator.root.name)) return undefined;
  const call = decorator.steps.findLast((step) => step.kind === 'call');
  if (call?.kind !== 'call') return undefined;
  const keyword = (wanted: string): string | undefined => {
    const value = call.keywords.find(({ name }) => name === wanted)?.value;
    return value?.kind === 'text' ? value.value : undefined;
  };
  const [folder, name] = [keyword('config_path'), keyword('config_name')];
  if (folder === undefined || name === undefined) return undefined;
  const parts = path.split('/').slice(0, -1);
  for (const part of folder.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return { folder: parts.join('/'), name: name.replace(/\.ya?ml$/, '') };
}
