import { describe, expect, it } from 'vitest';
import { linkTasks } from '../../../analyzers/schedules/link-tasks.js';
import type { Schedule, ScheduledTask, WriteSite } from '../../../src/core/facts.js';

const write = (file: string, line: number, more: Partial<WriteSite> = {}): WriteSite => ({
  file,
  line,
  endLine: line,
  api: 'to_parquet',
  format: 'parquet',
  targets: ['s3://lake/orders'],
  resolution: 'full',
  dataset: true,
  runtime: 'python',
  confidence: 1,
  via: [],
  mode: 'overwrite',
  partitionBy: [],
  ...more,
});

const scheduleOf = (task: Omit<ScheduledTask, 'id' | 'writes'>): Schedule => ({
  file: 'dags/orders.py',
  line: 1,
  platform: 'airflow',
  id: 'orders',
  schedule: '0 5 * * *',
  scheduleAsWritten: '0 5 * * *',
  timezone: 'UTC',
  enabled: true,
  tasks: [{ id: 'load', writes: [], ...task }],
});

const FILES = ['dags/orders.py', 'jobs/daily/load.py', 'jobs/weekly/load.py', 'lib/clean.py'];
const WRITES = [
  write('jobs/daily/load.py', 9),
  write('jobs/weekly/load.py', 9),
  write('lib/clean.py', 5),
  write('lib/clean.py', 20),
  write('lib/clean.py', 30, { dataset: false }),
];

describe('tasks meet writes', () => {
  it.each([
    ['the longest shared ending of the path', { runs: 's3://code/daily/load.py' }, 'jobs/daily/load.py', [0]],
    ['a name that two files have is nobody', { runs: 'load.py' }, 'load.py', []],
    ['a module is its file', { runs: 'lib.clean' }, 'lib/clean.py', [2, 3]],
    ['a function takes the writes within it', { runs: 'lib/clean.py', lines: [15, 25] as const }, 'lib/clean.py', [3]],
    [
      'a function without a write of its own takes those of its file',
      { runs: 'lib/clean.py', lines: [40, 50] as const },
      'lib/clean.py',
      [2, 3],
    ],
    ['a script elsewhere stays as it is', { runs: 'https://example.org/jobs/other.py' }, 'https://example.org/jobs/other.py', []],
    ['a dbt command is no file', { runs: 'dbt run --select load.py' }, 'dbt run --select load.py', []],
  ])('%s', (_, task, runs, writes) => {
    expect(linkTasks([scheduleOf(task)], { writes: WRITES }, FILES)[0]?.tasks[0]).toMatchObject({ runs, writes });
  });

  it('a write found in a shared helper belongs to the script it came through', () => {
    const shared = write('lib/io.py', 3, { via: [{ file: 'jobs/daily/load.py', line: 4 }] });
    expect(linkTasks([scheduleOf({ runs: 'daily/load.py' })], { writes: [shared] }, FILES)[0]?.tasks[0]?.writes).toEqual([0]);
  });
});
