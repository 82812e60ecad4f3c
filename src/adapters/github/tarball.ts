/** The wanted files of an archive while it streams by: nothing is written to disk, and every cap is kept before the bytes are. */

import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { ProblemError } from '../../core/problem.js';

export type ArchiveCaps = { readonly compressed: number; readonly inflated: number; readonly entries: number; readonly ratio: number };
export const ARCHIVE_CAPS: ArchiveCaps = { compressed: 1024 ** 3, inflated: 4 * 1024 ** 3, entries: 200_000, ratio: 200 };

/** A ratio says nothing about small archives. */
const RATIO_FROM = 16 * 1024 * 1024;
const IDLE_MS = 60_000;

export type ArchivedFile = { readonly path: string; readonly bytes: Buffer };

/** `wanted`: the size of each path that is kept. */
export async function* readArchive(
  archive: ReadableStream<Uint8Array>,
  wanted: ReadonlyMap<string, number>,
  caps: ArchiveCaps = ARCHIVE_CAPS,
): AsyncGenerator<ArchivedFile> {
  const counts = { compressed: 0, inflated: 0, entries: 0 };
  const ready: ArchivedFile[] = [];
  const faults: Error[] = [];
  const parser = new Parser({ strict: true, onReadEntry: collectInto(ready, wanted, counts) });
  let isOver = false;
  parser.on('eof', () => {
    isOver = true;
  });
  parser.on('error', (error) => void faults.push(error instanceof Error ? error : new Error(String(error))));
  const check = () => {
    const [fault] = faults;
    if (fault) throw broken(fault.message, fault);
    const excess = overCap(counts, caps);
    if (excess) throw tooLarge(excess);
  };
  for await (const chunk of inflated(archive, counts, check)) {
    parser.write(chunk);
    check();
    while (ready.length > 0) {
      const file = ready.shift();
      if (file) yield file;
    }
    // The parser would keep, and copy again and again, whatever follows the end.
    if (isOver) break;
  }
  parser.end();
  check();
  yield* ready;
}

/** Keeps the wanted entries as they end; an entry of another size is not the file we know. */
function collectInto(ready: ArchivedFile[], wanted: ReadonlyMap<string, number>, counts: Counts): (entry: ReadEntry) => void {
  const seen = new Set<string>();
  return (entry) => {
    counts.entries += 1;
    const path = safePath(entry);
    const isFirst = path !== undefined && !seen.has(path.toLowerCase());
    if (path !== undefined) seen.add(path.toLowerCase());
    if (path === undefined || !isFirst || wanted.get(path) !== entry.size) {
      entry.resume();
      return;
    }
    const chunks: Buffer[] = [];
    entry.on('data', (chunk) => void chunks.push(chunk));
    entry.on('end', () => void ready.push({ path, bytes: Buffer.concat(chunks) }));
  };
}

/** Inflated as the reader asks for it; whoever stops asking ends the download. */
async function* inflated(archive: ReadableStream<Uint8Array>, counts: Counts, check: () => void): AsyncGenerator<Buffer> {
  const source = Readable.from(arriving(archive, counts, check));
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    for await (const chunk of gunzip) {
      counts.inflated += chunk.byteLength;
      yield chunk;
    }
  } catch (error) {
    throw error instanceof ProblemError ? error : broken(error instanceof Error ? error.message : String(error), error);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

async function* arriving(archive: ReadableStream<Uint8Array>, counts: Counts, check: () => void): AsyncGenerator<Uint8Array> {
  const reader = archive.getReader();
  try {
    while (true) {
      const { done, value } = await patiently(reader.read());
      if (done) return;
      counts.compressed += value.byteLength;
      check();
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function patiently<T>(reading: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(broken(`nothing came for ${IDLE_MS} ms`)), IDLE_MS);
    reading.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Below the one folder that GitHub packs everything into; undefined for what is no plain file or points anywhere else. */
function safePath(entry: ReadEntry): string | undefined {
  if (entry.type !== 'File' && entry.type !== 'OldFile') return undefined;
  const slash = entry.path.indexOf('/');
  const path = entry.path.slice(slash + 1);
  const isSafe =
    slash > 0 && path !== '' && !/[\0\\]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  return isSafe ? path : undefined;
}

type Counts = { compressed: number; inflated: number; entries: number };

function overCap(counts: Counts, caps: ArchiveCaps): string | undefined {
  if (counts.compressed > caps.compressed) return `more than ${caps.compressed} bytes`;
  if (counts.inflated > caps.inflated) return `more than ${caps.inflated} bytes when inflated`;
  if (counts.entries > caps.entries) return `more than ${caps.entries} entries`;
  const isBomb = counts.inflated > RATIO_FROM && counts.inflated > caps.ratio * counts.compressed;
  return isBomb ? `more than ${caps.ratio} times its own size when inflated` : undefined;
}

function tooLarge(excess: string): ProblemError {
  return new ProblemError({
    kind: 'world',
    what: `The archive of the repository holds ${excess}, and was not read further.`,
    remedy: 'Leave large folders out of it, or scan a clone with `sf scan`.',
  });
}

function broken(because: string, cause?: unknown): ProblemError {
  const what = `The archive of the repository broke off: ${because.replace(/\.$/, '')}.`;
  return new ProblemError({ kind: 'world', what, remedy: 'It is fetched again.' }, { retry: true, cause });
}
