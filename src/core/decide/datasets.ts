/** §4 everything that is decided about the datasets of a scan before any data is looked at, all of them together. */
import { type CriticalLists, criticalFor } from '../critical-datasets.js';
import type { Decision } from '../evidence.js';
import type { DatasetFacts, DatasetRow } from '../facts.js';
import type { Settings } from '../settings.js';
import type { DatasetUrn } from '../urn.js';
import type { Holdings } from './holding.js';
import { type DataLocation, decideLocation, type KnownTables } from './location.js';
import { type ChoicesBesideUrn, decideManifest } from './manifest.js';
import { assignUrns } from './urn.js';

export type FleetFacts = {
  readonly settings: Settings;
  readonly critical: CriticalLists;
  /**
   * Urns of dataset.yaml files that are committed already, by repository and the place they give for gold. A repository
   * speaks for what its own jobs write and for nothing else.
   */
  readonly committed: ReadonlyMap<string, ReadonlyMap<string, DatasetUrn>>;
  readonly holdings?: Holdings;
  /** What a repository knows of catalog names. */
  readonly known?: (repository: string) => KnownTables;
  /** Targets that a job file reads, by `repository:file`. */
  readonly readsOf: (facts: DatasetFacts) => readonly string[];
};

/** `facts` as located: its target is where the data lies. */
export type DecidedDataset = {
  readonly facts: DatasetFacts;
  readonly urn: Decision<DatasetUrn | null>;
  readonly location: Decision<DataLocation>;
  readonly choices: ChoicesBesideUrn;
};

/** In the order of the datasets given. */
export function decideDatasets(datasets: readonly DatasetFacts[], fleet: FleetFacts): readonly DecidedDataset[] {
  const located = datasets.map((facts) => ({
    facts,
    location: decideLocation(facts.target, fleet.settings, fleet.known?.(facts.repository)),
  }));
  const urns = assignUrns(
    located.map(({ facts, location }) => {
      const committed = fleet.committed.get(facts.repository)?.get(location.value.location);
      return {
        target: facts.target,
        location: location.value.location,
        repository: facts.repository,
        schemaHint: facts.repository.split('/').at(-1) ?? facts.repository,
        ...(committed ? { committed } : {}),
      };
    }),
    fleet.settings,
    fleet.holdings,
  );
  return located.map(({ facts, location }, index): DecidedDataset => {
    const urn = urns[index];
    if (!urn) throw new Error('every candidate is answered');
    const { format = facts.format, partitionBy = [] } = location.value;
    const placed: DatasetFacts = {
      ...facts,
      target: location.value.location,
      format,
      partitionBy: facts.partitionBy.length > 0 ? facts.partitionBy : partitionBy,
    };
    const critical = criticalFor(facts.repository, fleet.critical);
    const choices = decideManifest(placed, { settings: fleet.settings, critical, urn, reads: fleet.readsOf(facts) });
    return { facts: placed, urn, location, choices: isTold(location) ? { ...choices, storage: told(choices.storage, location) } : choices };
  });
}

/** One of the `datasets` rows of `sf-scan/1`. */
export function datasetRow({ facts, urn, location, choices }: DecidedDataset): DatasetRow {
  const { owner, tier, model } = choices;
  return {
    facts,
    urn: urn.value,
    ownerTeam: owner.value,
    tier: tier.value,
    enforcementModel: model.value,
    decisions: [urn, ...(isTold(location) ? [location] : []), ...(facts.writers ? [facts.writers.speaks] : []), owner, tier, model],
  };
}

const OBVIOUS: readonly string[] = ['location/as-written', 'location/name-alone', 'location/mapping'];

/** Where the job or the organisation itself says the place, nobody needs to hear of it. */
function isTold({ rule }: Decision<DataLocation>): boolean {
  return !OBVIOUS.includes(rule);
}

function told<T>(storage: Decision<T>, { because }: Decision<DataLocation>): Decision<T> {
  return { ...storage, because: `${because}; ${storage.because}` };
}
