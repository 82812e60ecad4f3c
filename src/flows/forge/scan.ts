/** §4.3, §8.1 scans a repository of the forge where its default branch moved; the fleet follows in a task of its own. */
import { decideAutonomy } from '../../core/decide/autonomy.js';
import type { AskingPorts } from '../../ports.js';
import { loadFleet } from '../bootstrap.js';
import { hasOpenAnswers, keepAnswers } from '../look-up-tables.js';
import { saveUnread } from './not-started.js';
import { loadScan, saveScan } from './repository-scan.js';
import { readWords } from './written-words.js';

export type ScanResult = { readonly outcome: 'unchanged' | 'scanned' | 'skipped'; readonly because: string };

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
  const before = await loadScan(objects, id);
  // What a catalog did not say then it is asked again, although the code is the same; so is a scan made again that cannot be read.
  const isOpen = before === undefined || (fleet.settings.catalogs.length > 0 && hasOpenAnswers(before.facts));
  if (!force && !isOpen && scanned && (scanned.commit === head.commit || scanned.tree === head.tree)) {
    if (scanned.commit !== head.commit) await installations.noteScan(id, { ...scanned, ...head });
    return { outcome: 'unchanged', because: `${row.defaultBranch} holds what was scanned at ${scanned.at}` };
  }
  const source = await ports.host.source(row, head.commit);
  const words = await readWords({ source, listing: await source.list() }, fleet.settings);
  await saveUnread(objects, row, words.kind === 'unread' ? words : undefined);
  if (words.kind === 'unread') return skipped(`${words.because}, and until it can be read nothing of this repository is decided`);
  if (words.kind === 'off') return skipped('the repository has switched Autopilot off');

  const { settings, committed, critical } = words;
  const facts = keepAnswers(await ports.scan(source), before?.facts);
  const autonomy = decideAutonomy(await ports.host.rules(row), row.defaultBranch, settings.merge.method);
  await saveScan(objects, id, { facts, committed, critical, tree: head.tree });
  await installations.noteAutonomy(id, autonomy);
  await ports.ask.follow(id);
  await installations.noteScan(id, { ...head, at: ports.clock.now() });
  return { outcome: 'scanned', because: `it stands at ${head.commit.slice(0, 12)}, and what changed is taken up next` };
}

function skipped(because: string): ScanResult {
  return { outcome: 'skipped', because };
}
