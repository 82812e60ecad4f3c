/** §4.4 names that a table catalog of production is asked for, and what it answers: both come from strangers and are data. */
import type { CatalogSettings } from './catalog-settings.js';
import { matchesGlob } from './glob.js';
import { readPlace } from './place.js';
import type { Format } from './vocabulary.js';

/** In lower case: catalogs do not tell cases apart. */
export type TableName = { readonly database: string; readonly table: string };

export type CatalogTable = {
  readonly kind: 'table' | 'view';
  /** Absent for a view, and where what the catalog says is no place. */
  readonly location?: string;
  readonly format?: Format;
  readonly partitionBy: readonly string[];
};

/** `absent`: the catalog was read and has no such table. `unreadable`: it could not be asked, or nobody understands its answer. */
export type TableAnswer =
  | { readonly kind: 'found'; readonly table: CatalogTable }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly because: string };

/** Not asked at all, by our own limit: asking again would not help. */
export type LeftOut = { readonly kind: 'left-out'; readonly because: string };

/** A name as `tableKey` spells it, who was asked, and the answer. */
export type AskedTable = { readonly name: string; readonly catalog: string; readonly answer: TableAnswer | LeftOut };

/** WebHCat puts names into HiveQL as they are: nothing but letters, digits and _ may reach it. */
const WORD: Readonly<Record<CatalogSettings['kind'], RegExp>> = {
  glue: /^[a-z0-9_-]{1,255}$/,
  unity: /^[a-z0-9_-]{1,255}$/,
  hive: /^[a-z0-9_]{1,128}$/,
};

export function isTableName({ database, table }: TableName, kind: CatalogSettings['kind']): boolean {
  return WORD[kind].test(database) && WORD[kind].test(table);
}

/** One spelling a name; undefined for what is a path or has a part that only the running job knows. */
export function tableKey(target: string): string | undefined {
  const text = target.trim().replace(/[`"']/g, '').toLowerCase();
  if (text === '' || text.length > 800 || /[{}\s]/.test(text) || readPlace(text, { layers: {} }).kind === 'path') return undefined;
  return text;
}

/** The name as this catalog would know it; undefined where it is no name of production in it. */
export function nameIn(key: string, catalog: CatalogSettings): TableName | undefined {
  const parts = key.split('.');
  const table = parts.at(-1);
  const database = parts.at(-2) ?? catalog.database?.toLowerCase();
  const first = parts.length === 3 ? parts[0] : undefined;
  if (parts.length > 3 || table === undefined || database === undefined) return undefined;
  const own = catalog.kind === 'unity' ? [catalog.catalog, ...catalog.called] : catalog.called;
  if (first !== undefined && !own.some((word) => word.toLowerCase() === first)) return undefined;
  if (!catalog.databases.some((glob) => matchesGlob(glob.toLowerCase(), database))) return undefined;
  const name = { database, table };
  return isTableName(name, catalog.kind) ? name : undefined;
}

/** A URL or an absolute path without holes, controls and passwords; anything else is no place that may be passed on. */
export function placeSaid(location: string | null | undefined): string | undefined {
  const text = location?.trim() ?? '';
  const isPlace = /^(?:[a-z][a-z0-9+.-]*:\/|\/)/i.test(text) && text.length <= 1024;
  return isPlace && !/[\p{Cc}{}]/u.test(text) && !/^[^/]*:\/\/[^/]*:[^/]*@/.test(text) ? text : undefined;
}
