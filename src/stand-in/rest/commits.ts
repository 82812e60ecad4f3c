/** Commits, comparisons, branches, files and archives. */
import { commitAs } from '../acts/commits.js';
import { moveRef } from '../acts/refs.js';
import { notFound, refusal, unprocessable } from '../errors.js';
import { filesBetween, unifiedDiff } from '../git/diff.js';
import { isFolder, type TreeEntry } from '../git/objects.js';
import { type JsonObject, textAt } from '../json.js';
import { commitAt, commitJson, commitWithFilesJson, filesJson, gitCommitJson } from '../render/commit.js';
import { pageUrl, repoUrl } from '../render/links.js';
import { pullSimpleJson } from '../render/pull.js';
import { branchProtectionStub } from '../render/rules.js';
import type { Repository } from '../state/repositories.js';
import { nodeIdOf, type World } from '../state/world.js';
import { inLines, isRaw } from './git-data.js';
import { type Answer, canSee, created, ok, page, pageOf, type RepositoryCall, type Route, repoRoute, required, route } from './route.js';

const READ = [{ contents: 'read' }] as const;
const MOST_FILES = 300;

export const COMMIT_ROUTES: readonly Route[] = [
  repoRoute('GET', '/commits', READ, async (call) => {
    const { world, repository, query } = call;
    const tip = await tipOf(repository, query.get('sha') ?? repository.defaultBranch);
    const path = query.get('path');
    const all = await repository.git.between(undefined, tip);
    const touching = path === null ? all : await touched(repository, all, path);
    const { items, headers } = page(call, touching.toReversed());
    const rows: JsonObject[] = [];
    for (const sha of items) rows.push(commitJson(world, repository, await commitAt(repository, sha)));
    return ok(rows, headers);
  }),
  repoRoute('GET', '/commits/{commit_sha}/pulls', [{ pull_requests: 'read' }, { contents: 'read' }], async (call) => {
    const { world, repository, params } = call;
    const sha = await tipOf(repository, params.commit_sha ?? '');
    const pulls = world.pulls(repository).filter(({ pull }) => pull.head.sha === sha || pull.merged?.commit === sha);
    return pageOf(call, pulls, (issue) => pullSimpleJson(world, repository, issue));
  }),
  repoRoute('GET', '/compare/{basehead+}', READ, compare),
  repoRoute('GET', '/branches', READ, (call) => {
    const { world, repository } = call;
    const names = [...repository.git.refs.keys()]
      .flatMap((ref) => (ref.startsWith('refs/heads/') ? [ref.slice('refs/heads/'.length)] : []))
      .sort();
    const wanted = call.query.get('protected');
    const rows = names
      .map((name) => branchStub(world, repository, name))
      .filter((row) => wanted === null || String(row.protected) === wanted);
    return pageOf(call, rows, (row) => row);
  }),
  repoRoute('GET', '/branches/{branch+}', READ, async ({ world, repository, params }) => {
    const name = params.branch ?? '';
    const sha = repository.git.refs.get(`refs/heads/${name}`);
    if (sha === undefined) throw refusal(404, 'Branch not found');
    return ok({
      name,
      commit: commitJson(world, repository, await commitAt(repository, sha)),
      _links: { self: repoUrl(world, repository, 'branches', name), html: pageUrl(world, repository, 'tree', name) },
      ...branchProtectionStub(world, repository, name),
    });
  }),
  repoRoute('GET', '/contents', READ, readContents),
  repoRoute('GET', '/contents/{path+}', READ, readContents),
  repoRoute('PUT', '/contents/{path+}', [{ contents: 'write' }], writeContents),
  repoRoute('GET', '/tarball', READ, tarball),
  repoRoute('GET', '/tarball/{ref+}', READ, tarball),
  route('GET', '/_archive/{key}', async ({ world, params }) => {
    const archive = world.archives.get(params.key ?? '');
    if (archive === undefined || archive.expiresAt < Date.now()) throw notFound();
    const { repository, sha } = archive;
    const folder = `${repository.owner.login}-${repository.name}-${sha.slice(0, 7)}`;
    const body = await repository.git.archive(sha, folder);
    return ok(body, { 'content-type': 'application/x-gzip', 'content-disposition': `attachment; filename=${folder}.tar.gz` });
  }),
  repoRoute('GET', '/commits/{ref+}', READ, async ({ world, repository, params, headers }) => {
    const sha = await tipOf(repository, params.ref ?? '');
    if (headers.accept?.includes('.sha'))
      return { status: 200, body: Buffer.from(sha), headers: { 'content-type': 'application/vnd.github.v3.sha' } };
    return ok(await commitWithFilesJson(world, repository, await commitAt(repository, sha)));
  }),
];

export async function tipOf(repository: Repository, name: string): Promise<string> {
  const sha = await repository.git.resolve(name);
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${name}`);
  return sha;
}

function branchStub(world: World, repository: Repository, name: string): JsonObject {
  const sha = repository.git.refs.get(`refs/heads/${name}`) ?? '';
  return { name, commit: { sha, url: repoUrl(world, repository, 'commits', sha) }, ...branchProtectionStub(world, repository, name) };
}

async function touched(repository: Repository, shas: readonly string[], path: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const sha of shas) {
    const commit = await commitAt(repository, sha);
    const here = (await repository.git.entryAt(commit.tree, path))?.sha;
    const before =
      commit.parents[0] === undefined
        ? undefined
        : (await repository.git.entryAt(await repository.git.treeOf(commit.parents[0]), path))?.sha;
    if (here !== before) found.push(sha);
  }
  return found;
}

async function compare(call: RepositoryCall): Promise<Answer> {
  const { world, repository, params, headers: wanted } = call;
  const [baseName = '', headName = ''] = (params.basehead ?? '').split('...');
  const base = await endOf(call, baseName);
  const head = await endOf(call, headName);
  const mergeBase = await repository.git.mergeBase(base, head);
  if (mergeBase === undefined) throw refusal(404, `No common ancestor between ${baseName} and ${headName}.`);
  const before = await repository.git.treeOf(mergeBase);
  const after = await repository.git.treeOf(head);
  if (wanted.accept?.includes('.diff')) {
    return {
      status: 200,
      body: Buffer.from(await unifiedDiff(repository.git, before, after)),
      headers: { 'content-type': 'application/vnd.github.diff' },
    };
  }
  const ahead = await repository.git.between(base, head);
  const behind = await repository.git.between(head, base);
  const status = ahead.length === 0 ? (behind.length === 0 ? 'identical' : 'behind') : behind.length === 0 ? 'ahead' : 'diverged';
  const { items, headers } = page(call, ahead);
  const commits: JsonObject[] = [];
  for (const sha of items) commits.push(commitJson(world, repository, await commitAt(repository, sha)));
  const files = (await filesBetween(repository.git, before, after)).slice(0, MOST_FILES);
  const html = pageUrl(world, repository, 'compare', `${baseName}...${headName}`);
  return ok(
    {
      url: repoUrl(world, repository, 'compare', `${baseName}...${headName}`),
      html_url: html,
      permalink_url: pageUrl(
        world,
        repository,
        'compare',
        `${repository.owner.login}:${base.slice(0, 7)}...${repository.owner.login}:${head.slice(0, 7)}`,
      ),
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: commitJson(world, repository, await commitAt(repository, base)),
      merge_base_commit: commitJson(world, repository, await commitAt(repository, mergeBase)),
      status,
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits,
      files: await filesJson(world, repository, { before, after, at: head, files }),
    },
    headers,
  );
}

/** `branch`, `owner:branch` of a fork, or a SHA. */
async function endOf(call: RepositoryCall, name: string): Promise<string> {
  const { world, repository } = call;
  const direct = await repository.git.resolve(name);
  if (direct !== undefined) return direct;
  const [owner, ref] = name.includes(':') ? name.split(':') : [undefined, name];
  const family = [repository, ...[...world.repositories.values()].filter(({ parent }) => parent?.id === repository.id)];
  const other = family.find((one) => one.owner.login === owner);
  const sha = other !== undefined && canSee(call, other) ? other.git.refs.get(`refs/heads/${ref}`) : undefined;
  if (sha === undefined || other === undefined) throw notFound();
  if (other.id !== repository.id) await repository.git.fetch(other.git.directory, `+refs/heads/${ref}:refs/forks/${other.id}/${ref}`);
  return sha;
}

async function readContents({ world, repository, params, query, headers }: RepositoryCall): Promise<Answer> {
  const path = (params.path ?? '').replace(/\/$/, '');
  const ref = query.get('ref') ?? repository.defaultBranch;
  const sha = await repository.git.resolve(ref);
  if (sha === undefined) throw refusal(404, `No commit found for the ref ${ref}`);
  const root: TreeEntry = { mode: '040000', name: '', sha: await repository.git.treeOf(sha) };
  const entry = path === '' ? root : await repository.git.entryAt(root.sha, path);
  if (entry === undefined) throw notFound();
  if (isFolder(entry)) {
    const entries = (await repository.git.objects.tree(entry.sha)) ?? [];
    const below = path === '' ? '' : `${path}/`;
    return ok(
      await Promise.all(entries.slice(0, 1000).map((one) => contentJson(world, repository, `${below}${one.name}`, one, ref, false))),
    );
  }
  if (isRaw(headers.accept)) {
    return {
      status: 200,
      body: (await repository.git.objects.blob(entry.sha)) ?? Buffer.alloc(0),
      headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
    };
  }
  return ok(await contentJson(world, repository, path, entry, ref, true));
}

async function contentJson(
  world: World,
  repository: Repository,
  path: string,
  entry: TreeEntry,
  ref: string,
  isWhole: boolean,
): Promise<JsonObject> {
  const kind = isFolder(entry) ? 'dir' : entry.mode === '160000' ? 'submodule' : entry.mode === '120000' ? 'symlink' : 'file';
  const content = kind === 'file' || kind === 'symlink' ? await repository.git.objects.blob(entry.sha) : undefined;
  const url = `${repoUrl(world, repository, 'contents', path)}?ref=${encodeURIComponent(ref)}`;
  const gitUrl = repoUrl(world, repository, 'git', kind === 'dir' ? 'trees' : 'blobs', entry.sha);
  const html = pageUrl(world, repository, kind === 'dir' ? 'tree' : 'blob', ref, path);
  // Beyond 1 MB only the raw media type gives the content.
  const inline = content !== undefined && content.length <= 1_000_000;
  return {
    name: path.split('/').at(-1) ?? '',
    path,
    sha: entry.sha,
    size: content?.length ?? 0,
    url,
    html_url: html,
    git_url: gitUrl,
    download_url: content === undefined ? null : pageUrl(world, repository, 'raw', ref, path),
    type: kind,
    ...(isWhole && kind === 'symlink' && content !== undefined ? { target: content.toString('utf8') } : {}),
    ...(isWhole && kind === 'submodule' ? { submodule_git_url: '' } : {}),
    ...(isWhole && kind === 'file' && content !== undefined
      ? { content: inline ? inLines(content) : '', encoding: inline ? 'base64' : 'none' }
      : {}),
    _links: { self: url, git: gitUrl, html },
  };
}

async function writeContents({ world, repository, actor, params, body }: RepositoryCall): Promise<Answer> {
  const path = params.path ?? '';
  const branch = textAt(body, 'branch') ?? repository.defaultBranch;
  const head = repository.git.refs.get(`refs/heads/${branch}`);
  if (head === undefined) throw refusal(404, `Branch ${branch} not found`);
  const tree = await repository.git.treeOf(head);
  const old = await repository.git.entryAt(tree, path);
  const sha = textAt(body, 'sha');
  if (old !== undefined && sha === undefined) throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
  if (old?.sha !== sha) throw refusal(409, `${path} does not match ${sha ?? ''}`);
  const blob = repository.git.objects.write('blob', Buffer.from(required(body, 'content', 'Content'), 'base64'));
  const changed = await repository.git.changeTree(tree, [{ path, mode: old?.mode ?? '100644', sha: blob }]);
  if (changed === undefined) throw unprocessable('path contains a malformed path component');
  const commit = commitAs(world, repository, actor, { tree: changed, parents: [head], message: required(body, 'message', 'Content') });
  await moveRef(world, repository, actor, { ref: `refs/heads/${branch}`, after: commit });
  const entry = { mode: '100644', name: path, sha: blob };
  const answer = {
    content: await contentJson(world, repository, path, entry, branch, false),
    commit: gitCommitJson(world, repository, await commitAt(repository, commit)),
  };
  return old === undefined ? created(answer) : ok(answer);
}

async function tarball({ world, repository, params }: RepositoryCall): Promise<Answer> {
  const sha = await repository.git.resolve(params.ref ?? repository.defaultBranch);
  if (sha === undefined) throw notFound();
  const key = `${nodeIdOf('T', world.nextId())}${sha.slice(0, 12)}`;
  world.archives.set(key, { repository, sha, expiresAt: Date.now() + 300_000 });
  return { status: 302, headers: { location: `${world.url}/_archive/${key}` } };
}
