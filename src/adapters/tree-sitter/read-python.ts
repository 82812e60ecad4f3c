/** Python sources to facts: in this process while they are few, over two workers once they are many. */
import { existsSync } from 'node:fs';
import { emptyFacts, factsText, type PythonJob, type ReadPython } from '../../../analyzers/python/extract.js';
import { packFacts } from '../../../analyzers/python/packed.js';
import type { ParsePython } from '../../../analyzers/syntax/node.js';
import { Lane, type Task } from './lane.js';
import { openParser } from './parse.js';

/** Starting workers costs more than a scan of fewer files saves. */
const WORKERS_FROM = 100;
const WORKERS = 2;
/** The parser's own deadline and two seconds: a worker that is silent for longer is ended. */
const SILENCE_MS = 2_500;

export type PythonReader = { readonly read: ReadPython; readonly close: () => Promise<void> };
type Options = { readonly workersFrom?: number; readonly workerFile?: URL; readonly silenceMs?: number };

/** The parser is opened with the first job: a scan that finds everything in the cache needs none. */
export function pythonReader({
  workersFrom = WORKERS_FROM,
  workerFile = new URL('./worker.js', import.meta.url),
  silenceMs = SILENCE_MS,
}: Options = {}): PythonReader {
  const waiting: Task[] = [];
  // Run from TypeScript sources there is no compiled worker: everything is parsed here.
  const lanes = existsSync(workerFile) ? Array.from({ length: WORKERS }, () => new Lane(workerFile, silenceMs, waiting)) : [];
  let parser: Promise<ParsePython> | undefined;
  let read = 0;
  return {
    async read(jobs) {
      if (jobs.length === 0) return [];
      read += jobs.length;
      if (lanes.length > 0 && read > workersFrom) return inWorkers(lanes, waiting, jobs);
      parser ??= openParser();
      const parse = await parser;
      return jobs.map((job) => factsText(job, parse));
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane.end()));
    },
  };
}

/** Every lane takes from one queue, so that none waits while there is work. */
async function inWorkers(lanes: readonly Lane[], waiting: Task[], jobs: readonly PythonJob[]): Promise<readonly string[]> {
  const answers = jobs.map(
    (job) =>
      new Promise<string | undefined>((answered, failed) => {
        waiting.push({ job, answered, failed });
      }),
  );
  for (const lane of lanes) lane.take();
  const found = await Promise.all(answers);
  return found.map((facts, index) => facts ?? givenUp(jobs[index]?.sha ?? ''));
}

function givenUp(sha: string): string {
  return packFacts(emptyFacts([{ reason: 'parse-timeout', line: 1, text: `blob ${sha} was given up` }]));
}
