/** Writes of the App about itself. */
import * as z from 'zod';
import type { Write } from './gateway.js';

/** GitHub sends the delivery again, under the same GUID; whoever receives it knows it by that. */
export function redeliver(delivery: string): Write<true> {
  return {
    operation: 'redeliver',
    cost: 0,
    repeat: 'same',
    call: { route: 'POST /app/hook/deliveries/{delivery_id}/attempts', params: { delivery_id: delivery } },
    answer: z.unknown().transform(() => true as const),
    landed: async () => undefined,
    pretended: true,
  };
}
