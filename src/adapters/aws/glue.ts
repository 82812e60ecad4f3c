/**
 * §4.4 the Glue Data Catalog as `TableCatalog`. The SDK is loaded with the first name that is asked for, and finds its
 * credentials itself. Only `GetTable` is called: it alone tells a table that is missing from one that may not be seen.
 */
import type { GlueClient, Table } from '@aws-sdk/client-glue';
import type { GlueSettings } from '../../core/catalog-settings.js';
import type { TableAnswer, TableName } from '../../core/catalog-table.js';
import { tableOfHive } from '../../core/hive-table.js';
import type { TableCatalog } from '../../ports.js';

export function glueCatalog(settings: GlueSettings): TableCatalog {
  let opened: Promise<Ask> | undefined;
  return {
    lookUp: async (names) => {
      opened ??= openGlue(settings);
      const ask = await opened;
      return Promise.all(names.map(ask));
    },
  };
}

type Ask = (name: TableName) => Promise<TableAnswer>;

async function openGlue({ region, catalog_id, endpoint, timeout_seconds }: GlueSettings): Promise<Ask> {
  const { GlueClient, GetTableCommand } = await import('@aws-sdk/client-glue');
  const timeout = timeout_seconds * 1000;
  const client: GlueClient = new GlueClient({
    region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: timeout, requestTimeout: timeout },
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  return async ({ database, table }) => {
    const command = new GetTableCommand({
      DatabaseName: database,
      Name: table,
      ...(catalog_id === undefined ? {} : { CatalogId: catalog_id }),
    });
    try {
      // Finding credentials and a second attempt count too.
      const { Table: found } = await client.send(command, { abortSignal: AbortSignal.timeout(timeout) });
      return found ? answerOf(found) : { kind: 'unreadable', because: 'its answer holds no table' };
    } catch (error) {
      return failed(error, timeout_seconds);
    }
  };
}

function answerOf(table: Table): TableAnswer {
  if (table.TargetTable) return { kind: 'unreadable', because: 'it is a link to a table of another catalog, which is not followed' };
  const { Location, InputFormat, SerdeInfo } = table.StorageDescriptor ?? {};
  return {
    kind: 'found',
    table: tableOfHive({
      type: table.TableType,
      location: Location,
      inputFormat: InputFormat,
      serde: SerdeInfo?.SerializationLibrary,
      partitionKeys: (table.PartitionKeys ?? []).flatMap(({ Name }) => Name ?? []),
      parameters: table.Parameters ?? {},
      serdeParameters: SerdeInfo?.Parameters ?? {},
    }),
  };
}

/** By the names of AWS's errors; what they say beside is not passed on. */
const SAYS: Readonly<Record<string, string>> = {
  AccessDeniedException: 'the credentials may not read it (glue:GetTable)',
  UnrecognizedClientException: 'the credentials are not valid',
  ExpiredTokenException: 'the credentials have expired',
  InvalidSignatureException: 'the credentials are not valid',
  CredentialsProviderError: 'no credentials of AWS were found',
  ThrottlingException: 'it takes no more questions for now',
};

function failed(error: unknown, seconds: number): TableAnswer {
  const name = error instanceof Error ? error.name : '';
  if (name === 'EntityNotFoundException') return { kind: 'absent' };
  if (name === 'AbortError' || name === 'TimeoutError') return { kind: 'unreadable', because: `no answer came within ${seconds} s` };
  const known = Object.hasOwn(SAYS, name) ? SAYS[name] : undefined;
  return { kind: 'unreadable', because: known ?? `it failed with ${/^\w{1,60}$/.test(name) ? name : 'an error'}` };
}
