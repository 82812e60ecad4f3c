/** A folder as it stands as a `RepoSource`. Links are not followed; what tools installed, and what git ignores, is not the repository's own. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync, realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import type { FileEntry, SourceFile } from '../../core/repo.js';
import type { RepoSource } from '../../ports.js';
import { blobId, isBlob } from '../git/blob-id.js';
import { git } from '../git/run.js';

const SKIPPED = new Set([
  '.git',
  'node_modules',
  '.venv',
  'venv',
  'site-packages',
  '__pycache__',
  '.tox',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
]);
/** Larger files are listed, and never read. */
const MAX_READ = 64 * 1024 * 1024;
const MAX_DEPTH = 60;
/** What a repository ignores is its own text: rules that take longer say nothing. */
const IGNORED_MS = 5_000;

/** Below a folder that is not looked into. */
export function isSkipped(path: string): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some((folder) => SKIPPED.has(folder));
}

export async function openFolderSource(folder: string): Promise<RepoSource> {
  const root = realRoot(folder);
  return {
    name: basename(root),
    commit: await headOf(root),
    list: async () => listFolder(root, await ignoredIn(root)),
    read: (files) => readFiles(root, files),
  };
}

function realRoot(folder: string): string {
  const root = resolve(folder);
  try {
    if (lstatSync(realpathSync(root)).isDirectory()) return realpathSync(root);
  } catch {
    throw notAFolder(root);
  }
  throw notAFolder(root);
}

function notAFolder(path: string): ProblemError {
  return new ProblemError({ kind: 'usage', what: `${path} is not a folder.`, remedy: 'Name the folder of a repository.' });
}

/** The commit that is checked out, when the folder is the root of a work tree. */
async function headOf(root: string): Promise<string | null> {
  const top = await git(root, ['rev-parse', '--show-toplevel']);
  if (top.code !== 0 || top.stdout.toString('utf8').trim() !== root) return null;
  const head = await git(root, ['rev-parse', '--verify', 'HEAD']);
  return head.code === 0 ? head.stdout.toString('utf8').trim() : null;
}

/**
 * What git would never commit, as paths from here; folders that are ignored whole end with a slash. Nothing where the folder is in
 * no work tree, or was itself named although it is ignored: then it is what somebody wants to see.
 */
async function ignoredIn(root: string): Promise<ReadonlySet<string>> {
  const named = await git(root, ['check-ignore', '--quiet', '.'], { maxMs: IGNORED_MS }).catch(() => undefined);
  if (named === undefined || named.code === 0) return new Set();
  const said = await git(root, ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'], {
    maxMs: IGNORED_MS,
  }).catch(() => undefined);
  // Without an answer nothing is left out.
  return new Set(said?.code === 0 ? said.stdout.toString('utf8').split('\0') : []);
}

/** The blob id needs the bytes, so a listing reads each file once; reading is a seventh of the cost of a scan. */
function listFolder(root: string, ignored: ReadonlySet<string>): FileEntry[] {
  const entries: FileEntry[] = [];
  const open: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  while (open.length > 0) {
    const folder = open.pop();
    if (!folder) break;
    for (const entry of readdirSync(join(root, folder.path), { withFileTypes: true })) {
      const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
      const isWalked = entry.isDirectory() && !SKIPPED.has(entry.name) && folder.depth < MAX_DEPTH && !ignored.has(`${path}/`);
      if (isWalked) open.push({ path, depth: folder.depth + 1 });
      if (entry.isFile() && !ignored.has(path)) entries.push(listFile(root, path));
    }
  }
  return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Stands for bytes that nobody read: a file that is too large, or that may not be opened. */
const UNREAD = '0'.repeat(40);

function listFile(root: string, path: string): FileEntry {
  const read = readBytes(join(root, path));
  if (read === undefined) return { path, sha: UNREAD, size: 0 };
  return typeof read === 'number' ? { path, sha: UNREAD, size: read } : { path, sha: blobId(read), size: read.length };
}

/** The bytes, or the size of what is too large. No link at the last step either: a file may have been changed into one since it was listed. */
function readBytes(path: string): Buffer | number | undefined {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { size } = fstatSync(descriptor);
      if (size > MAX_READ) return size;
      const bytes = Buffer.allocUnsafe(size);
      let done = 0;
      while (done < size) {
        const read = readSync(descriptor, bytes, done, size - done, done);
        if (read === 0) break;
        done += read;
      }
      return bytes.subarray(0, done);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

async function* readFiles(root: string, files: readonly FileEntry[]): AsyncGenerator<SourceFile> {
  for (const file of files) {
    const bytes = readBytes(join(root, file.path));
    // Facts are kept under the name of the bytes: what changed since the listing is not that file any more.
    if (typeof bytes === 'object' && isBlob(file.sha, bytes)) yield { ...file, bytes };
  }
}
