/** Strings, lists, dictionaries, parentheses and comprehensions. */
import * as k from './kinds.js';
import { type Names, ParsedNode } from './node.js';
import { giveUp, Tokens } from './tokens.js';

const BODY: Names = ['body'];
const PAIR: Names = ['key', 'value'];
const CLAUSE: Names = ['left', 'right'];
const ALIASED: Names = ['', 'alias'];
const PLACE: Names = ['expression'];
const FORMATTED: Names = ['expression', 'format_specifier'];

const ESCAPED_RAW = '"\'\\\r\n';

export abstract class Literals extends Tokens {
  /** The next bracket may hold `a as b`: it follows `with`. */
  protected mayName = false;
  /** In a statement whose beginning may be read in two ways. */
  protected isDoubtful = false;

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

  /** `*a` beside others in brackets. */
  protected spread(): ParsedNode {
    const { start } = this;
    this.next();
    const of = this.expression();
    if (this.isDoubtful && of.type !== 'identifier') giveUp();
    return new ParsedNode('list_splat', start, of.endIndex, [of]);
  }

  /** `*a` where tree-sitter reads `*f(x)` as `(*f)(x)`. */
  protected spreadName(): ParsedNode {
    const { start } = this;
    this.next();
    const of = this.primary();
    if (of.type !== 'identifier') giveUp();
    return new ParsedNode('list_splat', start, of.endIndex, [of]);
  }

  /** So it does with one that stands alone. */
  private alone(element: ParsedNode): ParsedNode[] {
    if (element.type === 'list_splat' && element.parts[0]?.type !== 'identifier') giveUp();
    return [element];
  }

  protected parenthesized(): ParsedNode {
    const { start, mayName } = this;
    this.mayName = false;
    this.open();
    if (this.kind === k.CLOSE_PAREN) return new ParsedNode('tuple', start, this.close(k.CLOSE_PAREN));
    if (this.kind === k.YIELD) {
      const value = this.yielded();
      return new ParsedNode('parenthesized_expression', start, this.close(k.CLOSE_PAREN), [value]);
    }
    const first = this.element(mayName);
    if (this.kind === k.CLOSE_PAREN) {
      if (first.type === 'list_splat') giveUp();
      return new ParsedNode('parenthesized_expression', start, this.close(k.CLOSE_PAREN), [first]);
    }
    if (this.kind === k.FOR || this.kind === k.ASYNC) return this.generator(start, first);
    const items = this.items(first, k.CLOSE_PAREN, mayName);
    return new ParsedNode('tuple', start, this.close(k.CLOSE_PAREN), items);
  }

  protected generator(start: number, body: ParsedNode): ParsedNode {
    const parts = this.clauses(body);
    return new ParsedNode('generator_expression', start, this.close(k.CLOSE_PAREN), parts, BODY);
  }

  private element(mayName: boolean): ParsedNode {
    if (this.kind === k.STAR) return this.spread();
    const value = this.expression();
    return mayName && this.kind === k.AS ? this.named(value) : value;
  }

  /** `value as target`; of a condition tree-sitter names the last part alone. */
  protected named(value: ParsedNode): ParsedNode {
    if (value.type === 'conditional_expression') {
      const last = value.parts.pop() ?? giveUp();
      const named = this.named(last);
      value.parts.push(named);
      value.endIndex = named.endIndex;
      return value;
    }
    if (value.type === 'lambda' || value.type === 'named_expression') giveUp();
    this.next();
    const target = this.primary();
    const alias = new ParsedNode('as_pattern_target', target.startIndex, target.endIndex, [target]);
    return new ParsedNode('as_pattern', value.startIndex, target.endIndex, [value, alias], ALIASED);
  }

  /** The elements behind the first one, up to the closing bracket. */
  private items(first: ParsedNode, close: number, mayName = false): ParsedNode[] {
    const items = [first];
    while (this.kind === k.COMMA) {
      this.next();
      if (this.kind === close) break;
      items.push(this.element(mayName));
    }
    return items;
  }

  protected list(): ParsedNode {
    const { start } = this;
    this.open();
    if (this.kind === k.CLOSE_BRACKET) return new ParsedNode('list', start, this.close(k.CLOSE_BRACKET));
    const first = this.element(false);
    if (this.kind === k.FOR || this.kind === k.ASYNC) {
      const parts = this.clauses(first);
      return new ParsedNode('list_comprehension', start, this.close(k.CLOSE_BRACKET), parts, BODY);
    }
    const items = this.kind === k.CLOSE_BRACKET ? this.alone(first) : this.items(first, k.CLOSE_BRACKET);
    return new ParsedNode('list', start, this.close(k.CLOSE_BRACKET), items);
  }

  protected braces(): ParsedNode {
    const { start } = this;
    this.open();
    if (this.kind === k.CLOSE_BRACE) return new ParsedNode('dictionary', start, this.close(k.CLOSE_BRACE));
    const first = this.entry();
    if (this.kind === k.FOR || this.kind === k.ASYNC) {
      const type = first.type === 'pair' ? 'dictionary_comprehension' : 'set_comprehension';
      const parts = this.clauses(first);
      return new ParsedNode(type, start, this.close(k.CLOSE_BRACE), parts, BODY);
    }
    const isDictionary = isEntry(first);
    const entries = this.kind === k.CLOSE_BRACE ? this.alone(first) : [first];
    while (this.kind === k.COMMA) {
      this.next();
      if (this.kind === k.CLOSE_BRACE) break;
      const entry = this.entry();
      if (isEntry(entry) !== isDictionary) giveUp();
      entries.push(entry);
    }
    return new ParsedNode(isDictionary ? 'dictionary' : 'set', start, this.close(k.CLOSE_BRACE), entries);
  }

  private entry(): ParsedNode {
    if (this.kind === k.POWER) return this.doubleSpread();
    if (this.kind === k.STAR) return this.spread();
    const key = this.expression();
    if (this.kind !== k.COLON) return key;
    this.next();
    const value = this.expression();
    return new ParsedNode('pair', key.startIndex, value.endIndex, [key, value], PAIR);
  }

  protected doubleSpread(): ParsedNode {
    const { start } = this;
    this.next();
    const of = this.expression();
    return new ParsedNode('dictionary_splat', start, of.endIndex, [of]);
  }

  private clauses(body: ParsedNode): ParsedNode[] {
    if (body.type === 'list_splat' || body.type === 'dictionary_splat' || body.type === 'as_pattern') giveUp();
    const parts = [body];
    for (;;) {
      if (this.kind === k.IF) {
        const { start } = this;
        this.next();
        const test = this.disjunction();
        parts.push(new ParsedNode('if_clause', start, test.endIndex, [test]));
      } else if (this.kind === k.FOR || this.kind === k.ASYNC) parts.push(this.clause());
      else return parts;
    }
  }

  private clause(): ParsedNode {
    const { start } = this;
    if (this.kind === k.ASYNC) this.next();
    this.take(k.FOR);
    const left = this.targets();
    this.take(k.IN);
    const right = this.disjunction();
    return new ParsedNode('for_in_clause', start, right.endIndex, [left, right], CLAUSE);
  }

  /** What stands between `for` and `in`. */
  protected targets(): ParsedNode {
    const first = this.target();
    if (this.kind !== k.COMMA) return first.type === 'list_splat_pattern' ? giveUp() : first;
    const targets = [first];
    let end = this.end;
    while (this.kind === k.COMMA) {
      end = this.end;
      this.next();
      if (this.kind === k.IN) break;
      const target = this.target();
      end = target.endIndex;
      targets.push(target);
    }
    return new ParsedNode('pattern_list', first.startIndex, end, targets);
  }

  private target(): ParsedNode {
    return this.pattern(this.kind === k.STAR ? this.spreadName() : this.primary());
  }

  /** An expression that turned out to be what is assigned to: tree-sitter has other names for these. */
  protected pattern(node: ParsedNode): ParsedNode {
    switch (node.type) {
      case 'identifier':
      case 'attribute':
      case 'subscript':
        return node;
      case 'list_splat':
        if (!isTarget(node.parts[0])) giveUp();
        node.type = 'list_splat_pattern';
        return node;
      case 'tuple':
      case 'parenthesized_expression':
        node.type = 'tuple_pattern';
        break;
      case 'list':
        node.type = 'list_pattern';
        break;
      default:
        giveUp();
    }
    for (const child of node.parts) this.pattern(child);
    return node;
  }
}

function isTarget(node: ParsedNode | undefined): boolean {
  return node?.type === 'identifier' || node?.type === 'attribute' || node?.type === 'subscript';
}

function isEntry(node: ParsedNode): boolean {
  return node.type === 'pair' || node.type === 'dictionary_splat';
}
