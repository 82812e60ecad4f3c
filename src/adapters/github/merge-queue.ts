/** Into GitHub's merge queue at one head, and out of it again. */
import type { Landing, LeftQueue } from '../../ports.js';
import type { Refusal } from './answers.js';
import type { Reader } from './client.js';
import type { Gateway } from './gateway.js';
import type { Place } from './place.js';
import { dequeuePullRequest, enqueuePullRequest, isInMergeQueue } from './pull-writes.js';
import { type Pull, readPull } from './pulls.js';

type Parts = { readonly reader: Reader; readonly gateway: Gateway };

export async function enqueue(parts: Parts, place: Place, pull: Pull, head: string): Promise<Landing> {
  const outcome = await parts.gateway.perform(enqueuePullRequest(place, pull.node_id, head));
  if (outcome.done) return { kind: 'queued' };
  if ((await readPull(parts.reader, place, pull.number))?.head.sha !== head) return { kind: 'head-moved' };
  return refusedBecause(outcome);
}

/** The queue merges on its own: whether it was faster is asked afterwards, whatever the answer was. */
export async function leaveQueue({ reader, gateway }: Parts, place: Place, pull: Pull): Promise<LeftQueue> {
  if (pull.merged_at) return { kind: 'merged' };
  if (pull.state === 'closed' || !(await isInMergeQueue(reader, place, pull.node_id))) return { kind: 'not-queued' };
  const outcome = await gateway.perform(dequeuePullRequest(place, pull.node_id));
  if ((await readPull(reader, place, pull.number))?.merged_at) return { kind: 'merged' };
  if (outcome.done || !(await isInMergeQueue(reader, place, pull.node_id))) return { kind: 'left' };
  return { kind: 'refused', because: `GitHub answered ${outcome.status}: ${outcome.message}` };
}

export function refusedBecause({ status, message }: Refusal): Landing {
  const because = `GitHub answered ${status}: ${message}`;
  return status === 405 || status === 409 ? { kind: 'refused', because } : { kind: 'stopped', because };
}
