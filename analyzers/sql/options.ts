/** §4.3 What statements say of files beside their place: `(FORMAT parquet, PARTITION_BY (day))`, `WITH (format = 'ORC', …)`, `FORMAT AS CSV`. */
import { type Cursor, columns, word } from './words.js';

export type FileOptions = {
  readonly format?: string;
  readonly partitionBy?: readonly string[];
  readonly location?: string;
  /** What is there is replaced. */
  readonly overwrites: boolean;
};

const FORMATS: Readonly<Record<string, string>> = { textfile: 'text', avrofile: 'avro', parquetfile: 'parquet' };

/** From the cursor to the end of its brackets, or of the statement where it stands before none. */
export function optionsIn(cursor: Cursor): FileOptions {
  const found: { -readonly [K in keyof FileOptions]: FileOptions[K] } = { overwrites: false };
  const isBracketed = word(cursor) === '(';
  let depth = 0;
  while (cursor.at < cursor.all.length) {
    const text = word(cursor);
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    cursor.at += 1;
    if (isBracketed && depth === 0) break;
    if (/^(?:FILE_?)?FORMAT$/.test(text)) found.format = formatWord(given(cursor, 'AS'));
    if (/^(?:EXTERNAL_)?LOCATION$/.test(text)) found.location = given(cursor);
    if (/^PARTITION(?:ED)?_BY$/.test(text) || (text === 'PARTITION' && word(cursor) === 'BY')) found.partitionBy = partitionColumns(cursor);
    if (/^(?:ALLOWOVERWRITE|CLEANPATH|OVERWRITE|OVERWRITE_OR_IGNORE)$/.test(text)) found.overwrites = true;
  }
  return found;
}

/** The word behind `=` or `AS`. */
function given(cursor: Cursor, ...fillers: readonly string[]): string {
  while (word(cursor) === '=' || word(cursor) === '>' || fillers.includes(word(cursor))) cursor.at += 1;
  const token = cursor.all[cursor.at];
  if (token) cursor.at += 1;
  return token?.text ?? '';
}

export function formatWord(written: string): string {
  const known = written.toLowerCase();
  return (Object.hasOwn(FORMATS, known) ? FORMATS[known] : undefined) ?? known;
}

/** `(a, b)`, `= ARRAY['a', 'b']`, or one word. */
function partitionColumns(cursor: Cursor): readonly string[] {
  while (/^(?:BY|=|ARRAY)$/.test(word(cursor))) cursor.at += 1;
  if (word(cursor) === '(') return columns(cursor);
  if (word(cursor) !== '[') return [given(cursor)];
  const found: string[] = [];
  for (cursor.at += 1; cursor.at < cursor.all.length && word(cursor) !== ']'; cursor.at++) {
    const token = cursor.all[cursor.at];
    if (token && token.kind !== 'sign') found.push(token.text);
  }
  return found;
}
