/** §4.3 critical-datasets.yaml: the urns that are TIER_1. */
import * as z from 'zod';
import { DatasetUrn } from './urn.js';

export const CRITICAL_FILE = 'critical-datasets.yaml';

/** The list is either the urns, or `datasets:` with urns or rows that have one. */
export const CriticalList = z.union([
  z.array(DatasetUrn),
  z
    .object({ datasets: z.array(z.union([DatasetUrn, z.object({ urn: DatasetUrn }).transform((row) => row.urn)])) })
    .transform((file) => file.datasets),
]);
