/** §14.5 works the inbox: one delivery per lane at a time, lanes beside each other, by itself or until nothing is due. */
import type { Clock, Inbox } from '../ports.js';
import { createBell, single } from './bell.js';
import type { Dispatch } from './dispatch.js';
import type { BotHandlers } from './handlers.js';
import { createTurn, type TaskTold, type Turn } from './turn.js';

const LANES = 4;
const SHORTEST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 60_000;

export type WorkerOptions = {
  readonly inbox: Inbox;
  readonly dispatch: Dispatch;
  readonly handlers: BotHandlers;
  readonly clock: Clock;
  readonly told: (task: TaskTold) => void;
  /** The store or `afterTasks` failed; the worker goes on. */
  readonly failed: (error: unknown) => void;
  /** While the worker runs by itself: after tasks were carried out, never twice at once. Usually drains the workflow engine. */
  readonly afterTasks?: () => Promise<void>;
};

export type Worker = {
  /** Works until nothing is due; for a moved clock. `afterTasks` is left to the caller. Says how many deliveries it worked. */
  drain(): Promise<number>;
  /** Goes on by itself, whenever something is due. */
  run(): void;
  /** A delivery may be due. */
  nudge(): void;
  /** Runs `afterTasks` soon: something it works on may be due. */
  followUp(): void;
  /** What is being worked is finished, nothing more is begun. */
  stop(): Promise<void>;
};

export function createWorker(options: WorkerOptions): Worker {
  // The same after every start: what a worker of that name held is given back to it.
  const names = Array.from({ length: LANES }, (_, index) => `bot/${index}`);
  const turn = createTurn(options);
  const bell = createBell();
  const after = single(options.afterTasks ?? (async () => undefined), options.failed);
  const runs: Promise<void>[] = [];

  const goOn = async (name: string): Promise<void> => {
    while (!bell.stopped()) {
      try {
        const worked = await turn(name);
        if (worked === undefined) await bell.wait(await waitMs(options));
        else bell.ring();
        if (worked) after.ask();
      } catch (error) {
        options.failed(error);
        await bell.wait(LONGEST_WAIT_MS);
      }
    }
  };
  return {
    drain: async () => {
      const counts = await Promise.all(names.map((name) => drained(turn, name)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    run: () => void runs.push(...names.map(goOn)),
    nudge: bell.ring,
    followUp: after.ask,
    stop: async () => {
      bell.stop();
      await Promise.all(runs);
      await after.ended();
    },
  };
}

async function drained(turn: Turn, name: string): Promise<number> {
  let count = 0;
  while ((await turn(name)) !== undefined) count += 1;
  return count;
}

/** Until the next one is due; what is due already and was not handed out waits for a lane that is being worked. */
async function waitMs({ inbox, clock }: WorkerOptions): Promise<number> {
  const due = await inbox.nextDue();
  const ms = due === undefined ? LONGEST_WAIT_MS : Date.parse(due) - Date.parse(clock.now());
  return Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, ms));
}
