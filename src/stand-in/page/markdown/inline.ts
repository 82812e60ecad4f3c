/** The text inside a paragraph, a cell or a heading: code, emphasis, links and a few tags; everything else escaped. */
import { escaped, PLAIN_TAGS, safeAddress } from './safe.js';

/** A piece of the result. `plain` is what stands there when the piece lands inside a link, where no second link may be. */
type Piece = { html: string; readonly plain?: string };
/** Something that was opened and may find its end; until then its piece shows the characters as they were typed. */
type Opener = { readonly kind: string; readonly piece: number; count: number; tags: string; readonly address?: string };

type Scan = { readonly text: string; at: number; readonly pieces: Piece[]; readonly open: Opener[]; hasCommentEnd: boolean };

/** So many things may be open at once; a text that opens more closes none of them. */
const MOST_OPEN = 64;
const REL = 'rel="nofollow noopener noreferrer"';
// Every repetition is bounded: a text of nothing but blanks must not take a second.
const DESTINATION = /\(\s{0,9}(?:<([^<>\n]{0,2000})>|((?:[^\s()]|\([^\s()]{0,2000}\)){0,2000}))(?:\s{1,9}"([^"\n]{0,500})")?\s{0,9}\)/y;
const BARE_ADDRESS = /https?:\/\/[^\s<>"`|[\]]{1,2000}/y;
const MENTION = /@[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\/[A-Za-z0-9._-]{1,100})?/y;
const ENTITY = /&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z]{2,20});/y;
const TAG = /<(\/?)([a-z]{1,10})\s*(\/?)>/iy;
const ANCHOR = /<a\s+href="([^"<>]{0,2000})"\s*>/iy;
const IMAGE_TAG = /<img\s(?:[^<>"]|"[^"<>]*"){0,2000}>/iy;
const ANGLE_ADDRESS = /<((?:https?:\/\/|mailto:)[^\s<>]{1,2000})>/iy;
const COMMENT_END = '-->';

export function inline(text: string): string {
  const scan: Scan = { text, at: 0, pieces: [], open: [], hasCommentEnd: true };
  while (scan.at < text.length) step(scan);
  return scan.pieces.map(({ html }) => html).join('');
}

/** By its first character; `false` leaves the character to be taken as text. */
const READERS: Readonly<Record<string, (scan: Scan) => boolean>> = {
  '\\': backslash,
  '`': code,
  '<': angle,
  '&': entity,
  '*': (scan) => emphasis(scan, '*'),
  _: (scan) => emphasis(scan, '_'),
  '~': (scan) => emphasis(scan, '~'),
  '[': (scan) => openBracket(scan, '['),
  '!': (scan) => scan.text[scan.at + 1] === '[' && openBracket(scan, '!['),
  ']': closeBracket,
  '\n': (scan) => take(scan, '\n', '<br>\n'),
  h: (scan) => atWordStart(scan) && bareAddress(scan),
  '@': (scan) => atWordStart(scan) && mention(scan),
};

function step(scan: Scan): void {
  const character = scan.text[scan.at] ?? '';
  if (READERS[character]?.(scan) === true) return;
  const [run = character] = /^[A-Za-z0-9 ,.;:()/=-]+/.exec(scan.text.slice(scan.at, scan.at + 200)) ?? [];
  // A run stops before a word that could be an address, so that it is looked at on its own.
  const address = run.indexOf('http', 1);
  const plain = address > 0 ? run.slice(0, address) : run;
  take(scan, plain, escaped(plain));
}

function open(scan: Scan, opener: Opener, source: string): true {
  if (scan.open.length >= MOST_OPEN) scan.open.shift();
  scan.open.push(opener);
  return take(scan, source, escaped(source));
}

function take(scan: Scan, source: string, html: string, plain?: string): true {
  scan.pieces.push(plain === undefined ? { html } : { html, plain });
  scan.at += source.length;
  return true;
}

function matchAt(expression: RegExp, { text, at }: Scan): RegExpExecArray | undefined {
  expression.lastIndex = at;
  return expression.exec(text) ?? undefined;
}

function atWordStart({ text, at }: Scan): boolean {
  return at === 0 || !/[A-Za-z0-9_/]/.test(text[at - 1] ?? '');
}

function backslash(scan: Scan): boolean {
  const next = scan.text[scan.at + 1] ?? '';
  if (/[!-/:-@[-`{-~]/.test(next)) return take(scan, `\\${next}`, escaped(next));
  return take(scan, '\\', '\\');
}

function code(scan: Scan): boolean {
  const [ticks = '`'] = /^`+/.exec(scan.text.slice(scan.at)) ?? [];
  const end = closingTicks(scan.text, scan.at + ticks.length, ticks.length);
  if (end === undefined) return take(scan, ticks, ticks);
  const inside = scan.text.slice(scan.at + ticks.length, end).replaceAll('\n', ' ');
  const padded = inside.startsWith(' ') && inside.endsWith(' ') && inside.trim() !== '';
  return take(scan, scan.text.slice(scan.at, end + ticks.length), `<code>${escaped(padded ? inside.slice(1, -1) : inside)}</code>`);
}

function closingTicks(text: string, from: number, length: number): number | undefined {
  for (let at = text.indexOf('`', from); at >= 0; ) {
    let end = at;
    while (text[end] === '`') end += 1;
    if (end - at === length) return at;
    at = text.indexOf('`', end);
  }
  return undefined;
}

function entity(scan: Scan): boolean {
  const found = matchAt(ENTITY, scan);
  return found ? take(scan, found[0], found[0]) : take(scan, '&', '&amp;');
}

function angle(scan: Scan): boolean {
  if (scan.hasCommentEnd && scan.text.startsWith('<!--', scan.at)) {
    const end = scan.text.indexOf(COMMENT_END, scan.at + 4);
    scan.hasCommentEnd = end >= 0;
    if (end >= 0) return take(scan, scan.text.slice(scan.at, end + COMMENT_END.length), '');
  }
  const address = matchAt(ANGLE_ADDRESS, scan);
  if (address) return link(scan, address[0], address[1] ?? '');
  const anchor = matchAt(ANCHOR, scan);
  if (anchor) return openAnchor(scan, anchor[0], anchor[1] ?? '');
  const image = matchAt(IMAGE_TAG, scan);
  if (image) return take(scan, image[0], `<em>${escaped(/\balt="([^"]*)"/i.exec(image[0])?.[1] ?? 'image')}</em>`);
  const tag = matchAt(TAG, scan);
  if (!tag) return take(scan, '<', '&lt;');
  const [source, slash = '', written = ''] = tag;
  const name = written.toLowerCase();
  if (name === 'br') return take(scan, source, '<br>');
  if (slash === '' && PLAIN_TAGS.includes(name)) return openTag(scan, source, name);
  return (slash === '/' && closeTag(scan, source, name)) || take(scan, '<', '&lt;');
}

function openTag(scan: Scan, source: string, name: string): boolean {
  return open(scan, { kind: `<${name}>`, piece: scan.pieces.length, count: 1, tags: `<${name}>` }, source);
}

function openAnchor(scan: Scan, source: string, address: string): boolean {
  return open(scan, { kind: '<a>', piece: scan.pieces.length, count: 1, tags: '<a>', address }, source);
}

/** Closes the tag when it was opened; whatever was opened inside it and not closed stays text, so that tags always nest. */
function closeTag(scan: Scan, source: string, name: string): boolean {
  const at = scan.open.findLastIndex(({ kind }) => kind === `<${name}>`);
  const opener = scan.open[at];
  if (!opener) return false;
  scan.open.length = at;
  if (name === 'a') return closeLink(scan, opener, source, opener.address ?? '', undefined);
  setPiece(scan, opener.piece, opener.tags);
  return take(scan, source, `</${name}>`);
}

function setPiece(scan: Scan, index: number, html: string): void {
  scan.pieces[index] = { html };
}

function openBracket(scan: Scan, source: '[' | '!['): boolean {
  return open(scan, { kind: source, piece: scan.pieces.length, count: 1, tags: '' }, source);
}

function closeBracket(scan: Scan): boolean {
  const at = scan.open.findLastIndex(({ kind }) => kind === '[' || kind === '![');
  const opener = scan.open[at];
  if (!opener) return take(scan, ']', ']');
  scan.at += 1;
  const found = matchAt(DESTINATION, scan);
  scan.at -= 1;
  scan.open.length = at;
  if (!found) return take(scan, ']', ']');
  const address = found[1] ?? found[2] ?? '';
  // Pictures from elsewhere are not fetched: their words stand for them.
  if (opener.kind === '![') {
    setPiece(scan, opener.piece, '<em>');
    return take(scan, `]${found[0]}`, '</em>');
  }
  return closeLink(scan, opener, `]${found[0]}`, address, found[3]);
}

function closeLink(scan: Scan, opener: Opener, source: string, address: string, title: string | undefined): boolean {
  for (let index = opener.piece + 1; index < scan.pieces.length; index += 1) {
    const plain = scan.pieces[index]?.plain;
    if (plain !== undefined) scan.pieces[index] = { html: plain };
  }
  const safe = safeAddress(address);
  const shown = title === undefined ? '' : ` title="${escaped(title)}"`;
  // Without an address both ends are empty: the words stay, and nothing can be clicked.
  scan.pieces[opener.piece] = safe === undefined ? { html: '' } : { html: `<a href="${escaped(safe)}"${shown} ${REL}>`, plain: '' };
  return take(scan, source, safe === undefined ? '' : '</a>', safe === undefined ? undefined : '');
}

function link(scan: Scan, source: string, address: string): boolean {
  const safe = safeAddress(address);
  const words = escaped(address);
  return take(scan, source, safe === undefined ? words : `<a href="${escaped(safe)}" ${REL}>${words}</a>`, words);
}

function bareAddress(scan: Scan): boolean {
  const found = matchAt(BARE_ADDRESS, scan);
  if (!found) return false;
  let address = found[0].replace(/[?!.,:;*_~'\]]+$/, '');
  while (address.endsWith(')') && address.split(')').length > address.split('(').length) address = address.slice(0, -1);
  return link(scan, address, address);
}

function mention(scan: Scan): boolean {
  const found = matchAt(MENTION, scan);
  return found !== undefined && take(scan, found[0], `<strong class="mention">${escaped(found[0])}</strong>`);
}

/** A run of `*`, `_` or `~`: closes what it can, and may open what follows. */
function emphasis(scan: Scan, character: string): boolean {
  let end = scan.at;
  while (scan.text[end] === character) end += 1;
  const run = scan.text.slice(scan.at, end);
  const { opens, closes } = flanks(scan.text[scan.at - 1], scan.text[end], character);
  let left = character === '~' && run.length > 2 ? 0 : run.length;
  const literal = run.length - left;
  let closing = '';
  while (closes && left > 0) {
    const at = scan.open.findLastIndex(({ kind, count }) => kind === character && (character !== '~' || count === left));
    const opener = scan.open[at];
    if (!opener) break;
    const used = character === '~' ? left : Math.min(2, left, opener.count);
    const name = character === '~' ? 'del' : used === 2 ? 'strong' : 'em';
    opener.count -= used;
    opener.tags = `<${name}>${opener.tags}`;
    setPiece(scan, opener.piece, character.repeat(opener.count) + opener.tags);
    closing += `</${name}>`;
    left -= used;
    scan.open.length = opener.count === 0 ? at : at + 1;
  }
  scan.pieces.push({ html: closing });
  if (!opens || left === 0) return take(scan, run, character.repeat(left + literal));
  open(scan, { kind: character, piece: scan.pieces.length, count: left, tags: '' }, run.slice(0, left));
  scan.at += run.length - left;
  return true;
}

function flanks(
  before: string | undefined,
  after: string | undefined,
  character: string,
): { readonly opens: boolean; readonly closes: boolean } {
  const isSpace = (one: string | undefined) => one === undefined || /\s/.test(one);
  const isMark = (one: string | undefined) => one !== undefined && /[\p{P}\p{S}]/u.test(one);
  const left = !isSpace(after) && (!isMark(after) || isSpace(before) || isMark(before));
  const right = !isSpace(before) && (!isMark(before) || isSpace(after) || isMark(after));
  if (character !== '_') return { opens: left, closes: right };
  return { opens: left && (!right || isMark(before)), closes: right && (!left || isMark(after)) };
}
