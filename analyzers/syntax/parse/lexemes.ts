/** Words, strings, numbers and signs: from the first character of a token to its end. */
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

export class Lexemes {
  /** Ends with a NUL, so that no step has to ask for the length. */
  readonly text: string;
  kind = k.LINE_END;
  start = 0;
  end = 0;
  constructor(source: string) {
    if (source.includes('\0')) giveUp();
    this.text = `${source}\0`;
  }

  set(kind: number, start: number, end: number): void {
    this.kind = kind;
    this.start = start;
    this.end = end;
  }

  /** The token that begins with this character. */
  protected token(code: number, at: number): void {
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
