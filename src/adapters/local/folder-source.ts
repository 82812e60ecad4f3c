/** A folder as it stands as a `RepoSource`. Links are not followed; what tools installed, and what git ignores, is not the repository's own. */
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  type Stats,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import type { FileEntry, SourceFile, UnlistedFolder } from '../../core/repo.js';
import type { RepoSource } from '../../ports.js';
import { blobId } from '../git/blob-id.js';
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
  const marks: Marks = new Map();
  let unlisted: readonly UnlistedFolder[] = [];
  return {
    name: basename(root),
    commit: await headOf(root),
    list: async () => {
      const listed = listFolder(root, await ignoredIn(root), marks);
      unlisted = listed.unlisted;
      return listed.files;
    },
    unlisted: () => unlisted,
    read: (files) => readFiles(root, files, marks),
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

function notReadable(path: string, why: string): ProblemError {
  return new ProblemError({
    kind: 'usage',
    what: `${path} cannot be listed (${why}).`,
    remedy: 'Let this user read the folder, or name another one.',
  });
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

/** What a file looked like when it was listed. */
type Marks = Map<string, string>;

type Listed = { readonly files: readonly FileEntry[]; readonly unlisted: readonly UnlistedFolder[] };

/** Sizes alone: of what a folder holds beside code, most is never read. A folder that may not be looked into takes no other with it. */
function listFolder(root: string, ignored: ReadonlySet<string>, marks: Marks): Listed {
  const entries: FileEntry[] = [];
  const unlisted: UnlistedFolder[] = [];
  const open: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  marks.clear();
  while (open.length > 0) {
    const folder = open.pop();
    if (!folder) break;
    const inside = entriesOf(join(root, folder.path));
    if (typeof inside === 'string') {
      if (folder.path === '') throw notReadable(root, inside);
      unlisted.push({ path: folder.path, why: inside });
      continue;
    }
    for (const entry of inside) {
      const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
      const isWalked = entry.isDirectory() && !SKIPPED.has(entry.name) && folder.depth < MAX_DEPTH && !ignored.has(`${path}/`);
      if (isWalked) open.push({ path, depth: folder.depth + 1 });
      if (entry.isFile() && !ignored.has(path)) entries.push(listFile(root, path, marks));
    }
  }
  return { files: entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)), unlisted };
}

/** What lies in a folder, or what the system calls the reason why nobody can see it. */
function entriesOf(folder: string): readonly Dirent[] | string {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Of a file in a folder that may be listed and not entered nothing is known; reading it will say so. */
function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function listFile(root: string, path: string, marks: Marks): FileEntry {
  const stats = statsOf(`${root}/${path}`);
  if (stats) marks.set(path, markOf(stats));
  return { path, sha: '', size: stats?.size ?? 0 };
}

function markOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

/** Grows to the largest file: what was read belongs to the reader until the next one. */
type Room = { bytes: Buffer };

/** No link at the last step either: a file may have been changed into one since it was listed. */
function readBytes(path: string, mark: string | undefined, room: Room): Buffer | undefined {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(descriptor);
      // What changed since the listing is not that file any more.
      if (!stats.isFile() || stats.size > MAX_READ || (mark !== undefined && mark !== markOf(stats))) return undefined;
      if (room.bytes.length < stats.size) room.bytes = Buffer.allocUnsafeSlow(Math.max(stats.size, 2 * room.bytes.length));
      let done = 0;
      while (done < stats.size) {
        const read = readSync(descriptor, room.bytes, done, stats.size - done, done);
        if (read === 0) break;
        done += read;
      }
      return room.bytes.subarray(0, done);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

async function* readFiles(root: string, files: readonly FileEntry[], marks: Marks): AsyncGenerator<SourceFile> {
  const room: Room = { bytes: Buffer.allocUnsafeSlow(256 * 1024) };
  for (const { path } of files) {
    const bytes = readBytes(`${root}/${path}`, marks.get(path), room);
    if (bytes) yield { path, sha: blobId(bytes), size: bytes.length, bytes };
  }
}
