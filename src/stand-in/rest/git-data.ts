/** References, commits, trees and blobs. */

import { identityOf, webFlow } from '../acts/commits.js';
import { moveRef } from '../acts/refs.js';
import { conflict, invalid, notFound, refusal, unprocessable } from '../errors.js';
import { EMPTY_TREE, type Identity, isFolder, type TreeEntry } from '../git/objects.js';
import type { PathChange } from '../git/repository.js';
import { flagAt, instant, isObject, type Json, type JsonObject, listAt, objectAt, textAt, textsAt } from '../json.js';
import { commitAt, gitCommitJson, refJson } from '../render/commit.js';
import { repoUrl } from '../render/links.js';
import type { Repository } from '../state/repositories.js';
import { assertWritable, nodeIdOf } from '../state/world.js';
import { type Answer, created, NO_CONTENT, ok, type RepositoryCall, type Route, repoRoute, required } from './route.js';

const READ = [{ contents: 'read' }] as const;
const WRITE = [{ contents: 'write' }] as const;
const MODES = ['100644', '100755', '040000', '160000', '120000'];

export const GIT_ROUTES: readonly Route[] = [
  repoRoute('GET', '/git/ref/{ref+}', READ, ({ world, repository, params }) => {
    const ref = `refs/${params.ref}`;
    const sha = repository.git.refs.get(ref);
    if (sha === undefined) throw notFound();
    return ok(refJson(world, repository, ref, sha));
  }),
  repoRoute('GET', '/git/matching-refs/{ref+}', READ, ({ world, repository, params }) => {
    const start = `refs/${params.ref}`;
    const found = [...repository.git.refs].filter(([ref]) => ref.startsWith(start)).sort(([a], [b]) => (a < b ? -1 : 1));
    return ok(found.map(([ref, sha]) => refJson(world, repository, ref, sha)));
  }),
  repoRoute('POST', '/git/refs', WRITE, async ({ world, repository, actor, body }) => {
    const ref = required(body, 'ref', 'Reference');
    const sha = required(body, 'sha', 'Reference');
    if (!/^refs\/[^/]+\/.+/.test(ref)) throw unprocessable("Reference name must start with 'refs/' and contain at least two slashes.");
    if (!isRefName(ref)) throw unprocessable(`${ref} is not a valid ref name.`);
    await assertCommit(repository, sha);
    if (repository.git.refs.has(ref)) throw unprocessable('Reference already exists');
    await moveRef(world, repository, actor, { ref, after: sha });
    return created(refJson(world, repository, ref, sha), repoUrl(world, repository, 'git', ref));
  }),
  repoRoute('PATCH', '/git/refs/{ref+}', WRITE, async ({ world, repository, actor, body, params }) => {
    const ref = `refs/${params.ref}`;
    const sha = required(body, 'sha', 'Reference');
    if (!repository.git.refs.has(ref)) throw unprocessable('Reference does not exist');
    await assertCommit(repository, sha);
    await moveRef(world, repository, actor, { ref, after: sha, force: flagAt(body, 'force') ?? false });
    return ok(refJson(world, repository, ref, sha));
  }),
  repoRoute('DELETE', '/git/refs/{ref+}', WRITE, async ({ world, repository, actor, params }) => {
    const ref = `refs/${params.ref}`;
    if (!repository.git.refs.has(ref)) throw unprocessable('Reference does not exist');
    await moveRef(world, repository, actor, { ref, after: undefined });
    return NO_CONTENT;
  }),
  repoRoute('GET', '/git/commits/{commit_sha}', READ, async ({ world, repository, params }) =>
    ok(gitCommitJson(world, repository, await commitAt(repository, params.commit_sha ?? ''))),
  ),
  repoRoute('POST', '/git/commits', WRITE, createCommit),
  repoRoute('GET', '/git/trees/{tree_sha+}', READ, readTree),
  repoRoute('POST', '/git/trees', WRITE, createTree),
  repoRoute('GET', '/git/blobs/{file_sha}', READ, async ({ world, repository, params, headers }) => {
    const sha = params.file_sha ?? '';
    const content = await repository.git.objects.blob(sha);
    if (content === undefined) throw notFound();
    if (isRaw(headers.accept)) return { status: 200, body: content, headers: { 'content-type': 'application/vnd.github.raw+json' } };
    return ok({
      sha,
      node_id: nodeIdOf('B', `${repository.id}:${sha}`),
      size: content.length,
      url: repoUrl(world, repository, 'git', 'blobs', sha),
      content: inLines(content),
      encoding: 'base64',
    });
  }),
  repoRoute('POST', '/git/blobs', WRITE, ({ world, repository, body }) => {
    assertWritable(repository);
    const content = Buffer.from(required(body, 'content', 'Blob'), textAt(body, 'encoding') === 'base64' ? 'base64' : 'utf8');
    const sha = repository.git.objects.write('blob', content);
    const url = repoUrl(world, repository, 'git', 'blobs', sha);
    return created({ sha, url }, url);
  }),
];

export function isRaw(accept: string | undefined): boolean {
  return accept?.includes('.raw') ?? false;
}

export function inLines(content: Buffer): string {
  return `${content.toString('base64').replace(/(.{60})/g, '$1\n')}\n`.replace(/\n\n$/, '\n');
}

export function isRefName(ref: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git refuses exactly these.
  return !/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|\.$|\/$/.test(ref);
}

async function assertCommit(repository: Repository, sha: string): Promise<void> {
  if (!/^[0-9a-f]{40}$/.test(sha)) throw unprocessable('The sha parameter must be exactly 40 characters and contain only [0-9a-f].');
  if ((await repository.git.objects.commit(sha)) === undefined) throw unprocessable('Object does not exist');
}

async function createCommit({ world, repository, actor, body }: RepositoryCall): Promise<Answer> {
  assertWritable(repository);
  const tree = required(body, 'tree', 'Commit');
  const message = required(body, 'message', 'Commit');
  const parents = textsAt(body, 'parents') ?? [];
  if ((await repository.git.objects.tree(tree)) === undefined) throw unprocessable('Tree SHA does not exist');
  for (const parent of parents)
    if ((await repository.git.objects.commit(parent)) === undefined)
      throw unprocessable('Parent SHA does not exist or is not a commit object');
  const given = personIn(body, 'author', world.now());
  const committer = personIn(body, 'committer', world.now());
  const author = given ?? identityOf(world, actor.account);
  // Signed only where the app names nobody: then GitHub itself commits.
  const isGitHub = given === undefined && committer === undefined && textAt(body, 'signature') === undefined;
  const sha = repository.git.objects.writeCommit({
    tree,
    parents,
    message,
    author,
    committer: isGitHub ? webFlow(world) : (committer ?? author),
  });
  if (isGitHub) repository.verified.add(sha);
  repository.authors.set(sha, actor.account);
  return created(gitCommitJson(world, repository, await commitAt(repository, sha)), repoUrl(world, repository, 'git', 'commits', sha));
}

function personIn(body: Json, field: string, now: string): Identity | undefined {
  const person = objectAt(body, field);
  if (person === undefined) return undefined;
  const date = textAt(person, 'date');
  return {
    name: required(person, 'name', 'Commit'),
    email: required(person, 'email', 'Commit'),
    date: date === undefined ? now : instant(date),
  };
}

async function readTree({ world, repository, params, query }: RepositoryCall): Promise<Answer> {
  const asked = params.tree_sha ?? '';
  const commit = await repository.git.resolve(asked);
  const sha = commit === undefined ? asked : await repository.git.treeOf(commit);
  if ((await repository.git.objects.tree(sha)) === undefined) throw notFound();
  const all = await listed(repository, sha, query.has('recursive'));
  const most = query.has('recursive') ? world.knobs.treeEntries : all.length;
  const rows = all.slice(0, most).map((entry) => entryJson(world.url, repository, entry));
  return ok({ sha, url: repoUrl(world, repository, 'git', 'trees', sha), tree: rows, truncated: all.length > most });
}

type Listed = {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number | undefined;
};

/** One process for the whole tree: the sizes are asked for too. */
async function listed(repository: Repository, tree: string, recursive: boolean): Promise<readonly Listed[]> {
  const text = (await repository.git.fact(['ls-tree', '-z', '-l', ...(recursive ? ['-r', '-t'] : []), tree])).toString('utf8');
  return text.split('\0').flatMap((line) => {
    const match = /^(\d+) (\w+) ([0-9a-f]{40}) +(\d+|-)\t(.*)$/s.exec(line);
    if (match === null) return [];
    const [, mode = '', type = '', sha = '', size = '-', path = ''] = match;
    return [{ path, mode, type, sha, size: size === '-' ? undefined : Number(size) }];
  });
}

function entryJson(root: string, repository: Repository, { path, mode, type, sha, size }: Listed): JsonObject {
  const url = type === 'commit' ? undefined : `${root}/repos/${repository.owner.login}/${repository.name}/git/${type}s/${sha}`;
  return { path, mode, type, sha, ...(size === undefined ? {} : { size }), ...(url === undefined ? {} : { url }) };
}

async function createTree({ world, repository, body }: RepositoryCall): Promise<Answer> {
  assertWritable(repository);
  const rows = listAt(body, 'tree');
  if (rows === undefined || rows.length === 0) throw refusal(422, 'Invalid tree info');
  const baseName = textAt(body, 'base_tree');
  const base = baseName === undefined ? EMPTY_TREE : await treeNamed(repository, baseName);
  const changes: PathChange[] = [];
  for (const row of rows) changes.push(await changeIn(repository, row));
  const sha = await repository.git.changeTree(base, changes);
  if (sha === undefined)
    throw invalid({ resource: 'Tree', field: 'path', code: 'malformed', message: 'tree.path contains a malformed path component' });
  const shown = await Promise.all(
    ((await repository.git.objects.tree(sha)) ?? []).map((entry) => newEntryJson(world.url, repository, entry)),
  );
  const url = repoUrl(world, repository, 'git', 'trees', sha);
  return created({ sha, url, tree: shown, truncated: false }, url);
}

async function newEntryJson(root: string, repository: Repository, { mode, name, sha }: TreeEntry): Promise<JsonObject> {
  const type = isFolder({ mode }) ? 'tree' : mode === '160000' ? 'commit' : 'blob';
  const size = type === 'blob' ? (await repository.git.objects.blob(sha))?.length : undefined;
  return entryJson(root, repository, { path: name, mode, type, sha, size });
}

async function treeNamed(repository: Repository, name: string): Promise<string> {
  if ((await repository.git.objects.tree(name)) !== undefined) return name;
  const commit = await repository.git.objects.commit(name);
  if (commit === undefined) throw conflict('base_tree is not a valid tree oid');
  return commit.tree;
}

async function changeIn(repository: Repository, row: Json): Promise<PathChange> {
  const path = textAt(row, 'path');
  const mode = textAt(row, 'mode') ?? '100644';
  if (path === undefined) throw refusal(422, 'Must supply a valid tree.path');
  if (!MODES.includes(mode)) throw refusal(422, 'tree.mode must be one of the following: 100644, 100755, 040000, 160000, 120000');
  const content = textAt(row, 'content');
  if (content !== undefined) return { path, mode, sha: repository.git.objects.write('blob', Buffer.from(content)) };
  if (isObject(row) && row.sha === null) return { path, mode, sha: null };
  const sha = textAt(row, 'sha');
  if (sha === undefined) throw refusal(422, 'Must supply either tree.sha or tree.content');
  if (mode !== '160000' && (await repository.git.objects.read(sha)) === undefined)
    throw refusal(422, `tree.sha ${sha} is not a valid blob`);
  return { path, mode, sha };
}
