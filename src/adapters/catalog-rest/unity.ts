/** §4.4 Unity Catalog, of Databricks or open source, as `TableCatalog`: `GET …/tables/{catalog.schema.table}`. */
import * as z from 'zod';
import type { UnitySettings } from '../../core/catalog-settings.js';
import { type CatalogTable, isTableName, placeSaid, type TableAnswer, type TableName } from '../../core/catalog-table.js';
import { formatOfScan } from '../../core/scan-words.js';
import type { TableCatalog } from '../../ports.js';
import { boundedJson, refusal, unreadable } from './bounded-json.js';

const Column = z.object({ name: z.string().nullish(), partition_index: z.int().nullish() });
/** More fields come and are not read. */
const TableInfo = z.object({
  name: z.string(),
  catalog_name: z.string(),
  schema_name: z.string(),
  table_type: z.string().nullish(),
  data_source_format: z.string().nullish(),
  storage_location: z.string().nullish(),
  columns: z.array(Column).nullish(),
});
/** The open-source server says `TABLE_NOT_FOUND` or `NOT_FOUND`, Databricks `TABLE_DOES_NOT_EXIST`, and the same of schemas. */
const Missing = z.object({ error_code: z.string().regex(/^(?!ENDPOINT)(?:\w+_)?(?:NOT_FOUND|DOES_NOT_EXIST)$/) });

/** `token`: the value of `token_env`. */
export function unityCatalog(settings: UnitySettings, token: string | undefined): TableCatalog {
  return { lookUp: (names) => Promise.all(names.map((name) => ask(settings, token, name))) };
}

async function ask(settings: UnitySettings, token: string | undefined, name: TableName): Promise<TableAnswer> {
  const { url, catalog, token_env, timeout_seconds } = settings;
  if (!isTableName(name, 'unity')) return unreadable('this is no name of a table');
  if (token_env !== undefined && !/^[\x21-\x7e]+$/.test(token ?? '')) return unreadable(`${token_env} holds no token`);
  const fullName = `${catalog}.${name.database}.${name.table}`;
  const heard = await boundedJson({
    base: url,
    path: ['api', '2.1', 'unity-catalog', 'tables', fullName],
    query: {},
    headers: token_env === undefined ? {} : { authorization: `Bearer ${token}` },
    timeoutSeconds: timeout_seconds,
  });
  if (heard.kind === 'unreadable') return heard;
  // A 404 of some other server is no word about the table.
  if (heard.status === 404)
    return Missing.safeParse(heard.body).success ? { kind: 'absent' } : unreadable('no Unity Catalog answers there');
  if (heard.status !== 200) return refusal(heard.status);
  const info = TableInfo.safeParse(heard.body);
  if (!info.success) return unreadable('its answer is not that of a Unity Catalog');
  const { catalog_name, schema_name, name: table } = info.data;
  if (`${catalog_name}.${schema_name}.${table}`.toLowerCase() !== fullName.toLowerCase()) return unreadable('it answers for another table');
  return { kind: 'found', table: tableOf(info.data) };
}

function tableOf({ table_type, storage_location, data_source_format, columns }: z.infer<typeof TableInfo>): CatalogTable {
  if (/VIEW/.test(table_type ?? '') && !/MATERIALIZED/.test(table_type ?? '')) return { kind: 'view', partitionBy: [] };
  const location = placeSaid(storage_location);
  const format = formatOfScan(data_source_format ?? '');
  const partitions = (columns ?? [])
    .flatMap(({ name, partition_index }) => (name && typeof partition_index === 'number' ? [{ name, at: partition_index }] : []))
    .toSorted((a, b) => a.at - b.at)
    .map(({ name }) => name);
  return { kind: 'table', ...(location ? { location } : {}), ...(format ? { format } : {}), partitionBy: partitions };
}
