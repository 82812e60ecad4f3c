/** §4.4 the Hive metastore through WebHCat as `TableCatalog`: `GET …/ddl/database/{db}/table/{table}?format=extended` (0012). */
import * as z from 'zod';
import type { HiveSettings } from '../../core/catalog-settings.js';
import { isTableName, type TableAnswer, type TableName } from '../../core/catalog-table.js';
import { tableOfHive } from '../../core/hive-table.js';
import type { TableCatalog } from '../../ports.js';
import { boundedJson, refusal, unreadable } from './bounded-json.js';

const Texts = z.record(z.string(), z.string().nullable().catch(null));
/** `sd`, `parameters` and `tableType` came with Hive 0.14; older ones say the rest alone. */
const Described = z.object({
  database: z.string(),
  table: z.string(),
  location: z.string().nullish(),
  inputFormat: z.string().nullish(),
  partitionColumns: z.array(z.object({ name: z.string() })).nullish(),
  tableType: z.string().nullish(),
  parameters: Texts.nullish(),
  sd: z.object({ serdeInfo: z.object({ serializationLib: z.string().nullish(), parameters: Texts.nullish() }).nullish() }).nullish(),
});
const Missing = z.object({ error: z.string(), errorCode: z.literal([404, 10001, 10072]).optional() });

export function hiveCatalog(settings: HiveSettings): TableCatalog {
  return { lookUp: (names) => Promise.all(names.map((name) => ask(settings, name))) };
}

async function ask({ url, user, timeout_seconds }: HiveSettings, name: TableName): Promise<TableAnswer> {
  if (!isTableName(name, 'hive')) return unreadable('this is no name of a table');
  const heard = await boundedJson({
    base: url,
    path: ['templeton', 'v1', 'ddl', 'database', name.database, 'table', name.table],
    query: { format: 'extended', ...(user === undefined ? {} : { 'user.name': user }) },
    headers: {},
    timeoutSeconds: timeout_seconds,
  });
  if (heard.kind === 'unreadable') return heard;
  if (heard.status === 404) return Missing.safeParse(heard.body).success ? { kind: 'absent' } : unreadable('no WebHCat answers there');
  if (heard.status !== 200) return refusal(heard.status);
  const described = Described.safeParse(heard.body);
  if (!described.success) return unreadable('its answer is not that of a WebHCat');
  const { database, table } = described.data;
  if (`${database}.${table}`.toLowerCase() !== `${name.database}.${name.table}`) return unreadable('it answers for another table');
  return { kind: 'found', table: tableOf(described.data) };
}

function tableOf({ tableType, location, inputFormat, sd, partitionColumns, parameters }: z.infer<typeof Described>) {
  return tableOfHive({
    type: tableType ?? undefined,
    location: location ?? undefined,
    inputFormat: inputFormat ?? undefined,
    serde: sd?.serdeInfo?.serializationLib ?? undefined,
    partitionKeys: (partitionColumns ?? []).map(({ name }) => name),
    parameters: texts(parameters),
    serdeParameters: texts(sd?.serdeInfo?.parameters),
  });
}

function texts(values: z.infer<typeof Texts> | null | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values ?? {}).flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}
