/**
 * §14.1 scans repositories in processes of their own: one that hangs, runs out of memory or dies takes nothing of the bot with it,
 * and has none of its secrets. A process is used again, since a warm one is quicker.
 */
import type { RepoFacts } from '../../core/facts.js';
import type { RepoSource } from '../../ports.js';
import { type Over, OverLimit, processEnded, type ScanLimits } from './outcomes.js';
import { type ScanProcess, type Start, startScanProcess } from './process.js';

/** The largest repositories tried, of 12,000 Python files, need half of the heap. */
export const SCAN_LIMITS: ScanLimits = { cpuMs: 60_000, ownMs: 180_000, heapMb: 1024, residentMb: 2048, factsLength: 32_000_000 };

/** One that is at its limits must not hold up all others. */
const PROCESSES = 2;
const IDLE_MS = 60_000;
/** A repository that was over a limit is not scanned again for so long, however often it is asked for. */
const REST_MS = 10 * 60_000;

export type ScanProcesses = { readonly scan: (source: RepoSource) => Promise<RepoFacts>; readonly close: () => Promise<void> };
export type PoolOptions = Omit<Start, 'limits'> & {
  readonly limits?: Partial<ScanLimits>;
  readonly processes?: number;
  readonly idleMs?: number;
  readonly restMs?: number;
  /** A scan was ended. */
  readonly ended?: (over: Over) => void;
};

type Resting = { readonly until: number; readonly error: OverLimit };

export function scanProcesses(options: PoolOptions): ScanProcesses {
  const { processes = PROCESSES, restMs = REST_MS, ended = () => undefined } = options;
  const places = createPlaces(processes);
  const pool = createPool(options);
  const resting = new Map<string, Resting>();
  return {
    scan: async (source) => {
      const rest = resting.get(source.name);
      if (rest && rest.until > performance.now()) throw new OverLimit(rest.error.over, rest.error.problem.what, rest.error.problem.remedy);
      resting.delete(source.name);
      await places.take();
      const taken = pool.take();
      try {
        if (!taken) throw processEnded(source, 'before it began, with the bot');
        return await taken.scan(source);
      } catch (error) {
        if (error instanceof OverLimit) {
          resting.set(source.name, { until: performance.now() + restMs, error });
          ended(error.over);
        }
        throw error;
      } finally {
        if (taken) pool.giveBack(taken);
        places.giveBack();
      }
    },
    close: pool.close,
  };
}

/** In the order of asking. */
function createPlaces(count: number): { readonly take: () => Promise<void>; readonly giveBack: () => void } {
  const waiting: (() => void)[] = [];
  let free = count;
  return {
    take: async () => {
      if (free > 0) free -= 1;
      else await new Promise<void>((next) => waiting.push(next));
    },
    giveBack: () => {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    },
  };
}

/** `take`: none once it is closed. */
type Pool = {
  readonly take: () => ScanProcess | undefined;
  readonly giveBack: (scanning: ScanProcess) => void;
  readonly close: () => Promise<void>;
};

/** Started when they are needed; one that nobody needs for a while is ended. */
function createPool({ limits, idleMs = IDLE_MS, ...start }: PoolOptions): Pool {
  const living = new Set<ScanProcess>();
  const idle = new Map<ScanProcess, NodeJS.Timeout>();
  let isClosed = false;
  const end = async (scanning: ScanProcess): Promise<void> => {
    idle.delete(scanning);
    living.delete(scanning);
    await scanning.end();
  };
  return {
    take: () => {
      if (isClosed) return undefined;
      for (const [scanning, timer] of [...idle].toReversed()) {
        clearTimeout(timer);
        idle.delete(scanning);
        if (scanning.isUsable()) return scanning;
        living.delete(scanning);
      }
      const scanning = startScanProcess({ ...start, limits: { ...SCAN_LIMITS, ...limits } });
      living.add(scanning);
      return scanning;
    },
    giveBack: (scanning) => {
      if (scanning.isUsable()) idle.set(scanning, setTimeout(() => void end(scanning), idleMs).unref());
      else void end(scanning);
    },
    close: async () => {
      isClosed = true;
      for (const timer of idle.values()) clearTimeout(timer);
      await Promise.all([...living].map(end));
    },
  };
}
