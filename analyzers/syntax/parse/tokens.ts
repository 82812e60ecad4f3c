/** Python source to tokens, one at a time and none kept: the kind and place of the current one are all there is. */
import * as k from './kinds.js';

/** What is unsure is given up: another parser reads the file. One value, since a stack trace costs more than the parse. */
export const GIVEN_UP = new Error('not read by this parser');

export function giveUp(): never {
  throw GIVEN_UP;
}

const WORD = 1;
const DIGIT = 2;
const QUOTE = 3;
/** One character that is a token whatever follows. */
const ALONE = 4;
const SIGN = 5;
const CLASSES = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(char)) CLASSES[code] = WORD;
  else if (/[0-9]/.test(char)) CLASSES[code] = DIGIT;
  else if (char === '"' || char === "'") CLASSES[code] = QUOTE;
  else if ('()[]{},;~'.includes(char)) CLASSES[code] = ALONE;
  else if ('+-*/%@&|^<>=!:.'.includes(char)) CLASSES[code] = SIGN;
}
const FOREIGN_WORD = /[_\p{XID_Start}][\p{XID_Continue}]*/uy;
const PREFIX = /^(?:[rbuf]|br|rb|fr|rf|ur)$/i;
const NUMBER =
  /(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|[0-9](?:_?[0-9])*[lL]?)(?![0-9a-zA-Z_.\u0080-\uffff])|((?:[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?[jJ]?)(?![0-9a-zA-Z_.\u0080-\uffff])/y;
const MAX_INDENT = 30_000;

export class Tokens {
  /** Ends with a NUL, so that no step has to ask for the length. */
  readonly text: string;
  kind = k.LINE_END;
  start = 0;
  end = 0;
  /** Of the token before. */
  lastKind = k.LINE_END;
  /** Where the token before ends, or the comment behind it. */
  lastEnd = 0;
  brackets = 0;
  /** Inside the braces of a string: of one on one line, of any. */
  inLine = 0;
  inFormat = 0;
  /** How far the block is indented, and the line that comes. */
  blockIndent = 0;
  indent = 0;
  /** Comments between the last line and this one: they may belong to the block that ends there. */
  readonly commentIndents: number[] = [];
  readonly commentEnds: number[] = [];
  comment = 0;

  constructor(source: string) {
    if (source.includes('\0')) giveUp();
    this.text = `${source}\0`;
  }

  next(): void {
    const { text } = this;
    this.lastKind = this.kind;
    this.lastEnd = this.end;
    let at = this.end;
    let code = text.charCodeAt(at);
    for (;;) {
      if (code === 32 || code === 9 || code === 12) at += 1;
      else if (code === 10) {
        if (this.brackets === 0) {
          this.set(k.LINE_END, at, at);
          return;
        }
        at = this.afterLines(at);
      } else if (code === 35) at = this.afterComment(at);
      else if (code === 92) at = this.afterBackslash(at);
      else if (code === 13 && text.charCodeAt(at + 1) === 10) at += 1;
      else break;
      code = text.charCodeAt(at);
    }
    this.start = at;
    const what = code < 128 ? CLASSES[code] : WORD;
    if (what === WORD) this.word(at);
    else if (what === ALONE) this.set(code, at, at + 1);
    else if (what === SIGN) this.sign(code, at);
    else if (what === QUOTE) this.string(at, code, false);
    else if (what === DIGIT) this.number(at);
    else if (code === 0) this.set(k.END, at, at);
    else giveUp();
  }

  set(kind: number, start: number, end: number): void {
    this.kind = kind;
    this.start = start;
    this.end = end;
  }

  /** Takes the current token, which must be of this kind. */
  take(kind: number): void {
    if (this.kind !== kind) giveUp();
    this.next();
  }

  open(): void {
    this.brackets += 1;
    this.next();
  }

  /** Takes a closing bracket; its end is the end of what it closes. */
  close(kind: number): number {
    if (this.kind !== kind) giveUp();
    const { end } = this;
    this.brackets -= 1;
    this.next();
    return end;
  }

  is(word: string): boolean {
    return this.end - this.start === word.length && this.text.startsWith(word, this.start);
  }

  /** The character behind the current token and blanks. */
  peek(): number {
    let at = this.end;
    while (this.text.charCodeAt(at) === 32) at += 1;
    return this.text.charCodeAt(at);
  }

  /** Whether the next line that is not empty begins with a bracket. */
  protected bracketFollows(): boolean {
    const { text } = this;
    let at = this.end;
    let code = text.charCodeAt(at);
    while (code === 32 || (code >= 9 && code <= 13) || code === 35) {
      at = code === 35 ? this.lineEnd(at) : at + 1;
      code = text.charCodeAt(at);
    }
    return code === k.OPEN_PAREN || code === k.OPEN_BRACKET;
  }

  private afterComment(at: number): number {
    if (this.inFormat > 0) giveUp();
    const end = this.lineEnd(at);
    if (this.brackets === 0) this.lastEnd = end;
    return end;
  }

  protected lineEnd(at: number): number {
    const end = this.text.indexOf('\n', at);
    return end < 0 ? this.text.length - 1 : end;
  }

  private afterBackslash(at: number): number {
    if (this.inFormat > 0) giveUp();
    const { text } = this;
    if (text.charCodeAt(at + 1) === 10) return at + 2;
    return text.charCodeAt(at + 1) === 13 && text.charCodeAt(at + 2) === 10 ? at + 3 : giveUp();
  }

  /**
   * Line ends between brackets are blanks. Tree-sitter takes a line that is indented less than its block for the end of the block,
   * unless the bracket may close there.
   */
  private afterLines(from: number): number {
    if (this.inLine > 0) giveUp();
    const { text } = this;
    let at = from;
    let indent = 0;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 32) indent += 1;
      else if (code === 9) indent += 8;
      else if (code === 10 || code === 12 || code === 13) indent = 0;
      else {
        if (indent < this.blockIndent && !this.mayClose(code)) giveUp();
        return at;
      }
      at += 1;
    }
  }

  private mayClose(next: number): boolean {
    if (next === 34 || next === 39) return true;
    switch (this.kind) {
      case k.NAME:
      case k.INTEGER:
      case k.FLOAT:
      case k.STRING:
      case k.FORMAT:
      case k.COMMA:
      case k.OPEN_PAREN:
      case k.OPEN_BRACE:
      case k.CLOSE_PAREN:
      case k.CLOSE_BRACKET:
      case k.CLOSE_BRACE:
      case k.TRUE:
      case k.FALSE:
      case k.NONE:
        return true;
      default:
        return false;
    }
  }

  private word(from: number): void {
    const { text } = this;
    let at = from;
    let code = text.charCodeAt(at);
    while (code < 128 && (CLASSES[code] === WORD || CLASSES[code] === DIGIT)) code = text.charCodeAt(++at);
    if (code >= 128) this.foreignWord(from);
    else if ((code === 34 || code === 39) && at - from <= 2) this.prefixedString(from, at, code);
    else this.set(k.wordKind(text, from, at), from, at);
  }

  private foreignWord(from: number): void {
    FOREIGN_WORD.lastIndex = from;
    if (!FOREIGN_WORD.test(this.text)) giveUp();
    const end = FOREIGN_WORD.lastIndex;
    const code = this.text.charCodeAt(end);
    if (code >= 128 || code === 34 || code === 39) giveUp();
    this.set(k.NAME, from, end);
  }

  private prefixedString(from: number, at: number, quote: number): void {
    const prefix = this.text.slice(from, at);
    if (!PREFIX.test(prefix)) giveUp();
    this.string(at, quote, /f/i.test(prefix));
  }

  /** `quotesAt` is the place of the opening quotes; `start` is set. */
  private string(quotesAt: number, quote: number, isFormat: boolean): void {
    const { text } = this;
    const triple = text.charCodeAt(quotesAt + 1) === quote && text.charCodeAt(quotesAt + 2) === quote;
    const body = quotesAt + (triple ? 3 : 1);
    if (isFormat) {
      this.kind = k.FORMAT;
      this.end = body;
      return;
    }
    this.kind = k.STRING;
    this.end = triple ? this.tripleEnd(body, quote === 34 ? '"""' : "'''") : this.stringEnd(body, quote);
  }

  private tripleEnd(body: number, quotes: string): number {
    const { text } = this;
    for (let at = text.indexOf(quotes, body); at >= 0; at = text.indexOf(quotes, at + 1)) {
      let slashes = 0;
      while (at - slashes > body && text.charCodeAt(at - slashes - 1) === 92) slashes += 1;
      if (slashes % 2 === 0) return at + 3;
    }
    return giveUp();
  }

  private stringEnd(body: number, quote: number): number {
    const { text } = this;
    for (let at = body; ; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) return at + 1;
      if (code === 10 || code === 0) return giveUp();
      if (code === 92) at = this.escapeEnd(at);
    }
  }

  /** The last character of what a backslash takes with it. */
  protected escapeEnd(at: number): number {
    const code = this.text.charCodeAt(at + 1);
    if (code === 0) giveUp();
    return code === 13 && this.text.charCodeAt(at + 2) === 10 ? at + 2 : at + 1;
  }

  private number(from: number): void {
    const { text } = this;
    let at = from + 1;
    let code = text.charCodeAt(at);
    while (code < 128 && CLASSES[code] === DIGIT) code = text.charCodeAt(++at);
    if (code < 128 && CLASSES[code] !== WORD && code !== 46) {
      this.set(k.INTEGER, from, at);
      return;
    }
    NUMBER.lastIndex = from;
    const match = NUMBER.exec(text);
    if (!match) giveUp();
    // A whole number with `j` is none of the fractions.
    const isFloat = match[1] !== undefined && /[.eE]/.test(match[1]);
    this.set(isFloat ? k.FLOAT : k.INTEGER, from, NUMBER.lastIndex);
  }

  private sign(code: number, at: number): void {
    const { text } = this;
    const second = text.charCodeAt(at + 1);
    if (code === k.DOT && second >= 48 && second <= 57) {
      this.number(at);
      return;
    }
    let kind = code;
    let length = 1;
    if (code === k.DOT) {
      if (second === 46 && text.charCodeAt(at + 2) === 46) {
        kind = k.ELLIPSIS;
        length = 3;
      }
    } else if (second === 61) {
      kind = withEquals(code);
      length = 2;
    } else if (second === code && doubled(code) !== 0) {
      const isAugmented = text.charCodeAt(at + 2) === 61;
      kind = isAugmented ? k.AUGMENTED : doubled(code);
      length = isAugmented ? 3 : 2;
    } else if (second === 62 && (code === k.MINUS || code === k.LESS)) {
      kind = code === k.MINUS ? k.ARROW : k.COMPARED;
      length = 2;
    }
    this.set(kind, at, at + length);
  }

  /** From the end of a line to the first token of the next one that has any, and how far that is indented. */
  nextLine(): void {
    const { text } = this;
    this.commentIndents.length = 0;
    this.commentEnds.length = 0;
    this.comment = 0;
    let at = this.end;
    let indent = 0;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 32) indent += 1;
      else if (code === 9) indent += 8;
      else if (code === 10 || code === 12) indent = 0;
      else if (code === 13 && text.charCodeAt(at + 1) === 10) indent = 0;
      else if (code === 35) {
        const end = this.lineEnd(at);
        this.commentIndents.push(indent);
        this.commentEnds.push(end);
        at = end - 1;
      } else break;
      at += 1;
    }
    if (indent > MAX_INDENT || text.charCodeAt(at) === 92) giveUp();
    this.end = at;
    this.next();
    this.indent = this.kind === k.END ? 0 : indent;
  }
}

function withEquals(code: number): number {
  if (code === k.COLON) return k.WALRUS;
  return code === k.ASSIGN || code === k.BANG || code === k.LESS || code === k.GREATER ? k.COMPARED : k.AUGMENTED;
}

function doubled(code: number): number {
  if (code === k.STAR) return k.POWER;
  if (code === k.SLASH) return k.FLOOR;
  if (code === k.LESS) return k.LEFT_SHIFT;
  return code === k.GREATER ? k.RIGHT_SHIFT : 0;
}
