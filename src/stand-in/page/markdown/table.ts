/** Tables of GitHub-flavoured Markdown. */
import { inline } from './inline.js';
import type { Line } from './lines.js';
import { interrupts, isBlank } from './lines.js';

/** A wider table is shown as text: rows are filled up to the width of the head, and a small text could become a huge page. */
const MOST_COLUMNS = 60;
const DIVIDER = /^ {0,3}\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?$|^ {0,3}\| *:?-+:? *$/;

/** The table that begins at `from`, and how many lines it takes. */
export function tableAt(lines: readonly Line[], from: number): { readonly html: string; readonly taken: number } | undefined {
  const [head, divider] = [lines[from], lines[from + 1]];
  if (!head?.text.includes('|') || divider === undefined || !DIVIDER.test(divider.text)) return undefined;
  const names = cellsOf(head.text);
  const alignments = cellsOf(divider.text).map(alignmentOf);
  if (names.length !== alignments.length || names.length > MOST_COLUMNS) return undefined;
  let end = from + 2;
  for (let line = lines[end]; line !== undefined && !isBlank(line) && !interrupts(line); line = lines[end]) end += 1;
  const rows = lines.slice(from + 2, end).map(({ text }) => cellsOf(text));
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${alignments.map((alignment, column) => `<${tag}${alignment}>${inline(cells[column] ?? '')}</${tag}>`).join('')}</tr>`;
  const body = rows.length === 0 ? '' : `<tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody>`;
  // The box scrolls, not the page: a wide table on a small screen keeps its columns.
  const headClass = names.every((name) => name === '') ? ' class="empty"' : '';
  const html = `<div class="scroll" tabindex="0"><table><thead${headClass}>${row(names, 'th')}</thead>${body}</table></div>`;
  return { html, taken: end - from };
}

function cellsOf(text: string): readonly string[] {
  const trimmed = text.trim();
  const cells: string[] = [];
  let cell = '';
  for (let at = trimmed.startsWith('|') ? 1 : 0; at < trimmed.length; at += 1) {
    const character = trimmed[at] ?? '';
    const next = trimmed[at + 1];
    if (character === '\\' && next === '|') {
      cell += '|';
      at += 1;
    } else if (character === '|') {
      cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  return cell.trim() === '' && trimmed.endsWith('|') ? cells : [...cells, cell.trim()];
}

function alignmentOf(cell: string): string {
  const [left, right] = [cell.startsWith(':'), cell.endsWith(':')];
  if (left && right) return ' class="center"';
  return right ? ' class="right"' : '';
}
