/** §8.3 looks back at the merges of ours in a repository: what they did to the base branch is noted before the next one is judged. */
import type { BootstrapRecord, Setback } from '../../core/artifacts/bootstrap-record.js';
import { repositoryFolder } from '../../core/document-keys.js';
import { forgeKey } from '../../core/forge-key.js';
import { isWatched, mergedAloneAt } from '../../core/merge-gate/our-merges.js';
import { decideSetbacks } from '../../core/merge-gate/setbacks.js';
import type { ForgePorts } from '../../ports.js';
import { loadFleet, note, repositoryKey } from '../bootstrap.js';

type Needs = Pick<ForgePorts, 'records' | 'objects' | 'pullRequests' | 'clock'>;

/**
 * Returns how many setbacks are new. Noting one twice writes once: a merge has one of each kind. With a `head` only the merge
 * that is that commit; what is seen on later commits is found by the next push or the hourly sweep.
 */
export async function watchMerges(repository: number, ports: Needs, head?: string): Promise<number> {
  const folder = (await loadFleet(ports.objects))?.settings.folder;
  if (folder === undefined) return 0;
  let found = 0;
  for (const record of await ports.records.inRepository(forgeKey(repository))) {
    if (!isWatched(record, ports.clock.now()) || (head !== undefined && record.pull_request?.merged_as !== head)) continue;
    found += await watch(record, folder, ports);
  }
  return found;
}

async function watch(record: BootstrapRecord, folder: string, ports: Needs): Promise<number> {
  const { pull_request: request, repository = '', dataset_urn: urn } = record;
  const at = mergedAloneAt(record);
  if (!request?.merged_as || !request.base_branch || !request.number || at === undefined) return 0;
  const { merged_as: sha, base_branch: base, base_sha: madeOn, number } = request;
  const pulls = ports.pullRequests(repositoryKey(record));
  const aftermath = await pulls.aftermath(base, { merge: sha, madeOn, folder: repositoryFolder(folder, urn) });
  if (!aftermath) return 0;
  const known = record.setbacks ?? [];
  const now = ports.clock.now();
  const fresh = decideSetbacks(aftermath, { sha, at, repository, number }, now).filter(
    ({ kind, merge }) => !known.some((each) => each.kind === kind && each.merge === merge),
  );
  if (fresh.length === 0) return 0;
  const intention = fresh.map(words).join('; ');
  await note(ports.records, record, { ...record, setbacks: [...known, ...fresh] }, { at: now, intention });
  return fresh.length;
}

function words({ kind, merge, commit, check }: Setback): string {
  const [ours, theirs] = [merge.slice(0, 12), commit.slice(0, 12)];
  return kind === 'reverted' ? `our merge ${ours} was taken back by ${theirs}` : `after our merge ${ours}, ${check} failed on ${theirs}`;
}
