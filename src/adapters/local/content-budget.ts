/** What was written within the last hour, per installation, in the store. */
import * as z from 'zod';
import { MS_PER_HOUR } from '../../core/numbers.js';
import { later } from '../../core/time.js';
import type { ContentBudget } from '../../ports.js';
import type { Store } from './store.js';

const Rows = z.array(z.object({ at: z.string(), cost: z.int() }));

export function createContentBudget(store: Store): ContentBudget {
  const { database } = store;
  const within = database.prepare('SELECT at, cost FROM content_write WHERE installation = ? AND at > ? ORDER BY at, seq');
  const forget = database.prepare('DELETE FROM content_write WHERE installation = ? AND at <= ?');
  const note = database.prepare('INSERT INTO content_write (installation, at, cost) VALUES (?, ?, ?)');
  const rowsOf = (installation: number, now: string) => Rows.parse(within.all(installation, later(now, -MS_PER_HOUR)));
  return {
    spend: async (installation, cost, perHour, now) =>
      store.write(`${cost} writes for installation ${installation}`, () => {
        const rows = rowsOf(installation, now);
        const room = perHour - Math.min(cost, perHour);
        if (perHour <= 0) return { ok: false, until: later(now, MS_PER_HOUR) };
        if (sum(rows) > room) return { ok: false, until: freeAt(rows, room) };
        forget.run(installation, later(now, -MS_PER_HOUR));
        note.run(installation, now, cost);
        return { ok: true };
      }),
    spent: async (installation, now) => sum(rowsOf(installation, now)),
  };
}

function sum(rows: z.infer<typeof Rows>): number {
  return rows.reduce((total, { cost }) => total + cost, 0);
}

/** When so many of the oldest have left the hour that no more than `room` is spent. */
function freeAt(rows: z.infer<typeof Rows>, room: number): string {
  const last = rows.findIndex((_, index) => sum(rows.slice(index + 1)) <= room);
  const leaving = rows[last];
  if (!leaving) throw new Error('an hour that is over its budget holds writes');
  return later(leaving.at, MS_PER_HOUR);
}
