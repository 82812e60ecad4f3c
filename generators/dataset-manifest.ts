/** §4.4 drafts and prints `dataset.yaml`: every generated value with the place and the rule it comes from. */
import { DatasetManifest, type FieldEvidence } from '../src/core/artifacts/dataset-manifest.js';
import type { Decision, Stamp } from '../src/core/evidence.js';
import type { DatasetFacts } from '../src/core/facts.js';
import type { ManifestChoices } from '../src/core/registration.js';
import { formatOfScan } from '../src/core/scan-words.js';
import { UNSIGNED } from '../src/core/signing/digest.js';
import { printYaml } from './render/yaml.js';

const MAX_BECAUSE = 300;

export function draftManifest(facts: DatasetFacts, choices: ManifestChoices, stamp: Stamp): DatasetManifest {
  const [partitionKey] = facts.partitionBy;
  const orchestration = choices.orchestration.value;
  const draft: DatasetManifest = {
    urn: choices.urn.value,
    owner_team: choices.owner.value,
    tier: choices.tier.value,
    runtime: facts.runtime,
    storage: {
      format: formatOfScan(facts.format) ?? 'table',
      ...choices.storage.value,
      ...(partitionKey ? { partition_key: partitionKey } : {}),
    },
    ...(orchestration ? { orchestration } : {}),
    slo: choices.slo.value,
    enforcement_model: choices.model.value,
    openlineage: choices.lineage.value,
    metadata: { created_at: stamp.now, created_by: 'autopilot', bootstrap_id: stamp.bootstrapId },
    evidence: evidenceOf(facts, choices),
  };
  return choices.model.value === 'post_write' ? postWrite(draft) : draft;
}

/** §9 names the contract once it exists: the digest is the policy's own, without its signature. */
export function withContract(manifest: DatasetManifest, digest: string): DatasetManifest {
  return manifest.contract ? { ...manifest, contract: { ...manifest.contract, digest } } : manifest;
}

export function printManifest(manifest: DatasetManifest): string {
  return printYaml(DatasetManifest.parse(manifest), {
    schema: 'dataset',
    about: ['dataset.yaml v1.0: who this dataset is, who owns it, where it lives, when it is due.'],
    above: {
      hooks: 'The call that will check each write. `sf validate` comes with a later version: nothing has to call it yet.',
      evidence: 'Where the generated values above come from.',
    },
    onOneLine: ['source', 'hooks'],
  });
}

/** §9 the post-write model: a place to write before checking, the contract, and the call that checks. */
function postWrite(draft: DatasetManifest): DatasetManifest {
  const staging = draft.storage.staging ?? stagingBeside(draft.storage.gold);
  return {
    ...draft,
    storage: { ...draft.storage, ...(staging ? { staging } : {}) },
    // Beside this file, in the repository as in the config store.
    contract: { location: 'policy_bundle.yaml', digest: UNSIGNED },
    hooks: [{ on: 'after_write', run: `sf validate --urn ${draft.urn}` }],
  };
}

/** `s3://lake/gold/orders/` has its staging at `s3://lake/gold/_staging/orders/`; a catalog name has none we could name. */
function stagingBeside(gold: string): string | undefined {
  const match = /^(.+\/)([^/]+\/?)$/.exec(gold);
  return match && !match[1]?.endsWith('//') ? `${match[1]}_staging/${match[2]}` : undefined;
}

function evidenceOf(facts: DatasetFacts, choices: ManifestChoices): FieldEvidence[] {
  const [write] = facts.writes;
  const written = facts.model ? `the dbt model ${facts.model.model} makes it` : `${write?.api ?? 'a write'} writes it as ${facts.format}`;
  return [
    row('urn', choices.urn),
    row('owner_team', choices.owner),
    row('tier', choices.tier),
    row('runtime', { rule: 'runtime/write-site', because: written, at: facts.at }),
    row('storage', choices.storage),
    row('orchestration', choices.orchestration),
    row('slo', choices.slo),
    row('enforcement_model', choices.model),
    row('openlineage', choices.lineage),
  ];
}

function row(field: string, { rule, because, at }: Omit<Decision<unknown>, 'value'>): FieldEvidence {
  return { field, rule, because: because.slice(0, MAX_BECAUSE), ...(at ? { source: at } : {}) };
}
