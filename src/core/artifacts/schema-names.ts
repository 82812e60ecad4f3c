/** What the published JSON Schemas are called, and the documents they belong to. */
import type * as z from 'zod';
import { Baseline } from './baseline.js';
import { BootstrapRecord } from './bootstrap-record.js';
import { CertifiedView } from './certified-view.js';
import { DatasetManifest } from './dataset-manifest.js';
import { PolicyBundle } from './policy-bundle.js';

/** A reserved name: editors know the schema by it, nobody can serve another one there. */
const SCHEMA_HOME = 'https://signal-factory.example/schemas';

export function schemaUrl(name: string): string {
  return `${SCHEMA_HOME}/${name}.schema.json`;
}

/** The five documents of the specification. */
export const DOCUMENTS: readonly { readonly name: string; readonly title: string; readonly schema: z.ZodType }[] = [
  { name: 'dataset', title: 'dataset.yaml: registration manifest (§4.4)', schema: DatasetManifest },
  { name: 'baseline', title: 'baseline.json: what the data looked like (§5.4)', schema: Baseline },
  { name: 'policy-bundle', title: 'policy_bundle.yaml: what every run is checked against (§6.5)', schema: PolicyBundle },
  { name: 'certified-view', title: '_certified_metadata.json: the certification state (§7.3)', schema: CertifiedView },
  { name: 'bootstrap-record', title: 'the bootstrap state record (§3.1)', schema: BootstrapRecord },
];
