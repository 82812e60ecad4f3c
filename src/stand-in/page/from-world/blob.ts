/** A file of a repository as its page shows it: text of a bounded size. */
import type { Repository } from '../../state/repositories.js';
import type { BlobView } from '../view.js';

const MOST_BYTES = 500_000;
const MOST_LINES = 5_000;
/** A branch may have slashes in its name; nobody's has more. */
const MOST_PARTS_OF_A_REF = 6;

export async function blobView({ owner, name, git }: Repository, place: string): Promise<BlobView | undefined> {
  const parts = place.split('/');
  for (let count = 1; count < Math.min(parts.length, MOST_PARTS_OF_A_REF + 1); count += 1) {
    const [ref, path] = [parts.slice(0, count).join('/'), parts.slice(count).join('/')];
    const commit = await git.resolve(ref);
    if (commit === undefined) continue;
    const entry = await git.entryAt(await git.treeOf(commit), path);
    const blob = entry && (await git.objects.blob(entry.sha));
    return blob && { repository: `${owner.login}/${name}`, ref, path, bytes: blob.length, ...shownOf(blob) };
  }
  return undefined;
}

function shownOf(blob: Buffer): Pick<BlobView, 'lines' | 'isCut'> {
  if (blob.includes(0)) return { lines: undefined, isCut: false };
  const lines = blob.subarray(0, MOST_BYTES).toString('utf8').replace(/\n$/, '').split(/\r?\n/);
  return { lines: lines.slice(0, MOST_LINES), isCut: blob.length > MOST_BYTES || lines.length > MOST_LINES };
}
