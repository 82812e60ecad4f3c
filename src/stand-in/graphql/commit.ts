/** Commits, trees, blobs and references as GraphQL objects. */
import { filesBetween } from '../git/diff.js';
import { EMPTY_TREE, type GitCommit, type Identity, isFolder, type TreeEntry } from '../git/objects.js';
import { authorOf, committerOf } from '../render/commit.js';
import { pageUrl } from '../render/links.js';
import { contextsOf } from '../rules/checks.js';
import { protectionOf } from '../rules/requirements.js';
import type { Account } from '../state/accounts.js';
import type { Repository } from '../state/repositories.js';
import { nodeIdOf, type World } from '../state/world.js';
import { accountNode } from './accounts.js';
import { rollupNode, statusNode, suiteNode } from './checks.js';
import { type Arguments, connection, type Node, permit, type Reader, textArgument } from './node.js';
import { protectionNode } from './rules.js';

export async function commitNodeAt(reader: Reader, repository: Repository, sha: string | undefined): Promise<Node | null> {
  const commit = sha === undefined ? undefined : await repository.git.objects.commit(sha);
  return commit === undefined ? null : commitNode(reader, repository, commit);
}

export function commitNode(reader: Reader, repository: Repository, commit: GitCommit): Node {
  const { world } = reader;
  const { sha, message } = commit;
  const stats = async (field: 'additions' | 'deletions'): Promise<number> =>
    (await changesOf(repository, commit)).reduce((total, file) => total + file[field], 0);
  return {
    __typename: 'Commit',
    id: nodeIdOf('C', `${repository.id}:${sha}`),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    message,
    messageHeadline: message.split('\n')[0] ?? '',
    messageBody: message.split('\n').slice(1).join('\n').trim(),
    committedDate: commit.committer.date,
    authoredDate: commit.author.date,
    pushedDate: null,
    url: pageUrl(world, repository, 'commit', sha),
    commitUrl: pageUrl(world, repository, 'commit', sha),
    author: () => gitActor(world, commit.author, authorOf(world, repository, commit)),
    committer: () => gitActor(world, commit.committer, committerOf(world, commit)),
    committedViaWeb: commit.committer.email === 'noreply@github.com',
    authors: (args: Arguments) => connection([commit.author], args, (one) => gitActor(world, one, authorOf(world, repository, commit))),
    authoredByCommitter: commit.author.email === commit.committer.email,
    tree: () => treeNode(reader, repository, commit.tree),
    parents: (args: Arguments) => connection(commit.parents, args, (parent) => commitNodeAt(reader, repository, parent)),
    repository: () => reader.make.repository(repository),
    signature: () => (repository.verified.has(sha) ? signatureNode(world, commit) : null),
    file: async (args: Arguments) => {
      const path = textArgument(args, 'path') ?? '';
      const entry = await repository.git.entryAt(commit.tree, path);
      return entry === undefined ? null : entryNode(reader, repository, path, entry);
    },
    additions: () => stats('additions'),
    deletions: () => stats('deletions'),
    changedFilesIfAvailable: async () => (await changesOf(repository, commit)).length,
    history: async (args: Arguments) => {
      const all = (await repository.git.between(undefined, sha)).toReversed();
      return connection(all, args, (one) => commitNodeAt(reader, repository, one));
    },
    statusCheckRollup: () => {
      permit(reader, repository, { checks: 'read' }, { statuses: 'read' });
      return rollupNode(reader, repository, sha);
    },
    status: () => {
      permit(reader, repository, { statuses: 'read' });
      return contextsOf(world, repository, sha).some(({ kind }) => kind === 'status') ? statusNode(reader, repository, sha) : null;
    },
    checkSuites: (args: Arguments) => {
      permit(reader, repository, { checks: 'read' });
      return connection(
        repository.suites.filter((suite) => suite.headSha === sha),
        args,
        (suite) => suiteNode(reader, repository, suite),
      );
    },
    associatedPullRequests: (args: Arguments) =>
      connection(
        world.pulls(repository).filter(({ pull }) => pull.head.sha === sha || pull.merged?.commit === sha),
        args,
        (issue) => reader.make.pull(repository, issue),
      ),
  };
}

export async function objectNode(reader: Reader, repository: Repository, sha: string): Promise<Node | null> {
  const found = await repository.git.objects.read(sha);
  if (found?.type === 'commit') return commitNodeAt(reader, repository, sha);
  if (found?.type === 'tree' || sha === EMPTY_TREE) return treeNode(reader, repository, sha);
  return found?.type === 'blob' ? blobNode(repository, sha) : null;
}

/** `main`, `main:path/to/file`, a SHA. */
export async function expressionNode(reader: Reader, repository: Repository, expression: string): Promise<Node | null> {
  const [name = '', path] = expression.split(/:(.*)/s);
  const commit = await repository.git.resolve(name === 'HEAD' || name === '' ? repository.defaultBranch : name);
  if (commit === undefined) return path === undefined ? objectNode(reader, repository, name) : null;
  if (path === undefined) return commitNodeAt(reader, repository, commit);
  const tree = await repository.git.treeOf(commit);
  if (path === '') return treeNode(reader, repository, tree);
  const entry = await repository.git.entryAt(tree, path);
  return entry === undefined ? null : objectNode(reader, repository, entry.sha);
}

export function treeNode(reader: Reader, repository: Repository, sha: string): Node {
  return {
    __typename: 'Tree',
    id: nodeIdOf('T', `${repository.id}:${sha}`),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    entries: async () => ((await repository.git.objects.tree(sha)) ?? []).map((entry) => entryNode(reader, repository, entry.name, entry)),
    repository: () => reader.make.repository(repository),
  };
}

function entryNode(reader: Reader, repository: Repository, path: string, entry: TreeEntry): Node {
  const type = isFolder(entry) ? 'tree' : entry.mode === '160000' ? 'commit' : 'blob';
  const size = async (): Promise<number> => (await repository.git.objects.blob(entry.sha))?.length ?? 0;
  return {
    __typename: 'TreeEntry',
    name: entry.name.split('/').at(-1),
    nameRaw: Buffer.from(entry.name).toString('base64'),
    path,
    mode: Number.parseInt(entry.mode, 8),
    type,
    oid: entry.sha,
    size,
    isGenerated: false,
    extension: /\.[^.]+$/.exec(entry.name)?.[0] ?? '',
    object: () => objectNode(reader, repository, entry.sha),
    submodule: null,
  };
}

async function blobNode(repository: Repository, sha: string): Promise<Node> {
  const content = (await repository.git.objects.blob(sha)) ?? Buffer.alloc(0);
  const isBinary = content.subarray(0, 8000).includes(0);
  // Beyond this GitHub gives the beginning and says so.
  const isTruncated = content.length > 512_000;
  return {
    __typename: 'Blob',
    id: nodeIdOf('B', `${repository.id}:${sha}`),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    byteSize: content.length,
    isBinary,
    isTruncated,
    text: isBinary ? null : content.subarray(0, 512_000).toString('utf8'),
  };
}

export function refNode(reader: Reader, repository: Repository, ref: string): Node | null {
  const sha = repository.git.refs.get(ref);
  if (sha === undefined) return null;
  const name = ref.replace(/^refs\/[^/]+\//, '');
  const { world } = reader;
  return {
    __typename: 'Ref',
    id: nodeIdOf('REF', `${repository.id}:${ref}`),
    name,
    prefix: ref.slice(0, ref.length - name.length),
    target: () => objectNode(reader, repository, sha),
    repository: () => reader.make.repository(repository),
    branchProtectionRule: () => {
      permit(reader, repository, { administration: 'read' });
      const protection = protectionOf(repository, name);
      return protection === undefined ? null : protectionNode(world, repository, protection);
    },
    associatedPullRequests: (args: Arguments) =>
      connection(
        world.pulls(repository).filter(({ pull }) => pull.head.ref === name && pull.head.repository.id === repository.id),
        args,
        (issue) => reader.make.pull(repository, issue),
      ),
    compare: null,
  };
}

async function changesOf(repository: Repository, commit: GitCommit): Promise<Awaited<ReturnType<typeof filesBetween>>> {
  const before = commit.parents[0] === undefined ? EMPTY_TREE : await repository.git.treeOf(commit.parents[0]);
  return filesBetween(repository.git, before, commit.tree);
}

function gitActor(world: World, { name, email, date }: Identity, account: Account | undefined): Node {
  const user = account?.kind === 'User' ? accountNode(world, account) : null;
  return { __typename: 'GitActor', name, email, date, user };
}

function signatureNode(world: World, commit: GitCommit): Node {
  const byGitHub = commit.committer.email === 'noreply@github.com';
  const signer = committerOf(world, commit);
  return {
    __typename: 'GpgSignature',
    isValid: true,
    state: 'VALID',
    email: commit.committer.email,
    keyId: byGitHub ? 'B5690EEEBB952194' : '0000000000000000',
    payload: `tree ${commit.tree}\n`,
    signature: `-----BEGIN PGP SIGNATURE-----\n\n${commit.sha}\n-----END PGP SIGNATURE-----\n`,
    signer: signer?.kind === 'User' ? accountNode(world, signer) : null,
    wasSignedByGitHub: byGitHub,
    verifiedAt: commit.committer.date,
  };
}
