/** Strings beside each other, and the places in those that are formatted. */
import * as k from './kinds.js';
import { giveUp } from './lexemes.js';
import { type Names, ParsedNode } from './node.js';
import { Tokens } from './tokens.js';

const PLACE: Names = ['expression'];
const FORMATTED: Names = ['expression', 'format_specifier'];
/** What a backslash takes with it in a raw string. */
const ESCAPED_RAW = '"\'\\\r\n';

export abstract class Strings extends Tokens {
  abstract expression(): ParsedNode;
  /** An expression without condition, lambda and `:=`. */
  abstract disjunction(): ParsedNode;
  abstract primary(): ParsedNode;
  abstract yielded(): ParsedNode;
  abstract expressions(): ParsedNode;

  protected leaf(type: string): ParsedNode {
    const node = new ParsedNode(type, this.start, this.end);
    this.next();
    return node;
  }

  protected strings(): ParsedNode {
    const first = this.oneString();
    if (this.kind !== k.STRING && this.kind !== k.FORMAT) return first;
    const parts = [first];
    let last = first;
    while (this.kind === k.STRING || this.kind === k.FORMAT) {
      last = this.oneString();
      parts.push(last);
    }
    return new ParsedNode('concatenated_string', first.startIndex, last.endIndex, parts);
  }

  protected oneString(): ParsedNode {
    return this.kind === k.STRING ? this.leaf('string') : this.formatted();
  }

  private formatted(): ParsedNode {
    const { start, end: body, text } = this;
    const quote = text.charCodeAt(body - 1);
    const isTriple = body - start > 3 && text.charCodeAt(body - 2) === quote && text.charCodeAt(body - 3) === quote;
    const isRaw = /r/i.test(text.slice(start, Math.min(body - 1, start + 2)));
    const parts = [new ParsedNode('string_start', start, body)];
    let from = body;
    let at = body;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 0 || (code === 10 && !isTriple)) giveUp();
      if (code === quote && (!isTriple || (text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote))) break;
      if (code === 92) {
        // A raw text of nothing but escapes is none to tree-sitter.
        if (isRaw && at === from && ESCAPED_RAW.includes(text.charAt(at + 1))) giveUp();
        at = this.formatEscape(at, isRaw);
      } else if (code === 123 || code === 125) {
        if (text.charCodeAt(at + 1) === code) at += 2;
        else if (code === 125) giveUp();
        else {
          if (at > from) parts.push(new ParsedNode('string_content', from, at));
          at = this.place(at, 'interpolation', isTriple, parts);
          from = at;
        }
      } else at += 1;
    }
    if (at > from) parts.push(new ParsedNode('string_content', from, at));
    const end = at + (isTriple ? 3 : 1);
    parts.push(new ParsedNode('string_end', at, end));
    this.set(k.STRING, start, end);
    this.next();
    return new ParsedNode('string', start, end, parts);
  }

  /** Behind a backslash and what it takes with it; a brace is not taken. */
  private formatEscape(at: number, isRaw: boolean): number {
    const next = this.text.charCodeAt(at + 1);
    if (next === 123 || next === 125) return at + 1;
    if (next === 78 && this.text.charCodeAt(at + 2) === 123 && !isRaw) {
      const end = this.text.indexOf('}', at);
      return end < 0 ? giveUp() : end + 1;
    }
    return this.escapeEnd(at) + 1;
  }

  /** From `{` to behind `}`. */
  private place(at: number, type: string, isTriple: boolean, into: ParsedNode[]): number {
    const { inLine, inFormat, brackets } = this;
    this.inLine = isTriple ? inLine : inLine + 1;
    this.inFormat = inFormat + 1;
    this.set(k.OPEN_BRACE, at, at + 1);
    this.open();
    const value = this.kind === k.YIELD ? this.yielded() : this.expressions();
    if (value.type === 'named_expression') giveUp();
    const parts = [value];
    if (this.kind === k.ASSIGN) this.next();
    if (this.kind === k.BANG) this.conversion();
    const end = this.kind === k.COLON ? this.specifier(isTriple, parts) : this.kind === k.CLOSE_BRACE ? this.end : giveUp();
    this.inLine = inLine;
    this.inFormat = inFormat;
    this.brackets = brackets;
    into.push(new ParsedNode(type, at, end, parts, parts.length > 1 ? FORMATTED : PLACE));
    return end;
  }

  private conversion(): void {
    const code = this.text.charCodeAt(this.end);
    const after = this.text.charCodeAt(this.end + 1);
    if (code < 97 || code > 122 || (after !== 58 && after !== 125)) giveUp();
    this.end += 1;
    this.next();
  }

  /** From the colon to behind the closing brace. */
  private specifier(isTriple: boolean, into: ParsedNode[]): number {
    const { start, text } = this;
    const parts: ParsedNode[] = [];
    let at = start + 1;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 125) break;
      if (code === 10 || code === 0 || code === 34 || code === 39 || code === 92) giveUp();
      if (code === 123) at = this.place(at, 'format_expression', isTriple, parts);
      else at += 1;
    }
    into.push(new ParsedNode('format_specifier', start, at, parts));
    return at + 1;
  }
}
