/** §4.3 what a scan of one repository left behind for the decisions about the whole fleet, kept as one document. */
import type { RepoFacts } from '../../core/facts.js';
import type { RepositoryRow } from '../../core/repo.js';
import type { DatasetUrn } from '../../core/urn.js';
import type { ObjectStore } from '../../ports.js';

/** Made by us, stored by us, read back as it was written; a damaged one is scanned again. */
export type RepositoryScan = {
  readonly facts: RepoFacts;
  /** Of the commit that was scanned. */
  readonly tree: string;
  /** Urns of the dataset.yaml files that are committed, by the gold place they name. */
  readonly committed: readonly (readonly [string, DatasetUrn])[];
  /** Urns that its critical-datasets.yaml lists. */
  readonly critical: readonly DatasetUrn[];
};

function keyOf(id: number): string {
  return `repositories/${id}/scan.json`;
}

export async function saveScan(objects: ObjectStore, id: number, scan: RepositoryScan): Promise<void> {
  await objects.put(keyOf(id), `${JSON.stringify(scan)}\n`);
}

/** What the last scan of it left; undefined where there was none. */
export async function loadScan(objects: ObjectStore, id: number): Promise<RepositoryScan | undefined> {
  return parsed(await objects.get(keyOf(id)));
}

/** The scans of all repositories that may claim urns, under their present names. */
export async function loadScans(
  objects: ObjectStore,
  rows: readonly RepositoryRow[],
): Promise<readonly (RepositoryScan & { readonly id: number })[]> {
  const active = rows.filter(({ state }) => state === 'active');
  const scans = await Promise.all(
    active.map(async (row) => {
      const scan = parsed(await objects.get(keyOf(row.id)));
      return scan ? [{ ...scan, id: row.id, facts: { ...scan.facts, repository: row.name } }] : [];
    }),
  );
  return scans.flat();
}

function parsed(text: string | undefined): RepositoryScan | undefined {
  if (text === undefined) return undefined;
  try {
    const scan: RepositoryScan = JSON.parse(text);
    // One of an older version names no tree; its commit says enough.
    return { ...scan, tree: scan.tree ?? '' };
  } catch {
    return undefined;
  }
}
