/** §7.4 the five conditions of the handoff, read back from where each thing has to stand. */
import { Baseline } from '../core/artifacts/baseline.js';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { CertifiedView } from '../core/artifacts/certified-view.js';
import { DatasetManifest } from '../core/artifacts/dataset-manifest.js';
import { certifiedKey, DOCUMENTS, documentKey, pointerKey, repositoryFolder } from '../core/document-keys.js';
import { checkWith, KeySet } from '../core/signing/keys.js';
import { detachSignature } from '../core/signing/signature-lines.js';
import { readStrictYaml } from '../core/signing/strict-yaml.js';
import { verifyPolicyText } from '../core/signing/verify.js';
import type { Ports } from '../ports.js';
import { type Fleet, repositoryKey } from './bootstrap.js';

export type Condition = { readonly condition: string; readonly met: boolean; readonly seen: string };
type Reads = Pick<Ports, 'objects' | 'forge' | 'signer' | 'graph'>;

export async function readiness(record: BootstrapRecord, ports: Reads, fleet: Fleet): Promise<readonly Condition[]> {
  return [
    await registered(record, ports),
    await baselineStored(record, ports),
    await bundleSigned(record, ports, fleet),
    await viewPoints(record, ports),
    await lineageStands(record, ports),
  ];
}

/** A damaged document is one that does not stand. */
function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function condition(name: string, met: boolean, seen: string): Condition {
  return { condition: name, met, seen };
}

async function registered({ dataset_urn }: BootstrapRecord, { objects }: Reads): Promise<Condition> {
  const name = 'dataset.yaml is registered';
  const text = await objects.get(documentKey(dataset_urn, 'manifest'));
  if (text === undefined) return condition(name, false, 'not in the registry');
  const read = readStrictYaml(text);
  const manifest = read.ok ? DatasetManifest.safeParse(read.value) : undefined;
  const met = manifest?.data?.urn === dataset_urn;
  return condition(
    name,
    met,
    met ? objects.url(documentKey(dataset_urn, 'manifest')) : 'in the registry, but not a valid manifest of this dataset',
  );
}

async function baselineStored({ dataset_urn }: BootstrapRecord, { objects }: Reads): Promise<Condition> {
  const name = 'baseline.json is stored';
  const text = await objects.get(documentKey(dataset_urn, 'baseline'));
  const baseline = Baseline.safeParse(jsonOf(text));
  const met = baseline.data?.dataset_urn === dataset_urn;
  return condition(name, met, met ? objects.url(documentKey(dataset_urn, 'baseline')) : 'no valid baseline of this dataset');
}

async function bundleSigned(record: BootstrapRecord, { objects, forge, signer }: Reads, fleet: Fleet): Promise<Condition> {
  const name = 'policy_bundle.yaml is signed, in the repository and in the store';
  const merged = record.pull_request?.merged_as;
  const stored = await objects.get(documentKey(record.dataset_urn, 'bundle'));
  if (!merged || stored === undefined) return condition(name, false, 'not merged');
  const folder = repositoryFolder(fleet.settings.folder, record.dataset_urn);
  const files = await forge(repositoryKey(record)).readFolder(merged, folder);
  const inRepository = files.find(({ path }) => path === `${folder}/${DOCUMENTS.bundle}`)?.content;
  // Where the branch could not carry the signature, only the store's copy has it (decision 0001).
  const isCopy =
    record.pull_request?.signed_in === 'store'
      ? inRepository && detachSignature(inRepository) === detachSignature(stored)
      : inRepository === stored;
  if (!isCopy) return condition(name, false, 'the repository and the store hold different bundles');
  const verdict = verifyPolicyText(stored, checkWith(KeySet.parse(await signer.keys())), { urn: record.dataset_urn });
  return condition(name, verdict.ok, verdict.ok ? `signed by ${verdict.kid}, merged as ${merged.slice(0, 12)}` : verdict.because);
}

async function viewPoints({ dataset_urn, bootstrap_id }: BootstrapRecord, { objects }: Reads): Promise<Condition> {
  const name = 'the certified view points to its first version';
  const text = await objects.get(certifiedKey(dataset_urn));
  const view = CertifiedView.safeParse(jsonOf(text)).data;
  const pointer = view && (await objects.get(pointerKey(dataset_urn, view.current_certified_version)));
  const met = view?.bootstrap_id === bootstrap_id && pointer !== undefined;
  return condition(name, met, met ? `${view.certified_view_name} at ${view.current_certified_version}` : 'no certified view');
}

async function lineageStands({ dataset_urn }: BootstrapRecord, { graph }: Reads): Promise<Condition> {
  const name = 'the lineage graph knows its owner and consumers';
  const node = await graph.dataset(dataset_urn);
  return condition(name, node !== undefined, node ? `owned by ${node.owner}, consumed by ${node.consumers.length}` : 'not in the graph');
}
