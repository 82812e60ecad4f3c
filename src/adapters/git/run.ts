/** The one place that asks git: no hooks, no prompts, no configuration of the machine, no network. */
import { resolve } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { runGit } from './starter.js';

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

function environment(extra: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
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
  /** Longer than this and git is ended, and the call refused. */
  readonly maxMs?: number;
};

/** A listing of a million files has room; what has none is not a repository anybody works in. */
const MAX_OUTPUT = 512 * 1024 * 1024;

/** Runs `git` in `directory` and returns whatever it answered; throws `ProblemError(world)` only when git cannot be started. */
export async function git(
  directory: string,
  args: readonly string[],
  { input = '', env = {}, maxBytes = MAX_OUTPUT, maxMs }: GitInput = {},
): Promise<GitResult> {
  // Whole, since git may be started by a process that stands elsewhere.
  const outcome = await runGit({
    args: ['-C', resolve(directory), ...SAFE_OPTIONS, ...args],
    env: environment(env),
    input,
    maxBytes,
    ...(maxMs === undefined ? {} : { maxMs }),
  });
  if (outcome.kind === 'took-too-long')
    throw new ProblemError({
      kind: 'world',
      what: `git ${args[0]} in ${directory} took more than ${Math.round((maxMs ?? 0) / 1000)} seconds and was stopped.`,
      remedy: 'Look for ignore rules or renames that are very many there.',
    });
  if (outcome.kind === 'said-too-much') throw tooMuch(directory, args, maxBytes);
  if (outcome.kind === 'not-started')
    throw new ProblemError({
      kind: 'world',
      what: `git could not be started: ${outcome.why}.`,
      remedy: 'Install git and put it on the PATH.',
    });
  const { buffer, byteOffset, byteLength } = outcome.stdout;
  return { code: outcome.code, stdout: Buffer.from(buffer, byteOffset, byteLength), stderr: outcome.stderr };
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
