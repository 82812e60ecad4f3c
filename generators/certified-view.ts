/** §7.3 drafts and prints the certification state, also written as `_certified_metadata.json`. */
import { CertifiedView } from '../src/core/artifacts/certified-view.js';
import type { DatasetManifest } from '../src/core/artifacts/dataset-manifest.js';
import type { PolicyBundle } from '../src/core/artifacts/policy-bundle.js';
import type { Stamp } from '../src/core/evidence.js';
import { urnParts } from '../src/core/urn.js';

export type CertifiedViewInput = {
  readonly manifest: DatasetManifest;
  readonly bundle: PolicyBundle;
  /** Where the signed bundle is kept. */
  readonly bundleLocation: string;
  /** What lies in gold now, as it was verified; v0 stands for it. */
  readonly gold: { readonly schemaFingerprint: string; readonly partition?: string };
  readonly stamp: Stamp;
};

export function draftCertifiedView({ manifest, bundle, bundleLocation, gold, stamp }: CertifiedViewInput): CertifiedView {
  return {
    dataset_urn: manifest.urn,
    certified_view_name: certifiedViewName(manifest.urn),
    current_certified_version: 'v0',
    last_certified_at: stamp.now,
    certification_status: 'CERTIFIED',
    staleness_sla_hours: manifest.slo.freshness.max_staleness_hours,
    bootstrap_id: stamp.bootstrapId,
    enforcement_model: manifest.enforcement_model,
    policy_bundle_version: bundle.bundle_version ?? '1.0',
    policy_bundle_location: bundleLocation,
    pointer: {
      gold: manifest.storage.gold,
      ...(gold.partition ? { partition: gold.partition } : {}),
      schema_fingerprint: gold.schemaFingerprint,
    },
  };
}

export function certifiedViewName(urn: string): string {
  return `gold_certified.${urnParts(urn).name}`;
}

export function printCertifiedView(view: CertifiedView): string {
  return `${JSON.stringify(CertifiedView.parse(view), undefined, 2)}\n`;
}
