/** §7.2 the certified view: the gold table exists and has data, a pointer to it, the record, the lineage; then §7.4. */
import { draftCertifiedView, printCertifiedView } from '../../generators/certified-view.js';
import { renderJson } from '../../generators/render/json.js';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { DatasetManifest } from '../core/artifacts/dataset-manifest.js';
import { PolicyBundle } from '../core/artifacts/policy-bundle.js';
import { certifiedKey, documentKey, pointerKey } from '../core/document-keys.js';
import { canonicalFingerprint } from '../core/fingerprint.js';
import type { DataListing } from '../core/measurements.js';
import { ESCALATE_AFTER_DAYS, MS_PER_DAY } from '../core/numbers.js';
import { happened, type Outcome, waits } from '../core/outcome.js';
import { ProblemError } from '../core/problem.js';
import { readStrictYaml } from '../core/signing/strict-yaml.js';
import { instant } from '../core/time.js';
import type { Ports } from '../ports.js';
import { type Bootstrap, loadBaseline } from './bootstrap.js';
import { type Condition, readiness } from './readiness.js';

export async function certify(bootstrap: Bootstrap, ports: Ports): Promise<Outcome> {
  const { record, registration } = bootstrap;
  const listing = await goldOf(bootstrap, ports.lake);
  if (!hasRows(listing)) return happened('gold-missing', deferred(record, ports.clock.now()), nothingYet(listing));
  const schemaFingerprint = canonicalFingerprint(await ports.lake.columns(listing), listing.partitionBy);
  const { baseline, manifest, bundle } = await inForce(record, ports.objects);
  if (baseline.schema && schemaFingerprint !== baseline.schema.canonical_fingerprint) {
    return happened('schema-changed', record, 'the columns changed since they were profiled');
  }

  const partition = listing.partitions.at(-1)?.partition;
  const view = draftCertifiedView({
    manifest,
    bundle,
    bundleLocation: ports.objects.url(documentKey(record.dataset_urn, 'bundle')),
    gold: { schemaFingerprint, ...(partition ? { partition } : {}) },
    stamp: { now: ports.clock.now(), bootstrapId: record.bootstrap_id },
  });
  await ports.objects.put(pointerKey(record.dataset_urn, view.current_certified_version), renderJson(view.pointer ?? {}));
  await ports.objects.put(certifiedKey(record.dataset_urn), printCertifiedView(view));
  await ports.graph.upsertDataset(record.dataset_urn, manifest.owner_team, registration.facts.consumers);

  const unmet = (await readiness(record, ports, bootstrap.fleet)).filter((condition) => !condition.met);
  if (unmet.length > 0) throw notReady(record, unmet);
  const artifact = ports.objects.url(certifiedKey(record.dataset_urn));
  const certification_init = { status: 'COMPLETED' as const, completed_at: ports.clock.now(), artifact };
  return happened(
    'certified',
    { ...record, steps: { ...record.steps, certification_init } },
    'all five conditions of the handoff were read back',
  );
}

function goldOf({ registration }: Bootstrap, lake: Ports['lake']): Promise<DataListing> {
  const { storage } = registration.manifest;
  return lake.list(storage.gold, storage.format, registration.facts.partitionBy);
}

/** Formats without a row count in their footer count as filled when a file lies there. */
export function hasRows(listing: DataListing): boolean {
  return listing.exists && listing.partitions.some(({ rows, files }) => (rows === undefined ? files.length > 0 : rows > 0));
}

function nothingYet({ location, exists }: DataListing): string {
  return exists ? `the files at ${location} hold no row yet` : `there is no data at ${location} yet`;
}

function deferred(record: BootstrapRecord, at: string): BootstrapRecord {
  return { ...record, steps: { ...record.steps, certification_init: { status: 'DEFERRED', completed_at: at } } };
}

/** The documents as merged. They were valid when they were signed. */
async function inForce(record: BootstrapRecord, objects: Ports['objects']) {
  const manifest = DatasetManifest.safeParse(strict(await objects.get(documentKey(record.dataset_urn, 'manifest')))).data;
  const bundle = PolicyBundle.safeParse(strict(await objects.get(documentKey(record.dataset_urn, 'bundle')))).data;
  if (manifest && bundle) return { manifest, bundle, baseline: await loadBaseline(objects, record) };
  const url = objects.url(documentKey(record.dataset_urn, manifest ? 'bundle' : 'manifest'));
  throw new ProblemError({
    kind: 'world',
    what: `${url} is not valid any more.`,
    remedy: 'Restore it from a copy, then `sf bootstrap retry`.',
  });
}

function strict(text: string | undefined): unknown {
  const read = readStrictYaml(text ?? '');
  if (read.ok) return read.value;
  throw new ProblemError(read.problem);
}

function notReady(record: BootstrapRecord, unmet: readonly Condition[]): ProblemError {
  const missing = unmet.map(({ condition, seen }) => `${condition}: ${seen}`).join('; ');
  return new ProblemError({
    kind: 'world',
    what: `${record.dataset_urn} is not signal-ready, since ${missing}.`,
    remedy: '`sf bootstrap retry` begins again.',
  });
}

/** §10.1 the gold table comes with the first run: looked for once a day, for a month. */
export async function awaitGold(bootstrap: Bootstrap, ports: Pick<Ports, 'lake' | 'clock'>): Promise<Outcome> {
  const { record } = bootstrap;
  const listing = await goldOf(bootstrap, ports.lake);
  const now = Date.parse(ports.clock.now());

  if (hasRows(listing)) return happened('gold-appeared', record, `data appeared at ${listing.location}`);
  const since = Date.parse(record.steps.certification_init.completed_at ?? record.started_at);
  if (now - since >= ESCALATE_AFTER_DAYS * MS_PER_DAY)
    return happened('expired', record, `no data came within ${ESCALATE_AFTER_DAYS} days`);
  return waits(instant(now + MS_PER_DAY), record, nothingYet(listing));
}
