/** Statements that begin with a word that is a name elsewhere: `print`, `exec`, `type`. */
import * as k from './kinds.js';
import { GIVEN_UP, giveUp } from './lexemes.js';
import type { ParsedNode } from './node.js';
import { ANNOTATED_ASSIGNED, Statements } from './statements.js';

export abstract class SoftWords extends Statements {
  /** `print x`, `exec code`, `type X = int`: words that are names elsewhere. Says whether it was one of these. */
  protected softStatement(into: ParsedNode[]): boolean {
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
  protected softExpression(into: ParsedNode[]): void {
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
