/** Lists, dictionaries, parentheses and comprehensions. */
import * as k from './kinds.js';
import { giveUp } from './lexemes.js';
import { type Names, ParsedNode } from './node.js';
import { Strings } from './strings.js';

const BODY: Names = ['body'];
const PAIR: Names = ['key', 'value'];
const CLAUSE: Names = ['left', 'right'];
const ALIASED: Names = ['', 'alias'];

export abstract class Literals extends Strings {
  /** The next bracket may hold `a as b`: it follows `with`. */
  protected mayName = false;
  /** In a statement whose beginning may be read in two ways. */
  protected isDoubtful = false;

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
