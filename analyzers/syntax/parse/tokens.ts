/** Python source to tokens, one at a time and none kept: the kind and place of the current one are all there is. */
import * as k from './kinds.js';
import { giveUp, Lexemes } from './lexemes.js';

const MAX_INDENT = 30_000;

export class Tokens extends Lexemes {
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
    this.token(code, at);
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

  /** From the end of a line to the first token of the next one that is not empty, and how far that is indented. */
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
