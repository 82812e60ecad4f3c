/** One SQLite file that is the fleet's truth: records, ledger, work items, slots, lineage; the bot's tables have files of their own. */
import { closeSync, existsSync, fdatasync, openSync } from 'node:fs';
import { join } from 'node:path';
import { BootstrapRecord } from '../../core/artifacts/bootstrap-record.js';
import { idOf } from '../../core/forge-key.js';
import { ProblemError, problemOf } from '../../core/problem.js';
import { later } from '../../core/time.js';
import type { LedgerEntry, LineageGraph, Records, Slots } from '../../ports.js';
import { syncFolder } from './durable-files.js';
import { type DurableObserver, UNOBSERVED } from './durable-observer.js';
import { makeFolder } from './folders.js';
import { type Database, openDatabase, openLock, transaction } from './sqlite.js';

export { type DurableObserver, UNOBSERVED };

const MIGRATIONS = [
  `CREATE TABLE record (urn TEXT PRIMARY KEY, bootstrap_id TEXT NOT NULL UNIQUE, rev INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
   CREATE TABLE ledger (bootstrap_id TEXT NOT NULL, seq INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (bootstrap_id, seq)) STRICT;
   CREATE TABLE work_item (seq INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE, execution TEXT NOT NULL UNIQUE,
     command TEXT NOT NULL, due TEXT NOT NULL, worker TEXT, leased_until TEXT) STRICT;
   CREATE INDEX work_item_due ON work_item (due, seq);
   CREATE TABLE slot (owner TEXT PRIMARY KEY, expires TEXT NOT NULL) STRICT;
   CREATE TABLE slot_line (seq INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE dataset_node (urn TEXT PRIMARY KEY) STRICT;
   CREATE TABLE edge (kind TEXT NOT NULL, src TEXT NOT NULL, dst TEXT NOT NULL, PRIMARY KEY (kind, src, dst)) STRICT;
   CREATE INDEX edge_reverse ON edge (kind, dst, src)`,
  `CREATE INDEX record_repository ON record (coalesce(json_extract(body, '$.repository_id'), json_extract(body, '$.repository')));`,
  `ALTER TABLE work_item ADD COLUMN woken TEXT;
   CREATE TABLE inbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT NOT NULL UNIQUE, event TEXT NOT NULL, action TEXT, lane TEXT NOT NULL,
     payload TEXT NOT NULL, received_at TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, due TEXT NOT NULL,
     worker TEXT, leased_until TEXT, said TEXT, ended TEXT) STRICT;
   CREATE INDEX inbox_waiting ON inbox (seq, due) WHERE state = 'waiting';
   CREATE INDEX inbox_leased ON inbox (lane, worker, leased_until) WHERE worker IS NOT NULL;
   CREATE INDEX inbox_state ON inbox (state, ended);
   CREATE TABLE lease (name TEXT PRIMARY KEY, owner TEXT, expires TEXT, token INTEGER NOT NULL) STRICT;
   CREATE TABLE job_run (name TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
   CREATE TABLE content_write (seq INTEGER PRIMARY KEY AUTOINCREMENT, installation INTEGER NOT NULL, at TEXT NOT NULL, cost INTEGER NOT NULL) STRICT;
   CREATE INDEX content_write_at ON content_write (installation, at);
   CREATE TABLE installation (id INTEGER PRIMARY KEY, account TEXT NOT NULL, state TEXT NOT NULL) STRICT;
   CREATE TABLE repository (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT`,
  // Before, the branch was called `base`, as the commit was elsewhere.
  `UPDATE record SET body = json_remove(json_set(body, '$.pull_request.base_branch', json_extract(body, '$.pull_request.base')),
     '$.pull_request.base') WHERE json_extract(body, '$.pull_request.base') IS NOT NULL`,
  `CREATE TABLE answer (installation INTEGER NOT NULL, person INTEGER NOT NULL, command TEXT NOT NULL, at TEXT NOT NULL,
     PRIMARY KEY (installation, command)) STRICT;
   CREATE INDEX answer_at ON answer (installation, at)`,
];

export type Store = {
  readonly database: Database;
  /** A transaction that is reported to the observer and on disk when this returns. */
  write<T>(effect: string, work: () => T): T;
  /**
   * The same without waiting for the disk: it outlives the process at once, a power cut only after the next `write` or
   * `settled`. For what is repeated without harm when it is lost, and for what waits for `settled` before it is promised.
   */
  writeLoosely<T>(effect: string, work: () => T): T;
  /** Resolves when all that was written before is on disk. Nothing else waits meanwhile, as everything does during a `write`. */
  settled(): Promise<void>;
  close(): void;
};

export function openStore(home: string, observe: DurableObserver = UNOBSERVED): Store {
  makeHome(home);
  const path = join(home, 'store.db');
  const isNew = !existsSync(path);
  if (isNew) observe('before', `file ${path}`);
  const database = openDatabase(path, { durable: true, migrations: MIGRATIONS });
  if (isNew) observe('after', `file ${path}`);
  const write: Store['write'] = (effect, work) => {
    observe('before', effect);
    const result = transaction(database, work);
    observe('after', effect);
    return result;
  };
  const log = walOf(home, path);
  return {
    database,
    write,
    writeLoosely: (effect, work) => {
      database.exec('PRAGMA synchronous = NORMAL');
      try {
        return write(effect, work);
      } finally {
        database.exec('PRAGMA synchronous = FULL');
      }
    },
    settled: async () => {
      observe('before', 'store settled');
      await log.sync();
      observe('after', 'store settled');
    },
    close: () => {
      log.close();
      database.close();
    },
  };
}

/**
 * The write-ahead log beside the database: a commit is durable when the log is on disk, whoever asked for that. SQLite would
 * ask itself and stop the process for so long.
 */
function walOf(home: string, path: string): { readonly sync: () => Promise<void>; readonly close: () => void } {
  const state: { file?: number } = {};
  const opened = (): number => {
    if (state.file === undefined) {
      state.file = openSync(`${path}-wal`, 'r+');
      // The log may have been made since the folder was last synced.
      syncFolder(home);
    }
    return state.file;
  };
  return {
    sync: () =>
      new Promise((resolve, reject) => {
        fdatasync(opened(), (error) => (error ? reject(error) : resolve()));
      }),
    close: () => {
      if (state.file !== undefined) closeSync(state.file);
      delete state.file;
    },
  };
}

function makeHome(home: string): void {
  try {
    makeFolder(home, 0o700);
  } catch (cause) {
    const problem = problemOf(cause);
    if (!problem) throw cause;
    const what = `${home} cannot be the folder of a fleet: ${problem.what}`;
    throw new ProblemError({ kind: problem.kind, what, remedy: 'Name another folder with --home.' }, { cause });
  }
}

/** Holds the store for one working process; the operating system lets go when it dies, however it dies. */
export function lockStore(home: string): { release(): void } {
  const lock = openLock(join(home, 'worker.lock'));
  if (lock) return lock;
  throw new ProblemError({
    kind: 'world',
    what: `Another sf is working on ${home}.`,
    remedy: 'Let it finish, or name another folder with --home.',
  });
}

function textOf(row: unknown, column: string): string | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const value: unknown = Object.entries(row).find(([name]) => name === column)?.[1];
  return typeof value === 'string' ? value : undefined;
}

function recordOf(row: unknown): BootstrapRecord | undefined {
  const body = textOf(row, 'body');
  return body === undefined ? undefined : BootstrapRecord.parse(JSON.parse(body));
}

export function createRecords(store: Store): Records {
  const { database } = store;
  const byUrn = database.prepare('SELECT body FROM record WHERE urn = ?');
  const byId = database.prepare('SELECT body FROM record WHERE bootstrap_id = ?');
  const everything = database.prepare('SELECT body FROM record ORDER BY bootstrap_id');
  const ofRepository = database.prepare(
    `SELECT body FROM record WHERE coalesce(json_extract(body, '$.repository_id'), json_extract(body, '$.repository')) = ? ORDER BY bootstrap_id`,
  );
  const lastOfDay = database.prepare(
    'SELECT bootstrap_id FROM record WHERE bootstrap_id LIKE ? ORDER BY length(bootstrap_id) DESC, bootstrap_id DESC LIMIT 1',
  );
  const insert = database.prepare('INSERT INTO record (urn, bootstrap_id, rev, body) VALUES (?, ?, ?, ?)');
  const update = database.prepare('UPDATE record SET rev = ?, body = ? WHERE urn = ? AND rev = ?');
  const note = database.prepare(
    'INSERT INTO ledger (bootstrap_id, seq, entry) VALUES (?, (SELECT coalesce(max(seq), 0) + 1 FROM ledger WHERE bootstrap_id = ?), ?)',
  );
  const entries = database.prepare('SELECT entry FROM ledger WHERE bootstrap_id = ? ORDER BY seq');

  const nextId = (day: string): string => {
    const last = textOf(lastOfDay.get(`boot-${day}-%`), 'bootstrap_id');
    return `boot-${day}-${String(Number(last?.split('-').at(-1) ?? 0) + 1).padStart(3, '0')}`;
  };
  return {
    load: async (urn) => recordOf(byUrn.get(urn)),
    byBootstrapId: async (id) => recordOf(byId.get(id)),
    all: async () => everything.all().flatMap((row) => recordOf(row) ?? []),
    inRepository: async (key) => ofRepository.all(idOf(key) ?? key).flatMap((row) => recordOf(row) ?? []),
    claim: async (urn, day, draft) => {
      const standing = recordOf(byUrn.get(urn));
      if (standing) return { record: standing, created: false };
      return store.write(`record ${urn} claimed`, () => {
        const raced = recordOf(byUrn.get(urn));
        if (raced) return { record: raced, created: false };
        const record = draft(nextId(day));
        insert.run(urn, record.bootstrap_id, record.rev ?? 0, JSON.stringify(record));
        return { record, created: true };
      });
    },
    save: async (record, entry) =>
      store.write(`record ${record.dataset_urn} ${entry.event}`, () => {
        const rev = record.rev ?? 0;
        const saved: BootstrapRecord = { ...record, rev: rev + 1 };
        const { changes } = update.run(rev + 1, JSON.stringify(saved), record.dataset_urn, rev);
        if (Number(changes) === 0) return undefined;
        note.run(record.bootstrap_id, record.bootstrap_id, JSON.stringify(entry));
        return saved;
      }),
    ledger: async (id) =>
      entries.all(id).flatMap((row) => {
        const text = textOf(row, 'entry');
        const entry: LedgerEntry[] = text === undefined ? [] : [JSON.parse(text)];
        return entry;
      }),
  };
}

export function createSlots(store: Store): Slots {
  const expire = store.database.prepare('DELETE FROM slot WHERE expires <= ?');
  const count = store.database.prepare('SELECT count(*) AS held FROM slot WHERE owner <> ?');
  const hold = store.database.prepare(
    'INSERT INTO slot (owner, expires) VALUES (?, ?) ON CONFLICT (owner) DO UPDATE SET expires = excluded.expires',
  );
  const drop = store.database.prepare('DELETE FROM slot WHERE owner = ?');
  const standInLine = store.database.prepare('INSERT INTO slot_line (owner) VALUES (?) ON CONFLICT DO NOTHING');
  const leaveLine = store.database.prepare('DELETE FROM slot_line WHERE owner = ?');
  const first = store.database.prepare('SELECT owner FROM slot_line ORDER BY seq LIMIT 1');
  return {
    take: async (owner, slots, now, leaseMs) =>
      store.write(`slot for ${owner}`, () => {
        expire.run(now);
        const held = Number(Object.values(count.get(owner) ?? {})[0] ?? 0);
        if (held >= slots) {
          standInLine.run(owner);
          return false;
        }
        leaveLine.run(owner);
        hold.run(owner, later(now, leaseMs));
        return true;
      }),
    release: async (owner) =>
      store.write(`slot of ${owner} released`, () => {
        drop.run(owner);
        leaveLine.run(owner);
        return textOf(first.get(), 'owner');
      }),
  };
}

export function createGraph(store: Store): LineageGraph {
  const node = store.database.prepare('INSERT INTO dataset_node (urn) VALUES (?) ON CONFLICT DO NOTHING');
  const exists = store.database.prepare('SELECT urn FROM dataset_node WHERE urn = ?');
  const forget = store.database.prepare("DELETE FROM edge WHERE (kind = 'OWNS' AND dst = ?) OR (kind = 'CONSUMED_BY' AND src = ?)");
  const edge = store.database.prepare('INSERT INTO edge (kind, src, dst) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const owners = store.database.prepare("SELECT src FROM edge WHERE kind = 'OWNS' AND dst = ?");
  const consumers = store.database.prepare("SELECT dst FROM edge WHERE kind = 'CONSUMED_BY' AND src = ? ORDER BY dst");
  return {
    upsertDataset: async (urn, owner, readers) =>
      store.write(`lineage of ${urn}`, () => {
        node.run(urn);
        forget.run(urn, urn);
        edge.run('OWNS', owner, urn);
        for (const reader of readers) edge.run('CONSUMED_BY', urn, reader);
      }),
    dataset: async (urn) => {
      const owner = textOf(owners.get(urn), 'src');
      if (textOf(exists.get(urn), 'urn') === undefined || owner === undefined) return undefined;
      return { owner, consumers: consumers.all(urn).flatMap((row) => textOf(row, 'dst') ?? []) };
    },
  };
}
