/** What every step starts from: the record, what registration found, and the fleet's settings. */
import * as z from 'zod';
import { Baseline } from '../core/artifacts/baseline.js';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { documentKey, FLEET_KEY, registrationKey } from '../core/document-keys.js';
import type { Unresolved } from '../core/facts.js';
import type { Registration } from '../core/registration.js';
import { Settings } from '../core/settings.js';
import type { ObjectStore, Ports, Records } from '../ports.js';

/** The run that the fleet was last started with: later commands need none of its flags again. */
export const Fleet = z.strictObject({
  lake: z.string().min(1),
  settings: Settings,
  repositories: z.array(z.strictObject({ name: z.string().min(1), directory: z.string().min(1) })),
});
export type Fleet = z.infer<typeof Fleet>;

/** What registration keeps for the later steps: made by us, stored by us, read back as it was written. */
export type StoredRegistration = Registration & {
  /** What was scanned; the dataset's branch begins there. */
  readonly commit: string;
  /** What could not be read in the dataset's own repository. */
  readonly unresolved: readonly Unresolved[];
};

export type Bootstrap = { readonly record: BootstrapRecord; readonly registration: StoredRegistration; readonly fleet: Fleet };

export async function loadFleet(objects: ObjectStore): Promise<Fleet | undefined> {
  const text = await objects.get(FLEET_KEY);
  return text === undefined ? undefined : Fleet.parse(JSON.parse(text));
}

/** Throws when a document of a record that exists is missing: the store was damaged by hand. */
export async function loadBootstrap({ objects }: Pick<Ports, 'objects'>, record: BootstrapRecord): Promise<Bootstrap> {
  const fleet = await loadFleet(objects);
  const text = await objects.get(registrationKey(record.dataset_urn));
  if (!fleet || text === undefined) throw new Error(`the store lacks the registration of ${record.dataset_urn}`);
  const registration: StoredRegistration = JSON.parse(text);
  return { record, registration, fleet };
}

export async function loadBaseline(objects: ObjectStore, record: BootstrapRecord): Promise<Baseline> {
  const text = await objects.get(documentKey(record.dataset_urn, 'baseline'));
  if (text === undefined) throw new Error(`the store lacks the baseline of ${record.dataset_urn}`);
  return Baseline.parse(JSON.parse(text));
}

/** Writes an intention down before the effect that it names; the state stays. Noting the same twice writes once. */
export async function note(
  records: Records,
  before: BootstrapRecord,
  next: BootstrapRecord,
  { at, intention }: Intention,
): Promise<BootstrapRecord> {
  if (JSON.stringify(before) === JSON.stringify(next)) return before;
  const state = next.current_step;
  const saved = await records.save(next, { at, event: intention, from: state, to: state });
  if (!saved) throw new Error(`two workers hold ${next.dataset_urn}`);
  return saved;
}

export type Intention = { readonly at: string; readonly intention: string };
