/**
 * §14.6 what people wrote in a repository for us: its settings, its critical list, its manifests. What is there and cannot be
 * read, for its size or because the forge does not give it, is never "not there": nothing of the repository is decided then.
 */
import { CRITICAL_FILE, CriticalList } from '../../core/critical-datasets.js';
import { DOCUMENTS } from '../../core/document-keys.js';
import type { FileEdit } from '../../core/pull-request.js';
import type { FileEntry } from '../../core/repo.js';
import { REPOSITORY_SETTINGS_FILE, settingsIn } from '../../core/repository-settings.js';
import type { Settings } from '../../core/settings.js';
import { MAX_YAML_BYTES, readStrictYaml } from '../../core/signing/strict-yaml.js';
import type { DatasetUrn } from '../../core/urn.js';
import type { RepoSource } from '../../ports.js';
import { committedIn } from '../start-fleet.js';

export type WrittenWords =
  | { readonly kind: 'off' }
  | Unread
  | {
      readonly kind: 'read';
      readonly settings: Settings;
      /** Urns of the dataset.yaml files that are committed, by the gold place they name. */
      readonly committed: readonly (readonly [string, DatasetUrn])[];
      readonly critical: readonly DatasetUrn[];
    };
/** `because` names the file. */
export type Unread = { readonly kind: 'unread'; readonly file: string; readonly because: string };

type Place = { readonly source: RepoSource; readonly listing: readonly FileEntry[] };
type Text = { readonly kind: 'absent' } | { readonly kind: 'text'; readonly text: string } | Unread;

/** More datasets than a repository has. */
const MANIFESTS = 2000;

export async function readWords(place: Place, organisation: Settings): Promise<WrittenWords> {
  const file = await textOf(place, REPOSITORY_SETTINGS_FILE);
  if (file.kind === 'unread') return file;
  const settings = settingsIn(organisation, file.kind === 'text' ? file.text : undefined);
  if (!settings.ok) return unread(REPOSITORY_SETTINGS_FILE, settings.because);
  if (!settings.value.enabled) return { kind: 'off' };
  const critical = criticalIn(await textOf(place, CRITICAL_FILE));
  if ('kind' in critical) return critical;
  const manifests = await manifestsIn(place, settings.value.folder);
  if ('kind' in manifests) return manifests;
  return { kind: 'read', settings: settings.value, committed: [...committedIn(manifests, settings.value.folder)], critical };
}

/** A list that cannot be read must not make a critical dataset an ordinary one. */
function criticalIn(file: Text): readonly DatasetUrn[] | Unread {
  if (file.kind === 'absent') return [];
  if (file.kind === 'unread') return file;
  const read = readStrictYaml(file.text, CRITICAL_FILE);
  const list = read.ok ? CriticalList.safeParse(read.value ?? []) : undefined;
  if (list?.success) return list.data;
  return unread(CRITICAL_FILE, read.ok ? `${CRITICAL_FILE} is no list of dataset urns` : read.problem.what);
}

/** A committed manifest names its dataset for ever: where not all can be read, none of the names is certain. */
async function manifestsIn({ source, listing }: Place, folder: string): Promise<readonly FileEdit[] | Unread> {
  const entries = listing.filter(({ path }) => path.startsWith(`${folder}/`) && path.endsWith(`/${DOCUMENTS.manifest}`));
  if (entries.length > MANIFESTS)
    return unread(
      `${folder}/`,
      `${folder}/ holds ${entries.length} files ${DOCUMENTS.manifest}, more than the ${MANIFESTS} that are read: take out those of no dataset`,
    );
  const large = entries.find(isTooLarge);
  if (large) return tooLarge(large);
  const files: FileEdit[] = [];
  for await (const { path, bytes } of source.read(entries)) files.push({ path, content: new TextDecoder().decode(bytes) });
  const given = new Set(files.map(({ path }) => path));
  const missing = entries.find(({ path }) => !given.has(path));
  return missing ? notGiven(missing.path) : files;
}

async function textOf({ source, listing }: Place, path: string): Promise<Text> {
  const entry = listing.find((each) => each.path === path);
  if (!entry) return { kind: 'absent' };
  if (isTooLarge(entry)) return tooLarge(entry);
  for await (const { bytes } of source.read([entry])) return { kind: 'text', text: new TextDecoder().decode(bytes) };
  return notGiven(path);
}

function isTooLarge({ size }: FileEntry): boolean {
  return size > MAX_YAML_BYTES;
}

function tooLarge({ path, size }: FileEntry): Unread {
  return unread(path, `${path} has ${size} bytes, more than the ${MAX_YAML_BYTES} that are read`);
}

function notGiven(path: string): Unread {
  return unread(path, `${path} is listed, and its content is not given`);
}

function unread(file: string, because: string): Unread {
  return { kind: 'unread', file, because: because.replace(/\.$/, '') };
}
