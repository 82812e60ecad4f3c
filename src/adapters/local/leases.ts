/** Named leases and the memory of periodic jobs in the store. */
import * as z from 'zod';
import { later } from '../../core/time.js';
import type { Leases } from '../../ports.js';
import type { Store } from './store.js';

const Row = z.object({ owner: z.string().nullable(), expires: z.string().nullable(), token: z.int() });
const Run = z.object({ at: z.string() });

export function createLeases(store: Store): Leases {
  const { database } = store;
  const standing = database.prepare('SELECT owner, expires, token FROM lease WHERE name = ?');
  const hold = database.prepare(
    `INSERT INTO lease (name, owner, expires, token) VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires = excluded.expires, token = excluded.token`,
  );
  // The row stays, so that tokens go on growing.
  const drop = database.prepare('UPDATE lease SET owner = NULL, expires = NULL WHERE name = ? AND owner = ?');
  const last = database.prepare('SELECT at FROM job_run WHERE name = ?');
  const note = database.prepare('INSERT INTO job_run (name, at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at');
  return {
    take: async (name, owner, now, leaseMs) =>
      store.write(`lease ${name} for ${owner}`, () => {
        const row = Row.optional().parse(standing.get(name));
        if (row?.owner && row.owner !== owner && (row.expires ?? '') > now) return undefined;
        const token = (row?.token ?? 0) + 1;
        hold.run(name, owner, later(now, leaseMs), token);
        return { token };
      }),
    release: async (name, owner) => store.write(`lease ${name} released`, () => void drop.run(name, owner)),
    lastRun: async (name) => Run.optional().parse(last.get(name))?.at,
    ran: async (name, at) => store.write(`job ${name} ran`, () => void note.run(name, at)),
  };
}
