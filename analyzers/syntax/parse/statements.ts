/** Statements of one line. */
import { Imports } from './imports.js';
import * as k from './kinds.js';
import { giveUp } from './lexemes.js';
import { type Names, ParsedNode } from './node.js';

const ASSIGNED: Names = ['left', 'right'];
const ANNOTATED: Names = ['left', 'type'];
export const ANNOTATED_ASSIGNED: Names = ['left', 'type', 'right'];

const TARGETS = new Set(['identifier', 'attribute', 'subscript', 'list_splat', 'list', 'tuple', 'parenthesized_expression']);

export abstract class Statements extends Imports {
  /** Some statements between semicolons, up to the end of the line. */
  protected line(into: ParsedNode[]): void {
    do {
      this.simple(into);
      if (this.kind !== k.SEMICOLON) break;
      this.next();
    } while (!this.isLineEnd());
    if (!this.isLineEnd()) giveUp();
  }

  protected isLineEnd(): boolean {
    return this.kind === k.LINE_END || this.kind === k.END;
  }

  /** `print x` and the like; says whether it was one of these. */
  protected abstract softStatement(into: ParsedNode[]): boolean;
  protected abstract softExpression(into: ParsedNode[]): void;

  /** Adds what a scan looks at: `pass` leaves nothing. */
  private simple(into: ParsedNode[]): void {
    switch (this.kind) {
      case k.NAME:
        if (!this.softStatement(into)) this.softExpression(into);
        break;
      case k.RETURN:
        into.push(this.valued('return_statement'));
        break;
      case k.IMPORT:
        into.push(this.importStatement());
        break;
      case k.FROM:
        into.push(this.fromImport());
        break;
      case k.RAISE:
        into.push(this.raised());
        break;
      case k.ASSERT:
        this.next();
        into.push(this.commaSeparated());
        break;
      case k.DEL:
        into.push(this.deleted());
        break;
      case k.PASS:
        this.next();
        break;
      case k.BREAK:
        into.push(this.leaf('break_statement'));
        break;
      case k.CONTINUE:
        into.push(this.leaf('continue_statement'));
        break;
      case k.GLOBAL:
        into.push(this.declared('global_statement'));
        break;
      case k.NONLOCAL:
        into.push(this.declared('nonlocal_statement'));
        break;
      default:
        this.isDoubtful = this.kind === k.OPEN_PAREN || this.kind === k.OPEN_BRACKET;
        into.push(this.expressionStatement());
        this.isDoubtful = false;
    }
  }

  private declared(type: string): ParsedNode {
    const { start } = this;
    const names: ParsedNode[] = [];
    do {
      this.next();
      if (this.kind !== k.NAME) giveUp();
      names.push(this.leaf('identifier'));
    } while (this.kind === k.COMMA);
    return new ParsedNode(type, start, this.lastEnd, names);
  }

  private valued(type: string): ParsedNode {
    const { start, end } = this;
    this.next();
    if (this.isLineEnd() || this.kind === k.SEMICOLON) return new ParsedNode(type, start, end);
    const value = this.expressions();
    return new ParsedNode(type, start, value.endIndex, [value]);
  }

  private deleted(): ParsedNode {
    const { start } = this;
    this.next();
    const targets = this.expressions();
    return new ParsedNode('delete_statement', start, targets.endIndex, [targets]);
  }

  private raised(): ParsedNode {
    const raised = this.valued('raise_statement');
    if (this.kind !== k.FROM) return raised;
    this.next();
    const cause = this.expression();
    return new ParsedNode('raise_statement', raised.startIndex, cause.endIndex, [...raised.parts, cause]);
  }

  yielded(): ParsedNode {
    const { start, end } = this;
    this.next();
    if (this.kind === k.FROM) {
      this.next();
      const value = this.expression();
      return new ParsedNode('yield', start, value.endIndex, [value]);
    }
    if (this.isLineEnd() || this.endsYield()) return new ParsedNode('yield', start, end);
    const value = this.expressions();
    return new ParsedNode('yield', start, value.endIndex, [value]);
  }

  private endsYield(): boolean {
    const { kind } = this;
    return kind === k.CLOSE_PAREN || kind === k.SEMICOLON || kind === k.CLOSE_BRACE;
  }

  private starred(): ParsedNode {
    return this.kind === k.STAR ? this.spreadName() : this.expression();
  }

  /** One expression, or a list of them without brackets. */
  expressions(): ParsedNode {
    const first = this.starred();
    if (this.kind !== k.COMMA) return first.type === 'list_splat' ? giveUp() : first;
    const items = [first];
    let { end } = this;
    while (this.kind === k.COMMA) {
      end = this.end;
      this.next();
      if (this.endsList()) break;
      const item = this.starred();
      end = item.endIndex;
      items.push(item);
    }
    return new ParsedNode('expression_list', first.startIndex, end, items);
  }

  private endsList(): boolean {
    const { kind } = this;
    return this.isLineEnd() || this.endsYield() || kind === k.ASSIGN || kind === k.COLON || kind === k.AUGMENTED || kind === k.BANG;
  }

  protected commaSeparated(mayTrail = false): ParsedNode {
    const items = [this.expression()];
    while (this.kind === k.COMMA) {
      this.next();
      if (mayTrail && (this.isLineEnd() || this.kind === k.SEMICOLON)) break;
      items.push(this.expression());
    }
    return new ParsedNode('items', items[0]?.startIndex ?? 0, this.lastEnd, items);
  }

  protected expressionStatement(): ParsedNode {
    if (this.kind === k.YIELD) return this.yielded();
    const left = this.wholeExpressions();
    if (this.kind === k.ASSIGN) return this.assignment(left);
    if (this.kind === k.COLON) return this.annotated(left);
    if (this.kind !== k.AUGMENTED) return left;
    const target = this.pattern(left);
    this.next();
    const right = this.right();
    return new ParsedNode('augmented_assignment', left.startIndex, right.endIndex, [target, right], ASSIGNED);
  }

  private right(): ParsedNode {
    return this.kind === k.YIELD ? this.yielded() : this.wholeExpressions();
  }

  /** A list that could be assigned to goes on over the end of the line for tree-sitter, behind a comma or where a bracket follows. */
  private wholeExpressions(): ParsedNode {
    const found = this.expressions();
    if (found.type !== 'expression_list' || !this.isLineEnd()) return found;
    if (this.lastKind === k.COMMA ? found.parts.every(isTarget) : found.parts.slice(0, -1).every(isTarget) && this.bracketFollows())
      giveUp();
    return found;
  }

  private assignment(left: ParsedNode): ParsedNode {
    this.deeper();
    const target = this.leftSide(left);
    this.next();
    let right = this.right();
    if (this.kind === k.ASSIGN) right = this.assignment(right);
    this.depth -= 1;
    return new ParsedNode('assignment', left.startIndex, right.endIndex, [target, right], ASSIGNED);
  }

  private leftSide(left: ParsedNode): ParsedNode {
    if (left.type !== 'expression_list') return this.pattern(left);
    left.type = 'pattern_list';
    for (const child of left.parts) this.pattern(child);
    return left;
  }

  private annotated(left: ParsedNode): ParsedNode {
    const target = this.pattern(left);
    this.next();
    const type = this.type();
    if (this.kind !== k.ASSIGN) return new ParsedNode('assignment', left.startIndex, type.endIndex, [target, type], ANNOTATED);
    this.next();
    const right = this.right();
    return new ParsedNode('assignment', left.startIndex, right.endIndex, [target, type, right], ANNOTATED_ASSIGNED);
  }
}

/** Whether it may stand left of `=`. */
function isTarget({ type }: ParsedNode): boolean {
  return TARGETS.has(type);
}
