/** What GitHub lets an installation do per hour: a limit is said with its end, and until then nothing more is sent. */
import { ProblemError } from '../../core/problem.js';
import type { Clock } from '../../ports.js';

/** Who asks: the App itself, one of its installations, or nobody in particular. */
export type As = 'app' | 'nobody' | number;
/** GitHub counts these apart. */
export type Quota = 'core' | 'graphql';
export type Allowance = { readonly limit: number; readonly remaining: number; readonly reset: string };
type Head = { get(name: string): string | null };

export type Limits = {
  /** Throws while a limit of this asker stands. */
  admit(as: As, quota: Quota): void;
  /** Keeps what an answer says about the allowance. */
  note(as: As, quota: Quota, headers: Head): void;
  /** The problem of an answer that was refused for a limit; undefined where it was refused for something else. */
  limited(
    as: As,
    quota: Quota,
    answer: { readonly status: number; readonly headers: Head; readonly message: string },
  ): ProblemError | undefined;
  allowance(as: As, quota: Quota): Allowance | undefined;
};

const MINUTE_MS = 60_000;
const LONGEST_MS = 60 * MINUTE_MS;

export function createLimits(clock: Clock): Limits {
  const allowances = new Map<string, Allowance>();
  const parked = new Map<string, { readonly until: string; readonly what: string }>();
  /** Secondary limits in a row without a time of their end: each waits twice as long. */
  const streaks = new Map<As, number>();

  const park = (key: string, until: string, what: string) => {
    parked.set(key, { until, what });
    return parkedProblem(what, until);
  };
  return {
    admit: (as, quota) => {
      for (const key of [String(as), `${as}/${quota}`]) {
        const standing = parked.get(key);
        if (!standing) continue;
        if (standing.until > clock.now()) throw parkedProblem(standing.what, standing.until);
        parked.delete(key);
      }
    },
    note: (as, quota, headers) => {
      const allowance = allowanceOf(headers);
      if (!allowance) return;
      allowances.set(`${as}/${quota}`, allowance);
      if (allowance.remaining > 0 && streaks.size > 0) streaks.delete(as);
      if (allowance.remaining === 0 && allowance.reset > clock.now()) park(`${as}/${quota}`, allowance.reset, primary(as));
    },
    limited: (as, quota, { status, headers, message }) => {
      const now = Date.parse(clock.now());
      const after = Number(headers.get('retry-after') ?? Number.NaN);
      const spent = headers.get('x-ratelimit-remaining') === '0' || status === 200;
      const isSecondary = /secondary rate limit|abuse detection|too many requests/i.test(message) || status === 429;
      if (Number.isNaN(after) && !spent && !isSecondary) return undefined;
      if (!Number.isNaN(after)) return park(String(as), later(now, Math.max(1000, after * 1000)), secondary(as));
      if (spent && !/secondary/i.test(message)) {
        const reset = allowanceOf(headers)?.reset ?? later(now, MINUTE_MS);
        return park(`${as}/${quota}`, reset > later(now, 0) ? reset : later(now, MINUTE_MS), primary(as));
      }
      const streak = streaks.get(as) ?? 0;
      streaks.set(as, streak + 1);
      return park(String(as), later(now, Math.min(LONGEST_MS, MINUTE_MS * 2 ** streak)), secondary(as));
    },
    allowance: (as, quota) => allowances.get(`${as}/${quota}`),
  };
}

function later(now: number, ms: number): string {
  return new Date(now + ms).toISOString();
}

function allowanceOf(headers: Head): Allowance | undefined {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`));
  if (!limit || !remaining || !reset || Number.isNaN(Number(reset))) return undefined;
  return { limit: Number(limit), remaining: Number(remaining), reset: later(Number(reset) * 1000, 0) };
}

function asker(as: As): string {
  return typeof as === 'number' ? `installation ${as}` : 'the App';
}
function primary(as: As): string {
  return `GitHub's hourly allowance of ${asker(as)} is used up.`;
}
function secondary(as: As): string {
  return `GitHub asks ${asker(as)} to slow down.`;
}

function parkedProblem(what: string, until: string): ProblemError {
  return new ProblemError({ kind: 'world', what, remedy: `It goes on by itself at ${until}.` }, { until });
}
