/** §4.4 every decision that one dataset.yaml rests on, from what the repositories say. */
import type { Decision } from '../evidence.js';
import type { DatasetFacts } from '../facts.js';
import type { ManifestChoices } from '../registration.js';
import type { Settings } from '../settings.js';
import type { DatasetUrn } from '../urn.js';
import { decideEnforcement, decideLineage } from './enforcement.js';
import { decideOrchestration } from './orchestration.js';
import { decideOwner, type OwnerCandidate } from './owner.js';
import { decideSlo } from './slo.js';
import { decideStorage } from './storage.js';
import { decideTier } from './tier.js';

export type ManifestContext = {
  readonly settings: Settings;
  /** Urns of the list of critical datasets. */
  readonly critical: ReadonlySet<string>;
  /** Null where a dataset has no name to go by: everything else can still be said of it. */
  readonly urn: Decision<DatasetUrn | null>;
  /** Targets that the writing jobs read. */
  readonly reads: readonly string[];
  /** False where the job's code is not ours to change; assumed true. */
  readonly modifiable?: boolean;
};

export type ChoicesBesideUrn = Omit<ManifestChoices, 'urn'>;

export function decideManifest(facts: DatasetFacts, context: ManifestContext): ChoicesBesideUrn {
  const { settings, urn, critical, reads } = context;
  const tier = decideTier({ urn: urn.value ?? 'a dataset without a name', critical, consumers: facts.consumers }, settings);
  const model = decideEnforcement({ tier: tier.value, runtime: facts.runtime, modifiable: context.modifiable ?? true });
  const orchestration = decideOrchestration(facts.schedules);
  return {
    owner: decideOwner(ownersOf(facts), settings),
    tier,
    model,
    storage: decideStorage({ target: facts.target, reads, model: model.value }, settings),
    orchestration,
    slo: decideSlo(tier.value, orchestration.value, settings),
    lineage: decideLineage({ runtime: facts.runtime, model: model.value, orchestration: orchestration.value, job: jobOf(facts) }, settings),
  };
}

/** What was found for the file, and what the model and the schedules say themselves. */
function ownersOf(facts: DatasetFacts): readonly OwnerCandidate[] {
  const { model } = facts;
  const meta: OwnerCandidate[] =
    model?.owner === undefined ? [] : [{ source: model.ownerBy ?? 'dbt_meta', teams: [model.owner], at: model.at }];
  const scheduled = facts.schedules.flatMap(({ schedule, task }): OwnerCandidate[] => {
    const at = { file: schedule.file, line: schedule.line };
    const own: OwnerCandidate[] = task?.owners ? [{ source: 'task', teams: task.owners, at: { ...at, line: task.line ?? at.line } }] : [];
    return schedule.owner === undefined ? own : [...own, { source: 'default_args', teams: [schedule.owner], at }];
  });
  return [facts.owners, ...meta, ...scheduled];
}

/** A job without an orchestrator is called by its model or file. */
function jobOf(facts: DatasetFacts): string {
  if (facts.model) return `${facts.model.project}.${facts.model.model}`;
  return facts.at.file.replace(/\.[A-Za-z0-9]+$/, '').replaceAll('/', '.');
}
