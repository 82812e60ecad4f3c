/**
 * Unity Catalog and WebHCat as far as their documents go, on loopback: the fields of `TableInfo` and of `format=extended`, the
 * errors in their own form, and whatever else a test has one of them answer instead.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export type HeldTable = {
  readonly database: string;
  readonly table: string;
  readonly kind: 'table' | 'view';
  readonly location: string;
  readonly format: 'parquet' | 'delta';
  readonly partitionBy: readonly string[];
};
export type Reply = { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };
export type CatalogServer = {
  readonly url: string;
  /** Path and headers of each question, in order. */
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[];
  readonly tables: HeldTable[];
  /** Answers this instead; `silence` never answers. */
  instead: Reply | 'silence' | undefined;
  readonly close: () => Promise<void>;
};
type Answer = (path: string, query: URLSearchParams, server: CatalogServer) => Reply;

async function serve(answer: Answer): Promise<CatalogServer> {
  const http = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    server.asked.push({ path: `${url.pathname}${url.search}`, authorization: request.headers.authorization });
    if (server.instead === 'silence') return;
    const { status, body, headers = {} } = server.instead ?? answer(decodeURIComponent(url.pathname), url.searchParams, server);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  const address = http.address();
  const server: CatalogServer = {
    url: `http://127.0.0.1:${isAddress(address) ? address.port : 0}`,
    asked: [],
    tables: [],
    instead: undefined,
    close: () =>
      new Promise((closed) => {
        http.close(() => closed());
        http.closeAllConnections();
      }),
  };
  return server;
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

export const json = (status: number, body: object): Reply => ({ status, body: JSON.stringify(body) });

export function unityServer(catalog: string): Promise<CatalogServer> {
  return serve((path, _, { tables }) => {
    const name = /^\/api\/2\.1\/unity-catalog\/tables\/([^/]+)$/.exec(path)?.[1];
    if (name === undefined) return { status: 404, body: '<html>Not found</html>' };
    const reason = (code: string, message: string) =>
      json(404, { error_code: code, message, details: [{ '@type': 'google.rpc.ErrorInfo', reason: code }] });
    const [inCatalog, database, table] = name.split('.');
    if (inCatalog !== catalog) return reason('CATALOG_NOT_FOUND', `Catalog not found: ${inCatalog}`);
    if (!tables.some((each) => each.database === database)) return reason('SCHEMA_NOT_FOUND', `Schema not found: ${database}`);
    const held = tables.find((each) => each.database === database && each.table === table);
    return held ? json(200, tableInfo(catalog, held)) : reason('TABLE_NOT_FOUND', `Table not found: ${name}`);
  });
}

function tableInfo(catalog: string, { database, table, kind, location, format, partitionBy }: HeldTable): object {
  const column = (name: string, position: number) => ({
    ...{ name, type_text: 'string', type_json: '"string"', type_name: 'STRING', position, nullable: true },
    partition_index: partitionBy.includes(name) ? partitionBy.indexOf(name) : null,
  });
  return {
    ...{ name: table, catalog_name: catalog, schema_name: database, table_type: kind === 'view' ? 'VIEW' : 'EXTERNAL' },
    ...(kind === 'view' ? { view_definition: 'SELECT 1' } : { data_source_format: format.toUpperCase(), storage_location: location }),
    columns: ['id', ...partitionBy.toReversed()].map(column),
    ...{
      comment: null,
      properties: {},
      owner: 'ada',
      created_at: 1,
      created_by: 'ada',
      updated_at: 1,
      updated_by: null,
      table_id: 'c389adfa',
    },
  };
}

export function hiveServer(): Promise<CatalogServer> {
  return serve((path, query, { tables }) => {
    const [, database, table] = /^\/templeton\/v1\/ddl\/database\/([^/]+)\/table\/([^/]+)$/.exec(path) ?? [];
    if (database === undefined || table === undefined) return { status: 404, body: '<html>Not found</html>' };
    const held = tables.find((each) => each.database === database && each.table === table);
    if (!held) return json(404, { error: `Table ${table} does not exist`, errorCode: 404, database, table });
    return json(200, query.get('format') === 'extended' ? described(held) : { columns: [], database, table });
  });
}

const READERS = {
  parquet: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  delta: 'org.apache.hadoop.mapred.SequenceFileInputFormat',
};

function described({ database, table, kind, location, format, partitionBy }: HeldTable): object {
  const own = { database, table, owner: 'ada', columns: [{ name: 'id', type: 'bigint' }] };
  if (kind === 'view')
    return { ...own, partitioned: false, location: null, tableType: 'VIRTUAL_VIEW', parameters: {}, sd: { location: null } };
  return {
    ...own,
    partitioned: partitionBy.length > 0,
    location,
    inputFormat: READERS[format],
    outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    partitionColumns: partitionBy.map((name) => ({ name, type: 'string' })),
    ...{ tableType: 'EXTERNAL_TABLE', retention: 0, parametersSize: 1 },
    parameters: { EXTERNAL: 'TRUE', ...(format === 'delta' ? { 'spark.sql.sources.provider': 'delta' } : {}) },
    sd: { location, serdeInfo: { serializationLib: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', parameters: { path: location } } },
  };
}
