/** §4.3 What a piece of SQL text reads and writes. Holes stand in it as `{name}`. Views and CTEs are no datasets. */

export type SqlEffect = {
  readonly effect: 'write' | 'read';
  /** Catalog name or path, quotes taken off. */
  readonly target: string;
  readonly statement: string;
  readonly mode: string;
  readonly format: string;
  readonly partitionBy: readonly string[];
  /** Line of the target, counted from 0 within the text. */
  readonly line: number;
  /** Set for statements that declare a table and put nothing in it. */
  readonly declares?: boolean;
  /** `LOCATION` of a table that has a name as well. */
  readonly location?: string;
};

type Token = { readonly kind: 'word' | 'quoted' | 'string' | 'sign'; readonly text: string; readonly line: number };
/** A comment or string that nothing ends goes on to the end: looked for again from each quote in it, it would take for ever. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|`([^`\n]*)`|"([^"\n]*)"|'((?:[^'\\]|\\[\s\S]?|'')*)(?:'|$)|((?:[A-Za-z_$]|\{[^{}]*\})(?:[\w$-]|\{[^{}]*\})*)|(\d[\w.]*)|([^\s])/g;
const MAX_TEXT = 200_000;
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

export function sqlEffects(sql: string): readonly SqlEffect[] {
  const found: SqlEffect[] = [];
  for (const statement of statements(tokens(sql.slice(0, MAX_TEXT)))) found.push(...readStatement(statement));
  return found;
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

function statements(all: readonly Token[]): Token[][] {
  const found: Token[][] = [[]];
  for (const token of all) {
    if (token.kind === 'sign' && token.text === ';') found.push([]);
    else found.at(-1)?.push(token);
  }
  return found.filter((statement) => statement.length > 1);
}

/** A cursor over one statement: words are compared in upper case. */
type Cursor = { readonly all: readonly Token[]; at: number };

function word(cursor: Cursor, offset = 0): string {
  const token = cursor.all[cursor.at + offset];
  return token && token.kind !== 'string' && token.kind !== 'quoted' ? token.text.toUpperCase() : '';
}

function take(cursor: Cursor, ...words: readonly string[]): boolean {
  if (!words.every((one, index) => word(cursor, index) === one)) return false;
  cursor.at += words.length;
  return true;
}

type Named = { readonly target: string; readonly format: string; readonly line: number };

/** `a.b.c`, `` `a`.b ``, `` delta.`path` ``, or a string. */
function name(cursor: Cursor): Named | undefined {
  const first = cursor.all[cursor.at];
  if (!first || first.kind === 'sign') return undefined;
  cursor.at += 1;
  const parts = [first];
  while (word(cursor) === '.' && cursor.all[cursor.at + 1] && cursor.all[cursor.at + 1]?.kind !== 'sign') {
    const next = cursor.all[cursor.at + 1];
    if (next) parts.push(next);
    cursor.at += 2;
  }
  const [head, second] = parts;
  const path = parts.length === 2 && second?.kind === 'quoted' && /[/:]/.test(second.text) && head?.kind === 'word';
  if (path) return { target: second.text, format: head.text.toLowerCase(), line: first.line };
  return { target: parts.map((part) => part.text).join('.'), format: 'table', line: first.line };
}

function readStatement(all: readonly Token[]): SqlEffect[] {
  const cursor: Cursor = { all, at: 0 };
  const ctes = skipCtes(cursor);
  const start = cursor.at;
  const write = readWrite(cursor);
  if (write === 'ignored') return [];
  const temporary = write?.statement === 'VIEW';
  const reads =
    /^(?:SELECT|INSERT|CREATE|MERGE|REPLACE|WITH|FROM|CACHE|\()$/.test(word({ all, at: start })) || ctes.size > 0
      ? readSources(all, ctes)
      : [];
  return [...(write && !temporary ? [write] : []), ...reads.filter((one) => one.target !== write?.target || write?.mode === 'overwrite')];
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
    if (depth === 0 && /^(?:SELECT|INSERT|MERGE|FROM)$/.test(text)) break;
  }
  return names;
}

function readWrite(cursor: Cursor): SqlEffect | 'ignored' | undefined {
  if (take(cursor, 'INSERT')) return insert(cursor);
  if (take(cursor, 'MERGE', 'INTO')) return written(name(cursor), { statement: 'MERGE INTO', mode: 'merge' });
  if (take(cursor, 'COPY', 'INTO')) return written(name(cursor), { statement: 'COPY INTO', mode: 'append' });
  if (take(cursor, 'CREATE') || word(cursor) === 'REPLACE') return create(cursor);
  return /^(?:SELECT|FROM|\()$/.test(word(cursor)) ? undefined : 'ignored';
}

type Said = {
  readonly statement: string;
  readonly mode: string;
  readonly format?: string;
  readonly partitionBy?: readonly string[];
  readonly declares?: boolean;
  readonly location?: string;
};

function written(named: Named | undefined, said: Said): SqlEffect | undefined {
  if (!named) return undefined;
  return { effect: 'write', ...named, partitionBy: [], ...said, format: said.format ?? named.format };
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

function create(cursor: Cursor): SqlEffect | 'ignored' | undefined {
  const replace = take(cursor, 'OR', 'REPLACE') || take(cursor, 'REPLACE');
  const external = take(cursor, 'EXTERNAL');
  const temporary = take(cursor, 'GLOBAL', 'TEMPORARY') || take(cursor, 'TEMPORARY') || take(cursor, 'TEMP');
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

/** `(a, b = 1, c STRING)`: the first word of each. */
function columns(cursor: Cursor): string[] {
  if (word(cursor) !== '(') return [];
  const found: string[] = [];
  let expects = true;
  for (cursor.at += 1; cursor.at < cursor.all.length && word(cursor) !== ')'; cursor.at++) {
    const token = cursor.all[cursor.at];
    if (token && expects && token.kind !== 'sign') found.push(token.text);
    expects = word(cursor) === ',';
  }
  cursor.at += 1;
  return found;
}

function readSources(all: readonly Token[], ctes: ReadonlySet<string>): SqlEffect[] {
  const found: SqlEffect[] = [];
  const cursor: Cursor = { all, at: 0 };
  while (cursor.at < all.length) {
    const text = word(cursor);
    cursor.at += 1;
    if (text !== 'FROM' && text !== 'JOIN' && text !== 'CLONE' && !(text === 'USING' && word({ all, at: 0 }) === 'MERGE')) continue;
    do {
      const before = cursor.at;
      const named = word(cursor) === '(' || STOP.has(word(cursor)) ? undefined : name(cursor);
      const called = word(cursor) === '(';
      if (named && !called && !ctes.has(named.target.toLowerCase()) && !/^\d/.test(named.target))
        found.push({ effect: 'read', statement: 'SELECT', mode: '', partitionBy: [], ...named });
      if (cursor.at === before) break;
      skipAlias(cursor);
    } while (text === 'FROM' && take(cursor, ','));
  }
  return found;
}

function skipAlias(cursor: Cursor): void {
  take(cursor, 'AS');
  const token = cursor.all[cursor.at];
  const next = word(cursor, 1);
  if (token && token.kind === 'word' && (next === ',' || next === '') && !STOP.has(token.text.toUpperCase())) cursor.at += 1;
}
