/** §4.1 One .sql file of a dbt project: the Jinja of it, its macros and its snapshots. */
import type { MacroFacts, SnapshotFacts, SqlFacts } from './facts.js';

const MAX_CHARS = 2 * 1024 * 1024;
/** Plain SQL longer than this between two tags is left out: names are never formed from it. */
const MAX_PLAIN = 200;

type Piece = { readonly kind: 'plain' | 'tag' | 'value'; readonly text: string; readonly at: number };

export function readSql(text: string): SqlFacts {
  if (text.length > MAX_CHARS)
    return { template: '', macros: [], snapshots: [], flaws: [{ reason: 'too-large', line: 1, text: `${text.length} characters` }] };
  const macros: MacroFacts[] = [];
  const snapshots: SnapshotFacts[] = [];
  const kept: string[] = [];
  let open: { readonly word: string; readonly head: string; readonly at: number; readonly body: string[] } | undefined;
  for (const piece of pieces(text)) {
    const word = piece.kind === 'tag' ? tagWord(piece.text) : '';
    if (open && word === `end${open.word}`) {
      if (open.word === 'macro') macros.push(...macroOf(open.head, open.body.join('')));
      if (open.word === 'snapshot') snapshots.push(...snapshotOf(open.head, open.body.join(''), lineAt(text, open.at)));
      open = undefined;
    } else if (open) open.body.push(open.word === 'macro' ? piece.text : short(piece));
    else if (['macro', 'snapshot', 'test', 'materialization', 'docs', 'data_test'].includes(word))
      open = { word, head: tagBody(piece.text), at: piece.at, body: [] };
    else kept.push(short(piece));
  }
  return { template: kept.join(''), macros, snapshots, flaws: [] };
}

function short(piece: Piece): string {
  return piece.kind === 'plain' && piece.text.length > MAX_PLAIN ? ' ' : piece.text;
}

/** Plain text and tags in order, Jinja comments left out. A tag ends outside of its strings. */
function* pieces(text: string): Generator<Piece> {
  let from = 0;
  for (let at = text.indexOf('{'); at !== -1; at = text.indexOf('{', at)) {
    const mark = text.charAt(at + 1);
    if (mark !== '{' && mark !== '%' && mark !== '#') {
      at += 1;
      continue;
    }
    if (at > from) yield { kind: 'plain', text: text.slice(from, at), at: from };
    const end = mark === '#' ? text.indexOf('#}', at + 2) : closing(text, at + 2, mark === '{' ? '}}' : '%}');
    if (end === -1) return;
    if (mark !== '#') yield { kind: mark === '{' ? 'value' : 'tag', text: text.slice(at, end + 2), at };
    at = end + 2;
    from = at;
  }
  if (from < text.length) yield { kind: 'plain', text: text.slice(from), at: from };
}

function closing(text: string, from: number, end: string): number {
  let quote = '';
  let braces = 0;
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (braces === 0 && text.startsWith(end, at)) return at;
    else if (char === '{') braces += 1;
    else if (char === '}') braces = Math.max(0, braces - 1);
  }
  return -1;
}

function tagBody(tag: string): string {
  return tag.slice(2, -2).replace(/^[-+]/, '').replace(/[-+]$/, '').trim();
}

function tagWord(tag: string): string {
  return /^\w+/.exec(tagBody(tag))?.[0] ?? '';
}

function macroOf(head: string, body: string): MacroFacts[] {
  const match = /^macro\s+(\w+)\s*\(/.exec(head);
  const close = head.lastIndexOf(')');
  if (!match?.[1] || close < match[0].length) return [];
  return [{ name: match[1], params: head.slice(match[0].length, close).trim(), body }];
}

function snapshotOf(head: string, template: string, line: number): SnapshotFacts[] {
  const name = /^snapshot\s+(\w+)/.exec(head)?.[1];
  return name === undefined ? [] : [{ name, template, line }];
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf('\n'); next !== -1 && next < at; next = text.indexOf('\n', next + 1)) line += 1;
  return line;
}
