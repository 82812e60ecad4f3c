/** What every step starts from: the record, what registration found, and the fleet's settings. */
import * as z from 'zod';
import { Baseline } from '../core/artifacts/baseline.js';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { documentKey, FLEET_KEY, registrationKey } from '../core/document-keys.js';
import type { Unresolved } from '../core/facts.js';
import { forgeKey } from '../core/forge-key.js';
import { ProblemError } from '../core/problem.js';
import type { Registration } from '../core/registration.js';
import { Settings } from '../core/settings.js';
import type { DatasetUrn } from '../core/urn.js';
import type { ObjectStore, Ports, Records } from '../ports.js';

/** The run that the fleet was last started with: later commands need none of its flags again. Folders only: a forge's repositories are in `Installations`. */
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
  if (text === undefined) return undefined;
  const fleet = Fleet.safeParse(jsonOf(text));
  if (fleet.success) return fleet.data;
  const remedy = 'Restore it from a copy, or take it away and run `sf bootstrap run DIR --data LAKE` again.';
  throw new ProblemError({ kind: 'world', what: `The document ${objects.url(FLEET_KEY)} is damaged.`, remedy });
}

/** A document of a record that exists is missing or damaged only when somebody touched the store by hand. */
export async function loadBootstrap({ objects }: Pick<Ports, 'objects'>, record: BootstrapRecord): Promise<Bootstrap> {
  const fleet = await loadFleet(objects);
  const key = registrationKey(record.dataset_urn);
  const stored = await storedRegistration(objects, record.dataset_urn);
  if (!fleet || !stored) throw lost(objects.url(fleet ? key : FLEET_KEY));
  return { record, registration: stored, fleet };
}

/** Undefined where it was cut off before it was stored. */
export async function storedRegistration(objects: Pick<ObjectStore, 'get'>, urn: DatasetUrn): Promise<StoredRegistration | undefined> {
  const stored = jsonOf(await objects.get(registrationKey(urn)));
  return isRegistration(stored) ? stored : undefined;
}

/** Ours, stored by us: that it is whole is all there is to ask. */
function isRegistration(stored: unknown): stored is StoredRegistration {
  return typeof stored === 'object' && stored !== null && 'manifest' in stored && 'facts' in stored && 'commit' in stored;
}

export async function loadBaseline(objects: ObjectStore, record: BootstrapRecord): Promise<Baseline> {
  const key = documentKey(record.dataset_urn, 'baseline');
  const baseline = Baseline.safeParse(jsonOf(await objects.get(key)));
  if (baseline.success) return baseline.data;
  throw lost(objects.url(key));
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lost(url: string): ProblemError {
  return new ProblemError({
    kind: 'world',
    what: `The document ${url} is missing or damaged.`,
    remedy: 'Restore the objects of --home from a copy, then `sf bootstrap retry`.',
  });
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
  if (saved) return saved;
  const what = `${next.dataset_urn} was changed by somebody else while a step worked on it.`;
  throw new ProblemError({ kind: 'world', what, remedy: 'Nothing is lost: the step runs again.' }, { retry: true });
}

/** By which the composition finds the repository: the forge's number, which survives a rename, else the name of its folder. */
export function repositoryKey({ repository_id, repository }: Pick<BootstrapRecord, 'repository_id' | 'repository'>): string {
  if (repository_id !== undefined) return forgeKey(repository_id);
  if (repository !== undefined) return repository;
  throw new Error('a record names no repository');
}

export type Intention = { readonly at: string; readonly intention: string };
