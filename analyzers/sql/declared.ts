/** §4.4 tables that files of DDL give a place: `CREATE TABLE gold.orders (…) LOCATION 's3://lake/gold/orders'`. */
import type { DeclaredTable } from '../../src/core/facts.js';
import { isShown } from '../standing.js';
import { sqlEffects } from './statements.js';

export function isDdl(path: string): boolean {
  return /\.(?:sql|hql|ddl)$/i.test(path) && !isShown(path);
}

/** Variables of Hive and of templates are holes: `${hiveconf:bucket}`, `${bucket}`, `{{ bucket }}`. */
export function declaredTables(path: string, text: string): readonly DeclaredTable[] {
  if (!/\bcreate\b/i.test(text) || !/location/i.test(text)) return [];
  const plain = text.replace(/\$\{(?:[a-z]+:)?([\w.]+)\}/g, '{$1}').replace(/\{\{ *([\w.]+) *\}\}/g, '{$1}');
  return sqlEffects(plain).flatMap(({ target, location, format, partitionBy, line }) =>
    location === undefined ? [] : [{ name: target, location, format, partitionBy, at: { file: path, line: line + 1 } }],
  );
}
