/** One trial: a fresh copy of a stage, a process that is killed on it, another that is not, and how the end differs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type EndState, endState } from './end-state.js';
import { type Stage, stageAt } from './stage.js';

const PIPE_MS = 300;
const CHILD = fileURLToPath(new URL('../kill-child.js', import.meta.url));

/** Scenes `from` up to (not with) `to`. */
export type Span = { readonly from: number; readonly to: number };
/** `group` takes the git processes along. */
type Moment = { readonly afterMs: number; readonly group: boolean };
/** The n-th observation of a process, or a moment. */
export type Kill = { readonly at: number } | Moment;
export type Played = { readonly killed: boolean; readonly scene: number; readonly lines: readonly string[]; readonly fault?: string };

/** Plays in a process of its own. A fault is an end that was neither good nor our kill. */
export async function play(stage: Stage, span: Span, kill?: Kill, list = false): Promise<Played> {
  mkdirSync(stage.scratch, { recursive: true });
  const words = [list ? 'list' : 'play', stage.folder, '--from', String(span.from), '--to', String(span.to)];
  const at = kill && 'at' in kill ? ['--kill-at', String(kill.at)] : [];
  const child = spawn(process.execPath, [CHILD, ...words, ...at], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: stage.scratch },
    detached: true,
  });
  const timer = new AbortController();
  if (kill && 'afterMs' in kill) void killLater(child, kill, timer.signal);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const { code, signal } = await ended(child);
  timer.abort();
  const lines = out.split('\n').filter((line) => line !== '');
  const scenes = lines.filter((line) => line.startsWith('scene ')).map((line) => Number(line.slice(6)));
  const fault = signal === 'SIGKILL' || code === 0 ? {} : { fault: err.trim() || `ended with ${code ?? signal}` };
  return { killed: signal === 'SIGKILL', scene: scenes.at(-1) ?? span.from, lines, ...fault };
}

/** What is still in the pipe is waited for, but no git process that outlives its parent and keeps the pipe open. */
async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
  const closed = once(child, 'close');
  await once(child, 'exit');
  await Promise.race([closed, setTimeout(PIPE_MS)]);
  return { code: child.exitCode, signal: child.signalCode };
}

async function killLater(child: ChildProcess, { afterMs, group }: Moment, signal: AbortSignal): Promise<void> {
  const isDue = await setTimeout(afterMs, true, { signal }).catch(() => false);
  if (!isDue || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(group ? -child.pid : child.pid, 'SIGKILL');
}

/** Plays a span undisturbed and says what went wrong, if anything. */
export type Resume = (stage: Stage, span: Span) => Promise<string | undefined>;

export async function resumeAfresh(stage: Stage, span: Span): Promise<string | undefined> {
  return (await play(stage, span)).fault;
}

/** One process that resumes trial after trial: a Node that is warm takes a third of the time. */
export function openResumer(scratch: string): { readonly resume: Resume; readonly close: () => void } {
  mkdirSync(scratch, { recursive: true });
  const child = spawn(process.execPath, [CHILD, 'serve', scratch], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: scratch },
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    resume: async ({ folder }, { from, to }) => {
      child.stdin.write(`${from} ${to} ${folder}\n`);
      for (;;) {
        const answer = await answers.next();
        if (answer.done) return 'the resuming process ended';
        if (answer.value === 'done') return undefined;
        if (answer.value.startsWith('fault ')) return answer.value;
      }
    },
    close: () => child.stdin.end(),
  };
}

export type Trial = {
  readonly name: string;
  /** The stage as it stands when the span begins. */
  readonly before: string;
  readonly span: Span;
  /** One after the other, each in the process that goes on after the one before. */
  readonly kills: readonly Kill[];
  /** Go on from the first scene of the span, and not from the one that was cut off. */
  readonly fromTheTop: boolean;
};
export type Verdict = { readonly name: string; readonly kills: number; readonly difference?: string };

/** `expected`: how the span ends when nobody kills anything. */
export async function tryKills(trial: Trial, folder: string, expected: EndState, resume: Resume): Promise<Verdict> {
  copyStage(trial.before, folder);
  const stage = stageAt(folder);
  let from = trial.span.from;
  let kills = 0;
  for (const kill of trial.kills) {
    const played = await play(stage, { ...trial.span, from }, kill);
    if (played.fault !== undefined) return { name: trial.name, kills, difference: `scene ${played.scene} failed: ${played.fault}` };
    if (played.killed) kills += 1;
    if (!trial.fromTheTop) from = played.scene;
  }
  const fault = await resume(stage, { ...trial.span, from });
  if (fault !== undefined) return { name: trial.name, kills, difference: `going on failed: ${fault}` };
  const difference = firstDifference(expected, await endState(stage));
  if (difference !== undefined) return { name: trial.name, kills, difference };
  rmSync(folder, { recursive: true });
  return { name: trial.name, kills };
}

/** A fleet remembers where its folders lie; a copy of it remembers where the copies do. */
export function copyStage(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  const path = join(stageAt(to).home, 'objects/fleet.json');
  if (existsSync(path)) writeFileSync(path, readFileSync(path, 'utf8').replaceAll(from, to));
}

export function firstDifference(expected: EndState, found: EndState): string | undefined {
  for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const [a, b] = [expected[name], found[name]];
    if (a === b) continue;
    if (a === undefined || b === undefined) return `${name}: ${a === undefined ? 'only here' : 'missing'}`;
    const [left, right] = [a.split('\n'), b.split('\n')];
    const line = left.findIndex((each, index) => each !== right[index]);
    const index = line === -1 ? left.length : line;
    return `${name}, line ${index + 1}:\n      undisturbed ${left[index] ?? '(nothing)'}\n      resumed     ${right[index] ?? '(nothing)'}`;
  }
  return undefined;
}
