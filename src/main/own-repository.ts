/** Whether a folder's git repository is its own: branches are made there, so nothing may lead to another repository. */
import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { git } from '../adapters/git/run.js';
import { ProblemError } from '../core/problem.js';

/** Refuses links and a `.git` file that points elsewhere, unless the repository there knows the folder as its work tree. */
export async function requireOwnRepository(directory: string): Promise<void> {
  const said = await git(directory, ['rev-parse', '--absolute-git-dir', '--git-common-dir', '--show-prefix']);
  const [gitDir = '', commonDir = ''] = said.stdout.toString('utf8').split('\n');
  const common = realpathSync(resolve(directory, commonDir));
  const dotGit = join(workTreeOf(gitDir, directory), '.git');
  const isPlain = kindOf(dotGit) !== 'link' && (isSame(common, dotGit) || isSame(common, directory));
  const isKnown = kindOf(dotGit) === 'file' && knows(gitDir, common, dotGit);
  const isWhole = ['refs', 'objects', 'HEAD', 'packed-refs'].every((name) => kindOf(join(common, name)) !== 'link');
  if (said.code === 0 && isWhole && (isPlain || isKnown)) return;
  throw new ProblemError({
    kind: 'usage',
    what: `${directory} leads to another repository (${common}), and branches would be made there.`,
    remedy: 'Name that repository itself, or a work tree made with `git worktree add`.',
  });
}

/** The folder that holds `.git`: the one that was named, or one above it. */
function workTreeOf(gitDir: string, directory: string): string {
  for (let at = resolve(directory); ; at = resolve(at, '..')) {
    if (kindOf(join(at, '.git')) !== 'nothing') return at;
    if (at === resolve(at, '..')) return resolve(gitDir, '..');
  }
}

/** A linked work tree lies in `worktrees/` and names the `.git` file it belongs to; both are written by git itself. */
function knows(gitDir: string, common: string, dotGit: string): boolean {
  try {
    const isLinked = realpathSync(resolve(gitDir, '..')) === join(common, 'worktrees');
    return isLinked && isSame(readFileSync(join(gitDir, 'gitdir'), 'utf8').trim(), dotGit);
  } catch {
    return false;
  }
}

function isSame(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}

function kindOf(path: string): 'link' | 'file' | 'folder' | 'nothing' {
  try {
    const entry = lstatSync(path);
    if (entry.isSymbolicLink()) return 'link';
    return entry.isDirectory() ? 'folder' : 'file';
  } catch {
    return 'nothing';
  }
}
