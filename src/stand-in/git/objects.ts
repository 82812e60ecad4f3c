/** Git objects on disk: read (loose ones here, packed ones by git), written as loose objects, and parsed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { git } from '../../adapters/git/run.js';
import { instant } from '../json.js';

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';
export type GitObject = { readonly type: ObjectType; readonly data: Buffer };
export type Identity = { readonly name: string; readonly email: string; readonly date: string };
export type TreeEntry = { readonly mode: string; readonly name: string; readonly sha: string };
export type CommitInput = {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Identity;
  readonly committer: Identity;
  readonly message: string;
};
export type GitCommit = CommitInput & { readonly sha: string };

export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const CACHED_BYTES = 1 << 18;
const CACHED_OBJECTS = 20_000;

export class ObjectStore {
  readonly #directory: string;
  readonly #cache = new Map<string, GitObject>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async read(sha: string): Promise<GitObject | undefined> {
    if (!/^[0-9a-f]{40}$/.test(sha)) return undefined;
    const cached = this.#cache.get(sha);
    if (cached !== undefined) return cached;
    const found = this.#loose(sha) ?? (await this.#packed(sha));
    if (found !== undefined) this.#keep(sha, found);
    return found;
  }

  write(type: ObjectType, data: Uint8Array): string {
    const whole = Buffer.concat([Buffer.from(`${type} ${data.length}\0`), data]);
    const sha = createHash('sha1').update(whole).digest('hex');
    const path = this.#path(sha);
    if (!existsSync(path)) {
      mkdirSync(join(this.#directory, 'objects', sha.slice(0, 2)), { recursive: true });
      writeFileSync(`${path}.part`, deflateSync(whole, { level: 1 }));
      renameSync(`${path}.part`, path);
    }
    this.#keep(sha, { type, data: Buffer.from(data) });
    return sha;
  }

  async blob(sha: string): Promise<Buffer | undefined> {
    const found = await this.read(sha);
    return found?.type === 'blob' ? found.data : undefined;
  }

  async tree(sha: string): Promise<readonly TreeEntry[] | undefined> {
    if (sha === EMPTY_TREE) return [];
    const found = await this.read(sha);
    return found?.type === 'tree' ? parseTree(found.data) : undefined;
  }

  async commit(sha: string): Promise<GitCommit | undefined> {
    const found = await this.read(sha);
    return found?.type === 'commit' ? parseCommit(sha, found.data.toString('utf8')) : undefined;
  }

  /** Without a process: undefined when the commit is in a pack. */
  looseParents(sha: string): readonly string[] | undefined {
    const known = this.#cache.get(sha) ?? this.#loose(sha);
    if (known?.type !== 'commit') return undefined;
    this.#keep(sha, known);
    return parseCommit(sha, known.data.toString('utf8')).parents;
  }

  writeTree(entries: readonly TreeEntry[]): string {
    const key = (entry: TreeEntry): Buffer => Buffer.from(isFolder(entry) ? `${entry.name}/` : entry.name);
    const sorted = entries.map((entry) => ({ entry, key: key(entry) })).sort((a, b) => Buffer.compare(a.key, b.key));
    const parts = sorted.flatMap(({ entry }) => [
      Buffer.from(`${entry.mode.replace(/^0+/, '')} ${entry.name}\0`),
      Buffer.from(entry.sha, 'hex'),
    ]);
    return this.write('tree', Buffer.concat(parts));
  }

  writeCommit(commit: CommitInput): string {
    const lines = [
      `tree ${commit.tree}`,
      ...commit.parents.map((parent) => `parent ${parent}`),
      `author ${written(commit.author)}`,
      `committer ${written(commit.committer)}`,
    ];
    return this.write('commit', Buffer.from(`${lines.join('\n')}\n\n${commit.message}`));
  }

  #path(sha: string): string {
    return join(this.#directory, 'objects', sha.slice(0, 2), sha.slice(2));
  }

  #loose(sha: string): GitObject | undefined {
    const path = this.#path(sha);
    if (!existsSync(path)) return undefined;
    const whole = inflateSync(readFileSync(path));
    const end = whole.indexOf(0);
    const type = typeOf(whole.subarray(0, end).toString('latin1').split(' ')[0]);
    return type && { type, data: whole.subarray(end + 1) };
  }

  async #packed(sha: string): Promise<GitObject | undefined> {
    const { stdout } = await git(this.#directory, ['cat-file', '--batch'], { input: `${sha}\n` });
    const end = stdout.indexOf(10);
    const [, word, size] = stdout.subarray(0, end).toString('latin1').split(' ');
    const type = typeOf(word);
    return type && { type, data: stdout.subarray(end + 1, end + 1 + Number(size)) };
  }

  #keep(sha: string, found: GitObject): void {
    if (found.data.length > CACHED_BYTES) return;
    if (this.#cache.size >= CACHED_OBJECTS)
      for (const first of [...this.#cache.keys()].slice(0, CACHED_OBJECTS / 10)) this.#cache.delete(first);
    this.#cache.set(sha, found);
  }
}

export function isFolder(entry: { readonly mode: string }): boolean {
  return entry.mode.replace(/^0+/, '') === '40000';
}

function typeOf(word: string | undefined): ObjectType | undefined {
  return word === 'blob' || word === 'tree' || word === 'commit' || word === 'tag' ? word : undefined;
}

function parseTree(data: Buffer): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(32, at);
    const end = data.indexOf(0, space);
    entries.push({
      mode: data.subarray(at, space).toString('latin1').padStart(6, '0'),
      name: data.subarray(space + 1, end).toString('utf8'),
      sha: data.subarray(end + 1, end + 21).toString('hex'),
    });
    at = end + 21;
  }
  return entries;
}

function parseCommit(sha: string, text: string): GitCommit {
  const split = text.indexOf('\n\n');
  const headers = text.slice(0, split).split('\n');
  const all = (name: string): readonly string[] =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return {
    sha,
    tree: all('tree')[0] ?? '',
    parents: all('parent'),
    author: identity(all('author')[0] ?? ''),
    committer: identity(all('committer')[0] ?? ''),
    message: text.slice(split + 2).replace(/\n$/, ''),
  };
}

function identity(line: string): Identity {
  const match = /^(.*?) ?<(.*)> (\d+) [+-]\d{4}$/.exec(line);
  return { name: match?.[1] ?? '', email: match?.[2] ?? '', date: instant(new Date(Number(match?.[3] ?? 0) * 1000).toISOString()) };
}

function written({ name, email, date }: Identity): string {
  const clean = (text: string): string => text.replace(/[<>\n]/g, '').trim();
  return `${clean(name)} <${clean(email)}> ${Math.floor(Date.parse(date) / 1000)} +0000`;
}
