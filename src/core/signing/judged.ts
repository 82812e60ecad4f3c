/** decision 0001 the judged content: the files of a pull request, comments included, without `security.signature*`. */
import type { FileEdit } from '../pull-request.js';
import { canonicalText, sha256 } from './digest.js';
import { detachSignature } from './signature-lines.js';

const POLICY_FILE = /(?:^|\/)policy_bundle\.yaml$/;

/** Equal before and after signing; different after any other change of a file, its path or the set of files. */
export function judgedDigest(files: readonly FileEdit[]): string {
  const rows = files.map(({ path, content }) => [path, sha256(POLICY_FILE.test(path) ? detachSignature(content) : content)]);
  return sha256(canonicalText(rows.sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0))));
}
