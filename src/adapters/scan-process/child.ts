/** The end of the process that scans: one scan after another, with a source that asks the bot, until nobody is there to answer. */
import { Worker } from 'node:worker_threads';
import type { RepoFacts } from '../../core/facts.js';
import type { FileEntry, SourceFile } from '../../core/repo.js';
import type { RepoSource } from '../../ports.js';
import type { FromChild, ToChild } from './messages.js';

/** From this size on a process is not used again: memory of WebAssembly never shrinks. */
const GROWN_BYTES = 512 * 1024 * 1024;
const LONGEST_STACK = 4000;

type Files = Extract<ToChild, { readonly kind: 'files' }>;
type Waiting<T> = { readonly answered: (value: T) => void; readonly failed: (error: Error) => void };
type Begun = Extract<ToChild, { readonly kind: 'scan' }>;

/** `parent`: the bot's process id; `residentMb`: what this process may have in memory. */
export type ChildGround = { readonly parent: number; readonly residentMb: number };

export function serveScans({ parent, residentMb }: ChildGround, scan: (source: RepoSource) => Promise<RepoFacts>): void {
  const watch = new Worker(new URL('./watch-worker.js', import.meta.url), { workerData: { parent, residentMb } });
  // When to end is for the bot to say: a terminal's Ctrl-C reaches the whole group.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit());
  let asked: Asked | undefined;
  process.on('message', (message: ToChild) => {
    if (message.kind !== 'scan') {
      asked?.answered(message);
      return;
    }
    const { user, system } = process.cpuUsage();
    watch.postMessage((user + system) / 1000 + message.cpuMs);
    asked = new Asked();
    void outcomeOf(asked.source(message), scan).then((outcome) => {
      watch.postMessage(Number.POSITIVE_INFINITY);
      say(outcome);
    });
  });
}

async function outcomeOf(source: RepoSource, scan: (source: RepoSource) => Promise<RepoFacts>): Promise<FromChild> {
  try {
    const facts = JSON.stringify(await scan(source));
    return { kind: 'scanned', facts, isGrown: process.memoryUsage.rss() > GROWN_BYTES };
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'failed', message, stack: stack.slice(0, LONGEST_STACK) };
  }
}

export function say(message: FromChild): void {
  process.send?.(message);
}

/** What one scan has asked the bot for. */
class Asked {
  private listing: Waiting<readonly FileEntry[]> | undefined;
  private readonly reads = new Map<number, Waiting<Files>>();
  private count = 0;

  source({ name, commit }: Begun): RepoSource {
    const places = new Map<string, number>();
    return {
      name,
      commit,
      list: async () => {
        const files = await new Promise<readonly FileEntry[]>((answered, failed) => {
          this.listing = { answered, failed };
          say({ kind: 'list' });
        });
        for (const [at, { path }] of files.entries()) places.set(path, at);
        return files;
      },
      read: (files) => this.read(files.flatMap(({ path }) => places.get(path) ?? [])),
    };
  }

  answered(message: Exclude<ToChild, Begun>): void {
    if (message.kind === 'listed') this.listing?.answered(message.files);
    else if (message.kind === 'files') this.reads.get(message.read)?.answered(message);
    else {
      const error = new Error('the source could not be read');
      this.listing?.failed(error);
      for (const { failed } of this.reads.values()) failed(error);
    }
  }

  /** The next portion is on its way while the files of one are worked on. */
  private async *read(files: readonly number[]): AsyncGenerator<SourceFile> {
    if (files.length === 0) return;
    const read = this.count++;
    let next = this.portion(read, { kind: 'read', read, files: [...files] });
    let isOver = false;
    try {
      while (!isOver) {
        const portion = await next;
        isOver = portion.isLast;
        if (!isOver) next = this.portion(read, { kind: 'more', read });
        yield* portion.files;
      }
    } finally {
      this.reads.delete(read);
      if (!isOver) say({ kind: 'enough', read });
    }
  }

  private portion(read: number, words: FromChild): Promise<Files> {
    const portion = new Promise<Files>((answered, failed) => {
      this.reads.set(read, { answered, failed });
      say(words);
    });
    // It is awaited later; until then nobody is to take its failure for one that nobody handles.
    portion.catch(() => undefined);
    return portion;
  }
}
