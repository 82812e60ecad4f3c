/**
 * Python sources to facts: in this process while they are few, over two workers once they are many. What our own parser is not
 * sure of is left to a worker, however few they are: tree-sitter cannot be stopped from within.
 */
import { existsSync } from 'node:fs';
import { emptyFacts } from '../../../analyzers/python/facts.js';
import { packFacts } from '../../../analyzers/python/packed.js';
import { factsText, type PythonJob, type ReadPython } from '../../../analyzers/syntax/extract.js';
import type { ParsePython } from '../../../analyzers/syntax/node.js';
import { parsePythonSource } from '../../../analyzers/syntax/parse-python.js';
import { Lane, type Task } from './lane.js';
import { openParser } from './parse.js';

/** Starting workers costs more than a scan of fewer files saves. */
const WORKERS_FROM = 100;
const WORKERS = 2;
/** The parser's own deadline and two seconds: a worker that is silent for longer is ended. */
const SILENCE_MS = 2_500;

export type PythonReader = { readonly read: ReadPython; readonly close: () => Promise<void> };
type Options = { readonly workersFrom?: number; readonly workerFile?: URL; readonly silenceMs?: number };

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
      if (lanes.length > 0)
        return read > workersFrom ? inWorkers(lanes, waiting, jobs) : here(jobs, (some) => inWorkers(lanes, waiting, some));
      parser ??= openParser();
      const parse = await parser;
      return jobs.map((job) => factsText(job, parse));
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane.end()));
    },
  };
}

/** By our own parser; those that it gives up are read elsewhere. */
async function here(jobs: readonly PythonJob[], elsewhere: ReadPython): Promise<readonly string[]> {
  const texts = jobs.map((job) => ownFacts(job));
  const rest = await elsewhere(jobs.filter((_, index) => texts[index] === undefined));
  let next = 0;
  return texts.map((text) => text ?? rest[next++] ?? '');
}

function ownFacts(job: PythonJob): string | undefined {
  let isLeft = false;
  const text = factsText(job, (source, use) => {
    const root = parsePythonSource(source);
    isLeft = !root;
    return root && use(root);
  });
  return isLeft ? undefined : text;
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
