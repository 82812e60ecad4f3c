/** §4.3 What a statement reads: names behind `FROM` and `JOIN`, and files, by a path or through a function of tables. */
import type { SqlEffect } from './effect.js';
import { formatWord } from './options.js';
import { type Cursor, formatOfPath, isPath, name, type Token, take, word } from './words.js';

const STOP = new Set([
  'WHERE',
  'ON',
  'GROUP',
  'ORDER',
  'HAVING',
  'LIMIT',
  'UNION',
  'SELECT',
  'SET',
  'USING',
  'LATERAL',
  'VALUES',
  'WHEN',
  'WINDOW',
  'TABLESAMPLE',
]);

/** Functions of tables that read files, of DuckDB and Databricks: the format of each, `''` where the call or the files say it. */
const FILE_FUNCTIONS: Readonly<Record<string, string>> = {
  read_parquet: 'parquet',
  parquet_scan: 'parquet',
  read_csv: 'csv',
  read_csv_auto: 'csv',
  read_json: 'json',
  read_json_auto: 'json',
  read_json_objects: 'json',
  read_ndjson: 'json',
  read_ndjson_auto: 'json',
  read_ndjson_objects: 'json',
  read_text: 'text',
  read_xlsx: 'excel',
  read_files: '',
  delta_scan: 'delta',
  iceberg_scan: 'iceberg',
};

/** What `COPY INTO` loads has the format that the statement names. */
export function withFormat(sources: readonly SqlEffect[], format: string | undefined): readonly SqlEffect[] {
  return sources.map((one) => (format && one.format === 'table' && one.target.includes('/') ? { ...one, format } : one));
}

/** `ctes`: names, in lower case, that the statement itself gives to queries. */
export function readSources(all: readonly Token[], ctes: ReadonlySet<string>): SqlEffect[] {
  const found: SqlEffect[] = [];
  const cursor: Cursor = { all, at: 0 };
  const ofWords = fromsOfWords(all);
  while (cursor.at < all.length) {
    const text = word(cursor);
    cursor.at += 1;
    if (ofWords.has(cursor.at - 1)) continue;
    const isCopied = text === 'COPY' && cursor.at === 1 && word(cursor) !== 'INTO';
    const isMerged = text === 'USING' && word({ all, at: 0 }) === 'MERGE';
    if (text !== 'FROM' && text !== 'JOIN' && text !== 'CLONE' && !isMerged && !isCopied) continue;
    do {
      const before = cursor.at;
      const one = sourcesAt(cursor, ctes);
      if (!isCopied || word(cursor) === 'TO') found.push(...one);
      if (cursor.at === before) break;
      skipAlias(cursor);
    } while (text === 'FROM' && take(cursor, ','));
  }
  return found;
}

/** `FROM` that names no source: `extract(year FROM day)`, `trim(BOTH FROM name)`, `a IS DISTINCT FROM b`. */
function fromsOfWords(all: readonly Token[]): ReadonlySet<number> {
  const found = new Set<number>();
  const brackets: { readonly at: number; isQuery: boolean }[] = [];
  for (let at = 0; at < all.length; at++) {
    const text = word({ all, at });
    const inner = brackets.at(-1);
    if (text === '(') brackets.push({ at, isQuery: all[at + 1]?.text.startsWith('{') ?? false });
    else if (text === ')') brackets.pop();
    else if (inner && (text === 'SELECT' || text === 'WITH')) inner.isQuery = true;
    if (text !== 'FROM') continue;
    const isCompared = word({ all, at }, -1) === 'DISTINCT' && /^(?:IS|NOT)$/.test(word({ all, at }, -2));
    if (isCompared || (inner && !inner.isQuery && inner.at < at - 1)) found.add(at);
  }
  return found;
}

function sourcesAt(cursor: Cursor, ctes: ReadonlySet<string>): readonly SqlEffect[] {
  const first = cursor.all[cursor.at];
  if (!first || word(cursor) === '(' || STOP.has(word(cursor))) return [];
  // What comes to a table, in a pipeline of Databricks: `FROM STREAM(raw.orders)`.
  if (take(cursor, 'STREAM', '(')) {
    const inside = sourcesAt(cursor, ctes);
    take(cursor, ')');
    return inside;
  }
  const named = name(cursor);
  if (!named) return [];
  const said = { effect: 'read', statement: 'SELECT', mode: '', partitionBy: [], line: named.line } as const;
  if (word(cursor) === '(') return filesOf(cursor, named.target).map(({ target, format }) => ({ ...said, target, format }));
  const isText = first.kind === 'string' && !isPath(first);
  if (isText || ctes.has(named.target.toLowerCase()) || /^\d/.test(named.target)) return [];
  return [{ ...said, ...named }];
}

/** The files that a function of tables is given: a text or a list of them, before its options. */
function filesOf(cursor: Cursor, called: string): readonly { readonly target: string; readonly format: string }[] {
  const known = called.toLowerCase();
  const format = Object.hasOwn(FILE_FUNCTIONS, known) ? FILE_FUNCTIONS[known] : undefined;
  if (format === undefined) return [];
  const files: string[] = [];
  let said = format;
  let depth = 0;
  let isOption = false;
  for (; cursor.at < cursor.all.length; cursor.at++) {
    const token = cursor.all[cursor.at];
    if (!token) break;
    if (word(cursor) === '(' || word(cursor) === '[') depth += 1;
    if (word(cursor) === ')' || word(cursor) === ']') depth -= 1;
    if (depth === 0) break;
    const isHole = token.kind === 'word' && token.text.startsWith('{');
    if (token.kind === 'word' && !isHole) isOption = true;
    if (said === '' && word(cursor, -1) === '>' && word(cursor, -3) === 'FORMAT') said = formatWord(token.text);
    if (!isOption && (token.kind === 'string' || isHole)) files.push(token.text);
  }
  cursor.at += 1;
  return files.map((target) => ({ target, format: said || (formatOfPath(target) ?? 'table') }));
}

function skipAlias(cursor: Cursor): void {
  take(cursor, 'AS');
  const token = cursor.all[cursor.at];
  const next = word(cursor, 1);
  if (token && token.kind === 'word' && (next === ',' || next === '') && !STOP.has(token.text.toUpperCase())) cursor.at += 1;
}
