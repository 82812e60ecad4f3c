/** §4.3 SQL text as words, and a cursor over the words of one statement. */

export type Token = { readonly kind: 'word' | 'quoted' | 'string' | 'sign'; readonly text: string; readonly line: number };
/** A comment or string that nothing ends goes on to the end: looked for again from each quote in it, it would take for ever. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|`([^`\n]*)`|"([^"\n]*)"|'((?:[^'\\]|\\[\s\S]?|'')*)(?:'|$)|((?:[A-Za-z_$]|\{[^{}]*\})(?:[\w$-]|\{[^{}]*\})*)|(\d[\w.]*)|([^\s])/g;
/** No file of statements and no Python file that is read holds more. */
const MAX_TEXT = 512 * 1024;

/** The words of each statement. */
export function statements(sql: string): readonly (readonly Token[])[] {
  const found: Token[][] = [[]];
  for (const token of tokens(sql.slice(0, MAX_TEXT))) {
    if (token.kind === 'sign' && token.text === ';') found.push([]);
    else found.at(-1)?.push(token);
  }
  return found.filter((statement) => statement.length > 1);
}

function tokens(sql: string): Token[] {
  const found: Token[] = [];
  let line = 0;
  let at = 0;
  for (const match of sql.matchAll(TOKEN)) {
    for (; at < match.index; at++) if (sql.charCodeAt(at) === 10) line += 1;
    const [whole, back, double, single, word, number, sign] = match;
    if (whole.startsWith('--') || whole.startsWith('/*')) continue;
    if (back !== undefined || double !== undefined) found.push({ kind: 'quoted', text: back ?? double ?? '', line });
    else if (single !== undefined) found.push({ kind: 'string', text: single, line });
    else if (word !== undefined) found.push({ kind: 'word', text: word, line });
    else found.push({ kind: 'sign', text: number ?? sign ?? '', line });
  }
  return found;
}

/** A cursor over one statement: words are compared in upper case. */
export type Cursor = { readonly all: readonly Token[]; at: number };

export function word(cursor: Cursor, offset = 0): string {
  const token = cursor.all[cursor.at + offset];
  return token && token.kind !== 'string' && token.kind !== 'quoted' ? token.text.toUpperCase() : '';
}

export function take(cursor: Cursor, ...words: readonly string[]): boolean {
  if (!words.every((one, index) => word(cursor, index) === one)) return false;
  cursor.at += words.length;
  return true;
}

export type Named = { readonly target: string; readonly format: string; readonly line: number };

/** `a.b.c`, `` `a`.b ``, `` delta.`path` ``, or a string. */
export function name(cursor: Cursor): Named | undefined {
  const first = cursor.all[cursor.at];
  if (!first || first.kind === 'sign') return undefined;
  if (take(cursor, 'IDENTIFIER', '(')) return identifier(cursor);
  cursor.at += 1;
  const parts = [first];
  while (word(cursor) === '.' && cursor.all[cursor.at + 1] && cursor.all[cursor.at + 1]?.kind !== 'sign') {
    const next = cursor.all[cursor.at + 1];
    if (next) parts.push(next);
    cursor.at += 2;
  }
  const [head, second] = parts;
  if (parts.length === 1 && isPath(first)) return { target: first.text, format: formatOfPath(first.text) ?? 'table', line: first.line };
  const path = parts.length === 2 && second?.kind === 'quoted' && /[/:]/.test(second.text) && head?.kind === 'word';
  if (path) return { target: second.text, format: head.text.toLowerCase(), line: first.line };
  return { target: parts.map((part) => part.text).join('.'), format: 'table', line: first.line };
}

/** `IDENTIFIER(:table)`, `IDENTIFIER('gold.orders')`: one text in it is the name, anything else gives it when the job runs. */
function identifier(cursor: Cursor): Named {
  const [first, close] = [cursor.all[cursor.at], word(cursor, 1)];
  const line = first?.line ?? 0;
  const target = first?.kind === 'string' && close === ')' ? first.text : '{identifier}';
  for (let depth = 1; depth > 0 && cursor.at < cursor.all.length; cursor.at++) {
    if (word(cursor) === '(') depth += 1;
    if (word(cursor) === ')') depth -= 1;
  }
  return { target, format: 'table', line };
}

/** Text in quotes that is a place of files and no name. */
export function isPath({ kind, text }: Token): boolean {
  return (kind === 'string' || kind === 'quoted') && (/[/\\]/.test(text) || formatOfPath(text) !== undefined);
}

const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/^(?:parquet|pq)$/, 'parquet'],
  [/^(?:csv|tsv)$/, 'csv'],
  [/^(?:json|jsonl|ndjson)$/, 'json'],
  [/^(?:orc|avro)$/, ''],
];

/** By the ending of a file, packed or not. */
export function formatOfPath(path: string): string | undefined {
  const ending = /\.(\w+?)(?:\.(?:gz|gzip|zst|bz2|snappy))?$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const known = ENDINGS.find(([pattern]) => pattern.test(ending));
  return known && (known[1] || ending);
}

/** `(a, b = 1, c STRING)`: the first word of each; of `days(ts)` and `bucket(8, id)` the column that is in it. */
export function columns(cursor: Cursor): string[] {
  if (word(cursor) !== '(') return [];
  const found: string[] = [];
  let depth = 1;
  let expects = true;
  for (cursor.at += 1; cursor.at < cursor.all.length; cursor.at++) {
    const token = cursor.all[cursor.at];
    const text = word(cursor);
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    if (depth === 0) break;
    const isMade = word(cursor, 1) === '(' && /^(?:YEARS?|MONTHS?|DAYS?|HOURS?|DATE|DATE_HOUR|BUCKET|TRUNCATE)$/.test(text);
    if (token && expects && token.kind !== 'sign' && !isMade && !/^\d+$/.test(token.text)) {
      found.push(token.text);
      expects = false;
    }
    if (depth === 1 && text === ',') expects = true;
  }
  cursor.at += 1;
  return found;
}
