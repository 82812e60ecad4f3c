/** §10.1 a urn that has a record stays with the repository of that record: what another repository says of it is told and changes nothing. */
import type { Decision } from '../evidence.js';
import type { DatasetUrn } from '../urn.js';

export type Holding = {
  /** As the scans of now call it. */
  readonly repository: string;
  /** Where its data lies, as it was registered; undefined where the registration was cut off. */
  readonly location?: string;
};
/** One per record, by its urn. */
export type Holdings = ReadonlyMap<DatasetUrn, Holding>;

export const NO_HOLDINGS: Holdings = new Map();

/** The repository that has the urn, where it is another one. */
export function heldElsewhere(urn: DatasetUrn | null | undefined, repository: string, holdings: Holdings): Holding | undefined {
  const holding = urn ? holdings.get(urn) : undefined;
  return holding && holding.repository !== repository ? holding : undefined;
}

/** The urn under which a repository has the place already. */
export function standingUrn(repository: string, location: string, holdings: Holdings): DatasetUrn | undefined {
  for (const [urn, holding] of holdings) if (holding.repository === repository && holding.location === location) return urn;
  return undefined;
}

export const HELD_ELSEWHERE = 'urn/held-elsewhere';

export function refusedTo(repository: string, urn: DatasetUrn, holder: string): Decision<null> {
  return { value: null, rule: HELD_ELSEWHERE, because: `${urn} belongs to ${holder}, so ${repository} cannot have it too` };
}
