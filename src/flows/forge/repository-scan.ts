/** §4.3 what a scan of one repository left behind for the decisions about the whole fleet, kept as one document. */
import * as z from 'zod';
import { StoredFacts } from '../../core/artifacts/repo-facts.js';
import type { RepoFacts } from '../../core/facts.js';
import type { RepositoryRow } from '../../core/repo.js';
import { DatasetUrn } from '../../core/urn.js';
import type { ObjectStore } from '../../ports.js';

const RepositoryScan = z.strictObject({
  facts: StoredFacts,
  /** Of the commit that was scanned. */
  tree: z.string(),
  /** Urns of the dataset.yaml files that are committed, by the gold place they name. */
  committed: z.array(z.tuple([z.string(), DatasetUrn]).readonly()).readonly(),
  /** Urns that its critical-datasets.yaml lists. */
  critical: z.array(DatasetUrn).readonly(),
});
export type RepositoryScan = Omit<z.infer<typeof RepositoryScan>, 'facts'> & { readonly facts: RepoFacts };

function keyOf(id: number): string {
  return `repositories/${id}/scan.json`;
}

export async function saveScan(objects: ObjectStore, id: number, scan: RepositoryScan): Promise<void> {
  await objects.put(keyOf(id), `${JSON.stringify(scan)}\n`);
}

/** What the last scan of it left; undefined where there was none, or where it is damaged or of an older version: it is scanned again. */
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
    return RepositoryScan.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
