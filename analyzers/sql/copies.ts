/** §4.3 Statements that carry files in and out of tables: `COPY … TO`, `COPY … FROM`, `COPY INTO`, `UNLOAD (…) TO`. */
import { type SqlEffect, written } from './effect.js';
import { optionsIn } from './options.js';
import { type Cursor, formatOfPath, name, type Token, take, word } from './words.js';

/** What `COPY` writes where nothing names a format. */
const DEFAULT_FORMAT = 'csv';

export function copy(cursor: Cursor): SqlEffect | 'ignored' | undefined {
  take(cursor, 'COPY');
  if (take(cursor, 'INTO')) return written(name(cursor), { statement: 'COPY INTO', mode: 'append' });
  if (word(cursor) === 'FROM') return 'ignored';
  const table = word(cursor) === '(' ? undefined : name(cursor);
  if (word(cursor) === '(') skipBrackets(cursor);
  if (table && take(cursor, 'FROM')) return written(table, { statement: 'COPY FROM', mode: 'append' });
  if (!take(cursor, 'TO')) return 'ignored';
  const place = name(cursor);
  const { format, partitionBy = [] } = optionsIn(cursor);
  const ending = place && formatOfPath(place.target);
  return written(place, { statement: 'COPY TO', mode: 'overwrite', format: format ?? ending ?? DEFAULT_FORMAT, partitionBy });
}

export function unload(cursor: Cursor): SqlEffect | undefined {
  take(cursor, 'UNLOAD');
  if (word(cursor) === '(') skipBrackets(cursor);
  if (!take(cursor, 'TO')) return undefined;
  const place = name(cursor);
  const { format = 'text', partitionBy = [], overwrites } = optionsIn(cursor);
  return written(place, { statement: 'UNLOAD', mode: overwrites ? 'overwrite' : 'create', format, partitionBy });
}

/** The query of an `UNLOAD` where it is written as a text: `UNLOAD ('SELECT …') TO …`. */
export function unloaded([unload, open, query]: readonly Token[]): string | undefined {
  const isText = unload?.text.toUpperCase() === 'UNLOAD' && open?.text === '(' && query?.kind === 'string';
  return isText ? query.text.replaceAll("''", "'") : undefined;
}

function skipBrackets(cursor: Cursor): void {
  let depth = 0;
  for (; cursor.at < cursor.all.length; cursor.at++) {
    const text = word(cursor);
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    if (depth === 0) break;
  }
  cursor.at += 1;
}
