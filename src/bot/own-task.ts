/** Tasks of our own (timers, other processes) as deliveries of the inbox: durable, in their lane, repeated and coalesced like any other. */
import * as z from 'zod';
import type { BotTask } from '../core/bot-task.js';
import type { NewDelivery } from '../ports.js';

/** No event of the forge has a dot, and the intake lets none through. */
const OWN_EVENT = 'own.task';

/** For what is written of all repositories at once. */
export const FLEET_LANE = 'fleet';

export type OwnTask = Extract<BotTask, { readonly kind: 'scan' | 'follow' | 'look' | 'sync-installation' }>;

const Task = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sync-installation'), installation: z.int() }),
  z.strictObject({ kind: z.literal('scan'), repository: z.int(), because: z.string() }),
  z.strictObject({ kind: z.literal('follow'), because: z.string() }),
  z.strictObject({
    kind: z.literal('look'),
    repository: z.int(),
    pullRequest: z.int().exactOptional(),
    head: z.string().exactOptional(),
    because: z.string(),
  }),
]);

/** `occasion` names why and when (`weekly-scan/2026-02-16T06:00:00Z`): the same task on the same occasion is accepted once. */
export function ownTask(occasion: string, task: OwnTask, now: string): NewDelivery {
  const lane = laneOf(task);
  return {
    guid: `${occasion}/${task.kind}/${lane}`,
    event: OWN_EVENT,
    action: task.kind,
    lane,
    payload: JSON.stringify(task),
    receivedAt: now,
  };
}

function laneOf(task: OwnTask): string {
  if (task.kind === 'follow') return FLEET_LANE;
  return task.kind === 'sync-installation' ? `installation/${task.installation}` : String(task.repository);
}

/** Undefined for a delivery of the forge. */
export function readOwnTask({ event, payload }: Pick<NewDelivery, 'event' | 'payload'>): BotTask | undefined {
  return event === OWN_EVENT ? Task.parse(JSON.parse(payload)) : undefined;
}
