/** §4.1 A source that keeps account of what it does not give: files above the limit of their kind, and files that cannot be read. */
import { CODEOWNERS_PLACES } from '../../analyzers/ownership/codeowners.js';
import { MAX_BYTES } from '../../analyzers/python/source.js';
import { pythonKind } from '../../analyzers/read-file.js';
import type { Unresolved } from '../core/facts.js';
import type { FileEntry, SourceFile } from '../core/repo.js';
import type { RepoSource } from '../ports.js';

export type GuardedSource = {
  readonly source: RepoSource;
  /** One row for each file that was asked for and not given, and for each folder that nobody could look into. */
  readonly skipped: () => readonly Unresolved[];
};

const MAX_DECLARATION = 2_000_000;
/** GitHub's own limit. */
const MAX_CODEOWNERS = 3 * 1024 * 1024;

/** Sizes are known from the listing: what is too large costs nothing. */
export function guarded(source: RepoSource): GuardedSource {
  const skipped = new Map<string, Unresolved>();
  const read = async function* (files: readonly FileEntry[]): AsyncGenerator<SourceFile> {
    const fitting: FileEntry[] = [];
    for (const file of files) {
      if (file.size <= limitOf(file.path)) fitting.push(file);
      else skipped.set(file.path, { file: file.path, line: 1, reason: 'too-large', text: `${file.size} bytes` });
    }
    const missing = new Set(fitting.map(({ path }) => path));
    for await (const file of source.read(fitting)) {
      missing.delete(file.path);
      yield file;
    }
    for (const path of missing) skipped.set(path, { file: path, line: 1, reason: 'unreadable-file', text: UNREADABLE });
  };
  const folders = () =>
    (source.unlisted?.() ?? []).map(
      ({ path, why }): Unresolved => ({ file: `${path}/`, line: 1, reason: 'unreadable-file', text: `${UNLISTED} (${why})` }),
    );
  return { source: { ...source, list: () => source.list(), read }, skipped: () => [...folders(), ...skipped.values()] };
}

const UNLISTED = 'this folder may not be looked into, and nothing of it was read: let this user read it, or have git ignore it';

const UNREADABLE = 'it is listed, but its content is not there, may not be read, or is not what its name in git stands for';

function limitOf(path: string): number {
  const kind = pythonKind(path);
  if (kind !== undefined) return MAX_BYTES[kind];
  return CODEOWNERS_PLACES.some((place) => place === path) ? MAX_CODEOWNERS : MAX_DECLARATION;
}
