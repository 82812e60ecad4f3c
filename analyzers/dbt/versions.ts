/** §4.1 Versions of a model: what one of them is called, and which one a reference means. */
import type { DbtModel } from '../../src/core/facts.js';
import type { NodeProperties } from './facts.js';

/** One version as rows call it, and as references that name their version are kept: `orders (v2)`. */
export function versionedName(name: string, version: unknown): string {
  return typeof version === 'string' || typeof version === 'number' ? `${name} (v${version})` : name;
}

/** The model without its version, and the version. */
export function splitVersion(called: string): { readonly name: string; readonly version?: string } {
  const [, name = called, version] = /^(.*) \(v(.+)\)$/.exec(called) ?? [];
  return version === undefined ? { name } : { name, version };
}

export function newest(versions: readonly string[]): string | undefined {
  return versions.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}

/** The version that a reference without one means. */
export function latestOf({ latest, versions }: NodeProperties): string | undefined {
  return latest ?? newest(versions.map(({ v }) => v));
}

/** What a reference of a project is called among the models; `latest`: of each project, the version of a name that is meant by it. */
export function referredModel(
  written: string,
  project: string,
  { models, latest }: { readonly models: readonly DbtModel[]; readonly latest: ReadonlyMap<string, ReadonlyMap<string, string>> },
): string {
  const { name, version } = splitVersion(written);
  const own = latest.get(project)?.get(name) ?? [...latest.values()].map((each) => each.get(name)).find((each) => each !== undefined);
  const called = versionedName(name, version ?? own);
  return models.some(({ model }) => model === called) ? called : name;
}
