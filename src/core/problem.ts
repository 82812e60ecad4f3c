/** What may be said to a person when something is wrong, and the exit code it ends with (§14). */

/** `usage` 2: the call or its input is wrong. `world` 3: disk, network or a tool failed. `no` 1: the answer is no. */
export type ProblemKind = 'usage' | 'world' | 'no';

export type Problem = {
  readonly kind: ProblemKind;
  /** One sentence: what happened and where. */
  readonly what: string;
  /** One sentence: what to do about it. */
  readonly remedy: string;
};

export const EXIT_CODES: Readonly<Record<ProblemKind, number>> = { no: 1, usage: 2, world: 3 };

/** Thrown by adapters and edges only; carries a `Problem` to the CLI's main or the engine's step. */
export class ProblemError extends Error {
  readonly problem: Problem;
  /** Whether the same call may succeed later. */
  readonly retry: boolean;
  /** When it may succeed, where the world said so (a limit that ends): nobody should try before. */
  readonly until: string | undefined;
  constructor(problem: Problem, options: { readonly retry?: boolean; readonly until?: string; readonly cause?: unknown } = {}) {
    super(`${problem.what} ${problem.remedy}`, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'ProblemError';
    this.problem = problem;
    this.retry = options.retry ?? options.until !== undefined;
    this.until = options.until;
  }
}

/** What the operating system says, by its code: which file or folder, and what to do. */
const SYSTEM: Readonly<Record<string, { readonly kind: ProblemKind; readonly says: string; readonly remedy: string }>> = {
  ENOENT: { kind: 'usage', says: 'does not exist', remedy: 'Name a file or folder that is there.' },
  ENOTDIR: { kind: 'usage', says: 'is no folder, or lies below a file', remedy: 'Name a folder.' },
  EEXIST: { kind: 'usage', says: 'is a file where a folder is needed', remedy: 'Name another folder, or move the file away.' },
  EISDIR: { kind: 'usage', says: 'is a folder where a file is needed', remedy: 'Name a file, or move the folder away.' },
  EACCES: { kind: 'world', says: 'may not be read or written by this user', remedy: 'Change its permissions, or name another place.' },
  EPERM: { kind: 'world', says: 'may not be changed by this user', remedy: 'Change its permissions, or name another place.' },
  EROFS: { kind: 'world', says: 'lies on a disk that is read-only', remedy: 'Name another place.' },
  ENOSPC: { kind: 'world', says: 'found no space left on the disk', remedy: 'Free some space and run again.' },
  EDQUOT: { kind: 'world', says: 'is over the quota of the disk', remedy: 'Free some space and run again.' },
  EMFILE: { kind: 'world', says: 'is one open file too many', remedy: 'Raise the limit of open files (ulimit -n) and run again.' },
  EIO: { kind: 'world', says: 'cannot be read from or written to its disk', remedy: 'Check the disk and run again.' },
  ENAMETOOLONG: { kind: 'usage', says: 'has too long a name', remedy: 'Name a shorter path.' },
  ELOOP: { kind: 'usage', says: 'is a link that leads to itself', remedy: 'Mend the link.' },
};

/** The problem that something thrown carries or amounts to; undefined for what nobody foresaw, which is a bug. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof ProblemError) return error.problem;
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const known = SYSTEM[error.code];
  if (!known) return undefined;
  const place = 'path' in error && typeof error.path === 'string' ? error.path : 'A write';
  return { kind: known.kind, what: `${place} ${known.says}.`, remedy: known.remedy };
}
