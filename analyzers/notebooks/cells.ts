/** §4.1 Code cells of a notebook with the raw line of each source line: a small JSON reader that knows where it stands. */

export type CellLine = { readonly text: string; readonly raw: number };
export type NotebookCell = { readonly index: number; readonly type: string; readonly lines: readonly CellLine[] };

type Token = { readonly kind: 'string' | 'other'; readonly text: string; readonly line: number };

/** An object with the key it is at, or an array with the index. */
type Level = { readonly kind: '{' | '['; key: string | undefined; index: number };
const MAX_DEPTH = 200;

/** Cells in file order; what is no notebook has none. */
export function notebookCells(json: string): NotebookCell[] {
  const cells: NotebookCell[] = [];
  const levels: Level[] = [];
  let type = '';
  let lines: CellLine[] = [];
  for (const token of tokens(json)) {
    const top = levels.at(-1);
    if (token.kind === 'string') {
      if (top?.kind === '{' && top.key === undefined) top.key = unquote(token.text);
      else if (isAt(levels, 'cell_type')) type = unquote(token.text);
      else if (isAt(levels, 'source')) lines.push(...sourceLines(unquote(token.text), token.line));
    } else if (token.text === '{' || token.text === '[') {
      if (levels.length >= MAX_DEPTH) return cells;
      levels.push({ kind: token.text, key: undefined, index: 0 });
      if (inCell(levels) && levels.length === 3) {
        type = '';
        lines = [];
      }
    } else if (token.text === ',') {
      if (top?.kind === '{') top.key = undefined;
      else if (top) top.index += 1;
    } else {
      if (inCell(levels) && levels.length === 3) cells.push({ index: cells.length, type, lines });
      levels.pop();
    }
  }
  return cells;
}

/** It begins as a notebook does and ends as none: what was in the rest nobody knows. */
export function isCutNotebook(text: string): boolean {
  return /^\s*\{\s*"/.test(text) && !text.trimEnd().endsWith('}');
}

/** One list entry is one line with its line end; a notebook may also hold the whole cell as one string. */
function sourceLines(text: string, raw: number): CellLine[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => ({ text: line, raw }));
}

/** Levels: the notebook, its `cells`, the cell. */
function inCell(levels: readonly Level[]): boolean {
  return levels.length >= 3 && levels[0]?.key === 'cells' && levels[1]?.kind === '[' && levels[2]?.kind === '{';
}

/** The value of a key of a cell, or one of the strings in its list. */
function isAt(levels: readonly Level[], key: string): boolean {
  return inCell(levels) && levels[2]?.key === key && (levels.length === 3 || (levels.length === 4 && levels[3]?.kind === '['));
}

/** Strings with their quotes, and the six signs; numbers and words do not matter here. */
function* tokens(json: string): Generator<Token> {
  let line = 1;
  for (let at = 0; at < json.length; at++) {
    const char = json.charCodeAt(at);
    if (char === 10) line += 1;
    else if (char === 34) {
      const end = closingQuote(json, at);
      yield { kind: 'string', text: json.slice(at, end + 1), line };
      at = end;
    } else if (char === 123 || char === 125 || char === 91 || char === 93 || char === 44)
      yield { kind: 'other', text: json.charAt(at), line };
  }
}

function closingQuote(json: string, open: number): number {
  for (let end = json.indexOf('"', open + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let slashes = 0;
    while (json.charCodeAt(end - 1 - slashes) === 92) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return json.length;
}

function unquote(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}
