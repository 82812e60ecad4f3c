/** Statements of one line, and imports. */
import { Expressions } from './expressions.js';
import * as k from './kinds.js';
import { type Names, ParsedNode } from './node.js';
import { GIVEN_UP, giveUp } from './tokens.js';

const ASSIGNED: Names = ['left', 'right'];
const ANNOTATED: Names = ['left', 'type'];
const ANNOTATED_ASSIGNED: Names = ['left', 'type', 'right'];
const FROM: Names = ['module_name'];
const ALIAS: Names = ['name', 'alias'];

export abstract class Statements extends Expressions {
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

  /** Adds what a scan looks at: `pass`, `global x` and the like leave nothing. */
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
        this.next();
        into.push(this.expressions());
        break;
      case k.PASS:
      case k.BREAK:
      case k.CONTINUE:
        this.next();
        break;
      case k.GLOBAL:
      case k.NONLOCAL:
        this.next();
        this.name();
        while (this.kind === k.COMMA) {
          this.next();
          this.name();
        }
        break;
      default:
        this.isDoubtful = this.kind === k.OPEN_PAREN || this.kind === k.OPEN_BRACKET;
        into.push(this.expressionStatement());
        this.isDoubtful = false;
    }
  }

  /** `print x`, `exec code`, `type X = int`: words that are names elsewhere. Says whether it was one of these. */
  private softStatement(into: ParsedNode[]): boolean {
    const length = this.end - this.start;
    if (length === 5 ? !this.is('print') : length !== 4 || !(this.is('exec') || this.is('type'))) return false;
    const code = this.peek();
    if (this.is('print') && code === k.GREATER) return this.chevron(into);
    // `print -x` and `print [x]` are expressions to tree-sitter, or may be either.
    if (length === 5 && (code === k.MINUS || code === k.PLUS || code === k.TILDE || code === k.STAR || code === k.OPEN_BRACKET)) giveUp();
    if (!startsOperand(code)) return false;
    const { start, end } = this;
    const isPrint = length === 5;
    const isType = this.is('type');
    this.next();
    if (this.kind === k.NOT || this.kind === k.AWAIT) giveUp();
    if (this.kind > k.FORMAT && k.BINDS[this.kind] !== 0) {
      this.backTo(start, end);
      return false;
    }
    if (this.kind === k.IF || this.kind === k.ELSE || this.kind === k.FOR) {
      this.backTo(start, end);
      return false;
    }
    if (isPrint) into.push(this.commaSeparated(true));
    else if (isType) this.typeAlias(into);
    else this.execStatement(into);
    return true;
  }

  /** Tree-sitter tries two ways to read what begins like this, and what is in it comes out otherwise than elsewhere. */
  private softExpression(into: ParsedNode[]): void {
    const next = this.peek();
    const isType = this.is('type');
    this.isDoubtful = (next === k.OPEN_PAREN || next === k.OPEN_BRACKET) && (isType || this.is('print') || this.is('match'));
    // `type(x).y = z` is an alias to tree-sitter: no call, and nothing is assigned.
    const alias = this.isDoubtful && isType ? this.attempt(() => this.bracketAlias()) : undefined;
    if (alias) into.push(...alias);
    else {
      const statement = this.expressionStatement();
      if (isType && this.isDoubtful && (statement.names === ANNOTATED_ASSIGNED || (this.isLineEnd() && this.bracketFollows()))) giveUp();
      into.push(statement);
    }
    this.isDoubtful = false;
  }

  private bracketAlias(): ParsedNode[] | undefined {
    this.next();
    const left = this.primary();
    if (this.kind !== k.ASSIGN) return undefined;
    this.next();
    const right = this.type();
    return this.isLineEnd() || this.kind === k.SEMICOLON ? [left, right] : undefined;
  }

  private backTo(start: number, end: number): void {
    this.set(k.NAME, start, end);
  }

  private chevron(into: ParsedNode[]): boolean {
    const { start, end } = this;
    this.next();
    if (this.kind !== k.RIGHT_SHIFT) {
      this.backTo(start, end);
      return false;
    }
    this.next();
    into.push(this.commaSeparated(true));
    return true;
  }

  private typeAlias(into: ParsedNode[]): void {
    into.push(this.primary());
    this.take(k.ASSIGN);
    into.push(this.type());
  }

  private execStatement(into: ParsedNode[]): void {
    into.push(this.kind === k.NAME ? this.leaf('identifier') : this.kind === k.STRING ? this.leaf('string') : giveUp());
    if (this.kind !== k.IN) return;
    this.next();
    into.push(this.commaSeparated());
  }

  private valued(type: string): ParsedNode {
    const { start, end } = this;
    this.next();
    if (this.isLineEnd() || this.kind === k.SEMICOLON) return new ParsedNode(type, start, end);
    const value = this.expressions();
    return new ParsedNode(type, start, value.endIndex, [value]);
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

  private expressionStatement(): ParsedNode {
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
    if (found.type === 'expression_list' && this.isLineEnd() && (this.lastKind === k.COMMA || this.bracketFollows())) giveUp();
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

  private importStatement(): ParsedNode {
    const { start } = this;
    this.next();
    const names: ParsedNode[] = [];
    this.imported(names);
    return new ParsedNode('import_statement', start, this.lastEnd, names);
  }

  private imported(into: ParsedNode[]): void {
    for (;;) {
      const name = this.dottedName();
      if (this.kind === k.AS) {
        this.next();
        const alias = this.name();
        into.push(new ParsedNode('aliased_import', name.startIndex, alias.endIndex, [name, alias], ALIAS));
      } else into.push(name);
      if (this.kind !== k.COMMA) return;
      this.next();
      if (this.kind !== k.NAME) return;
    }
  }

  private dottedName(): ParsedNode {
    const first = this.name();
    let end = first.endIndex;
    while (this.kind === k.DOT) {
      this.next();
      end = this.name().endIndex;
    }
    return new ParsedNode('dotted_name', first.startIndex, end);
  }

  private fromImport(): ParsedNode {
    const { start } = this;
    this.next();
    const isFuture = this.kind === k.NAME && this.is('__future__');
    const from = this.moduleName();
    this.take(k.IMPORT);
    const parts = [from];
    if (this.kind === k.STAR) parts.push(this.leaf('wildcard_import'));
    else if (this.kind === k.OPEN_PAREN) {
      this.open();
      this.imported(parts);
      this.close(k.CLOSE_PAREN);
    } else this.imported(parts);
    return new ParsedNode(isFuture ? 'future_import_statement' : 'import_from_statement', start, this.lastEnd, parts, FROM);
  }

  private moduleName(): ParsedNode {
    const { start } = this;
    let { end } = this;
    if (this.kind === k.NAME) return this.dottedName();
    if (this.kind !== k.DOT && this.kind !== k.ELLIPSIS) giveUp();
    while (this.kind === k.DOT || this.kind === k.ELLIPSIS) {
      end = this.end;
      this.next();
    }
    if (this.kind === k.NAME) end = this.dottedName().endIndex;
    return new ParsedNode('relative_import', start, end);
  }

  /** Runs `attempt` and goes back where it gives up or answers `undefined`. */
  protected attempt<T>(attempt: () => T | undefined): T | undefined {
    const { kind, start, end, lastKind, lastEnd, brackets, depth } = this;
    let found: T | undefined;
    try {
      found = attempt();
    } catch (error) {
      if (error !== GIVEN_UP) throw error;
    }
    if (found !== undefined) return found;
    this.set(kind, start, end);
    this.lastKind = lastKind;
    this.lastEnd = lastEnd;
    this.brackets = brackets;
    this.depth = depth;
    this.inLine = 0;
    this.inFormat = 0;
    return undefined;
  }
}

/** A letter, a digit, a quote or a brace. */
function startsOperand(code: number): boolean {
  return (
    (code >= 97 && code <= 123) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 34 ||
    code === 39 ||
    code >= 128
  );
}
