/** Commits, trees' ends and references as the REST API shows them. */

import { notFound } from '../errors.js';
import type { FileChange } from '../git/diff.js';
import { filesBetween, patchOf } from '../git/diff.js';
import { EMPTY_TREE, type GitCommit, type Identity } from '../git/objects.js';
import { changedPaths, type PathStatus } from '../git/walk.js';
import type { JsonObject } from '../json.js';
import type { Account } from '../state/accounts.js';
import type { Repository } from '../state/repositories.js';
import { nodeIdOf, type World } from '../state/world.js';
import { userJson } from './accounts.js';
import { pageUrl, repoUrl } from './links.js';

export async function commitAt(repository: Repository, sha: string): Promise<GitCommit> {
  const commit = await repository.git.objects.commit(sha);
  if (commit === undefined) throw notFound();
  return commit;
}

export function gitCommitJson(world: World, repository: Repository, commit: GitCommit): JsonObject {
  return {
    sha: commit.sha,
    node_id: nodeIdOf('C', `${repository.id}:${commit.sha}`),
    url: repoUrl(world, repository, 'git', 'commits', commit.sha),
    html_url: pageUrl(world, repository, 'commit', commit.sha),
    author: identityJson(commit.author),
    committer: identityJson(commit.committer),
    tree: { sha: commit.tree, url: repoUrl(world, repository, 'git', 'trees', commit.tree) },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: repoUrl(world, repository, 'git', 'commits', sha),
      html_url: pageUrl(world, repository, 'commit', sha),
    })),
    verification: verification(repository, commit),
  };
}

export function commitJson(world: World, repository: Repository, commit: GitCommit): JsonObject {
  const author = authorOf(world, repository, commit);
  const committer = committerOf(world, commit) ?? author;
  return {
    sha: commit.sha,
    node_id: nodeIdOf('C', `${repository.id}:${commit.sha}`),
    commit: {
      author: identityJson(commit.author),
      committer: identityJson(commit.committer),
      message: commit.message,
      tree: { sha: commit.tree, url: repoUrl(world, repository, 'git', 'trees', commit.tree) },
      url: repoUrl(world, repository, 'git', 'commits', commit.sha),
      comment_count: 0,
      verification: verification(repository, commit),
    },
    url: repoUrl(world, repository, 'commits', commit.sha),
    html_url: pageUrl(world, repository, 'commit', commit.sha),
    comments_url: repoUrl(world, repository, 'commits', commit.sha, 'comments'),
    author: author === undefined ? null : userJson(world, author),
    committer: committer === undefined ? null : userJson(world, committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: repoUrl(world, repository, 'commits', sha),
      html_url: pageUrl(world, repository, 'commit', sha),
    })),
  };
}

export async function commitWithFilesJson(world: World, repository: Repository, commit: GitCommit): Promise<JsonObject> {
  const before = commit.parents[0] === undefined ? EMPTY_TREE : await repository.git.treeOf(commit.parents[0]);
  const files = await filesBetween(repository.git, before, commit.tree);
  const [additions, deletions] = [sum(files, 'additions'), sum(files, 'deletions')];
  return {
    ...commitJson(world, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: await filesJson(world, repository, { before, after: commit.tree, at: commit.sha, files }),
  };
}

export type Listed = { readonly before: string; readonly after: string; readonly at: string; readonly files: readonly FileChange[] };

export async function filesJson(
  world: World,
  repository: Repository,
  { before, after, at, files }: Listed,
): Promise<readonly JsonObject[]> {
  const rows: JsonObject[] = [];
  for (const file of files) {
    const patch = await patchOf(repository.git, before, after, file);
    rows.push({
      sha: file.sha,
      filename: file.path,
      status: file.status,
      additions: file.additions,
      deletions: file.deletions,
      changes: file.additions + file.deletions,
      blob_url: pageUrl(world, repository, 'blob', at, file.path),
      raw_url: pageUrl(world, repository, 'raw', at, file.path),
      contents_url: `${repoUrl(world, repository, 'contents', file.path)}?ref=${at}`,
      ...(patch === undefined ? {} : { patch }),
      ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
    });
  }
  return rows;
}

/** As `push` events list a commit. */
export async function pushedCommitJson(world: World, repository: Repository, commit: GitCommit): Promise<JsonObject> {
  const before = commit.parents[0] === undefined ? EMPTY_TREE : await repository.git.treeOf(commit.parents[0]);
  const paths = await changedPaths(repository.git.objects, before, commit.tree);
  const at = (status: PathStatus): readonly string[] => paths.filter(([, one]) => one === status).map(([path]) => path);
  const author = authorOf(world, repository, commit);
  const committer = committerOf(world, commit);
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: pageUrl(world, repository, 'commit', commit.sha),
    author: {
      name: commit.author.name,
      email: commit.author.email,
      date: commit.author.date,
      ...(author === undefined ? {} : { username: author.login }),
    },
    committer: {
      name: commit.committer.name,
      email: commit.committer.email,
      date: commit.committer.date,
      ...(committer === undefined ? {} : { username: committer.login }),
    },
    added: at('added'),
    removed: at('removed'),
    modified: at('modified'),
  };
}

export function refJson(world: World, repository: Repository, ref: string, sha: string): JsonObject {
  return {
    ref,
    node_id: nodeIdOf('REF', `${repository.id}:${ref}`),
    url: repoUrl(world, repository, 'git', ref),
    object: { sha, type: 'commit', url: repoUrl(world, repository, 'git', 'commits', sha) },
  };
}

/** E-mail decides whom GitHub shows as the author, whoever really wrote it. */
export function authorOf(world: World, repository: Repository, commit: GitCommit): Account | undefined {
  return accountOfEmail(world, commit.author.email) ?? repository.authors.get(commit.sha);
}

export function committerOf(world: World, commit: GitCommit): Account | undefined {
  return accountOfEmail(world, commit.committer.email);
}

function accountOfEmail(world: World, email: string): Account | undefined {
  return email === '' ? undefined : [...world.accounts.values()].find((account) => account.email === email);
}

function verification(repository: Repository, commit: GitCommit): JsonObject {
  const verified = repository.verified.has(commit.sha);
  return {
    verified,
    reason: verified ? 'valid' : 'unsigned',
    signature: verified ? `-----BEGIN PGP SIGNATURE-----\n\n${commit.sha}\n-----END PGP SIGNATURE-----\n` : null,
    payload: verified ? `tree ${commit.tree}\n` : null,
    verified_at: verified ? commit.committer.date : null,
  };
}

function identityJson({ name, email, date }: Identity): JsonObject {
  return { name, email, date };
}

function sum(files: readonly FileChange[], field: 'additions' | 'deletions'): number {
  return files.reduce((total, file) => total + file[field], 0);
}
