/** A repository as a value: what is in it, and the bytes that were asked for. */
import type { Autonomy } from './decide/autonomy.js';
import type { Decision } from './evidence.js';

/**
 * `sha` is git's blob id (SHA-1 of `blob <size>\0<bytes>`), whatever the source: facts are cached under it. It is empty in the
 * listing of a source that learns it only by reading, and never in what was read.
 */
export type FileEntry = { readonly path: string; readonly sha: string; readonly size: number };
/** `why`: as the system calls it, `EACCES`. */
export type UnlistedFolder = { readonly path: string; readonly why: string };
export type SourceFile = FileEntry & { readonly bytes: Uint8Array };

/** A repository of the forge that the App may read, as the forge says. `id` survives renames and transfers, the name does not. */
export type InstalledRepository = {
  readonly id: number;
  /** `owner/name` as it is now. */
  readonly name: string;
  readonly installation: number;
  readonly defaultBranch: string;
  /** Only `active` ones are scanned; a fork or an archived repository claims no urn (decision 0001). */
  readonly state: 'active' | 'archived' | 'disabled' | 'fork' | 'removed';
  readonly isPrivate: boolean;
};

/** A commit of the default branch, its tree, and when we were done with it. */
export type Seen = { readonly commit: string; readonly tree: string; readonly at: string };

/** What is known of a repository beside. Each has one writer, who changes nothing else. */
export type RepositoryRow = InstalledRepository & {
  /** Whether its rules let anything merge alone, as read with the last scan. */
  readonly autonomy?: Decision<Autonomy>;
  /** What was scanned last; that the fleet follows it is asked for. */
  readonly scanned?: Seen;
  /** The scan that the registrations speak of. */
  readonly followed?: Seen;
};
