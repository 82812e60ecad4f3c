/** The files that differ between two trees, as GitHub lists them: status, counts and patch. */
import { gitText } from '../../adapters/git/run.js';
import type { GitRepository } from './repository.js';

export type FileStatus = 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
export type FileChange = {
  readonly path: string;
  readonly previousPath?: string;
  readonly status: FileStatus;
  readonly sha: string;
  readonly mode: string;
  readonly additions: number;
  readonly deletions: number;
  readonly binary: boolean;
};

const STATUS: Readonly<Record<string, FileStatus>> = { A: 'added', D: 'removed', M: 'modified', R: 'renamed', T: 'changed' };

export async function filesBetween(repository: GitRepository, before: string, after: string): Promise<readonly FileChange[]> {
  if (before === after) return [];
  const options = ['diff-tree', '-r', '-M', '-z', '--no-commit-id', '--raw', '--numstat', before, after];
  const fields = (await repository.fact(options)).toString('utf8').split('\0');
  const raw: Omit<FileChange, 'additions' | 'deletions' | 'binary'>[] = [];
  let at = 0;
  for (; fields[at]?.startsWith(':'); ) {
    const [oldMode = '', newMode = '', oldSha = '', newSha = '', letter = ''] = (fields[at] ?? '').slice(1).split(' ');
    const status = STATUS[letter.charAt(0)] ?? 'changed';
    const first = fields[at + 1] ?? '';
    const renamed = status === 'renamed';
    const gone = status === 'removed';
    raw.push({
      path: renamed ? (fields[at + 2] ?? '') : first,
      ...(renamed ? { previousPath: first } : {}),
      status,
      sha: gone ? oldSha : newSha,
      mode: gone ? oldMode : newMode,
    });
    at += renamed ? 3 : 2;
  }
  return raw.map((file) => {
    const [additions = '0', deletions = '0', path] = (fields[at] ?? '').split('\t');
    at += path === '' ? 3 : 1;
    return { ...file, additions: Number(additions) || 0, deletions: Number(deletions) || 0, binary: additions === '-' };
  });
}

/** The hunks of one file, without the header lines of git. */
export async function patchOf(repository: GitRepository, before: string, after: string, file: FileChange): Promise<string | undefined> {
  if (file.binary || before === after) return undefined;
  const paths = file.previousPath === undefined ? [file.path] : [file.previousPath, file.path];
  const text = (await repository.fact(['diff-tree', '-p', '-M', '--no-commit-id', before, after, '--', ...paths])).toString('utf8');
  const start = text.indexOf('\n@@ ');
  return start < 0 ? undefined : text.slice(start + 1).replace(/\n$/, '');
}

export async function unifiedDiff(repository: GitRepository, before: string, after: string): Promise<string> {
  return `${await gitText(repository.directory, ['diff-tree', '-p', '-M', '--no-commit-id', before, after])}\n`;
}
