/** Python sources to facts: in this process while they are few, over two workers once they are many. */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { emptyFacts, extractPython, type PythonJob, type ReadPython } from '../../../analyzers/python/extract.js';
import type { PythonFacts } from '../../../analyzers/python/facts.js';
import type { ParsePython } from '../../../analyzers/syntax/node.js';
import { openParser } from './parse.js';

/** Starting workers costs more than a scan of fewer files saves. */
const WORKERS_FROM = 300;
const WORKERS = 2;
/** The parser's own deadline and two seconds: a worker that is silent for longer is ended. */
const SILENCE_MS = 2_500;
const HEAP_MB = 256;

export type PythonReader = { readonly read: ReadPython; readonly close: () => Promise<void> };
type Options = { readonly workersFrom?: number; readonly workerFile?: URL; readonly silenceMs?: number };

/** The parser is opened with the first job: a scan that finds everything in the cache needs none. */
export function pythonReader({
  workersFrom = WORKERS_FROM,
  workerFile = new URL('./worker.js', import.meta.url),
  silenceMs = SILENCE_MS,
}: Options = {}): PythonReader {
  // Run from TypeScript sources there is no compiled worker: everything is parsed here.
  const workers = existsSync(workerFile) ? Array.from({ length: WORKERS }, () => new Lane(workerFile, silenceMs)) : [];
  let parser: Promise<ParsePython> | undefined;
  let read = 0;
  return {
    async read(jobs) {
      if (jobs.length === 0) return [];
      read += jobs.length;
      if (workers.length > 0 && read > workersFrom) return inWorkers(workers, jobs);
      parser ??= openParser();
      const parse = await parser;
      return jobs.map(({ kind, bytes }) => extractPython(kind, bytes, parse));
    },
    async close() {
      await Promise.all(workers.map((lane) => lane.end()));
    },
  };
}

/** Each lane takes the next job when it is done with one. */
async function inWorkers(lanes: readonly Lane[], jobs: readonly PythonJob[]): Promise<readonly PythonFacts[]> {
  const found: PythonFacts[] = [];
  let next = 0;
  await Promise.all(
    lanes.map(async (lane) => {
      for (let index = next++; index < jobs.length; index = next++) {
        const job = jobs[index];
        if (job) found[index] = await lane.run(job);
      }
    }),
  );
  return found;
}

/** One worker, replaced when it died or had to be ended. */
class Lane {
  private worker: Worker | undefined;
  /** Who waits for the next word of the worker; `undefined` says that there will be none. */
  private waiting: ((answer: PythonFacts | undefined) => void) | undefined;

  constructor(
    private readonly file: URL,
    private readonly silenceMs: number,
  ) {}

  async run(job: PythonJob): Promise<PythonFacts> {
    this.worker ??= await this.start();
    const answer = await this.answer(this.worker, job);
    if (answer) return answer;
    await this.end();
    return emptyFacts([{ reason: 'parse-timeout', line: 1, text: `blob ${job.sha} was given up` }]);
  }

  async end(): Promise<void> {
    const worker = this.worker;
    this.worker = undefined;
    await worker?.terminate();
  }

  private start(): Promise<Worker> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(this.file, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
      worker.once('message', () => {
        worker.on('message', (facts: PythonFacts) => this.waiting?.(facts));
        resolve(worker);
      });
      worker.on('error', (error) => {
        reject(error);
        this.waiting?.(undefined);
      });
      worker.on('exit', () => this.waiting?.(undefined));
    });
  }

  private answer(worker: Worker, job: PythonJob): Promise<PythonFacts | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.waiting?.(undefined), this.silenceMs);
      this.waiting = (answer) => {
        this.waiting = undefined;
        clearTimeout(timer);
        resolve(answer);
      };
      worker.postMessage(job);
    });
  }
}
