/** §4.1 Bundles of Databricks: the jobs of all files of one, with the variables and changes of the target that is production. */

import { linesInOrder } from '../documents/lines-in-order.js';
import { isMap, mapOf, textOf, type YamlMap } from '../documents/yaml.js';
import { joinedPath } from '../script-file.js';
import { holed, isShort, literal, type Template } from '../templates/template.js';
import { databricksJob } from './databricks-job.js';
import { type InfrastructureFacts, NO_INFRASTRUCTURE, together } from './facts.js';
import { interpolated, toldOf } from './told.js';

export type BundleFile = { readonly path: string; readonly text: string; readonly documents: readonly unknown[] };

/** Whether a file of YAML may be a part of one. */
export function mayBeBundle(path: string, text: string): boolean {
  if (!/\.ya?ml$/.test(path)) return false;
  if (/^bundle\s*:/m.test(text)) return true;
  return /^(?:resources|targets)\s*:/m.test(text) && /^[ \t]+["']?jobs["']?\s*:/m.test(text);
}

export function readBundles(files: readonly BundleFile[]): InfrastructureFacts {
  const roots = files.flatMap(({ path, documents }) => (documents.some((one) => isMap(mapOf(one).bundle)) ? [folderOf(path)] : []));
  const groups = new Map<string, BundleFile[]>();
  for (const file of files) {
    const root = roots.filter((one) => one === '' || file.path.startsWith(`${one}/`)).toSorted((a, b) => b.length - a.length)[0];
    const key = root ?? `/${file.path}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return together([...groups].map(([root, inside]) => bundleOf(root, inside)));
}

function bundleOf(root: string, files: readonly BundleFile[]): InfrastructureFacts {
  const documents = files.flatMap((file) => file.documents.filter(isMap).map((document) => ({ file, document })));
  const whole = documents.reduce<YamlMap>((all, { document: { resources: _, ...rest } }) => merged(all, rest), {});
  const production = productionOf(mapOf(whole.targets));
  const known = variablesOf(whole, production);
  const changed = mapOf(mapOf(production?.told.resources).jobs);
  const seen = new Set<string>();
  const jobs = documents.flatMap(({ file, document }) => {
    const own = mapOf(mapOf(document.resources).jobs);
    // What only production has stands among the targets.
    const added = mapOf(mapOf(mapOf(mapOf(document.targets)[production?.name ?? '']).resources).jobs);
    const lineOf = linesInOrder(file.text);
    return [...new Set([...Object.keys(own), ...Object.keys(added)])].flatMap((key) => {
      if (seen.has(key) || (!(key in own) && documents.some((one) => key in mapOf(mapOf(one.document.resources).jobs)))) return [];
      seen.add(key);
      const told = toldOf(merged(mapOf(own[key]), mapOf(changed[key])), (text) => interpolated(text, (inside) => known(inside)));
      const line = lineOf(`${key}:`);
      return databricksJob({
        told,
        at: { file: file.path, line },
        names: [nameOf(root, key), `resources.jobs.${key}.id`],
        key,
        lineOf: (task) => lineOf(`task_key: ${task}`),
        placeOf: (script) => (/^\.{1,2}\//.test(script) ? joinedPath(folderOf(file.path), script) : script),
      });
    });
  });
  const isTrial = production?.told.mode === 'development';
  return {
    ...NO_INFRASTRUCTURE,
    machines: jobs.map(({ machine }) => machine),
    triggers: jobs.flatMap(({ triggers }) => triggers.map((one) => (isTrial ? { ...one, enabled: false } : one))),
  };
}

function nameOf(root: string, key: string): string {
  return `databricks job ${key} in ${root}`;
}

type Target = { readonly name: string; readonly told: YamlMap };

/** By its name, else the only one that says so, else the only one there is. */
function productionOf(targets: YamlMap): Target | undefined {
  const all = Object.entries(targets).map(([name, told]): Target => ({ name, told: mapOf(told) }));
  const named = all.find(({ name }) => /^(?:prod|production|prd|live)$/i.test(name));
  const meant = all.filter(({ told }) => told.mode === 'production');
  return named ?? (meant.length === 1 ? meant[0] : all.length === 1 ? all[0] : undefined);
}

const MAX_NESTING = 4;
/** Of a value that others are put into. */
const MAX_TEXT = 10_000;

/** `${var.x}`: what production says, else the default, unless another target says something else and nobody knows which counts. */
function variablesOf(whole: YamlMap, production: Target | undefined): (inside: string, depth?: number) => Template | undefined {
  const targets = Object.values(mapOf(whole.targets)).map((target) => mapOf(mapOf(target).variables));
  const own = mapOf(production?.told.variables);
  const written = (name: string): string | undefined => {
    const said = saidIn(own[name]);
    const isOpen = production === undefined && targets.some((variables) => name in variables);
    return said ?? (isOpen ? undefined : saidIn(mapOf(mapOf(whole.variables)[name]).default));
  };
  const worth = new Map<string, Template>();
  const known = (inside: string, depth = 0): Template | undefined => {
    if (/^bundle\.(?:target|environment)$/.test(inside)) return production && literal(production.name);
    if (inside === 'bundle.name') return literal(textOf(mapOf(whole.bundle).name) ?? '');
    const [, name] = /^var\.([\w-]+)$/.exec(inside) ?? [];
    if (name === undefined) return /^resources\./.test(inside) ? literal(inside) : undefined;
    // As deep as this one is asked for it is worth the same.
    const key = `${depth} ${name}`;
    const before = worth.get(key);
    if (before) return before;
    const text = depth > MAX_NESTING ? undefined : written(name);
    const value = text === undefined || text.length > MAX_TEXT ? undefined : interpolated(text, (inner) => known(inner, depth + 1));
    const found = value && isShort(value) ? value : holed('config', name);
    worth.set(key, found);
    return found;
  };
  return known;
}

/** A value, or a description of one. */
function saidIn(told: unknown): string | undefined {
  return (
    textOf(told) ?? (typeof told === 'boolean' ? String(told) : isMap(told) ? (textOf(told.value) ?? textOf(told.default)) : undefined)
  );
}

/** Maps are put together; of anything else the later one counts. Tasks are known by their keys. */
function merged(a: YamlMap, b: YamlMap, depth = 0): YamlMap {
  const all: Record<string, unknown> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = all[key];
    if (isMap(before) && isMap(value) && depth < 20) all[key] = merged(before, value, depth + 1);
    else if (key === 'tasks' && Array.isArray(before) && Array.isArray(value)) all[key] = mergedTasks(before, value);
    else all[key] = value;
  }
  return all;
}

function mergedTasks(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  const tasks = new Map<unknown, unknown>(before.map((task) => [mapOf(task).task_key, task]));
  for (const task of after) {
    const { task_key: key } = mapOf(task);
    tasks.set(key, merged(mapOf(tasks.get(key)), mapOf(task)));
  }
  return [...tasks.values()];
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
