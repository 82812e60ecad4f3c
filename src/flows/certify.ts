/** §7.2 the certified view: the gold table exists and has data, a pointer to it, the record, the lineage; then §7.4. */
import { draftCertifiedView } from '../../generators/certified-view.js';
import { printJson } from '../../generators/render/json.js';
import { DatasetManifest } from '../core/artifacts/dataset-manifest.js';
import { PolicyBundle } from '../core/artifacts/policy-bundle.js';
import { certifiedKey, documentKey, pointerKey } from '../core/document-keys.js';
import { canonicalFingerprint } from '../core/fingerprint.js';
import { toJson } from '../core/json.js';
import type { DataListing } from '../core/measurements.js';
import { ESCALATE_AFTER_DAYS, MS_PER_DAY } from '../core/numbers.js';
import { happened, type Outcome, waits } from '../core/outcome.js';
import { readStrictYaml } from '../core/signing/strict-yaml.js';
import type { Ports } from '../ports.js';
import { type Bootstrap, loadBaseline } from './bootstrap.js';
import { readiness } from './readiness.js';

const FIRST_VERSION = 'v0';

export async function certify(bootstrap: Bootstrap, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  const { listing, fingerprint } = await seen(bootstrap, ports);
  if (!hasData(listing)) return happened('gold-missing', deferred(record), `there is no data at ${listing.location} yet`);
  const { baseline, manifest, bundle } = await inForce(bootstrap, ports);
  if (baseline.schema && fingerprint !== baseline.schema.canonical_fingerprint) {
    return happened('schema-changed', record, 'the columns changed since they were profiled');
  }

  const view = draftCertifiedView({
    manifest,
    bundle,
    fingerprint,
    listing,
    bundleLocation: ports.objects.url(documentKey(record.dataset_urn, 'bundle')),
    stamp: { now: ports.clock.now(), bootstrapId: record.bootstrap_id },
  });
  await ports.objects.put(pointerKey(record.dataset_urn, FIRST_VERSION), printJson(toJson(view.pointer ?? null)));
  await ports.objects.put(certifiedKey(record.dataset_urn), printJson(toJson(view)));
  await ports.graph.upsertDataset(record.dataset_urn, manifest.owner_team, bootstrap.registration.facts.consumers);

  const unmet = (await readiness(record, ports, bootstrap.fleet)).filter((condition) => !condition.met);
  if (unmet.length > 0) throw new Error(`${record.dataset_urn} was certified, yet: ${unmet.map((condition) => condition.seen).join('; ')}`);
  const certification_init = {
    status: 'COMPLETED' as const,
    completed_at: ports.clock.now(),
    artifact: ports.objects.url(certifiedKey(record.dataset_urn)),
  };
  return happened(
    'certified',
    { ...record, steps: { ...record.steps, certification_init } },
    'all five conditions of the handoff were read back',
  );
}

/** §10.1 the gold table comes with the first run: looked for once a day, for a month. */
export async function awaitGold(bootstrap: Bootstrap, ports: Pick<Ports, 'lake' | 'clock'>): Promise<Outcome> {
  const { record } = bootstrap;
  const { listing } = await seen(bootstrap, ports);
  const now = Date.parse(ports.clock.now());

  if (hasData(listing)) return happened('gold-appeared', record, `data appeared at ${listing.location}`);
  const since = Date.parse(record.steps.certification_init.completed_at ?? record.started_at);
  if (now - since >= ESCALATE_AFTER_DAYS * MS_PER_DAY)
    return happened('expired', record, `no data came within ${ESCALATE_AFTER_DAYS} days`);
  return waits(new Date(now + MS_PER_DAY).toISOString(), record, `there is no data at ${listing.location} yet`);
}
