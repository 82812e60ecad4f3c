/** §4.1 Code cells of a notebook with the raw line of each source line: a small JSON reader that knows where it stands. */

export type CellLine = { readonly text: string; readonly raw: number };
export type NotebookCell = { readonly index: number; readonly type: string; readonly lines: readonly CellLine[] };

type Token = { readonly kind: 'string' | 'other'; readonly text: string; readonly line: number };

/** Cells in file order; what is no notebook has none. */
export function notebookCells(json: string): NotebookCell[] {
  const cells: NotebookCell[] = [];
  const path: (string | number)[] = [];
  const containers: ('{' | '[')[] = [];
  let key: string | undefined;
  let type = '';
  let lines: CellLine[] = [];
  let expectsKey = false;
  for (const token of tokens(json)) {
    const depth = containers.length;
    if (token.kind === 'string') {
      if (containers.at(-1) === '{' && expectsKey) {
        key = token.text;
        expectsKey = false;
        continue;
      }
      const inCell = path[0] === 'cells' && depth >= 3;
      if (inCell && depth === 3 && key === 'cell_type') type = unquote(token.text);
      if (inCell && depth === 3 && key === 'source')
        for (const text of unquote(token.text).split('\n')) lines.push({ text, raw: token.line });
      if (inCell && depth === 4 && path[2] === 'source' && containers[3] === '[')
        lines.push({ text: unquote(token.text).replace(/\n$/, ''), raw: token.line });
      continue;
    }
    if (token.text === '{' || token.text === '[') {
      if (depth > 200) return cells;
      path[depth - 1] = containers.at(-1) === '{' ? unquote(key ?? '""') : (path[depth - 1] ?? 0);
      containers.push(token.text);
      path.length = depth;
      if (token.text === '[') path[depth] = 0;
      expectsKey = token.text === '{';
      if (containers.length === 3 && path[0] === 'cells') {
        type = '';
        lines = [];
      }
    } else if (token.text === '}' || token.text === ']') {
      containers.pop();
      if (depth === 3 && path[0] === 'cells') cells.push({ index: cells.length, type, lines });
      path.length = Math.max(0, depth - 1);
      expectsKey = false;
    } else if (token.text === ',') {
      expectsKey = containers.at(-1) === '{';
    }
  }
  return cells;
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
