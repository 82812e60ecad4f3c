/** §4 everything that scans say, decided together: which datasets there are, and who, what and how important each is. */
import { gatherDatasets } from '../../analyzers/datasets.js';
import type { CriticalLists } from '../core/critical-datasets.js';
import { type DecidedDataset, decideDatasets } from '../core/decide/datasets.js';
import { type Holdings, NO_HOLDINGS } from '../core/decide/holding.js';
import { knownTables } from '../core/decide/location.js';
import type { RepoFacts } from '../core/facts.js';
import type { Settings } from '../core/settings.js';
import type { DatasetUrn } from '../core/urn.js';

export type ScanContext = {
  readonly settings: Settings;
  readonly critical: CriticalLists;
  /** As of `FleetFacts`. */
  readonly committed?: ReadonlyMap<string, ReadonlyMap<string, DatasetUrn>>;
  /** What has a record already. */
  readonly holdings?: Holdings;
};

/** In the order of the datasets' places. */
export function decideScan(
  repositories: readonly RepoFacts[],
  { settings, critical, committed = new Map(), holdings = NO_HOLDINGS }: ScanContext,
): readonly DecidedDataset[] {
  const readsIn = new Map(repositories.map(({ repository, reads }) => [repository, targetsByFile(reads)]));
  return decideDatasets(gatherDatasets(repositories, settings, { holdings: [...holdings.values()], committed: placesOf(committed) }), {
    settings,
    critical,
    committed,
    holdings,
    known: knownTables(repositories, settings),
    readsOf: ({ repository, at }) => readsIn.get(repository)?.get(at.file) ?? [],
  });
}

function targetsByFile(reads: RepoFacts['reads']): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { file, targets } of reads) {
    const others = found.get(file);
    if (others) others.push(...targets);
    else found.set(file, [...targets]);
  }
  return found;
}

function placesOf(committed: NonNullable<ScanContext['committed']>): ReadonlyMap<string, Iterable<string>> {
  return new Map([...committed].map(([repository, urns]) => [repository, urns.keys()]));
}
