/** §4 the first steps of a bootstrap: its documents stand in the registry, and a profiling slot is taken (§3.1). */
import { documentKey } from '../core/document-keys.js';
import { happened, type Outcome, waits } from '../core/outcome.js';
import { later } from '../core/time.js';
import type { Ports } from '../ports.js';
import type { Bootstrap } from './bootstrap.js';

const SLOT_LEASE_MS = 2 * 3_600_000;
const SLOT_RETRY_MS = 60_000;

export async function register({ record }: Bootstrap, { objects, clock }: Pick<Ports, 'objects' | 'clock'>): Promise<Outcome> {
  const key = documentKey(record.dataset_urn, 'manifest');
  const manifest = await objects.get(key);
  if (manifest === undefined) throw new Error(`the store lacks the manifest of ${record.dataset_urn}`);

  const registration = { status: 'COMPLETED' as const, completed_at: clock.now(), artifact: objects.url(key) };
  return happened('registered', { ...record, steps: { ...record.steps, registration } }, 'dataset.yaml stands in the registry');
}

export async function takeProfilingSlot({ record, fleet }: Bootstrap, { slots, clock }: Pick<Ports, 'slots' | 'clock'>): Promise<Outcome> {
  const now = clock.now();
  const taken = await slots.take(record.bootstrap_id, fleet.settings.profiling.slots, now, SLOT_LEASE_MS);
  if (taken) return happened('slot-taken', record, 'a profiling slot is free');
  return waits(later(now, SLOT_RETRY_MS), record, `all ${fleet.settings.profiling.slots} profiling slots are taken`);
}
