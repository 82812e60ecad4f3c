/** What stands behind `case`. */
import * as k from './kinds.js';
import { giveUp } from './lexemes.js';
import { SoftWords } from './soft-words.js';

export abstract class CasePatterns extends SoftWords {
  /** A pattern leaves no node: nothing in it is looked at. */
  protected casePattern(): void {
    this.deeper();
    this.simplePattern();
    if (this.kind === k.AS) {
      this.next();
      this.name();
    }
    this.depth -= 1;
  }

  private simplePattern(): void {
    for (;;) {
      this.onePattern();
      if (this.kind !== k.BAR) return;
      this.next();
    }
  }

  private onePattern(): void {
    switch (this.kind) {
      case k.STRING:
        this.strings();
        break;
      case k.MINUS:
        this.next();
        if (this.kind !== k.INTEGER && this.kind !== k.FLOAT) giveUp();
        this.next();
        break;
      case k.INTEGER:
      case k.FLOAT:
      case k.NONE:
      case k.TRUE:
      case k.FALSE:
        this.next();
        break;
      case k.STAR:
        this.next();
        this.name();
        break;
      case k.OPEN_PAREN:
        this.patterns(k.CLOSE_PAREN, () => this.casePattern());
        break;
      case k.OPEN_BRACKET:
        this.patterns(k.CLOSE_BRACKET, () => this.casePattern());
        break;
      case k.OPEN_BRACE:
        this.patterns(k.CLOSE_BRACE, () => this.entryPattern());
        break;
      default:
        this.namedPattern();
    }
  }

  private patterns(close: number, one: () => void): void {
    this.open();
    while (this.kind !== close) {
      one();
      if (this.kind !== k.COMMA) break;
      this.next();
    }
    this.close(close);
  }

  private entryPattern(): void {
    if (this.kind === k.POWER) {
      this.next();
      this.name();
      return;
    }
    this.simplePattern();
    this.take(k.COLON);
    this.casePattern();
  }

  private namedPattern(): void {
    this.name();
    while (this.kind === k.DOT) {
      this.next();
      this.name();
    }
    if (this.kind === k.OPEN_PAREN) this.patterns(k.CLOSE_PAREN, () => this.argumentPattern());
  }

  private argumentPattern(): void {
    this.casePattern();
    if (this.kind !== k.ASSIGN) return;
    this.next();
    this.simplePattern();
  }
}
