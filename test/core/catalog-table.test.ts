/** §4.4 which names a catalog is asked for, which places are taken from it, and how Hive's tables are read. */
import { describe, expect, test } from 'vitest';
import { CatalogSettings } from '../../src/core/catalog-settings.js';
import { nameIn, placeSaid, tableKey } from '../../src/core/catalog-table.js';
import { type HiveTable, tableOfHive } from '../../src/core/hive-table.js';
import { Settings } from '../../src/core/settings.js';

const glue = CatalogSettings.parse({
  ...{ kind: 'glue', region: 'eu-central-1', databases: ['gold', 'marts_*'], database: 'Gold', called: ['glue_catalog'] },
});
const unity = CatalogSettings.parse({ kind: 'unity', url: 'https://acme.example', catalog: 'Prod', databases: ['**'] });
const hive = CatalogSettings.parse({ kind: 'hive', url: 'http://webhcat:50111', databases: ['*'] });

describe('a name is asked for where it is one of production', () => {
  test.each([
    ['gold.orders', glue, 'gold.orders'],
    ['`Gold`.`Orders`', glue, 'gold.orders'],
    ['marts_eu.orders', glue, 'marts_eu.orders'],
    ['staging.orders', glue, undefined],
    ['orders', glue, 'gold.orders'],
    ['orders', hive, undefined],
    ['glue_catalog.gold.orders', glue, 'gold.orders'],
    ['dev.gold.orders', glue, undefined],
    ['prod.gold.orders', unity, 'gold.orders'],
    ['dev.gold.orders', unity, undefined],
    ['gold.orders', unity, 'gold.orders'],
    ['gold.orders-2', unity, 'gold.orders-2'],
    ['a.b.gold.orders', unity, undefined],
    ['gold.orders; drop table gold.orders', hive, undefined],
    ['gold.orders--', hive, undefined],
    ['gold.or-ders', hive, undefined],
    ['gold.bestellungen_ü', unity, undefined],
    [`gold.${'a'.repeat(300)}`, unity, undefined],
    ['gold.{table}', unity, undefined],
    ['s3://lake/gold/orders', unity, undefined],
    ['gold.%2e%2e', unity, undefined],
  ])('%s', (target, catalog, expected) => {
    const key = tableKey(target);
    const name = key === undefined ? undefined : nameIn(key, catalog);
    expect(name && `${name.database}.${name.table}`).toBe(expected);
  });
});

test.each([
  [' s3://lake/gold/orders ', 's3://lake/gold/orders'],
  ['hdfs://node:8020/gold/orders', 'hdfs://node:8020/gold/orders'],
  ['abfss://gold@acme.dfs.core.windows.net/orders', 'abfss://gold@acme.dfs.core.windows.net/orders'],
  ['dbfs:/user/hive/orders', 'dbfs:/user/hive/orders'],
  ['/warehouse/orders', '/warehouse/orders'],
  ['s3://key:secret@lake/orders', undefined],
  ['shop.public.orders', undefined],
  ['jdbc:postgresql://db/shop', undefined],
  ['s3://lake/{table}', undefined],
  ['s3://lake/a\nb', undefined],
  [`s3://lake/${'a'.repeat(2000)}`, undefined],
  ['', undefined],
  [null, undefined],
])('the place %j is taken as %j', (said, taken) => expect(placeSaid(said)).toBe(taken));

describe('a table of Hive', () => {
  const table = (more: Partial<HiveTable>): HiveTable => ({ partitionKeys: [], parameters: {}, serdeParameters: {}, ...more });
  const location = 's3://lake/orders';
  test.each<readonly [string, Partial<HiveTable>, object]>([
    [
      'says its format by how it is read',
      { location, inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat', partitionKeys: ['day'] },
      { location, format: 'parquet', partitionBy: ['day'] },
    ],
    ['is Iceberg by a parameter', { location, parameters: { table_type: 'ICEBERG' } }, { location, format: 'iceberg', partitionBy: [] }],
    [
      'of Spark says its provider, and its partitions among the parameters',
      {
        location: 's3://warehouse/gold.db/orders-__PLACEHOLDER__',
        serdeParameters: { path: location },
        inputFormat: 'org.apache.hadoop.mapred.SequenceFileInputFormat',
        parameters: {
          ...{ 'spark.sql.sources.provider': 'delta', 'spark.sql.sources.schema.numPartCols': '2' },
          ...{ 'spark.sql.sources.schema.partCol.0': 'day', 'spark.sql.sources.schema.partCol.1': 'country' },
        },
      },
      { location, format: 'delta', partitionBy: ['day', 'country'] },
    ],
    ['with a placeholder and no true place has none', { location: 's3://w/orders-__PLACEHOLDER__' }, { partitionBy: [] }],
    [
      'with a count of partitions beyond all bounds',
      { location, parameters: { 'spark.sql.sources.schema.numPartCols': '1e9' } },
      { location, partitionBy: [] },
    ],
    [
      'of a crawler says its classification',
      { location, parameters: { classification: 'csv' } },
      { location, format: 'csv', partitionBy: [] },
    ],
    [
      'of JSON says it by its serde',
      { location, serde: 'org.openx.data.jsonserde.JsonSerDe' },
      { location, format: 'json', partitionBy: [] },
    ],
    ['of plain text says no format that a manifest knows', { location, serde: 'LazySimpleSerDe' }, { location, partitionBy: [] }],
    ['with words of every object says nothing', { location, parameters: { classification: 'constructor' } }, { location, partitionBy: [] }],
  ])('%s', (_, more, expected) => expect(tableOfHive(table(more))).toEqual({ kind: 'table', ...expected }));

  test('that is a view has no place, whatever it says', () =>
    expect(tableOfHive(table({ type: 'VIRTUAL_VIEW', location }))).toEqual({ kind: 'view', partitionBy: [] }));
});

describe('settings', () => {
  const at = (catalog: object) => Settings.safeParse({ catalogs: [catalog] }).success;
  const base = { kind: 'unity', url: 'https://acme.example', catalog: 'prod', databases: ['gold'], token_env: 'UNITY_TOKEN' };
  test.each([
    ['all that is needed', base, true],
    ['a path behind the host', { ...base, url: 'https://acme.example/unity' }, true],
    ['this machine in the open', { ...base, url: 'http://127.0.0.1:8080' }, true],
    ['another machine in the open', { ...base, url: 'http://acme.example' }, false],
    ['a host that only begins like this machine', { ...base, url: 'http://127.0.0.1.acme.example' }, false],
    ['a password in the address', { ...base, url: 'https://me:secret@acme.example' }, false],
    ['the token itself', { ...base, token: 'dapi-secret' }, false],
    ['no word about production', { ...base, databases: undefined }, false],
    ['Hive in the open', { kind: 'hive', url: 'http://webhcat:50111', databases: ['gold'] }, true],
    ['a file', { kind: 'hive', url: 'file:///etc/passwd', databases: ['gold'] }, false],
    ['Glue', { kind: 'glue', region: 'eu-central-1', catalog_id: '123456789012', databases: ['gold'] }, true],
    ['Glue with a name for a region', { kind: 'glue', region: 'evil.example/', databases: ['gold'] }, false],
    ['a catalog that nobody knows', { kind: 'polaris', databases: ['gold'] }, false],
  ])('%s', (_, catalog, isTaken) => expect(at(catalog)).toBe(isTaken));
});
