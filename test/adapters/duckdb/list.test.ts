/** What lies where: locations, partitions, and everything that must not be reached. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isHidden, placeOf } from '../../../src/adapters/duckdb/layout.js';
import { candidatePaths } from '../../../src/adapters/duckdb/places.js';
import { withSession } from '../../../src/adapters/duckdb/session.js';
import { type MadeLake, makeLake, planOf } from './made-lake.js';

let made: MadeLake;
beforeAll(async () => {
  made = await makeLake();
});
afterAll(() => made.remove());

describe('candidatePaths', () => {
  it.each([
    ['s3://lake/orders', ['lake/orders']],
    ['s3a://lake/orders/', ['lake/orders']],
    ['gs://lake//orders', ['lake/orders']],
    ['abfss://lake@account.dfs.core.windows.net/gold/orders', ['lake/gold/orders']],
    ['dbfs:/mnt/orders', ['mnt/orders']],
    ['dbfs:///mnt/orders', ['mnt/orders']],
    ['data/orders.parquet', ['data/orders.parquet']],
    ['./data/orders', ['data/orders']],
    ['gold.orders', ['gold.orders', 'gold/orders']],
    ['s3://lake/a b/%41', ['lake/a b/%41']],
  ])('%s', (location, paths) => expect(candidatePaths(location)).toEqual(paths));

  it.each(['/etc', '../up', 's3://lake/../../etc', 's3://../etc', 'file:///etc/passwd', 'https://host/x', 's3://', '', 'a\0b', 'a\\..\\b'])(
    'refuses %j',
    (location) => expect(() => candidatePaths(location)).toThrow('does not lie inside'),
  );
});

describe('placeOf', () => {
  it.each([
    ['dt=2026-02-08/part.parquet', 'dt=2026-02-08', '2026-02-08', ['dt']],
    ['dt=20260208/part.parquet', 'dt=20260208', '2026-02-08', ['dt']],
    ['snapshot=2026-02-08 00%3A00%3A00/x.parquet', 'snapshot=2026-02-08 00%3A00%3A00', '2026-02-08', ['snapshot']],
    ['region=eu/dt=2026-02-08/hour=03/x.parquet', 'dt=2026-02-08', '2026-02-08', ['region', 'dt', 'hour']],
    ['year=2026/month=2/day=8/x.parquet', 'year=2026/month=2/day=8', '2026-02-08', ['year', 'month', 'day']],
    ['year=2026/month=02/x.parquet', 'year=2026/month=02', undefined, ['year', 'month']],
    ['region=eu/x.parquet', 'region=eu', undefined, ['region']],
    ['dt=__HIVE_DEFAULT_PARTITION__/x.parquet', 'dt=__HIVE_DEFAULT_PARTITION__', undefined, ['dt']],
    ['dt=2026-02-30/x.parquet', 'dt=2026-02-30', undefined, ['dt']],
    ['2026-02-08/x.parquet', '2026-02-08', '2026-02-08', []],
    ['2026-02-08.parquet', '2026-02-08', '2026-02-08', []],
    ['orders_2026-02-08.csv', '2026-02-08', '2026-02-08', []],
    ['part-0.parquet', 'all', undefined, []],
    ['dt=%E0%A4%A/x.parquet', 'dt=%E0%A4%A', undefined, ['dt']],
  ])('%s', (path, partition, day, keys) => expect(placeOf(path)).toEqual({ partition, keys, ...(day === undefined ? {} : { day }) }));

  it.each([
    ['_SUCCESS', true],
    ['.part.crc', true],
    ['_date=2026-02-08', false],
    ['part', false],
  ])('hides %s: %s', (name, hidden) => expect(isHidden(name)).toBe(hidden));
});

describe('list', () => {
  it('lists days in order with rows from the footers', async () => {
    for (const [day, rows] of [
      ['2026-02-10', 3],
      ['2026-02-08', 1],
      ['2026-02-09', 2],
    ] as const) {
      await made.write(`lake/daily/dt=${day}/a.parquet`, `SELECT i FROM range(${rows}) t(i)`);
    }
    await made.write('lake/daily/dt=2026-02-09/b.parquet', 'SELECT i FROM range(40) t(i)');
    writeFileSync(join(made.root, 'lake/daily/_SUCCESS'), '');
    writeFileSync(join(made.root, 'lake/daily/readme.txt'), 'no data');
    const listing = await made.lake.list('s3://lake/daily', 'parquet', []);
    expect(listing).toMatchObject({ location: 's3://lake/daily', exists: true, format: 'parquet', partitionBy: ['dt'] });
    expect(listing.partitions.map(({ partition, day, rows, files }) => [partition, day, rows, files.length])).toEqual([
      ['dt=2026-02-08', '2026-02-08', 1, 1],
      ['dt=2026-02-09', '2026-02-09', 42, 2],
      ['dt=2026-02-10', '2026-02-10', 3, 1],
    ]);
    expect(listing.partitions[0]?.bytes).toBeGreaterThan(100);
  });

  it('says only paths below the root', async () => {
    const listing = await made.lake.list('s3://lake/daily', 'parquet', []);
    expect(JSON.stringify(listing)).not.toContain(made.root);
  });

  it('takes a single file, a catalog name and a table of unknown format', async () => {
    await made.write('gold/orders/part.parquet', 'SELECT 1 AS a');
    for (const [location, format] of [
      ['gold/orders/part.parquet', 'parquet'],
      ['gold.orders', 'table'],
    ] as const) {
      const listing = await made.lake.list(location, format, ['dt']);
      expect(listing).toMatchObject({ exists: true, format: 'parquet', partitionBy: ['dt'], partitions: [{ partition: 'all', rows: 1 }] });
    }
  });

  it('finds nothing where nothing is', async () => {
    expect(await made.lake.list('s3://lake/none', 'parquet', ['dt'])).toEqual({
      location: 's3://lake/none',
      exists: false,
      format: 'parquet',
      partitionBy: ['dt'],
      partitions: [],
    });
  });

  it.each(['delta', 'iceberg', 'orc', 'hudi', 'avro'] as const)('says that %s is not read today', async (format) => {
    await expect(made.lake.list('s3://lake/daily', format, [])).rejects.toMatchObject({
      problem: { kind: 'usage', remedy: expect.stringContaining('Parquet, CSV') },
    });
  });

  it('does not read the dead files of a Delta table as Parquet', async () => {
    await made.write('lake/delta/part-0.parquet', 'SELECT 1 AS a');
    mkdirSync(join(made.root, 'lake/delta/_delta_log'));
    await expect(made.lake.list('lake/delta', 'parquet', [])).rejects.toThrow('a Delta table');
  });
});

describe('what must not be reached', () => {
  it.each(['lake/linked', 'lake/linked/x.parquet'])('refuses a link that leads out (%s)', async (location) => {
    const outside = join(dirname(made.root), 'outside');
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, 'x.parquet'), 'secret');
    mkdirSync(join(made.root, 'lake'), { recursive: true });
    if (location === 'lake/linked') symlinkSync(outside, join(made.root, 'lake/linked'));
    await expect(made.lake.list(location, 'parquet', [])).rejects.toMatchObject({ problem: { kind: 'usage' } });
  });

  it('refuses a link out that lies among the files, and one put there after the listing', async () => {
    await made.write('lake/trap/dt=2026-01-01/a.parquet', 'SELECT 1 AS a');
    const listing = await made.lake.list('lake/trap', 'parquet', []);
    symlinkSync('/etc/hostname', join(made.root, 'lake/trap/dt=2026-01-01/b.parquet'));
    await expect(made.lake.list('lake/trap', 'parquet', [])).rejects.toThrow('does not lie inside');
    const forged = { ...listing, partitions: [{ partition: 'all', bytes: 1, files: ['lake/trap/dt=2026-01-01/b.parquet'] }] };
    await expect(made.lake.measure(forged, planOf(forged))).rejects.toThrow('does not lie inside');
  });

  it('gives a session that reads nothing outside, loads nothing and stays locked', async () => {
    const options = { folders: [made.root], tempDirectory: join(dirname(made.root), 'spool'), memoryLimitMb: 64, threads: 1 };
    await withSession(options, async (session) => {
      for (const sql of [
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/escaped.csv'",
        "ATTACH '/tmp/escaped.db'",
        'INSTALL httpfs',
        'LOAD httpfs',
        'SET threads = 4',
        "SELECT * FROM read_parquet('https://example.org/x.parquet')",
      ]) {
        await expect(session.run(sql), sql).rejects.toThrow(
          /disabled by configuration|locked|Permission|not found|Cannot access|Extension/,
        );
      }
    });
  });
});

describe('hostile names', () => {
  const COLUMNS = [
    'a"b',
    "it's",
    'x; DROP TABLE scanned; --',
    'line\nbreak',
    'c0',
    'p',
    'filename',
    'file_row_number',
    'constructor',
    '__proto__',
    'größe',
    ' ',
  ];

  it('measures columns of any name', async () => {
    const list = COLUMNS.map((name, i) => `i + ${i} AS "${name.replaceAll('"', '""')}"`).join(', ');
    await made.write('lake/names/a.parquet', `SELECT ${list} FROM range(100) t(i)`);
    const listing = await made.lake.list('lake/names', 'parquet', []);
    const measured = await made.lake.measure(listing, planOf(listing));
    expect(measured.columns.map(({ name }) => name)).toEqual(COLUMNS);
    expect(Object.keys(measured.partitions[0]?.columns ?? {}).sort()).toEqual([...COLUMNS].sort());
    for (const name of COLUMNS)
      expect(Object.getOwnPropertyDescriptor(measured.distinct, name)?.value, name).toMatchObject({ estimate: 100 });
  });

  it('reads a file whose name is a pattern as itself', async () => {
    for (const [name, value] of [
      ["o'brien", 1],
      ['a[1]', 2],
      ['a1', 3],
      ['star*', 4],
      ['start', 5],
      ['what?', 6],
      ['"; drop', 7],
      ['new\nline', 8],
    ] as const) {
      await made.write(`lake/files/region=${name}/${name}.parquet`, `SELECT ${value} AS amount FROM range(30)`);
    }
    const listing = await made.lake.list('lake/files', 'parquet', []);
    const measured = await made.lake.measure(listing, { ...planOf(listing), partitions: listing.partitions });
    const found = measured.partitions.map(({ partition, columns }) => [partition, columns.amount?.sum]);
    // What is no plain word is called by its position.
    expect(Object.fromEntries(found)).toEqual({
      'region=#1': 210,
      'region=a1': 90,
      'region=#3': 60,
      'region=#4': 240,
      'region=#5': 30,
      'region=#6': 120,
      'region=start': 150,
      'region=#8': 180,
    });
  });

  it('keeps columns apart that differ in case only', async () => {
    const bytes = 'a,A\n1,10\n2,20\n';
    mkdirSync(join(made.root, 'lake/case'), { recursive: true });
    writeFileSync(join(made.root, 'lake/case/x.csv'), bytes);
    const listing = await made.lake.list('lake/case', 'csv', []);
    const measured = await made.lake.measure(listing, planOf(listing));
    expect(Object.values(measured.partitions[0]?.columns ?? {}).map(({ sum }) => sum)).toEqual([3, 30]);
  });
});

describe('many columns, little memory', () => {
  it('measures 500 columns in several queries', async () => {
    const list = Array.from({ length: 500 }, (_, i) => `i // 2 * ${i} AS col_${i}`).join(', ');
    await made.write('lake/wide/a.parquet', `SELECT ${list} FROM range(50) t(i)`);
    const listing = await made.lake.list('lake/wide', 'parquet', []);
    const measured = await made.lake.measure(listing, planOf(listing));
    expect(measured.partitions[0]?.columns.col_499).toMatchObject({ nulls: 0, sum: 499 * 24 * 25 });
    expect(measured.memoryRung).toBe(0);
  });
});

describe('text files without a row', () => {
  const put = (path: string, text: string) => {
    mkdirSync(join(made.root, dirname(path)), { recursive: true });
    writeFileSync(join(made.root, path), text);
  };
  it.each([
    ['a head alone has no rows', 'csv', 'a.csv', 'id,name\n', 0],
    ['nor has one without its line end', 'csv', 'b.csv', 'id,name', 0],
    ['a head of one column', 'csv', 'c.csv', 'id\n', 0],
    ['one row: how many there are is not said', 'csv', 'd.csv', 'id,name\n1,x\n', undefined],
    ['a first line of numbers is a row', 'csv', 'e.csv', '1,2\n', undefined],
    ['one JSON line', 'json', 'f.json', '{"id":1}\n', undefined],
  ] as const)('%s', async (_, format, file, text, rows) => {
    put(`lake/heads/${file}`, text);
    const listing = await made.lake.list(`s3://lake/heads/${file}`, format, []);
    expect(listing.partitions.map((each) => each.rows)).toEqual([rows]);
  });
  it('asks each partition, and nothing of one that is damaged', async () => {
    put('lake/mixed/dt=2026-02-07/a.csv', 'id,name\n');
    put('lake/mixed/dt=2026-02-08/a.csv', 'id,name\n1,x\n');
    put('lake/mixed/dt=2026-02-09/a.csv.gz', 'no gzip at all');
    const listing = await made.lake.list('s3://lake/mixed', 'csv', ['dt']);
    expect(listing.partitions.map((each) => each.rows)).toEqual([0, undefined, undefined]);
  });
});
