/** Operators, calls, subscripts, lambdas: expressions by how tightly they bind. */
import * as k from './kinds.js';
import { giveUp } from './lexemes.js';
import { Literals } from './literals.js';
import { type Names, ParsedNode } from './node.js';

const OPERATION: Names = ['left', 'operator', 'right'];
const NAMED: Names = ['name', 'value'];
const ATTRIBUTE: Names = ['object', 'attribute'];
const CALL: Names = ['function', 'arguments'];
const SUBSCRIPT: Names = ['value', 'subscript'];
const LAMBDA: Names = ['parameters', 'body'];
const LAMBDA_ALONE: Names = ['body'];
const TYPED: Names = ['', 'type'];
const TYPED_DEFAULT: Names = ['name', 'type', 'value'];
/** Two for each bracket. */
const MAX_DEPTH = 450;
/** In a row, beyond what a person writes. */
const MAX_OPERATORS = 20_000;
/** Nodes that begin with another one that stands in no bracket. */
const LEADING = new Set([
  'attribute',
  'subscript',
  'call',
  'binary_operator',
  'comparison_operator',
  'boolean_operator',
  'conditional_expression',
]);

function leadsWithGeneric(type: ParsedNode): boolean {
  for (let node: ParsedNode | undefined = type; node; node = LEADING.has(node.type) ? node.parts[0] : undefined)
    if (node.type === 'subscript' && node.parts[0]?.type === 'identifier') return true;
  return false;
}

export abstract class Expressions extends Literals {
  protected depth = 0;

  protected deeper(): void {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) giveUp();
  }

  expression(): ParsedNode {
    this.deeper();
    const node = this.kind === k.LAMBDA ? this.lambda() : this.conditional();
    this.depth -= 1;
    return node;
  }

  private conditional(): ParsedNode {
    let then = this.operand(0);
    if (this.kind === k.WALRUS) then = this.walrus(then);
    if (this.kind !== k.IF) return then;
    this.next();
    const test = this.operand(0);
    this.take(k.ELSE);
    const otherwise = this.expression();
    return new ParsedNode('conditional_expression', then.startIndex, otherwise.endIndex, [then, test, otherwise]);
  }

  /** The value ends before `if`, as in tree-sitter. */
  private walrus(name: ParsedNode): ParsedNode {
    if (name.type !== 'identifier') giveUp();
    this.next();
    const value = this.operand(0);
    return new ParsedNode('named_expression', name.startIndex, value.endIndex, [name, value], NAMED);
  }

  disjunction(): ParsedNode {
    return this.operand(0);
  }

  /** What binds more tightly than `above`. */
  private operand(above: number): ParsedNode {
    this.deeper();
    let left = this.prefixed(above);
    for (let operators = 0; ; operators++) {
      if (operators > MAX_OPERATORS) giveUp();
      const level = k.BINDS[this.kind] ?? 0;
      if (level <= above) break;
      left = level === k.COMPARES ? this.comparison(left) : this.operation(left, level);
    }
    this.depth -= 1;
    return left;
  }

  private prefixed(above: number): ParsedNode {
    const { kind, start } = this;
    if (kind === k.MINUS || kind === k.PLUS || kind === k.TILDE || kind === k.AWAIT) {
      this.next();
      const argument = this.operand(k.BINDS_UNARY);
      return new ParsedNode(kind === k.AWAIT ? 'await' : 'unary_operator', start, argument.endIndex, [argument]);
    }
    if (kind !== k.NOT) return this.primary();
    if (above >= k.BINDS_NOT) giveUp();
    this.next();
    const argument = this.operand(k.BINDS_NOT);
    return new ParsedNode('not_operator', start, argument.endIndex, [argument]);
  }

  private operation(left: ParsedNode, level: number): ParsedNode {
    const { kind } = this;
    const isWord = kind === k.AND || kind === k.OR;
    const operator = this.leaf('operator');
    const right = this.operand(kind === k.POWER ? level - 1 : level);
    const type = isWord ? 'boolean_operator' : 'binary_operator';
    return new ParsedNode(type, left.startIndex, right.endIndex, [left, operator, right], OPERATION);
  }

  private comparison(first: ParsedNode): ParsedNode {
    const parts = [first];
    let last = first;
    while (k.BINDS[this.kind] === k.COMPARES) {
      const { kind } = this;
      this.next();
      if (kind === k.NOT) this.take(k.IN);
      else if (kind === k.IS && this.kind === k.NOT) this.next();
      last = this.operand(k.COMPARES);
      parts.push(last);
    }
    return new ParsedNode('comparison_operator', first.startIndex, last.endIndex, parts);
  }

  primary(): ParsedNode {
    let node = this.atom();
    for (;;) {
      const { kind } = this;
      if (kind === k.DOT) {
        this.next();
        if (this.kind !== k.NAME) giveUp();
        const name = this.leaf('identifier');
        node = new ParsedNode('attribute', node.startIndex, name.endIndex, [node, name], ATTRIBUTE);
      } else if (kind === k.OPEN_PAREN) {
        const given = this.callArguments();
        node = new ParsedNode('call', node.startIndex, given.endIndex, [node, given], CALL);
      } else if (kind === k.OPEN_BRACKET) node = this.subscript(node);
      else return node;
    }
  }

  private atom(): ParsedNode {
    switch (this.kind) {
      case k.NAME:
        return this.leaf('identifier');
      case k.STRING:
      case k.FORMAT:
        return this.strings();
      case k.INTEGER:
        return this.leaf('integer');
      case k.FLOAT:
        return this.leaf('float');
      case k.OPEN_PAREN:
        return this.parenthesized();
      case k.OPEN_BRACKET:
        return this.list();
      case k.OPEN_BRACE:
        return this.braces();
      case k.NONE:
        return this.leaf('none');
      case k.TRUE:
        return this.leaf('true');
      case k.FALSE:
        return this.leaf('false');
      case k.ELLIPSIS:
        return this.leaf('ellipsis');
      default:
        return giveUp();
    }
  }

  protected callArguments(): ParsedNode {
    const { start } = this;
    this.open();
    const given: ParsedNode[] = [];
    while (this.kind !== k.CLOSE_PAREN) {
      const argument = this.argument();
      if (this.kind === k.FOR || this.kind === k.ASYNC) {
        if (given.length > 0 || argument.type === 'keyword_argument') giveUp();
        return this.generator(start, argument);
      }
      given.push(argument);
      if (this.kind !== k.COMMA) break;
      this.next();
    }
    return new ParsedNode('argument_list', start, this.close(k.CLOSE_PAREN), given);
  }

  private argument(): ParsedNode {
    const { kind, start } = this;
    if (kind === k.POWER) return this.doubleSpread();
    if (kind === k.STAR) return this.spread();
    const value = this.expression();
    if (this.kind !== k.ASSIGN) return value;
    if (value.type !== 'identifier') giveUp();
    this.next();
    const given = this.expression();
    return new ParsedNode('keyword_argument', start, given.endIndex, [value, given], NAMED);
  }

  private subscript(value: ParsedNode): ParsedNode {
    this.open();
    const parts = [value];
    do {
      parts.push(this.kind === k.STAR ? this.spreadName() : this.index());
      if (this.kind !== k.COMMA) break;
      this.next();
    } while (this.kind !== k.CLOSE_BRACKET);
    return new ParsedNode('subscript', value.startIndex, this.close(k.CLOSE_BRACKET), parts, SUBSCRIPT);
  }

  private index(): ParsedNode {
    const { start } = this;
    if (this.kind !== k.COLON) {
      const first = this.expression();
      return this.kind === k.COLON ? this.slice(start, [first]) : first;
    }
    return this.slice(start, []);
  }

  private slice(start: number, parts: ParsedNode[]): ParsedNode {
    let { end } = this;
    for (let colons = 0; this.kind === k.COLON && colons < 2; colons++) {
      end = this.end;
      this.next();
      if (this.kind === k.COLON || this.kind === k.COMMA || this.kind === k.CLOSE_BRACKET) continue;
      const part = this.expression();
      end = part.endIndex;
      parts.push(part);
    }
    return new ParsedNode('slice', start, end, parts);
  }

  private lambda(): ParsedNode {
    const { start } = this;
    this.next();
    if (this.kind === k.COLON) {
      this.next();
      const body = this.expression();
      return new ParsedNode('lambda', start, body.endIndex, [body], LAMBDA_ALONE);
    }
    const at = this.start;
    const list = this.parameterList(k.COLON, false);
    const parameters = new ParsedNode('lambda_parameters', at, this.lastEnd, list);
    this.take(k.COLON);
    const body = this.expression();
    return new ParsedNode('lambda', start, body.endIndex, [parameters, body], LAMBDA);
  }

  protected parameterList(close: number, isTyped: boolean): ParsedNode[] {
    const list: ParsedNode[] = [];
    while (this.kind !== close) {
      list.push(this.parameter(isTyped));
      if (this.kind !== k.COMMA) break;
      this.next();
    }
    return list;
  }

  private parameter(isTyped: boolean): ParsedNode {
    const { kind, start } = this;
    if (kind === k.SLASH) return this.leaf('positional_separator');
    if (kind === k.STAR || kind === k.POWER) {
      const { end } = this;
      this.next();
      if (kind === k.STAR && this.kind === k.COMMA) return new ParsedNode('keyword_separator', start, end);
      const name = this.name();
      const type = kind === k.STAR ? 'list_splat_pattern' : 'dictionary_splat_pattern';
      return this.typed(new ParsedNode(type, start, name.endIndex, [name]), isTyped);
    }
    return this.typed(this.name(), isTyped);
  }

  protected name(): ParsedNode {
    return this.kind === k.NAME ? this.leaf('identifier') : giveUp();
  }

  private typed(target: ParsedNode, isTyped: boolean): ParsedNode {
    const type = isTyped && this.kind === k.COLON ? this.afterColon() : undefined;
    if (this.kind === k.ASSIGN) {
      if (target.type !== 'identifier') giveUp();
      this.next();
      const value = this.expression();
      return type
        ? new ParsedNode('typed_default_parameter', target.startIndex, value.endIndex, [target, type, value], TYPED_DEFAULT)
        : new ParsedNode('default_parameter', target.startIndex, value.endIndex, [target, value], NAMED);
    }
    return type ? new ParsedNode('typed_parameter', target.startIndex, type.endIndex, [target, type], TYPED) : target;
  }

  private afterColon(): ParsedNode {
    this.next();
    return this.type();
  }

  protected type(): ParsedNode {
    const of = this.expression();
    if (leadsWithGeneric(of)) this.checkGeneric(of);
    return new ParsedNode('type', of.startIndex, of.endIndex, [of]);
  }

  /** Behind `A[b]` in a type tree-sitter takes `.c` and `|`, and no other operator, index or call. */
  private checkGeneric(type: ParsedNode): void {
    let node = type;
    for (;;) {
      const [left = giveUp(), operator, right] = node.parts;
      if (node.type === 'subscript' && left.type === 'identifier') break;
      if (node.type === 'binary_operator' && operator && this.text.charCodeAt(operator.startIndex) === k.BAR) {
        if (right && leadsWithGeneric(right)) this.checkGeneric(right);
      } else if (node.type !== 'attribute') giveUp();
      node = left;
    }
    for (const part of node.parts) {
      if (part.type === 'slice') giveUp();
      if (leadsWithGeneric(part)) this.checkGeneric(part);
    }
  }
}
