/** A commit of a repository, bare or not, as a `RepoSource`: one listing, then one `cat-file --batch` for the bytes. */
import { basename } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import type { FileEntry, SourceFile } from '../../core/repo.js';
import type { RepoSource } from '../../ports.js';
import { isBlob } from './blob-id.js';
import { git, gitText } from './run.js';

const CHUNK = 500;
const CHUNK_BYTES = 32 * 1024 * 1024;
/** Larger blobs are listed, and never read: 1.5 GB of zeros are a clone of 1.7 MB. */
const MAX_BLOB = 64 * 1024 * 1024;
/** The line above each answer. */
const HEADER = 200;

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
    // Git says BAD for the size of a blob that is not there; reading will say so.
    const match = /^100(?:644|755) blob ([0-9a-f]{40,64}) +(\d+|BAD|-)\t([\s\S]+)$/.exec(row);
    if (match?.[1] && match[2] && match[3]) entries.push({ sha: match[1], size: Number(match[2]) || 0, path: match[3] });
  }
  return entries;
}

/**
 * The bytes belong to the answer. A blob that is missing, larger than anything that is read, or not what its name
 * stands for is left out.
 */
export async function* readBlobs(folder: string, files: readonly FileEntry[]): AsyncGenerator<SourceFile> {
  for (const chunk of chunksOf(await withSizes(folder, files))) {
    const maxBytes = chunk.reduce((sum, { size }) => sum + size + HEADER, 0);
    const { code, stdout, stderr } = await git(folder, ['cat-file', '--batch', '--buffer'], {
      input: chunk.map(({ entry }) => `${entry.sha}\n`).join(''),
      maxBytes,
    });
    if (code !== 0) throw unreadable(folder, stderr);
    yield* splitBatch(
      stdout,
      chunk.map(({ entry }) => entry),
    );
  }
}

type Sized = { readonly entry: FileEntry; readonly size: number };

/** Sizes as git knows them, from a look at the headers where the caller has none. */
async function withSizes(folder: string, files: readonly FileEntry[]): Promise<readonly Sized[]> {
  const unknown = files.filter(({ size }) => !(size > 0));
  if (unknown.length === 0) return files.map((entry) => ({ entry, size: entry.size }));
  const input = unknown.map(({ sha }) => `${sha}\n`).join('');
  const { code, stdout, stderr } = await git(folder, ['cat-file', '--batch-check', '--buffer'], { input });
  if (code !== 0) throw unreadable(folder, stderr);
  const sizes = new Map(
    [...stdout.toString('latin1').matchAll(/^([0-9a-f]+) \w+ (\d+)$/gm)].map(([, sha = '', size]) => [sha, Number(size)]),
  );
  return files.map((entry) => ({ entry, size: entry.size > 0 ? entry.size : (sizes.get(entry.sha) ?? 0) }));
}

function chunksOf(files: readonly Sized[]): readonly (readonly Sized[])[] {
  const chunks: Sized[][] = [];
  let bytes = 0;
  for (const file of files) {
    if (file.size > MAX_BLOB) continue;
    const last = chunks.at(-1);
    if (last && last.length < CHUNK && bytes + file.size <= CHUNK_BYTES) {
      last.push(file);
      bytes += file.size;
    } else {
      chunks.push([file]);
      bytes = file.size;
    }
  }
  return chunks;
}

function unreadable(folder: string, stderr: string): ProblemError {
  const what = `git cat-file failed in ${folder}: ${stderr.trim().split('\n')[0] ?? 'no message'}.`;
  return new ProblemError({ kind: 'world', what, remedy: 'Run `git fsck` there, mend what it names and try again.' });
}

/** `<sha> <type> <size>\n<bytes>\n`, in the order asked for; `<sha> missing\n` where an object is absent. */
function* splitBatch(output: Buffer, files: readonly FileEntry[]): Generator<SourceFile> {
  let at = 0;
  for (const file of files) {
    const end = output.indexOf(10, at);
    const header = /^[0-9a-f]+ (\w+) (\d+)$/.exec(output.toString('latin1', at, end));
    at = end + 1;
    if (!header?.[2]) continue;
    const size = Number(header[2]);
    const bytes = output.subarray(at, at + size);
    // What is no blob (a commit of a submodule) is passed over, not taken for the next file.
    at += size + 1;
    // Git hands out a loose object under the name of its file, whatever is in it.
    if (header[1] === 'blob' && isBlob(file.sha, bytes)) yield { ...file, bytes };
  }
}
