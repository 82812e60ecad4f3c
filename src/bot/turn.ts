/** One delivery from claim to its end: its tasks one after another, a failure put off, a delivery that never succeeds given up. */
import type { BotTask } from '../core/bot-task.js';
import { ProblemError } from '../core/problem.js';
import { later } from '../core/time.js';
import type { Clock, Inbox, StoredDelivery } from '../ports.js';
import { createCovered } from './coalesce.js';
import type { Dispatch } from './dispatch.js';
import { type BotHandlers, carryOut } from './handlers.js';
import { readOwnTask } from './own-task.js';

export const MOST_ATTEMPTS = 8;
/** Longer than any task. A worker that starts again under its name gets back what it held, so a long lease delays nobody. */
const LEASE_MS = 60 * 60_000;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 60 * 60_000;
const LONGEST_RESULT = 500;

/** What may be told of a task. Only `error` may hold foreign text, in its message. */
export type TaskTold = {
  readonly delivery: Pick<StoredDelivery, 'guid' | 'event' | 'lane'> & { readonly action?: string };
  /** `none`: no task could be made of the delivery. */
  readonly kind: BotTask['kind'] | 'none';
  readonly ms: number;
  readonly outcome: 'done' | 'covered' | 'failed' | 'postponed' | 'dead';
  readonly error?: unknown;
};

export type TurnOptions = {
  readonly inbox: Pick<Inbox, 'claim' | 'newest' | 'done' | 'failed' | 'postpone'>;
  readonly dispatch: Dispatch;
  readonly handlers: BotHandlers;
  readonly clock: Clock;
  readonly told: (task: TaskTold) => void;
};

/** Undefined: nothing is due. Else how many tasks of the delivery were carried out. */
export type Turn = (worker: string) => Promise<number | undefined>;

export function createTurn(options: TurnOptions): Turn {
  const { inbox, clock, told, handlers, dispatch } = options;
  const covered = createCovered();

  const carry = async (
    delivery: StoredDelivery,
    task: BotTask,
  ): Promise<{ readonly said: string; readonly outcome: 'done' | 'covered' }> => {
    if (covered.has(task, delivery.seq)) return { said: 'seen by a later run', outcome: 'covered' };
    const newest = await inbox.newest();
    const said = await carryOut(task, handlers);
    covered.ran(task, newest);
    return { said, outcome: 'done' };
  };
  return async (worker) => {
    const delivery = await inbox.claim(worker, clock.now(), LEASE_MS);
    if (!delivery) return undefined;
    const { payload: _, receivedAt: __, seq: ___, attempts, ...about } = delivery;
    let kind: TaskTold['kind'] = 'none';
    let began = performance.now();
    const tell = (outcome: TaskTold['outcome'], error?: unknown): void =>
      told({ delivery: about, kind, ms: performance.now() - began, outcome, ...(error === undefined ? {} : { error }) });
    const said: string[] = [];
    let carried = 0;
    try {
      if (attempts > MOST_ATTEMPTS) throw new ProblemError(ENDS_PROCESSES);
      for (const task of await tasksFor(delivery, dispatch)) {
        kind = task.kind;
        began = performance.now();
        const ended = await carry(delivery, task);
        said.push(ended.said);
        tell(ended.outcome);
        if (ended.outcome === 'done' && kind !== 'nothing') carried += 1;
      }
    } catch (error) {
      tell(await putOff(delivery, error, options), error);
      return carried;
    }
    await inbox.done(delivery.guid, said.join('; ').slice(0, LONGEST_RESULT), clock.now());
    return carried;
  };
}

const ENDS_PROCESSES = {
  kind: 'world',
  what: `The process ended ${MOST_ATTEMPTS} times while this delivery was worked on.`,
  remedy: 'Look at what ended it, then redeliver it.',
} as const;

async function tasksFor(delivery: StoredDelivery, dispatch: Dispatch): Promise<readonly BotTask[]> {
  const own = readOwnTask(delivery);
  return own ? [own] : dispatch(delivery);
}

async function putOff(
  { guid, attempts }: StoredDelivery,
  error: unknown,
  { inbox, clock }: TurnOptions,
): Promise<'failed' | 'postponed' | 'dead'> {
  const now = clock.now();
  const because = (error instanceof Error ? error.message : String(error)).slice(0, LONGEST_RESULT);
  if (error instanceof ProblemError && error.until !== undefined) {
    await inbox.postpone(guid, because, error.until > now ? error.until : later(now, FIRST_WAIT_MS));
    return 'postponed';
  }
  const isLast = attempts >= MOST_ATTEMPTS;
  await inbox.failed(guid, because, isLast ? undefined : later(now, waitAfter(attempts)), now);
  return isLast ? 'dead' : 'failed';
}

function waitAfter(attempts: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1));
}
