/** A lake in a temporary folder, written by DuckDB itself. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { DuckDbLake } from '../../../src/adapters/duckdb/lake.js';
import type { DataListing, ProfilingPlan } from '../../../src/core/measurements.js';

export type MadeLake = {
  readonly root: string;
  readonly lake: DuckDbLake;
  /** Writes a query's rows to root/path. */
  write(path: string, sql: string, options?: string): Promise<void>;
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  remove(): void;
};

export async function makeLake(options: { readonly memoryLimitMb?: number; readonly threads?: number } = {}): Promise<MadeLake> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'lake-')));
  const root = join(base, 'root');
  const tempDirectory = join(base, 'spool');
  mkdirSync(root);
  mkdirSync(tempDirectory);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return {
    root,
    lake: new DuckDbLake({ root, memoryLimitMb: options.memoryLimitMb ?? 512, threads: options.threads ?? 1, tempDirectory }),
    async write(path, sql, how = 'FORMAT parquet') {
      const full = join(root, path);
      mkdirSync(dirname(full), { recursive: true });
      await connection.run(`COPY (${sql}) TO '${full.replaceAll("'", "''")}' (${how})`);
    },
    async query(sql) {
      return (await connection.runAndReadAll(sql)).getRowObjectsJS();
    },
    remove() {
      connection.closeSync();
      instance.closeSync();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

export function planOf(listing: DataListing, sampleFraction = 1): ProfilingPlan {
  return { kind: 'full', engine: 'duckdb', sampleFraction, partitions: listing.partitions.slice(-7) };
}
