/** A local git repository as forge: objects and references only, never the work tree, the index or a checked-out branch. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import type { ChangedFile, FileEdit } from '../../core/pull-request.js';
import type { Forge } from '../../ports.js';
import { readBlobs } from './git-source.js';
import { git, gitText } from './run.js';

export type RefObserver = (phase: 'before' | 'after', effect: string) => void;
export type ForgeOptions = { readonly repository: string; readonly directory: string; readonly observe?: RefObserver };

const AUTHOR = { name: 'Autopilot', email: 'autopilot@signal-factory.invalid' };

export function createGitForge({ repository, directory, observe = () => undefined }: ForgeOptions): Forge {
  const head = (branch: string): Promise<string | undefined> => branchHead(directory, branch);
  return {
    repository,
    head,
    readFolder: (commit, folder) => readFolder(directory, commit, folder),
    commit: async (parent, files, message, at) => {
      const tree = await withIndex(directory, parent, async (env) => {
        const entries = await Promise.all(files.map((file) => indexEntry(directory, file)));
        await gitText(directory, ['update-index', '-z', '--index-info'], { env, input: entries.join('') });
        return gitText(directory, ['write-tree'], { env });
      });
      return { sha: await commitTree(directory, tree, [parent], message, at), tree };
    },
    changed: async (from, to) => readChanged(directory, await gitText(directory, ['merge-base', from, to]), to),
    contains: async (branch, commit) => (await git(directory, ['merge-base', '--is-ancestor', commit, `refs/heads/${branch}`])).code === 0,
    point: async (branch, sha, expected) => {
      const standing = await head(branch);
      if (standing === sha) return { done: true };
      if (standing !== expected) return { done: false, head: standing };
      await refuseCheckedOut(directory, branch);
      observe('before', `branch ${branch}`);
      const result = await git(directory, ['update-ref', '--no-deref', `refs/heads/${branch}`, sha, expected ?? '0'.repeat(sha.length)]);
      observe('after', `branch ${branch}`);
      if (result.code === 0) return { done: true };
      const now = await head(branch);
      if (now === expected) {
        throw new ProblemError(
          {
            kind: 'world',
            what: `git could not move ${branch} in ${directory}: ${firstLine(result.stderr)}.`,
            remedy: 'Free what it names and run again.',
          },
          { retry: true },
        );
      }
      return { done: false, head: now };
    },
  };
}

async function branchHead(directory: string, branch: string): Promise<string | undefined> {
  const result = await git(directory, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`]);
  // 1 says that there is no such branch; anything else that there was no repository to ask.
  if (result.code > 1) throw unreadable(directory, result.stderr);
  return result.code === 0 ? result.stdout.toString('utf8').trim() : undefined;
}

/**
 * A commit that joins `theirs` into `ours`, or the paths that both changed; nothing is written then. The same arguments
 * give the same SHA.
 */
export async function joinCommits(
  directory: string,
  { ours, theirs }: { readonly ours: string; readonly theirs: string },
  message: string,
  at: string,
): Promise<{ readonly sha: string } | { readonly conflicts: readonly string[] }> {
  const base = await gitText(directory, ['merge-base', ours, theirs]);
  const merged = await withIndex(directory, undefined, async (env) => {
    await gitText(directory, ['read-tree', '-i', '-m', '--aggressive', base, ours, theirs], { env });
    const unmerged = await gitText(directory, ['ls-files', '-u', '-z'], { env });
    const conflicts = [...new Set(unmerged.split('\0').flatMap((entry) => entry.split('\t')[1] ?? []))];
    return conflicts.length > 0 ? { conflicts } : { tree: await gitText(directory, ['write-tree'], { env }) };
  });
  return merged.tree === undefined
    ? { conflicts: merged.conflicts }
    : { sha: await commitTree(directory, merged.tree, [ours, theirs], message, at) };
}

function firstLine(stderr: string): string {
  return (stderr.trim().split('\n')[0] ?? 'no message').replace(/^(?:fatal|error): /, '').replace(/(?<![.:])[.:]+$/, '');
}

function unreadable(directory: string, stderr: string): ProblemError {
  return new ProblemError(
    {
      kind: 'world',
      what: `The repository ${directory} cannot be read: ${firstLine(stderr)}.`,
      remedy: 'Put it back where it was, or run `sf bootstrap run` with its new folder.',
    },
    { retry: true },
  );
}

async function readChanged(directory: string, from: string, to: string): Promise<readonly ChangedFile[]> {
  const raw = await gitText(directory, ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--no-ext-diff', from, to]);
  const rows = [...raw.matchAll(/:\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) [A-Z]\d*\0([^\0]+)\0/g)];
  const entries = rows.map(([, mode = '', sha = '', path = '']) => ({ mode, sha, path, size: 0 }));
  const contents = new Map<string, string>();
  const blobs = entries.filter(({ mode }) => mode === '100644' || mode === '100755' || mode === '120000');
  for await (const { path, bytes } of readBlobs(directory, blobs)) contents.set(path, Buffer.from(bytes).toString('utf8'));
  // A submodule is no content of this repository; its commit stands for it.
  return entries.map(({ mode, sha, path }) => ({ mode, path, content: contents.get(path) ?? sha }));
}

async function readFolder(directory: string, commit: string, folder: string): Promise<readonly FileEdit[]> {
  const listing = await gitText(directory, ['ls-tree', '-r', '-z', '-l', commit, '--', `${folder}/`]);
  const entries = listing.split('\0').flatMap((row) => {
    // Whatever lies there counts, links too: what is judged is all that would be merged.
    const match = /^\d+ (\w+) ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(row);
    return match?.[2] && match[4] ? [{ type: match[1], sha: match[2], size: Number(match[3]), path: match[4] }] : [];
  });
  if (entries.length === 0) return [];
  // A submodule is no content of this repository; its commit stands for it.
  const contents = new Map(entries.flatMap(({ type, path, sha }) => (type === 'blob' ? [] : [[path, sha] as const])));
  const blobs = entries.filter(({ type }) => type === 'blob');
  for await (const { path, bytes } of readBlobs(directory, blobs)) contents.set(path, Buffer.from(bytes).toString('utf8'));
  if (contents.size === entries.length) return entries.map(({ path }) => ({ path, content: contents.get(path) ?? '' }));
  throw new ProblemError({
    kind: 'world',
    what: `${folder} holds a file in ${directory} that cannot be read, or is not what its name in git stands for.`,
    remedy: 'Run `git fsck` there, and take very large files out of that folder.',
  });
}

/** An index file of our own, so that the repository's index is not touched; `base` is read into it first. */
async function withIndex<T>(
  directory: string,
  base: string | undefined,
  work: (env: { readonly GIT_INDEX_FILE: string }) => Promise<T>,
): Promise<T> {
  const env = { GIT_INDEX_FILE: join(tmpdir(), `autopilot-index-${randomBytes(8).toString('hex')}`) };
  try {
    if (base) await gitText(directory, ['read-tree', base], { env });
    return await work(env);
  } finally {
    await rm(env.GIT_INDEX_FILE, { force: true });
  }
}

async function indexEntry(directory: string, file: FileEdit): Promise<string> {
  const blob = await gitText(directory, ['hash-object', '-w', '--no-filters', '--stdin'], { input: file.content });
  return `100644 ${blob}\t${file.path}\0`;
}

function commitTree(directory: string, tree: string, parents: readonly string[], message: string, at: string): Promise<string> {
  const date = `${Math.floor(Date.parse(at) / 1000)} +0000`;
  const env = {
    GIT_AUTHOR_NAME: AUTHOR.name,
    GIT_AUTHOR_EMAIL: AUTHOR.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: AUTHOR.name,
    GIT_COMMITTER_EMAIL: AUTHOR.email,
    GIT_COMMITTER_DATE: date,
  };
  const parentArguments = parents.flatMap((parent) => ['-p', parent]);
  return gitText(directory, ['commit-tree', tree, ...parentArguments, '-F', '-'], { input: message, env });
}

/** Moving a branch that somebody has checked out would make their work tree look changed. */
async function refuseCheckedOut(directory: string, branch: string): Promise<void> {
  const worktrees = await gitText(directory, ['worktree', 'list', '--porcelain']);
  const holder = worktrees.split('\n\n').find((entry) => entry.split('\n').includes(`branch refs/heads/${branch}`));
  if (!holder) return;
  const place = holder.split('\n')[0]?.replace(/^worktree /, '');
  throw new ProblemError(
    { kind: 'world', what: `The branch ${branch} is checked out in ${place}.`, remedy: 'Switch to another branch there and run again.' },
    { retry: true },
  );
}
