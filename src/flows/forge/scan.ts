/** §4.3, §8.1 scans a repository of the forge where its default branch moved; the fleet follows in a task of its own. */
import { CRITICAL_FILE, CriticalList } from '../../core/critical-datasets.js';
import { decideAutonomy } from '../../core/decide/autonomy.js';
import { DOCUMENTS } from '../../core/document-keys.js';
import { ProblemError } from '../../core/problem.js';
import type { FileEdit } from '../../core/pull-request.js';
import type { FileEntry, RepositoryRow } from '../../core/repo.js';
import { REPOSITORY_SETTINGS_FILE, settingsIn } from '../../core/repository-settings.js';
import type { Settings } from '../../core/settings.js';
import { readStrictYaml } from '../../core/signing/strict-yaml.js';
import type { DatasetUrn } from '../../core/urn.js';
import type { AskingPorts, ForgePorts, RepoSource } from '../../ports.js';
import { loadFleet } from '../bootstrap.js';
import { hasOpenAnswers, keepAnswers } from '../look-up-tables.js';
import { committedIn } from '../start-fleet.js';
import { loadScan, type RepositoryScan, saveScan } from './repository-scan.js';

export type ScanResult = { readonly outcome: 'unchanged' | 'scanned' | 'skipped'; readonly because: string };

const MAX_TEXT = 1_000_000;
/** More datasets than a repository has. */
const MANIFESTS = 2000;

/**
 * Writes what this repository says and nothing of another one. A scan that dies half-way is made again: the row says "scanned"
 * last, once it is on disk that the fleet is to follow. An unchanged tree costs one look at the head; `force` scans it all the same.
 */
export async function scanOnForge(id: number, ports: AskingPorts, { force = false } = {}): Promise<ScanResult> {
  const { installations, objects } = ports;
  const row = await installations.repository(id);
  if (row?.state !== 'active') return skipped(`the repository is ${row?.state ?? 'not known'}`);
  const fleet = await loadFleet(objects);
  if (!fleet?.settings.enabled) return skipped('the organisation has switched Autopilot off');
  const head = (await ports.host.heads([row])).get(id);
  if (!head) return skipped('its default branch has no commit, or could not be read');
  const { scanned } = row;
  const before = fleet.settings.catalogs.length === 0 ? undefined : await loadScan(objects, id);
  // What a catalog did not say then it is asked again, although the code is the same.
  const isOpen = before !== undefined && hasOpenAnswers(before.facts);
  if (!force && !isOpen && scanned && (scanned.commit === head.commit || scanned.tree === head.tree)) {
    if (scanned.commit !== head.commit) await installations.noteScan(id, { ...scanned, ...head });
    return { outcome: 'unchanged', because: `${row.defaultBranch} holds what was scanned at ${scanned.at}` };
  }
  const source = await ports.host.source(row, head.commit);
  const listing = await source.list();
  const settings = settingsIn(fleet.settings, await textOf(source, listing, REPOSITORY_SETTINGS_FILE));
  if (!settings.ok) return skipped(settings.because);
  if (!settings.value.enabled) return skipped('the repository has switched Autopilot off');

  const said = await readRepository({ row, source, listing, settings: settings.value }, ports);
  const autonomy = decideAutonomy(await ports.host.rules(row), row.defaultBranch, settings.value.merge.method);
  await saveScan(objects, id, { ...said, facts: keepAnswers(said.facts, before?.facts), tree: head.tree });
  await installations.noteAutonomy(id, autonomy);
  await ports.ask.follow(id);
  await installations.noteScan(id, { ...head, at: ports.clock.now() });
  return { outcome: 'scanned', because: `it stands at ${head.commit.slice(0, 12)}, and what changed is taken up next` };
}

function skipped(because: string): ScanResult {
  return { outcome: 'skipped', because };
}

type Reading = {
  readonly row: RepositoryRow;
  readonly source: RepoSource;
  readonly listing: readonly FileEntry[];
  readonly settings: Settings;
};

async function readRepository({ row, source, listing, settings }: Reading, ports: ForgePorts): Promise<Omit<RepositoryScan, 'tree'>> {
  const facts = await ports.scan(source);
  const critical = await textOf(source, listing, CRITICAL_FILE);
  return {
    facts,
    committed: [...committedIn(await manifestsIn(source, listing, settings.folder), settings.folder)],
    critical: critical === undefined ? [] : criticalIn(critical, row.name),
  };
}

/** A list that cannot be read must not make a critical dataset an ordinary one. */
function criticalIn(text: string, repository: string): readonly DatasetUrn[] {
  const read = readStrictYaml(text, CRITICAL_FILE);
  const list = read.ok ? CriticalList.safeParse(read.value ?? []) : undefined;
  if (list?.success) return list.data;
  const what = `${CRITICAL_FILE} of ${repository} cannot be read.`;
  throw new ProblemError({ kind: 'usage', what, remedy: 'Mend it: until then nothing of this repository is decided.' });
}

/** A committed manifest names its dataset for ever: where not all can be read, none of the names is certain. */
async function manifestsIn(source: RepoSource, listing: readonly FileEntry[], folder: string): Promise<readonly FileEdit[]> {
  const entries = listing.filter(
    ({ path, size }) => path.startsWith(`${folder}/`) && path.endsWith(`/${DOCUMENTS.manifest}`) && size <= MAX_TEXT,
  );
  if (entries.length > MANIFESTS) {
    const what = `${source.name} holds ${entries.length} files ${DOCUMENTS.manifest} below ${folder}/, more than the ${MANIFESTS} that are read.`;
    throw new ProblemError({
      kind: 'usage',
      what,
      remedy: 'Take out those of no dataset: until then nothing of this repository is decided.',
    });
  }
  const files: FileEdit[] = [];
  for await (const { path, bytes } of source.read(entries)) files.push({ path, content: new TextDecoder().decode(bytes) });
  return files;
}

async function textOf(source: RepoSource, listing: readonly FileEntry[], path: string): Promise<string | undefined> {
  const entries = listing.filter((entry) => entry.path === path && entry.size <= MAX_TEXT);
  for await (const file of source.read(entries)) return new TextDecoder().decode(file.bytes);
  return undefined;
}
