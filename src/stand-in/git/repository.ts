/** One bare repository: its references, the history between commits, merges, differences and archives. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { git, gitText } from '../../adapters/git/run.js';
import { Memo } from './memo.js';
import { type CommitInput, EMPTY_TREE, isFolder, ObjectStore, type TreeEntry } from './objects.js';
import { ancestry, linearBetween, linearMergeBase, plainMerge } from './walk.js';

/** What a path becomes; `sha: null` removes it. */
export type PathChange = { readonly path: string; readonly mode: string; readonly sha: string | null };
export type Merged = { readonly kind: 'tree'; readonly tree: string } | { readonly kind: 'conflict' };
/** Between repositories of this machine, and nothing else. */
const FILE_PROTOCOL = { args: ['-c', 'protocol.file.allow=always'], env: { GIT_ALLOW_PROTOCOL: 'file' } };

export class GitRepository {
  readonly directory: string;
  readonly objects: ObjectStore;
  readonly refs: Map<string, string>;
  readonly #ancestors = new Memo<boolean>();
  readonly #bases = new Memo<string | undefined>();
  readonly #ranges = new Memo<readonly string[]>();
  readonly #merges = new Memo<Merged>();
  readonly #facts = new Memo<Buffer>();

  private constructor(directory: string, refs: Map<string, string>) {
    this.directory = directory;
    this.objects = new ObjectStore(directory);
    this.refs = refs;
  }

  static async create(directory: string, defaultBranch: string): Promise<GitRepository> {
    mkdirSync(directory, { recursive: true });
    await gitText(directory, ['init', '--bare', '--quiet', `--initial-branch=${defaultBranch}`, '.']);
    return new GitRepository(directory, new Map());
  }

  /** Takes branches and tags of another repository on this disk, forced. */
  async fetch(from: string, ...refspecs: readonly string[]): Promise<void> {
    const args = [...FILE_PROTOCOL.args, 'fetch', '--quiet', '--no-write-fetch-head', '--no-tags', from, ...refspecs];
    await gitText(this.directory, args, { env: FILE_PROTOCOL.env });
    const lines = await gitText(this.directory, ['for-each-ref', '--format=%(objectname) %(refname)']);
    for (const line of lines.split('\n').filter(Boolean)) this.refs.set(line.slice(41), line.slice(0, 40));
  }

  /** False when a folder stands where the reference should be, or the other way round. */
  setRef(ref: string, sha: string): boolean {
    const clash = [...this.refs.keys()].some((other) => other.startsWith(`${ref}/`) || ref.startsWith(`${other}/`));
    if (clash) return false;
    const path = join(this.directory, ref);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.lock`, `${sha}\n`);
    renameSync(`${path}.lock`, path);
    this.refs.set(ref, sha);
    return true;
  }

  async deleteRef(ref: string): Promise<void> {
    await gitText(this.directory, ['update-ref', '-d', ref]);
    this.refs.delete(ref);
  }

  async setHead(branch: string): Promise<void> {
    await gitText(this.directory, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
  }

  /** A commit by SHA, branch, tag or full reference. */
  async resolve(expression: string): Promise<string | undefined> {
    for (const ref of [expression, `refs/${expression}`, `refs/heads/${expression}`, `refs/tags/${expression}`]) {
      const sha = this.refs.get(ref);
      if (sha !== undefined) return this.#peel(sha);
    }
    if (/^[0-9a-f]{40}$/.test(expression)) return (await this.objects.commit(expression)) && expression;
    if (!/^[0-9a-f]{7,39}$/.test(expression)) return undefined;
    const { code, stdout } = await git(this.directory, ['rev-parse', '--verify', '--quiet', `${expression}^{commit}`]);
    return code === 0 ? stdout.toString().trim() : undefined;
  }

  async isAncestor(ancestor: string, of: string): Promise<boolean> {
    if (ancestor === of) return true;
    const plain = ancestry(this.objects, ancestor, of);
    if (plain !== undefined) return plain;
    return this.#ancestors.get(
      `${ancestor} ${of}`,
      async () => (await git(this.directory, ['merge-base', '--is-ancestor', ancestor, of])).code === 0,
    );
  }

  async mergeBase(one: string, other: string): Promise<string | undefined> {
    if (await this.isAncestor(one, other)) return one;
    const plain = linearMergeBase(this.objects, one, other);
    if (plain !== undefined) return plain;
    return this.#bases.get(`${one} ${other}`, async () => {
      const { code, stdout } = await git(this.directory, ['merge-base', one, other]);
      return code === 0 ? stdout.toString().trim().split('\n')[0] : undefined;
    });
  }

  /** Commits reachable from `head` and not from `base`, oldest first. */
  async between(base: string | undefined, head: string): Promise<readonly string[]> {
    if (base === head) return [];
    const plain = base === undefined ? undefined : linearBetween(this.objects, base, head);
    if (plain !== undefined) return plain;
    return this.#ranges.get(`${base} ${head}`, async () => {
      const range = base === undefined ? [head] : [`${base}..${head}`];
      return (await gitText(this.directory, ['rev-list', '--reverse', '--topo-order', ...range])).split('\n').filter(Boolean);
    });
  }

  async merge(ours: string, theirs: string): Promise<Merged> {
    if (await this.isAncestor(ours, theirs)) return { kind: 'tree', tree: (await this.objects.commit(theirs))?.tree ?? EMPTY_TREE };
    return this.#merges.get(`${ours} ${theirs}`, async (): Promise<Merged> => {
      const base = linearMergeBase(this.objects, ours, theirs);
      const plain = base && (await plainMerge(this.objects, await this.treeOf(base), await this.treeOf(ours), await this.treeOf(theirs)));
      if (plain !== undefined) return { kind: 'tree', tree: plain };
      const { code, stdout } = await git(this.directory, ['merge-tree', '--write-tree', '--allow-unrelated-histories', ours, theirs]);
      return code === 0 ? { kind: 'tree', tree: stdout.toString().trim() } : { kind: 'conflict' };
    });
  }

  /** The tree that `commit` makes of `onto`: a merge whose base is the commit's own parent. */
  async pick(commit: string, onto: string): Promise<Merged> {
    const picked = await this.objects.commit(commit);
    const target = await this.objects.commit(onto);
    const parent = await this.objects.commit(picked?.parents[0] ?? '');
    if (picked === undefined || target === undefined) return { kind: 'conflict' };
    const nobody = { name: 'base', email: 'base', date: '1970-01-01T00:00:00Z' };
    const loose = (tree: string, parents: readonly string[]): string =>
      this.objects.writeCommit({ tree, parents, author: nobody, committer: nobody, message: 'base' } satisfies CommitInput);
    const base = loose(parent?.tree ?? this.objects.writeTree([]), []);
    return this.merge(loose(target.tree, [base]), loose(picked.tree, [base]));
  }

  /** The tree that comes of changing paths of another tree; undefined when a path is no path. */
  async changeTree(base: string, changes: readonly PathChange[]): Promise<string | undefined> {
    if (
      changes.some(({ path }) =>
        path.split('/').some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git'),
      )
    )
      return undefined;
    return this.#changed(base, changes);
  }

  async entryAt(tree: string, path: string): Promise<TreeEntry | undefined> {
    const [first, ...rest] = path.split('/');
    const entry = (await this.objects.tree(tree))?.find(({ name }) => name === first);
    if (entry === undefined || rest.length === 0) return entry;
    return isFolder(entry) ? this.entryAt(entry.sha, rest.join('/')) : undefined;
  }

  async treeOf(commit: string): Promise<string> {
    return (await this.objects.commit(commit))?.tree ?? EMPTY_TREE;
  }

  async archive(commit: string, folder: string): Promise<Buffer> {
    const { stdout } = await git(this.directory, ['archive', '--format=tar.gz', `--prefix=${folder}/`, commit]);
    return stdout;
  }

  /** What git prints, kept for ever: for questions about objects, which never change. */
  fact(args: readonly string[]): Promise<Buffer> {
    return this.#facts.get(args.join('\0'), async () => (await git(this.directory, args)).stdout);
  }

  async #peel(sha: string): Promise<string | undefined> {
    const found = await this.objects.read(sha);
    if (found?.type === 'commit') return sha;
    const target = /^object ([0-9a-f]{40})$/m.exec(found?.type === 'tag' ? found.data.toString('utf8') : '')?.[1];
    return target && this.#peel(target);
  }

  async #changed(base: string, changes: readonly PathChange[]): Promise<string> {
    const entries = new Map(((await this.objects.tree(base)) ?? []).map((entry) => [entry.name, entry]));
    const below = new Map<string, PathChange[]>();
    for (const { path, mode, sha } of changes) {
      const [first = '', ...rest] = path.split('/');
      if (rest.length > 0) below.set(first, [...(below.get(first) ?? []), { path: rest.join('/'), mode, sha }]);
      else if (sha === null) entries.delete(first);
      else entries.set(first, { mode, name: first, sha });
    }
    for (const [name, inside] of below) {
      const old = entries.get(name);
      const tree = await this.#changed(old !== undefined && isFolder(old) ? old.sha : EMPTY_TREE, inside);
      if (tree === EMPTY_TREE) entries.delete(name);
      else entries.set(name, { mode: '040000', name, sha: tree });
    }
    return this.objects.writeTree([...entries.values()]);
  }
}
