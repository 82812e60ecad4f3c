/** §4 what was decided for one dataset's manifest, each with its reason, and the manifest itself. */
import type { DatasetManifest } from './artifacts/dataset-manifest.js';
import type { Decision } from './evidence.js';
import type { DatasetFacts } from './facts.js';
import type { DatasetUrn } from './urn.js';
import type { EnforcementModel, Tier } from './vocabulary.js';

export type StorageLayers = Pick<DatasetManifest['storage'], 'bronze' | 'silver' | 'gold' | 'staging' | 'quarantine'>;

export type ManifestChoices = {
  readonly urn: Decision<DatasetUrn>;
  readonly owner: Decision<string>;
  readonly tier: Decision<Tier>;
  readonly model: Decision<EnforcementModel>;
  readonly storage: Decision<StorageLayers>;
  readonly orchestration: Decision<DatasetManifest['orchestration']>;
  readonly slo: Decision<DatasetManifest['slo']>;
  readonly lineage: Decision<DatasetManifest['openlineage']>;
};

export type Registration = { readonly facts: DatasetFacts; readonly choices: ManifestChoices; readonly manifest: DatasetManifest };
