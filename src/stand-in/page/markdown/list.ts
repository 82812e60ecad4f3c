/** Lists and task lists. */
import type { Block, Context } from './block.js';
import { ITEM, interrupts, isBlank, type Line } from './lines.js';

type Item = { readonly lines: readonly Line[]; readonly taken: number; readonly endsBlank: boolean; readonly holdsBlank: boolean };

const TASK = /^\[([ xX])\]\s+/;

/** The list that begins at `from`; `blocks` renders what an item holds. */
export function listAt(
  lines: readonly Line[],
  from: number,
  context: Context,
  blocks: (lines: readonly Line[], context: Context) => string,
): Block {
  const first = markerOf(lines[from]);
  const items: Item[] = [];
  let at = from;
  while (at < lines.length && markerOf(lines[at])?.kind === first?.kind) {
    const item = itemAt(lines, at);
    items.push(item);
    at += item.taken;
  }
  const loose = items.some(({ holdsBlank, endsBlank }, index) => holdsBlank || (endsBlank && index < items.length - 1));
  const shown = items.map((item) => itemHtml(item, { ...context, tight: !loose }, blocks)).join('\n');
  const start = Number.parseInt(first?.text ?? '1', 10);
  const name = first?.kind === '.' || first?.kind === ')' ? 'ol' : 'ul';
  return { html: `<${name}${name === 'ol' && start !== 1 ? ` start="${start}"` : ''}>\n${shown}\n</${name}>`, taken: at - from };
}

function markerOf(line: Line | undefined): { readonly text: string; readonly kind: string; readonly width: number } | undefined {
  const found = line === undefined ? null : ITEM.exec(line.text);
  if (!found) return undefined;
  const [, indent = '', text = '', spaces] = found;
  return { text, kind: text.slice(-1), width: indent.length + text.length + (spaces?.length ?? 1) };
}

function itemAt(lines: readonly Line[], from: number): Item {
  const width = markerOf(lines[from])?.width ?? 2;
  let end = from + 1;
  for (let line = lines[end]; line !== undefined; line = lines[end]) {
    const before = lines[end - 1];
    const belongs =
      isBlank(line) ||
      indentOf(line) >= width ||
      (before !== undefined && !isBlank(before) && !interrupts(line) && markerOf(line) === undefined);
    if (!belongs) break;
    end += 1;
  }
  const whole = lines.slice(from, end);
  const length = whole.findLastIndex((line) => !isBlank(line)) + 1;
  const inside = whole
    .slice(0, length)
    .map((line, index) => ({ ...line, text: line.text.slice(index === 0 ? width : Math.min(width, indentOf(line))) }));
  return { lines: inside, taken: end - from, endsBlank: length < whole.length, holdsBlank: hasLooseGap(inside) };
}

/** A blank line between two parts of the item itself; one inside a nested list or code does not spread it. */
function hasLooseGap(lines: readonly Line[]): boolean {
  return lines.some((line, index) => {
    const next = lines[index + 1];
    return index > 0 && isBlank(line) && next !== undefined && !isBlank(next) && indentOf(next) === 0 && markerOf(next) === undefined;
  });
}

function indentOf({ text }: Line): number {
  const at = text.search(/\S/);
  return Math.max(0, at);
}

function itemHtml({ lines }: Item, context: Context, blocks: (lines: readonly Line[], context: Context) => string): string {
  const [first, ...rest] = lines;
  const task = TASK.exec(first?.text ?? '');
  if (first === undefined || !task) return `<li>${blocks(lines, context)}</li>`;
  const done = task[1] !== ' ';
  const body = blocks([{ ...first, text: first.text.slice(task[0].length) }, ...rest], context);
  return `<li class="task">${box(done, first.number, context)}${body}</li>`;
}

function box(done: boolean, line: number, { tick }: Context): string {
  if (tick === undefined) return `<input type="checkbox" disabled${done ? ' checked' : ''}> `;
  const label = done ? 'ticked' : 'not ticked';
  return `<button class="box" type="submit" form="${tick}" name="line" value="${line}" aria-label="${label}">${done ? '☑' : '☐'}</button> `;
}
