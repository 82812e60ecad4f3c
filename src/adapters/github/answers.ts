/** What GitHub answers, as values: done, refused for a reason, or unclear. Only the first two say what happened. */
import type * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import type { As } from './limits.js';

/** One request. The route is GitHub's own, as its description names it: `GET /repos/{owner}/{repo}`. */
export type Target = {
  readonly as: As;
  readonly route: string;
  readonly params?: Readonly<Record<string, unknown>>;
  /** What it names by SHA never changes: answered once, it is not asked for again. */
  readonly immutable?: boolean;
  readonly maxBytes?: number;
};

export type Done = { readonly ok: true; readonly status: number; readonly data: unknown; readonly next?: string };
export type Refusal = {
  readonly ok: false;
  readonly status: number;
  /** GitHub's own words, cut to a line. */
  readonly message: string;
  /** Where GitHub says which permission was missing. */
  readonly needs?: string;
};
export type Reply = Done | Refusal;
/** The request may or may not have taken effect. */
export type Unclear = { readonly unclear: string };
export type GraphqlFault = { readonly message: string; readonly type?: string };

const MESSAGE_LENGTH = 300;

export function isUnclear(answer: Reply | Unclear): answer is Unclear {
  return 'unclear' in answer;
}

export function line(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, MESSAGE_LENGTH);
}

/** `GET /repos/{owner}/{repo}` as a person would name it: `GET /repos/acme/lake`. */
export function named({ route, params = {} }: Pick<Target, 'route' | 'params'>): string {
  return line(route.replace(/\{\+?(\w+)\}/g, (hole, name: string) => String(params[name] ?? hole)));
}

/** What a refusal means to whoever runs this; only a failure of GitHub's own may pass by itself. */
export function refused(target: Pick<Target, 'route' | 'params'>, { status, message, needs }: Refusal): ProblemError {
  const what = `GitHub refused ${named(target)} with ${status}: ${message.replace(/\.$/, '')}.`;
  return new ProblemError({ kind: 'world', what, remedy: REMEDIES[status]?.(needs) ?? 'Look at what GitHub says and run again.' });
}

export function unanswered(target: Pick<Target, 'route' | 'params'>, because: string): ProblemError {
  return new ProblemError(
    {
      kind: 'world',
      what: `GitHub did not answer ${named(target)}: ${line(because).replace(/\.$/, '')}.`,
      remedy: 'It is tried again; see githubstatus.com if it stays so.',
    },
    { retry: true },
  );
}

const REMEDIES: Readonly<Record<number, (needs: string | undefined) => string>> = {
  401: () => "Check the App's id and private key, and this machine's clock.",
  403: (needs) =>
    needs ? `Give the App the permission ${needs}.` : "Check the App's permissions and that its installation is not suspended.",
  404: () => 'Check that the App is installed on it and that it still exists.',
};

/** The answer as the fields we use; what GitHub sends otherwise is a fault that may pass. */
export function understood<T>(target: Pick<Target, 'route' | 'params'>, schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ProblemError(
    {
      kind: 'world',
      what: `GitHub's answer to ${named(target)} is not as described: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`,
      remedy: 'If it stays so, GitHub changed; report it with this message.',
    },
    { retry: true },
  );
}
