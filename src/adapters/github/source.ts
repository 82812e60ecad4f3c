/** One commit of a repository on GitHub: its tree as a list, and bytes by whichever way costs least; each blob is checked against its SHA. */
import type { FileEntry, SourceFile } from '../../core/repo.js';
import type { RepoSource } from '../../ports.js';
import { blobSha, readBlob, readTexts } from './blobs.js';
import type { Reader } from './client.js';
import { type Place, routed } from './place.js';
import { readArchive } from './tarball.js';
import { listTree, readCommit } from './trees.js';

/** Up to so many files are asked for one by one: an archive would bring the whole repository. */
const FEW_FILES = 100;

export async function openSource(reader: Reader, place: Place, commit: string): Promise<RepoSource> {
  const { tree } = await readCommit(reader, place, commit);
  return {
    name: place.name,
    commit,
    list: async () => {
      const entries = await listTree(reader, place, tree);
      // Links and submodules are no files of this repository.
      return entries.flatMap(({ path, mode, sha, size = 0 }) => (mode === '100644' || mode === '100755' ? [{ path, sha, size }] : []));
    },
    read: (files) => (files.length <= FEW_FILES ? readFew(reader, place, files) : readMany(reader, place, commit, files)),
  };
}

async function* readFew(reader: Reader, place: Place, files: readonly FileEntry[]): AsyncGenerator<SourceFile> {
  const texts = await readTexts(reader, place, files);
  for (const file of files) {
    const bytes = texts.get(file.sha) ?? (await readBlob(reader, place, file.sha, file.size));
    if (bytes) yield { ...file, bytes };
  }
}

/**
 * The archive comes in the order of the tree, which is mostly the order asked for. What it lacks or shows otherwise (git's
 * `export-ignore` and `export-subst`) is asked for by itself at the end.
 */
async function* readMany(reader: Reader, place: Place, commit: string, files: readonly FileEntry[]): AsyncGenerator<SourceFile> {
  const wanted = new Map(files.map((file) => [file.path, file]));
  const held = new Map<string, Buffer>();
  let next = 0;
  const inOrder = function* (): Generator<SourceFile> {
    for (let file = files[next]; file; file = files[next]) {
      const bytes = held.get(file.path);
      if (!bytes) return;
      held.delete(file.path);
      next += 1;
      yield { ...file, bytes };
    }
  };
  const target = { as: place.installation, route: 'GET /repos/{owner}/{repo}/tarball/{ref}', params: { ...routed(place), ref: commit } };
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  for await (const { path, bytes } of readArchive(await reader.tarball(target), sizes)) {
    if (blobSha(bytes) !== wanted.get(path)?.sha) continue;
    held.set(path, bytes);
    yield* inOrder();
  }
  while (next < files.length) {
    const rest = files.slice(next, next + FEW_FILES);
    const missing = await collected(
      readFew(
        reader,
        place,
        rest.filter(({ path }) => !held.has(path)),
      ),
    );
    for (const file of rest) {
      const bytes = held.get(file.path) ?? missing.get(file.path);
      held.delete(file.path);
      if (bytes) yield { ...file, bytes };
    }
    next += rest.length;
  }
}

async function collected(files: AsyncIterable<SourceFile>): Promise<ReadonlyMap<string, Uint8Array>> {
  const bytes = new Map<string, Uint8Array>();
  for await (const file of files) bytes.set(file.path, file.bytes);
  return bytes;
}
