/** §4.1 A Terraform expression, as far as it is literal: texts, maps, lists, merges and the production side of a condition. */
import { nestingOf } from '../../src/core/nesting.js';
import { concat, holed, literal, type Template } from '../targets/template.js';
import { at, lastWord, NOTHING, type Told, type ToldMap, textIn } from './told.js';

/** What a reference is worth: `var.x`, `local.y`; undefined is what nobody here knows. */
export type Lookup = (path: readonly string[]) => Told | undefined;

const MAX_DEPTH = 40;

/** A value as the reader of HCL gives it: plain text with `${…}`. */
export function evaluateText(text: string, lookup: Lookup, depth = 0): Told {
  if (nestingOf(text) > MAX_CHOICES) return unknown(text);
  const pieces = piecesOf(text);
  const [only] = pieces;
  if (pieces.length === 1 && only?.inside) return evaluateExpression(only.text, lookup, depth);
  return concat(
    ...pieces.map((piece): Template => {
      if (!piece.inside) return literal(piece.text);
      return textIn(evaluateExpression(piece.text, lookup, depth)) ?? holed('config', lastWord(piece.text));
    }),
  );
}

export function evaluateExpression(text: string, lookup: Lookup, depth = 0): Told {
  if (depth > MAX_DEPTH || isTangled(text)) return unknown(text);
  const cursor: Cursor = { text, lookup, depth, at: 0 };
  const told = expressionAt(cursor);
  return told === undefined || !isDone(cursor) ? unknown(text) : told;
}

/** Signs that nest without a bracket, and brackets: each level of them is a level of the reader. */
function isTangled(text: string): boolean {
  return (text.match(/[?!]/g)?.length ?? 0) > MAX_CHOICES || nestingOf(text) > MAX_CHOICES;
}
const MAX_CHOICES = 200;

function unknown(text: string): Template {
  return holed('config', lastWord(text));
}

type Piece = { readonly inside: boolean; readonly text: string };

function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (let open = text.indexOf('${'); open >= 0; open = text.indexOf('${', from)) {
    const close = closing(text, open + 1);
    if (close < 0) break;
    if (open > from) pieces.push({ inside: false, text: text.slice(from, open) });
    pieces.push({ inside: true, text: text.slice(open + 2, close).trim() });
    from = close + 1;
  }
  if (from < text.length || pieces.length === 0) pieces.push({ inside: false, text: text.slice(from) });
  return pieces;
}

/** The bracket that ends the one at `open`; brackets in quoted text do not count, but those of an interpolation in it do. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfQuoted(text, at);
    else if (char === '{' || char === '(' || char === '[') depth += 1;
    else if (char === '}' || char === ')' || char === ']') depth -= 1;
    if (at < 0) return -1;
    if (depth === 0) return at;
  }
  return -1;
}

function endOfQuoted(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
    else if (text.startsWith('${', at)) {
      at = closing(text, at + 1);
      if (at < 0) return -1;
    }
  }
  return -1;
}

const SPACE = /(?:\s|#[^\n]*|\/\/[^\n]*)*/y;
const NAME = /[A-Za-z_][\w-]*/y;
const NUMBER = /-?\d+(?:\.\d+)?/y;
const OPERATOR = /==|!=|<=|>=|&&|\|\||[<>+*/%-]/y;

/** `at`: how far it was read. */
type Cursor = { readonly text: string; readonly lookup: Lookup; readonly depth: number; at: number };

function isDone(cursor: Cursor): boolean {
  skip(cursor);
  return cursor.at >= cursor.text.length;
}

function expressionAt(cursor: Cursor): Told | undefined {
  const from = cursor.at;
  let value = operandAt(cursor);
  while (match(cursor, OPERATOR) !== undefined) {
    operandAt(cursor);
    value = undefined;
  }
  const condition = cursor.text.slice(from, cursor.at);
  if (!take(cursor, '?')) return value ?? (condition.trim() === '' ? undefined : unknown(condition));
  const yes = expressionAt(cursor);
  if (!take(cursor, ':')) return undefined;
  const no = expressionAt(cursor);
  return inProduction(condition) ? yes : inProduction(condition) === false ? no : unknown(condition);
}

function operandAt(cursor: Cursor): Told | undefined {
  skip(cursor);
  const char = cursor.text[cursor.at];
  if (char === '!') {
    cursor.at += 1;
    operandAt(cursor);
    return undefined;
  }
  if (char === '"') return quotedAt(cursor);
  if (char === '(') return inBrackets(cursor, () => expressionAt(cursor));
  if (char === '[') return inBrackets(cursor, () => listAt(cursor));
  if (char === '{') return inBrackets(cursor, () => objectAt(cursor));
  const number = match(cursor, NUMBER);
  if (number !== undefined) return literal(number);
  const name = match(cursor, NAME);
  return name === undefined ? undefined : namedAt(cursor, name);
}

function namedAt(cursor: Cursor, name: string): Told | undefined {
  if (take(cursor, '(')) return calledAt(cursor, name);
  if (name === 'null') return literal('');
  const path = [name];
  for (;;) {
    if (cursor.text[cursor.at] === '.') {
      cursor.at += 1;
      path.push(match(cursor, NAME) ?? match(cursor, NUMBER) ?? cursor.text[cursor.at++] ?? '');
    } else if (cursor.text[cursor.at] === '[') {
      const close = closing(cursor.text, cursor.at);
      if (close < 0) return undefined;
      path.push(
        cursor.text
          .slice(cursor.at + 1, close)
          .replaceAll('"', '')
          .trim(),
      );
      cursor.at = close + 1;
    } else break;
  }
  if (path.length === 1) return literal(name);
  return cursor.lookup(path) ?? holed('config', path.filter((part) => part !== 'var' && part !== 'local').join('.'));
}

function calledAt(cursor: Cursor, name: string): Told | undefined {
  const given: (Told | undefined)[] = [];
  const from = cursor.at;
  while (!take(cursor, ')')) {
    given.push(expressionAt(cursor));
    take(cursor, '...');
    if (take(cursor, ',')) continue;
    if (take(cursor, ')')) break;
    return undefined;
  }
  return callOf(name, given) ?? unknown(cursor.text.slice(from, cursor.at));
}

function listAt(cursor: Cursor): Told | undefined {
  const items: Told[] = [];
  while (!isAtEnd(cursor, ']')) {
    const item = expressionAt(cursor);
    if (item === undefined) return undefined;
    items.push(item);
    take(cursor, ',');
  }
  return items;
}

function objectAt(cursor: Cursor): Told | undefined {
  const entries: [string, Told][] = [];
  while (!isAtEnd(cursor, '}')) {
    skip(cursor);
    const quoted = cursor.text[cursor.at] === '"' ? textIn(quotedAt(cursor)) : undefined;
    const key = quoted?.parts.find((part) => typeof part === 'string') ?? match(cursor, NAME) ?? match(cursor, NUMBER);
    if (typeof key !== 'string' || !(take(cursor, '=') || take(cursor, ':'))) return undefined;
    const value = expressionAt(cursor);
    if (value === undefined) return undefined;
    entries.push([key, value]);
    take(cursor, ',');
  }
  return new Map(entries);
}

function quotedAt(cursor: Cursor): Told | undefined {
  const end = endOfQuoted(cursor.text, cursor.at);
  if (end < 0) return undefined;
  const inside = cursor.text.slice(cursor.at + 1, end);
  cursor.at = end + 1;
  return evaluateText(inside.replaceAll('\\"', '"'), cursor.lookup, cursor.depth + 1);
}

/** Whatever stands between the brackets is left behind, understood or not. */
function inBrackets(cursor: Cursor, read: () => Told | undefined): Told | undefined {
  const close = closing(cursor.text, cursor.at);
  if (close < 0) return undefined;
  cursor.at += 1;
  const told = read();
  skip(cursor);
  const isWhole = cursor.at === close;
  cursor.at = close + 1;
  return isWhole ? told : undefined;
}

function isAtEnd(cursor: Cursor, bracket: string): boolean {
  skip(cursor);
  return cursor.at >= cursor.text.length || cursor.text[cursor.at] === bracket;
}

function take(cursor: Cursor, word: string): boolean {
  skip(cursor);
  if (!cursor.text.startsWith(word, cursor.at)) return false;
  cursor.at += word.length;
  return true;
}

function match(cursor: Cursor, pattern: RegExp): string | undefined {
  skip(cursor);
  pattern.lastIndex = cursor.at;
  const [found] = pattern.exec(cursor.text) ?? [];
  cursor.at += found?.length ?? 0;
  return found;
}

function skip(cursor: Cursor): void {
  SPACE.lastIndex = cursor.at;
  cursor.at += SPACE.exec(cursor.text)?.[0].length ?? 0;
}

function callOf(name: string, given: readonly (Told | undefined)[]): Told | undefined {
  if (name === 'merge') return new Map(given.flatMap((one) => [...mapOf(one)]));
  if (name === 'templatefile') return templateFile(given);
  if (name === 'tomap' || name === 'jsonencode' || name === 'tostring' || name === 'tolist' || name === 'try') return given[0];
  if (name === 'concat') return given.flatMap((one) => (Array.isArray(one) ? one : []));
  if (name === 'coalesce') return given.find((one) => one !== undefined);
  if (name === 'lookup') return at(given[0], textIn(given[1])?.parts.join('') ?? '') ?? given[2];
  return undefined;
}

function templateFile([file, names]: readonly (Told | undefined)[]): Told {
  return new Map<string, Told>([['templatefile', mapOf(names)], ...(file === undefined ? [] : [['file', file] as const])]);
}

function mapOf(told: Told | undefined): ToldMap {
  return told instanceof Map ? told : NOTHING;
}

/** `workspace == "main"` holds in production, `env != "prod"` does not; of other conditions nobody knows. */
function inProduction(condition: string): boolean | undefined {
  const named =
    /(==|!=)\s*"(?:prod|production|prd|live|main|master)"/.exec(condition) ??
    /"(?:prod|production|prd|live|main|master)"\s*(==|!=)/.exec(condition);
  if (!named || /\|\|/.test(condition)) return undefined;
  return named[1] === '==';
}
