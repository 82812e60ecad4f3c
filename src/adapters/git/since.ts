/** §14.2 Where a repository stood when it left a reference: the commit in common, renames since, and what git counts as its files. */
import { realpathSync } from 'node:fs';
import { ProblemError } from '../../core/problem.js';
import { git } from './run.js';

export type Since = {
  /** The commit that the reference and what is checked out have in common. */
  readonly commit: string;
  /** New path to old path, of files that were moved since and perhaps edited. */
  readonly renames: ReadonlyMap<string, string>;
  /** Paths of the folder that git tracks or would track; undefined for a bare repository, which has no folder. */
  readonly own: ReadonlySet<string> | undefined;
};

export async function sinceRef(folder: string, ref: string): Promise<Since> {
  const isBare = await rootOf(folder);
  const head = await commitOf(folder, 'HEAD');
  const base = await commitOf(folder, ref);
  const { code, stdout } = await git(folder, ['merge-base', base, head]);
  const commit = stdout.toString('utf8').trim();
  if (code !== 0 || commit === '')
    throw usage(
      `${ref} and what is checked out in ${folder} have no commit in common.`,
      'In a shallow clone, fetch the history first: `git fetch --unshallow`.',
    );
  return { commit, renames: await renamesBetween(folder, commit, head), own: isBare ? undefined : await ownPaths(folder) };
}

/** The work tree that a folder is only a part of; undefined for a whole one, for none, and for what git ignores there. */
export async function wholeOf(folder: string): Promise<string | undefined> {
  const top = await git(folder, ['rev-parse', '--show-toplevel']);
  const root = top.stdout.toString('utf8').trim();
  if (top.code !== 0 || root === realpathSync(folder)) return undefined;
  return (await git(folder, ['check-ignore', '--quiet', '.'])).code === 0 ? undefined : root;
}

export function insideWords(folder: string, root: string): string {
  return `${folder} is a folder inside the repository ${root}.`;
}

/** Whether it is bare; refuses what is no root of a repository. */
async function rootOf(folder: string): Promise<boolean> {
  const said = await git(folder, ['rev-parse', '--is-bare-repository', '--git-dir']);
  const [isBare, directory] = said.stdout.toString('utf8').trim().split('\n');
  if (said.code === 0 && isBare === 'true' && directory === '.') return true;
  const top = await git(folder, ['rev-parse', '--show-toplevel']);
  const root = top.stdout.toString('utf8').trim();
  if (top.code !== 0)
    throw usage(
      `${folder} is not in a git repository, so there is nothing to compare with.`,
      'Name the folder of a repository, or leave out --changed-since.',
    );
  if (root === realpathSync(folder)) return false;
  throw usage(insideWords(folder, root), `Name the whole repository: ${root}`);
}

async function commitOf(folder: string, ref: string): Promise<string> {
  const { code, stdout } = await git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (code === 0) return stdout.toString('utf8').trim();
  if (ref === 'HEAD') throw usage(`${folder} has no commit yet.`, 'Commit something first.');
  throw usage(
    `${JSON.stringify(ref)} is no commit, branch or tag of ${folder}.`,
    'Name one that `git rev-parse` knows, or fetch it first: `git fetch origin NAME`, then origin/NAME.',
  );
}

async function renamesBetween(folder: string, from: string, to: string): Promise<ReadonlyMap<string, string>> {
  const { code, stdout } = await git(folder, [
    'diff-tree',
    '-r',
    '-z',
    '-M',
    '-l200',
    '--diff-filter=R',
    '--name-status',
    '--no-ext-diff',
    from,
    to,
  ]);
  const words = code === 0 ? stdout.toString('utf8').split('\0') : [];
  const renames = new Map<string, string>();
  for (let index = 0; index + 2 < words.length; index += 3) renames.set(words[index + 2] ?? '', words[index + 1] ?? '');
  return renames;
}

async function ownPaths(folder: string): Promise<ReadonlySet<string>> {
  const { stdout } = await git(folder, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  return new Set(stdout.toString('utf8').split('\0'));
}

function usage(what: string, remedy: string): ProblemError {
  return new ProblemError({ kind: 'usage', what, remedy });
}
