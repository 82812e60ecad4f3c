/** The one place that starts git: no hooks, no prompts, no configuration of the machine, no network. */
import { spawn } from 'node:child_process';
import { ProblemError } from '../../core/problem.js';

const SAFE_OPTIONS = [
  '--no-replace-objects',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.untrackedCache=false',
  '-c',
  'gc.auto=0',
  '-c',
  'maintenance.auto=false',
  '-c',
  'protocol.allow=never',
  '-c',
  'core.logAllRefUpdates=false',
];

function environment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(['PATH', 'HOME', 'TMPDIR', 'LANG'].map((name) => [name, process.env[name]]));
  return {
    ...inherited,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    // The repository's own settings may allow what `protocol.allow` forbids; this they cannot: no protocol has that name.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_PROTOCOL_FROM_USER: '0',
    LC_ALL: 'C',
    ...extra,
  };
}

export type GitResult = { readonly code: number; readonly stdout: Buffer; readonly stderr: string };
export type GitInput = {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** More standard output than this ends git, and the call is refused. */
  readonly maxBytes?: number;
};

/** A listing of a million files has room; what has none is not a repository anybody works in. */
const MAX_OUTPUT = 512 * 1024 * 1024;

/** Runs `git` in `directory` and returns whatever it answered; throws `ProblemError(world)` only when git cannot be started. */
export function git(
  directory: string,
  args: readonly string[],
  { input, env = {}, maxBytes = MAX_OUTPUT }: GitInput = {},
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', directory, ...SAFE_OPTIONS, ...args], { env: environment(env), stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let bytes = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return void out.push(chunk);
      out.length = 0;
      child.kill('SIGKILL');
      reject(tooMuch(directory, args, maxBytes));
    });
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (cause) =>
      reject(
        new ProblemError({ kind: 'world', what: 'git could not be started.', remedy: 'Install git and put it on the PATH.' }, { cause }),
      ),
    );
    child.on('close', (code) => resolve({ code: code ?? 1, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8') }));
    // A git that ends early closes its input; what it said is in the exit code and on standard error.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}

function tooMuch(directory: string, args: readonly string[], maxBytes: number): ProblemError {
  return new ProblemError({
    kind: 'world',
    what: `git ${args[0]} in ${directory} said more than ${Math.round(maxBytes / 1024 / 1024)} MB and was stopped.`,
    remedy: 'Look for files of that size there, and take them out of the repository.',
  });
}

/** As `git`, for calls that must succeed: standard output as text without the last newline. */
export async function gitText(directory: string, args: readonly string[], input: GitInput = {}): Promise<string> {
  const result = await git(directory, args, input);
  if (result.code === 0) return result.stdout.toString('utf8').replace(/\n$/, '');
  throw new ProblemError({
    kind: 'world',
    what: `git ${args[0]} failed in ${directory}: ${result.stderr.trim().split('\n')[0] ?? 'no message'}.`,
    remedy: 'Run `git fsck` there, mend what it names and try again.',
  });
}
