/** §4.4 which files of DDL are read, and which tables they give a place. */
import { describe, expect, it } from 'vitest';
import { declaredTables, isDdl } from '../../analyzers/sql/declared.js';

it.each([
  ['ddl/orders.sql', true],
  ['schema/orders.HQL', true],
  ['orders.ddl', true],
  ['jobs/orders.py', false],
  ['tests/orders.sql', false],
  ['docs/orders.sql', false],
])('%s is read as DDL: %s', (path, isRead) => expect(isDdl(path)).toBe(isRead));

describe('a table is declared with its place', () => {
  it.each([
    [
      'by Hive',
      "-- orders\nCREATE EXTERNAL TABLE IF NOT EXISTS gold.orders (\n  id BIGINT COMMENT 'location of it'\n)\nPARTITIONED BY (day STRING, country STRING)\nSTORED AS PARQUET\nLOCATION 's3://lake/gold/orders'\nTBLPROPERTIES ('a'='b');",
      [{ name: 'gold.orders', location: 's3://lake/gold/orders', format: 'parquet', partitionBy: ['day', 'country'], line: 2 }],
    ],
    [
      'by Spark, twice in one file',
      'create or replace table `gold`.`a` using delta location \'s3://lake/a\';\ncreate table gold.b using iceberg location "s3://lake/b";',
      [
        { name: 'gold.a', location: 's3://lake/a', format: 'delta', partitionBy: [], line: 1 },
        { name: 'gold.b', location: 's3://lake/b', format: 'iceberg', partitionBy: [], line: 2 },
      ],
    ],
    [
      'with variables as holes',
      "CREATE TABLE $<hiveconf:db>.orders (id INT) LOCATION '$<bucket>/orders/{{ env }}'".replaceAll(/<(.*?)>/g, '{$1}'),
      [{ name: '{db}.orders', location: '{bucket}/orders/{env}', format: 'table', partitionBy: [], line: 1 }],
    ],
    ['and without one it is not', "CREATE TABLE gold.orders (location STRING); SELECT 'location' FROM gold.orders", []],
    ['and a database is none', "CREATE DATABASE gold LOCATION 's3://lake/gold'", []],
    ['and a comment says nothing', "-- CREATE TABLE gold.a (id INT) LOCATION 's3://lake/a'", []],
    ['and what is broken ends nowhere', "CREATE TABLE gold.a (id INT LOCATION 's3://lake/a", []],
  ])('%s', (_, text, expected) =>
    expect(declaredTables('ddl/x.sql', text).map(({ at, ...table }) => ({ ...table, line: at.line }))).toEqual(expected),
  );
});
