/** Paragraphs, headings, lists, quotes, code, tables and `<details>`, each made of the lines it takes. */

import type { Block, Context } from './block.js';
import { inline } from './inline.js';
import { COMMENT, DETAILS, FENCE, HEADING, ITEM, interrupts, isBlank, type Line, placeOf, QUOTE, RULE } from './lines.js';
import { listAt } from './list.js';
import { escaped } from './safe.js';
import { tableAt } from './table.js';

/** Deeper nesting is shown as text: nobody writes it, and it would cost a page for a line. */
const DEEPEST = 16;
const ALERTS = ['NOTE', 'TIP', 'IMPORTANT', 'WARNING', 'CAUTION'];

export function blocks(lines: readonly Line[], context: Context): string {
  const parts: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const block = blockAt(lines, at, context);
    parts.push(block.html);
    at += Math.max(1, block.taken);
  }
  return parts.filter((part) => part !== '').join('\n');
}

function blockAt(lines: readonly Line[], at: number, context: Context): Block {
  const line = lines[at];
  if (line === undefined || isBlank(line)) return { html: '', taken: 1 };
  const { text } = line;
  if (FENCE.test(text)) return fenced(lines, at);
  if (COMMENT.test(text)) return comment(lines, at, context);
  if (RULE.test(text)) return { html: '<hr>', taken: 1 };
  const heading = HEADING.exec(text);
  if (heading) return { html: headingOf(heading[1]?.length ?? 1, heading[2] ?? ''), taken: 1 };
  const nested = context.depth < DEEPEST ? nestedAt(lines, at, { ...context, depth: context.depth + 1 }) : undefined;
  return nested ?? tableAt(lines, at) ?? paragraph(lines, at, context);
}

function nestedAt(lines: readonly Line[], at: number, context: Context): Block | undefined {
  const text = lines[at]?.text ?? '';
  if (DETAILS.test(text)) return details(lines, at, context);
  if (QUOTE.test(text)) return quote(lines, at, context);
  return ITEM.test(text) ? listAt(lines, at, context, blocks) : undefined;
}

function headingOf(level: number, text: string): string {
  const trimmed = text.trim();
  // Closing marks are dropped; looked for from the end, as a pattern would try every blank of the line.
  let end = trimmed.length;
  while (trimmed[end - 1] === '#') end -= 1;
  const words = end === 0 || /\s/.test(trimmed[end - 1] ?? '') ? trimmed.slice(0, end).trim() : trimmed;
  return `<h${level}>${inline(words)}</h${level}>`;
}

function fenced(lines: readonly Line[], from: number): Block {
  const [, fence = '```'] = FENCE.exec(lines[from]?.text ?? '') ?? [];
  const indent = lines[from]?.text.search(/\S/) ?? 0;
  const isEnd = ({ text }: Line) =>
    text.trim().startsWith(fence) && text.trim().replaceAll(fence[0] ?? '`', '') === '' && text.search(/\S/) < 4;
  const end = placeOf(lines, from + 1, isEnd);
  const code = lines.slice(from + 1, end).map(({ text }) => text.slice(Math.min(indent, Math.max(0, text.search(/[^ ]/)))));
  return { html: `<pre tabindex="0"><code>${escaped(code.join('\n'))}\n</code></pre>`, taken: Math.min(end + 1, lines.length) - from };
}

/** Hidden up to its end; a comment that never ends hides the rest, as on GitHub. */
function comment(lines: readonly Line[], from: number, context: Context): Block {
  const start = (lines[from]?.text.indexOf('<!--') ?? 0) + 4;
  const endIn = ({ text }: Line, at: number) => text.indexOf('-->', at === from ? start : 0);
  const end = placeOf(lines, from, (line, at) => endIn(line, at) >= 0);
  const last = lines[end];
  if (last === undefined) return { html: '', taken: lines.length - from };
  // What stands behind a comment is looked at as if it stood alone, and begins no comment that goes on.
  const visible = withoutComments(last.text.slice(endIn(last, end) + 3));
  return { html: visible.trim() === '' ? '' : blocks([{ ...last, text: visible }], context), taken: end + 1 - from };
}

function withoutComments(text: string): string {
  const parts = text.split('<!--');
  const visible = parts.map((part, index) => (index === 0 ? part : part.includes('-->') ? part.slice(part.indexOf('-->') + 3) : ''));
  return visible.join('');
}

function details(lines: readonly Line[], from: number, context: Context): Block {
  const [tag = ''] = DETAILS.exec(lines[from]?.text ?? '') ?? [];
  const end = closingDetails(lines, from);
  const last = lines[end];
  const closed = last === undefined ? -1 : last.text.toLowerCase().lastIndexOf('</details>');
  const inside = lines.slice(from, last === undefined ? end : end + 1).map((line, index) => {
    const until = index === end - from && closed >= 0 ? closed : line.text.length;
    return { ...line, text: line.text.slice(index === 0 ? tag.length : 0, until) };
  });
  const { summary, rest } = summaryOf(inside);
  const open = /\sopen/i.test(tag) ? ' open' : '';
  const body = blocks(rest, { ...context, tight: false });
  return {
    html: `<details${open}><summary>${inline(summary)}</summary>\n${body}</details>`,
    taken: Math.min(end + 1, lines.length) - from,
  };
}

/** The line with the matching `</details>`; the end of the text when there is none. */
function closingDetails(lines: readonly Line[], from: number): number {
  let depth = 0;
  let fence = '';
  for (let at = from; at < lines.length; at += 1) {
    const text = lines[at]?.text ?? '';
    const [, marks = ''] = FENCE.exec(text) ?? [];
    if (fence === '' && marks !== '') fence = marks;
    else if (fence !== '' && text.trim().startsWith(fence)) fence = '';
    if (fence !== '') continue;
    const words = text.replaceAll(/`[^`]*`/g, '');
    depth += (words.match(/<details[\s>]/gi) ?? []).length - (words.match(/<\/details>/gi) ?? []).length;
    if (depth <= 0) return at;
  }
  return lines.length;
}

function summaryOf(lines: readonly Line[]): { readonly summary: string; readonly rest: readonly Line[] } {
  const at = lines.findIndex((line) => !isBlank(line));
  const first = lines[at];
  const found = /^\s*<summary>(.*?)(?:<\/summary>(.*))?$/i.exec(first?.text ?? '');
  if (first === undefined || !found) return { summary: 'Details', rest: lines };
  return { summary: found[1] ?? '', rest: [{ ...first, text: found[2] ?? '' }, ...lines.slice(at + 1)] };
}

function quote(lines: readonly Line[], from: number, context: Context): Block {
  const quoted = lines.slice(
    from,
    placeOf(lines, from, ({ text }) => !QUOTE.test(text)),
  );
  const inside = quoted.map((line) => ({ ...line, text: line.text.replace(QUOTE, '') }));
  const alert = ALERTS.find((word) => inside[0]?.text.trim() === `[!${word}]`);
  const body = blocks(alert === undefined ? inside : inside.slice(1), { ...context, tight: false });
  if (alert === undefined) return { html: `<blockquote>${body}</blockquote>`, taken: quoted.length };
  const name = alert.charAt(0) + alert.slice(1).toLowerCase();
  return { html: `<div class="alert ${alert.toLowerCase()}"><p class="name">${name}</p>${body}</div>`, taken: quoted.length };
}

function paragraph(lines: readonly Line[], from: number, { tight }: Context): Block {
  let end = from + 1;
  for (let line = lines[end]; line !== undefined && !isBlank(line); line = lines[end]) {
    const underline = /^ {0,3}(=+|-+) *$/.exec(line.text)?.[1];
    if (underline !== undefined)
      return { html: headingOf(underline.startsWith('=') ? 1 : 2, joined(lines.slice(from, end))), taken: end + 1 - from };
    if (interrupts(line) || tableAt(lines, end) !== undefined) break;
    end += 1;
  }
  const html = inline(joined(lines.slice(from, end)));
  return { html: tight ? html : `<p>${html}</p>`, taken: end - from };
}

function joined(lines: readonly Line[]): string {
  return lines.map(({ text }) => text.trim()).join('\n');
}
