/** §4.4 tables that files of DDL give a place: `CREATE TABLE gold.orders (…) LOCATION 's3://lake/gold/orders'`. */
import type { DeclaredTable } from '../../src/core/facts.js';
import { isShown } from '../standing.js';
import { sqlEffects } from './statements.js';

export function isDdl(path: string): boolean {
  return /\.(?:sql|hql|ddl)$/i.test(path) && !isShown(path);
}

/** What a template only steers by is left out, and its lines stay where they are. */
export function withNamedHoles(text: string): string {
  return text
    .replace(/\$\{(?:[a-z]+:)?([\w.]+)\}/g, '{$1}')
    .replace(/\{\{ *(?:params\.)?([\w.]+)(?![\w.])[^{}]*\}\}/g, '{$1}')
    .replace(/\{[%#][^{}\n]*[%#]\}/g, '');
}

/** Variables of Hive and of templates are holes: `${hiveconf:bucket}`, `${bucket}`, `{{ bucket }}`. */
export function declaredTables(path: string, text: string): readonly DeclaredTable[] {
  if (!/\bcreate\b/i.test(text) || !/location/i.test(text)) return [];
  return sqlEffects(withNamedHoles(text)).flatMap(({ target, database, location, format, partitionBy, line }) =>
    location === undefined
      ? []
      : [
          {
            name: database !== undefined && /^\w+$/.test(target) ? `${database}.${target}` : target,
            location,
            format,
            partitionBy,
            at: { file: path, line: line + 1 },
          },
        ],
  );
}
