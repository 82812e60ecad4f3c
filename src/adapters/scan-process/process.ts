/** One process that scans, seen from the bot: it is given a source, asks for what it reads, and is ended when it is over its limits. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { ScannedFacts } from '../../core/artifacts/repo-facts.js';
import type { RepoFacts } from '../../core/facts.js';
import type { RepoSource } from '../../ports.js';
import { type Allowance, allowance } from './allowance.js';
import { FromChild, type ToChild } from './messages.js';
import { notUnderstood, OVER_SIGNALS, overLimit, processEnded, type ScanLimits } from './outcomes.js';
import { type Asking, servingOf } from './serving.js';

export type ScanProcess = {
  /** One after another. */
  scan(source: RepoSource): Promise<RepoFacts>;
  /** Whether another scan may be given to it. */
  isUsable(): boolean;
  end(): Promise<void>;
};
export type Start = {
  /** The program, which calls `serveScans`, and what it is called with after the bot's process id and `residentMb`. */
  readonly file: string;
  readonly words: readonly string[];
  readonly limits: ScanLimits;
  readonly warn: (line: string) => void;
};

/** How long one that was told to end is waited for before it is killed. */
const ENDING_MS = 1000;
const MOST_WORDS = 8000;
const LONGEST_LINE = 200;

type Running = {
  readonly source: RepoSource;
  readonly serve: (asked: Asking) => Promise<ToChild | undefined>;
  readonly time: Allowance;
  readonly done: (facts: RepoFacts) => void;
  readonly failed: (error: unknown) => void;
  /** Why the source could not be read. */
  fault?: { readonly error: unknown };
};
type Ended = Extract<FromChild, { readonly kind: 'scanned' | 'failed' }>;
type State = { running?: Running; isOver: boolean };

export function startScanProcess({ file, words, limits, warn }: Start): ScanProcess {
  const child = fork(file, [String(process.pid), String(limits.residentMb), ...words], {
    serialization: 'advanced',
    cwd: dirname(file),
    execArgv: [`--max-old-space-size=${limits.heapMb}`],
    // No secret of the bot's, and no option of its Node.
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const lastWords = lastWordsOf(child);
  const state: State = { isOver: false };
  const settle = (settled: (running: Running) => void): void => {
    const { running } = state;
    if (!running) return;
    delete state.running;
    running.time.end();
    rest(child, false);
    settled(running);
  };
  const giveUp = (error: unknown): void => {
    state.isOver = true;
    child.kill('SIGKILL');
    settle(({ failed }) => failed(error));
  };
  const ended = (how: (running: Running) => unknown): void => {
    state.isOver = true;
    settle((running) => running.failed(how(running)));
  };
  child.on('message', (message) => heard(message, { child, state, limits, warn, settle, giveUp }));
  child.on('error', ({ message }) => ended(({ source }) => processEnded(source, message)));
  const gone = (how: string): void => ended(({ source }) => whyEnded(source, how, limits));
  child.on('exit', (code, signal) => {
    // One that crashed has its last words still on their way. After a farewell of ours `close` may never come.
    if (signal !== null || state.isOver) gone(signal ?? `exit code ${code}`);
    state.isOver = true;
  });
  child.on('close', (code) => gone(`exit code ${code}${lastWords()}`));
  rest(child, false);
  return {
    isUsable: () => !state.isOver,
    end: () => endOf(child, state),
    scan: (source) =>
      new Promise((done, failed) => {
        const time = allowance(limits.ownMs, () => giveUp(overLimit('time', source, limits)));
        state.running = { source, serve: servingOf(source), time, done, failed };
        rest(child, true);
        tell(child, { kind: 'scan', name: source.name, commit: source.commit, cpuMs: limits.cpuMs });
      }),
  };
}

type Hearing = {
  readonly child: ChildProcess;
  readonly state: State;
  readonly limits: ScanLimits;
  readonly warn: (line: string) => void;
  readonly settle: (settled: (running: Running) => void) => void;
  readonly giveUp: (error: unknown) => void;
};

function heard(message: unknown, hearing: Hearing): void {
  const { child, state, warn, settle, giveUp } = hearing;
  const { running } = state;
  if (!running) return;
  const said = FromChild.safeParse(message);
  if (!said.success) giveUp(notUnderstood(running.source, 'a message of another shape'));
  else if (said.data.kind === 'warned') warn(said.data.line);
  else if (said.data.kind === 'scanned' || said.data.kind === 'failed') {
    const outcome = outcomeOf(said.data, running, hearing);
    settle(({ done, failed }) => ('error' in outcome ? failed(outcome.error) : done(outcome.facts)));
  } else void answer(said.data, running, { child, state });
}

type Outcome = { readonly facts: RepoFacts } | { readonly error: unknown };

function outcomeOf(said: Ended, { source, fault }: Running, { state, limits }: Hearing): Outcome {
  if (fault) return fault;
  if (said.kind === 'failed') return { error: Object.assign(new Error(said.message), { stack: said.stack }) };
  if (said.isGrown) state.isOver = true;
  return factsOf(said.facts, source, limits);
}

/** While the bot looks for the answer, the time of the scan stands still. */
async function answer(asked: Asking, running: Running, { child, state }: Pick<Hearing, 'child' | 'state'>): Promise<void> {
  running.time.pause();
  try {
    const words = await running.serve(asked);
    // Where the scan has ended meanwhile, the next one would take the answer for its own.
    if (words && state.running === running) tell(child, words);
  } catch (error) {
    running.fault ??= { error };
    if (state.running === running) tell(child, { kind: 'fault' });
  } finally {
    running.time.resume();
  }
}

function factsOf(text: string, source: RepoSource, limits: ScanLimits): Outcome {
  if (text.length > limits.factsLength) return { error: overLimit('facts', source, limits) };
  const facts = ScannedFacts.safeParse(jsonOf(text));
  if (!facts.success) return { error: notUnderstood(source, `facts of another shape at ${facts.error.issues[0]?.path.join('.') ?? ''}`) };
  const { repository, commit } = facts.data;
  if (repository !== source.name || commit !== source.commit) return { error: notUnderstood(source, 'facts of another repository') };
  return { facts: facts.data };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function whyEnded(source: RepoSource, how: string, limits: ScanLimits): Error {
  const over = OVER_SIGNALS[how];
  return over ? overLimit(over, source, limits) : processEnded(source, how);
}

/** The error that a process died of, as Node prints it: the line that names it. */
function lastWordsOf({ stderr }: ChildProcess): () => string {
  let text = '';
  stderr?.on('data', (chunk: Buffer) => {
    if (text.length < MOST_WORDS) text += chunk.toString('utf8');
  });
  // Listening keeps nobody from ending.
  if (stderr instanceof Socket) stderr.unref();
  return () => {
    const line = text.split('\n').find((each) => /^\w*Error\b/.test(each));
    return line === undefined ? '' : `, ${line.slice(0, LONGEST_LINE)}`;
  };
}

/** One that has ended is told nothing: its end says so itself. */
function tell(child: ChildProcess, words: ToChild): void {
  child.send(words, () => undefined);
}

/** Without a scan it keeps nobody from ending. */
function rest(child: ChildProcess, isScanning: boolean): void {
  if (isScanning) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}

async function endOf(child: ChildProcess, state: State): Promise<void> {
  state.isOver = true;
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const kill = setTimeout(() => child.kill('SIGKILL'), state.running ? 0 : ENDING_MS);
  child.ref();
  if (child.connected) child.disconnect();
  await once(child, 'exit');
  clearTimeout(kill);
}
