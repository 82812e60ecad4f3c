/** A commit as a person makes it, of any kind of entry, without a work tree. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type PersonsFile = { readonly path: string; readonly content: string; readonly mode?: string };

/** On top of `parent`; `branch` points at it afterwards. */
export function personCommit(directory: string, branch: string, parent: string, files: readonly PersonsFile[]): string {
  const env = { ...process.env, GIT_INDEX_FILE: join(mkdtempSync(join(tmpdir(), 'autopilot-index-')), 'index') };
  const git = (args: readonly string[], input = '') =>
    execFileSync('git', ['-C', directory, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
      env,
      input,
      encoding: 'utf8',
    }).trim();
  git(['read-tree', parent]);
  for (const { path, content, mode = '100644' } of files) {
    const sha = mode === '160000' ? content : git(['hash-object', '-w', '--stdin'], content);
    git(['update-index', '--add', '--cacheinfo', `${mode},${sha},${path}`]);
  }
  const sha = git(['commit-tree', git(['write-tree']), '-p', parent, '-m', 'A change']);
  git(['update-ref', `refs/heads/${branch}`, sha]);
  return sha;
}
