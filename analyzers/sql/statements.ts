/** §4.3 What a piece of SQL text reads and writes. Holes stand in it as `{name}`. Views and CTEs are no datasets. */

import { copy, unload, unloaded } from './copies.js';
import { type SqlEffect, written } from './effect.js';
import { optionsIn } from './options.js';
import { readSources, withFormat } from './sources.js';
import { type Cursor, columns, name, statements, type Token, take, word } from './words.js';

export type { SqlEffect } from './effect.js';

/** Behind `USE mart` names of one word lie in there. */
export function sqlEffects(sql: string): readonly SqlEffect[] {
  let database: string | undefined;
  return statements(sql).flatMap((all): readonly SqlEffect[] => {
    const used = use(all);
    if (used) database = used.database;
    const effects = readStatement(all);
    return database === undefined ? effects : effects.map((one) => ({ ...one, ...(database === undefined ? {} : { database }) }));
  });
}

/** What the last `USE` of a text says. */
export function usedDatabase(sql: string): string | undefined {
  return statements(sql)
    .map(use)
    .findLast((one) => one !== undefined)?.database;
}

/** `USE mart`, `USE SCHEMA lake.mart`. Of another catalog nobody knows which database holds. */
function use(all: readonly Token[]): { readonly database?: string } | undefined {
  const cursor: Cursor = { all, at: 0 };
  if (!take(cursor, 'USE') || /^(?:ROLE|WAREHOUSE|SECONDARY)$/.test(word(cursor))) return undefined;
  if (take(cursor, 'CATALOG')) return {};
  for (const kind of ['DATABASE', 'SCHEMA', 'NAMESPACE']) if (take(cursor, kind)) break;
  const named = name(cursor);
  return named && cursor.at === all.length && /^[\w.]+$/.test(named.target) ? { database: named.target } : {};
}

/** Names that hide tables while the job runs; a view that is made of the table of its name hides nothing from who asks who reads it. */
export function temporaryViews(sql: string): readonly string[] {
  return statements(sql).flatMap((all) => {
    const named = temporaryView({ all, at: 0 });
    return named === undefined || readSources(all, new Set()).some(({ target }) => target === named) ? [] : [named];
  });
}

function temporaryView(cursor: Cursor): string | undefined {
  if (!take(cursor, 'CREATE')) return undefined;
  take(cursor, 'OR', 'REPLACE');
  if (!takeTemporary(cursor) || !take(cursor, 'VIEW')) return undefined;
  take(cursor, 'IF', 'NOT', 'EXISTS');
  return name(cursor)?.target;
}

function takeTemporary(cursor: Cursor): boolean {
  take(cursor, 'GLOBAL');
  return take(cursor, 'TEMPORARY') || take(cursor, 'TEMP');
}

function readStatement(all: readonly Token[]): SqlEffect[] {
  const query = unloaded(all);
  if (query !== undefined) return [...filled(unload({ all, at: 0 })), ...sqlEffects(query)];
  const cursor: Cursor = { all, at: 0 };
  const ctes = skipCtes(cursor);
  const start = cursor.at;
  const write = readWrite(cursor);
  if (write === 'ignored') return [];
  const writes = write?.statement === 'VIEW' ? [] : [...filled(write), ...insertsBehind(cursor)];
  const isCopy = word({ all, at: start }) === 'COPY';
  const reads =
    /^(?:SELECT|INSERT|CREATE|MERGE|APPLY|DELETE|UPDATE|REPLACE|COPY|UNLOAD|WITH|FROM|CACHE|\()$/.test(word({ all, at: start })) ||
    ctes.size > 0
      ? withFormat(readSources(all, ctes), isCopy ? optionsIn({ all, at: 0 }).format : undefined)
      : [];
  const added = new Set(writes.filter(({ mode }) => mode !== 'overwrite').map(({ target }) => target));
  return [...writes, ...reads.filter(({ target }) => !added.has(target))];
}

/** `FROM src INSERT INTO a SELECT … INSERT OVERWRITE TABLE b SELECT …`. */
function insertsBehind(cursor: Cursor): SqlEffect[] {
  const found: SqlEffect[] = [];
  let depth = 0;
  for (const isQuery = word(cursor) === 'FROM'; isQuery && cursor.at < cursor.all.length; ) {
    const text = word(cursor);
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    if (depth === 0 && take(cursor, 'INSERT')) found.push(...filled(insert(cursor)));
    else cursor.at += 1;
  }
  return found;
}

function filled(write: SqlEffect | undefined): SqlEffect[] {
  return write ? [write] : [];
}

/** `WITH a AS (…), b AS (…)`: the names that are no tables; the cursor stands behind them. */
function skipCtes(cursor: Cursor): Set<string> {
  const names = new Set<string>();
  for (let at = 0; at < cursor.all.length - 2; at++) {
    const [token, as, open] = [cursor.all[at], word({ all: cursor.all, at: at + 1 }), cursor.all[at + 2]];
    if (token && token.kind !== 'sign' && as === 'AS' && open?.text === '(' && open.kind === 'sign') names.add(token.text.toLowerCase());
  }
  if (!take(cursor, 'WITH')) return names;
  let depth = 0;
  for (; cursor.at < cursor.all.length; cursor.at++) {
    const text = word(cursor);
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    if (depth === 0 && /^(?:SELECT|INSERT|MERGE|DELETE|UPDATE|FROM)$/.test(text)) break;
  }
  return names;
}

function readWrite(cursor: Cursor): SqlEffect | 'ignored' | undefined {
  if (take(cursor, 'INSERT')) return insert(cursor);
  if (take(cursor, 'MERGE', 'INTO')) return written(name(cursor), { statement: 'MERGE INTO', mode: 'merge' });
  if (take(cursor, 'APPLY', 'CHANGES', 'INTO'))
    return written(name(cursor), { statement: 'APPLY CHANGES INTO', mode: 'merge', format: 'delta' });
  if (take(cursor, 'DELETE', 'FROM')) return written(name(cursor), { statement: 'DELETE FROM', mode: 'delete' });
  if (take(cursor, 'TRUNCATE', 'TABLE') || take(cursor, 'TRUNCATE'))
    return written(name(cursor), { statement: 'TRUNCATE TABLE', mode: 'delete' });
  if (take(cursor, 'UPDATE')) return update(cursor);
  if (word(cursor) === 'COPY') return copy(cursor);
  if (word(cursor) === 'UNLOAD') return unload(cursor);
  if (take(cursor, 'CREATE') || word(cursor) === 'REPLACE') return create(cursor);
  return /^(?:SELECT|FROM|\()$/.test(word(cursor)) ? undefined : 'ignored';
}

/** `UPDATE t SET`, `UPDATE t AS x SET`. */
function update(cursor: Cursor): SqlEffect | 'ignored' {
  const named = name(cursor);
  const isUpdate = [0, 1, 2].some((ahead) => word(cursor, ahead) === 'SET');
  return (isUpdate && written(named, { statement: 'UPDATE', mode: 'update' })) || 'ignored';
}

function insert(cursor: Cursor): SqlEffect | undefined {
  const overwrite = take(cursor, 'OVERWRITE');
  const mode = overwrite ? 'overwrite' : 'append';
  if (!overwrite && !take(cursor, 'INTO')) return undefined;
  if (overwrite && (take(cursor, 'LOCAL', 'DIRECTORY') || take(cursor, 'DIRECTORY'))) {
    const path = name(cursor);
    const format = take(cursor, 'USING') ? word(cursor).toLowerCase() : 'text';
    return written(path, { statement: 'INSERT OVERWRITE DIRECTORY', mode, format });
  }
  take(cursor, 'INTO');
  take(cursor, 'TABLE');
  const named = name(cursor);
  return written(named, {
    statement: overwrite ? 'INSERT OVERWRITE' : 'INSERT INTO',
    mode,
    partitionBy: take(cursor, 'PARTITION') ? columns(cursor) : [],
  });
}

/** Tables that a pipeline of Databricks keeps: `CREATE OR REFRESH STREAMING TABLE t AS SELECT …`. */
function pipelineTable(cursor: Cursor): SqlEffect | undefined {
  const ahead: Cursor = { all: cursor.all, at: cursor.at };
  const refresh = take(ahead, 'OR', 'REFRESH');
  const isKept = [take(ahead, 'STREAMING'), take(ahead, 'LIVE')].includes(true) || refresh;
  if (!isKept || !(take(ahead, 'TABLE') || (refresh && take(ahead, 'MATERIALIZED', 'VIEW')))) return undefined;
  take(ahead, 'IF', 'NOT', 'EXISTS');
  const named = name(ahead);
  const { filled, location, partitionBy, format = 'delta' } = tableClauses(ahead);
  cursor.at = ahead.at;
  return written(named, {
    statement: `CREATE ${refresh ? 'OR REFRESH ' : ''}TABLE`,
    mode: refresh ? 'overwrite' : 'create',
    format,
    partitionBy,
    ...(location ? { location } : {}),
    ...(filled ? {} : { declares: true }),
  });
}

function create(cursor: Cursor): SqlEffect | 'ignored' | undefined {
  const replace = take(cursor, 'OR', 'REPLACE') || take(cursor, 'REPLACE');
  const kept = pipelineTable(cursor);
  if (kept) return kept;
  const external = take(cursor, 'EXTERNAL');
  const temporary = takeTemporary(cursor);
  if (temporary || take(cursor, 'VIEW') || take(cursor, 'MATERIALIZED', 'VIEW'))
    return written({ target: '', format: '', line: 0 }, { statement: 'VIEW', mode: '' });
  if (!take(cursor, 'TABLE')) return 'ignored';
  const unless = take(cursor, 'IF', 'NOT', 'EXISTS');
  const named = name(cursor);
  const clauses = tableClauses(cursor);
  const statement = `CREATE ${replace ? 'OR REPLACE ' : ''}TABLE`;
  const format = clauses.format ?? (named?.format === 'table' ? undefined : named?.format);
  const mode = replace ? 'overwrite' : 'create';
  return written(clauses.location && !named ? { target: clauses.location, format: '', line: 0 } : named, {
    statement,
    mode: unless && !replace ? 'create' : mode,
    ...(format ? { format } : {}),
    partitionBy: clauses.partitionBy,
    ...(clauses.location && named ? { location: clauses.location } : {}),
    ...(clauses.filled && !external ? {} : clauses.filled ? {} : { declares: true }),
  });
}

type Clauses = { format?: string; location?: string; partitionBy: readonly string[]; filled: boolean };

/** What stands between the name of a new table and its query. */
function tableClauses(cursor: Cursor): Clauses {
  const clauses: Clauses = { partitionBy: [], filled: false };
  let depth = 0;
  while (cursor.at < cursor.all.length) {
    const text = word(cursor);
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    if (depth === 0 && (text === 'USING' || (text === 'STORED' && word(cursor, 1) === 'AS')))
      clauses.format = word(cursor, text === 'USING' ? 1 : 2).toLowerCase();
    if (depth === 0 && text === 'LOCATION') {
      const path = cursor.all[cursor.at + 1];
      if (path) clauses.location = path.text;
    }
    // `WITH (external_location = 's3://…', format = 'PARQUET', partitioned_by = ARRAY['day'])`: Athena and Trino.
    if (depth === 0 && text === 'WITH' && word(cursor, 1) === '(') {
      cursor.at += 1;
      const { location, format, partitionBy } = optionsIn(cursor);
      if (location) clauses.location = location;
      if (format) clauses.format = format;
      if (partitionBy) clauses.partitionBy = partitionBy;
      continue;
    }
    if (depth === 0 && text === 'PARTITIONED' && word(cursor, 1) === 'BY') {
      cursor.at += 2;
      clauses.partitionBy = columns(cursor);
      continue;
    }
    if (depth === 0 && (text === 'SELECT' || text === 'CLONE' || (text === 'AS' && /^(?:SELECT|WITH|\(|FROM|\{)/.test(word(cursor, 1))))) {
      clauses.filled = true;
      return clauses;
    }
    cursor.at += 1;
  }
  return clauses;
}
