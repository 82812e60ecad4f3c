/**
 * Who starts git. To start a process copies the page tables of the one that does: 1 ms for a process of 50 MB, 30 ms for
 * one of 450 MB. So a process that has grown has a small one of its own start git.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GitOutcome, type GitRequest, startGit } from './start.js';
import type { Asked } from './worker.js';

/** From this size on a start costs more than sending the request and the answer. */
const GROWN_BYTES = 128 * 1024 * 1024;

type Answer = { readonly id: number; readonly outcome: GitOutcome };
type Starter = { readonly process: ChildProcess; readonly waiting: Map<number, (outcome: GitOutcome) => void> };

const own: { starter?: Starter; asked: number } = { asked: 0 };

export function runGit(request: GitRequest): Promise<GitOutcome> {
  const file = workerFile();
  if (file === undefined || (!own.starter && process.memoryUsage.rss() < GROWN_BYTES)) return startGit(request);
  own.starter ??= newStarter(file);
  return ask(own.starter, { id: own.asked++, request });
}

/** The compiled worker; the sources run by a test have theirs in `dist/`. */
function workerFile(): string | undefined {
  return ['./worker.js', '../../../dist/src/adapters/git/worker.js']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
}

function newStarter(file: string): Starter {
  const child = fork(file, [], { serialization: 'advanced', cwd: dirname(file), execArgv: [], env: {}, stdio: 'ignore' });
  const starter: Starter = { process: child, waiting: new Map() };
  child.on('message', ({ id, outcome }: Answer) => starter.waiting.get(id)?.(outcome));
  const end = (why: string): void => {
    if (own.starter === starter) delete own.starter;
    for (const answer of starter.waiting.values()) answer({ kind: 'not-started', why });
  };
  child.on('error', ({ message }) => end(message));
  child.on('exit', () => end('the process that starts git has ended'));
  rest(starter);
  return starter;
}

function ask({ process: child, waiting }: Starter, asked: Asked): Promise<GitOutcome> {
  return new Promise((resolve) => {
    waiting.set(asked.id, (outcome) => {
      waiting.delete(asked.id);
      if (waiting.size === 0) rest({ process: child, waiting });
      resolve(outcome);
    });
    child.ref();
    child.channel?.ref();
    child.send(asked);
  });
}

/** Without a question under way it keeps nobody from ending. */
function rest({ process: child }: Starter): void {
  child.unref();
  child.channel?.unref();
}
