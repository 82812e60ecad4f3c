/** The bot's end of a source that is read in another process: the listing, and files in portions, as fast as they are asked for. */
import type { FileEntry, SourceFile } from '../../core/repo.js';
import type { RepoSource } from '../../ports.js';
import type { FromChild, ToChild } from './messages.js';

/** A portion is full with either; the process asks for the next while it works on one. */
const PORTION_FILES = 64;
const PORTION_BYTES = 1024 * 1024;

export type Asking = Extract<FromChild, { readonly kind: 'list' | 'read' | 'more' | 'enough' }>;

/** Undefined: there is nothing to answer. */
export function servingOf(source: RepoSource): (asked: Asking) => Promise<ToChild | undefined> {
  const reads = new Map<number, AsyncIterator<SourceFile>>();
  let listing: readonly FileEntry[] = [];

  const portion = async (read: number): Promise<ToChild | undefined> => {
    const files = reads.get(read);
    if (!files) return undefined;
    const taken = await portionOf(files);
    if (taken.isLast) reads.delete(read);
    return { kind: 'files', read, ...taken };
  };
  return async (asked) => {
    switch (asked.kind) {
      case 'list':
        listing = await source.list();
        return { kind: 'listed', files: listing };
      case 'read': {
        // By their places in the listing: nothing can be asked for that was not listed.
        const wanted = asked.files.flatMap((at) => listing[at] ?? []);
        reads.set(asked.read, source.read(wanted)[Symbol.asyncIterator]());
        return portion(asked.read);
      }
      case 'more':
        return portion(asked.read);
      case 'enough': {
        const files = reads.get(asked.read);
        reads.delete(asked.read);
        await files?.return?.();
        return undefined;
      }
    }
  };
}

async function portionOf(files: AsyncIterator<SourceFile>): Promise<{ readonly files: readonly SourceFile[]; readonly isLast: boolean }> {
  const taken: SourceFile[] = [];
  for (let bytes = 0; taken.length < PORTION_FILES && bytes < PORTION_BYTES; ) {
    const next = await files.next();
    if (next.done) return { files: taken, isLast: true };
    // The bytes belong to the source until the next file.
    taken.push({ ...next.value, bytes: new Uint8Array(next.value.bytes) });
    bytes += next.value.bytes.length;
  }
  return { files: taken, isLast: false };
}
