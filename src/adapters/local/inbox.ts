/** Webhook deliveries in the store. Those that arrive together share one transaction; each is on disk before it is acknowledged. */
import * as z from 'zod';
import { later } from '../../core/time.js';
import type { Inbox, NewDelivery, StoredDelivery } from '../../ports.js';
import type { Store } from './store.js';

type Accepted = Awaited<ReturnType<Inbox['accept']>>;

export function createInbox(store: Store): Inbox {
  return { accept: acceptor(store), ...worked(store), ...asked(store) };
}

/** Group commit: what comes while the disk is busy with those before is written together after them. */
function acceptor(store: Store): Inbox['accept'] {
  const standing = store.database.prepare('SELECT state FROM inbox WHERE guid = ?');
  const remove = store.database.prepare('DELETE FROM inbox WHERE guid = ?');
  const insert = store.database.prepare(
    `INSERT INTO inbox (guid, event, action, lane, payload, received_at, state, attempts, due) VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?)`,
  );
  const put = ({ guid, event, action, lane, payload, receivedAt }: NewDelivery): Accepted => {
    const row = State.safeParse(standing.get(guid));
    if (row.success && row.data.state !== 'dead') return 'known';
    // Taken in anew, so that it stands in line behind what came before it.
    if (row.success) remove.run(guid);
    insert.run(guid, event, action ?? null, lane, payload, receivedAt, receivedAt);
    return row.success ? 'again' : 'new';
  };

  type Asked = { readonly delivery: NewDelivery; readonly resolve: (how: Accepted) => void; readonly reject: (error: unknown) => void };
  const line: Asked[] = [];
  const commit = async (): Promise<void> => {
    const batch = line.splice(0);
    const [first] = batch;
    const effect = batch.length === 1 && first ? `delivery ${first.delivery.guid} accepted` : `${batch.length} deliveries accepted`;
    try {
      const answers = store.writeLoosely(effect, () => batch.map(({ delivery, resolve }) => ({ resolve, how: put(delivery) })));
      await store.settled();
      for (const { resolve, how } of answers) resolve(how);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  const state = { isCommitting: false };
  const commitAll = async (): Promise<void> => {
    while (line.length > 0) await commit();
    state.isCommitting = false;
  };
  return (delivery) =>
    new Promise((resolve, reject) => {
      line.push({ delivery, resolve, reject });
      if (state.isCommitting) return;
      state.isCommitting = true;
      setImmediate(() => void commitAll());
    });
}

const CLAIMABLE = `
  SELECT seq, guid, event, action, lane, payload, received_at, attempts FROM inbox INDEXED BY inbox_waiting
  WHERE state = 'waiting' AND due <= $now AND (worker IS NULL OR leased_until <= $now OR worker = $worker)
    AND NOT EXISTS (SELECT 1 FROM inbox AS other INDEXED BY inbox_leased
      WHERE other.lane = inbox.lane AND other.worker IS NOT NULL AND other.worker <> $worker AND other.leased_until > $now)
  ORDER BY seq LIMIT 1`;

/** None of this waits for the disk: a claim or an end that a power cut takes is a delivery that is worked once more. */
function worked(store: Store): Pick<Inbox, 'claim' | 'done' | 'failed' | 'postpone' | 'prune'> {
  const { database } = store;
  const next = database.prepare(CLAIMABLE);
  const lease = database.prepare('UPDATE inbox SET worker = ?, leased_until = ?, attempts = attempts + 1 WHERE seq = ?');
  // What was done is never looked at again: its text goes at once.
  const end = database.prepare(
    `UPDATE inbox SET state = ?, said = ?, ended = ?, worker = NULL, leased_until = NULL,
       payload = CASE ? WHEN 'done' THEN '' ELSE payload END WHERE guid = ? AND state = 'waiting'`,
  );
  const wait = database.prepare(
    `UPDATE inbox SET due = ?, said = ?, attempts = attempts - ?, worker = NULL, leased_until = NULL WHERE guid = ? AND state = 'waiting'`,
  );
  const forget = database.prepare(`DELETE FROM inbox WHERE state <> 'waiting' AND ended < ?`);
  return {
    claim: async (worker, now, leaseMs) => {
      if (!next.get({ now, worker })) return undefined;
      return store.writeLoosely(`delivery leased to ${worker}`, () => {
        const row = next.get({ now, worker });
        if (!row) return undefined;
        const delivery = deliveryOf(row);
        lease.run(worker, later(now, leaseMs), delivery.seq);
        return { ...delivery, attempts: delivery.attempts + 1 };
      });
    },
    done: async (guid, result, now) => store.writeLoosely(`delivery ${guid} done`, () => void end.run('done', result, now, 'done', guid)),
    failed: async (guid, because, until, now) =>
      store.writeLoosely(
        `delivery ${guid} failed`,
        () => void (until === undefined ? end.run('dead', because, now, 'dead', guid) : wait.run(until, because, 0, guid)),
      ),
    postpone: async (guid, because, until) =>
      store.writeLoosely(`delivery ${guid} postponed`, () => void wait.run(until, because, 1, guid)),
    prune: async (before) => store.writeLoosely('deliveries pruned', () => void forget.run(before)),
  };
}

function asked({ database }: Store): Pick<Inbox, 'known' | 'nextDue' | 'newest' | 'counts'> {
  const among = database.prepare('SELECT guid FROM inbox WHERE guid IN (SELECT value FROM json_each(?))');
  const due = database.prepare(`SELECT min(max(due, coalesce(leased_until, due))) AS due FROM inbox WHERE state = 'waiting'`);
  const last = database.prepare('SELECT coalesce(max(seq), 0) AS seq FROM inbox');
  const tally = database.prepare('SELECT state, count(*) AS rows FROM inbox GROUP BY state');
  return {
    known: async (guids) => new Set(among.all(JSON.stringify(guids)).map((row) => Guid.parse(row).guid)),
    nextDue: async () => Due.parse(due.get()).due ?? undefined,
    newest: async () => Seq.parse(last.get()).seq,
    counts: async () => {
      const counts = { waiting: 0, done: 0, dead: 0 };
      for (const row of tally.all()) {
        const { state, rows } = Tally.parse(row);
        counts[state] = rows;
      }
      return counts;
    },
  };
}

const STATES = ['waiting', 'done', 'dead'] as const;
const State = z.object({ state: z.enum(STATES) });
const Tally = z.object({ state: z.enum(STATES), rows: z.int() });
const Guid = z.object({ guid: z.string() });
const Due = z.object({ due: z.string().nullable() });
const Seq = z.object({ seq: z.int() });
const Row = z.object({
  seq: z.int(),
  guid: z.string(),
  event: z.string(),
  action: z.string().nullable(),
  lane: z.string(),
  payload: z.string(),
  received_at: z.string(),
  attempts: z.int(),
});

function deliveryOf(row: unknown): StoredDelivery {
  const { received_at: receivedAt, action, ...rest } = Row.parse(row);
  return { ...rest, receivedAt, ...(action === null ? {} : { action }) };
}
