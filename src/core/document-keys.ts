/** decision 0001 `datasets/<namespace>/<name>/…`: where each document of a dataset lies in the config store and in a repository. */
import { type DatasetUrn, urnParts } from './urn.js';

export const DOCUMENTS = {
  manifest: 'dataset.yaml',
  bundle: 'policy_bundle.yaml',
  baseline: 'baseline.json',
} as const;
export type DocumentName = keyof typeof DOCUMENTS;

/** The whole fleet's run settings: lake, repositories, organisation settings. */
export const FLEET_KEY = 'fleet.json';

export function documentKey(urn: DatasetUrn, name: DocumentName): string {
  return `${datasetPrefix(urn)}/${DOCUMENTS[name]}`;
}

/** What later steps need of the scan: facts and decisions, never shown as a document of its own. */
export function registrationKey(urn: DatasetUrn): string {
  return `${datasetPrefix(urn)}/registration.json`;
}

export function pullRequestKey(urn: DatasetUrn): string {
  return `${datasetPrefix(urn)}/pull_request.md`;
}

/** The signed bundle before a branch carries it: a signature is made once per digest. */
export function signedBundleKey(urn: DatasetUrn, digest: string): string {
  return `${datasetPrefix(urn)}/signed/${digest.replace(':', '-')}.yaml`;
}

export function certifiedKey(urn: DatasetUrn): string {
  const { namespace, name } = urnParts(urn);
  return `certified/${namespace}/${name}/_certified_metadata.json`;
}

/** The certified pointer of one version: what consumers follow. */
export function pointerKey(urn: DatasetUrn, version: string): string {
  const { namespace, name } = urnParts(urn);
  return `certified/${namespace}/${name}/${version}.json`;
}

/** The dataset's folder in the customer's repository. */
export function repositoryFolder(folder: string, urn: DatasetUrn): string {
  const { namespace, name } = urnParts(urn);
  return `${folder}/${namespace}/${name}`;
}

function datasetPrefix(urn: DatasetUrn): string {
  const { namespace, name } = urnParts(urn);
  return `datasets/${namespace}/${name}`;
}
