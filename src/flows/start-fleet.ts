/** §4, §10.1 what the scanned repositories say becomes registrations; each claims its urn and starts its bootstrap. */
import { gatherDatasets } from '../../analyzers/datasets.js';
import { draftManifest, printManifest } from '../../generators/dataset-manifest.js';
import { printJson } from '../../generators/render/json.js';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { type DecidedDataset, decideDatasets } from '../core/decide/datasets.js';
import { documentKey, FLEET_KEY, registrationKey } from '../core/document-keys.js';
import type { DatasetFacts, RepoFacts } from '../core/facts.js';
import { toJson } from '../core/json.js';
import { commandOf, NO_COUNTS } from '../core/lifecycle.js';
import type { DatasetUrn } from '../core/urn.js';
import type { Ports } from '../ports.js';
import type { Fleet, StoredRegistration } from './bootstrap.js';

export type Started = {
  /** In the order of their urns. */
  readonly records: readonly { readonly record: BootstrapRecord; readonly created: boolean }[];
  /** Datasets that cannot be named: no literal tail in their target. */
  readonly nameless: readonly DatasetFacts[];
};
