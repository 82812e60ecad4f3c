/** §4.1 A Terraform expression, as far as it is literal: texts, maps, lists, merges and the production side of a condition. */
import { nestingOf } from '../../src/core/nesting.js';
import { concat, holed, literal, type Template } from '../templates/template.js';
import { holds } from './terraform-condition.js';
import { forIn, isFor } from './terraform-for.js';
import { callOf } from './terraform-functions.js';
import { closing, endOfQuoted, withChoices } from './terraform-text.js';
import { type Lookup, lastWord, NULL, type Told, textIn, wordIn } from './told.js';

const MAX_DEPTH = 40;

/** A value as the reader of HCL gives it: plain text with `${…}`. */
export function evaluateText(text: string, lookup: Lookup, depth = 0): Told {
  if (nestingOf(text) > MAX_CHOICES) return unknown(text);
  const pieces = piecesOf(withChoices(text, (condition) => holds(condition, (operand) => operandOf(lookup, operand))));
  const [only] = pieces;
  if (pieces.length === 1 && only?.inside) return evaluateExpression(only.text, lookup, depth);
  const templates = pieces.slice(0, MAX_PIECES).map((piece): Template => {
    if (!piece.inside) return literal(piece.text);
    return textIn(evaluateExpression(piece.text, lookup, depth)) ?? holed('config', lastWord(piece.text));
  });
  return concat(...templates, ...(pieces.length > MAX_PIECES ? [unknown('rest')] : []));
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

/** Of more nobody reads the end. */
const MAX_PIECES = 2_000;

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
  const isChoice = take(cursor, '?');
  if (!isChoice && (value !== undefined || condition.trim() === '')) return value;
  const held = holds(condition, (text) => operandOf(cursor.lookup, text));
  if (!isChoice) return held === undefined ? unknown(condition) : literal(String(held));
  const yes = expressionAt(cursor);
  if (!take(cursor, ':')) return undefined;
  const no = expressionAt(cursor);
  return held === undefined ? unknown(condition) : held ? yes : no;
}

const REFERENCE = /^[A-Za-z_][\w-]*(?:\.[\w-]+|\[\d+\])+$/;

/** Only a reference, and a text as it is, tell a condition something. */
function operandOf(lookup: Lookup, text: string): Told | undefined {
  if (text === 'null') return NULL;
  if (REFERENCE.test(text)) return lookup(text.replaceAll(/\[(\d+)\]/g, '.$1').split('.'), 'condition');
  const plain = /^"([^"$\\]*)"$/.exec(text)?.[1] ?? /^(?:true|false|\d+)$/.exec(text)?.[0];
  return plain === undefined ? undefined : literal(plain);
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
  if (char === '[') return inBrackets(cursor, (close) => forAt(cursor, close) ?? listAt(cursor));
  if (char === '{') return inBrackets(cursor, (close) => forAt(cursor, close) ?? objectAt(cursor));
  const number = match(cursor, NUMBER);
  if (number !== undefined) return literal(number);
  const name = match(cursor, NAME);
  return name === undefined ? undefined : namedAt(cursor, name);
}

function namedAt(cursor: Cursor, name: string): Told | undefined {
  if (take(cursor, '(')) return calledAt(cursor, name);
  if (name === 'null') return NULL;
  const path = [name];
  for (;;) {
    if (cursor.text[cursor.at] === '.') {
      cursor.at += 1;
      path.push(match(cursor, NAME) ?? match(cursor, NUMBER) ?? cursor.text[cursor.at++] ?? '');
    } else if (cursor.text[cursor.at] === '[') {
      const close = closing(cursor.text, cursor.at);
      if (close < 0) return undefined;
      path.push(keyIn(cursor, cursor.text.slice(cursor.at + 1, close).trim()));
      cursor.at = close + 1;
    } else break;
  }
  if (path.length === 1) return cursor.lookup(path) ?? literal(name);
  return cursor.lookup(path) ?? holed('config', path.filter((part) => part !== 'var' && part !== 'local').join('.'));
}

/** What stands in the brackets behind a name: a word as it is, or what a reference is worth. */
function keyIn({ lookup, depth }: Cursor, written: string): string {
  const isPlain = /^(?:\d+|"[^"$]*"|\*)?$/.test(written);
  const word = isPlain ? undefined : wordIn(evaluateExpression(written, lookup, depth + 1));
  return word ?? written.replaceAll('"', '');
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

function forAt(cursor: Cursor, close: number): Told | undefined {
  const { lookup, depth } = cursor;
  const inside = cursor.text.slice(cursor.at, close);
  if (!isFor(inside)) return undefined;
  cursor.at = close;
  return forIn(inside, { lookup, evaluate: (text, own) => evaluateExpression(text, own, depth + 1) }) ?? unknown(inside);
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
function inBrackets(cursor: Cursor, read: (close: number) => Told | undefined): Told | undefined {
  const close = closing(cursor.text, cursor.at);
  if (close < 0) return undefined;
  cursor.at += 1;
  const told = read(close);
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
