/** A locked DuckDB: it reads the lake's folder, writes its own spool and nothing else, loads no extension, and takes no further settings. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import * as z from 'zod';
import { literal } from './sql.js';

export type SessionOptions = {
  /** Folders it may touch, resolved. */
  readonly folders: readonly string[];
  readonly tempDirectory: string;
  readonly memoryLimitMb: number;
  readonly threads: number;
};

export type Session = {
  run(sql: string): Promise<void>;
  /** All rows, checked against a schema; BIGINT arrives as bigint. */
  rows<T>(schema: z.ZodType<T>, sql: string): Promise<readonly T[]>;
};

/** A count: 64 bits in DuckDB, a safe integer for us. */
export const Tally = z.union([z.bigint(), z.number()]).transform(toNumber);

export async function withSession<T>(options: SessionOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    try {
      for (const setting of lockedSettings(options)) await connection.run(setting);
      return await work(sessionOn(connection));
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && /Out of Memory|could not allocate|failed to allocate/i.test(error.message);
}

/** The order matters: allowed folders cannot be named once external access is off, and the lock comes last. */
function lockedSettings(options: SessionOptions): readonly string[] {
  return [
    'SET autoinstall_known_extensions = false',
    'SET autoload_known_extensions = false',
    'SET allow_community_extensions = false',
    `SET allowed_directories = [${[...options.folders, options.tempDirectory].map(literal).join(', ')}]`,
    `SET temp_directory = ${literal(options.tempDirectory)}`,
    `SET memory_limit = '${options.memoryLimitMb}MiB'`,
    `SET threads = ${options.threads}`,
    'SET preserve_insertion_order = false',
    "SET TimeZone = 'UTC'",
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ];
}

function sessionOn(connection: DuckDBConnection): Session {
  return {
    async run(sql) {
      await connection.run(sql);
    },
    async rows(schema, sql) {
      const reader = await connection.runAndReadAll(sql);
      return z.array(schema).parse(reader.getRowObjectsJS());
    },
  };
}

function toNumber(value: bigint | number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`a count beyond 2^53: ${value}`);
  return number;
}
