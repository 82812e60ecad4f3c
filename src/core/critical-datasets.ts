/** §4.3 critical-datasets.yaml: the urns that are TIER_1. */
import * as z from 'zod';
import type { Settings } from './settings.js';
import { DatasetUrn } from './urn.js';

export const CRITICAL_FILE = 'critical-datasets.yaml';

/** The list is either the urns, or `datasets:` with urns or rows that have one. */
export const CriticalList = z.union([
  z.array(DatasetUrn),
  z
    .object({ datasets: z.array(z.union([DatasetUrn, z.object({ urn: DatasetUrn }).transform((row) => row.urn)])) })
    .transform((file) => file.datasets),
]);

/** What the organisation's settings list, once a file that they name was read into them. */
export function listedIn({ critical_datasets: listed }: Pick<Settings, 'critical_datasets'>): readonly DatasetUrn[] {
  return Array.isArray(listed) ? listed : [];
}

/** The organisation's list may name any dataset, that of a repository only what the repository writes. */
export type CriticalLists = {
  readonly organisation: readonly DatasetUrn[];
  readonly repositories: ReadonlyMap<string, readonly DatasetUrn[]>;
};

/** What counts as listed among the datasets of one repository. */
export function criticalFor(repository: string, { organisation, repositories }: CriticalLists): ReadonlySet<DatasetUrn> {
  return new Set([...organisation, ...(repositories.get(repository) ?? [])]);
}
