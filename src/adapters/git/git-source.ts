/** A commit of a repository, bare or not, as a `RepoSource`: one listing, then one `cat-file --batch` for the bytes. */
import { basename } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import type { FileEntry, SourceFile } from '../../core/repo.js';
import type { RepoSource } from '../../ports.js';
import { git, gitText } from './run.js';

const CHUNK = 500;

export async function openGitSource(folder: string, ref = 'HEAD', name = basename(folder).replace(/\.git$/, '')): Promise<RepoSource> {
  const commit = await gitText(folder, ['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`]);
  return { name, commit, list: () => listCommit(folder, commit), read: (files) => readBlobs(folder, files) };
}

/** The folder itself is a bare repository, not one above it. */
export async function isBare(folder: string): Promise<boolean> {
  const said = await git(folder, ['rev-parse', '--is-bare-repository', '--git-dir']);
  return said.code === 0 && said.stdout.toString('utf8').trim() === 'true\n.';
}

async function listCommit(folder: string, commit: string): Promise<readonly FileEntry[]> {
  const listing = await gitText(folder, ['ls-tree', '-r', '-z', '-l', '--full-tree', commit]);
  const entries: FileEntry[] = [];
  for (const row of listing.split('\0')) {
    // Links (mode 120000) and submodules (160000) are no files of this repository.
    const match = /^100(?:644|755) blob ([0-9a-f]{40,64}) +(\d+)\t([\s\S]+)$/.exec(row);
    if (match?.[1] && match[2] && match[3]) entries.push({ sha: match[1], size: Number(match[2]), path: match[3] });
  }
  return entries;
}

/** The bytes belong to the answer; a blob that is not there is left out. */
export async function* readBlobs(folder: string, files: readonly FileEntry[]): AsyncGenerator<SourceFile> {
  for (let at = 0; at < files.length; at += CHUNK) {
    const chunk = files.slice(at, at + CHUNK);
    const { code, stdout, stderr } = await git(folder, ['cat-file', '--batch', '--buffer'], {
      input: chunk.map((file) => `${file.sha}\n`).join(''),
    });
    if (code !== 0) throw unreadable(folder, stderr);
    yield* splitBatch(stdout, chunk);
  }
}

function unreadable(folder: string, stderr: string): ProblemError {
  const what = `git cat-file failed in ${folder}: ${stderr.trim().split('\n')[0] ?? 'no message'}.`;
  return new ProblemError({ kind: 'world', what, remedy: 'Run `git fsck` there, mend what it names and try again.' });
}

/** `<sha> blob <size>\n<bytes>\n`, in the order asked for; `<sha> missing\n` where a blob is absent. */
function* splitBatch(output: Buffer, files: readonly FileEntry[]): Generator<SourceFile> {
  let at = 0;
  for (const file of files) {
    const end = output.indexOf(10, at);
    const header = /^[0-9a-f]+ blob (\d+)$/.exec(output.toString('latin1', at, end));
    at = end + 1;
    if (!header?.[1]) continue;
    const size = Number(header[1]);
    yield { ...file, bytes: output.subarray(at, at + size) };
    at += size + 1;
  }
}
