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
  constructor(problem: Problem, options: { readonly retry?: boolean; readonly cause?: unknown } = {}) {
    super(`${problem.what} ${problem.remedy}`, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'ProblemError';
    this.problem = problem;
    this.retry = options.retry ?? false;
  }
}
