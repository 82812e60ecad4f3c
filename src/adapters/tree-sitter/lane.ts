/** One worker, replaced when it died or had to be ended. It is given some jobs ahead and answers them in their order. */
import { Worker } from 'node:worker_threads';
import type { PythonJob } from '../../../analyzers/syntax/extract.js';

/** `answered(undefined)` says that the job was given up. */
export type Task = {
  readonly job: PythonJob;
  readonly answered: (facts: string | undefined) => void;
  readonly failed: (error: Error) => void;
};

/** Jobs a worker has while nobody looks: this process may be reading files for a while. */
const AHEAD = 16;
const HEAP_MB = 256;
const HEARING_MS = 100;

export class Lane {
  private worker: Worker | undefined;
  /** Given to the worker and not answered; the first is the one it is at. */
  private readonly given: Task[] = [];
  private isReady = false;
  private silence: NodeJS.Timeout | undefined;

  constructor(
    private readonly file: URL,
    private readonly silenceMs: number,
    private readonly waiting: Task[],
  ) {}

  /** Takes what is waiting, as far as it may. */
  take(): void {
    while (this.given.length < AHEAD && this.waiting.length > 0) {
      this.worker ??= this.start();
      const task = this.waiting.shift();
      if (!task) break;
      this.given.push(task);
      this.worker.postMessage(task.job);
    }
    this.listen();
  }

  async end(): Promise<void> {
    const worker = this.worker;
    this.worker = undefined;
    clearTimeout(this.silence);
    worker?.removeAllListeners();
    // One that runs out of memory while it is ended says so once more; nobody may be left to take that for their own failure.
    worker?.on('error', () => undefined);
    await worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(this.file, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
    this.isReady = false;
    worker.on('message', (facts: string) => {
      if (this.isReady) this.given.shift()?.answered(facts);
      this.isReady = true;
      this.take();
    });
    let failure: Error | undefined;
    worker.on('error', (error: Error) => {
      failure = error;
    });
    worker.on('exit', () => {
      if (this.worker !== worker) return;
      // One that never was ready will not be the next time either.
      if (this.isReady) void this.replace();
      else for (const task of this.given.splice(0)) task.failed(failure ?? new Error('the worker did not start'));
    });
    return worker;
  }

  /**
   * Waits for the next word of the worker while it has something to do. When this process was busy for as long, words may have
   * come that nobody heard yet: it listens once more before it gives the worker up.
   */
  private listen(): void {
    clearTimeout(this.silence);
    if (!this.isReady || this.given.length === 0) return;
    this.silence = setTimeout(() => {
      this.silence = setTimeout(() => void this.replace(), HEARING_MS);
    }, this.silenceMs);
  }

  /** Gives up the job the worker was at, and gives the others to a new one. */
  private async replace(): Promise<void> {
    const [lost, ...others] = this.given.splice(0);
    await this.end();
    this.waiting.unshift(...others);
    lost?.answered(undefined);
    this.take();
  }
}
