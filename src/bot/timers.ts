/** §14.5 what happens by the clock: each job on one process at a time, a missed one made up for once, none of them heavy. */
import { Cron } from 'croner';
import { MS_PER_DAY } from '../core/numbers.js';
import { instant, later } from '../core/time.js';
import type { Host, Inbox, Installations, Leases } from '../ports.js';
import { type OwnTask, ownTask } from './own-task.js';

export type TimersOptions = {
  readonly leases: Leases;
  readonly inbox: Inbox;
  readonly installations: Pick<Installations, 'repositories' | 'installations'>;
  readonly host: Pick<Host, 'failedDeliveries' | 'redeliver' | 'installations'>;
  /** Ids of repositories with open pull requests of ours. */
  readonly withOpenPullRequests: () => Promise<readonly number[]>;
  /** This process; another one has another name. */
  readonly owner: string;
};

export const JOBS = ['weekly-scan', 'sweep', 'reconcile', 'prune'] as const;
export type Job = (typeof JOBS)[number];

/** Five-field cron in UTC; the minutes keep clear of the full hour, when everybody else's jobs run. */
export const SCHEDULE: Readonly<Record<Job, string>> = {
  'weekly-scan': '23 4 * * 1',
  sweep: '11 * * * *',
  reconcile: '41 * * * *',
  prune: '7 3 * * *',
};

export type TickOutcome = {
  readonly job: Job;
  /** `held`: another process is at it, or it failed a moment ago. */
  readonly outcome: 'ran' | 'held' | 'failed';
  readonly said?: string;
  readonly error?: unknown;
};

export type Timers = {
  /** Runs what is due and has not run; says what became of each. */
  tick(now: string): Promise<readonly TickOutcome[]>;
};

/** A job that failed is tried again when its lease has ended, not before. */
const LEASE_MS = 5 * 60_000;
/** The forge can repeat deliveries of this age; on a server of one's own for longer. */
const REDELIVERY_DAYS = 3;
const REMEMBER_DAYS = 8;
/** A delivery that failed so often fails for a reason of its own. */
const MOST_REDELIVERIES = 5;

export function createTimers(options: TimersOptions): Timers {
  return {
    tick: async (now) => {
      const outcomes: TickOutcome[] = [];
      for (const job of JOBS) {
        const occasion = occasionOf(job, await options.leases.lastRun(job), now);
        if (occasion !== undefined) outcomes.push(await attempt(job, occasion, now, options));
      }
      return outcomes;
    },
  };
}

/** Calls `tick` at every full minute until it is stopped. */
export function everyMinute(tick: () => void): { readonly stop: () => void } {
  const cron = new Cron('* * * * *', { mode: '5-part', timezone: 'UTC', unref: true }, tick);
  return { stop: () => cron.stop() };
}

/** The newest moment at which the job should have run by now and has not; many missed ones are one. A job that never ran is due. */
function occasionOf(job: Job, lastRun: string | undefined, now: string): string | undefined {
  const cron = new Cron(SCHEDULE[job], { mode: '5-part', timezone: 'UTC', paused: true });
  if (lastRun === undefined) return now;
  const due = cron.nextRun(new Date(lastRun));
  if (!due || due.getTime() > Date.parse(now)) return undefined;
  const [newest] = cron.previousRuns(1, new Date(later(now, 1000)));
  return instant((newest ?? due).getTime());
}

async function attempt(job: Job, occasion: string, now: string, options: TimersOptions): Promise<TickOutcome> {
  const { leases } = options;
  // A holder of its own for each attempt: one that failed keeps its lease, and so the next has to wait.
  const owner = `${options.owner}@${now}`;
  const lease = `job/${job}`;
  if (!(await leases.take(lease, owner, now, LEASE_MS))) return { job, outcome: 'held' };
  try {
    const said = await WORK[job](`${job}/${occasion}`, now, options);
    await leases.ran(job, now);
    await leases.release(lease, owner);
    return { job, outcome: 'ran', said };
  } catch (error) {
    return { job, outcome: 'failed', error };
  }
}

type Work = (occasion: string, now: string, options: TimersOptions) => Promise<string>;

const WORK: Readonly<Record<Job, Work>> = {
  'weekly-scan': async (occasion, now, { installations, inbox }) => {
    const active = (await installations.repositories()).filter(({ state }) => state === 'active');
    const because = 'the weekly scan';
    // Also where no tree moved: what was given up is followed at last, and so are settings of the organisation that changed.
    return enqueued(
      [...active.map(({ id }) => ({ kind: 'scan' as const, repository: id, because })), { kind: 'follow', because }],
      occasion,
      now,
      inbox,
    );
  },
  sweep: async (occasion, now, { withOpenPullRequests, inbox }) =>
    enqueued(
      (await withOpenPullRequests()).map((repository) => ({ kind: 'look', repository, because: 'the hourly sweep' })),
      occasion,
      now,
      inbox,
    ),
  reconcile: async (occasion, now, { host, inbox, installations }) => {
    // The webhook of an installation may be lost for good: then nothing else would ever tell of it.
    const standing = new Map((await installations.installations()).map(({ id, state }) => [id, state]));
    const changed = (await host.installations()).filter(({ id, state }) => standing.get(id) !== state);
    await enqueued(
      changed.map(({ id }) => ({ kind: 'sync-installation', installation: id })),
      occasion,
      now,
      inbox,
    );
    const failed = await host.failedDeliveries(later(now, -REDELIVERY_DAYS * MS_PER_DAY));
    const known = await inbox.known(failed.map(({ guid }) => guid));
    const lost = failed.filter(({ guid }) => !known.has(guid));
    const guids = [...new Set(lost.map(({ guid }) => guid))];
    const again = guids.flatMap((guid) => {
      const times = lost.filter((each) => each.guid === guid);
      return times.length < MOST_REDELIVERIES ? times.slice(0, 1) : [];
    });
    // Oldest first, as they should have come.
    for (const { id } of again.toReversed()) await host.redeliver(id);
    return `${again.length} of ${guids.length} lost deliveries asked for again`;
  },
  prune: async (_, now, { inbox }) => {
    await inbox.prune(later(now, -REMEMBER_DAYS * MS_PER_DAY));
    return `deliveries older than ${REMEMBER_DAYS} days forgotten`;
  },
};

async function enqueued(tasks: readonly OwnTask[], occasion: string, now: string, inbox: Inbox): Promise<string> {
  const answers = await Promise.all(tasks.map((task) => inbox.accept(ownTask(occasion, task, now))));
  return `${answers.filter((how) => how !== 'known').length} tasks begun`;
}
