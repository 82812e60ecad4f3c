/** What thousands of tasks, targets, reads and owners are to each other is worked out in steps that go with their number. */
import { describe, expect, it } from 'vitest';
import { gatherDatasets } from '../../analyzers/datasets.js';
import { waysBy } from '../../analyzers/templates/ways.js';
import { decideOwner } from '../../src/core/decide/owner.js';
import { decideStorage } from '../../src/core/decide/storage.js';
import { printPlace } from '../../src/core/evidence.js';
import type { RepoFacts, Schedule, WriteSite } from '../../src/core/facts.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';

const SITE: WriteSite = {
  file: 'jobs/load.py',
  line: 1,
  endLine: 1,
  api: 'spark.write.parquet',
  format: 'parquet',
  targets: [],
  resolution: 'full',
  dataset: true,
  runtime: 'spark',
  confidence: 1,
  via: [],
  mode: 'overwrite',
  partitionBy: [],
};
const SCHEDULE: Schedule = {
  file: 'dags/load.py',
  line: 1,
  platform: 'airflow',
  id: 'load',
  schedule: '0 6 * * *',
  scheduleAsWritten: '@daily',
  timezone: 'UTC',
  enabled: true,
  tasks: [],
};
const REPOSITORY: RepoFacts = {
  repository: 'shop',
  commit: null,
  files: { seen: 1, parsed: 1, cached: 0 },
  runtimes: [],
  writes: [],
  reads: [],
  dbt: [],
  schedules: [],
  codeowners: { rules: [] },
  unresolved: [],
};

describe('what many ask of many is looked at once for each', () => {
  /** The same values, and how often a property of theirs is read. */
  const watched = <T extends object>(values: readonly T[], key: string) => {
    const seen = { times: 0 };
    const get = (target: T, name: string | symbol): unknown => {
      if (name === key) seen.times += 1;
      return Reflect.get(target, name);
    };
    return { seen, values: values.map((value) => new Proxy(value, { get })) };
  };
  const numbers = Array.from({ length: 2_000 }, (_, n) => n);

  it('2,000 tasks and the ways of 2,000 targets', () => {
    const place = (line: number) => ({ file: 'dags/load.py', line });
    const ways = watched(
      numbers.map((n) => ({ target: `s3://shop/${n}`, turns: [], through: [{ file: 'jobs/load.py', line: 1 }, place(n)] })),
      'through',
    );
    const waysOf = waysBy(ways.values, new Set(numbers.map((n) => printPlace(place(n)))));
    expect(numbers.map((n) => waysOf({ turns: [], through: [place(n)] }).map(({ target }) => target))).toEqual(
      numbers.map((n) => [`s3://shop/${n}`]),
    );
    expect(ways.seen.times).toBeLessThan(10 * numbers.length);
  });

  it('2,000 tasks and the datasets that they make', () => {
    const writes = numbers.map((n) => ({ ...SITE, line: n + 1, targets: [`s3://shop/gold/t${n}`] }));
    const tasks = watched(
      numbers.map((n) => ({ id: `t${n}`, runs: 'jobs/load.py', writes: [n] })),
      'writes',
    );
    const repository = { ...REPOSITORY, writes, schedules: [{ ...SCHEDULE, tasks: tasks.values }] };
    const datasets = gatherDatasets([repository], DEFAULT_SETTINGS);
    expect(datasets.map(({ schedules }) => schedules.length)).toEqual(numbers.map(() => 1));
    expect(tasks.seen.times).toBeLessThan(10 * numbers.length);
  });

  it('2,000 reads of a file, for each of 2,000 datasets that it writes', () => {
    const seen = { times: 0 };
    const get = (all: string[], name: string | symbol): unknown => {
      if (/^\d+$/.test(String(name))) seen.times += 1;
      return Reflect.get(all, name);
    };
    const reads = new Proxy(
      numbers.map((n) => `s3://shop/silver/t${n}/`),
      { get },
    );
    const silver = numbers.map(
      (n) => decideStorage({ target: `s3://shop/gold/t${n}/`, reads, model: 'post_write' }, DEFAULT_SETTINGS).value.silver,
    );
    expect(silver).toEqual(numbers.map((n) => `s3://shop/silver/t${n}/`));
    expect(seen.times).toBeLessThan(10 * numbers.length);
  });

  it('200,000 owners of one file', () => {
    const teams = Array.from({ length: 200_000 }, (_, n) => `@shop/t${n % 199_999}`);
    expect(decideOwner([{ source: 'codeowners', teams }], DEFAULT_SETTINGS)).toMatchObject({
      value: 't0',
      because: expect.stringContaining('199998 others'),
    });
  });
});
