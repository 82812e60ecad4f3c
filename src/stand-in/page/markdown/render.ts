/** GitHub-flavoured Markdown, as far as bots and people write it, to HTML that can do no harm. */
import type { Options } from './block.js';
import { blocks } from './blocks.js';
import { linesOf } from './lines.js';

/** GitHub takes no longer text; what is longer is cut, and said to be. */
const LONGEST = 70_000;

export function renderMarkdown(text: string, options: Options = {}): string {
  const clean = text.slice(0, LONGEST).replaceAll('\r\n', '\n').replaceAll('\u0000', '\ufffd');
  const cut = text.length > LONGEST ? '\n<p class="muted">The rest is too long to be shown.</p>' : '';
  return blocks(linesOf(clean), { ...options, depth: 0, tight: false }) + cut;
}

/** The text with the task box of that line ticked, or the tick taken off; undefined when the line has none. */
export function toggleTask(text: string, line: number): string | undefined {
  const lines = text.split('\n');
  const old = lines[line];
  const found = old === undefined ? null : /^([\s>]*(?:[-*+]|\d{1,9}[.)])\s+)\[([ xX])\]/.exec(old);
  if (old === undefined || !found) return undefined;
  const [whole, before = '', mark] = found;
  lines[line] = `${before}[${mark === ' ' ? 'x' : ' '}]${old.slice(whole.length)}`;
  return lines.join('\n');
}
