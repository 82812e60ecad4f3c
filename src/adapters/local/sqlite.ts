/** The one file that opens a database: `node:sqlite` where the runtime has it, a drop-in with its own binaries elsewhere. */
import { createRequire } from 'node:module';
import type { DatabaseSync } from '@photostructure/sqlite';
import { ProblemError } from '../../core/problem.js';

export type Database = InstanceType<typeof DatabaseSync>;

const require = createRequire(import.meta.url);

function implementation(): { readonly DatabaseSync: new (path: string, options: { readonly open: boolean }) => Database } {
  try {
    return require('node:sqlite');
  } catch {
    return require('@photostructure/sqlite');
  }
}

export type Migration = string;
export type OpenOptions = { readonly durable: boolean; readonly migrations: readonly Migration[]; readonly busyMs?: number };

/**
 * Opens (or makes) a database and brings it to the newest version; `PRAGMA user_version` counts migrations.
 * `durable`: every commit is synced. Throws ProblemError(usage) for a store of a newer version or a file that is no database.
 */
export function openDatabase(path: string, { durable, migrations, busyMs = 10_000 }: OpenOptions): Database {
  const { DatabaseSync } = implementation();
  const database = new DatabaseSync(path, { open: false });
  try {
    database.open();
    database.exec(`PRAGMA busy_timeout = ${busyMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
    if (versionOf(database) !== migrations.length) transaction(database, () => migrate(database, path, migrations));
    return database;
  } catch (cause) {
    if (database.isOpen) database.close();
    if (cause instanceof ProblemError) throw cause;
    throw new ProblemError(
      {
        kind: 'usage',
        what: `${path} is not a store that can be opened (${cause instanceof Error ? cause.message : String(cause)}).`,
        remedy: 'Name another folder, or move this file away.',
      },
      { cause },
    );
  }
}

function versionOf(database: Database): number {
  return Number(Object.values(database.prepare('PRAGMA user_version').get() ?? {})[0] ?? 0);
}

function migrate(database: Database, path: string, migrations: readonly Migration[]): void {
  const version = versionOf(database);
  if (version > migrations.length) {
    throw new ProblemError({
      kind: 'usage',
      what: `${path} was written by a newer version of sf (store version ${version}, this one knows ${migrations.length}).`,
      remedy: 'Update sf, or name another folder.',
    });
  }
  for (const sql of migrations.slice(version)) database.exec(sql);
  database.exec(`PRAGMA user_version = ${migrations.length}`);
}

/** Runs `work` in one immediate transaction: all of it is committed, or none. */
export function transaction<T>(database: Database, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw unwritable(error) ?? error;
  }
}

/** A full, read-only or broken disk under the store. Nothing was committed. */
function unwritable(error: unknown): ProblemError | undefined {
  if (!(error instanceof Error) || !/readonly|disk is full|disk I\/O|malformed|locked/i.test(error.message)) return undefined;
  const what = `The store could not be written (${error.message}); nothing of this step was kept.`;
  return new ProblemError({ kind: 'world', what, remedy: 'Check the disk and permissions of --home and run again.' }, { cause: error });
}

/** Takes the lock that `path` stands for, or undefined when another process holds it. Nothing is ever written to it. */
export function openLock(path: string): { release(): void } | undefined {
  const { DatabaseSync } = implementation();
  const database = new DatabaseSync(path, { open: true });
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (cause) {
    database.close();
    if (cause instanceof Error && cause.message.includes('locked')) return undefined;
    throw cause;
  }
}
