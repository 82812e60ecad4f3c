/** Source text made ready for the parser: notebooks joined, magics and SQL cells taken out, hostile lines and nests blanked. Line numbers stay. */
import { notebookCells } from '../notebooks/cells.js';
import type { Flaw, PythonFacts, SqlCell } from './facts.js';

export type PythonKind = 'py' | 'ipynb';
export type ReadySource = {
  readonly text: string;
  readonly sql: readonly SqlCell[];
  readonly runs: readonly string[];
  readonly cells?: NonNullable<PythonFacts['cells']>;
  readonly flaws: readonly Flaw[];
};

export const MAX_BYTES: Readonly<Record<PythonKind, number>> = { py: 2_000_000, ipynb: 20_000_000 };
const MAX_LINE = 20_000;
/** What one parse is given at most. */
const MAX_PARSE = 512 * 1024;
/** Lines of one file with nothing but a backslash: a parser looks from each of them ahead over all that are empty. */
const MAX_EMPTY_JOINED = 40;
/** CPython refuses deeper nests too. */
const MAX_BRACKETS = 200;

export function readySource(kind: PythonKind, text: string): ReadySource {
  const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return kind === 'ipynb' ? fromNotebook(plain) : fromScript(plain);
}

/** UTF-8, or UTF-16 where a byte order mark or NULs say so. */
export function decodeSource(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf([first, second, third, fourth]: Uint8Array): string {
  if ((first === 0xff && second === 0xfe) || (first && second === 0 && third && fourth === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second && third === 0 && fourth)) return 'utf-16be';
  return 'utf-8';
}

function fromScript(text: string): ReadySource {
  const flaws: Flaw[] = [];
  const { sql, runs } = text.includes('# MAGIC') ? magicCells(text.split('\n')) : { sql: [], runs: [] };
  return { text: isHarmless(text) ? text : guarded(text.split('\n'), flaws), sql, runs, flaws };
}

/** Exported Databricks notebooks: each run of `# MAGIC` lines is a cell of another language. */
function magicCells(lines: readonly string[]): Pick<ReadySource, 'sql' | 'runs'> {
  const sql: SqlCell[] = [];
  const runs: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (!lines[at]?.startsWith('# MAGIC')) continue;
    const start = at;
    const body: string[] = [];
    while (lines[at]?.startsWith('# MAGIC')) body.push((lines[at++] ?? '').replace(/^# MAGIC ?/, ''));
    readMagic(body, start + 1, { sql, runs });
  }
  return { sql, runs };
}

function readMagic(body: readonly string[], line: number, into: { readonly sql: SqlCell[]; readonly runs: string[] }): void {
  const first = body[0] ?? '';
  if (/^%%?sql\b/.test(first))
    into.sql.push({ text: [first.replace(/^%%?sql\b/, ''), ...body.slice(1)].join('\n'), line, endLine: line + body.length - 1 });
  for (const text of body) {
    const run = /^%run\s+(?:"([^"]+)"|'([^']+)'|(\S+))/.exec(text);
    const named = run?.[1] ?? run?.[2] ?? run?.[3];
    if (named) into.runs.push(named.replace(/^["']|["']$/g, ''));
  }
}

function fromNotebook(json: string): ReadySource {
  const flaws: Flaw[] = [];
  const joined: string[] = [];
  const cells: (readonly [number, number, number])[] = [];
  const sql: SqlCell[] = [];
  const runs: string[] = [];
  const all = notebookCells(json);
  if (all.length === 0 || !json.trimEnd().endsWith('}')) flaws.push(...brokenJson(json));
  for (const cell of all) {
    if (cell.type !== 'code') continue;
    const first = cell.lines[0]?.text ?? '';
    readMagic(
      cell.lines.map((line) => line.text),
      joined.length + 1,
      { sql, runs },
    );
    const foreign = /^%%(?!time|capture|timeit)\w+/.test(first) || /^%(?:sql|md|sh|scala|r|fs|run)\b/.test(first);
    for (const [number, line] of cell.lines.entries()) {
      joined.push(foreign || /^\s*[%!]/.test(line.text) ? `#${line.text}` : line.text);
      cells.push([line.raw, cell.index, number + 1]);
    }
  }
  return { text: guarded(joined, flaws), sql, runs, cells, flaws };
}

/** Asked only where the cells themselves look cut off: most notebooks are large and whole. */
function brokenJson(json: string): Flaw[] {
  try {
    JSON.parse(json);
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? json.length);
    return [{ reason: 'broken-json', line: json.slice(0, position).split('\n').length, text: 'the notebook is no whole JSON' }];
  }
}

/** Whether `guarded` would leave the text as it is: nearly every file. */
function isHarmless(text: string): boolean {
  if (text.length >= MAX_PARSE) return false;
  let joined = 0;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const length = (end < 0 ? text.length : end) - start;
    if (isEmptyJoined(text, start, start + length) && ++joined > MAX_EMPTY_JOINED) return false;
    // A line that is shorter than the brackets it may hold cannot hold too many.
    if (length >= MAX_BRACKETS && (length > MAX_LINE || nestsTooDeep(text.slice(start, start + length)))) return false;
    start += length + 1;
  }
  return true;
}

/** Whether a line holds a backslash that joins it to the next one, and nothing else. */
function isEmptyJoined(text: string, start: number, end: number): boolean {
  const last = text.charCodeAt(end - 1) === 13 ? end - 2 : end - 1;
  return text.charCodeAt(last) === 92 && text.slice(start, last).trim() === '';
}

/** Blanks lines that no person wrote and nests deeper than Python allows; cuts what is too long for one parse. */
function guarded(lines: readonly string[], flaws: Flaw[]): string {
  let total = 0;
  let joined = 0;
  const kept = lines.map((line, index) => {
    if (isEmptyJoined(line, 0, line.length) && ++joined > MAX_EMPTY_JOINED) {
      if (joined === MAX_EMPTY_JOINED + 1)
        flaws.push({ reason: 'line-too-long', line: index + 1, text: `more than ${MAX_EMPTY_JOINED} lines of nothing but a backslash` });
      return '';
    }
    if (line.length > MAX_LINE) {
      flaws.push({ reason: 'line-too-long', line: index + 1, text: `${line.length} characters` });
      return '';
    }
    if (nestsTooDeep(line)) {
      flaws.push({ reason: 'too-deep', line: index + 1, text: line.slice(0, 60) });
      return '';
    }
    total += line.length + 1;
    if (total <= MAX_PARSE) return line;
    if (total - line.length - 1 <= MAX_PARSE)
      flaws.push({ reason: 'too-large', line: index + 1, text: 'the rest of the file was not read' });
    return '';
  });
  return kept.join('\n');
}

function nestsTooDeep(line: string): boolean {
  if (line.length < MAX_BRACKETS) return false;
  let opened = 0;
  for (let at = 0; at < line.length; at++) {
    const char = line.charCodeAt(at);
    if (char === 40 || char === 91 || char === 123) opened += 1;
    else if (char === 41 || char === 93 || char === 125) opened -= 1;
    if (opened > MAX_BRACKETS) return true;
  }
  return false;
}
