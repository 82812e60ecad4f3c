/** §14.1 how a scan in a process of its own ends without facts, each said with what to do. */
import { ProblemError } from '../../core/problem.js';

export type ScanLimits = {
  /** Processor time of one scan, all its threads together. */
  readonly cpuMs: number;
  /** How long a scan may take by the clock, waiting for the forge apart. */
  readonly ownMs: number;
  readonly heapMb: number;
  /** The heap, and what lies beside it. */
  readonly residentMb: number;
  /** Letters of the facts as JSON. */
  readonly factsLength: number;
};

/** What a scan was over. */
export type Over = 'cpu' | 'time' | 'memory' | 'facts';

/** By which signal a process that scans says of itself what it was over; V8 ends without heap in the second way. */
export const OVER_SIGNALS: Readonly<Record<string, Over>> = { SIGXCPU: 'cpu', SIGABRT: 'memory' };

/** Thrown where the same scan would most likely end the same way. */
export class OverLimit extends ProblemError {
  constructor(
    readonly over: Over,
    what: string,
    remedy: string,
  ) {
    super({ kind: 'usage', what, remedy });
  }
}

export type Scanned = { readonly name: string; readonly commit: string | null };

export function overLimit(over: Over, source: Scanned, limits: ScanLimits): OverLimit {
  const said: Readonly<Record<Over, string>> = {
    cpu: `used more than ${seconds(limits.cpuMs)} of processor time`,
    time: `had no end after ${seconds(limits.ownMs)}`,
    memory: `needed more memory than it may have (${limits.heapMb} MB of heap, ${limits.residentMb} MB in all)`,
    facts: `found more than can be taken (${Math.round(limits.factsLength / 1e6)} MB of facts)`,
  };
  const remedy =
    'Take out generated code and files that were made to be slow, or switch the repository off with `enabled: false` in its .github/autopilot.yml: until then nothing of it is decided.';
  return new OverLimit(over, `The scan of ${place(source)} ${said[over]} and was ended.`, remedy);
}

export function processEnded(source: Scanned, how: string): ProblemError {
  const remedy = 'It is tried again by itself; where it ends again, see whether this machine has the memory for it.';
  return new ProblemError({ kind: 'world', what: `The process that scanned ${place(source)} ended (${how}).`, remedy }, { retry: true });
}

export function notUnderstood(source: Scanned, because: string): ProblemError {
  const remedy = 'Nothing of it was taken. Tell the makers of sf.';
  return new ProblemError({
    kind: 'world',
    what: `The process that scanned ${place(source)} said what nobody understands (${because}).`,
    remedy,
  });
}

function place({ name, commit }: Scanned): string {
  return commit === null ? name : `${name} at ${commit.slice(0, 12)}`;
}

function seconds(ms: number): string {
  return `${ms / 1000} seconds`;
}
