/** Blocks and the statements that have them. */
import { CasePatterns } from './case-patterns.js';
import * as k from './kinds.js';
import { giveUp } from './lexemes.js';
import { type Names, ParsedNode } from './node.js';

const LOOP: Names = ['left', 'right'];
const DEFINITION: Names = ['name', 'parameters'];
const GENERIC_DEFINITION: Names = ['name', '', 'parameters'];
const CLASS: Names = ['name', 'superclasses'];
const GENERIC_CLASS: Names = ['name', '', 'superclasses'];
const CLASS_ALONE: Names = ['name'];

export class Compounds extends CasePatterns {
  /** Where the last line ended, with its comment and those that belong to its block. */
  private blockEnd = 0;

  module(): ParsedNode {
    const children: ParsedNode[] = [];
    this.nextLine();
    while (this.kind !== k.END) {
      if (this.indent !== 0) giveUp();
      this.statement(children);
    }
    return new ParsedNode('module', 0, this.text.length - 1, children);
  }

  private statement(into: ParsedNode[]): void {
    switch (this.kind) {
      case k.IF:
        into.push(this.ifStatement());
        break;
      case k.FOR:
        into.push(this.forStatement(this.start));
        break;
      case k.WHILE:
        into.push(this.whileStatement());
        break;
      case k.TRY:
        into.push(this.tryStatement());
        break;
      case k.WITH:
        into.push(this.withStatement(this.start));
        break;
      case k.DEF:
        into.push(this.definition(this.start));
        break;
      case k.CLASS:
        into.push(this.classDefinition());
        break;
      case k.AT:
        this.decorated(into);
        break;
      case k.ASYNC:
        into.push(this.asynchronous());
        break;
      default:
        if (this.kind === k.NAME && this.is('match') && this.matchStatement(into)) break;
        this.line(into);
        this.blockEnd = this.lastEnd;
        this.nextLine();
    }
  }

  /** Behind the colon: an indented block, or statements on the same line. */
  private suite(isAfterType = false): ParsedNode {
    this.take(k.COLON);
    if (this.kind !== k.LINE_END) {
      // `A: b[c]` is one type to tree-sitter.
      if (isAfterType && this.kind === k.NAME && this.peek() === k.OPEN_BRACKET) giveUp();
      const { start } = this;
      const children: ParsedNode[] = [];
      this.line(children);
      this.blockEnd = this.lastEnd;
      this.nextLine();
      return new ParsedNode('block', start, this.blockEnd, children);
    }
    this.nextLine();
    return this.block(false);
  }

  private block(ofCases: boolean): ParsedNode {
    const { blockIndent: outer, indent, start } = this;
    if (indent <= outer) giveUp();
    this.deeper();
    this.blockIndent = indent;
    const children: ParsedNode[] = [];
    while (this.indent === indent) {
      if (ofCases) children.push(this.caseClause());
      else this.statement(children);
    }
    if (this.indent > indent) giveUp();
    this.blockIndent = outer;
    this.depth -= 1;
    return new ParsedNode('block', start, this.withComments(indent), children);
  }

  /** Comments behind a block belong to it as long as they are indented as far. */
  private withComments(indent: number): number {
    while (this.comment < this.commentEnds.length && (this.commentIndents[this.comment] ?? 0) >= indent) {
      this.blockEnd = this.commentEnds[this.comment] ?? 0;
      this.comment += 1;
    }
    return this.blockEnd;
  }

  /** Whether the block that ended is followed by this word of the same statement. */
  private goesOn(kind: number): boolean {
    return this.kind === kind && this.indent === this.blockIndent;
  }

  private ifStatement(): ParsedNode {
    const { start } = this;
    this.next();
    const parts = [this.expression(), this.suite()];
    while (this.goesOn(k.ELIF)) {
      const at = this.start;
      this.next();
      const condition = this.expression();
      const block = this.suite();
      parts.push(new ParsedNode('elif_clause', at, block.endIndex, [condition, block]));
    }
    this.elseClause(parts);
    return this.whole('if_statement', start, parts);
  }

  private elseClause(into: ParsedNode[]): void {
    if (this.goesOn(k.ELSE)) into.push(this.clauseOf('else_clause'));
  }

  private clauseOf(type: string): ParsedNode {
    const { start } = this;
    this.next();
    const block = this.suite();
    return new ParsedNode(type, start, block.endIndex, [block]);
  }

  private whole(type: string, start: number, parts: ParsedNode[], names?: Names): ParsedNode {
    return new ParsedNode(type, start, parts.at(-1)?.endIndex ?? start, parts, names);
  }

  private forStatement(start: number): ParsedNode {
    this.next();
    const left = this.targets();
    this.take(k.IN);
    const parts = [left, this.expressions(), this.suite()];
    this.elseClause(parts);
    return this.whole('for_statement', start, parts, LOOP);
  }

  private whileStatement(): ParsedNode {
    const { start } = this;
    this.next();
    const parts = [this.expression(), this.suite()];
    this.elseClause(parts);
    return this.whole('while_statement', start, parts);
  }

  private tryStatement(): ParsedNode {
    const { start } = this;
    this.next();
    const parts = [this.suite()];
    while (this.goesOn(k.EXCEPT)) parts.push(this.exceptClause());
    this.elseClause(parts);
    if (this.goesOn(k.FINALLY)) parts.push(this.clauseOf('finally_clause'));
    return this.whole('try_statement', start, parts);
  }

  private exceptClause(): ParsedNode {
    const { start } = this;
    this.next();
    const parts: ParsedNode[] = [];
    if (this.kind === k.STAR) this.next();
    if (this.kind !== k.COLON) {
      const caught = this.commaSeparated();
      parts.push(caught);
      if (this.kind === k.AS) {
        this.next();
        parts.push(this.primary());
      }
    }
    parts.push(this.suite());
    return this.whole('except_clause', start, parts);
  }

  private withStatement(start: number): ParsedNode {
    this.next();
    const parts: ParsedNode[] = [];
    for (;;) {
      this.mayName = this.kind === k.OPEN_PAREN;
      this.isDoubtful = this.mayName;
      const value = this.expression();
      this.mayName = false;
      this.isDoubtful = false;
      parts.push(this.kind === k.AS ? this.named(value) : value);
      if (this.kind !== k.COMMA) break;
      this.next();
    }
    parts.push(this.suite());
    return this.whole('with_statement', start, parts);
  }

  private asynchronous(): ParsedNode {
    const { start } = this;
    this.next();
    if (this.kind === k.DEF) return this.definition(start);
    if (this.kind === k.FOR) return this.forStatement(start);
    return this.kind === k.WITH ? this.withStatement(start) : giveUp();
  }

  private decorated(into: ParsedNode[]): void {
    while (this.kind === k.AT) {
      const { start } = this;
      this.next();
      const of = this.expression();
      into.push(new ParsedNode('decorator', start, of.endIndex, [of]));
      if (this.kind !== k.LINE_END) giveUp();
      this.nextLine();
      if (this.indent !== this.blockIndent) giveUp();
    }
    if (this.kind === k.CLASS) into.push(this.classDefinition());
    else if (this.kind === k.DEF) into.push(this.definition(this.start));
    else {
      const definition = this.kind === k.ASYNC ? this.asynchronous() : giveUp();
      into.push(definition.type === 'function_definition' ? definition : giveUp());
    }
  }

  private definition(start: number): ParsedNode {
    this.next();
    const parts = [this.name()];
    const isGeneric = this.typeParameters(parts);
    const at = this.start;
    if (this.kind !== k.OPEN_PAREN) giveUp();
    this.open();
    const parameters = this.parameterList(k.CLOSE_PAREN, true);
    parts.push(new ParsedNode('parameters', at, this.close(k.CLOSE_PAREN), parameters));
    const isTyped = this.kind === k.ARROW;
    if (isTyped) {
      this.next();
      parts.push(this.type());
    }
    parts.push(this.suite(isTyped));
    return this.whole('function_definition', start, parts, isGeneric ? GENERIC_DEFINITION : DEFINITION);
  }

  private typeParameters(into: ParsedNode[]): boolean {
    if (this.kind !== k.OPEN_BRACKET) return false;
    const { start } = this;
    const parts: ParsedNode[] = [];
    this.open();
    for (;;) {
      if (this.kind === k.STAR || this.kind === k.POWER) {
        this.next();
        this.name();
      } else {
        this.name();
        if (this.kind === k.COLON) {
          this.next();
          parts.push(this.type());
        }
      }
      if (this.kind !== k.COMMA) break;
      this.next();
      if (this.kind === k.CLOSE_BRACKET) break;
    }
    into.push(new ParsedNode('type_parameter', start, this.close(k.CLOSE_BRACKET), parts));
    return true;
  }

  private classDefinition(): ParsedNode {
    const { start } = this;
    this.next();
    const parts = [this.name()];
    const isGeneric = this.typeParameters(parts);
    const hasBases = this.kind === k.OPEN_PAREN;
    if (hasBases) parts.push(this.bases());
    parts.push(this.suite());
    return this.whole('class_definition', start, parts, hasBases ? (isGeneric ? GENERIC_CLASS : CLASS) : CLASS_ALONE);
  }

  private bases(): ParsedNode {
    const list = this.callArguments();
    return list.type === 'argument_list' ? list : giveUp();
  }

  /** Whether `match` began a statement: it is a name as well. */
  private matchStatement(into: ParsedNode[]): boolean {
    const { start } = this;
    const subject = this.attempt(() => {
      this.next();
      if (this.kind === k.NOT || this.kind === k.STAR) return undefined;
      const found = this.expressions();
      if (this.kind !== k.COLON) return undefined;
      this.next();
      return this.kind === k.LINE_END ? found : undefined;
    });
    if (!subject) return false;
    this.nextLine();
    const body = this.block(true);
    into.push(new ParsedNode('match_statement', start, body.endIndex, [subject, body]));
    return true;
  }

  private caseClause(): ParsedNode {
    const { start } = this;
    if (this.kind !== k.NAME || !this.is('case')) giveUp();
    this.next();
    this.casePattern();
    while (this.kind === k.COMMA) {
      this.next();
      if (this.kind === k.COLON || this.kind === k.IF) break;
      this.casePattern();
    }
    const parts: ParsedNode[] = [];
    if (this.kind === k.IF) {
      this.next();
      parts.push(this.expression());
    }
    parts.push(this.suite());
    return this.whole('case_clause', start, parts);
  }
}
