/** `sf profile` on a made lake: what is printed, and what is not. */
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckDbLake } from '../../src/adapters/duckdb/lake.js';
import { profileCommand } from '../../src/cli/profile.js';
import { Baseline } from '../../src/core/artifacts/baseline.js';
import { type MadeLake, makeLake } from '../adapters/duckdb/made-lake.js';

let made: MadeLake;
beforeAll(async () => {
  made = await makeLake();
  for (let d = 1; d <= 7; d++) {
    await made.write(
      `lake/gold/orders/dt=2026-02-0${d}/part.parquet`,
      `SELECT 'ord-' || (i + ${d} * 1000) AS order_id, 'secret' || i || '@example.com' AS email, i % 50 + 0.5 AS total FROM range(${90 + d}) t(i)`,
    );
  }
});
afterAll(() => made.remove());

async function run(...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const command = profileCommand({
    openLake: async (root) => new DuckDbLake({ root, memoryLimitMb: 256, threads: 1, tempDirectory: tmpdir() }),
    clock: { now: () => '2026-02-08T06:00:00Z' },
    print: (text) => printed.push(text),
  });
  await command.parseAsync([...args], { from: 'user' });
  return printed.join('');
}

describe('sf profile', () => {
  it('prints one document that is a baseline', async () => {
    const text = await run('s3://lake/gold/orders', '--data', made.root, '--format', 'json');
    const baseline = Baseline.parse(JSON.parse(text));
    expect(baseline).toMatchObject({
      dataset_urn: 'ds://gold/orders',
      profiling_metadata: { partitions_sampled: 7, total_rows_sampled: 658, confidence: 'HIGH', date_range: ['2026-02-01', '2026-02-07'] },
      volume: { avg_row_count: 94, stddev_row_count: 2, anomaly_lower_bound: 90, anomaly_upper_bound: 98 },
      schema: { column_count: 3, partition_by: ['dt'] },
      pii_scan: { columns_with_pii: ['email'] },
    });
    expect(text).not.toContain('secret');
    expect(text).not.toContain('ord-');
  });

  it('claims no column of a head without a row', async () => {
    await made.write('lake/heads/dt=2026-02-01/a.csv', 'SELECT 1 AS a LIMIT 0', 'FORMAT csv, HEADER');
    expect(await run('lake/heads', '--data', made.root, '--as', 'csv')).toContain('not one row yet, so no column is claimed');
  });

  it('prints a page a person reads', async () => {
    const text = await run('lake/gold/orders', '--data', made.root);
    expect(text).toContain('658 rows in 7 partitions, confidence HIGH');
    expect(text).toMatch(/volume band 8\d(\.\d+)? to 10\d/);
    expect(text).toMatch(/rows a day {2}[▁▂▃▄▅▆▇█]{7} {2}91 to 97/);
    expect(text).toMatch(/total +decimal\(\d+,1\) +0 % null +50 distinct +0\.5 to 49\.5 [▁▂▃▄▅▆▇█]+/);
    expect(text).toMatch(/email EMAIL 0\.9/);
    expect(text).not.toContain('secret');
  });

  it('says so when nothing is there', async () => {
    await expect(run('lake/none', '--data', made.root)).rejects.toMatchObject({ problem: { kind: 'no' } });
    await expect(run('lake/none', '--data', `${made.root}/missing`)).rejects.toMatchObject({ problem: { kind: 'usage' } });
  });
});
