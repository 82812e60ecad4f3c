/**
 * §4.1 What would take Terraform's parser too long. It joins the pieces of a text one by one, a line or a sign each: for every
 * one it copies what it has of the text, and moves all pieces that are left.
 */

/** Half a second, or a whole one where its memory is swept meanwhile. */
const MAX_BYTES = 800_000_000;
/** What it costs to move a piece is like copying as many characters. */
const PIECE = 16;
/** It keeps a number as exactly as 500 bits can. */
const MAX_NUMBERS = 15_000;
/** It says of each sign what is wrong with it. */
const MAX_STRANGE = 1_000;

const WORD = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const NUMBER = /\d[\w.]*/y;
const COMMENT = /#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const HEREDOC = /<<-?([\p{L}_][\p{L}\p{N}_-]*)\r?\n/uy;
const KNOWN = /[\s{}()[\].,:=<>!?&|*/+%$~-]/;

/** A text that is open: quoted, or up to the line that is its `word`; `depth`: of the braces that are open in its `${…}`. */
type Open = { readonly word: string | undefined; depth: number; pieces: number; joined: number; lineEnd: number; run: Run };
/** Pieces that no `${…}` parts. */
type Run = { pieces: number; length: number };
type Walk = { readonly text: string; at: number; readonly open: Open[]; bytes: number; numbers: number; strange: number };

export function excessIn(text: string): string | undefined {
  const walk: Walk = { text, at: 0, open: [], bytes: 0, numbers: 0, strange: 0 };
  while (walk.at < text.length) {
    const open = walk.open.at(-1);
    if (open && open.depth === 0) stepInText(walk, open);
    else stepInCode(walk, open);
  }
  while (walk.open.length > 0) close(walk, text.length);
  if (walk.bytes > MAX_BYTES) return 'a text of more lines or signs than are joined in half a second: make a file of it';
  if (walk.numbers > MAX_NUMBERS) return `more than ${MAX_NUMBERS} numbers`;
  return walk.strange > MAX_STRANGE ? `more than ${MAX_STRANGE} signs that mean nothing in Terraform` : undefined;
}

function stepInCode(walk: Walk, open: Open | undefined): void {
  if (taken(walk, COMMENT) || taken(walk, WORD)) return;
  const char = walk.text[walk.at] ?? '';
  if (taken(walk, NUMBER)) walk.numbers += 1;
  else if (char === '"') begin(walk, undefined, 1);
  else if (char !== '<' || !beginsHeredoc(walk)) {
    if (open && char === '{') open.depth += 1;
    if (open && char === '}') open.depth -= 1;
    if (!KNOWN.test(char)) walk.strange += 1;
    walk.at += 1;
  }
}

function beginsHeredoc(walk: Walk): boolean {
  HEREDOC.lastIndex = walk.at;
  const [whole, word] = HEREDOC.exec(walk.text) ?? [];
  if (whole !== undefined) begin(walk, word, whole.length);
  return whole !== undefined;
}

function begin(walk: Walk, word: string | undefined, length: number): void {
  walk.open.push({ word, depth: 0, pieces: 0, joined: 0, lineEnd: 0, run: { pieces: 0, length: 0 } });
  walk.at += length;
}

/** Of an open text a line, or what there is before its end or before a `${`. */
function stepInText(walk: Walk, open: Open): void {
  const { text, at: from } = walk;
  const isQuoted = open.word === undefined;
  if (from >= open.lineEnd) open.lineEnd = afterLine(text, from);
  const end = open.lineEnd;
  if (!isQuoted && text[from - 1] === '\n' && text.slice(from, end).trim() === open.word) {
    close(walk, end);
    return;
  }
  let at = from;
  for (; at < end && !(isQuoted && text[at] === '"'); at++) {
    const char = text[at];
    if (isQuoted && char === '\\') at += 1;
    if (char !== '$' && char !== '%') continue;
    if (text[at + 1] === '{') break;
    count(open, at - walk.at);
    count(open, 1);
    walk.at = at + 1;
    // `$${` is a text.
    if (text[at + 1] === char && text[at + 2] === '{') at += 2;
  }
  if (at < end && text[at] === '"') close(walk, at + 1);
  else if (at < end) interpolate(walk, open, at);
  else {
    count(open, end - walk.at);
    walk.at = end;
  }
}

function afterLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline + 1;
}

function interpolate(walk: Walk, open: Open, at: number): void {
  count(open, at - walk.at);
  endRun(walk, open);
  open.pieces += 1;
  open.depth = 1;
  walk.at = at + 2;
}

function close(walk: Walk, at: number): void {
  const open = walk.open.pop();
  if (open) {
    count(open, at - walk.at);
    endRun(walk, open);
    walk.bytes += open.joined * open.pieces * PIECE;
  }
  walk.at = at;
}

function count({ run }: Open, length: number): void {
  if (length === 0) return;
  run.pieces += 1;
  run.length += length;
}

function endRun(walk: Walk, open: Open): void {
  const { pieces, length } = open.run;
  walk.bytes += (pieces * length) / 2;
  open.pieces += pieces;
  open.joined += Math.max(0, pieces - 1);
  open.run = { pieces: 0, length: 0 };
}

function taken(walk: Walk, pattern: RegExp): boolean {
  pattern.lastIndex = walk.at;
  const [found] = pattern.exec(walk.text) ?? [];
  walk.at += found?.length ?? 0;
  return found !== undefined;
}
