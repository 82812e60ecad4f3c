/** One git process from its arguments to its answer, in values alone: they can be sent to another process. */
import { type ChildProcess, spawn } from 'node:child_process';

export type GitRequest = {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly input: string | Uint8Array;
  /** More standard output than this ends git. */
  readonly maxBytes: number;
  /** Still at it after so long, it is ended. */
  readonly maxMs?: number;
};
export type GitOutcome =
  | { readonly kind: 'ended'; readonly code: number; readonly stdout: Uint8Array; readonly stderr: string }
  | { readonly kind: 'said-too-much' }
  | { readonly kind: 'took-too-long' }
  | { readonly kind: 'not-started'; readonly why: string };

/** Those at work now: git outlives whoever started it while it counts, and only its next word finds that nobody listens. */
const running = new Set<ChildProcess>();

/** For a process that is about to end. */
export function endGit(): void {
  for (const child of running) child.kill('SIGKILL');
}

export function startGit({ args, env, input, maxBytes, maxMs }: GitRequest): Promise<GitOutcome> {
  return new Promise((resolve) => {
    const child = spawn('git', args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    running.add(child);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let bytes = 0;
    const timer =
      maxMs === undefined
        ? undefined
        : setTimeout(() => {
            child.kill('SIGKILL');
            resolve({ kind: 'took-too-long' });
          }, maxMs);
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return void out.push(chunk);
      out.length = 0;
      child.kill('SIGKILL');
      resolve({ kind: 'said-too-much' });
    });
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', ({ message }) => {
      running.delete(child);
      resolve({ kind: 'not-started', why: message });
    });
    child.on('close', (code) => {
      running.delete(child);
      clearTimeout(timer);
      resolve({ kind: 'ended', code: code ?? 1, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8') });
    });
    // A git that ends early closes its input; what it said is in the exit code and on standard error.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
