/** §4.1 A Terraform expression, as far as it is literal: texts, maps, lists, merges and the production side of a condition. */
import { concat, holed, literal, type Template } from '../targets/template.js';
import { at, lastWord, NOTHING, type Told, type ToldMap, textIn } from './told.js';

/** What a reference is worth: `var.x`, `local.y`; undefined is what nobody here knows. */
export type Lookup = (path: readonly string[]) => Told | undefined;

const MAX_DEPTH = 40;

/** A value as the reader of HCL gives it: plain text with `${…}`. */
export function evaluateText(text: string, lookup: Lookup, depth = 0): Told {
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
  if (depth > MAX_DEPTH) return unknown(text);
  const reader = new ExpressionReader(text, lookup, depth);
  const told = reader.expression();
  return told === undefined || !reader.isDone() ? unknown(text) : told;
}

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

class ExpressionReader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly lookup: Lookup,
    private readonly depth: number,
  ) {}

  isDone(): boolean {
    this.skip();
    return this.at >= this.text.length;
  }

  expression(): Told | undefined {
    const from = this.at;
    let value = this.operand();
    while (this.match(OPERATOR) !== undefined) {
      this.operand();
      value = undefined;
    }
    const condition = this.text.slice(from, this.at);
    if (!this.take('?')) return value ?? (condition.trim() === '' ? undefined : unknown(condition));
    const yes = this.expression();
    if (!this.take(':')) return undefined;
    const no = this.expression();
    return inProduction(condition) ? yes : inProduction(condition) === false ? no : unknown(condition);
  }

  private operand(): Told | undefined {
    this.skip();
    const char = this.text[this.at];
    if (char === '!') {
      this.at += 1;
      this.operand();
      return undefined;
    }
    if (char === '"') return this.quoted();
    if (char === '(') return this.inBrackets(() => this.expression());
    if (char === '[') return this.inBrackets(() => this.list());
    if (char === '{') return this.inBrackets(() => this.object());
    const number = this.match(NUMBER);
    if (number !== undefined) return literal(number);
    const name = this.match(NAME);
    return name === undefined ? undefined : this.named(name);
  }

  private named(name: string): Told | undefined {
    if (this.take('(')) return this.called(name);
    if (name === 'null') return literal('');
    const path = [name];
    for (;;) {
      if (this.text[this.at] === '.') {
        this.at += 1;
        path.push(this.match(NAME) ?? this.match(NUMBER) ?? this.text[this.at++] ?? '');
      } else if (this.text[this.at] === '[') {
        const close = closing(this.text, this.at);
        if (close < 0) return undefined;
        path.push(
          this.text
            .slice(this.at + 1, close)
            .replaceAll('"', '')
            .trim(),
        );
        this.at = close + 1;
      } else break;
    }
    if (path.length === 1) return literal(name);
    return this.lookup(path) ?? holed('config', path.filter((part) => part !== 'var' && part !== 'local').join('.'));
  }

  private called(name: string): Told | undefined {
    const given: (Told | undefined)[] = [];
    const from = this.at;
    while (!this.take(')')) {
      given.push(this.expression());
      this.take('...');
      if (this.take(',')) continue;
      if (this.take(')')) break;
      return undefined;
    }
    return callOf(name, given) ?? unknown(this.text.slice(from, this.at));
  }

  private list(): Told | undefined {
    const items: Told[] = [];
    while (!this.isAtEnd(']')) {
      const item = this.expression();
      if (item === undefined) return undefined;
      items.push(item);
      this.take(',');
    }
    return items;
  }

  private object(): Told | undefined {
    const entries: [string, Told][] = [];
    while (!this.isAtEnd('}')) {
      this.skip();
      const quoted = this.text[this.at] === '"' ? textIn(this.quoted()) : undefined;
      const key = quoted?.parts.find((part) => typeof part === 'string') ?? this.match(NAME) ?? this.match(NUMBER);
      if (typeof key !== 'string' || !(this.take('=') || this.take(':'))) return undefined;
      const value = this.expression();
      if (value === undefined) return undefined;
      entries.push([key, value]);
      this.take(',');
    }
    return new Map(entries);
  }

  private quoted(): Told | undefined {
    const end = endOfQuoted(this.text, this.at);
    if (end < 0) return undefined;
    const inside = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return evaluateText(inside.replaceAll('\\"', '"'), this.lookup, this.depth + 1);
  }

  /** Whatever stands between the brackets is left behind, understood or not. */
  private inBrackets(read: () => Told | undefined): Told | undefined {
    const close = closing(this.text, this.at);
    if (close < 0) return undefined;
    this.at += 1;
    const told = read();
    this.skip();
    const isWhole = this.at === close;
    this.at = close + 1;
    return isWhole ? told : undefined;
  }

  private isAtEnd(bracket: string): boolean {
    this.skip();
    return this.at >= this.text.length || this.text[this.at] === bracket;
  }

  private take(word: string): boolean {
    this.skip();
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    this.skip();
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    this.at += found?.length ?? 0;
    return found;
  }

  private skip(): void {
    SPACE.lastIndex = this.at;
    this.at += SPACE.exec(this.text)?.[0].length ?? 0;
  }
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
